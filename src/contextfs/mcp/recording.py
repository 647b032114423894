"""Recording: the tool calls of each client become a session of its own, behind the client's back.

A thread writes them, so that no call waits for the disk and none fails because the store cannot be written to. What a
call answered is told by its outcome alone: recalled text is never taken for something that was said.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import NamedTuple, cast

from pydantic import BaseModel

from contextfs.api import ContextFS
from contextfs.domain.recorder import CLIENT
from contextfs.errors import ContextFSError

log = logging.getLogger(__name__)
_ARGUMENT = 160
"""Characters of one argument that are kept."""
_OUTCOME = 200
_WAIT = 2.0
"""Seconds that a tool waits at most for what was noted before it."""
_STOP = 5.0
_MOST_WAITING = 1_000
"""Notes that wait for a store which cannot be written to; what comes beyond is not kept."""
_SHOWN = 5


class Note(NamedTuple):
    """One thing for the thread to do."""

    client: str
    tool: str
    content: str = ""
    metadata: Mapping[str, object] = {}
    begins: bool = True
    """Whether the client's session is begun when there is none; else it is only looked whether there is one."""
    done: threading.Event | None = None


class Recording:
    """The sessions of the clients of one server."""

    def __init__(self, front: ContextFS) -> None:
        self._front = front
        self._notes: SimpleQueue[Note | None] = SimpleQueue()
        self._going: dict[str, tuple[str, float]] = {}
        """Client -> id of its session and when it was last heard of."""
        self._thread: threading.Thread | None = None

    @property
    def wanted(self) -> bool:
        """Whether the settings let tool calls be recorded."""
        return self._front.settings.flag("session.record")

    def start(self) -> None:
        """Start the thread; it sleeps until there is something to write."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="contextfs-session", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Write what is noted, end the sessions, and wait for that a few seconds at most."""
        thread, self._thread = self._thread, None
        self._notes.put(None)
        if thread is not None:
            thread.join(_STOP)

    def note(self, client: str, tool: str, content: str, metadata: Mapping[str, object]) -> None:
        """Keep a tool call as a message of the client's session; returns at once."""
        if self._notes.qsize() < _MOST_WAITING:
            self._notes.put(Note(client, tool, content, metadata))

    def begin(self, client: str, tool: str) -> None:
        """See that the client's session is going on before something is saved that shall be linked to it."""
        known = self._going.get(client)
        if known is None or time.monotonic() - known[1] > self._idle:
            self._await(Note(client, tool))

    def settle(self, client: str, tool: str) -> None:
        """Wait until everything is written that was noted before, and see which session is going on."""
        self._await(Note(client, tool, begins=False))

    def look(self, client: str, tool: str) -> None:
        """Notice a session that a tool has begun by itself, so that it ends with the client as well."""
        self._notes.put(Note(client, tool, begins=False))

    @property
    def _idle(self) -> float:
        return self._front.settings.number("session.idle") * 3600

    def _await(self, note: Note) -> None:
        if self._thread is not None:
            done = threading.Event()
            self._notes.put(note._replace(done=done))
            done.wait(_WAIT)

    def _run(self) -> None:
        while True:
            try:
                note = self._notes.get(timeout=self._until_idle())
            except Empty:
                self._end(self._expired())
                continue
            if note is None:
                break
            self._keep(note)
        self._end(list(self._going))

    def _until_idle(self) -> float | None:
        """Seconds until the first session has been idle for too long; None when there is none to end."""
        last = min((heard for _, heard in self._going.values()), default=None)
        # A wait of days overflows on some platforms; waking once an hour costs nothing.
        return None if last is None else min(3600.0, max(0.01, last + self._idle - time.monotonic()))

    def _expired(self) -> Sequence[str]:
        now = time.monotonic()
        return [client for client, (_, heard) in self._going.items() if now - heard >= self._idle]

    def _keep(self, note: Note) -> None:
        try:
            CLIENT.set(note.client)
            self._write(note)
        except (
            ContextFSError
        ) as error:  # the call was answered; a session that cannot be kept is no failure of it
            log.warning("A call could not be recorded: %s", error)
        except Exception:
            log.exception("A call could not be recorded")
        finally:
            if note.done is not None:
                note.done.set()

    def _write(self, note: Note) -> None:
        session = self._front.sessions.current()
        if session is None and note.begins:
            self._end([note.client])
            CLIENT.set(note.client)
            session = self._front.start_session(tool=note.tool or None)
        if session is None:
            self._going.pop(note.client, None)
            return
        self._going[note.client] = (session.id, time.monotonic())
        if note.content:
            self._front.add_message("tool", note.content, metadata=note.metadata)

    def _end(self, clients: Sequence[str]) -> None:
        """End the sessions of these clients, with a summary that nobody has to wait for."""
        for client in clients:
            subject, _ = self._going.pop(client, ("", 0.0))
            if not subject:
                continue
            try:
                CLIENT.set(client)
                self._front.sessions.leave(subject)
            except ContextFSError as error:
                log.warning("A session could not be ended: %s", error)
            except Exception:
                log.exception("A session could not be ended")


def arguments_of(arguments: Mapping[str, object]) -> str:
    """The arguments of a call in one line, each in short."""
    return ", ".join(
        f"{key}={_short(value)}" for key, value in arguments.items() if value not in ("", None, [], {})
    )


def outcome(value: BaseModel) -> str:
    """What came back, by ids and counts; never the text of a memory."""
    told = value.model_dump(exclude_none=True)
    for key in ("results", "memories", "sessions", "records"):
        if isinstance(told.get(key), list):
            return _counted(cast("list[dict[str, object]]", told[key]))
    subject = str(told.get("id", ""))[:8]
    verb = {True: "saved", False: "known already"}.get(cast("bool", told.get("created")), "")
    undone = "not done" if told.get("done") is False else ""
    return " ".join(part for part in (subject, undone or verb) if part) or "done"


def notes_of(name: str, arguments: Mapping[str, object], value: BaseModel | None) -> dict[str, object]:
    """What a summary can tell of a call: what was asked, what was saved, or that it failed."""
    told: dict[str, object] = {"name": name}
    if value is None:
        return {**told, "error": True}
    if isinstance(query := arguments.get("query"), str) and query.strip():
        told["asked"] = [query]
    kept = value.model_dump(include={"created", "title", "type", "id"})
    if kept.get("created") and kept.get("title"):
        told["saved"] = [": ".join(str(kept[key]) for key in ("type", "title") if kept.get(key))]
    if kept.get("id"):
        told["id"] = kept["id"]
    return told


def failed(reason: str) -> str:
    """What a call that failed came to."""
    line = " ".join(reason.split())
    return f"failed: {line if len(line) <= _OUTCOME else line[: _OUTCOME - 1] + '…'}"


def _counted(found: Sequence[Mapping[str, object]]) -> str:
    ids = [
        str(cast("Mapping[str, object]", one.get("memory", one)).get("id", ""))[:8] for one in found[:_SHOWN]
    ]
    more = ", …" if len(found) > _SHOWN else ""
    return f"{len(found)} found: {', '.join(ids)}{more}" if found else "nothing found"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _ARGUMENT else text[: _ARGUMENT - 1] + "…"

"""Recording: the tool calls of each client become a session of its own, behind the client's back.

A thread writes them, so that no call waits for the disk and none fails because the store cannot be written to. What a
call answered is told by its outcome alone: recalled text is never taken for something that was said.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import NamedTuple, cast

from pydantic import BaseModel

from contextfs.api import ContextFS
from contextfs.domain.recorder import CLIENT
from contextfs.errors import ContextFSError, InvalidSetting

log = logging.getLogger(__name__)
_ARGUMENT = 160
"""Characters of one argument that are kept."""
_OUTCOME = 200
_LOOKED_AT = 4_000
_QUERY = 500
_WAIT = 2.0
"""Seconds that a tool waits at most for what was noted before it."""
_STOP = 5.0
_USUAL_IDLE = 8 * 3600.0
_MOST_WAITING = 1_000
"""Notes that wait for a store which cannot be written to; what comes beyond is not kept."""
_SHOWN = 5


class Call(NamedTuple):
    """A tool call that was answered."""

    name: str
    arguments: Mapping[str, object]
    value: BaseModel | None = None
    """What it answered; None when it failed."""
    reason: str = ""
    """Why it failed."""


class Note(NamedTuple):
    """One thing for the thread to do."""

    client: str
    tool: str
    call: Call | None = None
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
        try:
            return self._front.settings.flag("session.record") and not self._front.pauses()
        except InvalidSetting as error:  # whoever calls has asked for something else
            log.warning("Nothing is recorded: %s", error)
            return False

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

    def note(self, client: str, tool: str, call: Call) -> None:
        """Keep a tool call as a message of the client's session; returns at once."""
        if self._notes.qsize() < _MOST_WAITING:
            self._notes.put(Note(client, tool, call))

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
        try:
            return self._front.settings.number("session.idle") * 3600
        except InvalidSetting:
            return _USUAL_IDLE

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
            self._front.sessions.end_abandoned()
        if session is None:
            self._going.pop(note.client, None)
            return
        self._going[note.client] = (session.id, time.monotonic())
        if note.call is not None:
            redacted = self._front.sessions.redacted
            metadata = notes_of(note.call, redacted)
            self._front.add_message("tool", told(note.call, redacted), metadata=metadata)

    def _end(self, clients: Sequence[str]) -> None:
        """End the sessions of these clients, with a summary that nobody has to wait for."""
        for client in clients:
            subject, _ = self._going.pop(client, ("", 0.0))
            if not subject:
                continue
            try:
                CLIENT.set(client)
                self._front.sessions.leave(subject)
                self._front.inbox.recognise(subject)
            except ContextFSError as error:
                log.warning("A session could not be ended: %s", error)
            except Exception:
                log.exception("A session could not be ended")


def told(call: Call, redacted: Callable[[str], str]) -> str:
    """A call in one line: its arguments, each in short, and what came back. Secrets go before anything is cut."""
    given = [
        f"{key}={_short(value, redacted)}"
        for key, value in call.arguments.items()
        if value not in ("", None, [], {})
    ]
    result = f"failed: {_cut(redacted(call.reason), _OUTCOME)}" if call.value is None else outcome(call.value)
    return f"{', '.join(given)} → {result}".lstrip()


def outcome(value: BaseModel) -> str:
    """What came back, by ids and counts; never the text of a memory."""
    fields = value.model_dump(exclude_none=True)
    for key in ("results", "memories", "sessions", "records"):
        if isinstance(fields.get(key), list):
            return _counted(cast("list[dict[str, object]]", fields[key]))
    subject = str(fields.get("id", ""))[:8]
    verb = {True: "saved", False: "known already"}.get(cast("bool", fields.get("created")), "")
    undone = "not done" if fields.get("done") is False else ""
    return " ".join(part for part in (subject, undone or verb) if part) or "done"


def notes_of(call: Call, redacted: Callable[[str], str]) -> dict[str, object]:
    """What a summary can tell of a call: what was asked, what was saved, or that it failed."""
    noted: dict[str, object] = {"name": call.name}
    if call.value is None:
        return {**noted, "error": True}
    query = call.arguments.get("query")
    if isinstance(query, str) and query.strip():
        noted["asked"] = [_cut(redacted(query[:_LOOKED_AT]), _QUERY)]
    kept = call.value.model_dump(include={"created", "title", "type", "id"})
    if kept.get("created") and kept.get("title"):
        noted["saved"] = [": ".join(str(kept[key]) for key in ("type", "title") if kept.get(key))]
    if kept.get("id"):
        noted["id"] = kept["id"]
    return noted


def _counted(found: Sequence[Mapping[str, object]]) -> str:
    ids = [
        str(cast("Mapping[str, object]", one.get("memory", one)).get("id", ""))[:8] for one in found[:_SHOWN]
    ]
    more = ", …" if len(found) > _SHOWN else ""
    return f"{len(found)} found: {', '.join(ids)}{more}" if found else "nothing found"


def _short(value: object, redacted: Callable[[str], str]) -> str:
    """An argument in short; of a whole file only the beginning is looked at, which is more than is shown."""
    if isinstance(value, str):
        return f'"{_cut(redacted(value[:_LOOKED_AT]), _ARGUMENT)}"'
    return _cut(redacted(json.dumps(value, ensure_ascii=False, default=str)[:_LOOKED_AT]), _ARGUMENT)


def _cut(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"

"""What each event of a host does: its input is read, a verb is called, the answer is put into the host's shape."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import NamedTuple, cast

from contextfs.api.hooking import Hooks, Injected
from contextfs.integrations.hosts import (
    BY_NAME,
    POST_COMPACT,
    PRE_COMPACT,
    PROMPT,
    SESSION_END,
    SESSION_START,
    STOP,
    TOOL,
    Host,
    host_of,
    our_event,
    their_event,
)

Answer = Callable[[bytes], None]
_CAPTURE = 1.5
"""Seconds that a host waits at the end of a turn at most; a longer transcript is taken in turn by turn."""
_AT_LEISURE = 20.0
_HURRY = 0.03
"""Seconds that a prompt waits for somebody else who writes to the store."""
_PATIENCE: Mapping[str, float | None] = {STOP: 1.0, PRE_COMPACT: 1.0, POST_COMPACT: 1.0, SESSION_END: None}


class Event(NamedTuple):
    """One call of a host, as it means the same whoever calls."""

    host: Host
    name: str
    """Our name of it."""
    theirs: str
    given: Mapping[str, object]

    def text(self, *keys: str) -> str:
        """The first text among some keys of the input."""
        return next((value for key in keys if isinstance(value := self.given.get(key), str) and value), "")

    @property
    def session(self) -> str:
        """The host's id of the session."""
        return self.text("session_id", "sessionId", "conversation_id")

    @property
    def cwd(self) -> str:
        """Where the host works."""
        roots = self.given.get("workspace_roots")
        first = cast("list[object]", roots)[0] if isinstance(roots, list) and roots else ""
        return self.text("cwd", "workingDirectory") or (first if isinstance(first, str) else "")

    @property
    def transcript(self) -> str:
        """Where the host writes the session down."""
        path = self.text("transcript_path", "transcriptPath")
        return path or (_of_copilot(self.session) if self.host.name == "copilot" else "")


def read_event(event: str, client: str, data: bytes, environ: Mapping[str, str]) -> Event | None:
    """The event that a host tells of; None for one that we have nothing to do with, or cannot read."""
    try:
        value: object = json.loads(data.decode("utf-8", "replace")) if data.strip() else {}
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, Mapping):
        return None
    given = cast("Mapping[str, object]", value)
    host = BY_NAME.get(client) or host_of(given, environ)
    said = given.get("hook_event_name")
    name = our_event(host, event) or (our_event(host, said) if isinstance(said, str) else "")
    theirs = said if isinstance(said, str) and our_event(host, said) == name else their_event(host, name)
    return Event(host, name, theirs, given) if name else None


def serve(event: Event, answer: Answer) -> None:
    """Do what an event asks for; `answer` takes what is to be printed, once."""
    hooks = Hooks(event.cwd, event.host.name, patience=_PATIENCE.get(event.name, _HURRY))
    if hooks.is_paused:
        return
    try:
        _DOES[event.name](event, hooks, answer)
    finally:
        hooks.close()


def _start(event: Event, hooks: Hooks, answer: Answer) -> None:
    session = hooks.session(event.session)
    _say(event, hooks, hooks.at_start(session, anew=event.text("source") in event.host.anew), answer)


def _prompt(event: Event, hooks: Hooks, answer: Answer) -> None:
    if PROMPT in event.host.injects:
        found = hooks.at_prompt(event.text("prompt", "initial_prompt"), hooks.session(event.session))
        _say(event, hooks, found, answer)


def _say(event: Event, hooks: Hooks, found: Injected | None, answer: Answer) -> None:
    if found is not None and len(found.text) <= event.host.limit:
        shape = event.host.answer(event.theirs, found.text)
        answer(json.dumps(shape, ensure_ascii=False).encode("utf-8", "replace"))
        hooks.given(found)


def _tool(event: Event, hooks: Hooks, _answer: Answer) -> None:
    name = event.text("tool_name", "toolName") or event.theirs
    given = next((event.given[key] for key in ("tool_input", "toolArgs") if key in event.given), event.given)
    if isinstance(given, str | Mapping):
        hooks.touched(hooks.session(event.session), name, cast("Mapping[str, object] | str", given))


def _turn(event: Event, hooks: Hooks, _answer: Answer) -> None:
    hooks.capture(event.transcript, seconds=_CAPTURE)


def _compact(event: Event, hooks: Hooks, answer: Answer) -> None:
    hooks.forget_given(hooks.session(event.session))
    _turn(event, hooks, answer)


def _end(event: Event, hooks: Hooks, _answer: Answer) -> None:
    hooks.upgrade()
    hooks.capture(event.transcript, seconds=_AT_LEISURE)
    hooks.over(hooks.session(event.session))


_DOES: Mapping[str, Callable[[Event, Hooks, Answer], None]] = {
    SESSION_START: _start,
    PROMPT: _prompt,
    TOOL: _tool,
    STOP: _turn,
    PRE_COMPACT: _compact,
    POST_COMPACT: _turn,
    SESSION_END: _end,
}


def _of_copilot(session: str) -> str:
    """Where Copilot CLI writes a session, which its own hooks do not always say."""
    if not session or "/" in session or "\\" in session:
        return ""
    home = os.environ.get("COPILOT_HOME") or os.path.join(os.environ.get("XDG_STATE_HOME") or "~", ".copilot")
    return os.path.join(os.path.expanduser(home), "session-state", session, "events.jsonl")

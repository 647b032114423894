"""The verbs of sessions that stand on ContextFS itself; the rest of the family is `ctx.sessions`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import recording, session_choice, which_session
    from contextfs.api import sessions as sessions_
    from contextfs.api.engine import Engine
    from contextfs.api.sessions import Sessions
    from contextfs.domain.session import Message, Session
else:  # loaded when a session is spoken of
    session_choice = Later("contextfs.api.session_choice")
    which_session = Later("contextfs.api.which_session")
    recording, sessions_ = Later("contextfs.api.recording"), Later("contextfs.api.sessions")

Moment = datetime | str


class SessionVerbs:
    """Begin, fill, end, list, load, change and delete sessions; each begins one where it needs one that is going on."""

    _engine: Engine

    @cached_property
    def sessions(self) -> Sessions:
        """Search sessions, shorten them for a prompt, and see which one is going on."""
        return sessions_.Sessions(self._engine)

    def start_session(self, tool: str | None = None, label: str = "", **more: object) -> Session:
        """Begin a session, which becomes the current one; the one that was going on ends.

        `more` takes project, namespace, metadata and client. Raises InvalidInput, SecretRefused.
        """
        return recording.begin(self._engine, tool=tool, label=label, **more)

    def add_message(
        self,
        role: str,
        content: str,
        *,
        at: datetime | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> Message:
        """Add a message to the current session; secrets in it are replaced by what they were.

        The role is user, assistant, tool or system. Raises InvalidInput.
        """
        return recording.add(self._engine, role, content, at, metadata)

    def end_session(self, generate_summary: bool = True, label: str | None = None) -> Session:
        """End the current session and return it, with a summary unless none is wanted."""
        return recording.end(self._engine, generate_summary=generate_summary, label=label)

    def list_sessions(
        self,
        limit: int = 10,
        tool: str | None = None,
        label: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        *,
        offset: int = 0,
        project: str | None = None,
        namespace: str | None = None,
        all: bool = False,
    ) -> list[Session]:
        """The latest sessions, newest first, without their messages; `length` says how many there are."""
        wanted = sessions_.wanted_of(tool=tool, label=label, since=since, until=until, project=project)
        scope = sessions_.scope_of(self._engine, wanted, namespace=namespace, everywhere=all)
        return sessions_.listed(self._engine, wanted, scope, limit, offset)

    def load_session(
        self,
        session_id: Session | str | None = None,
        label: str | None = None,
        query: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        tool: str | None = None,
        *,
        skip_current: bool = False,
    ) -> Session:
        """One session with its messages: by id, by label, by what it was about, or the latest.

        "The session from yesterday about database design" is ``query="database design", since="yesterday"``.
        `skip_current` passes over the session that is going on, where neither an id nor a label names it.
        Raises SessionNotFound, AmbiguousId.
        """
        times = {"since": since, "until": until}
        return session_choice.chosen(
            self._engine, session_id, label, query, times, tool, skip_current=skip_current
        )

    def update_session(
        self,
        session_id: Session | str | None = None,
        label: str | None = None,
        summary: str | None = None,
        **fields: object,
    ) -> Session:
        """Change the heading of a session, of the current one when none is named; an empty text clears.

        `fields` takes tool, project, namespace and metadata. Raises SessionNotFound, InvalidInput, SecretRefused.
        """
        which = None if session_id is None else which_session.resolved(self._engine, session_id)
        return recording.update(self._engine, which, {"label": label, "summary": summary, **fields})

    def delete_session(self, session_id: Session | str) -> Session:
        """Delete a session and return what it was; `undo` brings it back, `erase` removes its messages for good."""
        return recording.delete(self._engine, which_session.resolved(self._engine, session_id))

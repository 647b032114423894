"""Which session a name means: an id, a label, or the one that is going on; and which one is to be saved."""

from __future__ import annotations

from collections.abc import Sequence

from contextfs.api import recording
from contextfs.api.engine import Engine
from contextfs.domain.given import text_of
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.session import Session
from contextfs.errors import AmbiguousId, SessionNotFound
from contextfs.store.conversations import Conversations

_ID = 32


def resolved(engine: Engine, which: Session | str, *, gone: bool = False) -> str:
    """The full id that a session, an id, a unique prefix of one or a label names; `gone` also finds deleted ones.

    Raises SessionNotFound, and AmbiguousId where a label is also the beginning of another session's id.
    """
    if isinstance(which, Session):
        return which.id
    name = text_of("session", which).strip()
    if not name:
        raise SessionNotFound("No session is named: the id is empty.", hint="Give an id or a label.")
    with engine.store.reading() as view:
        conversations = Conversations.of(view)
        now = recording.current(engine, view) if name == recording.CURRENT else ""
        if now:
            return now
        labelled = conversations.sessions_labelled(name)
        ids = conversations.session_ids(name, gone=gone)
        if not labelled and not ids and gone:
            ids = conversations.deleted_labelled(name)[:1]
        if len(name) == _ID and ids:
            return ids[0]
        others = [one for one in ids if labelled and one not in {each.id for each in labelled}]
        if others:
            raise AmbiguousId(
                f"{name!r} is the label of session {labelled[0].short_id} and begins the id of {others[0][:8]}.",
                hint="Give more characters of the id that is meant.",
            )
        if labelled:
            return nearest(engine, labelled).id
        if not ids and name == recording.CURRENT:
            raise SessionNotFound("No session is going on here.")
        return ids[0] if len(ids) == 1 else conversations.resolve_session(name, gone=gone)


def deleted(engine: Engine, which: str) -> str:
    """The full id of a session that was deleted, by an id, a prefix or its label."""
    with engine.store.reading() as view:
        conversations = Conversations.of(view)
        named = conversations.deleted_labelled(text_of("session", which).strip())
        subject = named[0] if named else resolved(engine, which, gone=True)
        if conversations.standing(subject) == "here":
            raise SessionNotFound(
                f"Session {subject[:8]} is not deleted.", hint="Nothing has to be restored."
            )
    return subject


def nearest(engine: Engine, labelled: Sequence[Session]) -> Session:
    """The latest of sessions with one label, first those of the current namespace."""
    here = engine.workspace.namespace
    return next((one for one in labelled if one.namespace == here), labelled[0])


def to_save(engine: Engine, which: Session | str) -> Session:
    """The session that is to be saved.

    The current one; with none, the one that ended here last and waits to be saved, else the only one that is open in
    this namespace; one that begins now where there is nothing.
    """
    named = "" if which == recording.CURRENT else resolved(engine, which)
    with engine.store.reading() as view:
        conversations = Conversations.of(view)
        subject = named or recording.current(engine, view)
        if not subject:
            since = engine.idle_since()
            last = conversations.just_ended(engine.recorder, since)
            saved = bool(last) and _is_saved(conversations, last)
            going = conversations.open_sessions(engine.workspace.namespace, since)
            subject = last if last and not saved else going[0] if len(going) == 1 else ""
        session = conversations.session(subject) if subject else None
    return session or recording.going_on(engine)


def _is_saved(view: Conversations, subject: str) -> bool:
    """Whether the summary of a session that has ended is a memory."""
    session = view.session(subject)
    if session is None or any(change.verb == "save" for change in view.changes_of(subject)):
        return True
    kept = (one for one in view.memories_of_session(subject) if one.type == MemoryType.EPISODIC)
    return any(one.created_at and session.ended_at and one.created_at >= session.ended_at for one in kept)

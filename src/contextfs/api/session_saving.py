"""Saving a session: it ends under a label, and what came of it becomes an episodic memory."""

from __future__ import annotations

from contextfs.api import recording, saving, which_session
from contextfs.api.engine import Engine, now
from contextfs.domain.clock import new_id
from contextfs.domain.memory import Draft, Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.session import Session
from contextfs.domain.summary import Summary


def save(
    engine: Engine, which: Session | str, draft: Draft, *, label: str | None, allow_secret: bool
) -> Memory:
    """Label and end a session and keep its summary as an episodic memory that is linked to it.

    A content that is given is the summary.
    """
    session = which_session.to_save(engine, which)
    label = session.label if label is None else label
    summary = Summary(draft.content, "person") if draft.content.strip() else None
    made = summary or recording.summary_of(engine, session, label=label)
    after = session._replace(label=label, ended_at=session.ended_at or now())
    kept = draft._replace(
        content=draft.content if summary else f"{_title(after)}\n\n{made.text}",
        summary=draft.summary or _title(after),
        type=MemoryType.EPISODIC,
        session_id=session.id,
    )
    batch = new_id()
    memory = saving.put(engine, kept, allow_secret=allow_secret, batch=batch).memory
    if memory.session_id != session.id:  # another session says the same, and is told from this one by its id
        told = kept._replace(content=f"{kept.content}\n\nSession {session.short_id}")
        memory = saving.put(engine, told, allow_secret=allow_secret, batch=batch).memory
    recording.finish(engine, session, summary=made, label=label, verb="save", batch=batch)
    return memory


def _title(session: Session) -> str:
    """``Session 'auth-refactor' of 2026-11-20 14:05, claude-code``."""
    named = f"'{session.label}'" if session.label else session.short_id
    began = session.started_at.astimezone() if session.started_at else now()
    return f"Session {named} of {began:%Y-%m-%d %H:%M}, {session.tool}"

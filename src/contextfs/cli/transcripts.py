"""The texts of sessions that people read, made from values; nothing here prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from contextfs.cli import blocks
from contextfs.cli.render import paint, visible
from contextfs.domain.dates import ago

if TYPE_CHECKING:
    from contextfs.cli.documents import Document
    from contextfs.domain.memory import Memory
    from contextfs.domain.session import Message, Session, SessionResult

GOING_ON = "going on"


def name(session: Session) -> str:
    """The session in one short phrase: ``3f9c12ab 'auth-refactor'``."""
    label = f" '{visible(session.label)}'" if session.label else ""
    return f"{paint(session.short_id, 'id')}{label}"


def table(sessions: Sequence[Session]) -> str:
    """Sessions one line each, the id first, so that it is easily taken from there."""
    return blocks.table([_row(each) for each in sessions]) if sessions else "No sessions found."


def _row(session: Session) -> tuple[str, ...]:
    about = visible(session.label) or blocks.short(session.summary, 60)
    going = paint(f" ({GOING_ON})", "warning") if session.ended_at is None else ""
    return (
        paint(session.short_id, "id"),
        paint(visible(session.tool), "type"),
        ago(session.started_at, blocks.now()) if session.started_at else "",
        f"{session.length} message{'' if session.length == 1 else 's'}",
        f"{about}{going}",
    )


def card(session: Session, memories: Sequence[Memory]) -> str:
    """What is known of a session, without its messages."""
    found = {
        "ID": session.id,
        "Label": session.label,
        "Tool": session.tool,
        "Started": _when(session, "started_at"),
        "Ended": _when(session, "ended_at") or GOING_ON,
        "Messages": str(session.length),
        "Namespace": session.namespace,
        "Repository": f"{session.source_repo}, branch {session.branch}"
        if session.branch
        else session.source_repo,
        "Project": session.project,
        "By": session.author,
        "Metadata": ", ".join(f"{key}={value}" for key, value in session.metadata.items()),
    }
    parts = [blocks.facts({label: visible(value) for label, value in found.items()})]
    parts += [_summary(session)] if session.summary else []
    parts += [f"{paint('Memories', 'strong')}\n{blocks.names(memories)}"] if memories else []
    return "\n\n".join(parts)


def _when(session: Session, field: str) -> str:
    moment = getattr(session, field)
    return f"{moment.astimezone():%Y-%m-%d %H:%M}, {ago(moment, blocks.now())}" if moment else ""


def _summary(session: Session) -> str:
    by = f" ({visible(session.summarized_by)})" if session.summarized_by else ""
    return f"{paint('Summary', 'strong')}{by}\n{visible(session.summary)}"


def transcript(session: Session, memories: Sequence[Memory]) -> str:
    """The whole session: its heading, then every message."""
    parts = [card(session, memories), *(_turn(each) for each in session.messages)]
    return "\n\n".join(parts)


def _turn(message: Message) -> str:
    tool = str(message.metadata.get("name") or "")
    at = f" {message.at.astimezone():%H:%M}" if message.at else ""
    head = paint(f"[{message.role}{f' {visible(tool)}' if tool else ''}]", "type") + paint(at, "dim")
    return f"{head}\n{visible(message.content)}"


def results(found: Sequence[SessionResult]) -> str:
    """What a search among sessions found."""
    return "\n\n".join(_result(each) for each in found) if found else "No sessions found."


def _result(value: SessionResult) -> str:
    score = paint(f"[{value.relevance:.2f}]", "relevance")
    place = f" at message {value.place}" if value.place else ""
    session = value.session
    lines = [f"{score} {name(session)} {paint(visible(session.tool), 'type')}"]
    lines += [f"  {blocks.highlight(visible(value.excerpt), value.terms)}"]
    when = ago(session.started_at, blocks.now()) if session.started_at else ""
    lines += [paint(f"  {when}, {session.length} messages{place}", "dim")]
    return "\n".join(lines)


def document(session: Session) -> Document:
    """One session as JSON says it, its id first."""
    from contextfs.cli.documents import plain  # only this form needs it

    fields = plain(session)
    return {"id": session.id, **fields}


def heading(session: Session) -> Document:
    """A session without its messages."""
    fields = document(session._replace(messages=()))
    del fields["messages"]
    return fields


def result(value: SessionResult) -> Document:
    """One result of a search among sessions."""
    return {
        "relevance": round(value.relevance, 4),
        "session": heading(value.session),
        "place": value.place,
        "excerpt": value.excerpt,
        "terms": list(value.terms),
    }

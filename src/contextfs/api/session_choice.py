"""The one session that a caller wants to read: by id, by label, by what it was about, or the latest that fits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from contextfs.api import lookup, recording
from contextfs.api import sessions as reading
from contextfs.api.drafts import MAX_LIMIT
from contextfs.api.engine import Engine
from contextfs.api.which_session import nearest, resolved
from contextfs.domain.session import Session
from contextfs.errors import InvalidInput, SessionNotFound
from contextfs.store.conversations import Conversations
from contextfs.store.sessions import ANY, Wanted

Moment = datetime | str | None


def chosen(
    engine: Engine,
    session_id: Session | str | None,
    label: str | None,
    query: str | None,
    given: Mapping[str, Moment],
    tool: str | None,
    *,
    skip_current: bool = False,
) -> Session:
    """The one session that a caller means: by id, by label, by what it was about, or simply the latest.

    `skip_current` passes over the one that is going on, where neither an id nor a label is given.
    """
    if session_id is not None:
        _alone(label=label, query=query, tool=tool, **given)
        return reading.load(engine, resolved(engine, session_id))
    wanted = reading.wanted_of(tool=tool, label=label, since=given.get("since"), until=given.get("until"))
    but = _current(engine) if skip_current and not label else ""
    if query and query.strip():
        return reading.load(engine, _about(engine, query, wanted, but))
    if wanted.label:
        return reading.load(engine, _labelled(engine, wanted))
    latest = reading.listed(engine, wanted, _scope(engine, wanted), 1 + bool(but))
    for session in latest:
        if session.id != but:
            return reading.load(engine, session.id)
    raise _none(engine, wanted, but)


def _current(engine: Engine) -> str:
    with engine.store.reading() as view:
        return recording.current(engine, view)


def _alone(**others: object) -> None:
    """What names one session leaves nothing to choose from."""
    surplus = [name for name, value in others.items() if value]
    if surplus:
        raise InvalidInput(
            f"An id names one session already; {surplus[0]!r} would be ignored.",
            hint="Give the id alone, or leave it out.",
        )


def _scope(engine: Engine, wanted: Wanted) -> lookup.Scope:
    if wanted.label:
        return lookup.EVERYWHERE
    return reading.scope_of(engine, wanted, namespace=None, everywhere=False)


def _about(engine: Engine, query: str, wanted: Wanted, but: str) -> str:
    found, near = reading.find(engine, query, wanted, _scope(engine, wanted), 1 + bool(but))
    for one in found:
        if one.session.id != but:
            return one.session.id
    told = f"No session was found for {query!r}."
    for one in near:
        if one.session.id != but:
            label = f" {one.session.label!r}" if one.session.label else ""
            name = one.session.short_id
            raise SessionNotFound(told, hint=f"The nearest is {name}{label}: contextfs load-session {name}")
    raise SessionNotFound(told)


def _labelled(engine: Engine, wanted: Wanted) -> str:
    with engine.store.reading() as view:
        found = Conversations.of(view).select_sessions(wanted, lookup.EVERYWHERE, MAX_LIMIT)
    if not found:
        raise SessionNotFound(f"No session has the label {wanted.label!r}{_within(wanted)}.")
    return nearest(engine, found).id


def _none(engine: Engine, wanted: Wanted, but: str) -> SessionNotFound:
    """That nothing is left after the filters, or that there is nothing yet."""
    there = [one for one in reading.listed(engine, ANY, _scope(engine, ANY), 2) if one.id != but]
    if not there:
        other = "other " if but else ""
        return SessionNotFound(
            f"There is no {other}session here yet.", hint="Start one with: contextfs session start"
        )
    latest = there[0]
    began = f"{latest.started_at.astimezone():%Y-%m-%d %H:%M}" if latest.started_at else "an unknown time"
    return SessionNotFound(
        f"No session here was found{_within(wanted)}.",
        hint=f"The latest is {latest.short_id} of {began}, with {latest.tool or 'an unknown tool'}.",
    )


def _within(wanted: Wanted) -> str:
    parts = [f" with the tool {wanted.tool!r}"] if wanted.tool else []
    parts += [f" since {wanted.since.astimezone():%Y-%m-%d %H:%M}"] if wanted.since else []
    parts += [f" until {wanted.until.astimezone():%Y-%m-%d %H:%M}"] if wanted.until else []
    return "".join(parts)

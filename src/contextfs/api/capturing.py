"""Capturing: what a host has written to its transcript since the last look becomes messages of the session here.

Messages are written first and how far they were read afterwards, so that somebody who is killed in between reads some
lines again, under the same ids, and nothing is lost or there twice. An import of the same file later finds all known.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import NamedTuple

from contextfs.api import recognising, recording
from contextfs.api.engine import Engine
from contextfs.api.transcripts import session_id, take_conversation
from contextfs.domain.imported import Options
from contextfs.domain.session import Session
from contextfs.domain.transcript import Heading
from contextfs.errors import ContextFSError
from contextfs.exchange.following import Following, is_followed
from contextfs.exchange.source import Source
from contextfs.store.conversations import Conversations

_PIECE = 256 << 10
"""Bytes of a transcript that are taken in at a time, so that a save in between waits for milliseconds only."""
_OWN_SUMMARIES = frozenset(("", "extract"))


class Captured(NamedTuple):
    """What came of one look at a transcript."""

    session: str = ""
    """The id of the session; empty where there was nothing to read."""
    messages: int = 0
    """New ones."""
    done: bool = True
    """Whether it was read to its end."""


def capture(engine: Engine, format_name: str, path: str, *, seconds: float) -> Captured:
    """Take in what is new in a transcript, for about so many seconds; the rest waits for the next look."""
    path = os.path.realpath(os.path.expanduser(path))
    if not is_followed(format_name, path):
        return Captured()
    until = time.monotonic() + seconds
    source = Source(path, path)
    following = Following(source, format_name, engine.store.followed.get(path))
    done = Captured()
    while time.monotonic() < until:
        found = following.piece(_PIECE)
        if not found:
            return done
        taken = take_conversation(
            engine,
            source,
            format_name,
            found,
            Options(namespace=engine.settings.text("namespace")),
            default=engine.workspace.namespace,
            live=True,
        )
        headed = [session_id(one.tool, one.key) for one in found if isinstance(one, Heading)]
        if headed and not taken.erased:
            engine.store.followed.put(path, headed[-1], following.place)
        done = Captured(headed[-1] if headed else done.session, done.messages + taken.messages)
    return done._replace(done=False)


def recognise(engine: Engine, session: str) -> None:
    """Look for candidates in what was captured; that there are none fails nobody."""
    with suppress(ContextFSError):
        recognising.recognise(engine, session)


def finish(engine: Engine, session: str) -> None:
    """End a captured session with an extract of it, which is made anew if it had ended before and went on."""
    with engine.store.reading() as view:
        known = Conversations.of(view).session(session)
    if known is not None and known.length and known.summarized_by in _OWN_SUMMARIES and _went_on(known):
        recording.finish(engine, known, quick=True, at=known.active_at)


def _went_on(session: Session) -> bool:
    return session.ended_at is None or bool(session.active_at and session.active_at > session.ended_at)


def tidy(engine: Engine) -> None:
    """What a process that nobody waits for does when a session is over: end what was left open, settle the ledger."""
    from contextfs.api.sessions import Sessions  # nobody waits

    for work in (Sessions(engine).end_abandoned, engine.usage.settle):
        try:
            work()
        except ContextFSError:
            continue

"""Recognising: what is new in a session is read, and what is worth remembering is put into the inbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from contextfs.api import answering
from contextfs.api.engine import Engine, now
from contextfs.api.which_session import resolved
from contextfs.capture.duplicates import SHARED_WORDS, overlap, same_claims, similar_memory
from contextfs.capture.screen import secrets_in
from contextfs.domain.candidate import CandidateMemory, candidate_id, passes, rules_of
from contextfs.domain.digest import content_hash
from contextfs.domain.memory import Memory
from contextfs.domain.search import Scope
from contextfs.domain.session import Message, Session
from contextfs.domain.sketch import telling_words
from contextfs.errors import InvalidInput, InvalidSetting
from contextfs.hygiene.candidates import Found, recognised
from contextfs.hygiene.turns import turns_of
from contextfs.store.candidates import Asked
from contextfs.store.conversations import Conversations
from contextfs.store.sessions import ANY
from contextfs.store.view import View

_AT_ONCE = 400
"""Messages that one call reads at most; the next call goes on where it ended."""
_COMPARED = 500
"""Waiting candidates of the namespace that a new one is compared with, the latest."""
_REDACTED = "[redacted: "
"""What stands in the place of a secret; a sentence without it says nothing that could be used."""
_REPEATED = 0.5
"""Share of its words that an assistant has read in one memory, from which on it repeats that memory."""
_BEHIND = 40
"""Messages without a candidate after which it is noted that they need not be read again."""


class _Read(NamedTuple):
    """What one look at a session found."""

    session: Session
    found: list[CandidateMemory]
    begun: int
    """The place from which on it was read, and the one from which on it shall be read the next time."""
    place: int
    more: bool
    """Whether there were more messages than one look reads."""


def session_named(engine: Engine, which: Session | str) -> str:
    """The full id of a session that somebody means."""
    return resolved(engine, which)


def recognise(engine: Engine, session_id: str) -> int:
    """Read what is new in a session; returns how many candidates that makes."""
    if not engine.settings.flag("inbox.recognise"):
        return 0
    added, _ = _step(engine, session_id)
    return added


def look(engine: Engine, sessions: Sequence[Session | str]) -> int:
    """Read whole sessions, those of this namespace unless some are named."""
    ids = [resolved(engine, one) for one in sessions] or _here(engine)
    return sum(_whole(engine, one) for one in ids)


def _here(engine: Engine) -> list[str]:
    scope = Scope((engine.workspace.namespace, *engine.former_namespaces))
    with engine.store.reading() as view:
        return [one.id for one in Conversations.of(view).select_sessions(ANY, scope, -1)]


def _whole(engine: Engine, session_id: str) -> int:
    total, more = 0, True
    while more:
        added, more = _step(engine, session_id)
        total += added
    return total


def _step(engine: Engine, session_id: str) -> tuple[int, bool]:
    """Read the next messages of a session; returns how many candidates are new and whether there is more to read."""
    read = _read(engine, session_id)
    if read is None or not (read.found or read.more or read.place - read.begun >= _BEHIND):
        return 0, False
    table = engine.store.candidates
    added = table.put(read.found, session_id, read.place)
    table.expire(answering.oldest(engine))
    _accept_by_rule(engine, read.found)
    return added, read.more


def _read(engine: Engine, session_id: str) -> _Read | None:
    begun = engine.store.candidates.read_up_to(session_id)
    with engine.store.reading() as view:
        conversations = Conversations.of(view)
        session = conversations.session(session_id)
        messages = conversations.messages_of(session_id, begun, _AT_ONCE) if session else []
    if session is None or not messages:
        return None
    more = len(messages) == _AT_ONCE
    turns = turns_of(messages)
    last = turns[-1].start if turns else 0
    if more and last == 0:  # one turn that fills the whole of it
        last = len(messages)
    told = [one for turn in turns for one in recognised(turn)]
    recalled = _recalled(engine, session) if any(one.message.role == "assistant" for one in told) else []
    found = [_candidate(session, one) for one in told if _is_new(one, recalled)]
    return _Read(session, _fresh(engine, session, found), begun, begun + last, more)


def _recalled(engine: Engine, session: Session) -> list[frozenset[str]]:
    """The words of each memory that was put before the assistant in this session."""
    given = engine.usage.given(session.id)
    with engine.store.reading() as view:
        memories = [view.memory(subject) for subject in given]
    return [telling_words(one.content) for one in memories if one is not None]


def _is_new(one: Found, recalled: Sequence[frozenset[str]]) -> bool:
    """Whether it holds no secret, and was not told by an assistant that had read most of it in a memory."""
    if _REDACTED in one.text or secrets_in(one.text):
        return False
    words = telling_words(one.text)
    read = max((len(words & known) for known in recalled), default=0)
    return one.message.role != "assistant" or read < _REPEATED * len(words)


def _candidate(session: Session, one: Found) -> CandidateMemory:
    message: Message = one.message
    return CandidateMemory(
        id=candidate_id(session.id, one.text),
        kind=one.kind,
        text=one.text,
        confidence=one.confidence,
        session_id=session.id,
        message_id=message.id,
        said_at=message.at or session.started_at,
        found_at=now(),
        namespace=session.namespace,
        branch=session.branch,
        source_tool=session.tool,
        source_repo=session.source_repo,
        project=session.project,
    )


def _fresh(engine: Engine, session: Session, found: Sequence[CandidateMemory]) -> list[CandidateMemory]:
    """Those that nobody rejected, and that no memory and no other candidate says already."""
    if not found:
        return []
    table = engine.store.candidates
    unwanted = table.unwanted({content_hash(one.text) for one in found})
    asked = Asked(Scope((session.namespace,)), answering.oldest(engine), limit=_COMPARED)
    others = {one.id: one.text for one in table.waiting(asked)}
    kept: list[CandidateMemory] = []
    with engine.store.reading() as view:
        for one in found:
            if one.id in others or content_hash(one.text) in unwanted or _known(view, one):
                continue
            if not any(_alike(one.text, other) for other in others.values()):
                others[one.id] = one.text
                kept.append(one)
    return kept


def _known(view: View, one: CandidateMemory) -> bool:
    """Whether a memory of the namespace says it already, in the same or nearly the same words."""
    if view.same_content(one.namespace, one.text):
        return True
    return similar_memory(view, Memory(one.text, namespace=one.namespace)) is not None


def _alike(text: str, other: str) -> bool:
    return overlap(text, other) >= SHARED_WORDS and same_claims(text, other)


def _accept_by_rule(engine: Engine, found: Sequence[CandidateMemory]) -> None:
    """Accept what a rule of the settings accepts without asking."""
    try:
        rules = rules_of(engine.settings.text("inbox.auto_accept"))
    except InvalidInput as error:
        raise InvalidSetting(error.message, hint=error.hint) from None
    chosen = [one for one in found if passes(one, rules)]
    if chosen:
        answering.accept(engine, chosen)

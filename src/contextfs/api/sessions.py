"""ctx.sessions: finding and reading sessions: lists, search by words and meaning, transcripts and digests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, cast

from contextfs.api import lookup, recording
from contextfs.api.drafts import MAX_LIMIT, moment_of
from contextfs.api.engine import Engine
from contextfs.api.which_session import deleted, resolved
from contextfs.domain.clock import to_micros
from contextfs.domain.given import line_of, text_of, whole_number
from contextfs.domain.memory import Memory
from contextfs.domain.search import Scope, SearchQuery, SearchResult
from contextfs.domain.session import Message, Session, SessionResult
from contextfs.domain.summary import Summary
from contextfs.errors import EmbeddingUnavailable, InvalidInput, StoreError
from contextfs.lazy import Later
from contextfs.search.pipeline import search
from contextfs.store.conversations import PLACE, Conversations
from contextfs.store.sessions import ANY, Wanted

if TYPE_CHECKING:
    from contextfs.api import history, summaries, tracked
    from contextfs.api.recording import Recorded
    from contextfs.embedding.provider import EmbeddingProvider
    from contextfs.sessions import digest as digest_
else:  # what only some verbs need
    history, summaries = Later("contextfs.api.history"), Later("contextfs.api.summaries")
    digest_, tracked = Later("contextfs.sessions.digest"), Later("contextfs.api.tracked")

_WINDOWS_OF_ONE = 6
"""Windows that are looked at for each session that is wanted, since the best ones may all be of one session."""
_EMBED_AT_SEARCH = 256
_EXCERPT = 400
Moment = datetime | str | None


class Sessions:
    """The sessions of one ContextFS, beyond the verbs that stand on it itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def client(self) -> str:
        """What records through this object; where it is set, only its own sessions are the current one."""
        return self._engine.client

    @client.setter
    def client(self, name: str) -> None:
        self._engine.client = line_of("client", name)

    def current(self) -> Session | None:
        """The session that is going on here; None when there is none."""
        with self._engine.store.reading() as view:
            return Conversations.of(view).session(recording.current(self._engine, view))

    def resolve(self, which: Session | str) -> str:
        """The full id that an id, six or more of its first characters, or a label names."""
        return resolved(self._engine, which)

    def leave(self, session_id: str) -> Session | None:
        """End a session that nobody goes on with, with an extract that nobody has to wait for; None if it has ended.

        One that was idle for too long ended with its last message.
        """
        with self._engine.store.reading() as view:
            session = Conversations.of(view).session(session_id)
        if session is None or session.ended_at is not None:
            return None
        idle = _is_idle(self._engine, session)
        return recording.finish(self._engine, session, quick=True, at=session.active_at if idle else None)

    def end_abandoned(self, limit: int = 50) -> int:
        """End what a process that was killed has left open here and nobody has gone on with; returns how many."""
        here = scope_of(self._engine, ANY, namespace=self._engine.workspace.namespace, everywhere=False)
        left = [
            one
            for one in listed(self._engine, ANY, here, limit)
            if one.client and one.ended_at is None and _is_idle(self._engine, one)
        ]
        return sum(self.leave(one.id) is not None for one in left)

    def redacted(self, text: str) -> str:
        """The text as a message keeps it: without the secrets in it."""
        return recording.redactor(self._engine)(text)[0]

    def memories(self, which: Session | str) -> list[Memory]:
        """The memories saved while a session was going on, in their order."""
        with self._engine.store.reading() as view:
            return Conversations.of(view).memories_of_session(self.resolve(which))

    def touch(self, paths: Sequence[str], which: Session | str | None = None) -> list[str]:
        """Note files that a session touched, the current one unless another is named; returns them as kept."""
        session = load_heading(self._engine, which) if which is not None else recording.going_on(self._engine)
        return tracked.touch(self._engine, session, paths)

    def forget_files(self, paths: Sequence[str], which: Session | str | None = None) -> list[str]:
        """Take back that a session touched files; returns those that had been noted. No `undo` does it."""
        return tracked.forget(self._engine, load_heading(self._engine, which) if which else None, paths)

    def files(self, which: Session | str | None = None) -> list[str]:
        """The files that a session touched: what was noted, and what git says changed while it was going on."""
        if which is None:
            return tracked.current(self._engine)
        return tracked.files(self._engine, load_heading(self._engine, which))

    def standing(self, session_id: str) -> str:
        """Of a full id: ``new``, ``here``, ``deleted`` or ``erased``."""
        with self._engine.store.reading() as view:
            return Conversations.of(view).standing(session_id)

    def search(
        self,
        query: str,
        limit: int = 10,
        *,
        tool: str | None = None,
        label: str | None = None,
        since: Moment = None,
        until: Moment = None,
        project: str | None = None,
        namespace: str | None = None,
        all: bool = False,
        min_relevance: float | None = None,
    ) -> list[SessionResult]:
        """The sessions in which a query is answered, most relevant first, each with the place where."""
        wanted = wanted_of(tool=tool, label=label, since=since, until=until, project=project)
        scope = scope_of(self._engine, wanted, namespace=namespace, everywhere=all)
        most = whole_number("limit", limit, 1, MAX_LIMIT)
        return find(self._engine, query, wanted, scope, most, least=min_relevance)[0]

    def digest(self, which: Session | str, budget: int = 2000) -> str:
        """A session in so many tokens, fit for a prompt: its summary, its decisions, its memories, its last turns."""
        session = load(self._engine, resolved(self._engine, which))
        most = whole_number("budget", budget, 50, 1_000_000)
        summary = Summary(session.summary, session.summarized_by)
        if not session.summary:
            summary = summaries.summary_of(self._engine, session.messages, label=session.label, quick=True)
        return digest_.digest(session, summary, self.memories(session), most)

    def record(self, session: Session, messages: Iterable[Message]) -> Recorded:
        """Take in a whole conversation under the id of its heading; what is there already is not taken in twice.

        Raises SessionNotFound for one that was deleted or erased.
        """
        return recording.record(self._engine, session, messages)

    def restore(self, session_id: str) -> Session:
        """Bring back a deleted session with all its messages; raises SessionNotFound for one that is not deleted."""
        subject = deleted(self._engine, session_id)
        history.restore_session(self._engine, subject)
        return load(self._engine, subject)


def _is_idle(engine: Engine, session: Session) -> bool:
    return session.active_at is not None and to_micros(session.active_at) < engine.idle_since()


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def wanted_of(
    *, tool: str | None, label: str | None, since: Moment, until: Moment, project: str | None = None
) -> Wanted:
    """Which sessions the filters of a caller mean."""
    return Wanted(
        tool=line_of("tool", tool or ""),
        label=line_of("label", label or ""),
        since=moment_of(since),
        until=moment_of(until, end=True),
        project=line_of("project", project or ""),
    )


def scope_of(engine: Engine, wanted: Wanted, *, namespace: str | None, everywhere: bool) -> Scope:
    """The namespaces whose sessions are seen, as for memories."""
    return lookup.scope_of(
        engine, namespace=namespace, project=wanted.project, source_repo="", everywhere=everywhere
    )


def listed(engine: Engine, wanted: Wanted, scope: Scope, limit: int, offset: int = 0) -> list[Session]:
    """The headings of sessions, the latest begun first."""
    with engine.store.reading() as view:
        most = whole_number("limit", limit, 1, MAX_LIMIT)
        return Conversations.of(view).select_sessions(wanted, scope, most, offset)


def load(engine: Engine, subject: str) -> Session:
    """A session with its messages, by its full id."""
    with engine.store.reading() as view:
        conversations = Conversations.of(view)
        session = cast("Session", conversations.session(subject))
        return session._replace(messages=conversations.messages_of(subject))


def load_heading(engine: Engine, which: Session | str) -> Session:
    """A session without its messages, by id, prefix or label."""
    subject = resolved(engine, which)
    with engine.store.reading() as view:
        return cast("Session", Conversations.of(view).session(subject))


# ── search ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def find(
    engine: Engine, query: str, wanted: Wanted, scope: Scope, limit: int, *, least: float | None = None
) -> tuple[list[SessionResult], list[SessionResult]]:
    """The sessions that answer a query, and those that came nearest."""
    text = text_of("query", query).strip()
    if not text:
        raise InvalidInput("There is nothing to search for.", hint="List sessions with: contextfs sessions")
    _catch_up(engine)
    asked = SearchQuery(text, scope=scope, limit=_WINDOWS_OF_ONE * limit, min_relevance=least)
    while provider := engine.embedder.provider:
        try:
            return _found(engine, asked, wanted, provider, limit)
        except EmbeddingUnavailable as error:
            engine.embedder.fail(provider.name, error)
    return _found(engine, asked, wanted, None, limit)


def _catch_up(engine: Engine) -> None:
    """Index and embed what is due; a store that cannot be written to now is searched as it is."""
    try:
        recording.catch_up(engine)
        lookup.embed_windows(engine, _EMBED_AT_SEARCH)
        engine.store.refresh_frequent_messages()
    except StoreError:
        return


def _found(
    engine: Engine, asked: SearchQuery, wanted: Wanted, provider: EmbeddingProvider | None, limit: int
) -> tuple[list[SessionResult], list[SessionResult]]:
    with engine.store.reading() as view:
        conversations = Conversations.of(view).asked(wanted)
        results, nearest = search(conversations, asked, provider)
        return _by_session(conversations, results, limit), _by_session(conversations, nearest, limit)


def _by_session(view: Conversations, results: Sequence[SearchResult], limit: int) -> list[SessionResult]:
    """The best window of each session, in order; the same words in two sessions are found in both.

    Where the label or the summary came first, what is shown is the best of what was said, since it says more.
    """
    best: dict[str, _Found] = {}
    for one in results:
        same = view.memories([int(row) for row in one.folded]) if one.folded else {}
        for window in (one.memory, *same.values()):
            known = best.setdefault(window.session_id, _Found(one.relevance, window, one.why.terms))
            if not known.window.metadata[PLACE] and window.metadata[PLACE]:
                best[window.session_id] = _Found(known.relevance, window, one.why.terms)
    headings = view.sessions(list(best)[:limit])
    return [
        SessionResult(
            headings[subject],
            found.relevance,
            " ".join(found.window.content.split())[:_EXCERPT],
            cast("int", found.window.metadata[PLACE]),
            found.terms,
        )
        for subject, found in best.items()
        if subject in headings
    ]


class _Found(NamedTuple):
    """What was found of one session."""

    relevance: float
    window: Memory
    terms: Sequence[str]

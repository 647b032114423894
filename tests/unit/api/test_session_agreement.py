"""Whatever is done with sessions, every table tells the same story, and the log alone tells of their headings."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from contextfs import ContextFS, Session
from contextfs.domain.change import Change, fold
from contextfs.domain.clock import Timestamp, new_id
from contextfs.domain.memory import Captured
from contextfs.domain.search import Scope
from contextfs.domain.session import ROLES, Message
from contextfs.domain.session_state import KIND, session_of
from contextfs.errors import NotFound, NothingToUndo
from contextfs.settings import Settings
from contextfs.store.conversations import Conversations
from contextfs.store.sessions import ANY
from contextfs.store.store import Store

MOMENT = Timestamp.from_micros(1_700_000_000_000_000)
LABELS = st.sampled_from(("", "auth-refactor", "datenbank", "設計"))
TEXTS = st.builds(
    lambda subject, number, more: f"{subject} case zq{number:x}vx {more}".strip(),
    st.sampled_from(("PaymentWebhookHandler fails in", "PostgreSQL is slow in", "日本語の検索")),
    st.integers(0, 40),
    st.sampled_from(("", "", "because retries double-charge.", "word " * 250, "x" * 5000)),
)
NAMESPACES = st.sampled_from(("global", "team-a", "team-b"))


def headings(store: Store) -> dict[str, Session]:
    """All sessions of a store, without what is derived from their messages."""
    with store.reading() as view:
        found = Conversations.of(view).select_sessions(ANY, Scope(None), 10_000)
    return {one.id: one._replace(active_at=None, length=0) for one in found}


def replayed(log: Sequence[Change], batch: int) -> dict[str, Session]:
    """The headings of an empty store that receives the changes as another device would."""
    with tempfile.TemporaryDirectory() as directory:
        store = Store(directory)
        for start in range(0, len(log), batch):
            group = log[start : start + batch]
            captured: list[Captured] = []
            with store.reading() as view:
                for subject in dict.fromkeys(one.subject for one in group):
                    new = tuple(one for one in group if one.subject == subject)
                    after = session_of(subject, fold((*view.changes_of(subject), *new)))
                    captured.append(Captured(new, None, other=after))
            store.apply(captured, foreign=True)
        found = headings(store)
        store.close()
        assert CHECK[0](directory, embedded=False) == []
    return found


CHECK: list[Callable[..., list[str]]] = []


class Life(RuleBasedStateMachine):
    """A store and whatever people may do to its sessions, through the public API with the real provider."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        quiet = Settings(data_dir=self.directory.name, environ={})
        self.ctx = ContextFS(settings=quiet, namespace="team-a", cwd=self.directory.name)
        self.ids: list[str] = []
        self.erased: set[str] = set()

    def teardown(self) -> None:
        """Hold the whole story together, then replay it."""
        with self.ctx._engine.store.reading() as view:
            log = [one for one in view.all_changes() if one.kind == KIND]
        current = headings(self.ctx._engine.store)
        found = self.ctx.sessions.search("PaymentWebhookHandler", limit=100, all=True, min_relevance=0)
        assert {one.session.id for one in found} <= set(current)
        self.ctx.close()
        assert CHECK[0](self.directory.name) == []
        chance = random.Random(len(log))
        shuffled = [*log, *chance.choices(log, k=min(5, len(log)))] if log else []
        chance.shuffle(shuffled)
        assert replayed([*shuffled, *log], chance.randint(1, 7)) == current
        self.directory.cleanup()

    def _some(self, place: int) -> str:
        return self.ids[place % len(self.ids)] if self.ids else "0" * 32

    def _try(self, act: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Do it, or be told that the session is gone or that there is nothing to go back to."""
        try:
            return act(*args, **more)
        except (NotFound, NothingToUndo):
            return None

    @rule(label=LABELS)
    def begin(self, label: str) -> None:
        """Begin a session; the one before ends."""
        self.ids.append(self.ctx.start_session(label=label).id)

    @rule(role=st.sampled_from(ROLES), text=TEXTS)
    def say(self, role: str, text: str) -> None:
        """Add a message to the current session."""
        self.ctx.add_message(role, text)

    @rule(texts=st.lists(TEXTS, max_size=6), place=st.none() | st.integers(0, 50), namespace=NAMESPACES)
    def take_in(self, texts: list[str], place: int | None, namespace: str) -> None:
        """Take in a conversation, perhaps one that is there already."""
        name = new_id() if place is None else self._some(place)
        said = [Message(ROLES[n % 3], text, MOMENT, id=new_id()) for n, text in enumerate(texts)]
        heading = Session(id=name, tool="codex", started_at=MOMENT, ended_at=MOMENT, namespace=namespace)
        if self._try(self.ctx.sessions.record, heading, said):
            self.ids.append(name)

    @rule(summary=st.booleans(), label=st.none() | LABELS)
    def end(self, summary: bool, label: str | None) -> None:
        """End the current session."""
        self.ids.append(self.ctx.end_session(generate_summary=summary, label=label).id)

    @rule(label=LABELS)
    def keep(self, label: str) -> None:
        """Save the current session as a memory."""
        self.ctx.save(save_session="current", label=label)

    @rule(place=st.integers(0, 50), label=LABELS, summary=st.sampled_from(("", "In short: webhooks.")))
    def rename(self, place: int, label: str, summary: str) -> None:
        """Give a session another label and summary."""
        self._try(self.ctx.update_session, self._some(place), label=label, summary=summary)

    @rule(place=st.integers(0, 50), namespace=NAMESPACES)
    def move(self, place: int, namespace: str) -> None:
        """Move a session to another namespace."""
        self._try(self.ctx.update_session, self._some(place), namespace=namespace)

    @rule(place=st.integers(0, 50))
    def delete(self, place: int) -> None:
        """Delete a session."""
        self._try(self.ctx.delete_session, self._some(place))

    @rule(place=st.integers(0, 50))
    def restore(self, place: int) -> None:
        """Bring a session back."""
        self._try(self.ctx.sessions.restore, self._some(place))

    @rule()
    def undo(self) -> None:
        """Take back the last action."""
        self._try(self.ctx.undo)

    @rule(place=st.integers(0, 50))
    def erase(self, place: int) -> None:
        """Remove a session for ever; the receipt must find nothing of it."""
        name = self._some(place)
        if name not in self.erased and (receipt := self._try(self.ctx.erase, name)):
            self.erased.add(name)
            assert receipt.found == []

    @rule(source=NAMESPACES, into=NAMESPACES)
    def merge(self, source: str, into: str) -> None:
        """Put one namespace into another."""
        if source != into:
            self._try(self.ctx.namespaces.merge, source, into)

    @rule()
    def embed(self) -> None:
        """Make some of the vectors that are missing."""
        self.ctx.embed_waiting(3)

    @rule()
    def reindex(self) -> None:
        """Build words and vectors again."""
        self.ctx.reindex()


def live(examples: int, steps: int) -> None:
    """Run lives and check each at its end."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=checks,
        ),
    )


@pytest.fixture(autouse=True)
def _check(disagreements: Callable[..., list[str]]) -> None:
    CHECK[:] = [disagreements]


def test_any_life_of_sessions_leaves_a_store_in_agreement() -> None:
    """Any sequence of talks, changes, undoings and erasures agrees in every table and replays to the same headings."""
    live(examples=10, steps=25)
    assert CHECK


@pytest.mark.long
def test_many_long_lives_of_sessions_leave_a_store_in_agreement() -> None:
    """The same with more and longer sequences."""
    live(examples=60, steps=50)
    assert CHECK

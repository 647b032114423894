"""Whatever is done with memories, every table tells the same story, and the change log alone can tell it again."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from contextfs import ContextFS, Memory
from contextfs.capture.linking import mentions_in
from contextfs.domain.change import Change, fold
from contextfs.domain.memory import STATUSES, Captured
from contextfs.domain.memory_state import memory_of
from contextfs.domain.search import Filters, Scope
from contextfs.errors import InvalidInput, NotFound, NothingToUndo
from contextfs.settings import Settings
from contextfs.store.store import Store

EVERYTHING = Filters(statuses=STATUSES)
SUBJECTS = (
    "PaymentWebhookHandler",
    "PostgreSQL",
    "rate limits",
    "日本語の検索",
    "src/app.py",
    "the login form",
)
SENTENCES = st.builds(
    lambda subject, number, more: f"{subject} needs care, case zq{number:x}vx {more}".strip(),
    st.sampled_from(SUBJECTS),
    st.integers(0, 40),
    st.sampled_from(("", "", "because retries double-charge.", "word " * 450)),
)
TAGS = st.lists(st.sampled_from(("db", "auth", "deprecated", "feature/x")), max_size=3)
NAMESPACES = st.sampled_from(("global", "team-a", "team-b"))


def everything(ctx: ContextFS) -> list[Memory]:
    """All memories of a store, whatever their status."""
    with ctx._engine.store.reading() as view:
        return view.select(EVERYTHING, Scope(None), 10_000)


def replay(log: Sequence[Change], batch: int) -> dict[str, Memory]:
    """Receive changes into an empty store as another device would, and return the memories this leads to."""
    with tempfile.TemporaryDirectory() as directory:
        store = Store(directory)
        receive(store, log, batch)
        with store.reading() as view:
            found = {memory.id: memory for _, memory in view.each()}
        store.close()
        problems = CHECK[0](directory, embedded=False)
    assert problems == []
    return found


def receive(store: Store, log: Sequence[Change], batch: int) -> None:
    """Apply foreign changes, some at a time."""
    for start in range(0, len(log), batch):
        group = log[start : start + batch]
        captured: list[Captured] = []
        with store.reading() as view:
            for subject in dict.fromkeys(one.subject for one in group):
                new = tuple(one for one in group if one.subject == subject)
                memory = memory_of(subject, fold((*view.changes_of(subject), *new)))
                captured.append(Captured(new, memory, mentions_in(memory) if memory else ()))
        store.apply(captured, foreign=True)


CHECK: list[Callable[..., list[str]]] = []


class Life(RuleBasedStateMachine):
    """A store and whatever people may do to it, through the public API with the real provider."""

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
            log = list(view.all_changes())
        current = {memory.id: memory for memory in everything(self.ctx)}
        rare_words = {memory.id: memory.content.split("case ")[1].split()[0] for memory in current.values()}
        for name, word in rare_words.items():
            found = self.ctx.search(word, all=True, status=list(STATUSES), limit=100, min_relevance=0)
            holders = {result.memory.id for result in found if word in result.memory.content}
            folded = {other for result in found for other in result.folded}
            assert name in holders | folded, f"{word} does not find {name}"
            assert {result.memory.id for result in found} <= set(current)
        self.ctx.close()
        assert CHECK[0](self.directory.name) == []
        chance = random.Random(len(log))
        shuffled = [*log, *chance.choices(log, k=min(5, len(log)))] if log else []
        chance.shuffle(shuffled)
        assert replay([*shuffled, *log], chance.randint(1, 7)) == current
        self.directory.cleanup()

    def _some(self, place: int) -> str:
        return self.ids[place % len(self.ids)] if self.ids else "0" * 32

    def _try(self, act: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Do it, or be told that the memory is gone or that there is nothing to go back to."""
        try:
            return act(*args, **more)
        except (NotFound, NothingToUndo):
            return None

    @rule(content=SENTENCES, tags=TAGS, namespace=NAMESPACES, status=st.sampled_from(STATUSES))
    def save(self, content: str, tags: list[str], namespace: str, status: str) -> None:
        """Save something, perhaps what is there already."""
        self.ids.append(
            self.ctx.save(
                content, tags=tags, namespace=namespace, status=status, metadata={"n": len(tags)}
            ).id
        )

    @rule(contents=st.lists(SENTENCES, min_size=1, max_size=5))
    def save_many(self, contents: list[str]) -> None:
        """Save several as one action."""
        self.ids += [memory.id for memory in self.ctx.save_many(contents)]

    @rule(place=st.integers(0, 50), content=SENTENCES, tags=TAGS)
    def update(self, place: int, content: str, tags: list[str]) -> None:
        """Rewrite a memory."""
        self._try(self.ctx.update, self._some(place), content, tags=tags, metadata={"n": True})

    @rule(place=st.integers(0, 50), namespace=NAMESPACES)
    def move(self, place: int, namespace: str) -> None:
        """Move a memory to another namespace."""
        self._try(self.ctx.update, self._some(place), namespace=namespace)

    @rule(place=st.integers(0, 50), summary=st.sampled_from(("", "in short: webhooks", "短い要約")))
    def summarise(self, place: int, summary: str) -> None:
        """Give a memory a summary or take it away."""
        self._try(self.ctx.update, self._some(place), summary=summary, files=["src/app.py"])

    @rule(place=st.integers(0, 50))
    def delete(self, place: int) -> None:
        """Delete a memory."""
        self._try(self.ctx.delete, self._some(place))

    @rule(place=st.integers(0, 50), number=st.none() | st.integers(1, 4))
    def restore(self, place: int, number: int | None) -> None:
        """Go back to some revision."""
        self._try(self.ctx.restore, self._some(place), number)

    @rule()
    def undo(self) -> None:
        """Take back the last action."""
        self._try(self.ctx.undo)

    @rule(old=st.integers(0, 50), new=st.integers(0, 50))
    def supersede(self, old: int, new: int) -> None:
        """Replace one by another, or be told that this would be a circle."""
        former, latter = self._some(old), self._some(new)
        if former == latter:
            return
        try:
            self._try(self.ctx.supersede, former, latter)
        except InvalidInput as error:
            if "already stands in for" not in str(error):
                raise

    @rule(place=st.integers(0, 50), archive=st.booleans())
    def retire(self, place: int, archive: bool) -> None:
        """Deprecate or archive a memory."""
        self._try(self.ctx.archive if archive else self.ctx.deprecate, self._some(place))

    @rule(source=NAMESPACES, into=NAMESPACES)
    def merge(self, source: str, into: str) -> None:
        """Put one namespace into another."""
        if source != into:
            self._try(self.ctx.namespaces.merge, source, into)

    @rule(place=st.integers(0, 50))
    def erase(self, place: int) -> None:
        """Remove a memory for ever; the receipt must find nothing of it."""
        name = self._some(place)
        if name in self.erased:
            return
        receipt = self._try(self.ctx.erase, name)
        if receipt:
            self.erased.add(name)
            assert receipt.found == []

    @rule()
    def reindex(self) -> None:
        """Build words and vectors again."""
        self.ctx.reindex()

    @rule()
    def close(self) -> None:
        """Close the store; it opens again by itself."""
        self.ctx.close()


def live(examples: int, steps: int) -> None:
    """Run lives and check each at its end."""
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[
                HealthCheck.too_slow,
                HealthCheck.data_too_large,
                HealthCheck.filter_too_much,
            ],
        ),
    )


@pytest.fixture(autouse=True)
def _check(disagreements: Callable[..., list[str]]) -> None:
    CHECK[:] = [disagreements]


def test_any_life_of_a_store_leaves_it_in_agreement() -> None:
    """Any sequence of saves, changes, undoings and erasures agrees in every table and replays to the same store."""
    live(examples=12, steps=25)
    assert CHECK


def test_a_replayed_store_makes_its_own_vectors(
    tmp_path: Path, disagreements: Callable[..., list[str]]
) -> None:
    """Vectors are not in the log: a store that received all changes has none, makes them, and then agrees in full."""
    with ContextFS(
        settings=Settings(data_dir=str(tmp_path / "a"), environ={}), namespace="team", cwd="/"
    ) as one:
        made = one.save_many([f"Service s{n} listens on port {8000 + n}" for n in range(30)])
        one.delete(made[3].id)
        with one._engine.store.reading() as view:
            log = list(view.all_changes())
    with ContextFS(
        settings=Settings(data_dir=str(tmp_path / "b"), environ={}), namespace="team", cwd="/"
    ) as two:
        receive(two._engine.store, log, 7)
        assert two.status().waiting == 29
        while two.embed_waiting(10):
            pass
        assert two.status().waiting == 0
    assert disagreements(tmp_path / "b") == []


@pytest.mark.long
def test_many_long_lives_leave_a_store_in_agreement() -> None:
    """The same with more and longer sequences."""
    live(examples=60, steps=50)
    assert CHECK

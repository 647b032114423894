"""What the front door notes of what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.domain.digest import content_hash

TEXT = "We retry webhooks five times, because the payment provider drops one call in fifty"


@pytest.fixture
def ctx(tmp_path: Path) -> ContextFS:
    """A front door with a store of its own."""
    return ContextFS(data_dir=tmp_path / "data", namespace="team")


def test_found_and_recalled_memories_are_counted(ctx: ContextFS) -> None:
    """A search and a recall each leave a note with the cost of the text; a listing leaves none."""
    memory = ctx.save(TEXT)
    ctx.search("how often are webhooks retried")
    ctx.search("")
    ctx.recall(memory.id)
    ctx.freshness(memory.short_id)
    used = ctx._engine.usage.counts()[memory.id]
    assert used.times == {"found": 1, "recalled": 2}
    assert used.tokens == 3 * -(-len(TEXT) // 4)
    assert used.first <= used.last


def test_nothing_is_noted_where_somebody_says_so(ctx: ContextFS, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting usage.enabled switches the ledger off."""
    monkeypatch.setenv("CONTEXTFS_USAGE", "false")
    ctx.recall(ctx.save(TEXT).id)
    assert ctx._engine.usage.counts() == {}


def test_a_ledger_that_cannot_be_written_fails_nobody(ctx: ContextFS, tmp_path: Path) -> None:
    """A search answers although its note finds no place."""
    ctx.save(TEXT)
    (tmp_path / "data" / "usage.spool").mkdir()
    assert [one.memory.content for one in ctx.search("webhooks retried")] == [TEXT]


def test_what_a_session_was_given_comes_with_the_hash_of_its_text(ctx: ContextFS) -> None:
    """Who builds a pack leaves out what the session holds already, unless its text has changed."""
    memory = ctx.save(TEXT)
    ledger = ctx._engine.usage
    ledger.note("injected", [memory], "5e" * 16)
    assert ledger.given("5e" * 16) == {memory.id: content_hash(TEXT).hex()}
    assert ledger.given("") == {}


def test_an_erased_memory_is_in_no_note(ctx: ContextFS, tmp_path: Path) -> None:
    """After an erase neither the store nor the spool names the memory by its id or its hash."""
    memory = ctx.save(TEXT)
    ctx.recall(memory.id)
    ctx.erase(memory.id)
    assert ctx._engine.usage.counts() == {}
    assert not (tmp_path / "data" / "usage.spool").exists()

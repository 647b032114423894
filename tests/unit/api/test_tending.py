"""What repeats, what contradicts, feedback and figures, through the front door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from contextfs import ContextFS
from contextfs.errors import InvalidInput, MemoryNotFound

OLD = datetime.now(UTC) - timedelta(days=30)


def test_contradictions_show_both_sentences(ctx: ContextFS) -> None:
    """The older one comes first, whichever was saved first; unrelated memories are not mentioned."""
    new = ctx.save("Some words first. The session timeout is 15 minutes.")
    old = ctx.save("The session timeout is 30 minutes.", created_at=OLD)
    ctx.save("Passwords are hashed with bcrypt.")
    found = ctx.contradictions()
    assert (found.looked, found.of) == (3, 3)
    assert [(one.older.id, one.newer.id, one.kind) for one in found.pairs] == [(old.id, new.id, "number")]
    assert found.pairs[0].sentences == (
        "The session timeout is 30 minutes.",
        "The session timeout is 15 minutes.",
    )
    assert ctx.duplicates().pairs == []


def test_what_no_longer_holds_contradicts_nothing(ctx: ContextFS) -> None:
    """Superseded, deprecated and archived memories, events and code are left out."""
    old = ctx.save("The session timeout is 30 minutes.")
    ctx.save("The session timeout is 20 minutes.", type="episodic")
    assert not ctx.contradictions().pairs
    new = ctx.save("The session timeout is 15 minutes.")
    assert len(ctx.contradictions().pairs) == 1
    ctx.supersede(old, new)
    assert not ctx.contradictions().pairs
    ctx.undo()
    ctx.deprecate(old)
    assert not ctx.contradictions().pairs


def test_duplicates_are_found_in_other_words(ctx: ContextFS) -> None:
    """Numbers may be spelled; another number is another fact."""
    one = ctx.save("Webhooks are retried 5 times before they land in the dead letter table.")
    two = ctx.save("Webhooks are retried five times, then they land in the dead letter table!")
    ctx.save("Webhooks are retried 9 times before they land in the dead letter queue.")
    assert [{pair.older.id, pair.newer.id} for pair in ctx.duplicates().pairs] == [{one.id, two.id}]


def test_only_the_newest_are_compared_and_it_is_said(ctx: ContextFS) -> None:
    """`most` bounds the work; what lies near those is found however old it is."""
    ctx.save("The session timeout is 30 minutes.", created_at=OLD)
    ctx.save_many([f"Note {word} about something else" for word in ("one", "alpha", "gamma")])
    ctx.save("The session timeout is 15 minutes.")
    found = ctx.contradictions(most=1)
    assert (len(found.pairs), found.looked, found.of) == (1, 1, 5)
    with pytest.raises(InvalidInput):
        ctx.contradictions(most=0)


def test_pairs_stay_within_a_namespace(ctx: ContextFS) -> None:
    """What another repository decided contradicts nothing here; `all` looks through every namespace."""
    ctx.save("The session timeout is 30 minutes.", namespace="other")
    ctx.save("The session timeout is 15 minutes.")
    assert not ctx.contradictions(all=True).pairs
    ctx.save("The session timeout is 20 minutes.", namespace="other")
    assert not ctx.contradictions().pairs
    assert len(ctx.contradictions(namespace="other").pairs) == len(ctx.contradictions(all=True).pairs) == 1


def test_feedback_is_remembered_and_undone(ctx: ContextFS) -> None:
    """One answer counts for one memory; undo takes back the last; ranking and the memory stay as they are."""
    one = ctx.save("a memory about quokkas")
    assert ctx.feedback(one.short_id, "wrong", dry_run=True).memory == one
    assert ctx.stats().feedback == {"useful": 0, "wrong": 0}
    ctx.feedback(one, "wrong")
    ctx.feedback(one, "useful")
    assert ctx.stats().feedback == {"useful": 1, "wrong": 0}
    assert ctx.undo().verb == "feedback"
    assert ctx.stats().feedback == {"useful": 0, "wrong": 1}
    assert ctx.undo().entities == [f"feedback of {one.short_id}"]
    assert ctx.stats().feedback == {"useful": 0, "wrong": 0}
    assert ctx.recall(one.id) == one
    with pytest.raises(InvalidInput, match="'meh' is no feedback"):
        ctx.feedback(one, "meh")
    with pytest.raises(MemoryNotFound):
        ctx.feedback("0" * 32, "useful")


def test_verdicts_agree_with_the_log(ctx: ContextFS, disagreements: Callable[[object], list[str]]) -> None:
    """Whatever was said, said otherwise, undone and erased: the table of verdicts is what the changes amount to."""
    one, two = ctx.save("a memory about quokkas"), ctx.save("a memory about wombats")
    ctx.feedback(one, "wrong")
    ctx.feedback(one, "useful")
    ctx.feedback(two, "wrong")
    ctx.undo()
    ctx.erase(one.id)
    assert disagreements(ctx.settings.data_dir) == []


def test_figures_of_a_store(ctx: ContextFS) -> None:
    """Growth by weeks, types, tags, what is read, and what waits, of the namespaces that are asked for."""
    read = ctx.save("one", "decision", tags=["x", "y"])
    ctx.save("two", tags=["x"])
    ctx.save("three", created_at=datetime(2020, 1, 1, tzinfo=UTC))
    ctx.save("elsewhere", namespace="other")
    ctx.supersede(ctx.save("four"), read)
    ctx._engine.usage.note("packed", [read])
    found = ctx.stats(weeks=2)
    assert (found.memories, found.before, found.untagged, found.superseded) == (4, 1, 2, 1)
    assert [week.saved for week in found.weeks] == [0, 3]
    assert found.weeks[-1].used == {"packed": 1}
    assert found.weeks[-1].tokens == 1
    assert (found.counts["type"], found.counts["tag"]) == (
        [("fact", 3), ("decision", 1)],
        [("x", 2), ("y", 1)],
    )
    assert [(one.memory.id, one.times) for one in found.most_used] == [(read.id, 1)]
    assert found.never_read == 3
    assert ctx.stats(all=True).memories == 5
    assert ctx.stats(namespace="other").memories == 1

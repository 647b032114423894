"""Log, diff, restore, undo and erase through the front door."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contextfs import ContextFS, Memory
from contextfs.domain.change import PURGE, Change, fold
from contextfs.domain.clock import new_id, tick
from contextfs.domain.memory import Captured
from contextfs.domain.memory_state import memory_of
from contextfs.errors import AmbiguousId, MemoryNotFound, NothingToUndo, RevisionNotFound


def undated(memory: Memory | None) -> Memory | None:
    """A memory without the time of its last change."""
    return memory and memory._replace(updated_at=None)


def elsewhere(ctx: ContextFS, name: str, patch: dict[str, object] | None, verb: str = "update") -> None:
    """A change of another device arrives, made in knowledge of what is here."""
    store = ctx._engine.store
    with store.reading() as view:
        known = view.changes_of(name)
        change = Change(
            new_id(),
            name,
            "memory",
            verb,
            new_id(),
            fold(known).heads,
            tick(view.last_clock()),
            "another-dev",
            "grace",
            patch,
        )
    store.apply([Captured((change,), memory_of(name, fold((*known, change))))], foreign=True)


def test_history_and_log(ctx: ContextFS) -> None:
    """Each change is a numbered revision with verb, author, device and state; the log has the newest first."""
    memory = ctx.save("First version of the text", tags=["a"])
    ctx.update(memory.id, content="Second version of the text")
    ctx.delete(memory.short_id)
    told = ctx.history(memory.short_id)
    assert [(one.number, one.verb) for one in told] == [(1, "save"), (2, "update"), (3, "delete")]
    assert [one.memory and one.memory.content for one in told] == [
        "First version of the text",
        "Second version of the text",
        None,
    ]
    assert set(told[1].patch) == {"content", "updated_at"}
    assert {one.device for one in told} == {memory.device}
    assert ctx.log(2) == [told[2], told[1]]


def test_diff_shows_what_a_revision_changed(ctx: ContextFS) -> None:
    """A diff has the lines and fields that went and came, for the last revision or the one that is named."""
    memory = ctx.save("same line\nold line", tags=["a"])
    ctx.update(memory.id, content="same line\nnew line", tags=["a", "b"])
    lines = ctx.diff(memory.id).splitlines()
    assert {"-old line", "+new line", " same line", "-tags: a", "+tags: a, b"} <= set(lines)
    assert "+old line" in ctx.diff(memory.id, at=1).splitlines()
    change = ctx.history(memory.id)[0].id
    assert ctx.diff(memory.id, at=change[:6]) == ctx.diff(memory.id, at="1")
    with pytest.raises(RevisionNotFound, match="7"):
        ctx.diff(memory.id, at=7)


def test_restore_goes_back_by_one_or_to_a_revision(ctx: ContextFS) -> None:
    """Without a revision it goes back by one or undeletes; with one it goes exactly there, and history grows."""
    first = ctx.save("one", tags=["a"], metadata={"k": 1})
    ctx.update(first.id, content="two", tags=["b"], metadata={"k": None})
    third = ctx.update(first.id, summary="three")
    assert undated(ctx.restore(first.id)) == undated(third._replace(summary=""))
    assert undated(ctx.restore(first.id, at=1)) == undated(first)
    ctx.delete(first.id)
    assert undated(ctx.restore(first.id)) == undated(first)
    assert [one.verb for one in ctx.history(first.id)][3:] == ["restore", "restore", "delete", "restore"]


def test_restore_says_what_it_cannot(ctx: ContextFS) -> None:
    """There is no going back from a first revision, to a deleted state, or of what never was."""
    memory = ctx.save("only revision")
    with pytest.raises(RevisionNotFound, match="only one"):
        ctx.restore(memory.id)
    ctx.delete(memory.id)
    with pytest.raises(RevisionNotFound, match="deleted"):
        ctx.restore(memory.id, at=2)
    with pytest.raises(MemoryNotFound):
        ctx.restore("0" * 32)


def test_undo_goes_back_action_by_action(ctx: ContextFS) -> None:
    """Every verb is taken back, newest first, until there is nothing left; nothing is skipped on the way."""
    memory = ctx.save("one", tags=["a"])
    other = ctx.save("other")
    steps: list[Callable[[], object]] = [
        lambda: ctx.update(memory.id, content="two", add_tags=["b"]),
        lambda: ctx.deprecate(memory.id, see=other.id),
        lambda: ctx.supersede(memory.id, other.id),
        lambda: ctx.archive(memory.id),
        lambda: ctx.update(memory.id, namespace="elsewhere"),
        lambda: ctx.delete(memory.id),
        lambda: ctx.restore(memory.id),
        lambda: ctx.save("one", tags=["c"]),
        lambda: ctx.namespaces.rename("team", "crew"),
        lambda: ctx.save_many(["three", "four"]),
        lambda: ctx.cleanup(0, all=True),
    ]
    states: list[list[Memory | None]] = []

    def everything() -> list[Memory | None]:
        found = [
            undated(one)
            for one in ctx.list_recent(limit=50, all=True, status=["active", "deprecated", "archived"])
        ]
        return sorted(found, key=lambda one: one.id if one else "")

    for step in steps:
        states.append(everything())
        step()
    for state in reversed(states):
        undone = ctx.undo()
        assert undone.skipped == []
        assert everything() == state
    assert ctx.undo().gone == [other.id]
    assert ctx.undo().gone == [memory.id]
    with pytest.raises(NothingToUndo):
        ctx.undo()
    assert everything() == []


def test_undo_leaves_what_another_device_changed(ctx: ContextFS) -> None:
    """A field that somebody else has written since stays and is named; theirs is not ours to undo."""
    memory = ctx.save("one", tags=["a"])
    ctx.update(memory.id, content="two", tags=["a", "b"])
    elsewhere(ctx, memory.id, {"content": "theirs"})
    undone = ctx.undo()
    assert undone.verb == "update"
    assert undone.skipped == [(memory.id, "content")]
    assert (undone.memories[0].content, undone.memories[0].tags) == ("theirs", ("a",))


def test_undo_of_a_batch_is_one_action(ctx: ContextFS) -> None:
    """Many memories saved at once go at once, over the borders of their transactions."""
    ctx.save("stays")
    made = ctx.save_many([f"number {n}" for n in range(60)])
    assert set(ctx.undo().gone) == {memory.id for memory in made}
    assert [memory.content for memory in ctx.list_recent()] == ["stays"]


def test_an_edit_beside_a_deletion_is_not_swallowed(ctx: ContextFS) -> None:
    """A deletion that knew nothing of an edit made here does not make the edited memory vanish."""
    memory = ctx.save("one")
    store = ctx._engine.store
    with store.reading() as view:
        root, clock = view.changes_of(memory.id)[0], view.last_clock()
    ctx.update(memory.id, content="two")
    gone = Change(
        new_id(),
        memory.id,
        "memory",
        "delete",
        new_id(),
        (root.id,),
        clock + 1,
        "other",
        "grace",
        {"deleted": True},
    )
    with store.reading() as view:
        folded = fold((*view.changes_of(memory.id), gone))
    store.apply([Captured((gone,), memory_of(memory.id, folded))], foreign=True)
    assert ctx.recall(memory.id).content == "two"
    assert "deleted" in folded.conflicts


def test_what_arrives_for_an_erased_memory_arrives_without_its_text(ctx: ContextFS) -> None:
    """An edit that was under way while the memory was erased brings nothing back, not even into the log."""
    memory = ctx.save("erased here")
    ctx.erase(memory.id)
    elsewhere(ctx, memory.id, {"content": "a late wombat", "deleted": None})
    assert ctx.get(memory.id) is None
    assert [one.erased for one in ctx.history(memory.id)] == [True, True, True]
    with ctx._engine.store.reading() as view:
        assert not view.holds_text("late wombat")


def test_an_erasure_elsewhere_erases_here(ctx: ContextFS) -> None:
    """When another device erased a memory, its text goes from the rows and from the log of this one."""
    memory = ctx.save("a wombat that was erased elsewhere", tags=["wombat"])
    elsewhere(ctx, memory.id, None, verb=PURGE)
    assert ctx.get(memory.id) is None
    assert ctx.tags() == []
    assert [one.erased for one in ctx.history(memory.id)] == [True, True]
    with ctx._engine.store.reading() as view:
        assert not view.holds_text("wombat")
        assert view.document_frequencies(["wombat"]) == {"wombat": 0}


def test_ids_are_prefixes_of_six_characters_or_more(ctx: ContextFS) -> None:
    """A unique prefix names a memory; a short one, a pattern or a shared one is a clear error."""
    one, two = ctx.save("one", id="abcdef" + "0" * 26), ctx.save("two", id="abcdef" + "1" * 26)
    assert ctx.recall("ABCDEF0").id == one.id
    assert ctx.recall(f" {two.id[:7]} ").id == two.id
    with pytest.raises(AmbiguousId, match="abcdef0"):
        ctx.recall("abcdef")
    for wrong in ("", "%", "abc", "abcde", "______", "abcdeg", "a" * 33, "nothex-at-all"):
        with pytest.raises(MemoryNotFound):
            ctx.delete(wrong)
    assert len(ctx.list_recent()) == 2

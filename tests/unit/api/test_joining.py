"""Merging and splitting through the front door."""

from __future__ import annotations

import pytest

from contextfs import ContextFS
from contextfs.domain.record import record_of
from contextfs.errors import InvalidInput, MemoryNotFound, SecretRefused

TOKEN = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"


def test_a_merge_keeps_one_and_supersedes_the_others(ctx: ContextFS) -> None:
    """The kept memory takes over tags and metadata, the others name it, and one undo takes all of it back."""
    kept = ctx.save("Sessions live in Redis", tags=["redis"])
    other = ctx.save("Redis holds the sessions", tags=["sessions"], metadata={"since": 2024})
    third = ctx.save("The session store is Redis", tags=["redis", "store"])
    done = ctx.merge(kept, other.short_id, third)
    assert (done.kept.id, done.kept.content) == (kept.id, kept.content)
    assert list(done.kept.tags) == ["redis", "sessions", "store"]
    assert done.kept.metadata == {"since": 2024}
    assert [one.superseded_by for one in done.replaced] == [kept.id, kept.id]
    assert ctx.recall(kept.id).supersedes == (other.id, third.id)
    assert ctx.undo().verb == "merge"
    for before in (kept, other, third):
        assert ctx.recall(before.id)._replace(updated_at=None) == before._replace(updated_at=None)


def test_a_dry_run_of_a_merge_writes_nothing(ctx: ContextFS) -> None:
    """It returns what would be there, and the log has nothing new."""
    kept, other = ctx.save("one thing"), ctx.save("another thing", tags=["x"])
    before = ctx.log()
    done = ctx.merge(kept, other, join=True, dry_run=True)
    assert done.kept.content == "one thing\n\nanother thing"
    assert done.replaced[0].superseded_by == kept.id
    assert ctx.log() == before
    assert ctx.recall(kept.id) == kept


def test_the_text_of_a_merge_can_be_chosen(ctx: ContextFS) -> None:
    """`into` says which one is kept, `content` gives another text, and it passes the secret gate."""
    first, second = ctx.save("first"), ctx.save("second")
    with pytest.raises(SecretRefused):
        ctx.merge(first, second, content=f"token {TOKEN}")
    with pytest.raises(SecretRefused):
        ctx.merge(first, second, content=f"token {TOKEN}", dry_run=True)
    done = ctx.merge(first, second, into=second.short_id, content="both")
    assert (done.kept.id, done.kept.content) == (second.id, "both")
    assert ctx.search("both")[0].memory.id == second.id


def test_what_cannot_be_merged_is_refused(ctx: ContextFS) -> None:
    """One memory alone, a target that is not among them, a circle, two texts at once, and what is not there."""
    first, second, third = (ctx.save(text) for text in ("first", "second", "third"))
    for bad in (lambda: ctx.merge(first, first.short_id), lambda: ctx.merge(first, second, into=third)):
        with pytest.raises(InvalidInput):
            bad()
    with pytest.raises(InvalidInput, match="exclude"):
        ctx.merge(first, second, content="x", join=True)
    with pytest.raises(MemoryNotFound):
        ctx.merge(first, "0" * 32)
    ctx.supersede(first, second)
    with pytest.raises(InvalidInput, match="stands in"):
        ctx.merge(first, second)


def test_a_split_keeps_what_belongs_to_every_part(ctx: ContextFS) -> None:
    """Parts have type, tags, metadata and age of the memory, which names the first of them; undo takes them away."""
    whole = ctx.save(
        "Redis for sessions.\n\nPostgres for orders.", "decision", tags=["db"], metadata={"a": 1}
    )
    done = ctx.split(whole.short_id)
    assert [one.content for one in done.parts] == ["Redis for sessions.", "Postgres for orders."]
    for part in done.parts:
        assert (part.type, tuple(part.tags), dict(part.metadata)) == ("decision", ("db",), {"a": 1})
        assert (part.created_at, part.supersedes) == (whole.created_at, (whole.id,))
        assert ctx.recall(part.id) == part
    assert done.original.superseded_by == done.parts[0].id
    ctx.undo()
    assert [one.id for one in ctx.list_recent()] == [whole.id]
    assert not ctx.recall(whole.id).superseded_by


def test_a_part_that_is_there_already_stays_one_memory(ctx: ContextFS) -> None:
    """The same text is not saved twice."""
    known = ctx.save("Postgres for orders.")
    done = ctx.split(ctx.save("Redis for sessions.\n\nPostgres for orders."), dry_run=True)
    assert done.parts[1].id == known.id
    assert len(ctx.list_recent()) == 2
    done = ctx.split(ctx.list_recent()[0])
    assert done.parts[1] == known
    assert len(ctx.list_recent()) == 3


def test_what_cannot_be_split_is_refused(ctx: ContextFS) -> None:
    """One paragraph alone, and a record, whose text is made of its fields."""
    with pytest.raises(InvalidInput, match="only one part"):
        ctx.split(ctx.save("one paragraph"))
    with pytest.raises(InvalidInput, match="only one part"):
        ctx.split(ctx.save("two\n\nparagraphs"), parts=["same", "same"])
    record = ctx.records.put(record_of({"context": "one\n\ntwo"})).memory
    with pytest.raises(InvalidInput, match="record"):
        ctx.split(record)


def test_tags_are_renamed_and_merged_everywhere(ctx: ContextFS) -> None:
    """Archived memories too, each tag in its place, as one action."""
    first = ctx.save("one", tags=["a", "db", "z"])
    second = ctx.archive(ctx.save("two", tags=["database", "db"]))
    assert ctx.tags.merge("db", into="database").memories == 2
    assert list(ctx.recall(first.id).tags) == ["a", "database", "z"]
    assert list(ctx.recall(second.id).tags) == ["database"]
    ctx.undo()
    assert list(ctx.recall(first.id).tags) == ["a", "db", "z"]
    with pytest.raises(InvalidInput, match="in use already"):
        ctx.tags.rename("db", "database")
    assert ctx.tags.rename("db", "Data Store", dry_run=True).memories == 2
    assert dict(ctx.tags())["db"] == 2
    ctx.tags.rename("db", "Data Store")
    assert dict(ctx.tags()) == {"a": 1, "data-store": 2, "database": 1, "z": 1}


def test_the_tag_and_the_status_deprecated_stay_one(ctx: ContextFS) -> None:
    """Renaming a tag to `deprecated` deprecates, renaming it away makes active again."""
    one = ctx.save("old thing", tags=["legacy"])
    ctx.tags.rename("legacy", "deprecated")
    assert ctx.recall(one.id).status == "deprecated"
    ctx.tags.rename("deprecated", "legacy")
    assert ctx.recall(one.id).status == "active"


def test_a_tag_that_follows_from_a_record_stays(ctx: ContextFS) -> None:
    """It would come back with the next change of the record; the answer says how many kept it."""
    ctx.records.put(record_of({"context": "The cache has two levels"}))
    ctx.save("plain", tags=["pact"])
    done = ctx.tags.rename("pact", "records")
    assert (done.memories, len(done.left)) == (1, 1)
    assert dict(ctx.tags())["pact"] == 1


def test_tags_of_one_namespace_can_be_renamed_alone(ctx: ContextFS) -> None:
    """Others keep theirs."""
    ctx.save("here", tags=["x"])
    ctx.save("there", tags=["x"], namespace="other")
    assert ctx.tags.rename("x", "y", namespace="other").memories == 1
    assert dict(ctx.tags()) == {"x": 1, "y": 1}
    with pytest.raises(InvalidInput, match="No memory has the tag 'nope'"):
        ctx.tags.merge("nope", into="x")

"""Saving, changing and retiring through the front door."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contextfs import ContextFS, Draft, Memory
from contextfs.errors import InvalidInput, MemoryNotFound, NamespaceNotFound


def test_the_same_text_again_is_the_same_memory(ctx: ContextFS) -> None:
    """Saving what is there returns it with new tags added; in another namespace it is another memory."""
    first = ctx.put(Draft("We deploy on Fridays", tags=["deploy"]))
    again = ctx.put(Draft("We deploy on Fridays \n", tags=["friday", "deploy"]))
    assert (first.created, again.created) == (True, False)
    assert (again.memory.id, again.memory.tags) == (first.memory.id, ("deploy", "friday"))
    assert len(ctx.history(first.memory.id)) == 2
    ctx.save("We deploy on Fridays")
    assert len(ctx.history(first.memory.id)) == 2
    assert ctx.save("We deploy on Fridays", namespace="other").id != first.memory.id


def test_indentation_makes_another_text(ctx: ContextFS) -> None:
    """Code that differs in its indentation alone says something else and is saved."""
    inside = ctx.put(Draft("for job in jobs:\n    run(job)\n    report()", tags=["jobs"]))
    after = ctx.put(Draft("for job in jobs:\n    run(job)\nreport()", tags=["jobs"]))
    assert inside.created and after.created


def test_twins_in_one_batch_become_one(ctx: ContextFS) -> None:
    """A batch that says the same thing twice stores it once and returns it twice."""
    made = ctx.save_many(["the same", "another", "the same"])
    assert made[0].id == made[2].id != made[1].id
    assert len(ctx.list_recent()) == 2


def test_a_stable_id_is_saved_once(ctx: ContextFS) -> None:
    """An import may run again: the same id is the same memory, also after it was deleted, when it comes back whole."""
    name = "c0ffee" + "0" * 26
    memory = ctx.save("imported", id=name, tags=["a", "b"], summary="s")
    assert ctx.save("imported", id=name) == memory
    ctx.delete(name)
    back = ctx.save("imported anew", id=name, tags=["c"])
    assert (back.id, back.content, back.tags, back.summary) == (name, "imported anew", ("c",), "")
    assert ctx.recall(name) == back


@pytest.mark.parametrize("name", ["short", "Z" * 32, "A" * 32, "a" * 33, "../" * 11])
def test_an_id_that_is_none_is_refused(ctx: ContextFS, name: str) -> None:
    """An id of another shape is named in the error."""
    with pytest.raises(InvalidInput, match="id"):
        ctx.save("text", id=name)


def test_an_update_changes_what_is_named(ctx: ContextFS) -> None:
    """Fields that are not named stay, empty ones are cleared, metadata is merged, and types count as changes."""
    memory = ctx.save("text", tags=["a"], summary="s", metadata={"n": 1, "m": 2}, project="p")
    changed = ctx.update(memory.id, summary="", metadata={"n": True, "m": None, "k": "v"}, add_tags=["b"])
    assert (changed.summary, changed.project, changed.tags) == ("", "p", ("a", "b"))
    assert dict(changed.metadata) == {"k": "v", "n": True}
    assert changed.metadata["n"] is True
    assert changed.updated_at is not None
    assert memory.updated_at is not None
    assert changed.updated_at > memory.updated_at
    assert changed.created_at == memory.created_at


def test_an_update_that_changes_nothing_is_no_revision(ctx: ContextFS) -> None:
    """Writing what is there already leaves history and time of change alone."""
    memory = ctx.save("text", tags=["a"])
    assert ctx.update(memory.id, content="text", tags=["A"]) == memory
    assert len(ctx.history(memory.id)) == 1


def test_deprecated_is_a_tag_and_a_status(ctx: ContextFS) -> None:
    """Setting or removing either sets or removes both."""
    one = ctx.save("by tag", tags=["deprecated"])
    two = ctx.update(ctx.save("by status").id, status="deprecated")
    assert one.status == two.status == "deprecated"
    assert "deprecated" in two.tags
    assert ctx.update(one.id, remove_tags=["deprecated"]).status == "active"
    assert ctx.update(two.id, status="active").tags == ()


def test_supersede_links_both_sides(ctx: ContextFS) -> None:
    """The old memory names its successor and the new one what it replaces; one cannot replace itself."""
    old, new = ctx.save("MySQL"), ctx.save("PostgreSQL")
    assert ctx.supersede(old.short_id, new.short_id).supersedes == (old.id,)
    assert ctx.recall(old.id).superseded_by == new.id
    assert {memory.id for memory in ctx.links(new.id).memories} == {old.id}
    with pytest.raises(InvalidInput):
        ctx.supersede(old.id, old.id)
    with pytest.raises(InvalidInput):
        ctx.deprecate(old.id, see=old.id)


def test_a_failed_action_writes_nothing(ctx: ContextFS) -> None:
    """When one half of an action cannot be done, neither is the other."""
    memory = ctx.save("here")
    before = ctx.log(10)
    with pytest.raises(MemoryNotFound):
        ctx.supersede(memory.id, "0" * 32)
    with pytest.raises(InvalidInput):
        ctx.save_many(["good", "", "good too"])
    with pytest.raises(InvalidInput):
        ctx.update(memory.id, content="changed", tags=[""])
    assert ctx.log(10) == before


@pytest.mark.parametrize(
    "content",
    ["", " \n ", "a\0b", "\ud800", "x" * 1_000_001],
    ids=["empty", "blank", "nul", "surrogate", "huge"],
)
def test_text_that_cannot_be_kept_is_refused(ctx: ContextFS, content: str) -> None:
    """Each is a clear error before anything is written."""
    with pytest.raises(InvalidInput) as raised:
        ctx.save(content)
    assert raised.value.hint
    assert ctx.list_recent() == []


@pytest.mark.parametrize(
    "content",
    ["-dash first", "emoji 👩‍👩‍👧‍👦 and \u202e override", "\ufeffbom", "tab\tand\r\nCRLF", "x" * 999_999],
)
def test_any_text_is_kept_as_it_is(ctx: ContextFS, content: str) -> None:
    """What is saved comes back letter by letter."""
    assert ctx.recall(ctx.save(content).id).content == content


def test_cleanup_deletes_by_age_and_type(ctx: ContextFS) -> None:
    """Only the old ones of the type go, a dry run deletes nothing, and one undo brings all back."""
    old = datetime(2020, 1, 1, tzinfo=UTC)
    for n in range(3):
        ctx.save(f"old event {n}", type="episodic", created_at=old)
    ctx.save("old fact", created_at=old)
    ctx.save("old event elsewhere", type="episodic", created_at=old, namespace="other")
    ctx.save("new event", type="episodic")
    found = ctx.cleanup(180, "episodic", dry_run=True)
    assert sorted(memory.content for memory in found) == [f"old event {n}" for n in range(3)]
    assert len(ctx.list_recent(all=True)) == 6
    assert ctx.cleanup(180, "episodic") == found
    assert {memory.content for memory in ctx.list_recent()} == {"old fact", "new event"}
    assert len(ctx.undo().memories) == 3
    with pytest.raises(InvalidInput):
        ctx.cleanup(-1)


def test_namespaces_are_renamed_and_merged(ctx: ContextFS) -> None:
    """All memories move, archived and expired ones too; a taken name and an empty source are refused."""
    ctx.save_many([f"number {n}" for n in range(60)])
    ctx.save("archived", status="archived")
    ctx.save("expired", created_at="2019-01-01", expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    ctx.save("elsewhere", namespace="other")
    with pytest.raises(InvalidInput, match="already holds"):
        ctx.namespaces.rename("team", "other")
    assert ctx.namespaces.rename(" team ", "crew") == 62
    assert ctx.namespaces.merge("crew", "other") == 62
    assert [(info.name, info.memories) for info in ctx.namespaces.list()] == [("other", 63), ("team", 0)]
    with pytest.raises(NamespaceNotFound):
        ctx.namespaces.merge("crew", "other")
    with pytest.raises(InvalidInput):
        ctx.namespaces.merge("other", " other")


def test_the_past_is_searched_as_it_stood(ctx: ContextFS) -> None:
    """As of a moment, later changes, saves and deletions have not happened, for search and for listing."""
    kept = ctx.save("The cache is Redis because of its streams")
    gone = ctx.save("The queue is RabbitMQ because of its routing")
    moment = ctx.log(1)[0].at

    def contents(query: str, **more: object) -> set[str]:
        return {result.memory.content for result in ctx.search(query, min_relevance=0, **more)}  # type: ignore[arg-type]

    import time

    time.sleep(0.005)
    ctx.update(kept.id, content="The cache is Valkey because of its licence")
    ctx.delete(gone.id)
    ctx.save("The mailer is Postmark because of its deliverability")
    assert contents("cache Redis streams", as_of=moment) >= {kept.content}
    assert contents("queue RabbitMQ routing", as_of=moment) >= {gone.content}
    assert contents("", as_of=moment) == {kept.content, gone.content}
    assert not any("Valkey" in text or "Postmark" in text for text in contents("cache mailer", as_of=moment))
    assert not any("Redis" in text or "RabbitMQ" in text for text in contents("cache queue"))


def test_listing_counts_what_there_is(ctx: ContextFS) -> None:
    """A listing says how many more there are, here and elsewhere."""
    ctx.save_many([f"number {n}" for n in range(5)])
    ctx.save("elsewhere", namespace="other")
    from contextfs.domain.search import SearchQuery

    told = ctx.listing(SearchQuery(scope=ctx.scope(), limit=2))
    assert (len(told.memories), told.total, told.elsewhere) == (2, 5, 1)


def test_reindex_makes_everything_anew(ctx: ContextFS) -> None:
    """After a rebuild as much is found as before, and its progress reaches the end."""
    made = ctx.save_many([f"Service s{n} listens on port {8000 + n}" for n in range(30)])
    told: list[tuple[int, int]] = []
    assert ctx.reindex(progress=lambda done, total: told.append((done, total))) == 30
    assert told[-1] == (60, 60)
    assert [result.memory.id for result in ctx.search("port 8007")][:1] == [made[7].id]
    assert ctx.status().waiting == 0


def test_a_memory_is_a_value(ctx: ContextFS) -> None:
    """What save returns is what recall gives, and a Memory that is saved anew keeps its fields."""
    memory = ctx.save("text", type="decision", tags=["a"], metadata={"k": [1, {"x": None}]}, files=["a.py"])
    assert ctx.recall(memory.id) == memory
    assert isinstance(memory, Memory)
    (copy,) = ctx.save_many([memory._replace(content="text two")])
    assert (copy.type, copy.tags, copy.metadata, copy.files) == (
        memory.type,
        memory.tags,
        memory.metadata,
        memory.files,
    )
    assert copy.id != memory.id


@pytest.mark.parametrize("field", ["superseded_by", "supersedes"])
def test_an_update_does_not_connect_memories(ctx: ContextFS, field: str) -> None:
    """What connects two memories is refused with the verbs that check it, so that no circle comes about."""
    one, other = ctx.save("first"), ctx.save("second")
    with pytest.raises(InvalidInput, match=field) as refused:
        ctx.update(one.id, **{field: other.id})  # type: ignore[arg-type]
    assert "ctx.supersede" in refused.value.hint
    assert ctx.recall(one.id) == one

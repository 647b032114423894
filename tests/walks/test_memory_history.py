"""History: log, diff, restore, undo, time travel, and the ways a memory is retired or removed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest

from contextfs import ContextFS, Draft
from contextfs.domain.change import Change
from contextfs.domain.clock import new_id, tick
from contextfs.domain.memory import Captured
from contextfs.domain.search import SearchQuery
from contextfs.errors import (
    InvalidInput,
    MemoryNotFound,
    NothingToUndo,
    RevisionNotFound,
)


def ids(results: object) -> list[str]:
    """The ids of search results or memories."""
    return [getattr(one, "memory", one).id for one in results]  # type: ignore[attr-defined]


def found(ctx: ContextFS, text: str, **more: object) -> list[str]:
    """The ids a search finds, whatever their relevance."""
    return ids(ctx.search(text, min_relevance=0, **more))  # pyright: ignore[reportArgumentType]


def moment() -> datetime:
    """This moment, with a little silence on both sides."""
    sleep(0.01)
    here = datetime.now(UTC)
    sleep(0.01)
    return here


# ── log, diff, restore ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_log_tells_what_was_done(ctx: ContextFS) -> None:
    """Each change is one revision with its verb, time, author, device and what it changed; newest first over all."""
    memory = ctx.save("The pool has 10 connections", tags=["db"])
    ctx.update(memory.id, content="The pool has 20 connections")
    ctx.archive(memory.id)
    ctx.delete(memory.id)
    ctx.save("An unrelated memory")
    revisions = ctx.history(memory.id)
    assert [(one.number, one.verb) for one in revisions] == [
        *((1, "save"), (2, "update"), (3, "archive"), (4, "delete"))
    ]
    assert {(one.memory_id, one.author, one.device) for one in revisions} == {
        (memory.id, "ada", memory.device)
    }
    assert [one.at for one in revisions] == sorted(one.at for one in revisions)
    assert set(revisions[1].patch) == {"content", "updated_at"}
    assert [one.memory.content[13:15] if one.memory else None for one in revisions] == [
        "10",
        "20",
        "20",
        None,
    ]
    assert [one.verb for one in ctx.log()] == ["save", "delete", "archive", "update", "save"]
    assert [one.id for one in ctx.log(limit=3)[1:]] == [revisions[3].id, revisions[2].id]


def test_a_diff_shows_what_one_revision_changed(ctx: ContextFS) -> None:
    """The diff names both revisions, shows old and new lines of fields and content, and takes any revision."""
    memory = ctx.save("First line\nThe pool has 10 connections", tags=["db"])
    ctx.update(memory.id, content="First line\nThe pool has 20 connections", tags=["db", "pool"])
    lines = ctx.diff(memory.id).splitlines()
    assert lines[0].startswith(f"--- {memory.short_id}@1") and lines[1].startswith(f"+++ {memory.short_id}@2")
    assert {"-The pool has 10 connections", "+The pool has 20 connections", " First line"} <= set(lines)
    assert {"-tags: db", "+tags: db, pool"} <= set(lines)
    first = ctx.diff(memory.id, at=1)
    assert "+The pool has 10 connections" in first and "\n-" not in first
    assert ctx.diff(memory.id, at=ctx.history(memory.id)[0].id[:8]) == first
    ctx.delete(memory.id)
    assert "-The pool has 20 connections" in ctx.diff(memory.id)


def test_restore_goes_to_a_number_a_change_or_one_back(ctx: ContextFS) -> None:
    """Restore takes a revision number or the beginning of a change's id; without one it goes back by one."""
    memory = ctx.save("Version 1 of the text", tags=["one"], metadata={"n": 1})
    for number in (2, 3):
        ctx.update(
            memory.id, content=f"Version {number} of the text", tags=[f"tag-{number}"], metadata={"n": number}
        )
    assert ctx.restore(memory.id).content == "Version 2 of the text"
    back = ctx.restore(memory.id, at=1)
    assert (back.content, back.tags, dict(back.metadata)) == ("Version 1 of the text", ("one",), {"n": 1})
    assert back.created_at == memory.created_at and back.id == memory.id
    third = ctx.history(memory.id)[2]
    assert ctx.restore(memory.id, at=third.id[:10]).content == "Version 3 of the text"
    assert ctx.restore(memory.id, at="1") == ctx.recall(memory.id)
    assert found(ctx, "version 1 text") == [memory.id]
    assert len(ctx.history(memory.id)) == 7


def test_restore_brings_back_what_was_deleted(ctx: ContextFS) -> None:
    """A deleted memory comes back with all its fields, by a prefix of its id, and is found again."""
    memory = ctx.save("Certificates are renewed by the ingress", tags=["tls"], files=["ops/ingress.md"])
    ctx.delete(memory.id)
    assert ctx.get(memory.id) is None and not found(ctx, "certificates renewed ingress")
    back = ctx.restore(memory.short_id)
    assert back == memory._replace(updated_at=back.updated_at)
    assert found(ctx, "certificates renewed ingress") == [memory.id]


@pytest.mark.parametrize("at", [0, 9, -1, "zzzz", "0000000000", ""])
def test_a_revision_that_is_none_is_refused(ctx: ContextFS, at: str | int) -> None:
    """A number or change that the memory does not have is an error that says which there are."""
    memory = ctx.save("A memory of two revisions")
    ctx.update(memory.id, content="A memory of exactly two revisions")
    for verb in (ctx.restore, ctx.diff):
        with pytest.raises(RevisionNotFound, match="1 to 2"):
            verb(memory.id, at)
    assert len(ctx.history(memory.id)) == 2


def test_there_must_be_something_to_go_back_to(ctx: ContextFS) -> None:
    """A memory of one revision, and the revision at which it was deleted, cannot be restored."""
    memory = ctx.save("A memory of one revision")
    with pytest.raises(RevisionNotFound, match="only one revision"):
        ctx.restore(memory.id)
    ctx.delete(memory.id)
    with pytest.raises(RevisionNotFound, match="deleted"):
        ctx.restore(memory.id, at=2)


# ── undo ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_undo_several_times_walks_back_to_nothing(ctx: ContextFS) -> None:
    """Each undo takes back one more action until there is none left."""
    memory = ctx.save("The first text", tags=["a"])
    ctx.update(memory.id, content="The second text")
    ctx.update(memory.id, tags=["a", "b"])
    ctx.delete(memory.id)
    assert (ctx.undo().verb, ctx.recall(memory.id).content) == ("delete", "The second text")
    assert (ctx.undo().verb, ctx.recall(memory.id).tags) == ("update", ("a",))
    assert (ctx.undo().verb, ctx.recall(memory.id).content) == ("update", "The first text")
    last = ctx.undo()
    assert (last.verb, list(last.gone), list(last.memories)) == ("save", [memory.id], [])
    assert ctx.get(memory.id) is None
    with pytest.raises(NothingToUndo):
        ctx.undo()


def test_undo_takes_back_many_saves_as_one(ctx: ContextFS) -> None:
    """What save_many stored goes away in one step, however many transactions it took; what was before stays."""
    kept = ctx.save("A memory from before")
    many = ctx.save_many(f"Step {n} of the migration plan" for n in range(70))
    undone = ctx.undo()
    assert set(undone.gone) == set(ids(many))
    assert ids(ctx.list_recent(limit=100)) == [kept.id]
    assert found(ctx, "step of the migration plan") in ([], [kept.id])


def test_undo_takes_back_merged_tags_of_a_repeated_save(ctx: ContextFS) -> None:
    """Undoing a save that found its text already there takes back only the tags it brought."""
    memory = ctx.save("The same text twice", tags=["one"])
    ctx.save("The same text twice", tags=["two"])
    ctx.undo()
    assert ctx.recall(memory.id).tags == ("one",)


def test_undo_leaves_alone_what_was_changed_since(ctx: ContextFS) -> None:
    """A field that somebody changed after the action stays as it is and is named; the others go back."""
    memory = ctx.save("The text of the first", project="one", summary="first")
    ctx.update(memory.id, content="The text of the second", summary="second")
    with ContextFS(data_dir=ctx.settings.data_dir, namespace="notes") as other:
        before = other.update(memory.id, summary="a summary of somebody else")
        assert before.content == "The text of the second"
    assert ctx.undo().verb == "update"  # the other one's, who works on the same device
    undone = ctx.undo()
    assert (undone.memories[0].content, undone.memories[0].summary) == ("The text of the first", "first")


def test_undo_skips_fields_changed_on_another_device(ctx: ContextFS) -> None:
    """Undo takes back what was done here; what came from another device since is skipped and named."""
    memory = ctx.save("The text of the first", summary="first")
    ctx.update(memory.id, content="The text of the second", summary="second")
    with ctx._engine.store.reading() as view:
        known, clock = view.folded(memory.id), tick(view.last_clock())
    patch = {"summary": "a summary of Grace"}
    change = Change(
        new_id(), memory.id, "memory", "update", new_id(), known.heads, clock, "elsewhere", "Grace", patch
    )
    after = ctx.recall(memory.id)._replace(summary="a summary of Grace")
    ctx._engine.store.apply([Captured((change,), after)], foreign=True)
    undone = ctx.undo()
    assert (memory.id, "summary") in undone.skipped
    after = ctx.recall(memory.id)
    assert (after.content, after.summary) == ("The text of the first", "a summary of Grace")


def test_undo_of_a_cleanup_brings_all_back(ctx: ContextFS) -> None:
    """What cleanup deleted comes back in one step and is found again."""
    old = [
        ctx.save(f"Standup of week {n}: nothing to report", type="episodic", created_at="400d")
        for n in range(3)
    ]
    fresh = ctx.save("Standup of this week: nothing to report", type="episodic")
    fact = ctx.save("An old fact stays true", created_at="400d")
    assert {one.id for one in ctx.cleanup(180, type="episodic", dry_run=True)} == set(ids(old))
    assert len(ctx.list_recent()) == 5
    assert {one.id for one in ctx.cleanup(180, type="episodic")} == set(ids(old))
    assert set(ids(ctx.list_recent())) == {fresh.id, fact.id}
    assert {one.id for one in ctx.undo().memories} == set(ids(old))
    assert set(found(ctx, "standup week nothing to report")) >= set(ids(old))


def test_cleanup_stays_in_its_namespace(ctx: ContextFS) -> None:
    """Cleanup deletes in the current namespace only, unless another or all are named."""
    places = ("notes", "global", "other")
    for place in places:
        ctx.save(f"Old news of {place}", namespace=place, created_at="400d")
    assert [one.namespace for one in ctx.cleanup(180, dry_run=True)] == ["notes"]
    assert [one.namespace for one in ctx.cleanup(180, namespace="other", dry_run=True)] == ["other"]
    assert {one.namespace for one in ctx.cleanup(180, all=True, dry_run=True)} == set(places)
    for wrong in (-1, "x", float("nan"), 1e12):
        with pytest.raises(InvalidInput):
            ctx.cleanup(wrong)  # pyright: ignore[reportArgumentType]
    assert len(ctx.list_recent(all=True)) == 3


@pytest.mark.parametrize("verb", ["supersede", "deprecate", "archive", "restore", "erase"])
def test_undo_after_each_other_verb(ctx: ContextFS, verb: str) -> None:
    """Every verb but an erasure can be taken back; an erasure is passed over."""
    one, two = ctx.save("The first of two memories"), ctx.save("The second of two memories")
    if verb == "restore":
        one = ctx.update(one.id, content="The first of two memories, again")
    if verb == "supersede":
        ctx.supersede(one.id, two.id)
    elif verb == "deprecate":
        ctx.deprecate(one.id, see=two.id)
    else:
        getattr(ctx, verb)(one.id)
    undone = ctx.undo()
    if verb == "erase":
        assert (undone.verb, list(undone.gone)) == ("save", [two.id])
        assert ctx.get(one.id) is None
        return
    assert undone.verb == verb
    assert [ctx.recall(each.id)._replace(updated_at=None) for each in (one, two)] == [
        each._replace(updated_at=None) for each in (one, two)
    ]


# ── as of a date ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_search_as_of_sees_the_store_as_it_stood(ctx: ContextFS) -> None:
    """What was changed, deleted or created since is searched and listed as it was at that moment."""
    changed = ctx.save("The queue is RabbitMQ with three nodes", type="decision", tags=["queue"])
    deleted = ctx.save("The queue alarm goes to the platform team", type="fact")
    same = ctx.save("The queue consumers run in Frankfurt", type="fact")
    then = moment()
    ctx.update(changed.id, content="The queue is SQS, which is managed", type="fact")
    ctx.delete(deleted.id)
    created = ctx.save("The queue dashboard is in Grafana")
    assert set(found(ctx, "queue")) == {changed.id, same.id, created.id}
    past = ctx.search("queue", as_of=then, min_relevance=0)
    assert {one.memory.id for one in past} == {changed.id, deleted.id, same.id}
    assert {one.memory.content for one in past if one.memory.id == changed.id} == {changed.content}
    assert found(ctx, "RabbitMQ nodes", as_of=then)[0] == changed.id
    assert changed.id not in found(ctx, "queue", as_of=then, type="fact")
    assert found(ctx, "queue", as_of=then, type="decision") == [changed.id]
    assert found(ctx, "queue", as_of=then, tags=["queue"]) == [changed.id]
    assert ids(ctx.search("", as_of=then)) == [same.id, deleted.id, changed.id]
    assert ids(ctx.search("", as_of=then, limit=1)) == [same.id]
    assert ids(ctx.list_recent(as_of=then)) == [same.id, deleted.id, changed.id]
    assert ids(ctx.list_recent(as_of=then, type="decision")) == [changed.id]


def test_as_of_takes_dates_as_people_write_them(ctx: ContextFS) -> None:
    """Today sees everything, a date before the first save sees nothing, nonsense is refused."""
    memory = ctx.save("The queue is RabbitMQ")
    assert found(ctx, "queue", as_of="today") == [memory.id]
    assert found(ctx, "queue", as_of="2020-01-01") == []
    assert ctx.search("", as_of=datetime.now() - timedelta(hours=1)) == []
    with pytest.raises(InvalidInput, match="the day after never"):
        ctx.search("queue", as_of="the day after never")


def test_as_of_keeps_scope_status_and_offset(ctx: ContextFS) -> None:
    """Looking back sees the same namespaces and statuses as looking now, and pages the same way."""
    memories = [ctx.save(f"Runbook {n} for the queue") for n in range(5)]
    ctx.archive(memories[0].id)
    elsewhere = ctx.save("Runbook 9 for the queue", namespace="elsewhere")
    then = moment()
    for one in (*memories, elsewhere):
        ctx.update(one.id, summary=f"Changed since: {one.content}", status="active", namespace="notes")
    assert set(found(ctx, "runbook queue", as_of=then)) == set(ids(memories[1:]))
    assert set(found(ctx, "runbook queue", as_of=then, status="archived")) == {memories[0].id}
    assert elsewhere.id in found(ctx, "runbook queue", as_of=then, all=True)
    pages = [ids(ctx.search("", as_of=then, limit=2, offset=at)) for at in (0, 2, 4)]
    assert [one for page in pages for one in page] == ids(reversed(memories[1:]))


def test_as_of_sees_what_has_expired_since(ctx: ContextFS) -> None:
    """What expired in the meantime is there when looking back before its end, changed since or not."""
    end = datetime.now(UTC) + timedelta(seconds=0.4)
    untouched = ctx.save("The code freeze of the shop ends today", expires_at=end)
    touched = ctx.save("The code freeze of the wiki ends today", expires_at=end)
    then = moment()
    sleep(max(0, (end - datetime.now(UTC)).total_seconds()) + 0.02)
    ctx.update(touched.id, summary="Over by now")
    assert not found(ctx, "code freeze") and not ctx.list_recent()
    assert set(found(ctx, "code freeze ends", as_of=then)) == {untouched.id, touched.id}
    assert ids(ctx.list_recent(as_of=then)) == [touched.id, untouched.id]
    assert not ctx.list_recent(as_of=moment())


# ── replaced, retired, removed ──────────────────────────────────────────────────────────────────────────────────────


def test_supersede_links_both_ways(ctx: ContextFS) -> None:
    """The old memory names its successor, the new one what it replaces; both can be recalled and are linked."""
    old, new = (
        ctx.save("Rate limit: 1000 requests a minute"),
        ctx.save("Rate limit since May: 2000 requests a minute"),
    )
    answer = ctx.supersede(old.short_id, new.short_id)
    assert (answer.id, answer.supersedes) == (new.id, (old.id,))
    assert ctx.recall(old.id).superseded_by == new.id
    assert ids(ctx.links(new.id).memories) == [old.id] and ids(ctx.links(old.id).memories) == [new.id]
    third = ctx.save("Rate limit of the trial plan: 100 requests a minute")
    assert ctx.supersede(third.id, new.id).supersedes == (old.id, third.id)
    assert ctx.supersede(third.id, new.id).supersedes == (old.id, third.id)
    with pytest.raises(InvalidInput):
        ctx.supersede(new.id, new.id)


def test_nothing_replaces_what_replaced_it(ctx: ContextFS) -> None:
    """Neither supersede nor deprecate closes a circle, also over several memories, and nothing is changed."""
    a, b, c = (ctx.save(f"Rate limit of year {year}: {year} requests") for year in (2024, 2025, 2026))
    ctx.supersede(a.id, b.id)
    ctx.supersede(b.id, c.id)
    for close in (lambda: ctx.supersede(c.id, a.id), lambda: ctx.deprecate(c.id, see=a.id)):
        with pytest.raises(InvalidInput, match=a.short_id):
            close()
    assert (ctx.recall(c.id).superseded_by, ctx.recall(a.id).supersedes) == ("", ())
    assert ctx.supersede(a.id, c.id).supersedes == (b.id, a.id)


def test_links_tell_that_a_successor_was_deleted(ctx: ContextFS) -> None:
    """What replaced a memory and was deleted since is named as such, on either side, until it is back."""
    old, new = ctx.save("Deploys go through Jenkins"), ctx.save("Deploys go through the new pipeline")
    ctx.supersede(old.id, new.id)
    assert ctx.links(old.id).deleted == []
    ctx.delete(new.id)
    assert (ctx.links(old.id).memories, ctx.links(old.id).deleted) == ([], [new.id])
    ctx.undo()
    ctx.delete(old.id)
    assert (ctx.links(new.id).memories, ctx.links(new.id).deleted) == ([], [old.id])


def test_deprecate_marks_and_points_to_the_one_to_read(ctx: ContextFS) -> None:
    """A deprecated memory carries the tag, the status and the memory to read instead, and stays searchable."""
    old, new = ctx.save("Deploys go through Jenkins"), ctx.save("Deploys go through the new pipeline")
    gone = ctx.deprecate(old.id, see=new.short_id)
    assert (gone.status, gone.tags, gone.superseded_by) == ("deprecated", ("deprecated",), new.id)
    assert set(found(ctx, "how do deploys go through")) == {old.id, new.id}
    alone = ctx.deprecate(new.id)
    assert (alone.status, alone.superseded_by) == ("deprecated", "")
    with pytest.raises(InvalidInput):
        ctx.deprecate(old.id, see=old.id)
    with pytest.raises(MemoryNotFound):
        ctx.deprecate(old.id, see="ffffffff")


def test_what_is_retired_ranks_below_and_is_marked(ctx: ContextFS) -> None:
    """Of two memories that answer alike the deprecated or superseded one comes second, with a note that says so."""
    for verb in ("deprecate", "supersede"):
        old = ctx.save(f"Deploys of {verb} go through the blue pipeline, step one")
        new = ctx.save(f"Deploys of {verb} go through the blue pipeline, step two and three")
        if verb == "deprecate":
            ctx.deprecate(old.id)
        else:
            ctx.supersede(old.id, new.id)
        results = ctx.search(f"deploys of {verb} through the blue pipeline", min_relevance=0)
        places = ids(results)
        assert places.index(new.id) < places.index(old.id)
        marked = results[places.index(old.id)]
        assert [note for note in marked.why.notes if "deprecated" in note or "superseded" in note]
        assert not [note for note in results[places.index(new.id)].why.notes if "deprecated" in note]


def test_archived_is_out_of_search_until_asked_for(ctx: ContextFS) -> None:
    """An archived memory is neither searched nor listed unless its status is asked for; recall still reads it."""
    memory = ctx.save("The office in Oslo closed in 2019")
    assert ctx.archive(memory.id).status == "archived"
    assert not found(ctx, "office Oslo closed") and not ctx.list_recent() and not ctx.search("")
    assert found(ctx, "office Oslo closed", status="archived") == [memory.id]
    assert ids(ctx.list_recent(status=["active", "archived"])) == [memory.id]
    assert ctx.recall(memory.id).status == "archived"
    assert ctx.listing(SearchQuery(scope=ctx.scope())).total == 0
    assert found(ctx, "office Oslo", status="archived,active") == [memory.id]
    ctx.update(memory.id, status="active")
    assert found(ctx, "office Oslo closed") == [memory.id]
    with pytest.raises(InvalidInput, match="'gone'"):
        ctx.search("", status="gone")


def test_delete_returns_what_is_gone_and_keeps_its_history(ctx: ContextFS) -> None:
    """A deleted memory is returned, found no more by words, meaning or id, and its history still holds the text."""
    memory = ctx.save("Certificates are renewed by the ingress controller")
    assert ctx.delete(memory_id=memory.short_id) == memory
    for query in ("certificates renewed ingress controller", "TLS renewal", memory.content):
        assert not found(ctx, query)
    assert ctx.get(memory.id) is None
    with pytest.raises(MemoryNotFound):
        ctx.delete(memory.id)
    assert [one.memory.content for one in ctx.history(memory.id) if one.memory] == [memory.content]


def test_erase_leaves_nothing_behind(ctx: ContextFS) -> None:
    """After an erasure no file of the store holds the text, no revision tells it, and it cannot come back."""
    secret = "The codename of the merger is Quetzalcoatl-Hummingbird"
    memory = ctx.save(secret, metadata={"who": "Zaphod-Beeblebrox-Marker"})
    ctx.update(memory.id, content="The codename of the merger is Xiuhtecuhtli-Turquoise")
    kept = ctx.save("A memory that stays")
    receipt = ctx.erase(memory.short_id)
    assert (receipt.id, list(receipt.found), receipt.changes) == (memory.id, [], 2)
    assert ctx.get(memory.id) is None
    assert [one.memory for one in ctx.history(memory.id) if not one.erased] in ([], [None])
    assert not [one for one in ctx.history(memory.id) if one.memory]
    ctx.close()
    bytes_left = b"".join(
        path.read_bytes() for path in Path(ctx.settings.data_dir).rglob("*") if path.is_file()
    )
    for word in (b"Quetzalcoatl", b"Xiuhtecuhtli", b"Beeblebrox", b"quetzalcoatl", b"turquois"):
        assert word not in bytes_left
    with pytest.raises(MemoryNotFound):
        ctx.restore(memory.id)
    with pytest.raises(InvalidInput, match="erased"):
        ctx.save("Back again", id=memory.id)
    assert ids(ctx.list_recent()) == [kept.id]


def test_a_deleted_memory_can_be_erased(ctx: ContextFS) -> None:
    """What was deleted is still in the history, and can be erased from there."""
    memory = ctx.save("The codename is Quetzalcoatl-Hummingbird")
    ctx.delete(memory.id)
    assert ctx.erase(memory.id).found == []
    assert not [one for one in ctx.history(memory.id) if one.memory]


def test_saving_anew_what_was_deleted_is_a_new_memory(ctx: ContextFS) -> None:
    """The text of a deleted memory can be saved again; it is a memory of its own."""
    memory = ctx.save("Tabs, not spaces")
    ctx.delete(memory.id)
    again = ctx.put(Draft("Tabs, not spaces"))
    assert again.created and again.memory.id != memory.id

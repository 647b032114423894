"""The Python front door: opening, threads, processes, links, tags, status and backups."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contextfs import ContextFS, Draft, MemoryType, SearchResult
from contextfs.errors import ContextFSError, InvalidInput

_OTHER = """
import json, sys
from contextfs import ContextFS
with ContextFS(data_dir=sys.argv[1], namespace="notes") as ctx:
    for number in range(20):
        ctx.save(f"Process {sys.argv[2]} wrote line {number}", tags=["shared", f"p{sys.argv[2]}"])
    print(json.dumps([one.content for one in ctx.list_recent(limit=1000)]))
"""


def test_nothing_is_asked_for_and_nothing_is_made_before_its_first_use(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ContextFS() alone works, by the variable or in the home directory, and opens the store when it is needed."""
    ctx = ContextFS()
    home = Path.home() / ".contextfs"
    assert not home.exists()
    assert ctx.save("Saved without a word of setting up").namespace == "global"
    assert (home / "contextfs.db").exists() and home.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("CONTEXTFS_DATA_DIR", str(bare / "elsewhere"))
    assert ContextFS().list_recent() == []
    assert ContextFS(data_dir=str(home)).list_recent()[0].content.startswith("Saved without")


def test_a_context_manager_closes_and_the_object_opens_anew(ctx: ContextFS) -> None:
    """Leaving the block closes the store; using the object afterwards opens it again; an error passes through."""
    with ctx as same:
        assert same is ctx
        memory = ctx.save("Written inside the block")
    ctx.close()
    ctx.close()
    assert ctx.recall(memory.id) == memory
    with pytest.raises(ZeroDivisionError), ctx:
        assert 1 / 0
    assert ctx.search("written inside", min_relevance=0)[0].memory == memory


@pytest.mark.parametrize("wrong", [123, True, b"x", ["x"], False, "a\0b"])
def test_a_data_directory_is_a_path(bare: Path, wrong: object) -> None:
    """A text or a path is taken, and anything else is refused by name before a file is made."""
    assert ContextFS(data_dir=bare / "here").settings.data_dir == str(bare / "here")
    with pytest.raises(InvalidInput, match="data_dir"):
        ContextFS(data_dir=wrong)  # type: ignore[arg-type]
    assert list(bare.iterdir()) == []


def test_what_is_not_a_memory_is_refused(ctx: ContextFS) -> None:
    """Nothing at all, a text in place of a list, and metadata without end or of any size are named and not saved."""
    endless: dict[str, object] = {"a": 1}
    endless["self"] = [endless]
    deep: object = 1
    for _ in range(2000):
        deep = {"a": deep}
    for verb in (
        lambda: ctx.save(None),  # type: ignore[arg-type]
        lambda: ctx.save_many(None),  # type: ignore[arg-type]
        lambda: ctx.save_many("abc"),
        lambda: ctx.save_many({"content": "abc"}),  # type: ignore[arg-type]
        lambda: ctx.save_many(Draft("abc")),  # type: ignore[arg-type]
        lambda: ctx.save("x", metadata=endless),
        lambda: ctx.save("x", metadata={"deep": deep}),
        lambda: ctx.save("x", structured={"deep": deep}),
        lambda: ctx.save("x", metadata={"long": "x" * 1_000_000}),
        lambda: ctx.save("x", structured={"many": [1] * 400_000}),
        lambda: ctx.save("x", metadata={"n": 10**5000}),
    ):
        with pytest.raises(InvalidInput) as caught:
            verb()
        assert len(caught.value.message) < 400
    assert ctx.list_recent() == []
    nested: object = 1
    for _ in range(30):
        nested = [nested]
    assert ctx.save("x", metadata={"deep": nested, "n": 10**300}).metadata["deep"] == nested


def test_a_memory_stands_for_its_id(ctx: ContextFS) -> None:
    """Whoever holds a memory can hand it over where its id is asked for."""
    one, two = ctx.save("Deploys go through Jenkins"), ctx.save("Deploys go through the pipeline")
    assert ctx.recall(ctx.update(one, summary="Deploys")).summary == "Deploys"
    assert ctx.supersede(one, two).supersedes == (one.id,)
    assert ctx.archive(two).status == "archived" and ctx.deprecate(one, see=two).superseded_by == two.id
    assert ctx.delete(two).id == two.id and ctx.get(two) is None


def test_many_threads_share_one_object(ctx: ContextFS) -> None:
    """Eight threads that save, search, update and list on one object lose nothing and see whole memories."""

    def work(number: int) -> str:
        memory = ctx.save(f"Thread {number} writes about topic{number}", tags=[f"t{number}"])
        updated = ctx.update(memory.id, summary=f"Summary {number}")
        assert ctx.search(f"topic{number}", min_relevance=0)[0].memory.id == memory.id
        assert ctx.recall(memory.id) == updated
        return memory.id

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(work, range(64)))
    assert {one.id for one in ctx.list_recent(limit=100)} == set(made)
    assert all(ctx.recall(one).summary for one in made)


def test_several_processes_share_one_store(ctx: ContextFS) -> None:
    """Processes that write at the same time all see what all wrote, and so does one that was open all along."""
    ctx.save("Written before the others came")
    command = [sys.executable, "-c", _OTHER, ctx.settings.data_dir]
    running = [
        subprocess.Popen([*command, str(number)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for number in range(3)
    ]
    outputs = [process.communicate(timeout=120) for process in running]
    assert [(process.returncode, errors) for process, (_, errors) in zip(running, outputs, strict=True)] == [
        (0, b"")
    ] * 3
    assert all(len(json.loads(out)) >= 21 for out, _ in outputs)
    assert len(ctx.list_recent(limit=1000)) == 61
    assert [one.memory.content for one in ctx.search("process 1 wrote line 7", limit=1)] == [
        "Process 1 wrote line 7"
    ]
    assert dict(ctx.tags()) == {"shared": 60, "p0": 20, "p1": 20, "p2": 20}


def test_ids_may_be_shortened(ctx: ContextFS) -> None:
    """Every call takes six characters of an id or more, in any case, and the keyword memory_id."""
    memory = ctx.save("A memory with a long name")
    for given in (memory.id, memory.id[:6], memory.short_id, memory.id[:12].upper(), f" {memory.short_id} "):
        assert ctx.recall(memory_id=given) == ctx.get(memory_id=given) == memory
    assert ctx.update(memory_id=memory.short_id, tags=["x"]).id == memory.id
    assert ctx.history(memory_id=memory.short_id)[0].memory_id == memory.id
    assert ctx.delete(memory_id=memory.short_id).id == memory.id
    assert ctx.restore(memory_id=memory.short_id).id == memory.id


def test_links_tell_what_a_memory_names(ctx: ContextFS) -> None:
    """Links are the files and wiki links in the text, the memories it refers to, and those that refer to it."""
    one = ctx.save("The limit is set in src/gateway/limits.py, see [[Rate Limits]]")
    two = ctx.save(f"Changes memory {one.short_id}: the limit is doubled on weekends")
    links = ctx.links(one.short_id)
    assert ("file", "src/gateway/limits.py") in links.mentions
    assert [name.lower() for kind, name in links.mentions if kind == "link"] == ["rate limits"]
    assert [each.id for each in links.referred_by] == [two.id]
    assert [each.id for each in ctx.links(two.id).memories] == [one.id]


def test_status_says_how_things_stand(ctx: ContextFS) -> None:
    """Status names the place, the store, what it holds by namespace and type, the provider and the versions."""
    ctx.save_many([{"content": "One", "type": "fact"}, {"content": "Two", "type": "error"}])
    ctx.save("Three", namespace="other", type=MemoryType.FACT)
    status = ctx.status()
    assert (status.namespace, status.namespace_source) == ("notes", "argument")
    assert (status.repo, status.branch, status.commit, status.project) == ("", "", "", "")
    assert (status.source_tool, status.author) == ("python", "ada")
    assert status.data_dir == ctx.settings.data_dir and status.store_bytes > 0
    assert status.memories == {"notes": {"fact": 1, "error": 1}, "other": {"fact": 1}}
    assert (status.provider, status.waiting, list(status.notes)) == ("static", 0, [])
    assert status.versions.keys() >= {"contextfs", "python", "sqlite"}
    assert status.version == status.versions["contextfs"]


def test_a_backup_is_what_the_store_was(ctx: ContextFS, tmp_path: Path) -> None:
    """A restored backup holds what was there when it was made, found as before; what it replaced is kept beside it."""
    before = ctx.save("The queue is RabbitMQ with three nodes")
    backup = ctx.backups.create()
    named = ctx.backups.create(str(tmp_path / "copy.db"))
    assert Path(backup).parent == Path(ctx.settings.data_dir) / "backups" and Path(named).exists()
    ctx.update(before.id, content="The queue is SQS")
    after = ctx.save("Written after the backup")
    safety = ctx.backups.restore(backup)
    assert [one.id for one in ctx.list_recent()] == [before.id] and ctx.get(after.id) is None
    assert ctx.search("RabbitMQ nodes")[0].memory == before
    assert len(ctx.history(before.id)) == 1
    ctx.backups.restore(safety)
    assert {one.content for one in ctx.list_recent()} == {"The queue is SQS", "Written after the backup"}
    ctx.backups.restore(named)
    assert [one.id for one in ctx.list_recent()] == [before.id]


def test_a_backup_that_is_none_changes_nothing(ctx: ContextFS, tmp_path: Path) -> None:
    """A missing file, the store itself, any other file and a taken name are refused, and the store stays as it is."""
    memory = ctx.save("The only memory there is")
    other = tmp_path / "notes.txt"
    other.write_text("This is not a store.\n" * 400)
    for path in (tmp_path / "missing.db", Path(ctx.settings.data_dir) / "contextfs.db", other):
        with pytest.raises(ContextFSError) as refused:
            ctx.backups.restore(str(path))
        assert path.name in refused.value.message and refused.value.hint
    with pytest.raises(InvalidInput):
        ctx.backups.create(str(other))
    assert other.read_text().startswith("This is not a store.")
    assert ctx.list_recent() == [memory]


def test_the_public_names_are_the_values_that_come_back(ctx: ContextFS) -> None:
    """What the calls return are instances of the names that the package exports."""
    import contextfs

    memory = ctx.save("A memory that is returned")
    assert isinstance(memory, contextfs.Memory)
    assert isinstance(ctx.search("memory that is returned")[0], SearchResult)
    assert isinstance(ctx.put(contextfs.Draft("Another one")), contextfs.Saved)
    assert issubclass(InvalidInput, contextfs.ContextFSError)
    assert contextfs.Session(messages=[contextfs.Message("user", "hello")]).messages[0].role == "user"

"""A Markdown tree that a person edits: what is taken over, what is asked about, and what is never touched."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.domain.exported import Exported
from contextfs.errors import InvalidInput


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[ContextFS]:
    """An empty store, seen from a directory in no repository."""
    with ContextFS(tmp_path / "data", cwd=str(tmp_path)) as front:
        yield front


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Where the tree goes."""
    return tmp_path / "tree"


def page(tree: Path, name: str) -> Path:
    """The one page whose file name begins so."""
    (found,) = [path for path in tree.rglob("*.md") if path.name.startswith(name)]
    return found


def edit(path: Path, before: str, after: str) -> None:
    """What a person does in an editor."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def names(done: Exported) -> list[list[str]]:
    """The file names of a report: written, removed, edited, missing."""
    lists = (done.written, done.removed, done.edited, done.missing)
    return [[path.rpartition("/")[2] for path in one] for one in lists]


def test_an_edit_becomes_an_update(ctx: ContextFS, tree: Path) -> None:
    """Text and fields that a person changed are the memory's; it has a new revision, and undo takes it back."""
    saved = ctx.save("Use JWT for sessions.", "fact", ["auth"], metadata={"sprint": 1})
    ctx.export(tree)
    edit(page(tree, "use-jwt"), "Use JWT for sessions.", "Use signed JWT for sessions.")
    edit(page(tree, "use-jwt"), "type: fact", "type: decision")
    edit(page(tree, "use-jwt"), "tags: [auth]", "tags: [auth, jwt]\nsummary: Sessions\nteam: platform")
    told = ctx.import_memories(tree)
    assert (told.changed, told.refused, told.conflicts) == (1, [], [])
    now = ctx.recall(saved.id)
    assert (now.content, now.type, now.tags) == ("Use signed JWT for sessions.", "decision", ("auth", "jwt"))
    assert (now.summary, now.metadata) == ("Sessions", {"sprint": 1, "team": "platform"})
    assert [revision.verb for revision in ctx.history(saved.id)] == ["save", "edit"]
    ctx.undo()
    assert ctx.recall(saved.id).content == "Use JWT for sessions."


def test_after_an_import_the_pages_are_current(ctx: ContextFS, tree: Path) -> None:
    """The page gets the new revision and goes where its type belongs; nothing is left to export or to import."""
    ctx.save("Use JWT for sessions.", "fact")
    ctx.export(tree)
    edit(page(tree, "use-jwt"), "type: fact", "type: decision")
    ctx.import_memories(tree)
    assert page(tree, "use-jwt").parent.name == "decision"
    assert names(ctx.export(tree)) == [[], [], [], []]
    assert ctx.import_memories(tree).changed == 0
    edit(page(tree, "use-jwt"), "Use JWT", "Never use JWT")
    assert ctx.import_memories(tree).changed == 1


def test_an_edit_of_a_stale_page_is_merged(ctx: ContextFS, tree: Path) -> None:
    """What was changed here since the export stays: other fields, and other lines of the text."""
    lines = [f"line {number}" for number in range(10)]
    saved = ctx.save("\n".join(lines), tags=["one"])
    ctx.export(tree)
    ctx.update(saved.id, content="\n".join(["line zero", *lines[1:]]), add_tags=["two"], owner="ann")
    edit(page(tree, "line-0"), "line 9", "line nine")
    edit(page(tree, "line-0"), "tags: [one]", "tags: [one, three]")
    told = ctx.import_memories(tree)
    assert (told.changed, told.conflicts) == (1, [])
    now = ctx.recall(saved.id)
    assert now.content.split("\n") == ["line zero", *lines[1:9], "line nine"]
    assert (set(now.tags), now.owner) == ({"one", "two", "three"}, "ann")


def test_two_edits_of_the_same_are_a_conflict(ctx: ContextFS, tree: Path) -> None:
    """Neither is lost: the store keeps its own, the page stays as it is, and `force` takes the page's."""
    saved = ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    ctx.update(saved.id, content="Use cookies for sessions.")
    edit(page(tree, "use-jwt"), "Use JWT", "Use opaque tokens")
    told = ctx.import_memories(tree)
    assert told.changed == 0
    assert told.conflicts == [
        ("global/fact/use-jwt-for-sessions.md", "changed here and on the page: content")
    ]
    assert names(ctx.export(tree)) == [[], [], ["use-jwt-for-sessions.md"], []]
    assert "opaque" in page(tree, "use-jwt").read_text(encoding="utf-8")
    assert ctx.recall(saved.id).content == "Use cookies for sessions."
    assert ctx.import_memories(tree, force=True).changed == 1
    assert ctx.recall(saved.id).content == "Use opaque tokens for sessions."


def test_a_new_page_becomes_a_memory(ctx: ContextFS, tree: Path) -> None:
    """Its folders say namespace and type; it gets its id, so that the next edit is one of the same memory."""
    ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    new = tree / "namespaces" / "team~x" / "error" / "locked.md"
    new.parent.mkdir(parents=True)
    new.write_text("Set a busy timeout when the database is locked.\n", encoding="utf-8")
    told = ctx.import_memories(tree)
    assert (told.memories, told.namespaces) == (1, {"team/x": 1})
    (memory,) = ctx.list_recent(type="error", all=True)
    assert (memory.content, memory.namespace) == ("Set a busy timeout when the database is locked.", "team/x")
    assert f"id: {memory.id}" in new.read_text(encoding="utf-8")
    edit(new, "busy timeout", "busy handler")
    assert ctx.import_memories(tree).changed == 1
    assert "busy handler" in ctx.recall(memory.id).content


def test_a_deleted_page_is_asked_about(ctx: ContextFS, tree: Path) -> None:
    """Only who says so deletes the memory; until then nothing is written again, and nothing forgotten."""
    saved = ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    page(tree, "use-jwt").unlink()
    for _ in range(2):
        assert ctx.import_memories(tree).missing == [("global/fact/use-jwt-for-sessions.md", saved.id)]
    ctx.update(saved.id, add_tags=["changed"])
    assert names(ctx.export(tree)) == [[], [], [], ["use-jwt-for-sessions.md"]]
    told = ctx.import_memories(tree, delete_missing=True)
    assert told.conflicts == [("global/fact/use-jwt-for-sessions.md", "deleted as a page and changed here")]
    assert ctx.get(saved.id) is not None
    told = ctx.import_memories(tree, delete_missing=True, force=True)
    assert (told.gone, ctx.get(saved.id)) == (1, None)
    ctx.undo()
    assert ctx.get(saved.id) is not None


def test_a_renamed_page_is_the_same_memory(ctx: ContextFS, tree: Path) -> None:
    """The id is in the page, so its file may be called as one likes; it keeps that name."""
    saved = ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    renamed = page(tree, "use-jwt").rename(tree / "namespaces" / "global" / "fact" / "tokens.md")
    told = ctx.import_memories(tree)
    assert (told.known, told.missing) == (1, [])
    edit(renamed, "Use JWT", "Use signed JWT")
    assert ctx.import_memories(tree).changed == 1
    ctx.update(saved.id, content="Use opaque tokens.")
    assert names(ctx.export(tree)) == [["tokens.md"], [], [], []]


def test_a_copied_page_is_a_new_memory(ctx: ContextFS, tree: Path) -> None:
    """Two pages with one id are a page and a copy of it, and the copy has been edited."""
    ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    original = page(tree, "use-jwt")
    copy = original.with_name("zz-copy.md")
    copy.write_text(original.read_text(encoding="utf-8").replace("Use JWT", "Use cookies"), encoding="utf-8")
    told = ctx.import_memories(tree)
    assert (told.memories, told.known) == (1, 1)
    assert {memory.content for memory in ctx.list_recent()} == {
        "Use JWT for sessions.",
        "Use cookies for sessions.",
    }


def test_an_export_never_undoes_an_edit(ctx: ContextFS, tree: Path) -> None:
    """A page that was edited and not imported yet is left and named; only `force` overwrites it."""
    saved = ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    edit(page(tree, "use-jwt"), "Use JWT", "Use signed JWT")
    ctx.update(saved.id, owner="ann")
    assert names(ctx.export(tree)) == [[], [], ["use-jwt-for-sessions.md"], []]
    assert "signed" in page(tree, "use-jwt").read_text(encoding="utf-8")
    ctx.delete(saved.id)
    assert names(ctx.export(tree)) == [[], [], ["use-jwt-for-sessions.md"], []]
    ctx.restore(saved.id)
    ctx.export(tree, force=True)
    assert "signed" not in page(tree, "use-jwt").read_text(encoding="utf-8")


def test_the_page_of_a_deleted_memory_goes(ctx: ContextFS, tree: Path) -> None:
    """Unless it was edited, the page of what is gone is removed; files that are not ours never are."""
    saved = ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    foreign = tree / "namespaces" / "global" / "fact" / "notes.txt"
    foreign.write_text("mine")
    ctx.delete(saved.id)
    assert names(ctx.export(tree)) == [[], ["use-jwt-for-sessions.md"], [], []]
    assert foreign.read_text() == "mine"


def test_an_export_of_something_else_leaves_the_rest(ctx: ContextFS, tree: Path) -> None:
    """Choosing other memories adds their pages; those of memories that are still there stay."""
    ctx.save("Use JWT for sessions.", "decision")
    ctx.save("The port is 8080.", "fact")
    ctx.export(tree, type="decision")
    assert names(ctx.export(tree, type="fact")) == [["the-port-is-8080.md"], [], [], []]
    assert page(tree, "use-jwt").exists()


def test_a_file_of_the_same_name_is_not_touched(ctx: ContextFS, tree: Path) -> None:
    """Where somebody has a file of that name already, the page gets another."""
    own = tree / "namespaces" / "global" / "fact" / "use-jwt-for-sessions.md"
    own.parent.mkdir(parents=True)
    own.write_text("my own notes\n")
    saved = ctx.save("Use JWT for sessions.")
    ctx.save("# Use JWT for sessions\n\nThe same title.")
    done = ctx.export(tree)
    assert own.read_text() == "my own notes\n"
    assert f"use-jwt-for-sessions-{saved.short_id}.md" in names(done)[0]
    assert len(done.written) == 2


def test_a_page_of_a_deleted_memory(ctx: ContextFS, tree: Path, tmp_path: Path) -> None:
    """A page left over from what was deleted here says nothing; an edited one is a conflict, and `force` revives."""
    saved = ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    ctx.delete(saved.id)
    assert (ctx.import_memories(tree).deleted, ctx.get(saved.id)) == (1, None)
    edit(page(tree, "use-jwt"), "Use JWT", "Use signed JWT")
    told = ctx.import_memories(tree)
    assert told.conflicts == [("global/fact/use-jwt-for-sessions.md", "deleted here and edited on the page")]
    ctx.import_memories(tree, force=True)
    assert ctx.recall(saved.id).content == "Use signed JWT for sessions."
    ctx.erase(saved.id)
    assert ctx.import_memories(tree, force=True).erased == 1


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("type: fact", "type: fakt", "'fakt' is not a memory type"),
        ("Use JWT for sessions.", "", "the content is empty"),
        ("type: fact", "type: [", "not YAML"),
        ("type: fact", "status: lost", "'lost' is not a status"),
        ("type: fact", "review_at: someday", "'someday' is not a date"),
        ("Use JWT", "aws_access_key_id = AKIA" + "QWERTYUIOPASDFGH", "seems to be a secret"),
    ],
)
def test_a_page_that_cannot_be_taken_is_named(
    ctx: ContextFS, tree: Path, before: str, after: str, said: str
) -> None:
    """It stays as it is, the error says what is wrong, and the other pages are taken in."""
    saved = ctx.save("Use JWT for sessions.")
    other = ctx.save("The port is 8080.")
    ctx.export(tree)
    edit(page(tree, "use-jwt"), before, after)
    edit(page(tree, "the-port"), "8080", "9090")
    told = ctx.import_memories(tree)
    assert [path for path, _ in told.refused] == ["global/fact/use-jwt-for-sessions.md"]
    assert said in told.refused[0][1]
    assert (told.changed, told.missing) == (1, [])
    assert ctx.recall(saved.id).content == "Use JWT for sessions."
    assert "9090" in ctx.recall(other.id).content


def test_a_dry_run_shows_the_difference(ctx: ContextFS, tree: Path) -> None:
    """As a unified diff, and nothing is written."""
    saved = ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    edit(page(tree, "use-jwt"), "Use JWT", "Use signed JWT")
    before = page(tree, "use-jwt").read_text(encoding="utf-8")
    told = ctx.import_memories(tree, dry_run=True)
    assert "-Use JWT for sessions.\n+Use signed JWT for sessions.\n" in told.diff
    assert ctx.recall(saved.id).content == "Use JWT for sessions."
    assert page(tree, "use-jwt").read_text(encoding="utf-8") == before


def test_spaces_of_an_editor_are_no_edit(ctx: ContextFS, tree: Path) -> None:
    """An editor that strips spaces at the ends of lines and empty lines at the end changes nothing."""
    saved = ctx.save("Use JWT for sessions.  \nBecause.\n\n\n")
    ctx.export(tree)
    path = page(tree, "use-jwt")
    text = "\n".join(line.rstrip() for line in path.read_text(encoding="utf-8").split("\n")).rstrip() + "\n"
    path.write_text(text, encoding="utf-8")
    assert ctx.import_memories(tree).changed == 0
    assert ctx.recall(saved.id).content == "Use JWT for sessions.  \nBecause.\n\n\n"


def test_taking_deprecated_off_a_page(ctx: ContextFS, tree: Path) -> None:
    """The tag and the status go together, whichever of the two somebody removes."""
    for gone in ("status: deprecated\n", "tags: [deprecated]\n"):
        saved = ctx.save(f"Use JWT, {gone!r}.")
        ctx.deprecate(saved.id)
        ctx.export(tree)
        edit(page(tree, "use-jwt"), gone, "")
        assert ctx.import_memories(tree).changed == 1
        assert (ctx.recall(saved.id).status, ctx.recall(saved.id).tags) == ("active", ())
        ctx.delete(saved.id)
        ctx.export(tree)


def test_the_text_of_a_record_is_made_of_its_fields(ctx: ContextFS, tree: Path) -> None:
    """On the page of a record the fields are edited, and its text follows; text edited alone is refused."""
    record = {"record": "pact", "context": "Rate limits", "lessons_learned": ["Use a sorted set"]}
    saved = ctx.save("Rate limits\n\n## Lessons learned\n\n- Use a sorted set", "episodic", structured=record)
    ctx.export(tree)
    edit(page(tree, "rate-limits"), "\n- Use a sorted set", "\n- Use a heap")
    (refused,) = ctx.import_memories(tree).refused
    assert "made of its fields" in refused[1]
    ctx.export(tree, force=True)
    edit(page(tree, "rate-limits"), "lessons_learned: [Use a sorted set]", "lessons_learned: [Use a heap]")
    assert ctx.import_memories(tree).changed == 1
    assert "- Use a heap" in ctx.recall(saved.id).content


def test_a_tree_moves_to_another_store(ctx: ContextFS, tree: Path, tmp_path: Path) -> None:
    """Pages keep their ids there, with who wrote them and when; edits and deletions work there as well."""
    first, second = ctx.save("Use JWT for sessions.", author="ann"), ctx.save("The port is 8080.")
    ctx.supersede(first.id, second.id)
    ctx.export(tree)
    with ContextFS(tmp_path / "other", cwd=str(tmp_path)) as other:
        assert other.import_memories(tree).memories == 2
        assert other.recall(first.id)._replace(device="") == ctx.recall(first.id)._replace(device="")
        edit(page(tree, "use-jwt"), "Use JWT", "Use signed JWT")
        assert other.import_memories(tree).changed == 1
        page(tree, "the-port").unlink()
        assert other.import_memories(tree, delete_missing=True).gone == 1


def test_a_tree_that_somebody_else_writes_is_waited_for(
    ctx: ContextFS, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two exports never write one tree at a time; who waits in vain is told why."""
    ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    (tree / "namespaces" / ".contextfs.lock").touch()
    monkeypatch.setattr("contextfs.exchange.manifest._PATIENCE", 0.1)
    with pytest.raises(InvalidInput, match="Another process is writing"):
        ctx.export(tree)


@pytest.mark.skipif(sys.platform == "win32", reason="there a lock is only taken over by its age")
def test_the_lock_of_a_process_that_was_killed_is_taken_over(ctx: ContextFS, tree: Path) -> None:
    """A lock is held by a running process; what a dead one left behind stops nobody for long."""
    ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    lock = tree / "namespaces" / ".contextfs.lock"
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    lock.write_text(str(process.pid))
    minute_ago = time.time() - 60
    os.utime(lock, (minute_ago, minute_ago))
    ctx.save("The port is 8080.")
    assert len(ctx.export(tree).written) == 1
    assert not lock.exists()


def test_a_tree_without_its_manifest_is_known(ctx: ContextFS, tree: Path) -> None:
    """A clone, or an export that was killed: pages that nobody edited are brought up to date, edited ones are left."""
    stale, edited = ctx.save("Use JWT for sessions."), ctx.save("The port is 8080.")
    ctx.export(tree)
    (tree / "namespaces" / ".contextfs.json").unlink()
    ctx.update(stale.id, owner="ann")
    ctx.update(edited.id, owner="ann")
    edit(page(tree, "the-port"), "8080", "9090")
    assert names(ctx.export(tree)) == [["use-jwt-for-sessions.md"], [], ["the-port-is-8080.md"], []]
    assert "owner: ann" in page(tree, "use-jwt").read_text(encoding="utf-8")
    (tree / "namespaces" / ".contextfs.json").unlink()
    told = ctx.import_memories(tree)
    assert (told.kind, told.changed, told.memories) == ("tree", 1, 0)
    assert ctx.recall(edited.id).content == "The port is 9090."


def test_any_folder_of_a_tree_means_the_tree(ctx: ContextFS, tree: Path) -> None:
    """Whoever names a folder inside takes in the edits of the whole tree."""
    saved = ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    edit(page(tree, "use-jwt"), "Use JWT", "Use signed JWT")
    assert ctx.import_memories(page(tree, "use-jwt").parent).changed == 1
    assert "signed" in ctx.recall(saved.id).content


def test_one_page_alone_can_be_taken_in(ctx: ContextFS, tree: Path) -> None:
    """A page is known by its block wherever it lies."""
    saved = ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    edit(page(tree, "use-jwt"), "Use JWT", "Use signed JWT")
    told = ctx.import_memories(page(tree, "use-jwt"))
    assert (told.kind, told.changed) == ("tree", 1)
    assert "signed" in ctx.recall(saved.id).content


def test_a_page_leads_nowhere_else(ctx: ContextFS, tree: Path) -> None:
    """A page cannot name a namespace that is none, nor the id of something else than a memory."""
    session = ctx.start_session(tool="x", label="y")
    saved = ctx.save("Use JWT for sessions.")
    ctx.export(tree)
    edit(page(tree, "use-jwt"), "namespace: global", "namespace: ../../outside")
    (refused,) = ctx.import_memories(tree).refused
    assert "cannot be the name of a namespace" in refused[1]
    edit(page(tree, "use-jwt"), "namespace: ../../outside", "namespace: global")
    edit(page(tree, "use-jwt"), f"id: {saved.id}", f"id: {session.id}")
    (refused,) = ctx.import_memories(tree).refused
    assert "not that of a memory" in refused[1]

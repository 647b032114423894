"""Memories know when the code they cite is not what it was: read again after real edits, commits and renames."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.walks.lane import CODE, Lane

from contextfs.mcp.replies import memory_reply, search_reply

HOOKS = "src/hooks.py"
FRESH = ("fresh", "", 0)


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """A repository with one commit on main."""
    return Lane(tmp_path / "hooks", tmp_path / "data").started()


def test_what_stands_as_it_did_is_fresh(lane: Lane) -> None:
    """Files, lines and symbols that nobody touched are fresh, and leave no mark on what is shown."""
    saved = lane.save("See src/hooks.py:4-8 and README.md", files=["src/hooks.py"])
    assert lane.cited(saved) == {f"{HOOKS}:4-8": FRESH, "README.md": FRESH}
    assert lane.marks(saved) == ()
    with lane.ctx as ctx:
        assert ctx.verify() == []
        assert [one.memory.id for one in ctx.verify(all=True)] == [saved]


def test_a_file_that_changed_says_by_which_commits(lane: Lane) -> None:
    """Commits since are counted and named, newest first; what is not committed yet is said."""
    saved = lane.save("The settings are described in README.md")
    lane.write(**{"README.md": "# Hooks\n\nMore.\n"})
    assert lane.marks(saved) == ("README.md changed: not committed yet",)
    first = lane.commit("describe more")
    second = lane.commit("describe most", **{"README.md": "# Hooks\n\nMost.\n"})
    assert lane.marks(saved) == ("README.md changed: 2 commits since",)
    with lane.ctx as ctx:
        (found,) = ctx.verify()
        assert [one.hash for one in found.cited[0].commits] == [second, first]
        assert found.cited[0].commits[0].author == "Ada"
    lane.git("revert", "--no-edit", second)
    lane.git("revert", "--no-edit", first)
    assert lane.cited(saved) == {"README.md": FRESH}


def test_what_was_not_committed_at_the_save_counts_as_it_was(lane: Lane) -> None:
    """The content at the moment of the save is what counts: committing just that makes nothing stale."""
    lane.write(**{"README.md": "# Hooks\n\nWritten while the memory was saved.\n", "new.txt": "new\n"})
    saved = lane.save("README.md now says when, and new.txt is there")
    assert lane.cited(saved) == {"README.md": FRESH, "new.txt": FRESH}
    lane.commit("describe when")
    assert lane.cited(saved) == {"README.md": FRESH, "new.txt": FRESH}
    lane.commit("and why", **{"README.md": "# Hooks\n\nWhy.\n"})
    assert lane.cited(saved) == {"README.md": ("changed", "", 1), "new.txt": FRESH}


def test_lines_move_with_what_stands_above_them(lane: Lane) -> None:
    """Cited lines are found where they stand now; changed lines are changed."""
    saved = lane.save("The loop of src/hooks.py:4-8 tries again")
    lane.commit("a heading", **{HOOKS: "# sending\n\n" + CODE})
    assert lane.cited(saved) == {f"{HOOKS}:4-8": ("moved", f"{HOOKS}:6-10", 1)}
    lane.commit("another loop", **{HOOKS: CODE.replace("send(attempt):", "send(attempt + 1):")})
    assert lane.cited(saved) == {f"{HOOKS}:4-8": ("changed", "", 1)}


def test_a_symbol_is_its_definition(lane: Lane) -> None:
    """A memory that names a function is stale when that function changes, and not when its neighbour does."""
    saved = lane.save("`retry()` in src/hooks.py gives up silently")
    lane.commit("send differently", **{HOOKS: CODE.replace("attempt + 2", "attempt + 3")})
    assert lane.cited(saved) == {f"{HOOKS}::retry": FRESH}
    lane.commit("retry differently", **{HOOKS: CODE.replace("return -1", "raise OSError")})
    assert lane.cited(saved) == {f"{HOOKS}::retry": ("changed", "", 1)}


def test_a_symbol_moves_to_another_file(lane: Lane) -> None:
    """A definition that went to another file is found there; one that went away is gone."""
    saved = lane.save("src/hooks.py::send returns a remainder")
    head, tail = CODE.split("def send")
    moved = lane.commit("apart", **{HOOKS: head, "src/sending.py": "import os\n\n\ndef send" + tail})
    assert lane.cited(saved) == {f"{HOOKS}::send": ("moved", "src/sending.py::send", 1)}
    lane.git("rm", "-q", "src/sending.py")
    gone = lane.commit("no sending")
    assert lane.cited(saved)[f"{HOOKS}::send"][0] == "gone"
    assert moved != gone


def test_a_renamed_file_has_moved(lane: Lane) -> None:
    """Renames are followed: not committed, committed, in steps, with changes, and of cited lines within them."""
    saved = lane.save("All of it is in src/hooks.py today")
    lines = lane.save("The loop is src/hooks.py:4-8 for now")
    lane.git("mv", HOOKS, "src/sent.py")
    assert lane.cited(saved) == {HOOKS: ("moved", "src/sent.py", 0)}
    lane.commit("a better name")
    assert lane.cited(saved) == {HOOKS: ("moved", "src/sent.py", 1)}
    lane.git("mv", "src/sent.py", "sender.py")
    lane.commit("an even better one", **{"sender.py": "# it\n" + CODE})
    assert lane.cited(saved)[HOOKS] == ("changed", "sender.py", 1)
    assert lane.cited(lines)[f"{HOOKS}:4-8"][:2] == ("moved", "sender.py:5-9")


def test_a_deleted_file_is_gone_since_a_commit(lane: Lane) -> None:
    """A file that is nowhere any more is gone, with the commit that took it; its memory is still found."""
    saved = lane.save("README.md explains the webhooks")
    lane.git("rm", "-q", "README.md")
    commit = lane.commit("nobody read it")
    assert lane.marks(saved) == (f"README.md is gone since {commit[:8]}",)
    (found,) = lane.found("what explains the webhooks")
    assert tuple(found.marks) == lane.marks(saved)


def test_stale_memories_rank_lower(lane: Lane) -> None:
    """Of two that answer alike, the one whose code stands as it did comes first; none is dropped."""
    stale = lane.save("The webhook limit is explained in README.md in short")
    fresh = lane.save("The webhook limit is explained in src/hooks.py in short")
    lane.git("rm", "-q", "README.md")
    lane.commit("nobody read it")
    assert [one.memory.id for one in lane.found("where is the webhook limit explained")] == [fresh, stale]
    assert [one.memory.id for one in lane.found("is the webhook limit explained in README.md")] == [
        fresh,
        stale,
    ]


def test_words_that_are_no_files_are_not_judged(lane: Lane) -> None:
    """What merely looks like a path, or was never in the repository, is no citation."""
    saved = lane.save("e.g. node.js and and/or v1.2, see config/never.yaml or https://example.org/a.html")
    assert lane.cited(saved) == {}
    assert lane.marks(saved) == ()


def test_a_file_that_comes_later_was_not_meant(lane: Lane) -> None:
    """What was no file at the save stays none; a text that is written later may name what its commit still had."""
    saved = lane.save("see docs/later.md for more")
    lane.commit("more", **{"docs/later.md": "# Later\n"})
    assert lane.cited(saved) == {}
    lane.git("rm", "-q", "README.md")
    lane.commit("less")
    with lane.ctx as ctx:
        ctx.update(saved, "README.md had said so")
    assert lane.cited(saved)["README.md"][0] == "gone"


def test_what_is_no_plain_file_is_not_read(lane: Lane) -> None:
    """A pipe or a folder in the place of a cited file is gone, and nobody waits for it; a link is where it points."""
    (lane.root / "link.md").symlink_to("README.md")
    lane.commit("a link")
    saved = lane.save("See README.md and link.md and src/hooks.py")
    lane.commit("read it", **{"README.md": "# Read\n"})
    assert lane.cited(saved)["link.md"] == FRESH
    (lane.root / "README.md").unlink()
    os.mkfifo(lane.root / "README.md")
    (lane.root / HOOKS).unlink()
    (lane.root / HOOKS).mkdir()
    assert [lane.cited(saved)[path][0] for path in ("README.md", HOOKS)] == ["gone", "gone"]


def test_line_ends_are_no_change(lane: Lane) -> None:
    """A checkout that only writes other line ends leaves its files fresh."""
    saved = lane.save("README.md explains the webhooks")
    lane.git("config", "core.autocrlf", "true")
    (lane.root / "README.md").unlink()
    lane.git("checkout", "-q", "--", "README.md")
    assert b"\r\n" in (lane.root / "README.md").read_bytes()
    assert lane.cited(saved) == {"README.md": FRESH}


def test_a_file_of_a_submodule(lane: Lane, tmp_path: Path) -> None:
    """A file inside a submodule is compared with what it held, and the commits are those of the submodule."""
    inner = Lane(tmp_path / "inner", lane.data).started()
    lane.git("submodule", "--quiet", "add", str(inner.root), "lib/inner")
    lane.commit("with the library")
    saved = lane.save("The library retries in lib/inner/src/hooks.py")
    assert lane.cited(saved) == {"lib/inner/src/hooks.py": FRESH}
    Lane(lane.root / "lib/inner", lane.data).commit("changed there", **{HOOKS: "# other\n"})
    assert lane.cited(saved) == {"lib/inner/src/hooks.py": ("changed", "", 1)}


def test_another_worktree_reads_its_own_files(lane: Lane) -> None:
    """Each worktree judges by what lies in it."""
    saved = lane.save("README.md explains the webhooks")
    other = lane.worktree("other", "-b", "other")
    other.commit("explained elsewhere", **{"README.md": "# Elsewhere\n"})
    assert lane.cited(saved) == {"README.md": FRESH}
    assert other.cited(saved) == {"README.md": ("changed", "", 1)}


def test_gone_commits_and_recorded_contents(lane: Lane) -> None:
    """The recorded content outlives the commit: after it was collected, freshness is still told."""
    lane.git("checkout", "-q", "-b", "loose")
    lane.commit("loose", **{"README.md": "# Loose\n"})
    saved = lane.save("README.md explains the webhooks")
    lane.git("checkout", "-q", "main")
    lane.git("branch", "-q", "-D", "loose")
    lane.git("reflog", "expire", "--expire=now", "--all")
    lane.git("gc", "-q", "--prune=now")
    assert lane.cited(saved)["README.md"][0] == "changed"
    lane.commit("the same again", **{"README.md": "# Loose\n"})
    assert lane.cited(saved) == {"README.md": FRESH}


def test_an_update_of_the_text_cites_anew(lane: Lane) -> None:
    """Who writes the text again has looked: its files count as they are then."""
    saved = lane.save("README.md explains the webhooks")
    lane.commit("more", **{"README.md": "# More\n"})
    with lane.ctx as ctx:
        ctx.update(saved, tags=["docs"])
    assert lane.cited(saved)["README.md"][0] == "changed"
    with lane.ctx as ctx:
        ctx.update(saved, "README.md explains more than the webhooks")
    assert lane.cited(saved) == {"README.md": FRESH}


def test_fixing_gives_new_places_and_is_undone(lane: Lane) -> None:
    """What moved is cited where it is now, in text and files; one undo takes all of it back."""
    lines = lane.save("The loop of src/hooks.py:4-8 tries again, see `src/hooks.py`.", files=[HOOKS])
    lane.git("mv", HOOKS, "sent.py")
    lane.commit("renamed", **{"sent.py": "# sending\n" + CODE})
    with lane.ctx as ctx:
        fixes = ctx.fixes(ctx.verify())
        assert all(one.certain for one in fixes)
        (changed,) = ctx.fix(fixes)
        assert changed.content == "The loop of sent.py:5-9 tries again, see `sent.py`."
        assert list(changed.files) == ["sent.py"]
        assert ctx.verify() == []
        ctx.undo()
        assert ctx.recall(lines).content.startswith("The loop of src/hooks.py:4-8")
        assert len(ctx.verify()) == 1


def test_confirming_what_changed_is_undone(lane: Lane) -> None:
    """Somebody says that a memory still holds; it is fresh until the next change, and undo takes that back."""
    saved = lane.save("README.md explains the webhooks")
    lane.commit("more", **{"README.md": "# More\n"})
    with lane.ctx as ctx:
        (fix,) = ctx.fixes(ctx.verify())
        assert not fix.certain
        before = ctx.recall(saved)
        ctx.fix([fix])
        assert ctx.recall(saved) == before
        assert ctx.verify() == []
        ctx.undo()
        assert len(ctx.verify()) == 1
        ctx.fix([fix])
    lane.commit("most", **{"README.md": "# Most\n"})
    assert lane.cited(saved) == {"README.md": ("changed", "", 1)}


def test_erasing_forgets_the_answers_too(lane: Lane) -> None:
    """Nothing that git told of an erased memory stays in the store."""
    saved = lane.save("secretly-named/thing.py and README.md explain the webhooks")
    lane.commit("more", **{"README.md": "# More, told by zebrafish\n"})
    lane.git("mv", "README.md", "zebrafish.md")
    assert lane.marks(saved)
    with lane.ctx as ctx:
        ctx.erase(saved)
    stored = b"".join(path.read_bytes() for path in lane.data.glob("contextfs.db*"))
    assert b"zebrafish" not in stored


def run(lane: Lane, *arguments: str, check: bool = True) -> str:
    environ = {**os.environ, "CONTEXTFS_DATA_DIR": str(lane.data), "CONTEXTFS_EMBEDDING_PROVIDER": "words"}
    command = [sys.executable, "-m", "contextfs", *arguments]
    done = subprocess.run(
        command,
        cwd=lane.root,
        env=environ,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert not check or done.returncode == 0, done.stderr
    return done.stdout if check else done.stderr


def test_every_surface_shows_it(lane: Lane) -> None:
    """The command line, its JSON and the replies of the MCP server carry the same marks."""
    saved = lane.save("README.md explains the webhooks")
    commit = lane.commit("more", **{"README.md": "# More\n"})
    mark = "README.md changed: 1 commit since"
    assert f"({mark})" in run(lane, "search", "what explains the webhooks")
    assert f"({mark})" in run(lane, "recall", saved)
    assert f"({mark})" in run(lane, "why", "README.md")
    assert json.loads(run(lane, "search", "webhooks", "--json"))["results"][0]["marks"] == [mark]
    assert json.loads(run(lane, "recall", saved, "--json"))["marks"] == [mark]
    shown = run(lane, "verify")
    assert mark in shown
    assert f"{commit[:8]} more (Ada" in shown
    told = json.loads(run(lane, "verify", saved[:8], "--json"))["memories"][0]
    assert (told["state"], told["cited"][0]["commits"][0]["hash"]) == ("changed", commit)
    with lane.ctx as ctx:
        query = ctx._query("webhooks", None)
        reply = search_reply(ctx.ask(query), query)
        assert f"({mark})" in reply.text
        assert reply.value.results[0].memory.marks == [mark]
        assert mark in memory_reply(ctx.freshness(saved)).text


def test_the_command_fixes_what_is_certain(lane: Lane) -> None:
    """`verify --fix --yes` moves citations and leaves judgement to people; without anybody to ask it says so."""
    lane.save("All of it is in src/hooks.py today")
    lane.save("README.md explains the webhooks")
    lane.git("mv", HOOKS, "sent.py")
    lane.commit("both", **{"README.md": "# More\n"})
    assert "--yes" in run(lane, "verify", "--fix", check=False)
    assert "Updated 1 memory" in run(lane, "verify", "--fix", "--yes")
    left = json.loads(run(lane, "verify", "--json"))["memories"]
    assert [one["state"] for one in left] == ["changed"]

"""Memories know their branch: searched on histories that real git commands have made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.walks.lane import CODE, Lane

from contextfs.domain.search import SearchQuery

MAIN = "Webhooks are sent by the provider five times on main"
OTHER = "Webhooks are sent by the provider ten times since the feature"
WORDS = "how often are webhooks sent by the provider"
MARK = ("on unmerged branch feature/x",)


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """A repository with one commit on main."""
    return Lane(tmp_path / "hooks", tmp_path / "data").started()


def branched(lane: Lane, *, base: str = "main") -> str:
    """A memory saved on a branch with two commits, after the first; main is checked out again."""
    lane.save(MAIN)
    lane.git("checkout", "-q", "-b", "feature/x", base)
    lane.commit("send ten times instead of five", **{"src/hooks.py": CODE.replace("-1", "-2")})
    saved = lane.save(OTHER)
    lane.commit("describe how often it is sent", **{"README.md": "# Hooks\n\nTen times.\n"})
    lane.git("checkout", "-q", "main")
    return saved


def order(lane: Lane, **more: object) -> list[tuple[str, tuple[str, ...]]]:
    """The results as their texts with their marks."""
    return [(one.memory.content, tuple(one.marks)) for one in lane.found(WORDS, **more)]


def test_unmerged_comes_last_and_is_marked(lane: Lane) -> None:
    """A memory of a branch that has not arrived comes after one that has, though it answers better, and says so."""
    branched(lane)
    asked = "ten times since the feature: webhooks sent by the provider"
    results = lane.found(asked)
    assert [one.memory.content for one in results] == [MAIN, OTHER]
    assert [tuple(one.marks) for one in results] == [(), MARK]
    assert results[0].relevance >= results[1].relevance
    assert [one.memory.content for one in lane.found(asked, branch="any")] == [OTHER, MAIN]
    assert [one.marks for one in lane.found(asked, branch="any")] == [(), ()]


def test_one_branch_is_still_a_filter(lane: Lane) -> None:
    """`branch=NAME` shows the memories of that branch alone, without a mark: they were asked for."""
    branched(lane)
    assert order(lane, branch="feature/x") == [(OTHER, ())]


def test_a_list_keeps_its_order_and_marks(lane: Lane) -> None:
    """A list is in order of time whatever was merged, and marks what was not."""
    saved = branched(lane)
    with lane.ctx as ctx:
        listing = ctx.listing(SearchQuery(scope=ctx.scope()))
        assert [one.content for one in listing.memories] == [OTHER, MAIN]
        assert dict(listing.marks) == {saved: MARK}


def test_on_the_branch_nothing_is_marked(lane: Lane) -> None:
    """On the branch itself, and on one that goes on from it, all memories stand alike."""
    branched(lane)
    lane.git("checkout", "-q", "feature/x")
    assert {marks for _, marks in order(lane)} == {()}
    lane.git("checkout", "-q", "-b", "feature/y")
    assert {marks for _, marks in order(lane)} == {()}


def test_a_merge_adopts(lane: Lane) -> None:
    """After a merge the memory stands as any other, also when the branch is deleted."""
    saved = branched(lane)
    assert lane.marks(saved) == MARK
    lane.git("merge", "-q", "--no-ff", "feature/x")
    lane.git("branch", "-q", "-D", "feature/x")
    assert lane.marks(saved) == ()


@pytest.mark.parametrize("deleted", [False, True])
def test_a_squash_adopts(lane: Lane, *, deleted: bool) -> None:
    """After a squash it does too, though no commit of the branch ever arrives; the message need not name it."""
    saved = branched(lane)
    lane.git("merge", "-q", "--squash", "feature/x")
    lane.git("commit", "-q", "-m", "all of it (#7)")
    if deleted:
        lane.git("branch", "-q", "-D", "feature/x")
    assert lane.marks(saved) == ()
    assert {marks for _, marks in order(lane)} == {()}


def test_a_squash_adopts_after_more_work(lane: Lane) -> None:
    """The squashed change is known again when its files were changed once more and other commits lie around it."""
    saved = branched(lane)
    lane.commit("something else before", **{"other.txt": "1\n"})
    lane.git("merge", "-q", "--squash", "feature/x")
    lane.git("commit", "-q", "-m", "all of it (#7)")
    lane.commit("and after", **{"README.md": "# Hooks\n\nTen times, perhaps.\n", "other.txt": "2\n"})
    assert lane.marks(saved) == ()


def test_a_squash_that_lists_its_commits_adopts(lane: Lane) -> None:
    """Where the change was altered on the way, the message of the squash tells."""
    saved = branched(lane)
    lane.git("merge", "-q", "--squash", "feature/x")
    lane.write(**{"src/hooks.py": CODE.replace("-1", "-3"), "README.md": "# Hooks\n\nOften.\n"})
    lane.git("add", "-A")
    lane.git("commit", "-q", "-m", "Often (#7)\n\n* send ten times instead of five\n\n* describe it\n")
    lane.git("branch", "-q", "-D", "feature/x")
    assert lane.marks(saved) == ()


def test_a_rebase_adopts(lane: Lane) -> None:
    """Rebased commits have other names and the same changes."""
    saved = branched(lane)
    lane.commit("main goes on", **{"other.txt": "1\n"})
    lane.git("checkout", "-q", "feature/x")
    lane.git("rebase", "-q", "main")
    assert lane.marks(saved) == ()
    lane.git("checkout", "-q", "main")
    assert lane.marks(saved) == MARK
    lane.git("merge", "-q", "--ff-only", "feature/x")
    lane.git("branch", "-q", "-D", "feature/x")
    assert lane.marks(saved) == ()


def test_a_rebase_with_conflicts_adopts(lane: Lane) -> None:
    """A conflict changes the change; subject, author, time and files are then what tells."""
    saved = branched(lane)
    lane.commit("main changes the same line", **{"src/hooks.py": CODE.replace("-1", "-7")})
    lane.git("cherry-pick", "-X", "theirs", "feature/x~1")
    lane.commit("and once more", **{"src/hooks.py": CODE.replace("-1", "-8")})
    assert lane.git("cherry", "main", "feature/x~1").startswith("+")
    assert lane.marks(saved) == ()


def test_the_same_subject_is_not_the_same_commit(lane: Lane) -> None:
    """Two commits that are called alike are two, while the branch is there or where no file is in common."""
    lane.git("checkout", "-q", "-b", "feature/x")
    lane.commit("Update dependencies", **{"one.txt": "1\n"})
    apart = lane.save("Webhooks need the newest provider")
    lane.commit("Address review comments", **{"README.md": "# Reviewed\n"})
    same = lane.save("Webhooks were reviewed")
    lane.git("checkout", "-q", "main")
    later = "2031-05-06T07:08:09"
    lane.write(**{"two.txt": "2\n"})
    lane.git("add", "-A")
    lane.git("commit", "-q", "--date", later, "-m", "Update dependencies")
    lane.write(**{"README.md": "# Other comments\n"})
    lane.git("commit", "-q", "--date", later, "-a", "-m", "Address review comments")
    assert (lane.marks(apart), lane.marks(same)) == (MARK, MARK)
    lane.git("branch", "-q", "-D", "feature/x")
    lane.commit("main goes on", **{"other.txt": "1\n"})
    assert lane.marks(apart) == MARK
    assert lane.marks(same) == ()  # the branch is gone, and a commit of that name changed its file


def test_a_merged_branch_has_arrived(lane: Lane) -> None:
    """What became of the commit is no matter: text and message were amended, and then its branch was merged."""
    saved = branched(lane)
    lane.git("checkout", "-q", "feature/x")
    lane.git("reset", "-q", "--hard", "main")
    lane.commit("something else altogether", **{"src/hooks.py": CODE.replace("-1", "-9")})
    lane.git("checkout", "-q", "main")
    assert lane.marks(saved) == MARK
    lane.git("merge", "-q", "--no-ff", "feature/x")
    assert lane.marks(saved) == ()


def test_a_branch_that_moves_is_looked_at_again(lane: Lane) -> None:
    """The answer does not wait for another HEAD: here the branch is put to where HEAD is."""
    saved = branched(lane)
    assert lane.marks(saved) == MARK
    lane.git("branch", "-f", "feature/x", "main")
    assert lane.marks(saved) == ()


def test_a_renamed_branch_is_called_by_its_name(lane: Lane) -> None:
    """The mark names the branch as it is called now."""
    saved = branched(lane)
    lane.git("branch", "-m", "feature/x", "feature/y")
    lane.git("branch", "-m", "feature/y", "other/z")
    assert lane.marks(saved) == ("on unmerged branch other/z",)
    assert order(lane)[-1] == (OTHER, ("on unmerged branch other/z",))
    lane.git("merge", "-q", "--squash", "other/z")
    lane.git("commit", "-q", "-m", "all of it")
    assert lane.marks(saved) == ()


def test_the_same_small_words_adopt_nothing(lane: Lane) -> None:
    """Two commits that are both called `wip` are two commits."""
    lane.git("checkout", "-q", "-b", "feature/x")
    lane.commit("wip", **{"one.txt": "1\n"})
    saved = lane.save(OTHER)
    lane.git("checkout", "-q", "main")
    lane.commit("wip", **{"two.txt": "2\n"})
    assert lane.marks(saved) == MARK


def test_a_detached_head(lane: Lane) -> None:
    """Detached before the branch it is missing, at its tip it is there; a memory saved detached knows its commit."""
    saved = branched(lane)
    lane.git("checkout", "-q", "--detach", "main")
    assert lane.marks(saved) == MARK
    lane.git("checkout", "-q", "--detach", "feature/x")
    assert lane.marks(saved) == ()
    lane.commit("nobody's commit", **{"loose.txt": "1\n"})
    loose = lane.save("Webhooks are sent once where nobody is")
    lane.git("checkout", "-q", "main")
    assert [mark[:18] for mark in lane.marks(loose)] == ["on unmerged commit"]


@pytest.mark.parametrize("seen", [False, True])
def test_gone_commits_are_not_punished(lane: Lane, *, seen: bool) -> None:
    """Of a commit that was collected as garbage nothing can be told, so the memory is shown as any other.

    It is so at once, also where it was seen to be unmerged before.
    """
    saved = branched(lane)
    assert not seen or lane.marks(saved) == MARK
    lane.git("branch", "-q", "-D", "feature/x")
    lane.git("reflog", "expire", "--expire=now", "--all")
    lane.git("gc", "-q", "--prune=now")
    assert lane.marks(saved) == ()
    assert {marks for _, marks in order(lane)} == {()}


def test_a_shallow_clone_punishes_nothing(lane: Lane) -> None:
    """What lies before the beginning of a shallow clone is unknown, not unmerged; a real branch still is."""
    lane.git("remote", "add", "origin", "https://example.org/team/hooks.git")
    early = lane.save("Webhooks are sent by the provider, as was said before")
    for step in range(3):
        lane.commit(f"step {step}", **{"step.txt": f"{step}\n"})
    saved = branched(lane)
    lane.git("clone", "-q", "--depth", "1", "--no-single-branch", f"file://{lane.root}", "../shallow")
    shallow = Lane(lane.root.parent / "shallow", lane.data)
    shallow.git("remote", "set-url", "origin", "https://example.org/team/hooks.git")
    assert shallow.marks(early) == ()
    assert shallow.marks(saved) == ()
    shallow.git("remote", "set-url", "origin", f"file://{lane.root}")
    shallow.git("fetch", "-q", "--unshallow")
    shallow.git("remote", "set-url", "origin", "https://example.org/team/hooks.git")
    shallow.commit("now the history is there", **{"x.txt": "1\n"})
    assert shallow.marks(early) == ()
    assert shallow.marks(saved) == MARK


def test_before_the_first_commit(tmp_path: Path) -> None:
    """In a repository without commits memories are saved, found and never marked; afterwards neither."""
    lane = Lane(tmp_path / "new", tmp_path / "data")
    lane.root.mkdir()
    lane.git("init", "-q", "-b", "main")
    lane.write(**{"plan.md": "# Plan\n"})
    saved = lane.save("Webhooks are sent as plan.md says")
    assert order(lane) == [("Webhooks are sent as plan.md says", ())]
    lane.commit("the plan")
    assert lane.marks(saved) == ()
    lane.commit("another plan", **{"plan.md": "# Other plan\n"})
    assert lane.cited(saved) == {"plan.md": ("changed", "", 1)}


def test_a_sha256_repository(tmp_path: Path) -> None:
    """Branches and citations work where commits have 64 characters."""
    lane = Lane(tmp_path / "hooks", tmp_path / "data").started("--object-format=sha256")
    saved = branched(lane)
    cites = lane.save("The loop is in src/hooks.py:4-8 and the text in README.md")
    assert lane.marks(saved) == MARK
    assert {state for state, _, _ in lane.cited(cites).values()} == {"fresh"}
    lane.git("merge", "-q", "--squash", "feature/x")
    lane.git("commit", "-q", "-m", "all of it")
    assert lane.marks(saved) == ()
    assert lane.cited(cites)["README.md"] == ("changed", "", 1)


# ── lanes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_lanes_do_not_see_each_others_unfinished_work(lane: Lane) -> None:
    """Memories of another worktree's commits, or saved there before its first one, are left out unless asked for."""
    lane.save(MAIN)
    one, two = lane.worktree("one", "-b", "lane/one"), lane.worktree("two", "-b", "lane/two")
    early = one.save("Webhooks are sent twice, says lane one before any commit")
    assert {text for text, _ in order(two)} == {MAIN}
    one.commit("work of lane one", **{"one.txt": "1\n"})
    late = one.save("Webhooks are sent thrice, says lane one after a commit")
    for other in (two, lane):
        assert {text for text, _ in order(other)} == {MAIN}
        with other.ctx as ctx:
            assert ctx.ask(SearchQuery(WORDS, scope=ctx.scope())).apart == 2
        assert len(order(other, branch="any")) == 3
    assert len(order(one)) == 3
    assert two.marks(late) == ("in another worktree, on lane/one",)
    lane.git("merge", "-q", "--no-ff", "lane/one")
    assert len(order(lane)) == 3
    assert lane.marks(early) == lane.marks(late) == ()
    two.git("merge", "-q", "main")
    assert len(order(two)) == 3


def test_a_lane_that_is_gone_was_a_branch(lane: Lane) -> None:
    """When the worktree is removed, its branch is an unmerged one like others."""
    lane.save(MAIN)
    one = lane.worktree("one", "-b", "lane/one")
    one.commit("work of lane one", **{"one.txt": "1\n"})
    one.save(OTHER)
    lane.git("worktree", "remove", "--force", "../one")
    assert order(lane) == [(MAIN, ()), (OTHER, ("on unmerged branch lane/one",))]


def test_a_page_is_filled_when_a_lane_is_left_out(lane: Lane) -> None:
    """Leaving something out does not shorten a page while there is more to show."""
    for number in range(4):
        lane.save(f"Webhooks are sent by the provider, note {number} of colour {'abcd'[number] * 5}")
    one = lane.worktree("one", "-b", "lane/one")
    one.commit("work of lane one", **{"one.txt": "1\n"})
    one.save("Webhooks are sent by the provider: how often are webhooks sent by the provider?")
    assert len(lane.found(WORDS, limit=3)) == 3


def test_the_setting_turns_it_off(lane: Lane) -> None:
    """`search.branches = any` treats all branches alike, for good."""
    branched(lane)
    with lane.ctx as ctx:
        ctx.settings.set("search.branches", "any")
    assert {marks for _, marks in order(lane)} == {()}


def test_other_repositories_are_not_judged(lane: Lane, tmp_path: Path) -> None:
    """A memory of another repository is never measured by the history of this one."""
    branched(lane)
    elsewhere = Lane(tmp_path / "elsewhere", lane.data).started()
    assert {marks for _, marks in order(elsewhere, all=True)} == {()}


def test_a_copy_without_git_is_searched(lane: Lane) -> None:
    """Where the repository is gone, memories are shown as they are."""
    saved = branched(lane)
    shutil.rmtree(lane.root / ".git")
    assert lane.marks(saved) == ()


def test_what_has_arrived_is_carried_on(lane: Lane) -> None:
    """An answer for one HEAD holds for those that go on from it, and for no others."""
    saved = branched(lane)
    lane.git("merge", "-q", "--no-ff", "feature/x")
    assert lane.marks(saved) == ()
    lane.commit("main goes on", **{"other.txt": "1\n"})
    assert lane.marks(saved) == ()
    lane.git("checkout", "-q", "-b", "older", "main~2")
    assert lane.marks(saved) == MARK
    lane.git("checkout", "-q", "main")
    assert lane.marks(saved) == ()


SPY = """
import os, subprocess, sys
def told(*arguments, **named): raise SystemExit("a process was started")
subprocess.Popen.__init__ = told
from contextfs.__main__ import main
try:
    main()
finally:
    print(*(name for name in sys.modules if name.startswith(("contextfs.lineage", "contextfs.git"))), file=sys.stderr)
"""


def test_the_current_branch_asks_nothing_of_git(lane: Lane) -> None:
    """A search whose results are of the current branch starts no process and loads nothing that would; nor do lists."""
    lane.save(MAIN)
    lane.save("The sending is in src/hooks.py and webhooks are described in README.md")
    lane.save("`retry` is where the sending is described, in src/hooks.py::send and src/hooks.py:4-8")
    environ = {**os.environ, "CONTEXTFS_DATA_DIR": str(lane.data), "CONTEXTFS_EMBEDDING_PROVIDER": "words"}
    for command in (
        ["search", "how often by the provider"],
        ["list"],
        ["search", "where is the sending described"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", SPY, *command],
            cwd=lane.root, env=environ, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "[fact]" in done.stdout
        if "sending" not in command[-1]:
            assert "contextfs.lineage" not in done.stderr

"""Which commits are behind what became of a cited place: those that changed, moved or took it, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.walks.lane import CODE, Lane

HOOKS = "src/hooks.py"
SEND, RETRY, LINES = f"{HOOKS}::send", f"{HOOKS}::retry", f"{HOOKS}:4-8"
OTHER_RETRY = CODE.replace("return -1", "raise OSError")


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """A repository with one commit on main."""
    return Lane(tmp_path / "hooks", tmp_path / "data").started()


def commits(lane: Lane, memory_id: str) -> dict[str, list[str]]:
    """Place -> the subjects of the commits behind its state."""
    with lane.ctx as ctx:
        return {one.place: [each.subject for each in one.commits] for one in ctx.freshness(memory_id).cited}


def test_only_commits_that_changed_the_part_count(lane: Lane) -> None:
    """Commits that touched other places of the file are none of its business."""
    symbol, lines = lane.save(f"{RETRY} gives up"), lane.save(f"{LINES} is the loop")
    text = CODE
    for step in range(3):
        text = f"# {step}\n{text}\n\nLAST_{step} = {step}\n"
        lane.commit(f"tail {step}", **{HOOKS: text})
        if step == 1:
            text = text.replace("return -1", "return -2")
            lane.commit("give up differently", **{HOOKS: text})
    assert commits(lane, symbol) == {RETRY: ["give up differently"]}
    assert commits(lane, lines) == {LINES: ["give up differently"]}
    lane.write(**{HOOKS: text.replace("LAST_2 = 2", "LAST_2 = 3")})
    assert lane.marks(symbol) == (f"{RETRY} changed: 1 commit since",)
    lane.write(**{HOOKS: text.replace("return -2", "return -3")})
    assert lane.marks(symbol) == (f"{RETRY} changed: 1 commit since and not committed yet",)
    moved = f"{LINES} moved to {HOOKS}:7-11 and changed"
    assert lane.marks(lines) == (f"{moved}: 1 commit since and not committed yet",)


def test_gone_since_the_commit_that_took_it(lane: Lane) -> None:
    """It is the commit that removed the symbol, not the last one that touched the file."""
    saved = lane.save(f"{SEND} returns a remainder")
    head = CODE.split("def send")[0]
    taken = lane.commit("remove send", **{HOOKS: head})
    lane.commit("unrelated tail", **{HOOKS: head + "\nLAST = 1\n"})
    assert lane.marks(saved) == (f"{SEND} is gone since {taken[:8]}",)


def test_gone_after_a_rename(lane: Lane) -> None:
    """Of a file that was renamed and then deleted, the deletion is named, and of its symbols as well."""
    saved, part = lane.save("All of it is in src/hooks.py today"), lane.save(f"{SEND} returns a remainder")
    lane.git("mv", HOOKS, "sent.py")
    lane.commit("a better name")
    lane.git("rm", "-q", "sent.py")
    taken = lane.commit("nobody sends any more")
    assert lane.marks(saved) == (f"{HOOKS} is gone since {taken[:8]}",)
    assert lane.marks(part) == (f"{SEND} is gone since {taken[:8]}",)


@pytest.mark.parametrize("renamed_first", [False, True])
def test_gone_before_its_file(lane: Lane, *, renamed_first: bool) -> None:
    """A symbol that was taken away before its file was renamed and deleted is gone since then."""
    saved = lane.save(f"{SEND} returns a remainder")
    head = CODE.split("def send")[0]
    if renamed_first:
        lane.git("mv", HOOKS, "sent.py")
        lane.commit("a better name")
    taken = lane.commit("remove send", **{"sent.py" if renamed_first else HOOKS: head})
    if not renamed_first:
        lane.git("mv", HOOKS, "sent.py")
        lane.commit("a better name")
    lane.git("rm", "-q", "sent.py")
    assert lane.marks(saved) == (f"{SEND} is gone since {taken[:8]}",)
    lane.commit("nobody sends any more")
    assert lane.marks(saved) == (f"{SEND} is gone since {taken[:8]}",)


def test_what_is_still_committed_no_commit_took(lane: Lane) -> None:
    """A symbol that only the working tree lost is not laid to the commit that changed it."""
    saved = lane.save(f"{SEND} returns a remainder")
    lane.commit("send differently", **{HOOKS: CODE.replace("attempt + 2", "attempt + 3")})
    lane.write(**{HOOKS: CODE.split("def send")[0]})
    assert lane.marks(saved) == (f"{SEND} is gone",)


def test_only_commits_that_moved_the_lines_count(lane: Lane) -> None:
    """Of lines that stand elsewhere those commits are named that brought them there, a rename among them."""
    saved = lane.save("The end of it is src/hooks.py:11-12")
    text = CODE.replace("return -1", "return -2")
    lane.commit("give up differently", **{HOOKS: text})
    lane.commit("tail", **{HOOKS: text + "\n\nLAST = 1\n"})
    lane.commit("a heading", **{HOOKS: "# it\n" + text + "\n\nLAST = 1\n"})
    lane.commit("another tail", **{HOOKS: "# it\n" + text + "\n\nLAST = 2\n"})
    assert lane.cited(saved) == {f"{HOOKS}:11-12": ("moved", f"{HOOKS}:12-13", 1)}
    assert commits(lane, saved) == {f"{HOOKS}:11-12": ["a heading"]}
    lane.git("mv", HOOKS, "sent.py")
    lane.commit("a better name")
    assert commits(lane, saved) == {f"{HOOKS}:11-12": ["a better name", "a heading"]}


def test_a_rename_by_itself_is_no_change(lane: Lane) -> None:
    """Of a whole file that moved and changed, the commit that only renamed it does not count as a change."""
    saved = lane.save("All of it is in src/hooks.py today")
    lane.commit("retry harder", **{HOOKS: OTHER_RETRY})
    lane.git("mv", HOOKS, "sent.py")
    lane.commit("a better name")
    assert lane.marks(saved) == ("src/hooks.py moved to sent.py and changed: 1 commit since",)


def test_a_difference_without_a_commit_says_what_it_is(lane: Lane) -> None:
    """On a clean tree nothing is called uncommitted: the other branch is named, or that it never was committed."""
    lane.git("checkout", "-q", "-b", "feature/x")
    lane.commit("more", **{"README.md": "# More\n"})
    branch = lane.save("README.md explains more")
    lane.git("checkout", "-q", "main")
    assert lane.marks(branch)[1:] == ("README.md changed: differs on this branch",)
    lane.write(**{"README.md": "# Tried\n"})
    tried = lane.save("README.md was tried")
    lane.git("checkout", "-q", "--", "README.md")
    said = "README.md changed: what was there when this was saved was never committed"
    assert lane.marks(tried) == (said,)


def test_what_a_merge_brings_in_counts(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit that is older than the memory, and came here by a merge after it, is one of those since."""
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2020-01-02T03:04:05")
    lane.git("checkout", "-q", "-b", "feature/x")
    lane.commit("give up differently", **{HOOKS: CODE.replace("return -1", "return -2")})
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2021-01-02T03:04:05")
    lane.git("checkout", "-q", "main")
    lane.commit("send differently", **{HOOKS: "# it\n" + CODE})
    saved, whole = lane.save(f"{RETRY} gives up"), lane.save(f"All of it is in {HOOKS} today")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2022-01-02T03:04:05")
    lane.git("merge", "-q", "--no-ff", "feature/x")
    assert commits(lane, saved) == {RETRY: ["give up differently"]}
    assert commits(lane, whole) == {HOOKS: ["Merge branch 'feature/x'", "give up differently"]}

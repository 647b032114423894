"""The memories that matter to a change, in real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.walks.conftest import CommandLine
from tests.walks.lane import CODE, Lane

from contextfs import ContextFS
from contextfs.domain.review import Review
from contextfs.errors import InvalidInput

LONG_AGO = "2020-01-15"
"""Before any commit, so that a memory is in no review for the moment at which it was saved."""


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """A repository with one commit on main."""
    return Lane(tmp_path / "hooks", tmp_path / "data").started()


def section(review: Review, memory: str) -> str:
    """Under which heading a memory stands; "" where it does not."""
    return next((name for name, found in review.sections if memory in {one.memory.id for one in found}), "")


def review(lane: Lane, span: str = "") -> Review:
    """The review of a change."""
    with lane.ctx as ctx:
        return ctx.pr(span)


def test_memories_stand_by_why_they_matter(lane: Lane) -> None:
    """What is about a changed symbol, a changed file, the branch, and the words of the messages; not the rest."""
    symbol = lane.save("`retry()` gives up silently, since the callers look at the number it returns")
    file = lane.save("Everything about the wire is described there", files=["README.md"])
    meaning = lane.save(
        "Exponential backoff was chosen for redelivery of webhooks, with jitter", type="decision"
    )
    other = lane.save("The office coffee machine is descaled in March", created_at=LONG_AGO)
    lane.git("switch", "-q", "-c", "feature/backoff")
    made = lane.save("We keep the number of attempts at five for now", type="decision")
    lane.commit(
        "exponential backoff with jitter for redelivery",
        **{"src/hooks.py": CODE.replace("return -1", "return None"), "README.md": "# Hooks\n\nBackoff.\n"},
    )
    found = review(lane)
    assert section(found, symbol) == "About what changes"
    assert section(found, file) == "About the files"
    assert section(found, made) == "From the making of it"
    assert section(found, meaning) == "About the same subject"
    assert section(found, other) == ""
    assert found.files == ["README.md", "src/hooks.py"]
    assert [one.subject for one in found.commits] == ["exponential backoff with jitter for redelivery"]
    assert found.said.startswith("what goes beyond main, since ")


def test_only_the_symbols_that_change_count(lane: Lane) -> None:
    """A memory about another function of the same file is not there because of that function."""
    retry = lane.save("`retry()` gives up silently")
    send = lane.save("`send()` never fails, it only waits for the process", created_at=LONG_AGO)
    lane.commit("none instead of a number", **{"src/hooks.py": CODE.replace("return -1", "return None")})
    found = review(lane, "HEAD~1..HEAD")
    assert section(found, retry) == "About what changes"
    assert section(found, send) == ""


def test_a_renamed_file_is_found_by_its_old_name(lane: Lane) -> None:
    """A memory attached to the name that a file had matters to the change that renames it."""
    saved = lane.save("The callbacks are sent from here", files=["src/hooks.py"])
    lane.git("mv", "src/hooks.py", "src/callbacks.py")
    lane.git("commit", "-q", "-m", "callbacks")
    found = review(lane, "HEAD~1")
    assert section(found, saved) == "About the files"
    assert found.files == ["src/callbacks.py"]


def test_a_file_that_goes_is_part_of_the_change(lane: Lane) -> None:
    """What is known of a deleted file is shown to whoever reviews the deletion."""
    saved = lane.save("The settings are described there", files=["README.md"])
    lane.git("rm", "-q", "README.md")
    lane.git("commit", "-q", "-m", "less to read")
    assert section(review(lane, "HEAD~1..HEAD"), saved) == "About the files"


def test_without_a_range_it_is_the_work_at_hand(lane: Lane) -> None:
    """On the default branch what is not committed, new files included, else the last commit; beyond it, all that is."""
    saved = lane.save("`connect()` waits a second between two attempts")
    first = review(lane)
    assert first.said.startswith("the last commit, ")
    assert first.files == ["README.md", "src/hooks.py"]
    lane.write(**{"src/wire.py": "def connect():\n    return 1\n"})
    found = review(lane)
    assert found.said.startswith("what is not committed since ")
    assert (found.files, found.head) == (["src/wire.py"], "")
    assert section(found, saved) == "About what changes"
    lane.git("switch", "-q", "-c", "feature/wire")
    lane.commit("the wire")
    lane.write(**{"README.md": "# Wire\n"})
    found = review(lane)
    assert found.said.startswith("what goes beyond main, since ")
    assert found.files == ["README.md", "src/wire.py"]


def test_a_range_means_what_its_end_adds(lane: Lane) -> None:
    """What came to the base meanwhile is no part of the change, with two dots or three."""
    lane.git("switch", "-q", "-c", "feature/a")
    lane.commit("a", **{"a.py": "a = 1\n"})
    lane.git("switch", "-q", "main")
    lane.commit("b", **{"b.py": "b = 1\n"})
    for span in ("main..feature/a", "main...feature/a"):
        found = review(lane, span)
        assert found.files == ["a.py"]
        assert "where they parted" in found.said


def test_odd_names_are_names(lane: Lane) -> None:
    """Blanks, quotes and other scripts in a path neither hide a file nor its neighbours' lines."""
    names = ["a b.py", 'quo"te.py', "naïve.py", "tab\there.py"]
    lane.commit("odd", **dict.fromkeys(names, "def one():\n    return 1\n"))
    lane.commit("odder", **dict.fromkeys(names, "def one():\n    return 2\n"))
    saved = lane.save("`one()` returns the attempt, naive as it is", files=["naïve.py"])
    found = review(lane, "HEAD~1..HEAD")
    assert sorted(found.files) == sorted(names)
    assert section(found, saved)


def test_what_is_no_range_is_refused(lane: Lane, ctx: ContextFS) -> None:
    """A revision that is not there, an option in its place, and a directory outside of any repository."""
    with lane.ctx as here:
        for span in ("nowhere..HEAD", "HEAD..nowhere", "--output=x", "v1..v2"):
            with pytest.raises(InvalidInput, match="names no commit"):
                here.pr(span)
    with pytest.raises(InvalidInput, match="not in a git repository"):
        ctx.pr()


def test_before_the_first_commit_it_says_so(tmp_path: Path) -> None:
    """A repository without a commit has no change."""
    root = tmp_path / "new"
    root.mkdir()
    lane = Lane(root, tmp_path / "data")
    lane.git("init", "-q", "-b", "main")
    with lane.ctx as ctx, pytest.raises(InvalidInput, match="has no commit yet"):
        ctx.pr()


def test_the_command_prints_markdown(repo: CommandLine) -> None:
    """The guide's heading, the change in words, the memories with their reasons; or that there are none."""
    repo.git("switch", "-q", "-c", "feature/hello")
    none = repo.did("pr").out
    assert none.startswith("# Relevant memories for this PR\n\nChange: the last commit, ")
    assert none.endswith("No memory bears on this change.\n")
    saved = repo.saved("The greeting is read by a test, word for word", "--file", "src/app.py")
    (repo.directory / "src" / "app.py").write_text("print('good day')\n")
    out = repo.did("pr").out
    assert f"`{saved[:8]}`" in out
    assert "— is attached to src/app.py" in out
    found = repo.did("pr", "main..HEAD", "--json").json
    assert (found["files"], found["sections"]) == ([], [])
    assert "names no commit of backend-api" in repo.refused(1, "pr", "x..y")

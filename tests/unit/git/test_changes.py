"""The range and the lines of a change, as git tells them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.walks.lane import CODE, Lane

from contextfs.errors import InvalidInput
from contextfs.git import changes
from contextfs.git.changes import Changed, Range
from contextfs.git.repository import Repository, find


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """A repository with one commit on main."""
    return Lane(tmp_path / "hooks", tmp_path / "data").started()


def here(lane: Lane) -> Repository:
    """The repository of the lane."""
    found = find(str(lane.root), os.environ)
    assert found is not None
    return found


def test_each_changed_place_has_its_lines(lane: Lane) -> None:
    """Lines are those after the change; where lines only went, the one that stands there now."""
    text = CODE.replace("import os\n", "import os\nimport sys\n").replace("            return attempt\n", "")
    lane.commit("two places", **{"src/hooks.py": text})
    repository = here(lane)
    (one,) = changes.changed(repository, changes.range_of(repository, "HEAD~1..HEAD"))
    assert one == Changed("src/hooks.py", lines=[(2, 2), (7, 7)])


def test_new_gone_and_renamed_files_say_so(lane: Lane) -> None:
    """Each kind of change is told, with the name that a file had before."""
    lane.git("mv", "src/hooks.py", "src/calls.py")
    lane.git("rm", "-q", "README.md")
    lane.commit("moves", **{"new.txt": "new\n"})
    repository = here(lane)
    found = {one.path: one for one in changes.changed(repository, changes.range_of(repository, "HEAD~1"))}
    assert found["README.md"].gone
    assert found["new.txt"].new
    assert found["src/calls.py"].before == "src/hooks.py"


def test_binary_files_do_not_shift_the_others(lane: Lane) -> None:
    """A file without lines keeps its place among those that have some."""
    (lane.root / "a.bin").write_bytes(b"\0\1\2")
    (lane.root / "z.txt").write_text("one\n")
    lane.commit("with data")
    (lane.root / "a.bin").write_bytes(b"\0\1\3")
    (lane.root / "z.txt").write_text("one\ntwo\n")
    lane.commit("other data")
    repository = here(lane)
    found = changes.changed(repository, changes.range_of(repository, "HEAD~1..HEAD"))
    assert found == [Changed("a.bin", lines=[]), Changed("z.txt", lines=[(2, 2)])]


def test_a_line_that_looks_like_the_head_of_a_patch_is_a_line(lane: Lane) -> None:
    """Texts about patches are texts."""
    lane.commit("first", **{"a.txt": "x\n", "b.txt": "x\n"})
    lane.commit("second", **{"a.txt": "x\ndiff --git a/q b/q\n@@ -1 +9 @@\n", "b.txt": "y\n"})
    repository = here(lane)
    found = changes.changed(repository, changes.range_of(repository, "HEAD~1..HEAD"))
    assert found == [Changed("a.txt", lines=[(2, 3)]), Changed("b.txt", lines=[(1, 1)])]


def test_a_range_of_the_only_commit_begins_at_nothing(lane: Lane) -> None:
    """The first commit is a change of everything."""
    repository = here(lane)
    span = changes.range_of(repository, "")
    assert {one.path for one in changes.changed(repository, span)} == {"README.md", "src/hooks.py"}
    assert len(changes.commits_in(repository, span)) == 1


def test_what_follows_a_remote_is_compared_with_it(lane: Lane, tmp_path: Path) -> None:
    """Commits on the default branch that the remote does not have go beyond it."""
    lane.git("clone", "-q", "--bare", ".", str(tmp_path / "origin.git"))
    lane.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    lane.git("fetch", "-q", "origin")
    lane.git("remote", "set-head", "origin", "main")
    lane.commit("not pushed yet", **{"new.txt": "new\n"})
    repository = here(lane)
    span = changes.range_of(repository, "")
    assert span.said.startswith("what goes beyond origin/main, since ")
    assert [one.path for one in changes.changed(repository, span)] == ["new.txt"]


@pytest.mark.parametrize("given", ["nowhere", "HEAD..nowhere", "--all", "HEAD~99", "main:README.md", "a\tb"])
def test_what_names_no_commit_is_refused(lane: Lane, given: str) -> None:
    """A wrong revision is named, never taken for an option."""
    with pytest.raises(InvalidInput, match="names no commit"):
        changes.range_of(here(lane), given)


def test_text_after_a_change_is_read_where_it_is(lane: Lane) -> None:
    """From the commit that a change leads to, else from the working tree; data is no text."""
    repository = here(lane)
    lane.write(**{"README.md": "later\n"})
    (lane.root / "data").write_bytes(b"\0\1")
    head = lane.git("rev-parse", "HEAD")
    assert changes.text_after(repository, Range("", head, ""), "README.md", 100) == "# Hooks"
    assert changes.text_after(repository, Range("", "", ""), "README.md", 100) == "later\n"
    assert changes.text_after(repository, Range("", "", ""), "README.md", 3) == ""
    assert changes.text_after(repository, Range("", "", ""), "data", 100) == ""
    assert changes.text_after(repository, Range("", "", ""), "gone", 100) == ""

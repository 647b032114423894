"""Records behind the front door: their paths, their place in lists, and globs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.api.tracked import MOST as TRACKED
from contextfs.domain.record import record_of

RECORD = record_of({"context": "The cache has two levels", "files": ["src/a/cache.py"]})


def test_only_records_are_listed(ctx: ContextFS) -> None:
    """Memories with the same words, or with other typed fields, are no records."""
    record = ctx.records.put(RECORD).memory
    ctx.save("The cache has two levels, and src/a/cache.py holds both", structured={"rationale": "x"})
    listing = ctx.records.listing()
    assert ([one.id for one in listing.memories], listing.total) == ([record.id], 1)


@pytest.mark.parametrize(
    ("glob", "fits"),
    [
        ("src/**/*.py", True),
        ("src/*/*.py", True),
        ("./src/a/c?che.py", True),
        ("**/cache.py", True),
        ("src/[ab]/*", True),
        ("src/**", True),
        ("src/*.py", False),
        ("src/a/*.ts", False),
        ("*.py", False),
        ("src/a/cache.p", False),
        ("src/a/cache[.]py", True),
        ("srcx/**", False),
        ("src/[!b]/cache.py", True),
        ("src/[!a]/cache.py", False),
        ("[bad", False),
        ("src/[z-a]/*", False),
        ("src/[[]/*", False),
    ],
)
def test_globs(ctx: ContextFS, glob: str, fits: bool) -> None:
    """A star stays within its folder, two do not, and everything else means itself."""
    ctx.records.put(RECORD)
    assert bool(ctx.records.about_glob(glob)) is fits


def test_globs_see_what_a_search_would(ctx: ContextFS, tmp_path: Path) -> None:
    """Neither another namespace nor what is archived; the newest first."""
    ids = [ctx.records.put(RECORD._replace(goal=f"Goal {n}")).memory.id for n in range(3)]
    ctx.archive(ids[1])
    with ContextFS(ctx.settings.data_dir, namespace="elsewhere", cwd=str(tmp_path)) as other:
        other.records.put(RECORD)
    assert [one.id for one in ctx.records.about_glob("src/**")] == [ids[2], ids[0]]


def test_paths_outside_a_repository_stay_as_they_are(ctx: ContextFS) -> None:
    """Spellings of one path are one; what is absolute stays so."""
    given = ["./a/b.py", "a/./b.py", "a\\b.py", "/etc/hosts", " ", "../c.py"]
    assert ctx.records.files(given) == ["a/b.py", "/etc/hosts", "../c.py"]


def test_changed_files_are_few(tmp_path: Path) -> None:
    """Outside a repository there are none, and a build that nobody ignores does not come along whole."""
    assert ContextFS(tmp_path / "data", cwd=str(tmp_path)).records.tracked_files() == []
    work = tmp_path / "work"
    work.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=work, check=True)
    for number in range(TRACKED + 20):
        (work / f"{number}.o").write_text("x")
    assert len(ContextFS(tmp_path / "data", cwd=str(work)).records.tracked_files()) == TRACKED

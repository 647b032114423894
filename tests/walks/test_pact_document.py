"""The document's snippets, run as they are written; each file of pact/ is one of its code blocks or columns."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.domain.record import Record
from contextfs.errors import InvalidInput
from contextfs.pact import PactMemory
from contextfs.pact.advice import GRANULAR, UNLINKED, VAGUE

FOLDER = Path(__file__).parent / "pact"
SNIPPETS = sorted(FOLDER.glob("*.txt"))
SAVES = [path for path in SNIPPETS if "memory.save(" in path.read_text(encoding="utf-8")]
GOOD = [path for path in SAVES if not path.stem.endswith("-bad")]
BAD = [path for path in SAVES if path.stem.endswith("-bad")]
# What each bad example lacks, as a part of the line that says so.
LACKS = {
    "too-vague": VAGUE,
    "too-granular": GRANULAR,
    "missing-rationale": "Decision without its reason: 'Use Redis'",
    "no-entity-links": UNLINKED,
}


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PactMemory]:
    """A PactMemory on an empty store, outside a repository."""
    monkeypatch.chdir(tmp_path)
    with PactMemory(tmp_path / "data", "team") as opened:
        yield opened


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a store with everything in it that the document saves."""
    directory = tmp_path_factory.mktemp("saved")
    with PactMemory(directory, "team") as memory:
        for path in GOOD:
            run(path, memory)
        assert memory.advice == []
    return directory


@pytest.fixture
def full(memory: PactMemory, saved: Path) -> PactMemory:
    """A PactMemory with everything in it that the document saves."""
    shutil.copytree(saved, memory.front.settings.data_dir)
    return memory


def run(snippet: Path, memory: PactMemory) -> dict[str, object]:
    """Run a snippet with a real id in the place of its placeholder; returns its names."""
    text = snippet.read_text(encoding="utf-8")
    if "abc123" in text:
        text = text.replace("abc123", some(memory.search("Redis connection pooling", limit=1)).id)
    names: dict[str, object] = {"memory": memory}
    exec(compile(text, snippet.name, "exec"), names)
    return names


def some(found: list[Record]) -> Record:
    """The first of several records."""
    assert found
    return found[0]


def snippet(part: str) -> Path:
    """The snippet with this in its name."""
    return next(path for path in SNIPPETS if part in path.stem)


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.stem)
def test_snippet_runs_as_written(path: Path, full: PactMemory) -> None:
    """Every snippet of all eight patterns and both columns of the anti-patterns runs."""
    assert run(path, full)["memory"] is full


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_record_passes_without_advice(path: Path, memory: PactMemory) -> None:
    """The document's patterns and its good column are left alone, also by who asks for strictness."""
    run(path, memory)
    assert memory.advice == []
    saved = some(memory.list())
    strictly = PactMemory(front=ContextFS(memory.front.settings.data_dir, "elsewhere"))
    assert strictly.save(saved, strict=True) != saved.id


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_record_gets_the_right_advice(path: Path, memory: PactMemory) -> None:
    """Each example of the bad column is saved with one line about what it lacks; strictness refuses it for that."""
    run(path, memory)
    lacks = next(line for name, line in LACKS.items() if name in path.stem)
    assert len(memory.advice) == 1
    assert memory.advice[0].startswith(lacks)
    strict = path.read_text(encoding="utf-8").replace("memory.save(", "memory.save(strict=True, record=")
    with pytest.raises(InvalidInput, match="was not saved") as refused:
        exec(strict, {"memory": PactMemory(memory.front.settings.data_dir, "elsewhere")})
    assert lacks in refused.value.message
    assert len(memory.list()) == 1


def test_no_record_of_the_document_is_taken_for_another(full: PactMemory) -> None:
    """All good records are different ones, and none is called a near-duplicate of an earlier one."""
    assert len(full.list(limit=100)) == len(GOOD)
    for path in GOOD:
        run(path, full)
        assert not [line for line in full.advice if "Nearly the same" in line]


def test_search_before_starting_finds_past_context(
    full: PactMemory, capsys: pytest.CaptureFixture[str]
) -> None:
    """The search "authentication security tokens" finds the authentication work, with its lessons and decisions."""
    names = run(snippet("search-before-starting"), full)
    assert len(names["results"]) >= 3  # type: ignore[arg-type]
    printed = capsys.readouterr().out
    assert "Lessons:" in printed and "Rationale:" in printed
    assert "sqlite-lembed" not in printed.split("=== Past Context ===")[1]


def test_decision_tracking_finds_the_decision(full: PactMemory, capsys: pytest.CaptureFixture[str]) -> None:
    """The search "caching strategy decisions" finds the record that planned it first, with its alternatives."""
    names = run(snippet("decision-tracking"), full)
    first = some(names["decisions"])  # type: ignore[arg-type]
    assert first.context == "Designing authentication microservice architecture"
    assert "Alternatives: PostgreSQL with TTL, In-memory cache" in capsys.readouterr().out


def test_entity_reference_compiles_what_is_known(
    full: PactMemory, capsys: pytest.CaptureFixture[str]
) -> None:
    """The search "AuthService" finds every record that names it, and their notes add up."""
    names = run(snippet("entity-reference"), full)
    notes = names["entity_notes"]["AuthService"]["notes"]  # type: ignore[index]
    assert set(notes) == {
        "New service to be created for identity management",
        "Main entry point, exposes /login, /logout, /refresh, /validate endpoints",
        "Now delegates token ops to TokenManager",
    }
    assert "AuthService (service)" in capsys.readouterr().out


def test_file_based_context_finds_records_by_their_entities(
    full: PactMemory, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that a record only names as an entity leads to the record."""
    related = run(snippet("file-based-context"), full)["related"]
    assert [one.context[:24] for one in related] == [  # type: ignore[attr-defined]
        "Refactored the authentic",
        "Wrapping up a 4-hour ses",
    ]
    assert "Previous work on related files" in capsys.readouterr().out


def test_session_wrap_up_attaches_what_git_says_was_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a repository the wrap-up's tracked files are the changed and the new files, and lead back to it."""
    work = tmp_path / "work"
    (work / "src" / "auth").mkdir(parents=True)
    monkeypatch.chdir(work)
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    changed = work / "src" / "auth" / "session.py"
    changed.write_text("old")
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "first"]):
        subprocess.run(["git", *command], check=True, capture_output=True)
    changed.write_text("new")
    (work / "notes.md").write_text("new file")
    with PactMemory(tmp_path / "data") as memory:
        names = run(snippet("session-wrap-up"), memory)
        assert names["tracked_files"] == ["src/auth/session.py", "notes.md"]
        saved = some(memory.list())
        assert saved.files == names["tracked_files"]
        assert memory.search_by_file("src/auth/session.py")[0].id == saved.id


def test_incremental_learning_merges_without_repeating(full: PactMemory) -> None:
    """Lists that were read, lengthened and given back hold everything once, objects and mappings mixed."""
    before = some(full.search("Redis connection pooling", limit=1))
    run(snippet("incremental-learning"), full)
    after = full.get(before.id[:6])
    assert after is not None
    assert after.lessons_learned[: len(before.lessons_learned)] == before.lessons_learned
    assert after.lessons_learned[-1] == "Sentinel provides better HA than standalone Redis"
    assert len(after.lessons_learned) == len(before.lessons_learned) + 2
    assert [entity.name for entity in after.entities] == [
        *(entity.name for entity in before.entities),
        "RedisSentinel",
    ]


def test_the_ready_object_opens_nothing_before_its_first_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`from contextfs.pact import memory` is a PactMemory, and importing it leaves no trace on the disk."""
    monkeypatch.setenv("CONTEXTFS_DATA_DIR", str(tmp_path / "data"))
    code = (
        "from contextfs.pact import PactMemory, memory; import os; assert isinstance(memory, PactMemory);"
        "assert not os.path.exists(os.environ['CONTEXTFS_DATA_DIR']);"
        "print(memory.save({'lessons_learned': ['asyncio.gather does not cancel the other tasks']}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, len(done.stdout.strip())) == (0, 32), done

"""What is found to import at a path, and of what format it is."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from contextfs.api.finding import gathered, on_this_machine
from contextfs.errors import InvalidInput

TALK = json.dumps({"messages": [{"role": "user", "content": "Hi"}]})
LINE = json.dumps({"type": "user", "sessionId": "s", "message": {"role": "user", "content": "Hi"}}) + "\n"


def found(*paths: Path, name: str = "auto") -> dict[str, str]:
    """The last part of each path that was found, with its format."""
    return {source.base: row.name for source, row in gathered(map(str, paths), name).found}


def test_a_folder_gives_what_is_in_it(tmp_path: Path) -> None:
    """Files are told by content, at any depth; what is of no format is counted."""
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "talk.json").write_text(TALK)
    (deep / "s.jsonl").write_text(LINE)
    (tmp_path / "package.json").write_text('{"name": "x"}')
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert found(tmp_path) == {"talk.json": "messages", "s.jsonl": "claude-code"}
    assert gathered([str(tmp_path)], "auto").passed == 1


def test_notes_beside_transcripts_do_not_hide_them(tmp_path: Path) -> None:
    """A folder of transcripts that has some Markdown in it is not taken for a folder of notes."""
    project = tmp_path / "-home-ada-shop"
    (project / "memory").mkdir(parents=True)
    (project / "memory" / "MEMORY.md").write_text("# Memory\n\n- [Testing](testing.md): how we test\n")
    (project / "s.jsonl").write_text(LINE)
    (tmp_path / "README.md").write_text("# Read me\n")
    assert found(tmp_path) == {"memory": "claude-memory", "s.jsonl": "claude-code"}


def test_a_folder_of_notes_is_one(tmp_path: Path) -> None:
    """Where nothing else can be read, Markdown files are notes."""
    (tmp_path / "note.md").write_text("# A note\n\nWith text.\n")
    (tmp_path / "package.json").write_text('{"name": "x"}')
    assert found(tmp_path) == {tmp_path.name: "markdown"}


def test_an_archive_gives_its_members(tmp_path: Path) -> None:
    """Those that are of a format; one with a password is refused."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/conversations.json", TALK)
        archive.writestr("users.json", "[]")
        archive.writestr("picture.png", b"\x89PNG")
    assert found(path) == found(tmp_path) == {"conversations.json": "messages"}
    locked = path.read_bytes().replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    )
    path.write_bytes(locked)
    assert "password" in gathered([str(path)], "auto").refused[0][1]


def test_a_format_can_be_demanded(tmp_path: Path) -> None:
    """Of one file it is taken as said; of a folder only files are read that look like it."""
    (tmp_path / "talk.json").write_text(TALK)
    (tmp_path / "s.jsonl").write_text(LINE)
    assert found(tmp_path / "talk.json", name="chatgpt") == {"talk.json": "chatgpt"}
    assert found(tmp_path, name="claude-code") == {"s.jsonl": "claude-code"}
    with pytest.raises(InvalidInput, match="no import format 'word'"):
        found(tmp_path, name="word")


def test_what_cannot_be_found_is_refused(tmp_path: Path) -> None:
    """Each path with its reason, in the order in which they were named."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.json").write_text("{}")
    refused = gathered([str(tmp_path / name) for name in ("missing", "empty", "x.json")], "auto").refused
    assert [Path(name).name for name, _ in refused] == ["missing", "empty", "x.json"]
    assert "no file" in refused[0][1] and "known format" in refused[1][1]


def test_the_files_of_tools_are_known_by_their_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below the home directory, or where a variable says."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert on_this_machine({}) == []
    path = tmp_path / ".codex" / "sessions" / "2026" / "11" / "20" / "rollout-1.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(LINE)
    (here,) = on_this_machine({})
    assert (here.format, here.kind, here.paths, here.size) == (
        "codex",
        "conversation",
        [str(path)],
        len(LINE),
    )
    assert on_this_machine({"CODEX_HOME": str(tmp_path / "other")}) == []

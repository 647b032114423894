"""Writing hosts' files: through links, whole or not at all, and one after the other."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contextfs.errors import InvalidInput
from contextfs.integrations.install import applying, installing
from contextfs.integrations.install.ledger import Ledger
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.planning import FileChange
from contextfs.integrations.install.table import HOSTS


def change(path: Path, before: str | None, after: str | None) -> FileChange:
    """One change of a file that held nothing of ours."""
    return FileChange("test", str(path), before, after, before)


def test_a_link_stays_a_link(tmp_path: Path, ledger: Ledger) -> None:
    """A file that is a link into somebody's dotfiles is written where it really lies, and keeps its permissions."""
    real, link = tmp_path / "dotfiles.json", tmp_path / "settings.json"
    real.write_text("{}")
    real.chmod(0o640)
    link.symlink_to(real)
    applying.carry_out([change(link, "{}", '{"a": 1}')], ledger)
    assert link.is_symlink()
    assert real.read_text() == '{"a": 1}'
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_link_to_nothing_gets_its_file(tmp_path: Path, ledger: Ledger) -> None:
    """A link whose file does not exist yet is filled at the other end."""
    link = tmp_path / "settings.json"
    link.symlink_to(tmp_path / "dotfiles" / "settings.json")
    applying.carry_out([change(link, None, "{}")], ledger)
    assert link.is_symlink()
    assert (tmp_path / "dotfiles" / "settings.json").read_text() == "{}"


def test_a_protected_file_is_not_replaced(tmp_path: Path, ledger: Ledger) -> None:
    """A file that nobody may write is left alone, although its folder would let us replace it."""
    path, other = tmp_path / "settings.json", tmp_path / "other.json"
    path.write_text("{}")
    path.chmod(0o444)
    with pytest.raises(InvalidInput, match="write-protected"):
        applying.carry_out([change(other, None, "{}"), change(path, "{}", '{"a": 1}')], ledger)
    assert path.read_text() == "{}"
    assert not other.exists()


def test_all_files_or_none(tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the second file cannot be written, the first is put back, and no folder is left over."""
    first, second = tmp_path / "new" / "first.json", tmp_path / "second.json"
    second.write_text("{}")
    replace = os.replace

    def full(source: str, target: str) -> None:
        if target == str(second):
            raise OSError(28, "No space left on device", target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(InvalidInput, match="No space left"):
        applying.carry_out([change(first, None, "{}"), change(second, "{}", "[]")], ledger)
    assert not first.parent.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "second.json"]


def test_a_file_that_changed_since_is_planned_again(place: Place, ledger: Ledger) -> None:
    """What a program writes between plan and writing is not lost: the plan is made anew from it."""
    path = Path(place.home, ".claude.json")
    path.write_text('{"numStartups": 1}')
    asked: list[str] = []

    def agree(changes: object) -> bool:
        asked.append("asked")
        if len(asked) == 1:
            path.write_text('{"numStartups": 2}')
        return True

    plan = lambda: installing.plan([HOSTS["claude-code"]], place, "user", ledger, uninstall=False)  # noqa: E731
    assert len(installing.carry_out(plan, ledger, agree)) == 2
    assert len(asked) == 2
    assert json.loads(path.read_text())["numStartups"] == 2


def test_a_file_that_never_rests_is_named(place: Place, ledger: Ledger) -> None:
    """A program that writes its file all the time ends in a sentence, not in a loop."""
    path = Path(place.home, ".claude.json")

    def agree(changes: object) -> bool:
        path.write_text(json.dumps({"n": os.urandom(4).hex()}))
        return True

    plan = lambda: installing.plan([HOSTS["claude-code"]], place, "user", ledger, uninstall=False)  # noqa: E731
    with pytest.raises(InvalidInput, match="by another program"):
        installing.carry_out(plan, ledger, agree)


def test_two_at_once_install_once(place: Place, ledger: Ledger) -> None:
    """Installations that run at the same time end in one entry each, and still come out whole."""
    hosts = [HOSTS[name] for name in ("claude-code", "codex", "gemini", "copilot")]
    plan = lambda: installing.plan(hosts, place, "user", ledger, uninstall=False)  # noqa: E731
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: len(installing.carry_out(plan, ledger, lambda _: True)), range(6)))
    assert sorted(done) == [0, 0, 0, 0, 0, 7]
    settings = json.loads(Path(place.home, ".claude", "settings.json").read_text())
    assert [len(groups) for groups in settings["hooks"].values()] == [1] * 7
    installing.carry_out(
        lambda: installing.plan(hosts, place, "user", ledger, uninstall=True), ledger, lambda _: True
    )
    assert list(Path(place.home).iterdir()) == []


@pytest.mark.parametrize(
    ("content", "words"), [(b"\xff\xfe{}", "is not UTF-8 text"), (None, "cannot be read: Is a directory")]
)
def test_what_is_no_text_is_named(tmp_path: Path, content: bytes | None, words: str) -> None:
    """A file that holds no text, or is none, is named."""
    path = tmp_path / "settings.json"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(InvalidInput, match=words):
        applying.read(str(path))


def test_copies_are_for_their_owner(tmp_path: Path, ledger: Ledger) -> None:
    """The copies hold whatever the files held, keys included, so nobody else may read them."""
    path = tmp_path / "settings.json"
    path.write_text("{}")
    applying.carry_out([change(path, "{}", '{"a": 1}')], ledger)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in Path(ledger.folder).iterdir() if p.name != "lock"}
    assert modes == {0o600}
    assert stat.S_IMODE(Path(ledger.folder).stat().st_mode) == 0o700

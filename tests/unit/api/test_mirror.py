"""The mirror and the watched folder: what makes them current, and what costs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.api import exchange_verbs
from contextfs.settings import Settings


def opened(tmp_path: Path, *, on: bool) -> ContextFS:
    """A store whose mirror is on or off."""
    settings = Settings({"CONTEXTFS_MIRROR": str(on)}, data_dir=str(tmp_path / "data"))
    return ContextFS(settings=settings, cwd=str(tmp_path))


@pytest.fixture
def ctx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ContextFS]:
    """A store with a mirror that nothing but the test itself brings up to date."""
    monkeypatch.setattr(exchange_verbs.afterwards, "refresh_mirror", lambda data_dir: None)
    with opened(tmp_path, on=True) as front:
        yield front


def pages(tmp_path: Path) -> list[str]:
    """The names of the pages."""
    return sorted(path.name for path in (tmp_path / "data" / "namespaces").rglob("*.md"))


def test_refreshing_brings_along_what_changed(ctx: ContextFS, tmp_path: Path) -> None:
    """Each call writes what is new and removes what is gone; without news it does nothing."""
    first = ctx.save("Use JWT for sessions.")
    ctx.save("The port is 8080.")
    assert ctx.refresh_mirror() == 2
    assert ctx.refresh_mirror() == 0
    ctx.delete(first.id)
    assert ctx.refresh_mirror() == 1
    assert pages(tmp_path) == ["the-port-is-8080.md"]


def test_a_mirror_that_is_off_is_not_written(tmp_path: Path) -> None:
    """Nothing is made where nobody asked for it."""
    with opened(tmp_path, on=False) as ctx:
        ctx.save("Use JWT for sessions.")
        assert ctx.refresh_mirror() == 0
    assert not (tmp_path / "data" / "namespaces").exists()


def test_a_restored_store_is_mirrored_anew(ctx: ContextFS, tmp_path: Path) -> None:
    """After a backup was put back the numbers of changes mean something else, and every page is looked at."""
    ctx.save("Use JWT for sessions.")
    backup = ctx.backups.create()
    ctx.save("The port is 8080.")
    ctx.refresh_mirror()
    ctx.backups.restore(backup)
    ctx.save("Deploy with make release.")
    ctx.refresh_mirror()
    assert pages(tmp_path) == ["deploy-with-make-release.md", "use-jwt-for-sessions.md"]


@pytest.mark.parametrize(("on", "write", "started"), [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_who_has_written_starts_it(
    on: bool, write: bool, started: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing starts one refresh where the mirror is on and something was written, and none else."""
    seen: list[object] = []
    monkeypatch.setattr(exchange_verbs.afterwards, "refresh_mirror", seen.append)
    with opened(tmp_path, on=on) as ctx:
        if write:
            ctx.save("Use JWT for sessions.")
        ctx.list_recent()
    assert len(seen) == started


def test_erasing_removes_the_page_at_once(ctx: ContextFS, tmp_path: Path) -> None:
    """Also one that was edited and renamed, and also when the mirror was switched off meanwhile."""
    saved = ctx.save("Use JWT for sessions.")
    ctx.refresh_mirror()
    (path,) = (tmp_path / "data" / "namespaces").rglob("*.md")
    path.with_name("renamed.md").write_text(path.read_text() + "mine\n")
    path.unlink()
    with opened(tmp_path, on=False) as other:
        assert other.erase(saved.id).found == []
    assert pages(tmp_path) == []


def test_a_followed_folder_yields_what_was_done(ctx: ContextFS, tmp_path: Path) -> None:
    """First what there is, then each change; what changes nothing in it yields nothing."""
    first = ctx.save("Use JWT for sessions.", "decision")
    done = ctx.export_again(tmp_path / "notes", interval=0.05, type="decision")
    assert len(next(done).written) == 1
    ctx.save("The port is 8080.", "fact")
    ctx.delete(first.id)
    assert len(next(done).removed) == 1


def test_a_page_that_cannot_be_removed_is_on_the_receipt(
    ctx: ContextFS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An erasure that leaves a readable page says where it is."""
    saved = ctx.save("Use JWT for sessions.")
    ctx.refresh_mirror()
    (path,) = (tmp_path / "data" / "namespaces").rglob("*.md")
    (tmp_path / "data" / "namespaces" / ".contextfs.lock").touch()
    monkeypatch.setattr("contextfs.exchange.manifest._PATIENCE", 0.1)
    assert ctx.erase(saved.id).found == [str(path)]

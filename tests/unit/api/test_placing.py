"""Where a conversation belongs that was held in some directory."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from contextfs.api.placing import Place, place_of
from contextfs.domain.transcript import Heading
from contextfs.workspace import namespace_of


def of(directory: str = "", repo: str = "") -> Place:
    """The place of a conversation."""
    return place_of(Heading("k", "tool", directory=directory, repo=repo))


def test_a_repository_that_is_here_has_its_own_namespace(tmp_path: Path) -> None:
    """By its remote, from any directory inside; the same that a transcript gives which knows the remote only."""
    inside = tmp_path / "shop" / "src"
    inside.mkdir(parents=True)
    for command in (["init", "-q"], ["remote", "add", "origin", "git@github.com:company/shop.git"]):
        subprocess.run(["git", *command], cwd=inside.parent, check=True, capture_output=True)
    elsewhere = of("/not/here/shop", "https://github.com/company/shop")
    assert of(str(inside)) == elsewhere == Place(namespace_of("github.com/company/shop"), "shop")


def test_a_directory_that_is_not_here_is_known_by_its_path() -> None:
    """Two of the same name stay apart, and the name can be read."""
    one, two = of("/home/ada/My Shop"), of("/home/bob/My Shop")
    assert one.namespace != two.namespace
    assert one.namespace.startswith("dir-my-shop-") and one.repo == "My Shop"
    assert of("C:\\work\\shop").namespace.startswith("dir-shop-")
    assert of("/") == of("/")


def test_other_machines_are_not_asked(tmp_path: Path) -> None:
    """A path that a transcript gives must not make this machine log in somewhere, though it exists."""
    assert of(f"/{tmp_path}").namespace.startswith("dir-")
    assert of("\\\\server\\share\\shop").namespace.startswith("dir-shop-")


def test_a_directory_outside_every_repository_is_global(tmp_path: Path) -> None:
    """As everything is that is saved there."""
    assert of(str(tmp_path)).namespace == "global"


@pytest.mark.parametrize("repo", ["", "shop", "company/shop"])
def test_without_a_directory_it_belongs_nowhere(repo: str) -> None:
    """A name alone is no place."""
    assert of(repo=repo).namespace == "global"


def test_settings_of_this_machine_say_nothing_of_other_places(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A namespace that is set for the current shell is not that of a transcript."""
    monkeypatch.setenv("CONTEXTFS_NAMESPACE", "mine")
    assert of(str(tmp_path)).namespace == "global"

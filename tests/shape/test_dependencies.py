"""What is locked is complete, checked by hash and bound to no address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("constraints.txt", "constraints-dev.txt")


def locked(path: Path) -> dict[str, list[Requirement]]:
    """The pinned distributions of a constraints file, by name; one may be pinned per Python version."""
    pins: dict[str, list[Requirement]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line[0].isspace():
            requirement = Requirement(line.rstrip("\\ "))
            pins.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return pins


@pytest.mark.parametrize("name", LOCKS)
def test_locks_name_no_address(root: Path, name: str) -> None:
    """A lock works with any index: it names no URL, no path and no option of pip but hashes."""
    text = (root / name).read_text(encoding="utf-8")
    assert re.findall(r"\S*(?:://|^-|\s--(?!hash)|@ )\S*", text, re.MULTILINE) == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_exact_and_hashed(root: Path, name: str) -> None:
    """Each distribution is pinned to one version and each pin is followed by hashes."""
    text = (root / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    bad = [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
    assert entries
    assert bad == []


def test_everything_we_ask_for_is_locked(root: Path) -> None:
    """Each dependency of pyproject.toml is in the lock with a version that pyproject.toml allows."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = locked(root / LOCKS[0])
    for text in project["dependencies"]:
        wanted = Requirement(text)
        for pin in pins[canonicalize_name(wanted.name)]:
            assert wanted.specifier.contains(str(pin.specifier).removeprefix("==")), text


def test_the_checks_run_on_what_users_get(root: Path) -> None:
    """The lock for development holds the lock for use, version by version."""
    used, developed = (locked(root / name) for name in LOCKS)
    assert {name: pins for name, pins in used.items() if developed.get(name) != pins} == {}

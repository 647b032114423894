"""Commands: the files of a repository that the commands of a procedure run by, though it does not name them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

FILES: Mapping[str, tuple[str, ...]] = {
    "make": ("Makefile", "makefile", "GNUmakefile"),
    "npm": ("package.json",),
    "pnpm": ("package.json",),
    "yarn": ("package.json",),
    "docker compose": ("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"),
    "docker-compose": ("docker-compose.yml", "docker-compose.yaml"),
    "docker build": ("Dockerfile",),
    "just": ("justfile", "Justfile"),
    "task": ("Taskfile.yml",),
    "tox": ("tox.ini",),
    "nox": ("noxfile.py",),
    "cargo": ("Cargo.toml",),
    "poetry": ("pyproject.toml",),
    "uv sync": ("pyproject.toml",),
    "uv run": ("pyproject.toml",),
    "alembic": ("alembic.ini",),
    "vagrant": ("Vagrantfile",),
    "rake": ("Rakefile",),
    "bundle": ("Gemfile",),
    "mix": ("mix.exs",),
    "gradle": ("build.gradle", "build.gradle.kts"),
    "./gradlew": ("build.gradle", "build.gradle.kts"),
    "mvn": ("pom.xml",),
}
"""The beginning of a command -> the files at the root of a repository that say what it does."""
_COMMAND = re.compile(
    r"(?m)(?:^\s*(?:\d+[.)]|[-*])?\s*(?:\$ )?|`|: |\b[Rr]un )"
    rf"({'|'.join(sorted(map(re.escape, FILES), key=len, reverse=True))})(?= [\w.-]|\s*$|`)"
)


def files_behind(text: str) -> list[str]:
    """The files that the commands in a text run by, each once."""
    found = (name for match in _COMMAND.finditer(text) for name in FILES[match[1]])
    return list(dict.fromkeys(found))

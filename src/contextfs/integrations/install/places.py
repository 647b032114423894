"""Where things are on this machine: the user's folders, the project, and the programs that hosts shall start."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contextfs.git import repository as git

PROGRAMS = ("contextfs", "contextfs-mcp")
_MODULES = {"contextfs": "contextfs", "contextfs-mcp": "contextfs.mcp"}


class Place(NamedTuple):
    """A machine and a project as an installation sees them."""

    home: str
    environ: Mapping[str, str]
    platform: str
    project: str
    """Top of the repository, else the current directory."""
    programs: Mapping[str, Sequence[str]]
    """The words that start `contextfs` and `contextfs-mcp`, by absolute path."""
    data_dir: str = ""
    """The data directory where it is not the usual one; hosts must pass it on."""

    def of_home(self, *names: str) -> str:
        """A path below the home directory."""
        return os.path.join(self.home, *names)

    def of_project(self, *names: str) -> str:
        """A path below the project."""
        return os.path.join(self.project, *names)

    def named(self, variable: str, *usual: str) -> str:
        """The folder that a variable names, else the usual one below the home directory."""
        return self.environ.get(variable, "") or self.of_home(*usual)

    @property
    def config_home(self) -> str:
        """Where programs keep the user's configuration on Linux."""
        return self.named("XDG_CONFIG_HOME", ".config")

    @property
    def app_data(self) -> str:
        """Where desktop programs keep the user's configuration on this platform."""
        if self.platform == "win32":
            return self.named("APPDATA", "AppData", "Roaming")
        return (
            self.of_home("Library", "Application Support") if self.platform == "darwin" else self.config_home
        )

    def program_on_path(self, name: str) -> str:
        """Where a program is found on the PATH, or an empty text."""
        return shutil.which(name, path=self.environ.get("PATH", "")) or ""

    def words(self, program: str, scope: str) -> tuple[str, ...]:
        """How a host starts one of our programs: by path for one person, by name for everybody on a project."""
        return (program,) if scope == "project" else tuple(self.programs[program])


def here(environ: Mapping[str, str] | None = None, cwd: str = "", data_dir: str = "") -> Place:
    """The place of this process."""
    env = os.environ if environ is None else environ
    directory = cwd or os.getcwd()
    repository = git.find(directory, env)
    return Place(
        home=env.get("HOME") or env.get("USERPROFILE") or os.path.expanduser("~"),
        environ=env,
        platform=sys.platform,
        project=repository.root if repository else os.path.realpath(directory),
        programs={name: _program(name, env) for name in PROGRAMS},
        data_dir=data_dir,
    )


def temporary(place: Place) -> bool:
    """Whether our programs live in an environment that is made for one run and may vanish."""
    return any(f"{os.sep}archive-v0{os.sep}" in words[0] for words in place.programs.values())


def _program(name: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The words that start a program of ours: the way the PATH knows it where that leads to the same installation."""
    suffix = ".exe" if sys.platform == "win32" else ""
    own = os.path.join(os.path.dirname(os.path.abspath(sys.executable)), name + suffix)
    known = shutil.which(name, path=environ.get("PATH", "")) or ""
    if os.path.exists(own):
        same = known and os.path.realpath(known) == os.path.realpath(own)
        return (os.path.abspath(known) if same else own,)
    return (os.path.abspath(sys.executable), "-m", _MODULES[name])

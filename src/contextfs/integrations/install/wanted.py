"""What a host's files shall hold: members of JSON objects, items of JSON lists, tables of TOML, files of our own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

NAME = "contextfs"
"""The name of our entry wherever a host asks for one."""
OUR_HOOK = re.compile(r"contextfs(?:\.exe)?[\"']?\s+hook\s")
"""What the command of a hook of ours looks like, however it is started."""


class Member(NamedTuple):
    """An object that is ours at a path of keys; keys of it that somebody added are left alone."""

    path: tuple[str, ...]
    value: Mapping[str, object]


class Item(NamedTuple):
    """An item of a list at a path of keys; it is known by the command in it."""

    path: tuple[str, ...]
    value: Mapping[str, object]


class Frame(NamedTuple):
    """A member that the file must have, such as a version; never changed where it stands, and not worth a file."""

    path: tuple[str, ...]
    value: object


class Table(NamedTuple):
    """A table of a TOML file that is ours; keys of it that somebody added are left alone."""

    path: tuple[str, ...]
    value: Mapping[str, object]


class Whole(NamedTuple):
    """A file that is ours from its first byte to its last."""

    text: str


class Script(NamedTuple):
    """Lines in a shell script that git runs; a script of another language is moved aside and run after them."""

    lines: str


Entry = Member | Item | Frame | Table | Whole | Script


class Wanted(NamedTuple):
    """One file of a host and what shall stand in it."""

    path: str
    entries: tuple[Entry, ...]
    strict: bool = False
    """Whether the host reads strict JSON only."""
    only_if_there: bool = False
    """The file is edited where it exists and never made."""

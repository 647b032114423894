"""File and folder names for memories: readable, and allowed on every system."""

from __future__ import annotations

import re
from unicodedata import normalize

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 60
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10)))
)
_SLASH = "~"
"""Stands for the slash in the name of a namespace, which cannot have this sign itself."""


def slug(title: str) -> str:
    """The words of a title in lower case with hyphens; never empty."""
    words = _WORD.findall(normalize("NFC", title[:400]).lower())
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word[:_LONGEST]
        if len(longer) > _LONGEST:
            break
        name = longer
    name = name or "memory"
    return f"{name}-" if name in _RESERVED else name


def folder_of(namespace: str) -> str:
    """The folder of a namespace, or of a type; one that no namespace may be called leads nowhere else."""
    name = namespace.replace("/", _SLASH).replace("\\", _SLASH)
    if not name.strip(". "):
        return _SLASH
    return f"{name}{_SLASH}{_SLASH}" if name.lower() in _RESERVED else name


def namespace_of(folder: str) -> str:
    """The namespace that a folder stands for."""
    return folder.removesuffix(_SLASH * 2).replace(_SLASH, "/")

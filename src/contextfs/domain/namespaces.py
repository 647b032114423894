"""What a namespace may be called."""

from __future__ import annotations

from functools import lru_cache

from contextfs.errors import InvalidInput

GLOBAL = "global"
"""The namespace outside every repository; it is searched beside the current one."""
MAX_LENGTH = 100
_MARKS = frozenset("._-/@+")


def namespace_name(text: str, source: str = "") -> str:
    """The name of a namespace, checked; raises InvalidInput that says what is wrong with it.

    Letters (of any script), digits and `. _ - / @ +`, as in the name of a git branch.
    """
    name = text.strip()
    wrong = _what_is_wrong(name)
    if not wrong:
        return name
    origin = f" from {source}" if source else ""
    raise InvalidInput(
        f"{text!r}{origin} cannot be the name of a namespace: {wrong}.",
        hint="Use letters, digits and . _ - / @ + as in team-project-x or repo-3f9c12ab77e0.",
    )


@lru_cache(64)
def _what_is_wrong(name: str) -> str:
    if not name:
        return "it is empty"
    if len(name) > MAX_LENGTH:
        return f"it has {len(name)} characters, more than {MAX_LENGTH}"
    strange = sorted({letter for letter in name if not (letter.isalnum() or letter in _MARKS)})
    if strange:
        return "it holds " + " ".join(repr(letter) for letter in strange[:5])
    if not name[0].isalnum() or name[-1] in "./":
        return "it begins or ends with a mark"
    return "it has two marks in a row" if ".." in name or "//" in name else ""

"""Two edits of one memory that began at the same revision, brought together: field by field, the text line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from contextfs.domain.memory_state import same

_PLACED = ("tag:", "file:")
_MOST_LINES = 5000


class Merged(NamedTuple):
    """What to change here, and the fields in which both sides say something else."""

    patch: dict[str, object]
    conflicts: tuple[str, ...]


def merge(
    base: Mapping[str, object],
    ours: Mapping[str, object],
    theirs: Mapping[str, object],
    *,
    force: bool = False,
) -> Merged:
    """The patch that brings `theirs` into `ours`; all three are states. `force` takes theirs where both changed."""
    patch: dict[str, object] = {}
    conflicts: list[str] = []
    for name in sorted(base.keys() | ours.keys() | theirs.keys()):
        before, here, there = base.get(name), ours.get(name), theirs.get(name)
        if _agree(name, there, before) or _agree(name, there, here):
            continue
        both = merged_text(before, here, there) if name == "content" and not force else None
        if both is not None:
            patch[name] = both
        elif force or _agree(name, here, before):
            patch[name] = there
        else:
            conflicts.append(name)
    return Merged(patch, tuple(conflicts))


def _agree(name: str, left: object, right: object) -> bool:
    """Whether two values are one; of a tag and a file only whether they are there counts, not their place."""
    if name.startswith(_PLACED) or left is None or right is None:
        return (left is None) == (right is None)
    return same(left, right)


def merged_text(base: object, ours: object, theirs: object) -> str | None:
    """The text with both edits in it; None where they touch the same lines or one of the three is no text."""
    if not isinstance(base, str) or not isinstance(ours, str) or not isinstance(theirs, str):
        return None
    lines = _lines(base)
    if max(len(lines), len(_lines(ours)), len(_lines(theirs))) > _MOST_LINES:
        return None
    edits = sorted({*_edits(lines, _lines(ours)), *_edits(lines, _lines(theirs))})
    if any(later.start <= earlier.end for earlier, later in pairwise(edits)):
        return None
    for edit in reversed(edits):
        lines[edit.start : edit.end] = edit.lines
    return "\n".join(lines)


class _Edit(NamedTuple):
    start: int
    end: int
    lines: tuple[str, ...]


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _edits(before: Sequence[str], after: Sequence[str]) -> list[_Edit]:
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [_Edit(i, j, tuple(after[k:m])) for what, i, j, k, m in codes if what != "equal"]

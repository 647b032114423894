"""Cutting a run of lines into stretches that one vector can stand for (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MOST = 1600
"""Characters of a stretch; about what the embedding models read."""
_LONGEST_LINE = 4000
"""Characters that are kept of one line."""


def windows(lines: Sequence[str], first: int, last: int, most: int = MOST) -> Iterator[tuple[int, int]]:
    """First and last lines (from 1) of the stretches of a run: cut at the best place in the second half of each."""
    start = first
    while start <= last:
        end = _end(lines, start, last, most)
        yield start, end
        start = end + 1


def _end(lines: Sequence[str], start: int, last: int, most: int) -> int:
    size, best, rank = 0, start, -1
    for number in range(start, last + 1):
        size += len(lines[number - 1]) + 1
        if size > most and number > start:
            return best if rank > 0 else number - 1
        if size * 2 >= most:
            here = _rank(lines, number)
            if here >= rank:
                best, rank = number, here
    return last


def _rank(lines: Sequence[str], number: int) -> int:
    """How well a text can be cut behind a line: at an empty one, else before one that is not indented."""
    if not lines[number - 1].strip():
        return 2
    following = lines[number] if number < len(lines) else ""
    return 1 if following[:1].strip() else 0


def text_of(lines: Sequence[str], start: int, end: int) -> str:
    """The text of these lines."""
    return "\n".join(line[:_LONGEST_LINE] for line in lines[start - 1 : end])


def trimmed(lines: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """The run without empty lines around it; start > end when nothing is left."""
    while start <= end and not lines[start - 1].strip():
        start += 1
    while end >= start and not lines[end - 1].strip():
        end -= 1
    return start, end


def says_something(text: str) -> bool:
    """Whether there is a word in it, not just brackets and rules."""
    return any(letter.isalnum() for letter in text)

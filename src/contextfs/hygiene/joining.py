"""Joining and cutting: the one memory that several become, and the texts that one falls into. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from contextfs.domain.likeness import Wording, near_identical
from contextfs.domain.memory import Memory

RULE = "---"
"""A line that says where a text is cut."""
_FENCES = ("```", "~~~")


def united(kept: Memory, others: Sequence[Memory]) -> dict[str, object]:
    """What the kept memory takes over from the others: tags, files, metadata, and what they superseded."""
    all_ = (kept, *others)
    metadata: dict[str, object] = {}
    for one in all_:
        metadata = {**one.metadata, **metadata}
    replaced = [name for one in all_ for name in one.supersedes] + [one.id for one in others]
    return {
        "tags": _once(tag for one in all_ for tag in one.tags if tag != "deprecated" or one is kept),
        "files": _once(path for one in all_ for path in one.files),
        "metadata": metadata,
        "supersedes": _once(name for name in replaced if name != kept.id),
    }


def _once(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def joined(texts: Sequence[str]) -> str:
    """The first text with those paragraphs of the others that it does not say already."""
    found = paragraphs(texts[0])
    for text in texts[1:]:
        known = [Wording(one) for one in found]
        found += [one for one in paragraphs(text) if not any(near_identical(Wording(one), k) for k in known)]
    return "\n\n".join(found)


def cut(text: str) -> list[str]:
    """The parts of a text: between lines of three dashes where there are any, else its paragraphs."""
    pieces = _between(text, RULE)
    return pieces if len(pieces) > 1 else _headed(paragraphs(text))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text; code between fences is never cut."""
    return _between(text, "")


def _between(text: str, border: str) -> list[str]:
    """The pieces between lines that are this border, outside of code."""
    pieces: list[list[str]] = [[]]
    fence = ""
    for line in text.split("\n"):
        mark = line.strip()[:3]
        if mark in _FENCES and fence in ("", mark):
            fence = "" if fence else mark
        if line.strip() == border and not fence:
            pieces.append([])
        else:
            pieces[-1].append(line)
    return [piece for lines in pieces if (piece := "\n".join(lines).strip("\n")).strip()]


def _headed(pieces: Sequence[str]) -> list[str]:
    """The paragraphs, headings and what announces a list with what follows, code with its words."""
    found: list[str] = []
    for before, piece in pairwise(("", *pieces)):
        if found and (_announces(before) or piece.lstrip()[:3] in _FENCES):
            found[-1] += f"\n\n{piece}"
        else:
            found.append(piece)
    return found


def _announces(paragraph: str) -> bool:
    last = paragraph.rpartition("\n")[2].strip()
    return last.endswith(":") or ("\n" not in paragraph.strip() and last.startswith("#"))


def shared(memory: Memory) -> Mapping[str, object]:
    """What every part of a split memory keeps of it: where it came from, how it is tagged, what it is about."""
    return {
        **{name: value for name, value in memory._asdict().items() if name not in _OWN},
        "supersedes": (memory.id,),
    }


_OWN = ("content", "summary", "id", "supersedes", "superseded_by", "structured", "updated_at")

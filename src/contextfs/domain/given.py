"""What callers give, checked: texts, one-line names, lists of names, JSON; each error names the value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import cast

from contextfs.domain.memory import NO_METADATA
from contextfs.errors import InvalidInput

_LINE = 400
"""Characters of a one-line field: project, owner, tool, repository."""
_DEPTH = 32
"""Mappings and lists inside each other; what holds itself has no end."""
_BITS = 1024
"""Of a whole number; longer ones cannot be written as text everywhere."""


def text_of(name: str, value: object) -> str:
    """A text that the store can keep: no lone surrogates, no NUL."""
    if not isinstance(value, str):
        raise InvalidInput(f"The {name} must be a text, not {type(value).__name__}.")
    if value.isascii() and "\0" not in value:
        return value  # what most texts are
    if "\0" in value:
        raise InvalidInput(f"The {name} holds a NUL character.", hint="Is it a binary file? Give text.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(
            f"The {name} is not valid Unicode at character {error.start + 1}.", hint="Give the text as UTF-8."
        ) from None
    return value


def line_of(name: str, value: object) -> str:
    """A short text on one line, without the space around it."""
    text = text_of(name, value).strip()
    if len(text) > _LINE or "\n" in text or "\r" in text:
        raise InvalidInput(f"The {name} must be one line of at most {_LINE} characters, not {text[:60]!r}.")
    return text


def listed(name: str, value: object) -> tuple[str, ...]:
    """Several names, given as a list or as one text with commas; nothing between two commas is no name."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if not isinstance(value, Sequence | set | frozenset):
        raise InvalidInput(f"The {name} must be a list of texts, not {type(value).__name__}.")
    parts = cast("Sequence[object]", value)
    wrong = [part for part in parts if not isinstance(part, str)]
    if wrong:
        raise InvalidInput(f"The {name} must be texts; {wrong[0]!r} is not one.")
    return tuple(cast("Sequence[str]", parts))


def without_part(path: str) -> str:
    """The path of a file without the part that was named with it: `:12`, `:12-30`, `#L12-L30`, `::name`, `.md#one`."""
    head, mark, lines = path.rpartition("#L")
    if not mark:
        head, mark, lines = path.rpartition(":")
    is_range = lines[:1].isdigit() and not lines.strip("0123456789,-L")
    if mark and is_range and _is_file(head):  # else `localhost:8080` would be one
        return without_part(head)
    head, mark, symbol = path.partition("::")
    if mark and symbol and _is_file(head):
        return head
    head, mark, anchor = path.partition("#")
    return head if anchor and head.lower().endswith((".md", ".mdx", ".markdown")) else path


def _is_file(path: str) -> bool:
    name = path.rpartition("/")[2]
    return "." in name.strip(".") or name.endswith("file")


def whole_number(name: str, value: object, lowest: int, highest: int) -> int:
    """A whole number within bounds."""
    if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
        return value
    raise InvalidInput(f"The {name} is {value!r}; it must be between {lowest} and {highest:,}.")


def number(name: str, value: object, lowest: float, highest: float) -> float:
    """A number within bounds."""
    if isinstance(value, int | float) and not isinstance(value, bool) and lowest <= value <= highest:
        return value
    raise InvalidInput(f"The {name} is {value!r}; it must be a number between {lowest:g} and {highest:,g}.")


def mapping_of(name: str, value: object, *, depth: int = 1) -> Mapping[str, object]:
    """A mapping from names to JSON values, `depth` levels down inside others."""
    if not isinstance(value, Mapping):
        raise InvalidInput(f"The {name} must be a mapping, not {type(value).__name__}.")
    mapping = cast("Mapping[object, object]", value)
    if not mapping:
        return NO_METADATA
    return {_key(name, key): _json(f"{name}[{key!r}]", inner, depth) for key, inner in mapping.items()}


def _key(name: str, key: object) -> str:
    text = text_of(f"key of {name}", key)
    if not text.strip():
        raise InvalidInput(f"A key of {name} is empty.")
    return text


def _json(name: str, value: object, depth: int) -> object:
    """The value as JSON keeps it; raises InvalidInput that gives the path to what JSON cannot keep."""
    if value is None or isinstance(value, bool) or (isinstance(value, int) and value.bit_length() <= _BITS):
        return value
    if isinstance(value, str):
        return text_of(name, value)
    if isinstance(value, float) and isfinite(value):
        return value
    if isinstance(value, Mapping | list | tuple):
        if depth >= _DEPTH:
            raise InvalidInput(f"{name[:60]}… lies deeper than {_DEPTH} levels.", hint="Does it hold itself?")
        if isinstance(value, Mapping):
            return dict(mapping_of(name, cast("object", value), depth=depth + 1))
        parts = enumerate(cast("Sequence[object]", value))
        return [_json(f"{name}[{place}]", inner, depth + 1) for place, inner in parts]
    if isinstance(value, int):
        raise InvalidInput(f"{name} is a whole number of more than {_BITS} bits.", hint="Give it as text.")
    raise InvalidInput(
        f"{name} is {value!r}; only JSON values can be kept: text, numbers, true, false, lists, mappings."
    )

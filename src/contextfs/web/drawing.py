"""Drawing templates: the environment with its filters, and our values as templates can read them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, cast
from urllib.parse import quote, urlencode

import minijinja

from contextfs.domain.memory_types import MemoryType
from contextfs.web import assets, markup

_LONG = 96
"""Characters of a heading."""
_MARKS = re.compile(r"^\s*(?:#{1,6}\s|[-*>]\s|```\w*)|^\s*\[[ x]\]|\*\*|`|\|[-|: ]*", re.MULTILINE)
_SPANS = ((60, 1, ""), (3600, 60, "min"), (86_400, 3600, "h"), (86_400 * 14, 86_400, "d"))


class Drawn:
    """A value of ours as a template reads it: named tuples keep their names, which the engine would take for lists."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def __getattr__(self, name: str) -> object:
        """The field or property of the value."""
        return drawable(getattr(self._value, name))

    def __str__(self) -> str:
        """As the value says itself."""
        return str(self._value)


def drawable(value: Any) -> object:
    """A value with everything inside it that a template can read by name."""
    if isinstance(value, str):
        return value if type(value) is str or hasattr(value, "__html__") else str(value)
    if hasattr(value, "_fields"):
        return Drawn(value)
    if isinstance(value, Mapping):
        return {str(key): drawable(inner) for key, inner in cast("Mapping[object, Any]", value).items()}
    if isinstance(value, Sequence | AbstractSet) and not isinstance(value, bytes):
        return [drawable(inner) for inner in cast("Sequence[Any]", value)]
    return value


def draw(template: str, values: Mapping[str, object]) -> str:
    """The text that a template makes of the values."""
    return _environment().render_template(template, **{key: drawable(value) for key, value in values.items()})


@cache
def _environment() -> minijinja.Environment:
    environment = minijinja.Environment(loader=_source, undefined_behavior="strict", trim_blocks=True)
    environment.lstrip_blocks = True
    for name, function in FILTERS.items():
        environment.add_filter(name, function)
    environment.add_global("types", [str(one) for one in MemoryType])
    return environment


def _source(name: str) -> str:
    return files("contextfs.web").joinpath("templates", *name.split("/")).read_text(encoding="utf-8")


def ago(moment: datetime | None) -> str:
    """How long ago a moment is, in a word; the day where that says more."""
    if moment is None:
        return ""
    seconds = (datetime.now(UTC) - moment.astimezone(UTC)).total_seconds()
    if 0 <= seconds < _SPANS[-1][0]:
        _, unit, name = next(span for span in _SPANS if seconds < span[0])
        return f"{int(seconds // unit)} {name} ago" if name else "just now"
    return day(moment)


def day(moment: datetime | None) -> str:
    """The day of a moment, where we are."""
    return f"{moment.astimezone():%-d %b %Y}" if moment else ""


def date(moment: datetime | None) -> str:
    """The day of a moment as a field of a form takes it."""
    return f"{moment.astimezone():%Y-%m-%d}" if moment else ""


def segment(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")


def minute(moment: datetime | None) -> str:
    """A moment to the minute, where we are."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""


def iso(moment: datetime | None) -> str:
    """A moment as a machine reads it."""
    return moment.isoformat() if moment else ""


def percent(share: float) -> str:
    """A share from 0 to 1."""
    return f"{share * 100:.0f} %"


def grouped(number: int) -> str:
    """A number with its thousands apart."""
    return f"{number:,}".replace(",", "\N{THIN SPACE}")


def bytes_of(size: int) -> str:
    """A size in bytes as people say it."""
    for unit, factor in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"


def counted(number: int, word: str, words: str = "") -> str:
    """A number with its word: 1 memory, 2 memories."""
    return f"{grouped(number)} {word if number == 1 else words or word + 's'}"


def with_query(path: str, **values: object) -> str:
    """A path with a query."""
    said = {key: value for key, value in values.items() if value not in {"", None}}
    return f"{path}?{urlencode(said, doseq=True)}" if said else path


def attribute(value: object) -> str:
    """A value as JSON in an attribute; escaped like every text."""
    return json.dumps(value, ensure_ascii=False, default=str)


def heading(memory: Any) -> str:
    """What to call a memory in a list: its title, and of one long line without a summary its first part."""
    title = re.sub(r"[`*]{1,2}", "", str(memory.title)) or str(memory.short_id)
    if memory.summary or len(title) <= _LONG:
        return title
    first = title[: _cut(title)]
    return first.rstrip(".:; ") if first[-1] in ".:;" else first.rstrip(", ") + " …"


def excerpt(memory: Any) -> str:
    """What a memory says after its heading, in one line."""
    content = str(memory.content).strip()
    head, _, rest = content.partition("\n")
    title = head.lstrip("# ").rstrip()
    if not memory.summary and title == str(memory.title):
        content = (title[_cut(title) :] if len(title) > _LONG else "") + "\n" + rest
    return " ".join(_MARKS.sub(" ", content[:600]).split())[:300].lstrip(".:;, ")


def _cut(title: str) -> int:
    """Where the first part of a long line ends: after a sentence, else a clause, else a word."""
    for end in (". ", ": ", "; ", ", "):
        at = title.find(end, 24, _LONG)
        if at > 0:
            return at + 1
    return max(title.rfind(" ", 0, _LONG), 0) or _LONG


FILTERS: dict[str, Callable[..., str]] = {
    "excerpt": excerpt,
    "heading": heading,
    "date": date,
    "markdown_of": markup.of_memory,
    "ago": ago,
    "asset": assets.address,
    "attribute": attribute,
    "bytes": bytes_of,
    "counted": counted,
    "day": day,
    "grouped": grouped,
    "iso": iso,
    "markdown": markup.rendered,
    "minute": minute,
    "percent": percent,
    "segment": segment,
    "with_query": with_query,
}

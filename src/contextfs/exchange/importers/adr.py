"""adr: architecture decision records, in the styles of Nygard and of MADR: a folder such as docs/adr, or one file.

A record becomes a decision whose typed fields are its status, context, alternatives and consequences; one that another
one supersedes is deprecated in its favour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from contextfs.domain.incoming import Incoming, LeftOut
from contextfs.domain.memory import Draft
from contextfs.domain.memory_types import MemoryType
from contextfs.errors import InvalidInput
from contextfs.exchange import cleaning
from contextfs.exchange.folder import around, changed_at, entries, texts
from contextfs.exchange.front_matter import split
from contextfs.exchange.json_file import text_of

if TYPE_CHECKING:
    from contextfs.exchange.source import Head, Source

_FOLDERS = frozenset(("adr", "adrs", "decisions", "architecture-decisions", "architecture_decisions"))
_NUMBERED = re.compile(r"^(?:adr[-_ ]?)?(?P<number>\d{1,5})(?=[-_. ])", re.IGNORECASE)
_TITLE = re.compile(
    r"^#[ \t]++(?:adr[-_ ]?)?(?:\d{1,5}[.:)]?[ \t]++|\d{1,5}[ \t]*+[-–—:][ \t]*+)?(?P<title>.+)$",
    re.MULTILINE | re.IGNORECASE,
)
_SECTION = re.compile(r"^(?P<marks>#{2,3})[ \t]++(?P<name>.+)$", re.MULTILINE)
_REFERENCE = re.compile(
    r"(?:adr[-_ ]?|/|\(|\[|^|\s)0*(?P<number>\d{1,5})(?=[-_.\])\s:,]|$)", re.IGNORECASE | re.MULTILINE
)
_BULLET = re.compile(r"^[ \t]*+[-*+][ \t]++(?P<text>.+)$", re.MULTILINE)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})")
_LINE = re.compile(
    r"^[ \t]*+[*_-]*+[ \t]*+[*_]*+(?P<name>status|date|deciders|decision-makers)[*_]*+[ \t]*+:(?P<value>.+)$",
    re.MULTILINE | re.IGNORECASE,
)
_CONTEXT = ("context and problem statement", "context", "problem", "problem statement", "background")
_DECISION = ("decision outcome", "decision", "solution", "outcome")
_OPTIONS = ("considered options", "alternatives considered", "alternatives", "options considered", "options")
_CONSEQUENCES = ("consequences", "implications", "results")
_DRIVERS = ("decision drivers", "drivers")


class _Record(NamedTuple):
    number: str
    title: str
    status: str
    body: str
    fields: Mapping[str, Any]
    sections: Mapping[str, str]


def sniff(head: Head) -> bool:
    """Whether the folder is called so or holds numbered records; a single file by its sections."""
    if head.folder:
        notes = [name for name in entries(head.path) if name.lower().endswith(".md")]
        numbered = sum(_NUMBERED.match(name) is not None for name in notes)
        called = head.path.replace("\\", "/").rstrip("/").rpartition("/")[2].lower() in _FOLDERS
        return bool(notes) and (numbered * 2 > len(notes) if not called else numbered > 0)
    if not head.name.lower().endswith(".md"):
        return False
    names = {_called(one).lower() for one in _SECTION.finditer(head.text)}
    return bool(names & set(_DECISION)) and bool(names & set(_CONTEXT))


def read(source: Source) -> Iterator[Incoming | LeftOut]:
    """The records, in the order of their numbers."""
    found: list[tuple[str, Source, _Record]] = []
    for path, note in texts(source, ".md"):
        try:
            record = _record(path, text_of(note).replace("\r\n", "\n"))
        except InvalidInput as error:
            yield LeftOut(error.message.partition(":")[0], path)
            continue
        if not record.sections.keys() & {*_CONTEXT, *_DECISION}:
            yield LeftOut("no decision record: it has neither a context nor a decision", path)
        else:
            found.append((path, note, record))
    replaced = _replaced([(path, record) for path, _, record in found])
    for path, note, record in found:
        yield _memory(path, note, record, replaced.get(path, []))


def _record(path: str, text: str) -> _Record:
    fields, body, _ = split(text)
    name = path.rpartition("/")[2]
    number = _NUMBERED.match(name)
    title = _TITLE.search(body)
    sections = _sections(body)
    lines = {one["name"].lower(): one["value"].strip("*_ ") for one in _LINE.finditer(body)}
    told = {**lines, **{key.lower(): value for key, value in fields.items()}}
    status = cleaning.text(told.get("status")) or sections.get("status", "")
    return _Record(
        str(int(number["number"])) if number else "",
        cleaning.line(told.get("title"))
        or (cleaning.line(title["title"]) if title else name.rpartition(".")[0]),
        status.strip(),
        body.strip("\n"),
        told,
        sections,
    )


def _sections(body: str) -> dict[str, str]:
    """Section name in lower case -> its text; of one inside another both have it."""
    marks = list(_SECTION.finditer(body))
    found: dict[str, str] = {}
    for place, mark in enumerate(marks):
        ends = (one.start() for one in marks[place + 1 :] if len(one["marks"]) <= len(mark["marks"]))
        found.setdefault(_called(mark).lower(), body[mark.end() : next(ends, len(body))].strip())
    return found


def _called(section: re.Match[str]) -> str:
    """The name of a section, without the marks that may close it."""
    return section["name"].strip().rstrip("#").rstrip()


def _first(sections: Mapping[str, str], names: Sequence[str]) -> str:
    return next((sections[name] for name in names if sections.get(name)), "")


def _replaced(found: Sequence[tuple[str, _Record]]) -> dict[str, list[str]]:
    """Path of a record -> paths of those that it replaces, as either side says it."""
    by_number = {record.number: path for path, record in found if record.number}
    pairs: dict[str, dict[str, None]] = {}
    for path, record in found:
        for word, others in _said(record.status):
            for other in (by_number.get(number) for number in others):
                if other and other != path:
                    newer, older = (other, path) if word == "superseded" else (path, other)
                    pairs.setdefault(newer, {})[older] = None
    return {newer: list(older) for newer, older in pairs.items()}


def _said(status: str) -> Iterator[tuple[str, list[str]]]:
    """What a status says about other records: ("superseded" or "supersedes", their numbers)."""
    for line in status.split("\n"):
        lower = line.lower()
        word = "superseded" if "superseded" in lower or "replaced by" in lower else "supersedes"
        if word == "superseded" or "supersedes" in lower or "supercedes" in lower or "replaces" in lower:
            yield word, [str(int(one["number"])) for one in _REFERENCE.finditer(line)]


def _memory(path: str, note: Source, record: _Record, replaces: list[str]) -> Incoming:
    word = re.split(r"[\s,;(.]", record.status.strip("*_ \n").lower() or "accepted", maxsplit=1)[0]
    deprecated = word in {"superseded", "deprecated", "rejected", "replaced"}
    structured = {
        "status": word,
        "context": _first(record.sections, _CONTEXT),
        "decision": _first(record.sections, _DECISION),
        "alternatives": _options(_first(record.sections, _OPTIONS)),
        "consequences": _first(record.sections, _CONSEQUENCES),
        "drivers": [one["text"].strip() for one in _BULLET.finditer(_first(record.sections, _DRIVERS))],
        "deciders": cleaning.text(record.fields.get("deciders") or record.fields.get("decision-makers")),
    }
    dated = _DATE.search(cleaning.text(record.fields.get("date")))
    return Incoming(
        path,
        Draft(
            record.body,
            type=MemoryType.DECISION,
            tags=("adr", *cleaning.tags(record.fields.get("tags"))),
            summary=record.title,
            metadata={"adr": int(record.number)} if record.number else {},
            source_tool="adr",
            created_at=cleaning.past(dated[1]) if dated else changed_at(note),
            status="deprecated" if deprecated else "active",
            structured={name: value for name, value in structured.items() if value},
        ),
        directory=around(note.path) if note.path else "",
        file=note.path,
        supersedes=replaces,
        where=path,
    )


def _options(text: str) -> list[str]:
    """The alternatives of a section: its top points or its sub-headings, without marks and links."""
    points = [one["text"] for one in _BULLET.finditer(text) if not one[0].startswith(("  ", "\t"))]
    points = points or [_called(one) for one in _SECTION.finditer(text)]
    return [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", point).strip(" *_") for point in points]

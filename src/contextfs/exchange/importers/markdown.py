"""markdown: notes in a folder, with or without a YAML block: basic-memory, Obsidian, or a plain docs folder.

One note is one memory. Of basic-memory's marks the relations (`- implements [[Other note]]`) become links; everything
stays in the text as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

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

_SUFFIXES = (".md", ".markdown")
_RELATION = re.compile(
    r"^\s*[-*] +(?P<relation>[\w ][\w -]{0,40}?) +\[\[(?P<other>[^\]|#]{1,200})", re.MULTILINE
)
_HASHTAG = re.compile(r"(?<![\w#&/])#([A-Za-z][\w/-]{1,40})")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_KNOWN = frozenset(("title", "type", "tags", "tag", "permalink", "created", "created_at", "date", "modified", "updated",
                    "updated_at", "summary", "description", "project", "id", "aliases"))  # fmt: skip


def sniff(head: Head) -> bool:
    """Whether it is a Markdown file, or a folder that has some."""
    if head.folder:
        return _has_notes(head.path, 3)
    return head.name.lower().endswith(_SUFFIXES)


def _has_notes(path: str, depth: int) -> bool:
    names = entries(path)
    if any(name.lower().endswith(_SUFFIXES) for name in names):
        return True
    return depth > 0 and any(_has_notes(f"{path}/{name}", depth - 1) for name in names if name[0] != ".")


def read(source: Source) -> Iterator[Incoming | LeftOut]:
    """The notes, in the order of their paths."""
    for path, note in texts(source, *_SUFFIXES):
        try:
            yield _note(path, note, whole_folder=source.folder)
        except InvalidInput as error:
            yield LeftOut(error.message.partition(":")[0], path)


def _note(path: str, note: Source, *, whole_folder: bool) -> Incoming | LeftOut:
    fields, body, _ = split(text_of(note).replace("\r\n", "\n"))
    body = body.strip("\n")
    stem = path.rpartition("/")[2].rpartition(".")[0]
    title = cleaning.line(fields.get("title")) or _heading(body) or stem
    if not body.strip():
        return LeftOut("without text", path)
    prose = _FENCE.sub("", body)
    relations = [(cleaning.line(one["relation"]), one["other"].strip()) for one in _RELATION.finditer(prose)]
    folder = path.rpartition("/")[0] if whole_folder else ""
    metadata = {
        name: cleaning.plain(value) for name, value in fields.items() if name not in _KNOWN and name.strip()
    }
    return Incoming(
        cleaning.text(fields.get("permalink")) or path,
        Draft(
            body,
            type=_kind(fields, folder),
            tags=cleaning.tags(_tags(fields), _HASHTAG.findall(prose)),
            summary=cleaning.line(fields.get("summary") or fields.get("description")) or title,
            project=cleaning.line(fields.get("project")) or None,
            metadata={**metadata, **_foreign(fields), **cleaning.linked(relations)},
            source_tool="markdown",
            created_at=_moment(fields, "created_at", "created", "date"),
            updated_at=_moment(fields, "updated_at", "updated", "modified") or changed_at(note),
        ),
        directory=around(note.path),
        file=note.path,
        where=path,
    )


def _tags(fields: Mapping[str, Any]) -> Any:
    found = fields.get("tags", fields.get("tag"))
    return found.replace(" ", ",") if isinstance(found, str) and "," not in found else found


def _kind(fields: Mapping[str, Any], folder: str) -> MemoryType:
    if word := fields.get("type"):
        return cleaning.kind(word)
    names = (name.removesuffix("s") for name in reversed(folder.split("/")))
    return next((kind for name in names if (kind := cleaning.kind(name)) != MemoryType.FACT), MemoryType.FACT)


def _foreign(fields: Mapping[str, Any]) -> dict[str, object]:
    word = cleaning.line(fields.get("type")).lower()
    return {} if word == "note" else cleaning.foreign_kind(fields.get("type"))


def _heading(body: str) -> str:
    first = body.lstrip().partition("\n")[0]
    return cleaning.line(first.lstrip("# ")) if first.startswith("#") else ""


def _moment(fields: Mapping[str, Any], *names: str) -> Any:
    return next((moment for name in names if (moment := cleaning.past(fields.get(name)))), None)

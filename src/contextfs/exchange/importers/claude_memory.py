"""claude-memory: the folder in which Claude Code keeps its own notes, MEMORY.md and a file per topic.

A topic file is one memory. MEMORY.md is the index of them: its own lines are taken in, its pointers are not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from contextfs.domain.incoming import Incoming, LeftOut
from contextfs.domain.memory import Draft
from contextfs.errors import InvalidInput
from contextfs.exchange import cleaning
from contextfs.exchange.bullets import bullets
from contextfs.exchange.folder import changed_at, entries, texts
from contextfs.exchange.front_matter import split
from contextfs.exchange.json_file import text_of

if TYPE_CHECKING:
    from contextfs.exchange.source import Head, Source

INDEX = "MEMORY.md"
_POINTER = re.compile(r"\[[^\]]*\]\((?!https?:)[^)]+\.md\)")


def sniff(head: Head) -> bool:
    """Whether it is such a folder, or its index."""
    return INDEX in entries(head.path) if head.folder else head.name == INDEX


def places(environ: Mapping[str, str]) -> list[str]:
    """The folder of every project."""
    home = environ.get("CLAUDE_CONFIG_DIR") or "~/.claude"
    return [f"{home}/projects/*/memory"]


def read(source: Source) -> Iterator[Incoming | LeftOut]:
    """The topic files, and what the index says itself."""
    directory = _project(source.path)
    for path, note in texts(source, ".md"):
        try:
            if path.rpartition("/")[2] == INDEX:
                yield from _index(path, note, directory)
            else:
                yield _topic(path, note, directory)
        except InvalidInput as error:
            yield LeftOut(error.message.partition(":")[0], path)


def _topic(path: str, note: Source, directory: str) -> Incoming | LeftOut:
    fields, body, _ = split(text_of(note).replace("\r\n", "\n"))
    body = body.strip("\n")
    if not body.strip():
        return LeftOut("without text", path)
    word = cleaning.line(fields.get("type") or cleaning.mapping(fields.get("metadata")).get("type"))
    return Incoming(
        path,
        Draft(
            body,
            type=cleaning.kind(word),
            tags=cleaning.tags([word] if cleaning.foreign_kind(word) else []),
            summary=cleaning.line(fields.get("description") or fields.get("name")),
            metadata=cleaning.foreign_kind(word),
            source_tool="claude-code",
            created_at=changed_at(note),
        ),
        directory=directory,
        where=path,
    )


def _index(path: str, note: Source, directory: str) -> Iterator[Incoming | LeftOut]:
    for place, bullet in enumerate(bullets(text_of(note)), 1):
        if _POINTER.search(bullet.text):
            continue
        yield Incoming(
            f"{path} {bullet.key}",
            Draft(
                bullet.text,
                type=cleaning.kind(bullet.kind),
                tags=cleaning.tags(bullet.headings[-1:]),
                summary=bullet.title,
                source_tool="claude-code",
                created_at=changed_at(note),
            ),
            directory=directory,
            where=f"{path} ({place})",
        )


def _project(path: str) -> str:
    """The directory whose path, with marks for slashes, is the name of the folder above; "" where it is not here."""
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    name = os.path.basename(os.path.dirname(folder))
    return _walk(os.sep, name.lstrip("-").split("-")) if name.startswith("-") else ""


def _walk(start: str, words: list[str]) -> str:
    """The one directory under `start` whose name these words may be; a hyphen stands for what a path may not spell."""
    if not words:
        return start
    for count in range(len(words), 0, -1):
        for mark in ("-", ".", "_"):
            path = os.path.join(start, mark.join(words[:count]))
            if os.path.isdir(path) and (found := _walk(path, words[count:])):
                return found
    return ""

"""instructions: CLAUDE.md, AGENTS.md and their like: each point under its heading is one memory that cites the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contextfs.domain.incoming import Incoming, LeftOut
from contextfs.domain.memory import Draft
from contextfs.exchange import cleaning
from contextfs.exchange.bullets import bullets
from contextfs.exchange.folder import around, changed_at
from contextfs.exchange.front_matter import split
from contextfs.exchange.json_file import text_of

if TYPE_CHECKING:
    from contextfs.exchange.source import Head, Source

NAMES = frozenset(
    (
        *(
            "claude.md",
            "claude.local.md",
            "agents.md",
            "agents.override.md",
            "gemini.md",
            "copilot-instructions.md",
        ),
        *(".cursorrules", ".windsurfrules", ".clinerules", "conventions.md"),
    )
)


def sniff(head: Head) -> bool:
    """Whether the file is called as such files are: their content is that of any Markdown."""
    return not head.folder and head.name.lower() in NAMES


def read(source: Source) -> Iterator[Incoming | LeftOut]:
    """Its points; what it says in paragraphs is left where it is, since assistants read the file itself."""
    name = source.base or source.name
    body = split(text_of(source)).body
    seen: set[str] = set()
    for bullet in bullets(body):
        if bullet.key in seen or len(bullet.text.split()) < 3:
            continue
        seen.add(bullet.key)
        yield Incoming(
            f"{name} {bullet.key}",
            Draft(
                bullet.text,
                type=cleaning.kind(bullet.kind),
                tags=cleaning.tags(bullet.headings[-1:]),
                summary=bullet.title,
                source_tool="instructions",
                created_at=changed_at(source),
            ),
            directory=around(source.path) if source.path else "",
            file=source.path,
            where=f"{name}: {' / '.join(bullet.headings)}",
        )
    if not seen:
        yield LeftOut("without a list of points", name)

"""The texts that people read, made from values; nothing here prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from contextfs.cli.render import paint, visible
from contextfs.domain.dates import ago
from contextfs.domain.record_mark import is_record

if TYPE_CHECKING:
    from contextfs.domain.memory import Memory
    from contextfs.domain.search import Answer, SearchResult
    from contextfs.domain.status import Links, Listing

SHOWN_LINES = 6
SHOWN_CHARACTERS = 600
WORTH_A_WORD = 0.1
"""Relevance from which a memory below the threshold is mentioned."""
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+")


def now() -> datetime:
    """This moment, to tell ages by."""
    return datetime.now(UTC)


def head(memory: Memory, relevance: float | None = None, more: Sequence[str] = ()) -> str:
    """The first line of a block: ``[0.89] [fact] @backend-api``, and what is to be known before believing it."""
    parts = [paint(f"[{relevance:.2f}]", "relevance")] if relevance is not None else []
    parts.append(paint(f"[{memory.type}]", "type"))
    parts += [paint(f"@{visible(memory.source_repo)}", "repo")] if memory.source_repo else []
    parts += [paint(f"({visible(mark)})", "warning") for mark in (*marks(memory), *more)]
    return " ".join(parts)


def marks(memory: Memory) -> list[str]:
    """What makes the memory less than current: superseded, deprecated, archived, expired."""
    found = [f"superseded by {memory.superseded_by[:8]}"] if memory.superseded_by else []
    # A superseded memory is a deprecated one; that it is superseded says more.
    plain = "deprecated" if found else "active"
    found += [memory.status] if memory.status not in ("active", plain) else []
    found += ["expired"] if memory.expires_at and memory.expires_at < now() else []
    return found


def cut(content: str, *, full: bool) -> tuple[str, str]:
    """The part of the content that is shown, and a line that says how much is not."""
    content = content.strip("\n")
    if full:
        return content, ""
    lines = content.split("\n")
    # One line more would only be replaced by a line that says so.
    shown = content if len(lines) <= SHOWN_LINES + 1 else "\n".join(lines[:SHOWN_LINES])
    if len(shown) > SHOWN_CHARACTERS:
        shown = shown[:SHOWN_CHARACTERS]
        shown = shown.rsplit(None, 1)[0] if " " in shown.strip() else shown
    hidden = len(content) - len(shown)
    more = content[len(shown) :].count("\n")
    if not hidden:
        return shown, ""
    return shown, f"… {f'{more} more lines' if more > 1 else f'{hidden} more characters'}: --full"


def block(
    memory: Memory,
    relevance: float | None = None,
    *,
    full: bool = False,
    terms: Sequence[str] = (),
    more: Sequence[str] = (),
) -> str:
    """One memory as search shows it."""
    shown, hidden = cut(memory.content, full=full)
    lines = [head(memory, relevance, more)]
    lines += [f"  {highlight(line, terms)}" if line else "" for line in visible(shown).split("\n")]
    lines += [paint(f"  {hidden}", "dim")] if hidden else []
    lines += [f"  Tags: {visible(', '.join(memory.tags))}"] if memory.tags else []
    lines.append(f"  ID: {paint(memory.short_id, 'id')} · {age(memory)}")
    return "\n".join(lines)


def age(memory: Memory) -> str:
    """How long ago it was made, as ``3 days ago``."""
    return ago(memory.created_at, now()) if memory.created_at else "unknown age"


def name(memory: Memory) -> str:
    """The memory in one short phrase: ``3f9c12ab [decision] title``."""
    return f"{paint(memory.short_id, 'id')} {paint(f'[{memory.type}]', 'type')} {short(memory.title)}"


def counted(count: int, what: str) -> str:
    """A number of things: ``1 new memory``, ``2 new memories``, ``3 sessions with nothing new``."""
    first, sign, rest = what.partition(" with " if " with " in what else " that ")
    if count != 1:
        first = f"{first[:-1]}ies" if first.endswith("y") else f"{first}s"
    return f"{count:,} {first}{sign}{rest}"


def short(text: str, width: int = 72) -> str:
    """The text on one line, cut to a width."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def highlight(line: str, terms: Iterable[str]) -> str:
    """The line with the words that answered the query marked, where colours are seen."""
    wanted = [term.lower() for term in terms if term]
    if not wanted or paint("x", "match") == "x":
        return line
    stems = tuple(term[: max(4, len(term) - 3)] for term in wanted if term.isascii())
    whole = [term for term in wanted if not term.isascii()]
    # Scripts without spaces have no word to look at, so there the term itself is looked for.
    pattern = "|".join([*(re.escape(term) for term in whole), "[A-Za-z0-9]+"])
    return re.sub(
        f"(?i:{pattern})",
        lambda found: (
            paint(found[0], "match") if found[0].lower() in whole or _answers(found[0], stems) else found[0]
        ),
        line,
    )


def _answers(word: str, stems: tuple[str, ...]) -> bool:
    """Whether the word, or a part of a compound word, begins as a word of the query does."""
    return bool(stems) and any(piece.lower().startswith(stems) for piece in (word, *_PIECE.findall(word)))


def answer(value: Answer, *, ranked: bool, full: bool, explain: bool) -> str:
    """The results of a search, or what is known where there are none."""
    if not value.results:
        return nothing(value, explain=explain)
    shown = [result(each, ranked=ranked, full=full, explain=explain) for each in value.results]
    return "\n\n".join([*shown, *_apart(value)])


def _apart(value: Answer) -> list[str]:
    return [f"{value.apart} about unfinished work in another worktree: --branch any"] if value.apart else []


def result(value: SearchResult, *, ranked: bool = True, full: bool = False, explain: bool = False) -> str:
    """One result of a search."""
    relevance = value.relevance if ranked else None
    text = block(value.memory, relevance, full=full, terms=value.why.terms, more=value.marks)
    copies = ", ".join(each[:8] for each in value.folded)
    text += f"\n  Nearly the same: {copies}" if copies else ""
    return text + (f"\n{why(value)}" if explain else "")


def why(value: SearchResult) -> str:
    """Each part of a relevance, on lines of their own."""
    lines = [f"    {part:<20} {number:.3f}" for part, number in value.why.parts.items()]
    lines += [f"    matched: {visible(', '.join(value.why.terms))}"] if value.why.terms else []
    lines += [f"    {visible(note)}" for note in value.why.notes]
    return "\n".join(["  Why:", *lines]) if lines else "  Why: listed by date"


def nothing(value: Answer, *, explain: bool) -> str:
    """What to say when a search found nothing."""
    lines = ["No memories found."]
    if value.elsewhere:
        lines.append(f"{value.elsewhere} in other namespaces: add --all")
    lines += _apart(value)
    if not explain:
        lines += _near_miss(value)
    elif value.nearest:
        lines += ["", "Nearest, but below the threshold:"]
        lines += ["", "\n\n".join(result(each, explain=True) for each in value.nearest)]
    return "\n".join(lines)


def _near_miss(value: Answer) -> list[str]:
    """One line about what was almost relevant enough, none about what was not."""
    nearest = max((each.relevance for each in value.nearest), default=0.0)
    if nearest < WORTH_A_WORD:
        return []
    wider = f"--min-relevance {int(nearest * 10) / 10}"
    return [
        f"The nearest scores {nearest:.2f}, below the threshold: --explain shows it, {wider} includes it."
    ]


def table(rows: Sequence[Sequence[str]], *, gap: str = "  ") -> str:
    """Rows as aligned columns; the last column is as long as it is."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)] if rows else []
    return "\n".join(
        gap.join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    )


def facts(pairs: Mapping[str, str], *, indent: str = "") -> str:
    """Named values one below the other, empty ones left out."""
    kept = {label: value for label, value in pairs.items() if value}
    width = max((len(label) for label in kept), default=0)
    return "\n".join(f"{indent}{paint(label.ljust(width), 'dim')}  {value}" for label, value in kept.items())


def names(memories: Sequence[Memory]) -> str:
    """Several memories, one line each."""
    return "\n".join(name(memory) for memory in memories)


def whole(memory: Memory, more: Sequence[str] = ()) -> str:
    """Everything that is known of one memory, and what is to be known before believing it."""
    lines = [head(memory, more=more)]
    lines += [f"  {line}" if line else "" for line in visible(memory.content.strip("\n")).split("\n")]
    return "\n".join([*lines, "", facts(_details(memory), indent="  ")])


def _details(memory: Memory) -> dict[str, str]:
    """What stands below the content, by its label."""
    metadata = ", ".join(f"{key}={value}" for key, value in memory.metadata.items())
    structured = ""
    if not is_record(memory.structured):  # whose text says all of it
        structured = ", ".join(f"{key}={value}" for key, value in memory.structured.items())
    times = (memory.created_at, memory.updated_at)
    changed = times[1] if times[0] != times[1] else None
    found = {
        "ID": memory.id,
        "Summary": memory.summary,
        "Tags": ", ".join(memory.tags),
        "Project": memory.project,
        "Namespace": memory.namespace,
        "Status": ", ".join(marks(memory)) or memory.status,
        "Saved": _when(memory.created_at),
        "Changed": _when(changed),
        "By": " with ".join(part for part in (memory.author, memory.source_tool) if part),
        "Branch": f"{memory.branch} at {memory.commit[:8]}" if memory.commit else memory.branch,
        "Files": ", ".join(memory.files),
        "Metadata": metadata,
        "Structured": structured,
        "Session": memory.session_id,
        "Supersedes": ", ".join(each[:8] for each in memory.supersedes),
        "Owner": memory.owner,
        "Review": _day(memory.review_at),
        "Expires": _day(memory.expires_at),
    }
    return {label: visible(value) for label, value in found.items()}


def _when(moment: datetime | None) -> str:
    """A time of the clock on the wall here, and how long ago that is."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}, {ago(moment, now())}" if moment else ""


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d}" if moment else ""


def links(value: Links) -> str:
    """The things and memories that a memory is connected with."""
    lines = [f"  Names {kind} {visible(thing)}" for kind, thing in value.mentions]
    lines += [f"  Refers to {name(each)}" for each in value.memories]
    lines += [f"  Referred to by {name(each)}" for each in value.referred_by]
    lines += [f"  Refers to {gone[:8]}, which was deleted" for gone in value.deleted]
    lines += [
        f"  Session {paint(each.short_id, 'id')} {visible(each.label)}".rstrip() for each in value.sessions
    ]
    return "".join(f"\n{line}" for line in lines)


def listing(value: Listing, offset: int) -> str:
    """Memories one line each, and how many more there are."""
    rows = [_row(memory, value.marks.get(memory.id, ())) for memory in value.memories]
    lines = [table(rows)] if rows else ["No memories found."]
    if rows:
        first, last = offset + 1, offset + len(rows)
        lines.append(
            paint(
                f"{first}-{last} of {value.total}" if offset or last < value.total else f"{last} in all",
                "dim",
            )
        )
    if value.elsewhere:
        lines.append(paint(f"{value.elsewhere} in other namespaces: add --all", "dim"))
    return "\n".join(lines)


def _row(memory: Memory, more: Sequence[str]) -> tuple[str, ...]:
    """The columns of one line of a list; the id first, so that it is easily taken from there."""
    marked = "".join(f" ({mark})" for mark in (*marks(memory), *more))
    tags = f"  [{visible(', '.join(memory.tags))}]" if memory.tags else ""
    kind = paint(f"[{memory.type}]", "type")
    return (
        paint(memory.short_id, "id"),
        kind,
        age(memory),
        f"{short(memory.title)}{marked}{paint(tags, 'dim')}",
    )

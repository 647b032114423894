"""What people read about indexed repositories: hits with places that a terminal can open, and how far an index is."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from contextfs.cli import blocks
from contextfs.cli.render import coloured, paint, visible
from contextfs.domain.dates import ago

if TYPE_CHECKING:
    from contextfs.domain.indexed import CodeHit, Indexed, IndexStatus

_BESIDE_LINES, _LINES = 2, 8
_FILES = 6


def section(
    hits: Sequence[CodeHit], *, beside: bool = False, full: bool = False, explain: bool = False
) -> str:
    """Hits as blocks; beside memories they are short and have a heading."""
    lines = _BESIDE_LINES if beside else _LINES
    shown = [_block(one, 10_000 if full else lines, explain=explain) for one in hits]
    if beside:
        return "\n".join([paint("In the code:", "dim"), *shown])
    return "\n\n".join(shown)


def _block(hit: CodeHit, most: int, *, explain: bool) -> str:
    parts = [paint(f"[{hit.relevance:.2f}]", "relevance"), _place(hit)]
    parts += [blocks.short(hit.title)] if hit.title else []
    parts += [paint(f"({hit.note})", "warning")] if hit.note else []
    out = [" ".join(parts)]
    out += [f"  {blocks.highlight(line, hit.terms)}" for line in _excerpt(hit, most)]
    if hit.commit and hit.at:
        out.append(paint(f"  {visible(hit.author)} · {ago(hit.at, datetime.now(UTC))}", "dim"))
    if explain:
        out += [f"    {part:<20} {number:.3f}" for part, number in hit.parts.items()]
    return "\n".join(out)


def _excerpt(hit: CodeHit, most: int) -> list[str]:
    lines = [line for line in visible(hit.text).split("\n") if line.strip()]
    if hit.files:
        more = f" and {len(hit.files) - _FILES} more" if len(hit.files) > _FILES else ""
        lines = [*lines[: most - 1], f"{', '.join(map(visible, hit.files[:_FILES]))}{more}"]
    hidden = len(lines) - most
    shown = [line if len(line) <= 160 else line[:159] + "…" for line in lines[:most]]
    return (
        [*shown, paint(f"… {blocks.counted(hidden, 'more line')}", "dim")]
        if hidden > 0 and most > _BESIDE_LINES
        else shown
    )


def _place(hit: CodeHit) -> str:
    """The place as one can copy it, and click on it where the terminal knows links."""
    place = visible(_near(hit)).replace("\n", "\\n")
    if not hit.path or not coloured():
        return paint(place, "id")
    url = f"file://{quote(os.path.join(hit.root, hit.path))}#L{hit.start}"
    return f"\x1b]8;;{url}\x1b\\{paint(place, 'id')}\x1b]8;;\x1b\\"


def _near(hit: CodeHit) -> str:
    """The place as a program started here opens it; of another working tree with its whole path."""
    if not hit.path:
        return hit.place
    cwd = os.path.realpath(os.getcwd())
    inside = cwd == hit.root or cwd.startswith(hit.root + os.sep)
    full = os.path.join(hit.root, hit.path)
    return f"{os.path.relpath(full, cwd) if inside else full}:{hit.start}"


def nothing(*, commits: bool, indexed: bool) -> str:
    """What to say when no passage answers."""
    what = "commits" if commits else "code"
    if indexed:
        return (
            f"No {what} found: nothing in the index is relevant. --min-relevance 0 shows what comes nearest."
        )
    return "Nothing is indexed here. Make the code of this repository searchable with: contextfs index"


def indexed(value: Indexed) -> str:
    """What a run did."""
    if not value.root:
        return f"Indexed {value.memories} memories. Not in a git repository, so no code was indexed."
    counted = ", ".join(
        (
            blocks.counted(value.files, "file"),
            blocks.counted(value.passages, "passage"),
            blocks.counted(value.commits, "commit"),
        )
    )
    lines = [f"Up to date: {counted}." if value.unchanged else f"Indexed {value.root}: {counted}."]
    if not value.unchanged:
        read = f"{blocks.counted(value.read, 'file')} {'was' if value.read == 1 else 'were'} read"
        lines.append(f"  {read} in this run{_left_out(value.skipped)}.")
    lines += [f"  Indexed {value.memories} memories anew."] if value.memories else []
    return "\n".join([*lines, *_secrets(value.secrets)])


def _left_out(skipped: Mapping[str, int]) -> str:
    told = ", ".join(f"{count} {reason}" for reason, count in sorted(skipped.items()))
    return f"; left out: {told}" if told else ""


def _secrets(found: Sequence[str]) -> list[str]:
    if not found:
        return []
    return ["Left out, since they seem to hold a secret:", *(f"  {visible(one)}" for one in found)]


def status(value: IndexStatus) -> str:
    """How far one working tree is indexed."""
    if value.indexed_at is None and not value.files:
        told = f" ({value.running})" if value.running else ""
        return f"{visible(value.root)} is not indexed{told}. Index it with: contextfs index"
    facts = {
        "Working tree": visible(value.root),
        "Files": f"{value.files}{_left_out(value.skipped)}",
        "Passages": str(value.passages),
        "Commits": str(value.commits),
        "Indexed": _when(value),
        "Not read yet": f"{blocks.counted(value.changed, 'file')}: contextfs index" if value.changed else "",
        "Without vectors": str(value.waiting) if value.waiting else "",
        "Under way": value.running,
        "Code is read by": _reader(value.reader),
    }
    return "\n".join([blocks.facts(facts), *_secrets(value.secrets)])


def _reader(reader: str) -> str:
    return (
        reader
        if reader == "tree-sitter"
        else f"{reader} (exact grammars: pip install '.[index]' in the source tree)"
    )


def _when(value: IndexStatus) -> str:
    return ago(value.indexed_at, datetime.now(UTC)) if value.indexed_at else "not finished: contextfs index"


def listing(values: Sequence[IndexStatus]) -> str:
    """All indexed working trees, one line each."""
    if not values:
        return "No repository is indexed."
    return blocks.table(
        [
            (
                blocks.counted(one.files, "file"),
                blocks.counted(one.passages, "passage"),
                blocks.counted(one.commits, "commit"),
                visible(one.root) + ("" if os.path.isdir(one.root) else " (not there any more)"),
            )
            for one in values
        ]
    )

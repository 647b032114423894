"""What `contextfs verify` shows."""

from __future__ import annotations

from collections.abc import Sequence

from contextfs.cli import blocks, documents
from contextfs.cli.render import paint, visible
from contextfs.domain.dates import ago
from contextfs.domain.freshness import CHANGED, FRESH, MOVED, Cited, Freshness
from contextfs.domain.lineage import Commit
from contextfs.domain.memory import Memory

_COMMITS = 5


def report(found: Sequence[Freshness], fixed: Sequence[Memory], *, fix: bool, named: bool) -> str:
    """Each memory with its citations and the commits behind them, then how many there are."""
    looked = [one for one in found if not one.unread]
    stale = sum(one.state != FRESH for one in looked)
    parts = [_memory(one) for one in found]
    if fix:
        count = f"{len(fixed)} {'memory' if len(fixed) == 1 else 'memories'}"
        parts.append(f"Updated {count}; `contextfs undo` takes it back." if fixed else "Nothing was changed.")
    elif not stale and (looked or not found):
        cited = any(one.cited for one in looked) or not named
        parts.append("Everything cited stands as it did." if cited else "Nothing is cited.")
    elif not stale:
        parts.append("None of this could be looked at from here.")
    else:
        fixable = any(cited.state in (MOVED, CHANGED) for one in found for cited in one.cited)
        told = f"{stale} of these {'cites' if stale == 1 else 'cite'} code that is not what it was"
        parts.append(f"{told}: contextfs verify --fix" if fixable else f"{told}.")
    return "\n\n".join(parts)


def _memory(one: Freshness) -> str:
    lines = [blocks.name(one.memory)]
    lines += [paint(f"  {visible(one.unmerged)}", "warning")] if one.unmerged else []
    lines += [paint(f"  not looked at: {visible(one.unread)}", "warning")] if one.unread else []
    for cited in one.cited:
        lines += _cited(cited)
    return "\n".join(lines)


def _cited(cited: Cited) -> list[str]:
    if cited.state == FRESH:
        return [f"  {visible(cited.place)} is as it was"]
    rows = [paint(f"  {visible(cited.mark)}", "warning")]
    rows += [f"    {_commit(one)}" for one in cited.commits[:_COMMITS]]
    left = len(cited.commits) - _COMMITS
    return [*rows, *([paint(f"    … {left} more: --json", "dim")] if left > 0 else [])]


def _commit(one: Commit) -> str:
    told = f"{blocks.short(one.subject, 60)} ({visible(one.author)}, {ago(one.at, blocks.now())})"
    return f"{paint(one.short, 'id')} {told}"


def row(one: Freshness) -> documents.Document:
    """One memory with its citations as JSON."""
    return {
        "memory": documents.memory(one.memory),
        "state": one.state,
        "unmerged": one.unmerged,
        "unread": one.unread,
        "cited": documents.plain(one.cited),
        "marks": list(one.marks),
    }


def document(found: Sequence[Freshness], fixed: Sequence[Memory], *, fix: bool) -> documents.Document:
    """All of them, and what was updated."""
    rows = [row(one) for one in found]
    return {"memories": rows, **({"updated": [documents.memory(one) for one in fixed]} if fix else {})}

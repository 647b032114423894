"""The texts of tending: pairs side by side, and the figures of a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from contextfs.cli import blocks, documents, reports
from contextfs.cli.render import paint, visible

if TYPE_CHECKING:
    from contextfs.domain.tending import Pair, Pairs, Stats, Week

_BARS = " ▁▂▃▄▅▆▇█"
_WIDTH = 100


def pairs(found: Pairs, limit: int, nothing: str) -> str:
    """Pairs one below the other, and how far was looked."""
    shown = [pair(one) for one in found.pairs[:limit]] or [nothing]
    left = len(found.pairs) - limit
    more = [paint(f"{left} more: --limit {len(found.pairs)}", "dim")] if left > 0 else []
    return "\n\n".join([*shown, *more, paint(looked(found), "dim")])


def looked(found: Pairs) -> str:
    """How far was looked."""
    if found.looked >= found.of:
        return f"All {found.of} memories were compared."
    return f"The newest {found.looked} of {found.of} memories were compared with all near them: --most or --every"


def pair(one: Pair) -> str:
    """Two memories with the sentences that face each other."""
    head = f"{paint(one.kind, 'strong')}: {visible(one.why)}"
    return "\n".join([head, *_side(one, 0), *_side(one, 1)])


def _side(one: Pair, side: int) -> Iterator[str]:
    memory = (one.older, one.newer)[side]
    yield f"  {blocks.name(memory)}, {blocks.age(memory)}"
    if one.sentences[side]:
        yield f"    “{blocks.short(one.sentences[side], _WIDTH)}”"


def pair_document(one: Pair) -> documents.Document:
    """A pair as JSON."""
    return {
        **documents.plain(one),
        "older": documents.memory(one.older),
        "newer": documents.memory(one.newer),
    }


def stats(value: Stats) -> str:
    """The figures of a store."""
    named = ", ".join(value.namespaces) or "every namespace"
    read = value.memories - value.superseded
    facts = {
        "Memories": f"{value.memories} in {visible(named)}",
        "Superseded": str(value.superseded) if value.superseded else "",
        "Without tags": str(value.untagged) if value.untagged else "",
        "Never read": f"{value.never_read} of {read}" if value.never_read else "",
        "Feedback": ", ".join(f"{number} {word}" for word, number in value.feedback.items() if number),
        "Sessions": str(value.sessions),
        "Provider": _provider(value),
        "Indexed": visible(", ".join(value.indexed)),
        "Size": reports.size(value.store_bytes),
    }
    parts = [blocks.facts(facts), _weeks(value), *_counts(value), *_most_used(value)]
    return "\n\n".join(part for part in parts if part)


def _provider(value: Stats) -> str:
    if not value.provider:
        return "none; memories are found by words"
    return (
        f"{value.provider} ({value.waiting} memories wait for vectors)" if value.waiting else value.provider
    )


def _weeks(value: Stats) -> str:
    """Each week: how much was saved and used."""
    most = max((week.saved for week in value.weeks), default=0)
    rows = [("week of", "", "saved", "found", "read", "given", "tokens")]
    rows += [_week(one, most) for one in value.weeks if one.saved or one.used]
    before = paint(f"{value.before} were there before", "dim") if value.before else ""
    return "\n".join([blocks.table(rows), *([before] if before else [])]) if len(rows) > 1 else before


def _week(one: Week, most: int) -> tuple[str, ...]:
    bar = _BARS[-(-8 * one.saved // most) if most else 0]
    used = one.used
    figures = (
        one.saved,
        used.get("found", 0),
        used.get("recalled", 0),
        used.get("packed", 0) + used.get("injected", 0),
    )
    return (f"{one.start:%Y-%m-%d}", bar, *map(str, figures), str(one.tokens))


_NAMES = {"type": "Types", "status": "Status", "tag": "Tags", "source_tool": "Tools", "source_repo": "Repositories",
          "author": "Authors", "project": "Projects"}  # fmt: skip


def _counts(value: Stats) -> Sequence[str]:
    told = {
        name: ", ".join(f"{visible(what) or 'none'} {number}" for what, number in value.counts[key])
        for key, name in _NAMES.items()
        if any(what for what, _ in value.counts[key])
    }
    return [blocks.facts(told)]


def _most_used(value: Stats) -> Sequence[str]:
    rows = [(str(one.times), blocks.name(one.memory)) for one in value.most_used[:10]]
    return [f"{paint('Most read', 'dim')}\n{blocks.table(rows)}"] if rows else []

"""What `contextfs entity` shows."""

from __future__ import annotations

from collections.abc import Sequence

from contextfs.cli import blocks, documents
from contextfs.cli.render import paint, visible
from contextfs.domain.dates import ago
from contextfs.domain.entity import Choice, EntityInfo, Knowledge, Relation

_SHOWN, _WIDE = 8, 100


def listing(found: Sequence[EntityInfo]) -> str:
    """One entity a line: in how many memories, its name, its type, its other spellings."""
    if not found:
        return "No memory names anything yet."
    return "\n".join(_row(one) for one in found)


def _row(one: EntityInfo) -> str:
    kind = paint(f" [{visible(one.type)}]", "type") if one.type else ""
    also = paint(f"  also {visible(', '.join(one.aliases[:4]))}", "dim") if one.aliases else ""
    return f"{one.memories:>5}  {visible(one.name)}{kind}{also}"


def counted(found: Knowledge) -> str:
    """In how many memories and decisions it is named."""
    memories, decisions = len(found.memories), len(found.decisions)
    named = f"{memories} {'memory' if memories == 1 else 'memories'}"
    return f"{named}, {decisions} {'decision' if decisions == 1 else 'decisions'}"


def whole(found: Knowledge) -> str:
    """The entity with its notes, decisions, relations and memories."""
    kind = f" ({visible(found.type)})" if found.type else ""
    head = [paint(f"{visible(found.name)}{kind}", "strong")]
    head += [f"Also: {visible(', '.join(found.aliases[:8]))}"] if found.aliases else []
    head.append(f"Named in {counted(found)}.")
    parts = ["\n".join(head)]
    if found.notes:
        notes = (f"  - {visible(one.text)} {_from(one.at, one.memory)}" for one in found.notes)
        parts.append("\n".join(["Notes:", *notes]))
    if found.decisions:
        rows = [_choice(one) for one in found.decisions[:_SHOWN]]
        parts.append("\n".join(["Decisions:", *rows, *_more(len(found.decisions))]))
    if found.relations:
        parts.append("\n".join(["Relations:", *_relations(found.relations)]))
    known = {one.memory.id for one in found.decisions}
    others = [one for one in found.memories if one.id not in known]
    if others:
        rows = [f"  {blocks.name(one)}" for one in others[:_SHOWN]]
        parts.append("\n".join(["Other memories:", *rows, *_more(len(others))]))
    return "\n\n".join(parts)


def _choice(one: Choice) -> str:
    why = f": {one.rationale}" if one.rationale else ""
    return f"  {paint(one.memory.short_id, 'id')} {blocks.short(one.decision + why, _WIDE)}"


def _from(at: object, memory: str) -> str:
    age = ago(at, blocks.now()) if at is not None else ""  # type: ignore[arg-type]
    return paint(f"({', '.join(filter(None, (memory[:8], age)))})", "dim")


def _more(count: int) -> list[str]:
    return [paint(f"  … {count - _SHOWN} more: --json", "dim")] if count > _SHOWN else []


def _relations(found: Sequence[Relation]) -> list[str]:
    kinds: dict[str, list[str]] = {}
    for one in found:
        times = f" ×{len(one.memories)}" if len(one.memories) > 1 else ""
        kinds.setdefault(one.kind, []).append(visible(one.other) + times)
    return [f"  {kind} {', '.join(others)}" for kind, others in kinds.items()]


def document(found: Knowledge) -> documents.Document:
    """The knowledge as JSON."""
    return {
        **documents.plain(found),
        "decisions": [
            {**documents.memory(one.memory), "decision": one.decision, "rationale": one.rationale}
            for one in found.decisions
        ],
        "memories": [documents.memory(one) for one in found.memories],
    }

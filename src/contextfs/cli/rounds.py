"""The texts of a round: an item with its answers, a list of items, and how far was looked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contextfs.cli import blocks, documents
from contextfs.cli.render import paint, visible

if TYPE_CHECKING:
    from contextfs.domain.rounds import Acted, Looked, ReviewItem, Round

_WIDTH = 100


def item(one: ReviewItem, number: int, total: int, said: str) -> str:
    """One item as it stands on the screen."""
    head = f"{paint(f'{number} of {total}', 'dim')}  {paint(one.heading, 'strong')}"
    why = [visible(one.why)] if one.why else []
    return "\n".join(["", head, *why, "", *_body(one), "", keys(one, said)])


def keys(one: ReviewItem, said: str) -> str:
    """The answers to an item and what else can be pressed; of one that is answered, what was said."""
    rows = [f"  {paint(each.key, 'id')}  {each.sentence}" for each in one.actions] if not said else []
    told = [paint(f"  ✓ {said}", "added")] if said else []
    others = "  ".join(f"{paint(key, 'id')} {what}" for key, what in zip("jkuq", _OTHERS, strict=True))
    return "\n".join([*told, *rows, f"  {others}"])


_OTHERS = ("next", "back", "take back", "quit")


def _body(one: ReviewItem) -> Iterator[str]:
    if one.candidate is not None:
        yield from (f"  {line}" for line in visible(one.candidate.text).split("\n"))
    if one.tags:
        yield f"  {visible(', '.join(one.tags))}"
    for place, memory in enumerate(one.memories):
        if place:
            yield ""
        yield blocks.block(memory)
        if place < len(one.sentences) and one.sentences[place] not in ("", memory.content):
            yield f"  → “{blocks.short(one.sentences[place], _WIDTH)}”"


def listing(found: Round) -> str:
    """The items one line each with their keys, for whoever is not at a terminal."""
    if not found.items:
        return "\n".join(["Nothing needs a look.", *_partly(found)])
    rows = [(paint(_short(one), "id"), one.heading, blocks.short(_title(one))) for one in found.items]
    last = "Answer one with: contextfs review KEY accept|reject|edit|merge"
    return "\n".join([blocks.table(rows), paint(last, "dim"), *_partly(found)])


def _short(one: ReviewItem) -> str:
    """The key with ids as they are shown; it answers as well."""
    kind, *about = one.key.split(":")
    return ":".join((kind, *(about if one.tags else (name[:8] for name in about))))


def _title(one: ReviewItem) -> str:
    if one.candidate is not None:
        return one.candidate.text
    if one.tags:
        return ", ".join(one.tags)
    return " ↔ ".join(memory.title for memory in one.memories)


def _partly(found: Round) -> list[str]:
    """Where not everything was looked at."""
    return [paint(line, "dim") for line in (_looked(one) for one in found.looked) if line]


def _looked(one: Looked) -> str:
    if one.all:
        return ""
    return f"For {one.kind} items the newest {one.looked} of {one.of} memories were looked at."


def ended(found: Round, answered: int) -> str:
    """What is said when somebody leaves."""
    first = f"{answered} of {len(found.items)} answered."
    after = ["`contextfs undo` takes back the last answer."] if answered else []
    return "\n".join(["", first, *after, *_partly(found)])


def acted(done: Acted) -> str:
    """What an answer did."""
    first = done.said[:1].upper() + done.said[1:]
    return "\n".join([first, *(blocks.name(one) for one in done.memories)])


def acted_document(done: Acted) -> documents.Document:
    """The same as JSON."""
    return {
        "verb": done.verb,
        "said": done.said,
        "memories": [documents.memory(one) for one in done.memories],
    }


def document(one: ReviewItem) -> documents.Document:
    """An item as JSON, with its answers."""
    return {
        **documents.plain(one),
        "heading": one.heading,
        "memories": [documents.memory(memory) for memory in one.memories],
        "actions": [documents.plain(action) for action in one.actions],
    }

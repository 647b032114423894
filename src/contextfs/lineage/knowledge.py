"""Knowledge: what all memories together say of one named thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, cast

from contextfs.domain import relations
from contextfs.domain.entity import (
    NO_FILES,
    WELL_KNOWN,
    Choice,
    EntityInfo,
    Knowledge,
    Named,
    Naming,
    Note,
    Relation,
    bare,
    key_of,
    namings,
    pieces,
    spelled,
    spellings,
)
from contextfs.domain.memory import Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.record_mark import is_record
from contextfs.domain.record_memory import record_from
from contextfs.domain.search import NO_FILTERS, Scope
from contextfs.domain.text import STOP_WORDS, words_in
from contextfs.store.view import View

_MOST = 1000
"""Memories that are read about one entity; a name that stands in more says nothing any more."""
_ALIKE = (1.0, 1.0, 1.0, 1.0, 1.0)
_RELATIONS = 24
_SAMPLE = 20
"""Memories that are read to learn whether a product's name is one there, and not the word that it also is."""
_ORDER = ("record", "link", "symbol", "file", "known")


class _Seen(NamedTuple):
    """One memory that names the entity, with everything it names."""

    memory: Memory
    namings: Sequence[Naming]


def resolve(view: View, name: str, scope: Scope) -> Named:
    """The entity that a name means: the one that somebody decided about, else the name by itself."""
    key = key_of(name)
    for one in view.named(scope):
        if key in one.keys:
            return one
    return Named("", "", name.strip(), words=(" ".join(pieces(name)),) if key else ())


def knowledge(view: View, name: str, scope: Scope) -> Knowledge | None:
    """What is known of an entity; None when no memory names it."""
    entity = resolve(view, name, scope)
    names = [*entity.words, entity.name, name]
    names += _other_spellings(view, names, scope)
    seen = _naming(view, names, scope)
    if not seen:
        return None
    spelling = _spelling(seen, names)
    if (more := _in_pieces(spelling)) and not _in_pieces(names):
        names += more
        seen = _naming(view, names, scope)
        spelling = _spelling(seen, names)
    shown = entity.name if entity.id else _best_spelling(name, spelling)
    keys = entity.keys | {key_of(shown)}
    own = [naming for one in seen for naming in one.namings if naming.key in keys]
    return Knowledge(
        name=shown,
        type=entity.type or _type(own),
        aliases=[one for one, _ in spelling.most_common() if one != shown],
        notes=_notes(seen, keys),
        decisions=[choice for one in seen for choice in _choices(one, keys, spelled(names))],
        memories=[one.memory for one in seen],
        relations=_relations(view, seen, names, keys, scope),
        sources=dict(Counter(naming.source for naming in own)),
    )


def _naming(view: View, names: Sequence[str], scope: Scope) -> list[_Seen]:
    """The memories that name an entity in any spelling, newest first.

    The word index is the inverted index of entities: a name is a phrase in it, and the identifier column holds the
    pieces of every compound.
    """
    phrases = dict.fromkeys(phrase for name in names for phrase in _phrases(name))
    if not phrases:
        return []
    visible = view.visible(NO_FILTERS, scope)
    expression = " OR ".join('"{}"'.format(phrase.replace('"', '""')) for phrase in phrases)
    rows = [one.row for one in view.match(expression, _ALIKE, visible, _MOST)]
    memories, mentions = view.memories(rows), view.mentions_in(rows)
    pattern, keys = spelled(names), frozenset(map(key_of, names))
    # "the" stands everywhere and is a name only where somebody says so.
    telling = any(piece not in STOP_WORDS for name in names for piece in pieces(name))
    found: list[_Seen] = []
    for row, memory in memories.items():
        named = namings(memory, mentions[row])
        # A phrase also matches where two compounds only stand side by side.
        if any(one.key in keys for one in named) or (telling and pattern.search(bare(_text(memory)))):
            found.append(_Seen(memory, named))
    found.sort(key=lambda one: (one.memory.created_at or 0, one.memory.id), reverse=True)  # type: ignore[arg-type]
    return found


def _text(memory: Memory) -> str:
    return f"{memory.summary}\n{memory.content}"


def _phrases(name: str) -> Iterator[str]:
    """How the word index may hold a name: in its pieces, as one word, and cut only at its marks as `k8s-prod` is."""
    parts = pieces(name)
    if parts:
        yield " ".join(parts)
        yield "".join(parts)
    if "/" not in name and "\\" not in name and (words := words_in(name)):
        yield " ".join(words).lower()


def _other_spellings(view: View, names: Sequence[str], scope: Scope) -> list[str]:
    """For a name that shows no pieces, the spellings in which memories do: `authservice` is `auth_service`."""
    if _in_pieces(names):
        return []
    keys = set(map(key_of, names))
    found = dict.fromkeys(name for name in NO_FILES if key_of(name) in keys)
    for mention, _ in view.mentioned(scope):
        squeezed = bare(mention.name).casefold().replace("_", "").replace("-", "").replace(" ", "")
        if any(key in squeezed for key in keys):
            named = namings(Memory(""), [mention])
            found |= {one.name: None for one in named if one.key in keys and _in_pieces([one.name])}
    return list(found)


def _spelling(seen: Sequence[_Seen], names: Sequence[str]) -> Counter[str]:
    """How the memories spell the name."""
    return spellings(spelled(names), (_text(one.memory) for one in seen))


def _in_pieces(names: Iterable[str]) -> list[str]:
    """Those of the names that show their pieces."""
    return [name for name in names if len(pieces(name)) > 1]


def _best_spelling(asked: str, spelling: Counter[str]) -> str:
    """How to write the name: as a compound when anybody does, else as it is mostly written."""
    compounds = [one for one, _ in spelling.most_common() if one.isalnum() and not one.islower()]
    return next(iter(compounds), next((one for one, _ in spelling.most_common(1)), asked.strip()))


def _type(own: Iterable[Naming]) -> str:
    """What the entity is, as most records say, else as its own name shows."""
    by_source: dict[str, Counter[str]] = {}
    for naming in own:
        if naming.type:
            by_source.setdefault(naming.source, Counter())[naming.type] += 1
    for source in _ORDER:
        if source in by_source:
            return by_source[source].most_common(1)[0][0]
    return ""


def _notes(seen: Sequence[_Seen], keys: frozenset[str]) -> list[Note]:
    """What records noted of the entity, oldest first, each text once."""
    notes: dict[str, Note] = {}
    for one in reversed(seen):
        for naming in one.namings:
            if naming.key in keys and naming.note:
                notes.setdefault(naming.note, Note(naming.note, one.memory.created_at, one.memory.id))
    return list(notes.values())


def _choices(one: _Seen, keys: frozenset[str], pattern: re.Pattern[str]) -> Iterator[Choice]:
    """The decisions of a memory that touch the entity: a decision itself, or those of a record.

    A record that lists the entity is about it with all its decisions; any other with those that name it.
    """
    if not is_record(one.memory.structured):
        if one.memory.type == MemoryType.DECISION or _decided_beside(one.memory, pattern):
            yield Choice(one.memory.title, "", one.memory)
        return
    record = record_from(one.memory)
    listed = any(naming.key in keys and naming.source == "record" for naming in one.namings)
    for each in record.decisions:
        said = "\n".join((each.decision, each.rationale, *each.alternatives))
        if listed or pattern.search(bare(said)):
            yield Choice(each.decision, each.rationale, one.memory)


def _decided_beside(memory: Memory, pattern: re.Pattern[str]) -> bool:
    """Whether typed fields of somebody else's list decisions that name the entity."""
    listed = memory.structured.get("decisions") if memory.structured else None
    texts = [str(each) for each in cast("Sequence[object]", listed)] if isinstance(listed, list) else []
    return any(pattern.search(bare(text)) for text in texts)


def _relations(
    view: View, seen: Sequence[_Seen], names: Sequence[str], keys: frozenset[str], scope: Scope
) -> list[Relation]:
    """How the entity stands to the others that its memories name, what is stated before what merely coincides."""
    renamed = {key: one.name for one in view.named(scope) for key in one.keys}
    found: dict[tuple[str, str], list[str]] = {}
    shown: dict[str, str] = {}
    for one in seen:
        others = {naming.key: naming for naming in one.namings if naming.key not in keys}
        shown |= {key: renamed.get(key, naming.name) for key, naming in others.items() if key not in shown}
        for kind, other in _said(one.memory, names, others):
            memories = found.setdefault((kind, other), [])
            if one.memory.id not in memories:
                memories.append(one.memory.id)
    stated = {other for kind, other in found if kind not in (relations.TOGETHER, "decided with")}
    kept = [
        Relation(kind, shown[other], memories)
        for (kind, other), memories in found.items()
        if kind not in (relations.TOGETHER, "decided with") or other not in stated
    ]
    kept.sort(key=lambda one: (one.kind == relations.TOGETHER, -len(one.memories), one.other.lower()))
    return kept[:_RELATIONS]


def _said(memory: Memory, names: Sequence[str], others: dict[str, Naming]) -> Iterator[tuple[str, str]]:
    """(relation, key of the other) for each thing that one memory relates to the entity."""
    patterns = [("", spelled(names)), *((key, spelled([naming.name])) for key, naming in others.items())]
    close: set[str] = set()
    for one in relations.stated(bare(_text(memory)), patterns):
        if one.kind != relations.TOGETHER and "" in (one.first, one.second):
            other = one.second if one.first == "" else one.first
            close.add(other)
            yield (one.kind if one.first == "" else relations.REVERSED[one.kind]), other
    together = "decided with" if memory.type == MemoryType.DECISION else relations.TOGETHER
    for key in others:
        if key not in close:
            yield together, key


def every(view: View, scope: Scope) -> list[EntityInfo]:
    """The entities that the memories in scope name, those in the most memories first.

    Spellings are put together, so the count of one is an upper bound where a memory uses two spellings.
    """
    decided = {key: one for one in view.named(scope) for key in one.keys}
    counts: Counter[str] = Counter()
    spelt: dict[str, Counter[str]] = {}
    types = {decided[key].id if key in decided else key: kind for key, kind in _record_types(view, scope)}
    for mention, count in view.mentioned(scope):
        for naming in namings(Memory(""), [mention]):
            key = decided[naming.key].id if naming.key in decided else naming.key
            counts[key] += count
            spelt.setdefault(key, Counter())[naming.name] += count
            types.setdefault(key, naming.type)
    for naming, count in _products(view, scope):
        key = decided[naming.key].id if naming.key in decided else naming.key
        counts[key] = max(counts[key], count)
        spelt.setdefault(key, Counter({naming.name: count}))
        types.setdefault(key, naming.type)
    names = {one.id: one for one in decided.values()}
    return [_listed(names.get(key), types[key], count, spelt[key]) for key, count in counts.most_common()]


def _products(view: View, scope: Scope) -> Iterator[tuple[Naming, int]]:
    """The well-known products that texts in scope name, with about how many do: the word index counts them."""
    stems = dict(zip(WELL_KNOWN, view.stems(list(WELL_KNOWN)), strict=True))
    held = view.document_frequencies(set(stems.values()))
    visible = view.visible(NO_FILTERS, scope)
    for name in (name for name in WELL_KNOWN if held[stems[name]]):
        rows = [one.row for one in view.match(f'"{name}"', _ALIKE, visible, _MOST)]
        named = _naming_product(view.memories(rows[:_SAMPLE]).values(), key_of(name))
        if named:
            yield named[0], round(len(rows) * len(named) / min(len(rows), _SAMPLE)) or 1


def _naming_product(memories: Iterable[Memory], key: str) -> list[Naming]:
    """How those of the memories name a product that do."""
    return [one for memory in memories for one in namings(memory, ()) if one.key == key]


def _record_types(view: View, scope: Scope) -> Iterator[tuple[str, str]]:
    """(key, type) of what records list as entities, the newest last."""
    for memory in view.naming_entities(scope):
        yield from ((one.key, one.type) for one in namings(memory, ()) if one.source == "record" and one.type)


def _listed(named: Named | None, kind: str, count: int, spelling: Counter[str]) -> EntityInfo:
    name = named.name if named else _best_spelling("", spelling)
    aliases = [one for one, _ in spelling.most_common() if one != name]
    return EntityInfo(name, (named.type if named else "") or kind, count, aliases)

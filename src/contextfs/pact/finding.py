"""Finding records: what search answers, those about the current file nearer to the top, and what in each it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from contextfs.domain.given import text_of
from contextfs.domain.record import Record
from contextfs.domain.record_memory import items_of, record_from
from contextfs.domain.text import query_terms
from contextfs.pact.overview import Decided, decisions_of

if TYPE_CHECKING:
    from contextfs.api import ContextFS
    from contextfs.domain.search import SearchResult

_WIDE = 100
"""Results that are looked through for those about the current file, however little they answer."""
_OF_FILE = 200
"""Memories about the current file that are known of."""
_NEARER = 2 / 3
"""What it adds to the relevance, for the order alone, to be surely about the current file."""
_KINDS = {
    word: kind
    for kind, words in {
        "decision": "decision decisions decided decide chose chosen choice choices",
        "lesson": "lesson lessons learnt learned",
        "task": "task tasks todo todos",
        "entity": "entity entities component components",
    }.items()
    for word in words.split()
}
"""Words by which a question asks for one kind of part."""
_OF_KIND = 0.2
"""What it adds to the relevance, for the order alone, that a part of the kind asked for holds all that is asked."""
_BESIDE = 0.5
"""Share of the relevance, for the order alone, of what holds nothing of it in a part of the kind asked for."""
_MORE = 20
"""Further results that are looked through for such parts."""
_SHOWN = 3
"""Parts that are named of one record."""


def search(front: ContextFS, query: str, current_file: str, limit: int) -> list[Record]:
    """The records and memories that answer a query, best first."""
    query = text_of("query", query)
    kinds = asked_for(query)
    found = front.search(query, limit=limit + _MORE if kinds and 0 < limit <= _WIDE else limit)
    if kinds:
        about = [term.text for term in query_terms(query) if term.kind != "stop" and term.text not in kinds]
        found = sorted(found, key=lambda one: -_answering(one, kinds, about))[:limit]
    if current_file:
        found = _nearer(front, query, current_file, found, limit)
    return [_found(one, ranked=bool(query.strip())) for one in found]


def asked_for(query: str) -> Mapping[str, str]:
    """The words of a question that name a kind of part, each with that kind."""
    words = re.findall(r"[a-z]+", query.lower())
    return {word: _KINDS[word] for word in words if word in _KINDS}


def _answering(result: SearchResult, kinds: Mapping[str, str], about: Sequence[str]) -> float:
    """What a result stands at when a kind of part is asked for."""
    share = _share(result, kinds, about)
    return result.relevance + _OF_KIND * share if share else _BESIDE * result.relevance


def _share(result: SearchResult, kinds: Mapping[str, str], about: Sequence[str]) -> float:
    """How many of the other words of the question stand in one part of the kind asked for."""
    stems = [_stem(term) for term in about if term in result.why.terms]
    wanted = set(kinds.values())
    counts = [_held(text, stems) for kind, text in items_of(record_from(result.memory)) if kind in wanted]
    return max(counts, default=0) / len(about) if about else 0.0


def _nearer(
    front: ContextFS, query: str, current_file: str, found: Iterable[SearchResult], limit: int
) -> list[SearchResult]:
    """The results with those about the file further up; one of them at least, where several are asked for."""
    weights = {one.memory.id: one.weight for one in front.about_file(current_file, _OF_FILE)}
    wide = front.search(query, limit=_WIDE, min_relevance=0.0) if weights else []
    # What is about the file and holds a word of the question is worth showing below the threshold.
    more = [one for one in wide if one.memory.id in weights and (one.why.terms or not query.strip())]
    every = {one.memory.id: one for one in (*found, *more)}
    ordered = sorted(every.values(), key=lambda one: -_standing(one, weights))
    shown = ordered[:limit]
    if more and limit > 1 and not any(one.memory.id in weights for one in shown):
        shown[-1] = next(one for one in ordered if one.memory.id in weights)
    return shown


def _standing(result: SearchResult, weights: Mapping[str, float]) -> float:
    return result.relevance + _NEARER * weights.get(result.memory.id, 0.0)


def _found(result: SearchResult, *, ranked: bool) -> Record:
    record = record_from(result.memory)
    if not ranked:
        return record
    return record._replace(relevance=result.relevance, matched=matched(record, result.why.terms))


def matched(record: Record, terms: Sequence[str]) -> list[str]:
    """The parts of a record that hold most of the words, in the record's order, each under the name of its kind."""
    stems = [_stem(term) for term in terms]
    held = [(_held(text, stems), part) for part, text in _parts(record)]
    most = max((count for count, _ in held), default=0)
    best = [part for count, part in held if count == most and count]
    return list(dict.fromkeys(best))[:_SHOWN]


def _parts(record: Record) -> Iterator[tuple[str, str]]:
    """Each part as it is named, and all that it says; of a context and a goal each sentence."""
    for kind, text in items_of(record):
        for said in re.split(r"(?<=[.!?])\s+|\n+", text) if kind in {"context", "goal"} else (text,):
            yield f"{kind}: {said.partition(chr(10))[0]}", said


def _stem(term: str) -> str:
    word = term.lower()
    return word[: max(4, len(word) - 3)] if word.isascii() else word


def _held(text: str, stems: Iterable[str]) -> int:
    """How many of the words stand in the text; in a compound, too."""
    lower = text.lower()
    return sum(stem in lower for stem in stems)


def decisions(records: Iterable[Record], query: str) -> list[Decided]:
    """The decisions of records that answer a question: those that hold a word of it, then those beside which it is."""
    kinds = asked_for(query)
    words = [term.text for term in query_terms(query) if term.kind != "stop" and term.text not in kinds]
    stems = [_stem(word) for word in words]
    direct: list[Decided] = []
    beside: list[Decided] = []
    for record in records:
        every = decisions_of([record])
        said = [
            one for one in every if _held("\n".join((one.decision, one.rationale, *one.alternatives)), stems)
        ]
        direct += said
        beside += every if not said else []
    return [*direct, *beside]

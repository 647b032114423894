"""Choosing: which sentences of a conversation stand for it.

Sentences that tell a decision, a change, an error, a fix or an open end are known by their turns of phrase and taken by
how sure, how specific and how recent they are. The room that is left goes to the sentences that together cover most of
what else was said. Whatever says the same as something taken before is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from contextfs.domain.session import Message
from contextfs.domain.speech import Sentence, sentences_of, size
from contextfs.domain.text import query_terms
from contextfs.sessions.cues import ASSENT, CHANGE, CHATTER, DECISION, DOUBT, ERROR, FIX, OPEN, PROPOSAL, Ear
from contextfs.sessions.likeness import Embed, Likeness

MOST: Mapping[str, int] = {DECISION: 5, FIX: 4, ERROR: 3, OPEN: 4, CHANGE: 4}
"""How many sentences of a kind are taken."""
_SURE: Mapping[str, float] = {DECISION: 0.5, FIX: 0.5, ERROR: 0.45, OPEN: 0.5, CHANGE: 0.5}
_DOUBTED: Mapping[str, float] = {DECISION: 0.35, FIX: 0.6, ERROR: 0.5, OPEN: 0.8, CHANGE: 0.4, PROPOSAL: 0.9}
HEADLINE = 160
"""Characters of what was asked."""
_SAME = 0.72
"""Likeness from which one sentence says what another one says."""
_POOL = 25
"""Sentences of each stretch of the conversation that may fill the room that is left."""
_STRETCHES = 12
_FEW = 6
"""Sentences of one answer from which on each says less: long answers are advice, lists and examples."""
_NAMED = re.compile(r"\w(?:Error|Exception)\b|\b[45]\d\d\b|`")
_CHOICE = re.compile(
    r"\b(?:which|prefer|or|option|would you (?:like|rather)|welche|lieber"
    r"|oder)\b|どちら"
)
"""A question that leaves a choice."""
_CLAUSE = re.compile(r"[.!,;:\n]")
_BUT = re.compile(r"\b(?:but (?:i|we|let's|rather|not)|rather|instead|aber|lieber|stattdessen|no)\b")
_SOON = 12
"""Messages before a fix in which its error is told once more."""
_SHORT_QUESTION = 15
"""Words of a question that hardly tells anything."""
_BARE = 1
"""Words of its own up to which a sentence cannot be understood by itself."""
_APART = 40
"""Messages between an error and the fix that belongs to it, at most."""
_SPECIFIC = re.compile(r"\d|[\w/]\.[a-z]|[a-z][A-Z]|\w_\w|`|\w\(\)|(?<=[a-z,;] )[A-Z]|[\u30a0-\u30ff]{2}")
_ADVICE = re.compile(r"[A-Z][\w /&'-]{2,40}: [A-Z]")
"""A list item with a heading of its own, as advice is written."""
_REQUEST = re.compile(
    r"\b(?:please|can you|could you|help|i want|i need|we need|we want|i'd like|i would like|let's"
    r"|how (?:do|can|should|to)|should (?:we|i)|fix|add|implement|build|write|create|why|what|which"
    r"|bitte|kannst du|können|wie|warum|soll(?:en|ten)?|brauche|möchte)\b|ください|たい|どう|なぜ|ですか|ますか"
)


class Chosen(NamedTuple):
    """The sentences that stand for a conversation, each list in the order of the conversation."""

    asked: str = ""
    decisions: Sequence[str] = ()
    changes: Sequence[str] = ()
    problems: Sequence[tuple[str, str]] = ()
    """What went wrong and what mended it; one of both may be absent."""
    open_ends: Sequence[str] = ()
    points: Sequence[str] = ()
    """What else was said, the most telling first."""


class _Sentences:
    """The sentences of one conversation with what each is worth, by kind and in general."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.all = sentences_of(messages)
        self.ear = Ear([one.text for one in self.all])
        self.last = max((one.place for one in self.all), default=0)
        self._told = [0] * (self.last + 1)
        for one in self.all:
            self._told[one.place] += 1
        self.heard = [self.ear.weights(one.text, one.under) for one in self.all]
        self._accept(messages)

    def worth(self, kind: str, one: Sentence) -> float:
        """How surely a sentence tells this kind of thing, and how much that matters."""
        weight = self.heard[one.order].get(kind, 0.0)
        if not weight or (one.is_question and kind != OPEN):
            return 0.0
        if kind == OPEN and one.is_question and one.place < self.last:
            return 0.0
        if self.ear.weight(DOUBT, one.text):
            weight *= _DOUBTED[kind]
        if self.ear.weight(CHATTER, one.text) and kind != DECISION:
            weight *= 0.4
        if one.role == "user" and self.points_elsewhere(one):
            weight *= 0.4
        return weight * self.standing(one) * self._by_age(kind, one) + self.specific(one)

    def standing(self, one: Sentence) -> float:
        """What a sentence is worth by who said it, and by how much was said around it."""
        if one.role == "user":
            return 1.1
        crowd = min(1.0, (_FEW / self._told[one.place]) ** 0.5)
        return crowd * 0.6 if _ADVICE.match(one.text) else crowd

    def specific(self, one: Sentence) -> float:
        """A little more for names, numbers and identifiers."""
        return min(0.12, 0.04 * sum(1 for _ in _SPECIFIC.finditer(one.text[1:])))

    def points_elsewhere(self, one: Sentence, few: int = _BARE) -> bool:
        """Whether it has next to no words of its own: `yes, let's go with that`."""
        return len([term for term in query_terms(one.text) if term.kind != "stop"]) <= few

    def _by_age(self, kind: str, one: Sentence) -> float:
        """Late decisions overrule early ones, and what was open early is seldom open at the end."""
        progress = one.place / self.last if self.last else 1.0
        return {DECISION: 0.85 + 0.15 * progress, OPEN: 0.45 + 0.55 * progress}.get(kind, 1.0)

    def _accept(self, messages: Sequence[Message]) -> None:
        """A proposal is a decision when the other one agrees to it, and none when not; so is the answer to a choice."""
        by_place: dict[int, list[Sentence]] = {}
        for one in self.all:
            by_place.setdefault(one.place, []).append(one)
        for place, said in by_place.items():
            if said[0].role != "assistant":
                continue
            answer = next((n for n in range(place + 1, len(messages)) if messages[n].role == "user"), None)
            agreed = answer is not None and self._agrees(messages[answer].content)
            proposals = [one for one in said if PROPOSAL in self.heard[one.order] and not one.is_question]
            for one in proposals:
                self.heard[one.order].pop(DECISION, None)
            for one in proposals[: int(agreed)]:
                self.heard[one.order][DECISION] = 0.95
            if answer is not None and said[-1].is_question and _CHOICE.search(said[-1].text.lower()):
                self._choose(by_place.get(answer, []))

    def _choose(self, answers: Sequence[Sentence]) -> None:
        """What somebody answers who was asked to choose, unless it is a question or says something else."""
        for one in answers[:2]:
            if not one.is_question and not self.heard[one.order] and not self.points_elsewhere(one):
                self.heard[one.order][DECISION] = 0.7

    def _agrees(self, answer: str) -> bool:
        """Whether an answer begins with a yes that takes nothing back."""
        first = _CLAUSE.split(answer.strip(), maxsplit=1)[0]
        return self.ear.weight(ASSENT, first) > 0 and not _BUT.search(answer[:120].lower())


def chosen(messages: Sequence[Message], embed: Embed | None, words: int) -> Chosen:
    """The sentences to keep; `words` is about how many of them there is room for."""
    said = _Sentences(messages)
    if not said.all:
        return Chosen()
    asked = _asked(said)
    pools = _pools(said)
    unanswered = _unanswered(said, messages)
    general = _general(said)
    compared = [one for pool in (*pools.values(), general, asked, unanswered) for one in pool]
    places = sorted({one.order for one in compared})
    likeness = _Between(places, Likeness([said.all[place].text for place in places], embed))
    taken = [one for one in asked if said.worth(DECISION, one) < _SURE[DECISION]]
    found = {kind: _take(pools[kind], MOST[kind], taken, likeness) for kind in MOST}
    found[OPEN] += [one for one in unanswered if one not in taken]
    taken += unanswered
    problems = _paired(found[ERROR], found[FIX], likeness)
    told = " ".join(error for error, _ in problems)
    taken = [one for one in taken if one not in found[ERROR] or one.text in told]
    room = words - sum(size(one.text) for one in taken)
    return Chosen(
        " ".join(one.text for one in asked),
        _texts(found[DECISION]),
        _texts(found[CHANGE]),
        problems,
        _texts(found[OPEN]),
        _texts(_covering(general, said, taken, likeness, room)),
    )


class _Between:
    """The likeness of sentences, by their own order in the conversation."""

    def __init__(self, places: Sequence[int], likeness: Likeness) -> None:
        self._row = {place: row for row, place in enumerate(places)}
        self._likeness = likeness

    def __call__(self, one: Sentence, other: Sentence) -> float:
        return self._likeness.between(self._row[one.order], self._row[other.order])


def _texts(sentences: Sequence[Sentence]) -> list[str]:
    return [one.text for one in sorted(sentences, key=lambda one: one.order)]


def _asked(said: _Sentences) -> list[Sentence]:
    """What the conversation was begun for: the clearest request of the first message that has one.

    The sentence before it is told as well where both are short: it says what the request is about.
    """
    users = [one for one in said.all if one.role == "user"] or said.all
    first = [one for one in users if one.place == users[0].place]
    if all(said.ear.weight(CHATTER, one.text) for one in first):
        first = users[: len(first) + 3]
    best = max(first, key=lambda one: (_request(said, one), -one.order))
    before = [one for one in first if one.order == best.order - 1 and one.place == best.place]
    if before and len(before[0].text) + len(best.text) < HEADLINE and _request(said, before[0]) >= 0:
        return [before[0], best]
    return [best]


def _request(said: _Sentences, one: Sentence) -> float:
    text = one.text.lower()
    worth = (0.4 if one.is_question else 0.0) + (0.5 if _REQUEST.search(text) else 0.0) + said.specific(one)
    return worth - (0.6 if said.ear.weight(CHATTER, text) else 0.0)


def _pools(said: _Sentences) -> dict[str, list[Sentence]]:
    """For each kind of thing the sentences that tell it more surely than any other kind, the surest first."""
    found: dict[str, list[tuple[float, Sentence]]] = {kind: [] for kind in MOST}
    for one in said.all:
        worths = [(said.worth(kind, one), kind) for kind in MOST if kind in said.heard[one.order]]
        worth, kind = max(worths, key=lambda pair: pair[0], default=(0.0, ""))
        if kind and worth >= _SURE[kind]:
            found[kind].append((worth, one))
    return {kind: _surest(pairs, 4 * MOST[kind]) for kind, pairs in found.items()}


def _surest(pairs: list[tuple[float, Sentence]], most: int) -> list[Sentence]:
    return [one for _, one in sorted(pairs, key=lambda pair: (-pair[0], -pair[1].order))[:most]]


def _general(said: _Sentences) -> list[Sentence]:
    """The most telling sentences of every stretch of the conversation."""
    spread: dict[str, int] = {}
    words = [set(one.text.lower().split()) for one in said.all]
    for some in words:
        for word in some:
            spread[word] = spread.get(word, 0) + 1
    few, many = 2, max(3, len(said.all) // 8)

    def telling(one: Sentence) -> float:
        themes = sum(1 for word in words[one.order] if few <= spread[word] <= many)
        worth = themes / (4 + len(words[one.order])) + 2 * said.specific(one)
        return worth * said.standing(one)

    stretches: dict[int, list[Sentence]] = {}
    for one in said.all:
        if one.is_question and one.role == "assistant":
            continue
        stretches.setdefault(one.place * _STRETCHES // (said.last + 1), []).append(one)
    return [
        one
        for stretch in stretches.values()
        for one in sorted(stretch, key=telling, reverse=True)[:_POOL]
        if not said.ear.weight(CHATTER, one.text) and not said.points_elsewhere(one, 2)
    ]


def _take(pool: Sequence[Sentence], most: int, taken: list[Sentence], likeness: _Between) -> list[Sentence]:
    """The first so many of the pool that say something new; `taken` grows by them."""
    found: list[Sentence] = []
    for one in pool:
        if len(found) == most:
            break
        if all(_is_new(one, other, likeness) for other in taken):
            found.append(one)
            taken.append(one)
    return found


def _is_new(one: Sentence, other: Sentence, likeness: _Between) -> bool:
    """Whether a sentence tells more than one that was taken; an answer is no repetition of its question."""
    return one.order != other.order and (other.is_question or likeness(one, other) < _SAME)


def _unanswered(said: _Sentences, messages: Sequence[Message]) -> list[Sentence]:
    """The last question, where it is what the conversation ends with: nobody has answered it."""
    last = next((place for place in range(len(messages) - 1, -1, -1) if messages[place].role != "tool"), None)
    if last is None or messages[last].role != "user":
        return []
    asking = [one for one in said.all if one.place == last and one.is_question]
    return asking[-1:]


def _paired(
    errors: Sequence[Sentence], fixes: Sequence[Sentence], likeness: _Between
) -> list[tuple[str, str]]:
    """The fix that each message tells, with the error before it that it speaks of; and errors that nothing mended.

    What else was said of the error on the way to its fix is left out: the fix has made it old news.
    """
    left = sorted(errors, key=lambda one: one.order)
    pairs: list[tuple[int, str, str]] = []
    for fix in _by_message(fixes):
        before = [one for one in left if one.order < fix[0].order and fix[0].place - one.place <= _APART]
        error = max(before, key=lambda one: (_names(one) + likeness(one, fix[0]), one.order), default=None)
        told = " ".join(one.text for one in fix)
        if error is None:
            pairs.append((fix[0].order, "", told))
            continue
        pairs.append((error.order, error.text, told))
        left = [one for one in left if not 0 <= fix[0].place - one.place <= _SOON and one is not error]
    pairs += [(one.order, one.text, "") for one in left]
    return [(error, fix) for _, error, fix in sorted(pairs)]


def _names(one: Sentence) -> float:
    """A sentence that gives an error's name is better than one that says that there is one."""
    return 0.2 if _NAMED.search(one.text) else 0.0


def _by_message(sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    groups: dict[int, list[Sentence]] = {}
    for one in sorted(sentences, key=lambda one: one.order):
        groups.setdefault(one.place, []).append(one)
    return list(groups.values())


def _covering(
    pool: Sequence[Sentence], said: _Sentences, taken: Sequence[Sentence], likeness: _Between, room: int
) -> list[Sentence]:
    """The sentences that together stand for most of the pool, as far as there is room.

    Each step takes the one that brings the pool nearest to what is taken. Gains only shrink, so one that was the best
    a step ago and still beats the next one's old gain need not be compared with the rest.
    """
    covered = [max((likeness(one, other) for other in taken), default=0.0) for one in pool]
    worth = [said.standing(one) * (1 + said.specific(one)) * _by_asking(one) for one in pool]
    like = _rows(pool, likeness)

    def gain(place: int) -> float:
        return worth[place] * sum(
            new - old for new, old in zip(like(place), covered, strict=True) if new > old
        )

    queue = sorted(((gain(place), place) for place in range(len(pool))), key=lambda one: (-one[0], one[1]))
    found: list[Sentence] = []
    while queue and room > 0:
        _, place = queue.pop(0)
        now = gain(place)
        if queue and now < queue[0][0]:
            _insert(queue, now, place)
            continue
        one = pool[place]
        if covered[place] < _SAME and size(one.text) <= room:
            found.append(one)
            room -= size(one.text)
            covered = [max(old, new) for old, new in zip(covered, like(place), strict=True)]
    return found


def _by_asking(one: Sentence) -> float:
    """A short question tells next to nothing; a long one tells what its asker knows already."""
    return 0.5 if one.is_question and size(one.text) <= _SHORT_QUESTION else 1.0


def _rows(pool: Sequence[Sentence], likeness: _Between) -> Callable[[int], list[float]]:
    known: dict[int, list[float]] = {}

    def row(place: int) -> list[float]:
        if place not in known:
            known[place] = [likeness(pool[place], other) for other in pool]
        return known[place]

    return row


def _insert(queue: list[tuple[float, int]], gain: float, place: int) -> None:
    """Put an entry back where its gain belongs."""
    at = next((n for n, other in enumerate(queue) if other[0] <= gain), len(queue))
    queue.insert(at, (gain, place))

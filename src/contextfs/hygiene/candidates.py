"""Candidates: the sentences of a turn that are worth remembering, recognised by their turns of phrase. Pure.

Precision comes first: a sentence that only wants, tries, asks or supposes says nothing that is settled, and what an
assistant proposes is nobody's decision. How often the rules are right: benchmarks/quality/candidates.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contextfs.domain.session import Message
from contextfs.domain.speech import spoken
from contextfs.hygiene.commands import commands_in
from contextfs.hygiene.phrases import CLAUSES, CORRECTS, HEDGED, NOT_MEANT, POINTS_BACK, REPORTED, RULES, Rule
from contextfs.hygiene.turns import Turn

_USER, _ANSWER = 2_000, 1_500
"""Characters of what a person and an assistant said that are read; what is longer is a paste or a lecture."""
_LONGEST_SENTENCE = 80
_SHORTEST, _LONGEST = 5, 60
"""Words of a clause that can be remembered."""
_MOST = 3
"""Candidates of one turn."""


class Found(NamedTuple):
    """What was recognised in a turn."""

    kind: str
    text: str
    """The turn's own sentences."""
    confidence: float
    message: Message
    """Where it stands."""


def recognised(turn: Turn) -> list[Found]:
    """What is worth remembering of a turn; each kind of thing once or twice, and three at most."""
    found: dict[str, Found] = {}
    for one in _every(turn):
        found.setdefault(one.text.casefold(), one)
    return list(found.values())[:_MOST]


def _every(turn: Turn) -> Iterator[Found]:
    if turn.user is not None:
        yield from _in_message(turn.user, _USER, RULES)
    yield from (Found(one.kind, one.text, one.confidence, one.message) for one in commands_in(turn.tools))
    if turn.answers and not turn.recalls:
        yield from _in_message(turn.answers[-1], _ANSWER, REPORTED)


def _in_message(message: Message, most: int, rules: Sequence[Rule]) -> Iterator[Found]:
    before = ""
    for _, sentence in spoken(message.content, most, _LONGEST_SENTENCE):
        for clause in () if NOT_MEANT.search(sentence) else _clauses(sentence):
            rule = next((rule for rule in rules if _fits(rule, clause)), None)
            if rule is not None:
                clause = _with_its_other_half(clause, sentence)  # noqa: PLW2901 - the same clause, whole
                lead = sentence[: sentence.find(clause)].rstrip()
                yield Found(rule.kind, _told(rule, clause, lead, before), rule.confidence, message)
                break
        before = sentence


def _clauses(sentence: str) -> list[str]:
    """The parts of a sentence that say something of their own: "I use X because Y, can you ..." says two things."""
    if CORRECTS.match(sentence):
        return [sentence]
    return [clause for part in CLAUSES.split(sentence) if (clause := part.strip(" ,;"))]


def _with_its_other_half(clause: str, sentence: str) -> str:
    """What a semicolon parts belongs together: "never commit to main; open a pull request"."""
    rest = sentence[len(clause) :]
    whole = sentence.startswith(clause) and rest.startswith(";") and not HEDGED.search(rest[1:].strip())
    return sentence if whole and sentence.count(" ") < _LONGEST else clause


def _fits(rule: Rule, clause: str) -> bool:
    if not _SHORTEST <= clause.count(" ") + 1 <= _LONGEST or clause.rstrip("\"'”’)*_ ").endswith("?"):
        return False
    said = rule.says.search(clause)
    if said is None or (rule.unless is not None and rule.unless.search(clause)) or HEDGED.search(clause):
        return False
    return rule.why is None or rule.why.search(clause, said.end()) is not None


def _told(rule: Rule, clause: str, lead: str, before: str) -> str:
    """The clause as a sentence; one that points back keeps what stands before it in its sentence, or the one before."""
    back = rule.back or POINTS_BACK.search(clause) is not None
    text = f"{lead} {clause}" if back and lead else clause
    text = text[0].upper() + text[1:]
    text = text if text.endswith((".", "!", "。")) else f"{text}."
    return f"{before} {text}" if back and before and not lead else text

"""Endings: what a sentence says is over: moved from, replaced, dropped, no longer used. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contextfs.hygiene.statements import Segment, Statement

_THING = r"(?P<gone>[\w./@+#-]+(?: [\w./@+#-]+){0,2}?)"
_STOP = r"(?=[.,;:)]|$| (?:to|with|by|for|in|and|from|as|since|because|is|was|are|were|on|at|any|after|has|have)\b)"
_ENDED = (
    "gone|dropped|removed|retired|deprecated|replaced|superseded|switched off|shut down"
    "|no longer (?:needed|used|supported|maintained|required|there)|not used"
)
_MOVED = "moved|migrated|switched|changed|went|converted|ported"
_DROPPED = "dropped|removed|retired|abandoned|deleted|ditched|got rid of|phased out"
_IS = "(?:is|was|are|were|has been|have been)"
_OVER = tuple(
    re.compile(f"(?i){pattern}")
    for pattern in (
        rf"\b(?:{_MOVED})\b[^.;]*? from {_THING}{_STOP}[^.;]*? to ",
        rf"\b(?:replaced|swapped) {_THING} (?:with|by|for)\b",
        rf"\breplaces {_THING}{_STOP}",
        rf"\b(?:instead of|rather than|in place of|no longer (?:use|need|rely on|run)) {_THING}{_STOP}",
        rf"^(?:please )?(?:do not|don't|stop|never) us(?:e|ing) {_THING}{_STOP}",
        rf"\b(?:{_DROPPED}) {_THING}{_STOP}",
        rf"(?:^|[,;:] )(?:(?:the|our) )?(?:\w+ing of )?{_THING} {_IS} (?:now )?(?:{_ENDED})",
    )
)
_PASSIVE = len(_OVER) - 1
"""The last of them begins a sentence, where a capital tells nothing."""
_CHANGED = re.compile(
    r"(?i)\b(?:moved|migrated|switched|replaced|replaces|instead of|rather than|no longer|any ?more|dropped|removed"
    r"|gone|deprecated|retired|used to|formerly|until|over)\b"
)


_NAME = re.compile(r"[a-z][A-Z]|\w[._/-]\w|\d|(?<!^)(?<![.!?:] )\b[A-Z]\w")
"""What only a name looks like, not counting the capital at the beginning of a sentence."""


class Ending(NamedTuple):
    """What one sentence says is over, and the sentence that still says it."""

    older: Statement
    newer: Statement
    gone: str
    likeness: float


def endings(olds: Sequence[Statement], news: Sequence[Statement]) -> Iterator[Ending]:
    """Each sentence of a newer text that ends what a sentence of the older one still says."""
    for place, new in enumerate(news):
        around = news[max(0, place - 1) : place + 2]
        context = frozenset[str]().union(*(one.stems for one in around))
        for gone in _gone(new.text):
            wanted = Segment(gone).stems
            for old in olds if wanted else ():
                likeness = len(old.stems & context) / max(1, len(old.stems))
                about = likeness >= _ABOUT and (old.stems & context) - wanted
                if (about or _SURE.search(gone)) and _still_says(old, gone, wanted):
                    yield Ending(old, new, gone, likeness)


_ABOUT = 0.3
"""Share of its words that a sentence must have in common with the newer text to be about the same thing."""
_SURE = re.compile(r"\w[._/-]\w")
"""Nobody has to say where `moment.js` was used."""


def _gone(text: str) -> Iterator[str]:
    """The names of what a sentence says is over."""
    if re.search(r"(?i)\byet\b", text):
        return
    for place, pattern in enumerate(_OVER):
        for found in pattern.finditer(text):
            name = re.sub(r"(?i)^(?:the|our|using|a|an) ", "", found["gone"])
            at = text.find(name)
            if (place == _PASSIVE and " " not in name) or _NAME.search(f"{text[:at]}{name}", max(0, at)):
                yield name


def _still_says(old: Statement, gone: str, wanted: frozenset[str]) -> bool:
    """Whether a sentence speaks of the thing as something that is."""
    if not wanted <= Segment(old.text).stems | old.stems or _CHANGED.search(old.text):
        return False
    first = gone.split(maxsplit=1)[0]
    named = gone.islower() or first in old.text or first.lower() in old.text
    return named and not any(one.denies for one in old.segments)

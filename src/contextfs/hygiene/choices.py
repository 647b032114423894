"""Choices: what a sentence chooses for which purpose, in the shapes in which people say so. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from contextfs.hygiene.statements import Segment, Statement, stem

_WHO = r"(?:we |i |they |the team |let's |please )"
_TAKES = (
    "uses?|using|used|chose|choose|chosen|picked?|prefers?|adopt(?:ed)?|take|go with|went with|decided on"
)
_DOES = "format|lint|test|deploy|build|bundle|install|log|track|monitor"
_PLACED = (
    "called|named|set to|(?:stored|kept|written|hosted|deployed) in|(?:hosted|deployed) on|deployed to"
    "|(?:owned|run|handled|served|sent|merged|backed|managed) by|(?:built|managed|merged) with|sent (?:through|via)"
)
_FOR = re.compile(
    rf"(?i)^{_WHO}?(?:also |now |always |have )?(?P<verb>{_TAKES}|{_DOES}|deploy to)"
    r" (?P<value>.+?) (?P<joint>for|as|in) (?P<key>.+)$"
)
_FOR_FIRST = re.compile(
    rf"(?i)^(?P<joint>for|as|in) (?P<key>.+?),? (?:we |i |they )(?:now |always )?(?P<verb>{_TAKES}) (?P<value>.+)$"
)
_FORMAT = re.compile(
    rf"(?i)^(?:we |i )(?P<verb>{_DOES}) (?P<key>[\w ]+?) (?P<joint>with|on|to|in|by) (?P<value>.+)$"
)
_IS = re.compile(
    rf"(?i)^(?:the |our |my )?(?P<key>.+?) (?P<verb>(?:is|are|was) (?:now )?(?:{_PLACED})"
    r"|lives? in|goes to|go to|runs? on|follows?|deploys? on|uses?|is|are) (?P<value>.+)$"
)
_COLON = re.compile(r"^(?P<key>[^:]{3,60})(?P<verb>:| =) (?P<value>.+)$")
_ATTRIBUTES = frozenset(
    stem(word)
    for word in """owner region branch version format provider database broker manager language framework tool editor
    port host url licence license default name timeout limit store cache queue runner library engine formatter linter
    bundler registry channel environment account project date day time style convention strategy encoding locale
    currency timezone algorithm protocol backend frontend server client user role level theme package runtime
    orchestrator scheduler driver management response error authentication authorization logging""".split()  # noqa: SIM905
)
"""Words for what a thing has one of: its owner, its region, its version."""
_LABELS = frozenset(
    """error bug note fix todo decision context status date title warning why cause solution when who example see step
    tip goal reason rationale summary problem question answer update reminder idea important hint result""".split()  # noqa: SIM905 - the same
)
"""What stands before a colon and names no subject."""


_SHORT = 4
"""Words of what stands behind a colon and is a value, not a sentence."""


class _Chosen(NamedTuple):
    relation: str
    key: frozenset[str]
    value: frozenset[str]
    said: str


def other_choice(old: Statement, new: Statement) -> str:
    """What is chosen by one or the other for the same purpose, or is the same attribute; "" where nothing is."""
    for ours in _chosen(old):
        for theirs in _chosen(new):
            if ours.relation == theirs.relation and _same_key(ours, theirs) and _other_value(ours, theirs):
                return f"{ours.said} or {theirs.said}"
    return ""


def _same_key(ours: _Chosen, theirs: _Chosen) -> bool:
    return ours.key == theirs.key or (len(ours.key & theirs.key) >= 2 and len(ours.key ^ theirs.key) <= 1)


def _other_value(ours: _Chosen, theirs: _Chosen) -> bool:
    return not ours.value & theirs.value or (
        len(ours.value - theirs.value) >= 1
        and len(theirs.value - ours.value) >= 1
        and len(ours.value & theirs.value) <= 1
    )


def _chosen(statement: Statement) -> Iterator[_Chosen]:
    """What a sentence chooses for what, in the shapes in which people say so."""
    if any(one.denies for one in statement.segments):
        return
    text = statement.main.strip().rstrip(".!;")
    for pattern in (_FOR_FIRST, _FOR, _FORMAT, _COLON, _IS):
        found = pattern.match(text)
        made = found and _made(pattern, found)
        if made:
            yield made
            return


def _made(pattern: re.Pattern[str], found: re.Match[str]) -> _Chosen | None:
    key, said = Segment(found["key"]), _first(found["value"])
    value, verb = Segment(said), stem(found["verb"].lower().split()[0])
    about, held = _stems(key), _stems(value)
    if not about or not held or len(held) > 5 or len(about) > 6 or _LIST.search(found["value"]):
        return None
    if pattern in (_FOR, _FOR_FIRST):
        return _Chosen(f"choose {found['joint'].lower()}", about, held, said)
    if pattern is _FORMAT:
        return _Chosen(f"{verb} {found['joint'].lower()}", about, held, said)
    if pattern is _COLON:
        fits = not about & _LABELS and (len(about) >= 2 or about & _ATTRIBUTES)
        return _Chosen("is", about, held, said) if fits and len(said.split()) <= _SHORT else None
    return _attribute(found, about, held, said)


_LIST = re.compile(r",(?! and ).*(?:,| and | or )|^[0-9a-f]{7,}$|://")
"""What is no choice: several things, a hash, an address."""


def _attribute(
    found: re.Match[str], about: frozenset[str], held: frozenset[str], said: str
) -> _Chosen | None:
    """A choice said with a verb; a bare `is` or `uses` only of what a thing has one of."""
    verb = " ".join(stem(word) for word in found["verb"].lower().split() if word not in ("now", "was"))
    head = stem(Segment(found["key"]).words[-1]) if Segment(found["key"]).words else ""
    first = {stem(word) for word in Segment(found["key"]).words[:2]}
    bare = verb in ("is", "ar", "are", "us", "use", "uses")
    if bare and not (head in _ATTRIBUTES or first & _ATTRIBUTES):
        return None
    return _Chosen("is" if verb in ("is", "ar", "are", "is call", "is nam") else verb, about, held, said)


def _first(value: str) -> str:
    """What was chosen, without what is said about it."""
    return re.split(
        r"[,;:]\s|\s(?:with|as|and|everywhere|for|in|by|through|which|where)\s", value, maxsplit=1
    )[0].strip()


def _stems(segment: Segment) -> frozenset[str]:
    return segment.stems | frozenset(segment.figures.values())

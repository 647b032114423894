"""The secret gate: every text of every write passes here, and one that holds a secret goes no further.

It refuses the plain cases and lets everything doubtful pass: a gate that cries wolf is turned off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from contextfs.capture.literals import is_secret_tag
from contextfs.capture.secret_rules import MARKS, RULES, Rule, Sighting
from contextfs.domain.text import words_in
from contextfs.errors import SecretRefused


class Finding(NamedTuple):
    """One secret in a text; `shown` is safe to print."""

    kind: str
    shown: str
    start: int
    end: int


def secrets_in(text: str) -> list[Finding]:
    """The secrets that a text seems to hold, in their order, none overlapping another."""
    return _found_by(_marked(text), text)


def _found_by(rules: Sequence[int], text: str) -> list[Finding]:
    """What these rules find in a text."""
    if not rules:
        return []
    plain, places = _without_invisible(text)
    sightings = [one for place in rules for one in _matches(place, RULES[place], plain)]
    found: list[Finding] = []
    for finding in sorted(sightings, key=lambda one: (one.start, -one.end)):
        if not found or finding.start >= found[-1].end:
            found.append(finding)
    return [_moved(finding, places) for finding in found] if places else found


_INVISIBLE = frozenset("\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
"""Characters that nobody sees; inside a token they would hide it."""


def _without_invisible(text: str) -> tuple[str, list[int]]:
    """The text as it is seen, and for each character its place in the text; no places when they are the same."""
    if text.isascii() or _INVISIBLE.isdisjoint(text):
        return text, []
    places = [place for place, letter in enumerate(text) if letter not in _INVISIBLE]
    return "".join(text[place] for place in places), places


def as_seen(text: str) -> str:
    """The text without the characters that nobody sees."""
    return _without_invisible(text)[0]


def _moved(finding: Finding, places: Sequence[int]) -> Finding:
    return finding._replace(start=places[finding.start], end=places[finding.end - 1] + 1)


def redact(text: str) -> str:
    """The text with every secret replaced by what it was: `[redacted: GitHub token]`."""
    for finding in reversed(secrets_in(text)):
        text = f"{text[: finding.start]}[redacted: {finding.kind}]{text[finding.end :]}"
    return text


def secrets_of(fields: Mapping[str, object]) -> list[tuple[str, Finding]]:
    """The secrets in the fields of a write, each with the place it stands in; nested values are looked into."""
    texts = list(_texts(fields))
    # Most writes hold no mark of any secret: looking for all of them once, in all texts at once, tells.
    rules = _marked(*[text for where, text in texts if where != _TAGS])
    return [(where, finding) for where, text in texts for finding in _found_in(where, text, rules)]


def refuse(fields: Mapping[str, object]) -> None:
    """Raise SecretRefused if the fields of a write hold a secret: what was seen, where, and what to do."""
    found = secrets_of(fields)
    if not found:
        return
    raise SecretRefused(
        f"Nothing was saved: there seems to be {_told(found)}.",
        hint="Replace it by where it is kept, such as the name of an environment variable. If it is no secret: "
        "--allow-secret (allow_secret=True in Python). For good: contextfs config set secrets.refuse false",
    )


def warnings(fields: Mapping[str, object]) -> tuple[str, ...]:
    """What to say about the secrets in the fields of a write where they are let through: one line, or none."""
    found = secrets_of(fields)
    if not found:
        return ()
    return (
        f"Saved with {_told(found)}, since secrets.refuse is off. `contextfs erase ID` takes it out again.",
    )


def _told(found: Sequence[tuple[str, Finding]]) -> str:
    # A record has its texts twice, in its fields and as they are read: the same secret in several places is one.
    times: dict[tuple[str, Finding], int] = {}
    places: dict[tuple[str, str, int], list[str]] = {}
    for where, finding in found:
        seen_there = (where, finding._replace(start=0, end=0))
        times[seen_there] = times.get(seen_there, 0) + 1
        places.setdefault((finding.kind, finding.shown, times[seen_there]), []).append(where)
    seen = [f"a secret ({kind} {shown}) in {_listed(where)}" for (kind, shown, _), where in places.items()]
    return ", ".join(seen[:3]) + (f" and {len(seen) - 3} more" if len(seen) > 3 else "")


def _listed(places: Iterable[str]) -> str:
    """Places in words: the content, the summary and tags."""
    *first, last = places
    return f"{', '.join(first)} and {last}" if first else last


_TAGS = "tags"


def _found_in(where: str, text: str, rules: Sequence[int]) -> list[Finding]:
    if where == _TAGS:
        return [Finding("token", _masked(text), 0, len(text))] if is_secret_tag(text) else []
    return _found_by(rules, text)


def _texts(fields: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Every text of the fields with where it stands; the fields are those of the change log, or of a draft."""
    for name, value in fields.items():
        if value is None:  # what is taken away is not written
            continue
        if name.startswith("tag:"):
            yield _TAGS, name[4:]
        elif name.startswith("file:"):
            yield "files", name[5:]
        elif name == "tags" and isinstance(value, Sequence):
            yield from ((_TAGS, str(tag)) for tag in cast("Sequence[object]", value))
        elif isinstance(value, str):
            yield f"the {name}", value
        elif name.startswith("meta:"):
            yield "a key of metadata", name[5:]
            yield from _nested(f"metadata.{_safe(name[5:])}", name[5:], value)
        else:
            yield from _nested(name, name, value)


def _nested(where: str, key: str, value: object) -> Iterator[tuple[str, str]]:
    """The texts inside a value; each is read together with its key, for `{"password": …}` says more than `…`."""
    if isinstance(value, str):
        yield where, f'{key}="{value}"'
    elif isinstance(value, Mapping):
        for inner, deeper in cast("Mapping[object, object]", value).items():
            yield f"a key of {where.partition('.')[0]}", str(inner)
            yield from _nested(f"{where}.{_safe(str(inner))}", str(inner), deeper)
    elif isinstance(value, list | tuple):
        for deeper in cast("Sequence[object]", value):
            yield from _nested(where, key, deeper)


def _safe(key: str) -> str:
    """A key as it may be shown."""
    return "…" if secrets_in(key) else key


def _marked(*texts: str) -> list[int]:
    """The places of the rules of which a mark stands in the texts, as they are seen."""
    plain = _without_invisible("\n".join(texts))[0]
    lower = plain.lower()
    found = {place for mark, place in _CASELESS if mark in lower}
    found.update([place for mark, place in _EXACT if mark in plain])
    # Tokens begin with a word of their own, which one look-up tells from all the words there are.
    plainly = all(text.isascii() for text in texts)  # else letters that nobody sees may stand within the word
    heads = _HEADS.keys() & set().union(*map(words_in, texts)) if plainly else _HEADS.keys()
    found.update([place for head in heads for mark, place in _HEADS[head] if mark in plain])
    return sorted(found)


def _head(mark: str) -> str:
    """The word that a mark begins with, if it ends within the mark."""
    word = mark[: next((place for place, letter in enumerate(mark) if not letter.isalnum()), 0)]
    return word if word.isascii() else ""


_CASELESS = tuple((mark, place) for mark, caseless, place in MARKS if caseless)
_EXACT: list[tuple[str, int]] = []
_HEADS: dict[str, list[tuple[str, int]]] = {}
for _mark, _caseless, _place in MARKS:
    if not _caseless:
        _known = _HEADS.setdefault(_head(_mark), []) if RULES[_place].begins and _head(_mark) else _EXACT
        _known.append((_mark, _place))
_COMPILED: dict[int, re.Pattern[str]] = {}


def _matches(place: int, rule: Rule, text: str) -> Iterator[Finding]:
    pattern = _COMPILED.get(place)
    if pattern is None:
        pattern = _COMPILED[place] = re.compile(rule.pattern, re.IGNORECASE if rule.caseless else 0)
    group = "secret" if "secret" in pattern.groupindex else 0
    for match in pattern.finditer(text):
        start, end = match.span(group)
        if rule.sure(Sighting(text, start, end, match.groupdict(""))):
            yield Finding(rule.kind, _masked(text[start:end]), start, end)


def _masked(secret: str) -> str:
    """Enough of a secret to find it again, and too little to use it."""
    if secret.startswith("-----"):
        return "-----BEGIN…"
    return f"{secret[:4] if len(secret) >= 20 else ''}… of {len(secret)} characters"

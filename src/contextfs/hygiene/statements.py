"""Statements: the sentences of a memory, each as what it is about, what it says, and whether it denies. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from contextfs.domain.text import STOP_WORDS

MOST, LONGEST = 40, 400
"""Sentences looked at of one memory, and characters of one of them."""

_FENCE = re.compile(r"(?ms)^\s*(```|~~~).*?^\s*\1\s*$")
_MARKS = re.compile(r"^\s*(?:[-*+>#]+|\d+[.)])\s+")
_KEY = re.compile(r"^\s*[^.:]{2,40}: ")
_NO_PROSE = re.compile(r"</?[a-zA-Z][^>]*>?|[{}]|;\s*$|^\s*\||\[[ xX]\]|^\s*\$|^\s*[\w-]+-by: |\s\|\s")
"""Lines of markup, style sheets, code and tables, tick boxes, commands and trailers of commits."""
_END = re.compile(r"(?<=[.!?;])\s+(?=\S)")
_NO_CLAIM = re.compile(r"\?(?:\W|$)|://|(?:^|\s)--?\w")
_REASON = re.compile(
    r"(?i)[,;:]?\s+(?:since|because|so that|as it|as the|as they|in order to|otherwise|, as)\s"
)
_ASIDE = re.compile(r"\([^()]*\)")
_SEGMENT = re.compile(r"[,;]\s+|:\s+|\s+[-\u2013\u2014]\s+")
_WORD = re.compile(r"[A-Za-z0-9_][\w./#@+-]*[\w#+]|[A-Za-z0-9]", re.ASCII)
_REFERENCE = re.compile(r"\\?#\d+")
_NUMBER = re.compile(r"^\d[\d.,_]*$")
_UNIT = re.compile(r"^(\d[\d.,]*)([a-z%]{1,3})$")
_FIGURES = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
            "nine": "9", "ten": "10", "twice": "2"}  # fmt: skip
_UNITS = {"s": "second", "sec": "second", "secs": "second", "min": "minute", "mins": "minute", "h": "hour",
          "d": "day", "mb": "mb", "gb": "gb", "kb": "kb", "ms": "ms", "%": "percent"}  # fmt: skip

DENIALS = frozenset("not no never cannot without nor none neither nothing longer".split())  # noqa: SIM905
_EMPTY = frozenset(
    """we our us i my you your they their it its this that these those there here is are was were be been being has
    have had do does did will would shall should can could may might must need needs also now then always just only
    still currently everywhere every each all any more most both please make makes let lets the a an and or but so too
    very see via per same when while if set sets default value values other others thing things one use uses used using
    want wants like""".split()  # noqa: SIM905 - a list literal would be one word to a line
)
"""Words that neither name what a statement is about nor what it says of it."""

POLARITY: dict[str, tuple[str, bool]] = {
    word: (name, side)
    for name, yes, no in (
        ("enabled", "enabled enable on active", "disabled disable off inactive"),
        ("required", "required mandatory obligatory", "optional"),
        ("allowed", "allowed permitted allow", "forbidden prohibited banned disallowed forbid disallow"),
        ("sync", "synchronously synchronous sync", "asynchronously asynchronous async"),
        ("public", "public", "private"),
        ("true", "true yes", "false"),
        ("stateless", "stateless", "stateful"),
        ("mutable", "mutable", "immutable"),
        ("supported", "supported", "unsupported"),
        ("safe", "safe", "unsafe"),
        ("use", "use prefer", "avoid"),
        ("sensitive", "case-sensitive", "case-insensitive"),
    )
    for side, words in ((True, yes), (False, no))
    for word in words.split()
}
"""A word that turns a statement round when its opposite stands in its place -> what it is about, and on which side."""


def sentences(text: str) -> list[str]:
    """The sentences and list items of a text: no code blocks, tables, markup and tick boxes."""
    found: list[str] = []
    for paragraph in _paragraphs(_FENCE.sub("", text)):
        found += [part.strip() for part in _END.split(paragraph) if len(part) <= LONGEST]
        if len(found) >= MOST:
            break
    return [one for one in found if one][:MOST]


def _paragraphs(text: str) -> Iterator[str]:
    """Lines that belong together as one; a list item and a heading each stand alone."""
    rest = ""
    for line in text.split("\n"):
        item = _MARKS.match(line) or _KEY.match(line)
        plain = "" if _NO_PROSE.search(line) else _MARKS.sub("", line).replace("**", "").strip()
        if rest and (item or not plain):
            yield rest
            rest = ""
        rest = f"{rest} {plain}".strip()
    yield rest


@lru_cache(1 << 14)
def stem(word: str) -> str:
    """A word as it is compared: without the ending of a plural, a past tense or a participle."""
    if not word.isalpha() or len(word) < 4:
        return word
    for ending, kept in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + kept
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            return (
                word[:-1]
                if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl"
                else word.rstrip("e")
            )
    return word.rstrip("e") if len(word) > 4 else word


class Statement:
    """One sentence, taken apart when a comparison comes so far."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def no_claim(self) -> bool:
        """Whether it asks, or shows a command or an address instead of saying something."""
        return _NO_CLAIM.search(self.text) is not None

    @cached_property
    def main(self) -> str:
        """The sentence without asides and without its reason."""
        plain = _ASIDE.sub(" ", self.text).replace("\u2019", "'")
        cut = _REASON.search(plain, 12)
        return plain[: cut.start()] if cut else plain

    @cached_property
    def segments(self) -> list[Segment]:
        """Its parts between commas and colons."""
        return [Segment(part) for part in _SEGMENT.split(self.main) if part.strip()]

    @cached_property
    def stems(self) -> frozenset[str]:
        """What all of it is about."""
        return frozenset[str]().union(*(one.stems for one in self.segments))

    def about(self, other: frozenset[str]) -> Segment:
        """The parts that share something with another statement, and always the first."""
        kept = [one for place, one in enumerate(self.segments) if not place or one.stems & other]
        return kept[0] if len(kept) == 1 else _Joined(kept)


class Segment:
    """A stretch of words: what it is about, its figures, and its polarity."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def words(self) -> list[str]:
        """Its words in lower case, figures as digits, denials written out."""
        lower = re.sub(
            r"\b(can|don|doesn|didn|won|isn|aren|wasn|mustn|shouldn|couldn|wouldn|hasn|haven)'t\b",
            r"\1 not",
            self.text.lower(),
        )
        return list(_spelled(_WORD.findall(_REFERENCE.sub(" ", lower))))

    @cached_property
    def denies(self) -> bool:
        """Whether it denies what it says."""
        return sum(word in DENIALS for word in self.words) % 2 == 1

    @cached_property
    def sides(self) -> dict[str, bool]:
        """What it says yes or no to, of the things that have two sides."""
        return dict(POLARITY[word] for word in self.words if word in POLARITY)

    @cached_property
    def stems(self) -> frozenset[str]:
        """What it is about: the stems of its telling words, without figures and polarity."""
        return frozenset(self.ordered)

    @cached_property
    def ordered(self) -> list[str]:
        """The same in their order, each once."""
        found = (
            stem(word)
            for word in self.words
            if len(word) > 1
            and word not in _EMPTY
            and word not in DENIALS
            and word not in POLARITY
            and not _NUMBER.match(word)
            and word not in STOP_WORDS
        )
        return list(dict.fromkeys(found))

    @cached_property
    def figures(self) -> dict[str, str]:
        """What each figure counts or names -> the figure; of two with one name, none."""
        found: dict[str, str] = {}
        for place, word in enumerate(self.words):
            if _NUMBER.match(word):
                name = self._counted(place)
                found[name] = "" if name in found else word.replace(",", "").replace("_", "").rstrip(".")
        return {name: figure for name, figure in found.items() if figure and name}

    def _counted(self, place: int) -> str:
        """What the figure at a place counts: the next telling word, else the one before; "" where it is a name."""
        before = [word for word in self.words[:place] if word not in _EMPTY and word not in STOP_WORDS]
        after = self.words[place + 1 : place + 2]
        if before and stem(before[-1]) in NUMBERED:
            return ""
        if after and after[0] not in STOP_WORDS and after[0] not in _EMPTY and not _NUMBER.match(after[0]):
            return f"{stem(after[0])}<"
        return f">{stem(before[-1])}" if before else ""


class _Joined(Segment):
    """Several stretches as one, which need not be read again."""

    def __init__(self, parts: Sequence[Segment]) -> None:
        super().__init__(" ".join(one.text for one in parts))
        self.words = [word for one in parts for word in one.words]  # a cached property takes a value as it is


def spelled(text: str) -> str:
    """A text with the small numbers that it spells as figures."""
    return _SPELLED.sub(lambda found: _FIGURES[found[0].lower()], text)


_SPELLED = re.compile(rf"(?i)\b(?:{'|'.join(_FIGURES)})\b")

NUMBERED = frozenset(
    map(
        stem,
        """sprint adr issue pr ticket release step phase chapter section day week iteration milestone quarter rfc case
        figure table line page level round part commit january february march april may june july august september
        october november december http status error exit try attempt""".split(),  # noqa: SIM905 - the same
    )
)
"""Words whose figure is a name: sprint 41 and sprint 42 are two sprints, not two opinions about one."""


def _spelled(words: list[str]) -> Iterator[str]:
    for raw in words:
        word = raw.rstrip("./-")
        if unit := _UNIT.match(word):
            yield unit[1]
            yield _UNITS.get(unit[2], unit[2])
        elif word:
            yield _FIGURES.get(word, _UNITS.get(word, word) if len(word) > 1 else word)

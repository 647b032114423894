"""Rounds: what a store has to be asked about, item by item, each with the verbs that answer it.

The one table of what is asked is here: a terminal and a page show the same items and the same verbs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contextfs.domain.candidate import CandidateMemory
from contextfs.domain.memory import Memory

ACCEPT, REJECT, EDIT, MERGE = "accept", "reject", "edit", "merge"
KEYS: Mapping[str, str] = {ACCEPT: "a", REJECT: "r", EDIT: "e", MERGE: "m"}
"""Verb -> the key that stands for it."""


class Action(NamedTuple):
    """One answer to an item."""

    verb: str
    key: str
    sentence: str
    asks: bool = False
    """Whether it takes a text, which begins as the item's `draft`."""


class Kind(NamedTuple):
    """One row of the table: what is asked, and what each answer means."""

    heading: str
    answers: Mapping[str, str]
    """Verb -> what it does."""
    asks: Sequence[str] = (EDIT,)
    """Verbs that take a text."""

    @property
    def actions(self) -> list[Action]:
        """The answers as they are offered."""
        return [Action(verb, KEYS[verb], says, verb in self.asks) for verb, says in self.answers.items()]


KINDS: Mapping[str, Kind] = {
    "wrong": Kind(
        "Somebody called it wrong",
        {ACCEPT: "it is right after all", REJECT: "mark it as no longer valid", EDIT: "put it right"},
    ),
    "candidate": Kind(
        "Said in a conversation",
        {ACCEPT: "save it", REJECT: "turn it down for good", EDIT: "save it in other words"},
    ),
    "contradiction": Kind(
        "Two memories disagree",
        {
            ACCEPT: "both hold; do not ask again",
            REJECT: "the newer one replaces the older one",
            EDIT: "put the newer one right",
            MERGE: "make one memory of both, with this text",
        },
        (EDIT, MERGE),
    ),
    "stale": Kind(
        "The code it names has changed",
        {ACCEPT: "it still holds", REJECT: "mark it as no longer valid", EDIT: "bring it up to date"},
    ),
    "procedure": Kind(
        "What its commands run has changed",
        {ACCEPT: "it still works", REJECT: "mark it as no longer valid", EDIT: "bring it up to date"},
    ),
    "due": Kind(
        "Its time has come",
        {ACCEPT: "it still holds; ask again in 90 days", REJECT: "archive it", EDIT: "bring it up to date"},
    ),
    "duplicate": Kind(
        "Two memories say nearly the same",
        {
            ACCEPT: "both stay; do not ask again",
            REJECT: "archive the older one",
            EDIT: "make one memory of both, with this text",
            MERGE: "make one memory of both, with the longer text",
        },
    ),
    "tags": Kind(
        "Tags that are probably one word",
        {ACCEPT: "they are different words; do not ask again", MERGE: "use the first one everywhere"},
        (),
    ),
    "rationale": Kind(
        "A decision without its reason",
        {ACCEPT: "it is fine as it is", REJECT: "archive it", EDIT: "add the reason"},
    ),
    "unread": Kind(
        "Old, and never read",
        {ACCEPT: "keep it; ask again in half a year", REJECT: "archive it", EDIT: "make it easier to find"},
    ),
}
"""Kind of item -> what it asks, in the order in which a round goes through them."""


class ReviewItem(NamedTuple):
    """One thing to look at."""

    key: str
    """Names it for as long as it is to be asked: ``contradiction:ID:ID``."""
    kind: str
    why: str
    memories: Sequence[Memory] = ()
    """Of a pair the older one first."""
    sentences: Sequence[str] = ()
    """What each of them says, where single sentences are meant."""
    tags: Sequence[str] = ()
    """Tags that are probably one word, the most used first."""
    candidate: CandidateMemory | None = None
    draft: str = ""
    """The text that an answer begins from, where one asks for a text."""

    @property
    def heading(self) -> str:
        """What is asked."""
        return KINDS[self.kind].heading

    @property
    def actions(self) -> list[Action]:
        """The answers to it."""
        return KINDS[self.kind].actions


class Looked(NamedTuple):
    """How far was looked for one kind of item."""

    kind: str
    found: int
    looked: int
    of: int
    """Memories that there are to look at; for tags, tags."""

    @property
    def all(self) -> bool:
        """Whether nothing was left out."""
        return self.looked >= self.of


class Round(NamedTuple):
    """The items of one round, and how far was looked for each kind."""

    items: Sequence[ReviewItem]
    looked: Sequence[Looked]


class Acted(NamedTuple):
    """What an answer did."""

    verb: str
    said: str
    """What was done, in a sentence."""
    memories: Sequence[Memory] = ()
    """The memories as they are now; of a dry run, as they are."""

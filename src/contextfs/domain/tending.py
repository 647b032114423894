"""What tending a store leads to: memories merged and split, tags renamed, pairs that say the same or the opposite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from contextfs.domain.memory import Memory


class Merge(NamedTuple):
    """Several memories that became one."""

    kept: Memory
    replaced: Sequence[Memory]
    """The others, which it supersedes: they stay readable and rank below it."""


class Split(NamedTuple):
    """One memory that became several."""

    original: Memory
    """It stays readable and names the first of its parts."""
    parts: Sequence[Memory]


class TagInfo(NamedTuple):
    """One tag in use."""

    name: str
    memories: int
    near: Sequence[str] = ()
    """Other tags in use that are probably the same word, the most used first."""


class Retagged(NamedTuple):
    """Tags that were renamed."""

    old: Sequence[str]
    new: str
    memories: int
    """How many were changed."""
    left: Sequence[str] = ()
    """Ids of records whose tag follows from their fields and stays."""


class Pair(NamedTuple):
    """Two memories that say nearly the same, or the opposite of each other."""

    older: Memory
    newer: Memory
    kind: str
    """``duplicate``; or how they contradict: ``negation``, ``number``, ``choice``, ``superseded``."""
    likeness: float
    """How much of their words, or of the two sentences', they have in common."""
    sentences: tuple[str, str] = ("", "")
    """What the older and what the newer one says, where that is a sentence of it."""
    why: str = ""
    """What differs, in a few words."""


class Pairs(NamedTuple):
    """The pairs that were found, and how far was looked."""

    pairs: Sequence[Pair]
    looked: int
    """Memories that were compared with all others, the newest."""
    of: int
    """Memories that there are."""


class Week(NamedTuple):
    """Seven days of a store."""

    start: datetime
    saved: int
    used: Mapping[str, int]
    """Kind of use -> how often: found, recalled, packed, injected."""
    tokens: int
    """What was packed and injected, in tokens."""


class UsedMemory(NamedTuple):
    """A memory and how often it was read or given to an assistant."""

    memory: Memory
    times: int
    tokens: int


class Stats(NamedTuple):
    """What a store is made of, how it grows and how it is used."""

    namespaces: Sequence[str]
    """Those that are counted; none means all."""
    memories: int
    counts: Mapping[str, Sequence[tuple[str, int]]]
    """type, status, source_tool, source_repo, author, project, tag -> (value, memories), the most frequent first."""
    untagged: int
    superseded: int
    weeks: Sequence[Week]
    """The oldest first; the last one is not over."""
    before: int
    """Memories that are older than these weeks."""
    most_used: Sequence[UsedMemory]
    never_read: int
    """Active memories that nobody read by id and no assistant was given, as far as was noted."""
    feedback: Mapping[str, int]
    """useful, wrong -> memories."""
    sessions: int
    provider: str
    waiting: int
    """Memories without a vector of that provider."""
    vectors: Mapping[str, int]
    """Provider identity -> memories with its vectors."""
    indexed: Sequence[str]
    """Places of the working trees whose code is indexed."""
    store_bytes: int


class Feedback(NamedTuple):
    """What somebody said of a memory."""

    memory: Memory
    said: str
    """``useful`` or ``wrong``; "" where it was taken back."""

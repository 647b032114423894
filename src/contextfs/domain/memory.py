"""A memory through its life: Draft (given), Patch (an update), Captured (ready to store), Memory (stored)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from contextfs.domain.change import Change
from contextfs.domain.memory_types import MemoryType

STATUSES = ("active", "deprecated", "archived")


class Nothing(Mapping[str, Any]):
    """A mapping that is and stays empty; unlike a mapping proxy it can be pickled and copied."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Any:
        """Nothing is in it."""
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        """No keys."""
        return iter(())

    def __len__(self) -> int:
        """None."""
        return 0

    def __repr__(self) -> str:
        """As an empty dict looks."""
        return "{}"

    def __reduce__(self) -> str:
        """There is one of it, by this name."""
        return "NO_METADATA"


NO_METADATA: Mapping[str, Any] = Nothing()


class Memory(NamedTuple):
    """One stored piece of knowledge with where it came from; absent texts are ``""``, absent times None."""

    content: str
    type: MemoryType | str = MemoryType.FACT
    tags: Sequence[str] = ()
    summary: str = ""
    source_tool: str = ""
    source_repo: str = ""
    project: str = ""
    metadata: Mapping[str, object] = NO_METADATA
    id: str = ""
    namespace: str = ""
    status: str = "active"
    branch: str = ""
    commit: str = ""
    author: str = ""
    device: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    session_id: str = ""
    files: Sequence[str] = ()
    supersedes: Sequence[str] = ()
    superseded_by: str = ""
    owner: str = ""
    review_at: datetime | None = None
    expires_at: datetime | None = None
    structured: Mapping[str, object] = NO_METADATA

    @property
    def title(self) -> str:
        """The summary, else the first line of the content without Markdown marks."""
        if self.summary:
            return self.summary
        first = self.content.lstrip().partition("\n")[0]
        return first.lstrip("# ").rstrip()

    @property
    def short_id(self) -> str:
        """The first eight characters of the id, as it is shown."""
        return self.id[:8]

    def to_dict(self) -> dict[str, object]:
        """The memory as JSON can say it: its id first, times in ISO 8601."""
        return {"id": self.id, **{name: _plain(value) for name, value in self._asdict().items()}}

    def __hash__(self) -> int:
        """By id and text, since metadata cannot be hashed."""
        return hash((self.id, self.content))


def _plain(value: object) -> object:
    if isinstance(value, str):
        return str(value)  # a type is a text too
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in cast("Mapping[object, object]", value).items()}
    if isinstance(value, Sequence):
        return [_plain(inner) for inner in cast("Sequence[object]", value)]
    return value


class Draft(NamedTuple):
    """What a caller gives to be saved, before it is stamped; None means: fill it in from where we are."""

    content: str
    type: str = MemoryType.FACT
    tags: Sequence[str] = ()
    summary: str = ""
    project: str | None = None
    namespace: str | None = None
    metadata: Mapping[str, object] = NO_METADATA
    files: Sequence[str] = ()
    source_tool: str | None = None
    source_repo: str | None = None
    branch: str | None = None
    commit: str | None = None
    author: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    session_id: str = ""
    status: str = "active"
    owner: str = ""
    review_at: datetime | None = None
    expires_at: datetime | None = None
    structured: Mapping[str, object] = NO_METADATA
    id: str = ""
    """A stable id, for imports; random when empty."""


class Encoded(NamedTuple):
    """The vector of one passage, as the store keeps it."""

    half: bytes
    """The float16 truth."""
    code: bytes
    """The int8 code that is scanned."""


class Embedded(NamedTuple):
    """The vectors of one memory by one provider, one per passage."""

    provider: str
    """The provider's identity: its name, model, dimensions and recipe."""
    dimensions: int
    vectors: tuple[Encoded, ...]


class Mention(NamedTuple):
    """A thing that the text of a memory names."""

    kind: str
    """``file``, ``symbol``, ``link``, ``session`` or ``memory``."""
    name: str


class Captured(NamedTuple):
    """A write that is ready to store: the changes of one subject, and what follows from them."""

    changes: tuple[Change, ...]
    memory: Memory | None
    """The state that the changes are expected to lead to; None when the memory is then gone."""
    mentions: tuple[Mention, ...] = ()
    embedded: Embedded | None = None
    other: object = None
    """The state that the changes lead to where the subject is no memory."""


class Saved(NamedTuple):
    """What a save did, for whoever has to tell a person about it."""

    memory: Memory
    created: bool
    """False when the same text was already there; what it lacked was added."""
    similar: tuple[Memory, float] | None = None
    """A near-duplicate in the same namespace with its cosine, or its share of words where there are no vectors."""
    advice: tuple[str, ...] = ()
    """What would make the memory better, one line each."""

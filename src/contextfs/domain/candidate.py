"""CandidateMemory: what was recognised in a conversation as worth remembering, and waits for a person to say so.

It is no memory: it stands in no search, list, pack or count until it is accepted. The one table of kinds is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from contextfs.domain.digest import content_hash, digest
from contextfs.domain.memory_types import MemoryType
from contextfs.errors import InvalidInput

DECISION, FIX, COMMAND, PREFERENCE = "decision", "fix", "command", "preference"


class Kind(NamedTuple):
    """One row of the table: what such a candidate becomes, and what it is."""

    type: MemoryType
    sentence: str


KINDS: Mapping[str, Kind] = {
    DECISION: Kind(MemoryType.DECISION, "something was settled, and why"),
    FIX: Kind(MemoryType.ERROR, "a problem and what did away with it"),
    COMMAND: Kind(MemoryType.PROCEDURAL, "a command that worked"),
    PREFERENCE: Kind(MemoryType.USER, "how somebody wants things done, or a correction"),
}


class CandidateMemory(NamedTuple):
    """One candidate with where it comes from; absent texts are ``""``, absent times None."""

    id: str
    kind: str
    text: str
    confidence: float
    """About the share of such candidates that were right where it was measured; 0.5 where it was not."""
    session_id: str
    message_id: str
    said_at: datetime | None = None
    found_at: datetime | None = None
    expires_at: datetime | None = None
    namespace: str = ""
    branch: str = ""
    source_tool: str = ""
    source_repo: str = ""
    project: str = ""

    @property
    def type(self) -> MemoryType:
        """The memory type it becomes when it is accepted."""
        return KINDS[self.kind].type if self.kind in KINDS else MemoryType.FACT

    @property
    def short_id(self) -> str:
        """The first eight characters of the id, as it is shown."""
        return self.id[:8]


def candidate_id(session: str, text: str) -> str:
    """The id of what a session says: the same at every look, so that nothing is proposed twice."""
    return digest(f"candidate\0{session}\0{content_hash(text).hex()}")[:32]


class Rule(NamedTuple):
    """Candidates that are accepted without asking: a kind, and from which confidence on."""

    kind: str
    least: float = 0.0


def rules_of(text: str) -> list[Rule]:
    """The rules of a setting such as ``preference, fix:0.95``; raises InvalidInput that names the bad part."""
    return [_rule(part.strip()) for part in text.split(",") if part.strip()]


def _rule(part: str) -> Rule:
    kind, colon, least = part.partition(":")
    hint = f"Kinds: {', '.join(KINDS)}. Such as: preference, fix:0.95"
    if kind.strip().lower() not in KINDS:
        raise InvalidInput(f"{kind.strip()!r} is no kind of candidate.", hint=hint)
    try:
        number = float(least) if colon else 0.0
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise InvalidInput(f"{least.strip()!r} is no confidence; it must be between 0 and 1.", hint=hint)
    return Rule(kind.strip().lower(), number)


def passes(candidate: CandidateMemory, rules: list[Rule]) -> bool:
    """Whether one of the rules accepts a candidate."""
    return any(candidate.kind == rule.kind and candidate.confidence >= rule.least for rule in rules)

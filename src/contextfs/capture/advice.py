"""Advice: what would make a memory better, in one line; a good memory gets none.

Three plain rules, so that anybody can say why a line appeared: a text too short to be understood later, a decision
that does not say why, no tags. The rules would rather miss a poor memory than nag about a good one.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from contextfs.domain.memory import Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.record_mark import is_record
from contextfs.domain.text import STOP_WORDS, words_in
from contextfs.lazy import Later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contextfs.domain import placeholders
else:  # what only a decision with typed fields needs
    placeholders = Later("contextfs.domain.placeholders")

NO_TAGS = "No tags: name the words you will search for, such as --tags auth,api."
TAGS_TOO = "And it has no tags."
NO_WHY = "A decision without its reason: say why, what else was considered, and what it costs."

_ASK: dict[str, str] = {
    MemoryType.ERROR: "what failed, where, and what the cause was",
    MemoryType.DECISION: "what for, why, and what else was considered",
    MemoryType.PROCEDURAL: "each step with its command",
    MemoryType.EPISODIC: "what happened, when, and what came of it",
}
_ASK_OTHERWISE = "what exactly, where it applies, and why"

# Words and phrases that a reason is given with, in any position; sets, since a pattern of them all is slow.
_REASON_WORDS = frozenset(
    """
    allow allows alternative alternatives avoid avoids because benefit benefits better cheaper con cons consequence
    consequences context drawback drawbacks easier enable enables faster give gives goal hence let lets motivation
    need needed needs otherwise prevent prevents pro pros rationale reason reasons rejected require required
    requirement requirements requires safer simpler since therefore thus too tradeoff tradeoffs why
    """.split()  # noqa: SIM905 - a list literal would be seventy quoted words
)
_REASON_PHRASES = tuple(
    f" {phrase} "
    for phrase in (
        *(
            "so that",
            "so we",
            "due to",
            "trade off",
            "trade offs",
            "in order to",
            "instead of",
            "rather than",
        ),
        *(
            "which means",
            "as it",
            "as we",
            "as they",
            "as this",
            "to keep",
            "to reduce",
            "to make",
            "to support",
        ),
        *("to get", "to be"),
    )
)

# The patterns are compiled when they are first needed: only a decision, or a very short text, pays for them.
# "cost factor 12 for password hashing": a purpose with a figure is a reason, "Redis for sessions" alone is none.
_PURPOSE = r"(?i)\b(?:for|to|when|while|until|unless|if)\s+\w"
# "1000 req/min per user": a limit or a policy, whose figures are what matters.
_QUANTITY = r"(?i)\d[\d.,]*\s?(?:%|[a-z]{1,12}/[a-z]|[kmgt]i?b\b|ms\b|seconds?\b|minutes?\b|hours?\b|days?\b)"
# A number, a path, a dotted or camel-case name, an abbreviation: something that can be searched for.
_SPECIFIC = r"\d|[_/\\@#]|\w\.\w|\w\(|[a-z][A-Z]|[A-Z]{2}"
_LONG_ENOUGH = 8
"""Words from which on a text is not called vague."""


def advice_for(memory: Memory) -> tuple[str, ...]:
    """What would make this memory better: one line, or none; of a record `record_advice` says it."""
    if is_record(memory.structured):
        return ()
    missing = ""
    if _is_vague(memory):
        missing = f"Too short to be understood later: say {_ASK.get(str(memory.type), _ASK_OTHERWISE)}."
    elif memory.type == MemoryType.DECISION and not _says_why(memory):
        missing = NO_WHY
    if missing:
        return (missing if memory.tags else f"{missing} {TAGS_TOO}",)
    return () if memory.tags else (NO_TAGS,)


def _is_vague(memory: Memory) -> bool:
    """Fewer than three words, or a few words of which none is specific: a number, a path, an identifier."""
    if memory.structured or memory.type == MemoryType.CODE:
        return False
    said = f"{memory.content} {memory.summary}".strip()
    if _is_foreign(said):
        return len(said) < 8
    words = list(islice(_spoken(said), _LONG_ENOUGH))
    if len(words) < 3 or memory.type == MemoryType.USER:
        return len(words) < 3
    if len(words) == _LONG_ENOUGH:
        return False
    telling = [word for word in words if word.lower() not in STOP_WORDS]
    return len(telling) < 4 and not re.search(_SPECIFIC, said[1:])


def _spoken(said: str) -> Iterator[str]:
    """The words of a text without the marks around them."""
    for raw in said.split(None, _LONG_ENOUGH * 4):
        word = raw.strip("\"'`.,:;!?()[]")
        if word.isalnum() or any(map(str.isalnum, word)):
            yield word


def lacks_reason(memory: Memory) -> bool:
    """Whether it is a decision that does not say why, however short it is."""
    return memory.type == MemoryType.DECISION and not is_record(memory.structured) and not _says_why(memory)


def _says_why(memory: Memory) -> bool:
    """Whether a decision gives a reason, a purpose or the figures that it is about."""
    if _reason(memory.structured.get("rationale")) or _reason(memory.structured.get("why")):
        return True
    said = f"{memory.content}\n{memory.summary}"
    if _gives_a_reason(memory.content, memory.summary) or re.search(_QUANTITY, said) or _is_foreign(said):
        return True
    return re.search(_PURPOSE, said) is not None and any(map(str.isdigit, said))


def _gives_a_reason(*said: str) -> bool:
    words = [word.lower() for text in said for word in words_in(text)]
    if not _REASON_WORDS.isdisjoint(words):
        return True
    spoken = f" {' '.join(words)} "
    return any(phrase in spoken for phrase in _REASON_PHRASES)


def _reason(value: object) -> bool:
    if not isinstance(value, str):
        return bool(value)
    return bool(value.strip()) and not placeholders.is_placeholder(value)


def _is_foreign(said: str) -> bool:
    """Whether most letters are of a script in which we can neither count words nor know one for a reason."""
    return not said.isascii() and sum(not letter.isascii() for letter in said) * 2 > len(said)

"""Commits worth remembering: which of them decide or fix something, and what is kept of their message (pure).

A commit message is speech to colleagues, so the rules look for what was said: a conventional type, or words of deciding
and mending. What every history is full of (typos, formatting, bumps, merges, fixups) is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from contextfs.domain.lineage import Commit
from contextfs.domain.memory import Draft
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.sketch import telling_words

TAG = "git-commit"
TOOL = "git"
COMMIT = "commit"
"""The metadata key under which the whole hash stands."""
_MOST_FILES = 20
"""A commit that touches more is about none of them."""

_CONVENTIONAL = re.compile(r"(?P<type>[a-z]+)(?:\([^)]*\))?(?P<breaks>!?):\s+", re.IGNORECASE)
_FIXING_TYPES = frozenset(("fix", "bugfix", "hotfix"))
_DECIDING_TYPES = frozenset(("decision", "decide", "adr"))
_CARE_TYPES = frozenset("build bump chore ci deps docs doc lint release style test tests typo wip".split())  # noqa: SIM905
_FIXED = re.compile(
    r"\b(?:bug ?fix(?:es)?|fix(?:e[sd])?|hotfix|bugs?|regressions?|repair(?:s|ed)?|resolve[sd]?)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:root cause|(?:was|were|is) caused by|the (?:bug|error|crash) was)\b", re.IGNORECASE
)
_DECIDED = re.compile(
    r"\b(?:decision|decide[sd]?|chose|chosen|opted (?:for|to)|in favou?r of|adopt(?:s|ed)?|standardi[sz]e[sd]? on"
    r"|we will use|BREAKING CHANGE)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:switch(?:e[sd])? (?:from .+ )?to|move[sd]? from .+ to|migrate[sd]? (?:from .+ )?to|instead of|rather than"
    r"|replace[sd]? .+ (?:with|by)|drop(?:s|ped)?|no longer|deprecate[sd]?)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|so that|due to|in order to|to avoid|otherwise|the reason"
    r"|too (?:slow|expensive|fragile|many))\b",
    re.IGNORECASE,
)
_SMALL = re.compile(
    r"^(?:[a-z]+(?:\([^)]*\))?!?:\s+)?(?:(?:bug ?)?fix(?:e[sd])?[\s:]*)?(?:the|a|an|some|small|minor|few|more|up"
    r"|various|broken|failing|flaky|\s)*(?:typos?|lint(?:er|ing)?|format(?:ting)?|whitespace|indent(?:ation)?|spelling|grammar"
    r"|imports?|warnings?|tests?|ci|build|comments?|docs?|docstrings?|conflicts?|review|nits?|changelog|readme|versions?"
    r"|merge|links?|styles?)\b",
    re.IGNORECASE,
)
_PASSING = re.compile(
    r"^(?:fixup!|squash!|amend!|wip\b|merge (?:branch|pull|remote|tag)|bump .+ from .+ to)", re.IGNORECASE
)
_MACHINE = re.compile(r"\[bot\]|\b(?:dependabot|renovate)\b", re.IGNORECASE)
_TRAILER = re.compile(
    r"^(?:signed-off-by|co-authored-by|reviewed-by|acked-by|tested-by|cc|change-id|reviewed-on|.{0,4}generated with)\b",
    re.IGNORECASE,
)
_REVERT = re.compile(r"^This reverts commit [0-9a-f]+\.?\s*", re.MULTILINE)
_LEAST_WORDS = 3


def draft_of(commit: Commit, files: Sequence[str], short: str) -> Draft | None:
    """The memory that a commit is worth, or None."""
    kind = kind_of(commit)
    if not kind:
        return None
    return Draft(
        text_of(commit),
        type=kind,
        tags=(TAG, short),
        metadata={COMMIT: commit.hash},
        files=tuple(files) if len(files) <= _MOST_FILES else (),
        source_tool=TOOL,
        commit=commit.hash,
    )


def text_of(commit: Commit) -> str:
    """The message without the lines that only record who signed or wrote it."""
    lines = [line.rstrip() for line in commit.body.splitlines() if not _TRAILER.match(line.strip())]
    body = _REVERT.sub("", "\n".join(lines)).strip()
    return f"{commit.subject.strip()}\n\n{body}".strip()


def kind_of(commit: Commit) -> str:
    """The memory type of a commit that decides or fixes something; "" for all others."""
    text = text_of(commit)
    subject, _, body = text.partition("\n\n")
    if len(commit.parents) > 1 or _PASSING.match(subject) or _MACHINE.search(commit.author):
        return ""
    conventional = _CONVENTIONAL.match(subject)
    named = conventional["type"].lower() if conventional else ""
    if _decides(text, named, breaks=bool(conventional and conventional["breaks"])):
        return MemoryType.DECISION
    if named in _CARE_TYPES or (not body and (_SMALL.match(subject) or _says_nothing(subject))):
        return ""
    fixes = named in _FIXING_TYPES or (not named and _FIXED.search(subject)) or _CAUSE.search(body)
    return MemoryType.ERROR if fixes else ""


def _decides(text: str, named: str, *, breaks: bool) -> bool:
    if named in _DECIDING_TYPES or breaks or _DECIDED.search(text):
        return True
    return named not in _CARE_TYPES and bool(_CHANGED.search(text) and _REASON.search(text))


def _says_nothing(subject: str) -> bool:
    """Whether a subject such as `fix bug` names nothing that could be found again."""
    plain = _CONVENTIONAL.sub("", subject, count=1)
    return (
        len(telling_words(plain) - {"fix", "fixed", "fixes", "bug", "bugfix", "issue", "error"})
        < _LEAST_WORDS - 1
    )


_ENDING = re.compile(r"(?:ies|es|ed|ing|s|e|ly)$")
SHARED = 0.5
"""Share of a message's words from which a memory that holds them says the same."""
_LEAST_SHARED = 3
"""A message of fewer words must be there with all of them."""


def same_thing(message: str, memory: str) -> bool:
    """Whether a memory already says what a commit message says: most of its words, and none of its numbers missing.

    The memory is mostly the longer one, so only the words of the message count.
    """
    ours, theirs = _roots(_CONVENTIONAL.sub("", message, count=1)), _roots(memory)
    shared = ours & theirs
    numbers = {word for word in ours if word.isdigit()}
    others = {word for word in theirs if word.isdigit()}
    if numbers and others and not numbers <= others:
        return False
    return len(ours) > 1 and len(shared) >= max(SHARED * len(ours), min(_LEAST_SHARED, len(ours)))


def _roots(text: str) -> set[str]:
    """The words of a text without their endings, and without those that every fix has."""
    words = {_ENDING.sub("", word) if len(word) > 4 else word for word in telling_words(text)}
    return words - {"fix", "bug", "error", "issu", "decid", "decision"}

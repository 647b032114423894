"""Names of sessions: `See session 'audit-design-discussion'` in a text points to the session of that label."""

from __future__ import annotations

from collections.abc import Iterator

_QUOTES = {"'": "'", '"': '"', "`": "`", "\u2018": "\u2019", "\u201c": "\u201d"}
_WORD = "session"
_LONGEST = 400
"""Characters of the longest label."""


def session_names(text: str) -> Iterator[str]:
    """The labels that stand in quotes behind the word session, in their order."""
    lower = text.lower()
    place = lower.find(_WORD)
    while place >= 0:
        start = place + len(_WORD)
        behind = text[start : start + _LONGEST + 4].lstrip(" ")
        closing = _QUOTES.get(behind[:1]) if text[start : start + 1] == " " else None
        label = behind[1:].partition(closing)[0] if closing and closing in behind[1:] else ""
        if label.strip() and len(label.splitlines()) == 1:
            yield label.strip()
        place = lower.find(_WORD, start)

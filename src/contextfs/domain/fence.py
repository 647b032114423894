"""The fence: the marks around recalled text that is handed to a model, so that it is never taken for speech again.

What stands inside is data that we put there. Whoever reads a conversation back in takes it out with its marks.
"""

from __future__ import annotations

OPEN, CLOSE = "<contextfs-memory>", "</contextfs-memory>"


def fenced(text: str) -> str:
    """The text between the marks; a mark that stands in it cannot end the fence."""
    return f"{OPEN}\n{inert(text)}\n{CLOSE}"


def inert(text: str) -> str:
    """The text with its marks made harmless; once done, doing it again changes nothing."""
    return text.replace(OPEN, "<contextfs-memory\u200b>").replace(CLOSE, "</contextfs-memory\u200b>")


def without_fences(text: str) -> str:
    """The text without everything that stands in fences; an unclosed one reaches to the end."""
    start = text.find(OPEN)
    if start < 0:
        return text
    kept: list[str] = []
    end = 0
    while start >= 0:
        kept.append(text[end:start])
        close = text.find(CLOSE, start)
        end = len(text) if close < 0 else close + len(CLOSE)
        start = text.find(OPEN, end)
    return "".join([*kept, text[end:]])

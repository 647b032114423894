"""The fence: the marks around recalled text that is handed to a model, so that it is never taken for speech again.

What stands inside is data that we put there. Whoever reads a conversation back in takes it out with its marks.
"""

from __future__ import annotations

import re

OPEN, CLOSE = "<contextfs-memory>", "</contextfs-memory>"

# What hosts put around text of theirs: one of these in a memory would end it, or look like the host's own word.
_WRAPPERS = (
    "contextfs-memory", "system-reminder", "system_reminder", "system", "hook_context", "session_context",
    "untrusted_context", "environment_context", "user_instructions", "user_query", "instructions", "developer",
    "function_calls", "function_results", "tool_result", "system_notification", "local-command-stdout",
)  # fmt: skip
_MARKS = rf"<(?=\s*/?\s*(?:{'|'.join(_WRAPPERS)})\b)"
_STEERING = (*range(9), *range(11, 32), *range(127, 160))
"""Control characters but for tab and line feed."""
_TURNING = (0x61C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
"""What turns the direction of a text, or takes no room; joiners stay, since scripts and emoji need them."""
_TAGS = range(0xE0000, 0xE0080)
_UNSEEN = {
    **{code: f"\\x{code:02x}" for code in _STEERING},
    **{code: f"\\u{code:04x}" for code in (*_TURNING, *_TAGS)},
    0x0D: None,
    0x0B: " ",
    0x0C: " ",
    0x85: " ",
}


def fenced(text: str) -> str:
    """The text between the marks; a mark that stands in it cannot end the fence."""
    return f"{OPEN}\n{inert(text)}\n{CLOSE}"


def inert(text: str) -> str:
    """The text with its marks and those of hosts made harmless, and everything in it to be seen.

    Once done, doing it again changes nothing.
    """
    text = text.translate(_UNSEEN)
    return re.sub(_MARKS, "&lt;", text, flags=re.IGNORECASE) if "<" in text else text


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

"""How a memory that is a record is known; looked at by every save, so there is nothing here to load."""

from __future__ import annotations

from collections.abc import Mapping

MARK = {"record": "pact"}
"""What tells the typed fields of a record from those of any other memory."""
TAG = "pact"
BLOCKER = "blocker"
PHASE = "phase/"


def is_record(structured: Mapping[str, object]) -> bool:
    """Whether the typed fields of a memory are those of a record."""
    return bool(structured) and structured.get("record") == MARK["record"]


def is_own_tag(tag: str) -> bool:
    """Whether a tag follows from the record, so that it goes when its reason goes."""
    return tag in (TAG, BLOCKER) or tag.startswith(PHASE)

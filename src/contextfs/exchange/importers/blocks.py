"""The content of a message as hosts write it: a text, or a list of blocks of which some are text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from contextfs.exchange.cleaning import text as clean

_TEXTS = frozenset(("text", "input_text", "output_text", "refusal", "markdown", "voice_note", ""))
_PICTURES = frozenset(("image", "input_image", "image_url", "image_asset_pointer", "inlineData"))


def blocks_of(content: object) -> Iterator[Mapping[str, Any]]:
    """The blocks of a content; a text is one block."""
    if isinstance(content, str):
        yield {"type": "text", "text": content}
    elif isinstance(content, Mapping):
        yield cast("Mapping[str, Any]", content)
    elif isinstance(content, list):
        for part in cast("list[object]", content):
            if isinstance(part, str):
                yield {"type": "text", "text": part}
            elif isinstance(part, Mapping):
                yield cast("Mapping[str, Any]", part)


def kind_of(block: Mapping[str, Any]) -> str:
    """The type of a block; empty where it says none."""
    kind = block.get("type") or block.get("content_type") or ""
    return kind if isinstance(kind, str) else ""


def text_in(block: Mapping[str, Any]) -> str:
    """The text of a block of text, a note where a picture was, and nothing of any other."""
    kind = kind_of(block)
    if kind in _PICTURES:
        return "[image]"
    value = block.get("text") if kind in _TEXTS else None
    return clean(value) if isinstance(value, str) else ""


def text_of(content: object) -> str:
    """All the text of a content."""
    return "\n\n".join(text for block in blocks_of(content) if (text := text_in(block).strip()))


def object_of(value: object) -> Mapping[str, Any]:
    """The value where it is a JSON object, else an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def list_of(value: object) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def word(value: object) -> str:
    """The value where it is a text, else an empty one; as long as a name or a path may be."""
    return clean(value)[:4096] if isinstance(value, str) else ""

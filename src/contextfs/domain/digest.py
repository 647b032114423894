"""SHA-256 without loading OpenSSL: `hashlib` costs half a bare interpreter, the built-in module nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Any, cast


def _find() -> Callable[[bytes], Any]:
    for name in ("_sha2", "_sha256", "hashlib"):  # CPython 3.12 and later, 3.11, anything else
        try:
            return cast("Callable[[bytes], Any]", import_module(name).sha256)
        except ImportError:
            continue
    raise ImportError("no SHA-256 in this Python")


_sha256 = _find()


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, as 64 hexadecimal characters."""
    return cast("str", _sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


@lru_cache(32)
def content_hash(content: str) -> bytes:
    """What two memories with the same text share: 16 bytes over the text without white space at the ends of lines.

    Indentation counts: in code it is part of what is said.
    """
    return bytes.fromhex(digest("\n".join(line.rstrip() for line in content.strip().splitlines()))[:32])

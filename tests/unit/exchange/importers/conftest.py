"""How the tests of importers give them something to read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from contextfs.domain.transcript import Heading, Turn, Unread
from contextfs.exchange.importers.table import named
from contextfs.exchange.source import Source

Read = Callable[..., "Found"]


class Found:
    """What an importer read."""

    def __init__(self, all_: list[Any]) -> None:
        self.headings = [one for one in all_ if isinstance(one, Heading)]
        self.turns = [one for one in all_ if isinstance(one, Turn)]
        self.unread = [one.kind for one in all_ if isinstance(one, Unread)]

    @property
    def said(self) -> list[tuple[str, str]]:
        """Role and text of each turn."""
        return [(turn.role, turn.content) for turn in self.turns]


@pytest.fixture
def lines() -> Read:
    """Read objects as lines of a file."""

    def read(name: str, *records: dict[str, Any], base: str = "file.jsonl") -> Found:
        data = "".join(json.dumps(record) + "\n" for record in records).encode()
        return Found(list(named(name).read(Source("file", data=data, base=base))))

    return read


@pytest.fixture
def document() -> Read:
    """Read a value as one JSON document."""

    def read(name: str, value: Any, base: str = "file.json") -> Found:
        source = Source("file", data=json.dumps(value, indent=1).encode(), base=base)
        return Found(list(named(name).read(source)))

    return read

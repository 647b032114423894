"""What a client sends, before it is parsed."""

from __future__ import annotations

import io
import json

import pytest

from contextfs.mcp.wire import MendedLines, mended


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (r'"plain"', "plain"),
        (r'"a whole \ud83e\udd80 crab"', "a whole \U0001f980 crab"),
        (r'"A whole \uD83E\uDD80 crab"', "A whole \U0001f980 crab"),
        (r'"half \ud83e crab"', "half \ufffd crab"),
        (r'"the other \udd80 half"', "the other \ufffd half"),
        (r'"half \ud83e and \ud83e\udd80 whole"', "half \ufffd and \U0001f980 whole"),
        (r'"two \ud83e\ud83e\udd80"', "two \ufffd\U0001f980"),
        (r'"cut \ud83e', None),
        (r'"code: \\ud83e"', r"code: \ud83e"),
        (r'"quote \\\ud83e\""', '\\\ufffd"'),
    ],
)
def test_half_a_character_becomes_the_mark_of_an_unknown_one(sent: str, read: str | None) -> None:
    """Whole characters, and text that only looks like an escape, stay as they are."""
    line = mended(sent.encode())
    if read is None:
        assert line.decode() == r'"cut \ufffd'
    else:
        assert json.loads(line).endswith(read)


def test_lines_come_in_pieces_of_any_size() -> None:
    """A reader that asks for few bytes at a time gets the same text, line by line, and an end."""
    lines = [b'{"a": "\\ud83e"}\n', '{"b": "ü"}\n'.encode(), b"last"]
    for size in (1, 7, -1):
        stream = MendedLines(io.BytesIO(b"".join(lines)))
        parts = list(iter(lambda stream=stream, size=size: stream.read1(size), b""))
        assert b"".join(parts) == b"".join(lines).replace(b"ud83e", b"ufffd")
    wire = MendedLines(io.BytesIO(b"".join(lines)))
    text = io.TextIOWrapper(wire, encoding="utf-8")  # type: ignore[arg-type]
    assert [json.loads(line) for line in list(text)[:2]] == [{"a": "\ufffd"}, {"b": "ü"}]

"""Big JSON documents piece by piece: the same as reading them whole, from any chunk size, without holding them."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.errors import InvalidInput
from contextfs.exchange import json_stream
from contextfs.exchange.json_stream import pieces

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def read(text: str | bytes, arrays: tuple[str, ...] = ()) -> list[tuple[str, object]]:
    """All pieces of a document."""
    return list(pieces(io.BytesIO(text.encode() if isinstance(text, str) else text), arrays))


@given(values=st.lists(JSON, max_size=6), indent=st.sampled_from([None, 1]), size=st.integers(1, 40))
def test_an_array_comes_element_by_element(values: list[Any], indent: int | None, size: int) -> None:
    """Whatever is in the array, however it is laid out and wherever the chunks end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_READ", size)
        assert read(json.dumps(values, indent=indent)) == [("", value) for value in values]


@given(entries=st.dictionaries(st.text(max_size=6), JSON, max_size=6), size=st.integers(1, 40))
def test_an_object_comes_entry_by_entry(entries: dict[str, Any], size: int) -> None:
    """Each key with its value."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_READ", size)
        assert read(json.dumps(entries, ensure_ascii=False)) == list(entries.items())


def test_the_elements_of_a_named_array_come_one_by_one() -> None:
    """Of an object only the arrays that are asked for are taken apart."""
    document = '{"id": 7, "messages": [{"a": 1}, 2], "tags": [3]}'
    expected = [("id", 7), ("messages", {"a": 1}), ("messages", 2), ("tags", [3])]
    assert read(document, ("messages",)) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"\xef\xbb\xbf[1]", [1]),
        (b" \n[ ] ", []),
        (b'["a\xffb"]', ["a\ufffdb"]),
        (b'["\\ud800"]', ["\ud800"]),
        (b"[NaN, -Infinity]", [None, None]),
        (b'["a\x00\tb"]', ["a\x00\tb"]),
        (b"[" + b"9" * 5000 + b"]", [None]),
        (b"[1] and more", [1]),
    ],
)
def test_what_tools_take_for_json_is_read(text: bytes, found: list[object]) -> None:
    """Marks, odd bytes, lone surrogates and numbers that are none do not end the reading."""
    assert [value for _, value in read(text)] == found


@pytest.mark.parametrize(
    "text",
    ["", "x", "7", "[1 2]", "[1,", '["a', '{"a" 1}', '{"a": }', "[tru", "[" * 100_000, '{"a":' * 100_000],
)
def test_what_is_no_json_is_named(text: str) -> None:
    """The error says at which character it stops being JSON."""
    with pytest.raises(InvalidInput, match=r"not JSON from character [\d,]+ on"):
        read(text)


def test_what_comes_before_the_damage_is_read() -> None:
    """Each piece is given out before the next one is looked at."""
    stream = pieces(io.BytesIO(b'[1, "b", x]'))
    assert [next(stream), next(stream)] == [("", 1), ("", "b")]
    with pytest.raises(InvalidInput, match="character 10"):
        next(stream)


def test_a_long_document_is_never_held_whole() -> None:
    """Reading 20 MB takes a few."""

    class Endless(io.RawIOBase):
        """An array of many objects, made while it is read."""

        left = 20_000

        def read(self, size: int = -1) -> bytes:
            if not self.left:
                return b""
            self.left -= 1000
            opening = b"[" if self.left == 19_000 else b""
            return (
                opening
                + (b'{"text": "' + b"x" * 1000 + b'"},') * 999
                + b'{"text": "x"}'
                + (b"," if self.left else b"]")
            )

    tracemalloc.start()
    assert sum(1 for _ in pieces(Endless())) == 20_000  # type: ignore[arg-type]
    assert tracemalloc.get_traced_memory()[1] < 12_000_000
    tracemalloc.stop()


def test_a_piece_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that never closes does not fill the memory."""
    monkeypatch.setattr(json_stream, "LONGEST", 10_000)
    monkeypatch.setattr(json_stream, "_READ", 1000)
    with pytest.raises(InvalidInput, match="more than 10,000 characters"):
        read('["' + "x" * 200_000 + '"]')

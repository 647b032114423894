"""JSON with comments, changed in its text."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.errors import InvalidInput
from contextfs.integrations.install import jsonc
from contextfs.integrations.install.jsonc import Document

ENTRY = {"command": "/srv/tools/contextfs-mcp", "args": [], "env": {"A": "b"}}

keys = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)
noise = st.sampled_from(["", " ", "\n", "\n  ", "\t", ' // note, with } and "\n', "/* {[ , */", "\r\n"])


@st.composite
def texts(draw: st.DrawFn, given_value: object | None = None) -> str:
    """A JSON object as a person might have written it: with comments, trailing commas and any white space."""
    value = draw(st.dictionaries(keys, values, max_size=4)) if given_value is None else given_value
    return draw(noise) + _spelled(draw, value) + draw(noise)


def _spelled(draw: st.DrawFn, value: Any) -> str:
    gap = lambda: draw(noise)  # noqa: E731
    if isinstance(value, dict):
        parts = [f"{gap()}{json.dumps(k)}{gap()}:{gap()}{_spelled(draw, v)}{gap()}" for k, v in value.items()]
        return "{" + ",".join(parts) + ("," if parts and draw(st.booleans()) else "") + gap() + "}"
    if isinstance(value, list):
        parts = [gap() + _spelled(draw, one) + gap() for one in value]
        return "[" + ",".join(parts) + ("," if parts and draw(st.booleans()) else "") + gap() + "]"
    return json.dumps(value)


def comments(text: str) -> list[str]:
    """The comments of a text, in their order."""
    found = re.findall(r'"(?:\\.|[^"\\])*"|(//[^\r\n]*|/\*.*?\*/)', text, re.DOTALL)
    return [one for one in found if one]


@given(texts())
def test_a_member_is_added_and_taken_out_again(text: str) -> None:
    """Adding a member changes no other value and no comment, and taking it out gives the same values back."""
    before = Document(text, "settings.json")
    with_it = jsonc.put(before, ("servers of ours", "contextfs"), ENTRY)
    assert with_it.value == {**before.value, "servers of ours": {"contextfs": ENTRY}}
    assert comments(with_it.text) == comments(text)
    without = jsonc.take(with_it, ("servers of ours",))
    assert without.value == before.value
    assert comments(without.text) == comments(text)
    if before.value:
        assert without.text == text


@given(st.lists(values, max_size=3).flatmap(lambda items: texts({"a": 1, "list": items, "z": [2]})))
def test_an_item_is_added_and_taken_out_again(text: str) -> None:
    """Adding an item to a list changes nothing else, and dropping it gives the text back."""
    before = Document(text, "settings.json")
    items: Any = before.value["list"]
    with_it = jsonc.append(before, ("list",), ENTRY)
    assert with_it.value == {**before.value, "list": [*items, ENTRY]}
    without = jsonc.drop(with_it, ("list",), len(items))
    assert without.value == before.value
    if items:
        assert without.text == text


@given(st.dictionaries(keys, values, min_size=1, max_size=4).flatmap(texts), st.data())
def test_any_member_can_be_taken_out(text: str, data: st.DataObject) -> None:
    """Whichever member goes, the others stay as they are and the rest is still JSON."""
    before = Document(text, "settings.json")
    key = data.draw(st.sampled_from(sorted(before.value)))
    after = jsonc.take(before, (key,))
    assert after.value == {k: v for k, v in before.value.items() if k != key}


@given(texts(), values)
def test_a_value_is_replaced_in_its_place(text: str, value: object) -> None:
    """A member that is there gets its new value where it stands; setting the same value changes nothing."""
    there = jsonc.put(Document(text, "settings.json"), ("x",), ENTRY)
    other = jsonc.put(there, ("x",), value)
    assert other.value == {**there.value, "x": value}
    assert list(other.value) == list(there.value)
    assert jsonc.put(other, ("x",), value).text == other.text


@given(st.text(max_size=40))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    """Whatever a file holds, it is read as an object or refused in a sentence that names it."""
    said = ""
    try:
        found: object = Document(text, "settings.json").value
    except InvalidInput as error:
        found, said = {}, error.message
    assert isinstance(found, dict)
    assert not said or said.startswith("settings.json ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1,\n "b" 2}', "line 2, column 6"),
        ("[1]", "no JSON object"),
        ('{"a": "never closed}', "line 1, column 7"),
        ('{"a": 1} /* never closed', ""),
        ('{"a": 1,, "b": 2}', "line 1, column 9"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(text: str, words: str) -> None:
    """What is wrong is said with its line and column; a comment that never ends hides nothing."""
    if not words:
        assert Document(text, "f").value == {"a": 1}
        return
    with pytest.raises(InvalidInput) as error:
        Document(text, "settings.json")
    assert words in error.value.message


def test_the_manner_of_the_file_is_kept() -> None:
    """What is added is indented and ended as the lines around it are."""
    text = '{\r\n\t"mcpServers": {\r\n\t\t"x": {"command": "y"} // mine\r\n\t}\r\n}'
    after = jsonc.put(Document(text, "f"), ("mcpServers", "contextfs"), {"command": "c"})
    assert after.text == (
        '{\r\n\t"mcpServers": {\r\n\t\t"x": {"command": "y"}, // mine\r\n'
        '\t\t"contextfs": {\r\n\t\t\t"command": "c"\r\n\t\t}\r\n\t}\r\n}'
    )


def test_another_shape_is_refused() -> None:
    """A member that should hold members and holds something else is not overwritten."""
    for text, path in (('{"mcpServers": []}', ("mcpServers", "contextfs")), ('{"a": 3}', ("a", "b", "c"))):
        with pytest.raises(InvalidInput, match="is not an object"):
            jsonc.put(Document(text, "f"), path, 1)

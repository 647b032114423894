"""The cutting of JSON schemas."""

from __future__ import annotations

from contextfs.mcp.schema import slim


def test_titles_and_empty_defaults_are_cut() -> None:
    """What the name of a property says already is not said twice."""
    schema = {"title": "Query", "type": "string", "default": ""}
    assert slim(schema) == {"type": "string"}


def test_or_null_is_cut() -> None:
    """An optional argument is one that may be left out; its schema need not allow null."""
    schema = {
        "anyOf": [{"type": "array", "items": {"type": "string", "title": "X"}}, {"type": "null"}],
        "default": None,
    }
    assert slim(schema) == {"type": "array", "items": {"type": "string"}}


def test_a_description_beside_or_null_stays() -> None:
    """The description that stands outside the choice belongs to what remains of it."""
    schema = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None, "description": "Why"}
    assert slim(schema) == {"type": "string", "description": "Why"}


def test_a_real_choice_stays() -> None:
    """Several types remain several types."""
    schema = {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}
    assert slim(schema) == {"anyOf": [{"type": "string"}, {"type": "integer"}]}


def test_a_property_named_title_is_not_a_title() -> None:
    """Names of properties are data, not keywords of the schema."""
    schema = {"title": "Out", "type": "object", "properties": {"title": {"title": "Title", "type": "string"}}}
    assert slim(schema) == {"type": "object", "properties": {"title": {"type": "string"}}}


def test_defaults_that_say_something_stay() -> None:
    """Zero is a number that a reader has to know; false and null are what an absent argument is anyway."""
    assert slim({"type": "integer", "default": 0}) == {"type": "integer", "default": 0}
    assert slim({"type": "string", "default": "fact"}) == {"type": "string", "default": "fact"}
    assert slim({"type": "boolean", "default": False}) == {"type": "boolean"}


def test_free_objects_are_plain_objects() -> None:
    """Any key is allowed in an object unless its schema says otherwise."""
    schema = {"anyOf": [{"type": "object", "additionalProperties": True}, {"type": "null"}]}
    assert slim(schema) == {"type": "object"}


def test_the_given_schema_is_left_alone() -> None:
    """The library keeps using its own copy."""
    schema = {"title": "A", "properties": {"b": {"title": "B", "type": "string"}}}
    slim(schema)
    assert schema == {"title": "A", "properties": {"b": {"title": "B", "type": "string"}}}

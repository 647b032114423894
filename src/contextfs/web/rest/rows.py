"""What a row of the table of calls is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from contextfs.api import ContextFS
from contextfs.web.rest.plain import Schema

Given = Mapping[str, Any]


class Field(NamedTuple):
    """One parameter of a call, or one field of its body."""

    name: str
    schema: Schema
    sentence: str
    required: bool = False
    called: str = ""
    """The keyword of the verb, where it has another name."""

    @property
    def keyword(self) -> str:
        """The keyword that the verb takes."""
        return self.called or self.name


class Call:
    """One method of one path: the verb it calls, what it takes and what it answers."""

    def __init__(
        self,
        method: str,
        path: str,
        verb: str,
        function: Callable[[ContextFS, Given], Any],
        answer: Any,
        query: tuple[Field, ...] = (),
        body: tuple[Field, ...] = (),
        status: int = 200,
        lane: str = "reading",
    ) -> None:
        self.method = method
        self.path = path
        self.verb = verb
        """The verb of the front door, dotted for a family; its first sentence describes the call."""
        self.function = function
        self.answer = answer
        """The type of the answer."""
        self.query = query
        self.body = body
        self.status = status
        self.lane = lane

    @property
    def parts(self) -> tuple[str, ...]:
        """The names in its path."""
        return tuple(part[1:-1].partition(":")[0] for part in self.path.split("/") if part.startswith("{"))

    @property
    def name(self) -> str:
        """What the call is called."""
        return self.verb.replace(".", "_")


TEXT: Schema = {"type": "string"}
SAID: Schema = {"type": "string", "pattern": r"\S"}
"""A text that says something."""
FLAG: Schema = {"type": "boolean"}
TEXTS: Schema = {"type": "array", "items": {"type": "string"}}
MAPPING: Schema = {"type": "object"}


def whole(lowest: int, highest: int, default: int | None = None) -> Schema:
    """A whole number between two others."""
    more: Schema = {} if default is None else {"default": default}
    return {"type": "integer", "minimum": lowest, "maximum": highest, **more}


def one_of(*names: str) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(names)}


def many_of(*names: str) -> Schema:
    """Some of these words."""
    return {"type": "array", "items": one_of(*names)}


def rest(given: Given, *left_out: str) -> dict[str, Any]:
    """What was given beside some of it."""
    return {name: value for name, value in given.items() if name not in left_out}

"""What a view is asked and what it answers: a view is a plain function from the one to the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from contextfs.api import ContextFS
from contextfs.errors import InvalidInput
from contextfs.web.access import Visitor

NO_WORDS: Mapping[str, str] = {}


class Asked(NamedTuple):
    """One request to a view."""

    ctx: ContextFS
    path: Mapping[str, str]
    """The parts of the path that have names."""
    query: QueryParams
    form: FormData
    """What was sent; empty unless something is written."""
    visitor: Visitor
    partial: bool
    """Whether only a part of the page is to be replaced: the request was made by the page itself."""
    request: Request

    def word(self, name: str) -> str:
        """One value of the form, else of the query; "" when there is none."""
        found = self.form.get(name)
        return (found if isinstance(found, str) else self.query.get(name, "")).strip()

    def words(self, name: str) -> list[str]:
        """All values of that name that say something."""
        found = [*self.form.getlist(name), *self.query.getlist(name)]
        return [one.strip() for one in found if isinstance(one, str) and one.strip()]

    def number(self, name: str, default: int) -> int:
        """A whole number that is not below 0, or the default where none is given."""
        given = self.word(name)
        return int(given[:9]) if given.isascii() and given.isdigit() else default


class Page(NamedTuple):
    """A template and what it shows."""

    template: str
    values: Mapping[str, object]
    title: str = ""
    status: int = 200
    headers: Mapping[str, str] = NO_WORDS


class Done(NamedTuple):
    """Something was written: a sentence to show, with a way back, and what is to be shown in its place."""

    sentence: str
    undo: bool = True
    shown: Page | None = None
    """What replaces the part of the page that asked for it."""
    goto: str = ""
    """The page to go to instead."""
    event: str = ""
    """What the page is told beside, for parts that wait for it."""


Answered = Page | Done | Response
Function = Callable[[Asked], Answered]


class View(NamedTuple):
    """One row of the table of views."""

    method: str
    path: str
    function: Function
    lane: str = "reading"
    """Which threads it runs on, see `lanes`."""


class Place(NamedTuple):
    """One entry of the page's navigation."""

    path: str
    name: str
    icon: str
    """The name of a symbol of `static/icons.svg`."""
    key: str = ""
    """What one types after `g` to go there."""


def inside(place: str) -> str:
    """A place in the code, which has to lie in the repository of the page: nobody reads other files through it."""
    path = place.replace("\\", "/")
    if path.startswith(("/", "~")) or path[1:2] == ":" or ".." in path.split("/"):
        raise InvalidInput(
            f"{place!r} does not lie in this repository.", hint="Give a path from its top: src/app.py"
        )
    return place

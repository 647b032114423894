"""The review queue: what somebody should look at, one after the other, with what can be done at a key."""

from __future__ import annotations

from contextfs.domain.rounds import KINDS
from contextfs.errors import InvalidInput
from contextfs.web.asked import Asked, Done, Page, Place, View

PLACE = Place("/review", "Review", "review", "r")
_MOST = 50
_HEADINGS = {name: kind.heading for name, kind in KINDS.items()}


def queue(asked: Asked) -> Page:
    """The queue, or as much of it as is of one kind; the page stands first, since looking may take a moment."""
    kind = asked.word("kind")
    if kind and kind not in KINDS:
        raise InvalidInput(f"{kind!r} is no kind of item.", hint=f"Kinds: {', '.join(KINDS)}")
    if not asked.partial:
        return Page("review/page.html", {"kind": kind}, "Review")
    found = asked.ctx.review.look(kinds=[kind] if kind else (), limit=_MOST)
    values = {"items": found.items, "looked": found.looked, "kind": kind, "headings": _HEADINGS}
    return Page("review/queue.html", values)


def act(asked: Asked) -> Done:
    """Answer an item, which then leaves the queue."""
    done = asked.ctx.review.act(asked.word("key"), asked.word("verb"), content=asked.word("content") or None)
    return Done(done.said, shown=Page("review/done.html", {}))


def asking(asked: Asked) -> Page:
    """The form of an answer that takes a text, begun with what is there."""
    item, verb = asked.ctx.review.item(asked.word("key")), asked.word("verb")
    action = next((one for one in item.actions if one.verb == verb and one.asks), None)
    if action is None:
        raise InvalidInput(f"{verb!r} asks for no text here.")
    return Page("review/asking.html", {"item": item, "action": action})


ROUTES = (
    View("GET", "/review", queue, "long"),
    View("GET", "/review/asking", asking),
    View("POST", "/review/act", act, "writing"),
)

"""Summary: a conversation in a few of its own sentences, without any model, so that it can always be had.

It opens with the label and with what was asked, and then tells what was decided, what changed, what went wrong and how
it was mended, what was saved, what else was said, and what is open. Parts with nothing to tell are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from contextfs.domain.session import Message
from contextfs.domain.speech import size
from contextfs.domain.summary import EXTRACT, Summary
from contextfs.sessions.choosing import HEADLINE, Chosen, chosen
from contextfs.sessions.doings import Doings, doings_of
from contextfs.sessions.likeness import Embed

WORDS = 240
"""Length of a summary, at most."""
_SHARE = 0.6
"""A short conversation gets a summary shorter than itself."""
_FEWEST = 90
"""Words that even the shortest conversation may be told in."""
_NOTHING = "nothing was recorded in this session"


def summarize(messages: Sequence[Message], embed: Embed | None = None, *, label: str = "") -> Summary:
    """The summary of a conversation; `embed` gives vectors of sentences, without it their words have to do."""
    doings = doings_of(messages)
    spoken = sum(size(one.content) for one in messages if one.role in ("user", "assistant"))
    room = int(min(WORDS, max(_FEWEST, spoken * _SHARE)))
    found = chosen(messages, embed, room)
    text = _written(found, doings, label, len(messages))
    return Summary(
        text,
        EXTRACT,
        tuple(found.decisions),
        tuple(_told(error, fix) for error, fix in found.problems if fix),
        tuple(found.open_ends),
    )


def _written(found: Chosen, doings: Doings, label: str, length: int) -> str:
    headline = _headline(found, doings, label, length)
    room = WORDS - size(headline)
    kept: dict[str, list[str]] = {}
    for heading, lines in _parts(found, doings):
        for line in lines:
            if size(line) + 1 <= room:
                room -= size(line) + 1
                kept.setdefault(heading, []).append(line)
    order = ("Decided", "Changed", "Problems", "Saved", "Looked up", "Also said", "Open")
    blocks = ["\n".join((f"{heading}:", *kept[heading])) for heading in order if heading in kept]
    return "\n\n".join([headline, *blocks])


def _parts(found: Chosen, doings: Doings) -> Iterator[tuple[str, list[str]]]:
    """The parts with their lines, what matters most first: where there is no room, the last are left out."""
    yield "Decided", _listed(found.decisions)
    yield "Problems", _listed(_told(error, fix) for error, fix in found.problems)
    yield "Open", _listed(found.open_ends)
    yield "Saved", _listed(doings.saved_lines())
    yield "Changed", _listed([*found.changes, *doings.lines()])
    if doings.asked and not found.asked:
        yield "Looked up", _listed([doings.asked_line()])
    yield "Also said", _listed(found.points)


def _headline(found: Chosen, doings: Doings, label: str, length: int) -> str:
    if found.asked:
        told = found.asked if len(found.asked) <= HEADLINE else found.asked[: HEADLINE - 1].rstrip() + "…"
    elif doings.calls:
        told = f"no words were recorded, only tool calls: {doings.calls_line()}."
    elif length:
        told = f"no question, decision or change was told in the {length} message{'s' * (length > 1)} of this session."
    else:
        told = f"{_NOTHING}."
    if not label or told.casefold().startswith(label.casefold().rstrip("?.! …")):  # its label is how it began
        return told[:1].upper() + told[1:]
    return f"{label}: {told}"


def _listed(lines: Iterable[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _told(error: str, fix: str) -> str:
    return " → ".join(part for part in (error, fix) if part)

"""Verdicts: what a person said of a memory or a pair while tending the store, as a subject of the change log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from contextfs.domain.change import Fold
from contextfs.domain.clock import Timestamp
from contextfs.domain.digest import digest

KIND = "verdict"
FINE, USEFUL, WRONG = "fine", "useful", "wrong"
"""All right as it is; what it says helped; what it says is not so."""
FEEDBACK = "feedback"
"""What a verdict is about that nobody was asked for."""


class Verdict(NamedTuple):
    """One answer of a person."""

    id: str
    what: str
    """The kind of what was asked, such as ``contradiction``; or ``feedback``."""
    said: str
    about: Sequence[str]
    """Ids of memories; of tags their names."""
    at: Timestamp
    author: str = ""

    @property
    def name(self) -> str:
        """What it is about, as a person reads it."""
        return f"{self.what} of {', '.join(one[:8] for one in self.about)}"


def subject_of(what: str, about: Sequence[str]) -> str:
    """The id under which everybody's verdict about the same thing stands."""
    return digest("\n".join((KIND, what, *sorted(about))))[:32]


def state_of(what: str, about: Sequence[str], said: str, at: int) -> Mapping[str, object]:
    """A verdict as fields of the change log, in the shapes that other subjects have theirs."""
    keys = {f"{_KEY}{name}": place for place, name in enumerate(sorted(about))}
    return {"what": what, "said": said, "said_at": at, **keys, "deleted": None}


def verdict_of(subject: str, folded: Fold) -> Verdict | None:
    """What the changes of one subject amount to; None when it is not visible or was taken back."""
    if not folded.visible or folded.root is None or folded.root.kind != KIND:
        return None
    fields = folded.fields
    about = sorted(name[len(_KEY) :] for name in fields if name.startswith(_KEY) and fields[name] is not None)
    moment = Timestamp.from_micros(cast("int", fields.get("said_at") or 0))
    return Verdict(
        subject, str(fields.get("what") or ""), str(fields["said"]), tuple(about), moment, folded.root.author
    )


_KEY = "key:"

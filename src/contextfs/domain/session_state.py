"""Between the heading of a Session and the fields of the change log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from contextfs.domain.change import Fold
from contextfs.domain.clock import Timestamp, to_micros
from contextfs.domain.memory_state import metadata_in
from contextfs.domain.session import Session

KIND = "session"
START, END = "start", "end"
"""Verbs of the recorder: that a session began or ended is a fact that `undo` does not take back."""
TEXTS = (
    "tool",
    "label",
    "summary",
    "summarized_by",
    "namespace",
    "source_repo",
    "branch",
    "project",
    "client",
)
_TIMES = ("started_at", "ended_at")


def state_of(session: Session) -> dict[str, object]:
    """The heading as fields of the change log; what is absent is left out, messages are not in it."""
    state: dict[str, object] = {name: str(getattr(session, name)) for name in TEXTS if getattr(session, name)}
    for name in _TIMES:
        moment = cast("datetime | None", getattr(session, name))
        if moment is not None:
            state[name] = to_micros(moment)
    state.update({f"meta:{key}": [value] for key, value in session.metadata.items()})
    return state


def session_of(subject: str, folded: Fold) -> Session | None:
    """The heading that the changes of one subject amount to; None when it is not visible."""
    if not folded.visible or folded.root is None or folded.root.kind != KIND:
        return None
    fields = folded.fields
    texts = {name: str(fields[name]) for name in TEXTS if fields.get(name) is not None}
    return Session(
        id=subject,
        started_at=_moment(fields, "started_at"),
        ended_at=_moment(fields, "ended_at"),
        metadata=metadata_in(fields),
        author=folded.root.author,
        device=folded.root.device,
        **texts,  # type: ignore[arg-type]
    )


def _moment(fields: Mapping[str, object], name: str) -> Timestamp | None:
    micros = fields.get(name)
    return None if micros is None else Timestamp.from_micros(cast("int", micros))

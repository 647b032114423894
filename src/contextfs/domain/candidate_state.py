"""Between what a person answered to a candidate and the fields of the change log.

The candidate is derived and local; that somebody accepted or rejected it is an act, with an author, and can be undone.
"""

from __future__ import annotations

from typing import NamedTuple

from contextfs.domain.change import Fold

KIND = "candidate"
ACCEPTED, REJECTED = "accepted", "rejected"


class Answer(NamedTuple):
    """What somebody said to a candidate; its text is not repeated, its hash keeps it from being proposed again."""

    id: str
    answer: str
    hash: str
    namespace: str = ""
    """Where it stood, so that an export of a namespace takes the answer along."""
    memory: str = ""
    """The id of the memory that an accepted candidate became."""


def state_of(answer: Answer) -> dict[str, object]:
    """The answer as fields of the change log."""
    return {
        "answer": answer.answer,
        "hash": answer.hash,
        "namespace": answer.namespace,
        "memory": answer.memory or None,
    }


def answer_of(subject: str, folded: Fold) -> Answer | None:
    """What the changes of one subject amount to; None when it is not visible."""
    if not folded.visible or folded.root is None or folded.root.kind != KIND:
        return None
    answer, digest, namespace, memory = (
        str(folded.fields.get(name) or "") for name in ("answer", "hash", "namespace", "memory")
    )
    return Answer(subject, answer, digest, namespace, memory)

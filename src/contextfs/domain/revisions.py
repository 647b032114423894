"""Which revision of a memory a text shows: the changes that nothing followed when it was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contextfs.domain.change import Change, Fold, causal_order, fold

_SHOWN = 12
_JOINT = "+"


def revision_of(folded: Fold) -> str:
    """The name of the revision that these changes amount to."""
    return _JOINT.join(head[:_SHOWN] for head in folded.heads)


def fold_at(changes: Sequence[Change], revision: str) -> Fold | None:
    """What the subject was at a revision; None when one of its changes is not here."""
    heads: set[str] = set()
    for name in revision.split(_JOINT) if revision else ():
        fitting = [change.id for change in changes if len(name) >= _SHOWN and change.id.startswith(name)]
        if len(fitting) != 1:
            return None
        heads.update(fitting)
    return fold(_up_to(changes, heads)) if heads else None


def _up_to(changes: Iterable[Change], heads: set[str]) -> list[Change]:
    """The changes that these descend from, and these themselves."""
    wanted = set(heads)
    found: list[Change] = []
    for change in reversed(causal_order(changes)):
        if change.id in wanted:
            wanted.update(change.parents)
            found.append(change)
    return found

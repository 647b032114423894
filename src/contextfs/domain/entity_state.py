"""Between what a person decided about a name and the fields of the change log."""

from __future__ import annotations

from contextfs.domain.change import Fold
from contextfs.domain.entity import Named

KIND = "entity"


def state_of(named: Named) -> dict[str, object]:
    """The decision as fields of the change log; each key is a field of its own, so that concurrent merges add up."""
    state: dict[str, object] = {"name": named.name, "namespace": named.namespace}
    if named.type:
        state["type"] = named.type
    state.update({f"key:{key}": place for place, key in enumerate(named.words)})
    return state


def named_of(subject: str, folded: Fold) -> Named | None:
    """What the changes of one subject amount to; None when it is not visible."""
    if not folded.visible or folded.root is None or folded.root.kind != KIND:
        return None
    fields = folded.fields
    keys = sorted(name[4:] for name, value in fields.items() if name.startswith("key:") and value is not None)
    return Named(
        subject,
        str(fields.get("namespace") or ""),
        str(fields["name"]),
        str(fields.get("type") or ""),
        tuple(keys),
    )

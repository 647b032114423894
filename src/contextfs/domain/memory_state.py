"""Between a Memory and the fields of the change log: what a patch says, and what a fold amounts to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from contextfs.domain.change import Fold
from contextfs.domain.clock import Timestamp, clock_micros, to_micros
from contextfs.domain.memory import NO_METADATA, Memory
from contextfs.domain.memory_types import MemoryType

TEXTS = (
    "content",
    "type",
    "summary",
    "source_tool",
    "source_repo",
    "project",
    "namespace",
    "status",
    "branch",
    "commit",
    "author",
    "session_id",
    "superseded_by",
    "owner",
)
TIMES = ("created_at", "updated_at", "review_at", "expires_at")
_DEFAULTS: dict[str, object] = {"type": MemoryType.FACT.value, "status": "active"}


def state_of(memory: Memory) -> dict[str, object]:
    """The memory as fields of the change log; what is absent or the default is left out."""
    state: dict[str, object] = {}
    for name in TEXTS:
        value = str(getattr(memory, name))
        if value and value != _DEFAULTS.get(name):
            state[name] = value
    state["content"] = memory.content
    for name in TIMES:
        moment = cast("datetime | None", getattr(memory, name))
        if moment is not None:
            state[name] = to_micros(moment)
    state.update({f"tag:{tag}": place for place, tag in enumerate(memory.tags)})
    state.update({f"file:{path}": place for place, path in enumerate(memory.files)})
    state.update({f"meta:{key}": [value] for key, value in memory.metadata.items()})
    if memory.supersedes:
        state["supersedes"] = list(memory.supersedes)
    if memory.structured:
        state["structured"] = dict(memory.structured)
    return state


def difference(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """The patch that leads from one state to the other; a field that went away becomes None."""
    patch = {
        name: value for name, value in after.items() if name not in before or not same(before[name], value)
    }
    patch.update({name: None for name, value in before.items() if name not in after and value is not None})
    return patch


def same(left: object, right: object) -> bool:
    """Whether two JSON values are one, with their types: to Python, 1 and True are equal."""
    return left == right and (type(left) is type(right) is str or repr(left) == repr(right))


def memory_of(subject: str, folded: Fold) -> Memory | None:
    """The memory that the changes of one subject amount to; None when it is not visible."""
    if not folded.visible or folded.root is None or folded.root.kind != "memory":
        return None
    fields = folded.fields
    texts = {name: str(fields[name]) for name in TEXTS if fields.get(name) is not None}
    texts.setdefault("author", folded.root.author)
    tags = _placed(fields, "tag:")
    # The tag and the status are one thing, also where two devices set one each.
    if texts.get("status", "active") == "active" and "deprecated" in tags:
        texts["status"] = "deprecated"
    elif texts.get("status") == "deprecated" and "deprecated" not in tags:
        tags = (*tags, "deprecated")
    created = fields.get("created_at")
    if created is None:
        created = clock_micros(folded.root.clock)
    return Memory(
        **{**texts, "type": known_type(texts.pop("type", MemoryType.FACT))},  # type: ignore[arg-type]
        tags=tags,
        files=_placed(fields, "file:"),
        metadata=metadata_in(fields),
        id=subject,
        device=folded.root.device,
        created_at=_moment(created),
        updated_at=_moment(created if fields.get("updated_at") is None else fields["updated_at"]),
        review_at=_moment(fields.get("review_at")),
        expires_at=_moment(fields.get("expires_at")),
        supersedes=tuple(cast("list[str]", fields.get("supersedes") or ())),
        structured=cast("Mapping[str, object]", fields.get("structured") or NO_METADATA),
    )


def known_type(name: str) -> MemoryType | str:
    """The memory type of this name, or the name itself when a newer peer invented it."""
    try:
        return MemoryType(name)
    except ValueError:
        return name


def _moment(micros: object) -> Timestamp | None:
    return None if micros is None else Timestamp.from_micros(cast("int", micros))


def _placed(fields: Mapping[str, object], prefix: str) -> tuple[str, ...]:
    """The names under a prefix in the order their writer gave them."""
    found = [
        (cast("int", place), name)
        for name, place in fields.items()
        if name.startswith(prefix) and place is not None
    ]
    return tuple(name[len(prefix) :] for _, name in sorted(found))


def metadata_in(fields: Mapping[str, object]) -> Mapping[str, object]:
    """The metadata among the fields of any subject."""
    pairs = [
        (name[5:], cast("list[object]", boxed)[0])
        for name, boxed in fields.items()
        if name.startswith("meta:") and boxed
    ]
    return dict(sorted(pairs)) if pairs else NO_METADATA

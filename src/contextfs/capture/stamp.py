"""Stamp and check: what a caller gives becomes a complete, valid Memory, or a clear error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import NamedTuple, cast

from contextfs.domain import tags as tagging
from contextfs.domain.clock import ID_LENGTH, Timestamp, new_id
from contextfs.domain.memory import NO_METADATA, STATUSES, Draft, Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.namespaces import namespace_name
from contextfs.errors import InvalidInput

MAX_CONTENT = 1_000_000
"""Characters of one memory; anything longer is a document to index, not a memory."""
_LINE = 400
"""Characters of a one-line field: project, owner, tool, repository."""
DEPRECATED = "deprecated"


class Defaults(NamedTuple):
    """Where we are: what a draft leaves out is taken from here."""

    namespace: str
    project: str = ""
    source_tool: str = ""
    source_repo: str = ""
    branch: str = ""
    commit: str = ""
    author: str = ""
    device: str = ""


class Edit(NamedTuple):
    """What an update changes; None leaves a field as it is, an empty text clears it."""

    content: str | None = None
    type: str | None = None
    tags: Sequence[str] | None = None
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()
    summary: str | None = None
    project: str | None = None
    namespace: str | None = None
    metadata: Mapping[str, object] | None = None
    """Merged key by key; the value None removes the key."""
    status: str | None = None
    files: Sequence[str] | None = None
    source_tool: str | None = None
    source_repo: str | None = None
    owner: str | None = None
    review_at: datetime | str | None = None
    expires_at: datetime | str | None = None
    structured: Mapping[str, object] | None = None
    superseded_by: str | None = None
    supersedes: Sequence[str] | None = None


def stamp(draft: Draft, here: Defaults, now: Timestamp) -> Memory:
    """The complete memory that a draft means here and now; raises InvalidInput."""
    created = Timestamp.of(draft.created_at) if draft.created_at else now
    return checked(
        Memory(
            content=draft.content,
            type=draft.type,
            tags=draft.tags,
            summary=draft.summary or "",
            source_tool=_given(draft.source_tool, here.source_tool),
            source_repo=_given(draft.source_repo, here.source_repo),
            project=_given(draft.project, here.project),
            metadata=draft.metadata,
            id=_id(draft.id) if draft.id else new_id(),
            namespace=_given(draft.namespace, here.namespace),
            status=draft.status,
            branch=_given(draft.branch, here.branch),
            commit=_given(draft.commit, here.commit),
            author=_given(draft.author, here.author),
            device=here.device,
            created_at=created,
            updated_at=Timestamp.of(draft.updated_at) if draft.updated_at else created,
            session_id=draft.session_id,
            files=draft.files,
            owner=draft.owner,
            review_at=draft.review_at,
            expires_at=draft.expires_at,
            structured=draft.structured,
        )
    )


def _id(text: str) -> str:
    if len(text) != ID_LENGTH or not set(text) <= set("0123456789abcdef"):
        raise InvalidInput(
            f"{text!r} is not an id: it must be {ID_LENGTH} characters of 0-9 and a-f.",
            hint="Leave it out and a random one is made.",
        )
    return text


def _given(value: str | None, default: str) -> str:
    return default if value is None else value


def amended(memory: Memory, edit: Edit, now: Timestamp) -> Memory:
    """The memory with an edit made; the tag and the status `deprecated` follow each other. Raises InvalidInput."""
    plain = {
        name: value for name, value in edit._asdict().items() if name not in _SPECIAL and value is not None
    }
    given = memory.tags if edit.tags is None else edit.tags
    dropped = {tagging.normalise(tag) for tag in edit.remove_tags}
    tags = [tag for tag in (*given, *edit.add_tags) if tagging.normalise(tag) not in dropped]
    status = edit.status or memory.status
    if edit.status is None and status == DEPRECATED and DEPRECATED in memory.tags and DEPRECATED not in tags:
        status = "active"
    elif edit.status is not None and edit.status != DEPRECATED:
        tags = [tag for tag in tags if tag != DEPRECATED]
    return checked(
        memory._replace(
            **plain,
            tags=tags,
            status=status,
            metadata=_merged(memory.metadata, edit.metadata),
            review_at=_cleared(memory.review_at, edit.review_at),
            expires_at=_cleared(memory.expires_at, edit.expires_at),
            updated_at=now,
        )
    )


_SPECIAL = ("tags", "add_tags", "remove_tags", "metadata", "status", "review_at", "expires_at")


def _merged(before: Mapping[str, object], edit: Mapping[str, object] | None) -> Mapping[str, object]:
    if edit is None:
        return before
    _mapping("metadata", edit)
    merged = {**before, **edit}
    return {key: value for key, value in merged.items() if value is not None}


def _cleared(before: datetime | None, edit: datetime | str | None) -> datetime | None:
    if edit is None:
        return before
    return None if isinstance(edit, str) else edit


def checked(memory: Memory) -> Memory:
    """The same memory in its normal form: tags, type, status and times; raises InvalidInput that names the value."""
    content = _text("content", memory.content)
    if not content.strip():
        raise InvalidInput("There is nothing to save: the content is empty.", hint="Give some text.")
    if len(content) > MAX_CONTENT:
        raise InvalidInput(
            f"The content has {len(content):,} characters; a memory has at most {MAX_CONTENT:,}.",
            hint="Save what matters of it, or several memories.",
        )
    if memory.status not in STATUSES:
        raise InvalidInput(f"{memory.status!r} is not a status.", hint=f"Use one of: {', '.join(STATUSES)}")
    tags = _tags(memory.tags)
    status = DEPRECATED if DEPRECATED in tags and memory.status == "active" else memory.status
    return memory._replace(
        **{name: _line(name, getattr(memory, name)) for name in _LINES},
        namespace=namespace_name(_text("namespace", memory.namespace)),
        content=content,
        type=_type(memory.type),
        tags=(*tags, DEPRECATED) if status == DEPRECATED and DEPRECATED not in tags else tags,
        summary=_text("summary", memory.summary).strip(),
        status=status,
        metadata=_mapping("metadata", memory.metadata),
        structured=_mapping("structured", memory.structured),
        files=tuple(dict.fromkeys(_line("file", path).replace("\\", "/") for path in memory.files if path)),
        review_at=_moment(memory.review_at),
        expires_at=_moment(memory.expires_at),
    )


_LINES = ("source_tool", "source_repo", "project", "branch", "commit", "author", "session_id", "owner")


def _type(value: MemoryType | str) -> MemoryType | str:
    if isinstance(value, MemoryType):
        return value
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers are not all typed
        raise InvalidInput(f"The type must be a text, not {type(value).__name__}.")
    return MemoryType.parse(value)


def _tags(tags: Sequence[str]) -> tuple[str, ...]:
    if isinstance(tags, str):
        tags = tags.split(",")
    return tuple(dict.fromkeys(tagging.normalise(tag) for tag in tags))


def _text(name: str, value: object) -> str:
    """A text that the store can keep: no lone surrogates, no NUL."""
    if not isinstance(value, str):
        raise InvalidInput(f"The {name} must be a text, not {type(value).__name__}.")
    if "\0" in value:
        raise InvalidInput(f"The {name} holds a NUL character.", hint="Is it a binary file? Give text.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(
            f"The {name} is not valid Unicode at character {error.start + 1}.", hint="Give the text as UTF-8."
        ) from None
    return value


def _line(name: str, value: object) -> str:
    text = _text(name, value).strip()
    if len(text) > _LINE or any(mark in text for mark in "\n\r"):
        raise InvalidInput(f"The {name} must be one line of at most {_LINE} characters, not {text[:60]!r}.")
    return text


def _moment(value: datetime | None) -> Timestamp | None:
    return None if value is None else Timestamp.of(value)


def _mapping(name: str, value: object) -> Mapping[str, object]:
    """A mapping from names to JSON values."""
    if not isinstance(value, Mapping):
        raise InvalidInput(f"The {name} must be a mapping, not {type(value).__name__}.")
    mapping = cast("Mapping[object, object]", value)
    if not mapping:
        return NO_METADATA
    return {_key(name, key): _json(f"{name}[{key!r}]", inner) for key, inner in mapping.items()}


def _key(name: str, key: object) -> str:
    text = _text(f"key of {name}", key)
    if not text.strip():
        raise InvalidInput(f"A key of {name} is empty.")
    return text


def _json(name: str, value: object) -> object:
    """The value as JSON keeps it; raises InvalidInput that gives the path to what JSON cannot keep."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _text(name, value)
    if isinstance(value, float) and isfinite(value):
        return value
    if isinstance(value, Mapping):
        return dict(_mapping(name, cast("object", value)))
    if isinstance(value, list | tuple):
        return [
            _json(f"{name}[{place}]", inner) for place, inner in enumerate(cast("Sequence[object]", value))
        ]
    raise InvalidInput(
        f"{name} is {value!r}; only JSON values can be kept: text, numbers, true, false, lists, mappings."
    )

"""Stamp and check: what a caller gives becomes a complete, valid Memory, or a clear error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from contextfs.domain import tags as tagging
from contextfs.domain.clock import ID_LENGTH, Timestamp, new_id
from contextfs.domain.given import line_of, listed, mapping_of, text_of, without_part
from contextfs.domain.memory import NO_METADATA, STATUSES, Draft, Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.namespaces import namespace_name
from contextfs.domain.record_mark import is_own_tag, is_record
from contextfs.errors import InvalidInput

MAX_CONTENT = 1_000_000
"""Characters of one memory; anything longer is a document to index, not a memory."""
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
    metadata: Mapping[str, object] | str | None = None
    """Merged key by key; the value None removes the key, an empty text all of them."""
    status: str | None = None
    files: Sequence[str] | None = None
    source_tool: str | None = None
    source_repo: str | None = None
    owner: str | None = None
    review_at: datetime | str | None = None
    expires_at: datetime | str | None = None
    structured: Mapping[str, object] | str | None = None
    superseded_by: str | None = None
    supersedes: Sequence[str] | None = None
    commit: str | None = None
    """The commit that it was saved at, where that was rewritten."""


def stamp(draft: Draft, here: Defaults, now: Timestamp) -> Memory:
    """The complete memory that a draft means here and now; raises InvalidInput."""
    created = Timestamp.of(draft.created_at) if draft.created_at else now
    if not draft.created_at:  # what comes from elsewhere may have expired there
        _refuse_past_expiry(draft.expires_at, now)
    return checked(
        Memory(
            content=draft.content,
            type=_type(draft.type),
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


def _refuse_past_expiry(moment: datetime | None, now: Timestamp) -> None:
    if moment is not None and Timestamp.of(moment) <= now:
        raise InvalidInput(
            f"expires_at is {moment.isoformat(' ', 'minutes')}, which is past: nobody would find the memory.",
            hint="Give a time to come, such as 90d or 2027-01-15, or archive the memory.",
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
    if edit.type is not None:
        plain["type"] = _type(edit.type)
    if edit.structured == "":
        plain["structured"] = NO_METADATA
    elif edit.content is not None and edit.structured is None:
        _refuse_text_of_record(memory)
    if isinstance(edit.expires_at, datetime):
        _refuse_past_expiry(edit.expires_at, now)
    given = memory.tags if edit.tags is None else _new_tags(memory, edit)
    dropped = _tags(edit.remove_tags)
    tags = [tag for tag in (*given, *_tags(edit.add_tags)) if tag not in dropped]
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


def _refuse_text_of_record(memory: Memory) -> None:
    """The text of a record is written from its fields; changed alone it would say something else than they do."""
    if is_record(memory.structured):
        raise InvalidInput(
            f"Memory {memory.short_id} is a record; its text is made of its fields.",
            hint=f"Change them with: contextfs pact update {memory.short_id} -. Or make it a plain memory by clearing"
            f" them as well: contextfs update {memory.short_id} TEXT --structured ''",
        )


def _new_tags(memory: Memory, edit: Edit) -> tuple[str, ...]:
    """The tags that an edit gives; those that follow from a record stay for as long as its fields do."""
    given = _tags(edit.tags)
    if edit.structured is not None or not is_record(memory.structured):
        return given
    return (*(tag for tag in memory.tags if is_own_tag(tag) and tag not in given), *given)


_SPECIAL = ("type", "tags", "add_tags", "remove_tags", "metadata", "status", "review_at", "expires_at")


def _merged(before: Mapping[str, object], edit: Mapping[str, object] | str | None) -> Mapping[str, object]:
    if edit is None:
        return before
    if edit == "":
        return NO_METADATA
    merged = {**before, **mapping_of("metadata", edit)}
    return {key: value for key, value in merged.items() if value is not None}


def _cleared(before: datetime | None, edit: datetime | str | None) -> datetime | None:
    if edit is None:
        return before
    return None if isinstance(edit, str) else edit


def checked(memory: Memory) -> Memory:
    """The same memory in its normal form: tags, status and times; raises InvalidInput that names the value."""
    content = text_of("content", memory.content)
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
        **{name: line_of(name, getattr(memory, name)) for name in _LINES},
        namespace=namespace_name(text_of("namespace", memory.namespace)),
        content=content,
        tags=(*tags, DEPRECATED) if status == DEPRECATED and DEPRECATED not in tags else tags,
        summary=text_of("summary", memory.summary).strip(),
        status=status,
        metadata=_object("metadata", memory.metadata),
        structured=_object("structured", memory.structured),
        files=tuple(dict.fromkeys(_path(path) for path in listed("files", memory.files) if path)),
        review_at=_moment(memory.review_at),
        expires_at=_moment(memory.expires_at),
    )


_LINES = ("source_tool", "source_repo", "project", "branch", "commit", "author", "session_id", "owner")


def _object(name: str, given: object) -> Mapping[str, object]:
    """A JSON object of a size that a memory may have."""
    value = mapping_of(name, given)
    if not value:
        return value
    from json import dumps  # only a memory with such a field needs it

    if (size := len(dumps(value, ensure_ascii=False))) > MAX_CONTENT:
        raise InvalidInput(
            f"The {name} has {size:,} characters as JSON; a memory has at most {MAX_CONTENT:,}.",
            hint="Keep what you search for, and the rest in a file that the memory names.",
        )
    return value


def _type(value: MemoryType | str) -> MemoryType | str:
    if isinstance(value, MemoryType):
        return value
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers are not all typed
        raise InvalidInput(f"The type must be a text, not {type(value).__name__}.")
    return MemoryType.parse(value)


def _tags(given: object) -> tuple[str, ...]:
    return tagging.normalise_all(listed("tags", given))


def _path(given: str) -> str:
    """A path as every system writes it, without the part that is meant: it moves, and the file is found by its name."""
    return without_part(line_of("file", given).replace("\\", "/"))


def _moment(value: datetime | None) -> Timestamp | None:
    return None if value is None else Timestamp.of(value)

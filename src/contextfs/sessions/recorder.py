"""Recorder: what begins, changes and ends a session, as patches for the write door; pure functions of what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, cast

from contextfs.domain.change import Patch
from contextfs.domain.clock import Timestamp, new_id
from contextfs.domain.given import line_of, mapping_of, text_of
from contextfs.domain.memory import NO_METADATA
from contextfs.domain.memory_state import difference
from contextfs.domain.namespaces import namespace_name
from contextfs.domain.session import ROLES, Message, Session
from contextfs.domain.session_state import state_of
from contextfs.domain.summary import Summary
from contextfs.errors import InvalidInput

PERSON = "person"
"""Who made a summary that was given and not worked out."""
Redact = Callable[[str], tuple[str, int]]
"""A text without its secrets, and how many there were."""
_MAX_SUMMARY = 100_000
_LINES = ("tool", "label", "source_repo", "branch", "project", "client")


class SessionEdit(NamedTuple):
    """What an update changes; None leaves a field as it is, an empty text clears it."""

    label: str | None = None
    summary: str | None = None
    tool: str | None = None
    project: str | None = None
    namespace: str | None = None
    metadata: Mapping[str, object] | None = None
    """Merged key by key; the value None removes the key."""


def checked(session: Session) -> Session:
    """The same heading in its normal form; raises InvalidInput that names the value."""
    summary = text_of("summary", session.summary).strip()
    if len(summary) > _MAX_SUMMARY:
        raise InvalidInput(f"The summary has {len(summary):,} characters; it may have {_MAX_SUMMARY:,}.")
    if session.started_at and session.ended_at and session.ended_at < session.started_at:
        raise InvalidInput(
            f"The session ends {session.ended_at.isoformat()}, before it starts {session.started_at.isoformat()}."
        )
    return session._replace(
        **{name: line_of(name, getattr(session, name)) for name in _LINES},
        summary=summary,
        namespace=namespace_name(text_of("namespace", session.namespace)),
        metadata=mapping_of("metadata", session.metadata) or NO_METADATA,
    )


def edited(session: Session, edit: SessionEdit) -> Patch:
    """The patch that an edit of a session means; empty when it changes nothing."""
    plain = {
        name: value for name, value in edit._asdict().items() if name != "metadata" and value is not None
    }
    if edit.summary is not None:
        plain["summarized_by"] = PERSON if edit.summary.strip() else ""
    if edit.metadata is not None:
        merged = {**session.metadata, **edit.metadata}
        plain["metadata"] = {key: value for key, value in merged.items() if value is not None}
    return difference(state_of(session), state_of(checked(session._replace(**plain))))


def ended(session: Session, summary: Summary | None, label: str | None, now: Timestamp) -> Patch:
    """The patch that ends a session; a summary that a person wrote stays."""
    over = max(
        now, Timestamp.of(session.started_at or now)
    )  # a clock that was set back must not keep it open
    after = session._replace(
        ended_at=session.ended_at or over, label=session.label if label is None else label
    )
    if summary is not None and session.summarized_by != PERSON:
        after = after._replace(summary=summary.text, summarized_by=summary.made_by)
    return difference(state_of(session), state_of(checked(after)))


# ── messages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def message_of(role: object, content: object, metadata: object) -> Message:
    """A message that somebody adds by hand; raises InvalidInput."""
    text = text_of("content", content)
    if not text.strip():
        raise InvalidInput("There is nothing to add: the message is empty.", hint="Give some text.")
    given = mapping_of("metadata", metadata) if metadata else NO_METADATA
    return Message(_role(role), text, metadata=given, id=new_id())


def _role(given: object) -> str:
    role = str(given).strip().lower()
    if role not in ROLES:
        raise InvalidInput(f"{given!r} is not a role.", hint=f"Use one of: {', '.join(ROLES)}")
    return role


def clean(message: Message, redact: Redact) -> tuple[Message, int]:
    """A message of any origin as the store can keep it, without its secrets, and how many there were."""
    content, found = redact(_storable(message.content))
    metadata = message.metadata
    if metadata:
        counts = [found]
        metadata = {str(key): _redacted(value, redact, counts) for key, value in metadata.items()}
        found = sum(counts)
    return message._replace(content=content, metadata=metadata), found


def _storable(text: str) -> str:
    """The text without what SQLite's texts cannot hold; a transcript of raw output is kept as far as it can be."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _redacted(value: object, redact: Redact, counts: list[int]) -> object:
    if isinstance(value, str):
        text, found = redact(_storable(value))
        counts.append(found)
        return text
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return {_storable(str(key)): _redacted(inner, redact, counts) for key, inner in pairs}
    if isinstance(value, list | tuple):
        return [_redacted(inner, redact, counts) for inner in cast("Iterable[object]", value)]
    return value


def cleaned(given: Iterable[Message], redact: Redact, counts: list[int]) -> Iterator[Message]:
    """Messages as the store can keep them; `counts` takes how many secrets each held."""
    for message in given:
        kept, found = clean(message, redact)
        if found:
            counts.append(found)
        yield kept

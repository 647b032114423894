"""Between a memory and its Markdown page: a YAML block with its fields, then its text, unchanged to the last byte.

The block names the revision that the page shows, so that an edit made on an old page is told from one made on the
current one. The text begins after one empty line and ends before the last line break of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from contextfs.domain.clock import ID_LENGTH
from contextfs.domain.memory import Memory
from contextfs.exchange import front_matter
from contextfs.exchange.cleaning import plain

EDITABLE = (
    *("type", "summary", "tags", "project", "namespace", "status", "owner", "files"),
    *("review_at", "expires_at", "metadata", "structured"),
)
"""What a person may change on a page; the rest says where the memory comes from."""
ORIGIN = (
    *("source_tool", "source_repo", "branch", "commit", "author", "session_id"),
    *("created_at", "updated_at", "supersedes", "superseded_by"),
)
_DEFAULTS: dict[str, object] = {"status": "active"}
_HEX = frozenset("0123456789abcdef")


class Paged(NamedTuple):
    """What a page says."""

    path: str
    """The file inside its tree."""
    id: str
    """Empty on a page that somebody wrote anew."""
    revision: str
    content: str
    given: Mapping[str, Any]
    """The fields of the block, by the names of a memory's fields; names that a memory does not have are metadata."""


def page_of(memory: Memory, revision: str) -> str:
    """The page of a memory."""
    fields: dict[str, object] = {"id": memory.id, "revision": revision}
    for name in (*EDITABLE, *ORIGIN):
        value = _said(getattr(memory, name))
        if value not in ("", None, [], {}) and value != _DEFAULTS.get(name):
            fields[name] = value
    return front_matter.write(fields, f"\n{memory.content}\n")


def _said(value: object) -> object:
    """A field as YAML says it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, object]", value))
    if isinstance(value, Sequence):
        return [str(one) for one in cast("Sequence[object]", value)]
    return value


def read_page(path: str, text: str) -> Paged:
    """What a page says; raises UnreadableSource when its block is broken."""
    page = front_matter.split(text)
    body = page.body
    if page.newline == "\r\n":  # written by us with \n, so the whole file was converted
        body = body.replace("\r\n", "\n")
    if page.fields:
        body = body.removeprefix("\n")
    fields = dict(page.fields)
    subject, revision = (str(fields.pop(name, None) or "") for name in ("id", "revision"))
    if not ids_in([subject]):
        if subject:
            fields["original_id"] = subject
        subject = ""
    return Paged(path, subject, revision, body.removesuffix("\n"), _given(fields))


def ids_in(value: object) -> tuple[str, ...]:
    """The ids of memories in a list; what is no id is left out."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    texts = [item for item in items if isinstance(item, str)]
    return tuple(text for text in texts if len(text) == ID_LENGTH and _HEX.issuperset(text))


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields under a memory's names; what a memory does not have goes into its metadata."""
    given = {name: value for name, value in fields.items() if name in EDITABLE or name in ORIGIN}
    more = {name: plain(value) for name, value in fields.items() if name not in given and name.strip()}
    if more:
        told = given.get("metadata")
        given["metadata"] = {**more, **(cast("dict[str, Any]", told) if isinstance(told, dict) else {})}
    return given


def belongs(text: str) -> bool:
    """Whether the beginning of a file is that of a page of ours."""
    head = text[:2000].replace("\r\n", "\n").split("\n")
    if head[0].rstrip() != "---":
        return False
    names = [line.partition(":")[0] for line in head[1:4]]
    return "id" in names and "revision" in names

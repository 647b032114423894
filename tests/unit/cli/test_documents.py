"""The JSON documents: complete, plain, and under the names of the domain."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from contextfs.cli import documents
from contextfs.domain.clock import Timestamp
from contextfs.domain.history import Revision, Undone
from contextfs.domain.memory import Memory, Saved
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.search import Answer, SearchResult, Why
from contextfs.domain.status import Listing

WHEN = Timestamp.of(datetime(2026, 1, 15, 12, tzinfo=UTC))
MEMORY = Memory(
    "text", MemoryType.DECISION, ("a",), id="f" * 32, metadata={"n": {"deep": [1]}}, created_at=WHEN
)


def test_a_memory_is_said_in_full_with_its_id_first() -> None:
    """Every field is there under its own name, times in ISO 8601."""
    document = documents.memory(MEMORY)
    assert next(iter(document)) == "id"
    assert set(document) == set(Memory._fields)
    assert json.loads(json.dumps(document))["metadata"] == {"n": {"deep": [1]}}
    assert document["created_at"] == "2026-01-15T12:00:00+00:00"
    assert document["type"] == "decision"


def test_every_document_is_plain_json() -> None:
    """Nothing in an answer, a list, a save, a revision or an undo is beyond JSON."""
    result = SearchResult(MEMORY, 0.123456, Why({"cosine": 0.5}, ("text",)), ("e" * 32,))
    revision = Revision(
        1, "c" * 32, MEMORY.id, "save", WHEN, "me", "here", {"content": "text"}, False, MEMORY
    )
    said = [
        documents.answer("q", Answer([result], [result], 3, "static", 1)),
        documents.listing(Listing([MEMORY], 1, 0)),
        documents.saved(Saved(MEMORY, True, (MEMORY, 0.97), ("Say why.",))),
        documents.saved(Saved(MEMORY, False)),
        documents.revision(revision),
        documents.revision(revision._replace(memory=None)),
        documents.undone(Undone("save", WHEN, [MEMORY], ["a" * 32], [("b" * 32, "content")])),
    ]
    assert [json.loads(json.dumps(each)) for each in said] == said


def test_the_shape_of_an_answer_is_stable() -> None:
    """Scripts rely on these names."""
    document = documents.answer("q", Answer([SearchResult(MEMORY, 0.123456)]))
    assert set(document) == {"query", "results", "nearest", "elsewhere", "provider", "waiting", "apart"}
    assert json.loads(json.dumps(document))["results"][0]["relevance"] == 0.1235

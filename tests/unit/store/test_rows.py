"""Rows hold memories whole, and the filters on them mean what they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from contextfs.domain.clock import Timestamp
from contextfs.domain.memory import STATUSES, Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.search import Filters, Scope
from contextfs.store.store import Store

Put = Callable[..., Memory]
EVERYWHERE = Scope(None)
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def found(store: Store, scope: Scope = EVERYWHERE, **filters: object) -> list[str]:
    """The contents that the filters let through, in alphabetical order."""
    with store.reading() as view:
        chosen = Filters(**filters)  # type: ignore[arg-type]
        memories = view.select(chosen, scope, 100)
        assert view.count(chosen, scope) == len(memories)
        return sorted(memory.content for memory in memories)


def test_a_memory_survives_its_row(store: Store, put: Put) -> None:
    """Every field comes back as it was written, in value and type."""
    memory = put(
        "Zeile 1\nline 2 \u2028 漢字 🦘 'quotes' \"double\" \\ back",
        type=MemoryType.DECISION,
        tags=("b", "feature/x", "a"),
        summary="short",
        source_tool="claude-code",
        source_repo="backend-api",
        project="payments",
        metadata={"n": 1, "f": 1.0, "yes": True, "none": None, "list": [1, "two", {"x": []}], "é": "ü"},
        status="archived",
        branch="feature/x",
        commit="abc",
        session_id="s1",
        files=("src/app.py", "docs/a b.md"),
        supersedes=("a" * 32,),
        superseded_by="b" * 32,
        owner="ada",
        review_at=Timestamp.of(NOON),
        expires_at=Timestamp.of(NOON + timedelta(microseconds=1)),
        structured={"status": "Accepted", "alternatives": ["MySQL"]},
    )
    with store.reading() as view:
        again = view.memory(memory.id)
    assert again == memory
    assert again is not None
    assert [type(value) for value in again.metadata.values()] == [
        type(value) for value in memory.metadata.values()
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"n": 42}, ["number"]),
        ({"n": 42.0}, ["number"]),
        ({"n": "42"}, ["text"]),
        ({"n": True}, ["true"]),
        ({"n": 1}, ["one"]),
        ({"n": None}, ["null"]),
        ({"n": [1, 2]}, ["list"]),
        ({"n": [2, 1]}, []),
        ({"n": {"deep": {"er": "x"}}}, ["nested"]),
        ({"n.deep.er": "x"}, ["dotted", "nested"]),
        ({"n.deep": {"er": "x"}}, ["nested"]),
        ({"n": {"deep": {"er": "y"}}}, []),
        ({'quo"ted': 1}, ["odd keys"]),
        ({"back\\slash": 2}, ["odd keys"]),
        ({"$": 3}, ["odd keys"]),
        ({"über schall": "größe"}, ["odd keys"]),
        ({"n": 42, "m": "x"}, []),
        ({"n": 42, "m": "y"}, ["number"]),
        ({"missing": 1}, []),
        ({"": 1}, []),
    ],
)
def test_metadata_is_compared_with_its_type(
    store: Store, put: Put, asked: dict[str, object], expected: list[str]
) -> None:
    """42 is not "42", true is not 1; nested and dotted keys reach inside; odd keys are just keys."""
    for content, metadata in {
        "number": {"n": 42, "m": "y"},
        "text": {"n": "42"},
        "true": {"n": True},
        "one": {"n": 1},
        "null": {"n": None},
        "list": {"n": [1, 2]},
        "nested": {"n": {"deep": {"er": "x"}}},
        "dotted": {"n.deep.er": "x"},
        "odd keys": {'quo"ted': 1, "back\\slash": 2, "$": 3, "über schall": "größe"},
        "no metadata": {},
    }.items():
        put(content, metadata=metadata)
    assert found(store, metadata=asked) == expected


def test_tags_are_all_asked_for(store: Store, put: Put) -> None:
    """Two tags mean both of them, and a tag is compared whole."""
    put("both", tags=("auth", "db"))
    put("one", tags=("auth",))
    put("longer", tags=("auth-db",))
    assert found(store, tags=["auth"]) == ["both", "one"]
    assert found(store, tags=["auth", "db"]) == ["both"]
    assert found(store, tags=["aut%"]) == []


def test_types_projects_tools_and_people(store: Store, put: Put) -> None:
    """Each of the plain filters is an equality, and several types mean any of them."""
    put("mine", type=MemoryType.DECISION, project="p", source_tool="codex", source_repo="r", branch="main")
    put("other", type=MemoryType.FACT, project="P", source_tool="cursor", source_repo="r2", session_id="s")
    assert found(store, types=["decision"]) == ["mine"]
    assert found(store, types=[MemoryType.DECISION, "fact"]) == ["mine", "other"]
    assert found(store, project="p") == found(store, source_tool="codex") == ["mine"]
    assert found(store, source_repo="r") == found(store, branch="main") == ["mine"]
    assert found(store, session_id="s") == ["other"]
    assert found(store, author="ada") == ["mine", "other"]


def test_since_and_until_are_inclusive(store: Store, put: Put) -> None:
    """The bounds themselves belong to the range, to the microsecond."""
    tick = timedelta(microseconds=1)
    for name, moment in {"before": NOON - tick, "noon": NOON, "after": NOON + tick}.items():
        put(name, created_at=Timestamp.of(moment))
    assert found(store, since=NOON) == ["after", "noon"]
    assert found(store, until=NOON) == ["before", "noon"]
    assert found(store, since=NOON, until=NOON) == ["noon"]


def test_statuses_and_expiry(store: Store, put: Put) -> None:
    """Archived and expired memories are shown only to who asks for the archived ones."""
    put("active")
    put("deprecated", status="deprecated", tags=("deprecated",))
    put("archived", status="archived")
    put("expired", expires_at=Timestamp.of(NOON))
    put("expires later", expires_at=Timestamp.from_micros(10**16))
    assert found(store) == ["active", "deprecated", "expires later"]
    assert found(store, statuses=("archived",)) == ["archived"]
    assert found(store, statuses=("active",)) == ["active", "expires later"]
    assert len(found(store, statuses=STATUSES)) == 5


def test_scope_is_a_list_of_namespaces(store: Store, put: Put) -> None:
    """Only the namespaces in scope are seen; one that does not exist holds nothing."""
    put("a", namespace="alpha")
    put("b", namespace="beta")
    put("c", namespace="global")
    assert found(store, Scope(("alpha",))) == ["a"]
    assert found(store, Scope(("alpha", "global"))) == ["a", "c"]
    assert found(store, Scope(("nowhere",))) == []
    assert found(store, Scope(("nowhere", "beta"))) == ["b"]
    assert found(store) == ["a", "b", "c"]


def test_newest_first_page_by_page(store: Store, put: Put) -> None:
    """Pages of a listing join without a gap or a double, newest first."""
    for n in range(7):
        put(f"memory {n}", created_at=Timestamp.of(NOON + timedelta(hours=n)))
    with store.reading() as view:
        pages = [view.select(Filters(), EVERYWHERE, 3, offset) for offset in (0, 3, 6)]
    assert [memory.content for page in pages for memory in page] == [f"memory {n}" for n in range(6, -1, -1)]


def test_namespaces_count_their_memories(store: Store, put: Put) -> None:
    """Counts by namespace and type, repositories, tags and totals follow every write."""
    one = put("a", namespace="alpha", source_repo="r1", tags=("x",))
    put("b", namespace="alpha", type=MemoryType.ERROR, source_repo="r2", tags=("x", "y"))
    put("c", namespace="beta")
    put("a", id=one.id, namespace="beta", source_repo="r1", tags=("z",))
    with store.reading() as view:
        assert view.namespace_counts() == {"alpha": {"error": 1}, "beta": {"fact": 2}}
        assert view.namespace_repos() == {"alpha": ["r2"], "beta": ["r1"]}
        assert view.known_tags() == [("x", 1), ("y", 1), ("z", 1)]
        assert view.tag_names() == ["x", "y", "z"]
        assert view.unused_tags(["x", "nobody", "z"]) == ["nobody"]
        assert view.total() == 3


def test_the_same_text_is_known_whatever_ends_its_lines(store: Store, put: Put) -> None:
    """A text is found again with white space at the ends of lines, not in another namespace, not when changed."""
    memory = put("one two \n  three\n")
    with store.reading() as view:
        assert view.same_content("team", "one two\r\n  three") == memory
        assert view.same_content("elsewhere", "one two\n  three") is None
        assert view.same_content("team", "one two\nthree") is None

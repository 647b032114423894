"""Between memories and the fields of the change log: nothing is lost on the way there and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.change import Change, fold
from contextfs.domain.clock import Timestamp
from contextfs.domain.memory import STATUSES, Memory
from contextfs.domain.memory_state import difference, memory_of, same, state_of
from contextfs.domain.memory_types import MemoryType

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
names = st.text("abcdefghijklmnop-/.é漢", min_size=1, max_size=8).filter(lambda name: name != "deprecated")
moments = st.none() | st.integers(-(10**15), 10**16).map(Timestamp.from_micros)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, width=32) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def memories(draw: st.DrawFn) -> Memory:
    """Any memory in the normal form in which capture hands it on."""
    created = draw(st.integers(-(10**15), 10**16).map(Timestamp.from_micros))
    status, tags = draw(st.sampled_from(STATUSES)), draw(st.lists(names, unique=True, max_size=4))
    return Memory(
        content=draw(words.filter(str.strip)),
        type=draw(st.sampled_from(MemoryType) | st.just("type-of-a-newer-peer")),
        tags=(*tags, "deprecated") if status == "deprecated" else tuple(tags),
        summary=draw(words),
        source_tool=draw(words),
        source_repo=draw(words),
        project=draw(words),
        metadata=dict(sorted(draw(st.dictionaries(names, json_values, max_size=3)).items())),
        id="a" * 32,
        namespace=draw(words),
        status=status,
        branch=draw(words),
        commit=draw(words),
        author=draw(words.filter(bool)),
        device="d" * 12,
        created_at=created,
        updated_at=draw(moments) or created,
        session_id=draw(words),
        files=tuple(draw(st.lists(names, unique=True, max_size=3))),
        supersedes=tuple(draw(st.lists(names, unique=True, max_size=2))),
        superseded_by=draw(words),
        owner=draw(words),
        review_at=draw(moments),
        expires_at=draw(moments),
        structured=draw(st.dictionaries(names, json_values, max_size=3)),
    )


def changes(*patches: dict[str, object]) -> list[Change]:
    """A linear history of these patches."""
    made: list[Change] = []
    for place, patch in enumerate(patches):
        parents = (str(place - 1),) if place else ()
        made.append(
            Change(str(place), "a" * 32, "memory", "save", "0", parents, place, "d" * 12, "somebody", patch)
        )
    return made


@given(memories())
def test_a_memory_survives_the_log(memory: Memory) -> None:
    """What is written as a state comes back as the same memory."""
    assert memory_of(memory.id, fold(changes(state_of(memory)))) == memory


@given(memories(), memories())
def test_a_difference_leads_from_one_memory_to_the_other(before: Memory, after: Memory) -> None:
    """Applying the difference of two states to the first gives the second, in every field and type."""
    patch = difference(state_of(before), state_of(after))
    reached = memory_of(before.id, fold(changes(state_of(before), patch)))
    assert reached is not None
    assert same(state_of(reached), state_of(after))


@given(memories())
def test_no_difference_is_no_patch(memory: Memory) -> None:
    """A memory does not differ from itself."""
    assert difference(state_of(memory), state_of(memory)) == {}


def test_a_change_of_type_alone_is_a_change() -> None:
    """To Python 1, 1.0 and True are equal; to a metadata filter they are not, so the patch tells them apart."""
    before, after = Memory("x", metadata={"n": 1}), Memory("x", metadata={"n": True})
    assert difference(state_of(before), state_of(after)) == {"meta:n": [True]}
    assert same({"a": [1, {"b": "c"}]}, {"a": [1, {"b": "c"}]})
    assert not same({"a": [1]}, {"a": [1.0]})


def test_metadata_may_be_null() -> None:
    """A key whose value is null is there, which is something else than a key that was removed."""
    memory = Memory("x", metadata={"gone": None})
    kept = memory_of("a" * 32, fold(changes(state_of(memory))))
    removed = memory_of("a" * 32, fold(changes(state_of(memory), {"meta:gone": None})))
    assert kept is not None
    assert removed is not None
    assert (dict(kept.metadata), dict(removed.metadata)) == ({"gone": None}, {})


def test_the_tag_and_the_status_deprecated_are_one_thing_after_a_merge() -> None:
    """Where one device set the status and another the tag, the memory has both."""
    tagged = memory_of("a" * 32, fold(changes({"content": "x", "tag:deprecated": 0})))
    marked = memory_of("a" * 32, fold(changes({"content": "x", "status": "deprecated"})))
    assert tagged is not None
    assert marked is not None
    assert (tagged.status, tuple(tagged.tags)) == ("deprecated", ("deprecated",))
    assert (marked.status, tuple(marked.tags)) == ("deprecated", ("deprecated",))


def test_a_memory_without_times_takes_those_of_its_first_change() -> None:
    """A foreign change without times still has a clock."""
    memory = memory_of("a" * 32, fold(changes({"content": "x"})))
    assert memory is not None
    assert memory.created_at == memory.updated_at == Timestamp.from_micros(0)
    assert memory.author == "somebody"


def test_what_is_deleted_or_has_no_content_is_no_memory() -> None:
    """A deleted memory, and one whose text has not arrived, are not there."""
    assert memory_of("a" * 32, fold(changes({"content": "x"}, {"deleted": True}))) is None
    assert memory_of("a" * 32, fold(changes({"summary": "x"}))) is None

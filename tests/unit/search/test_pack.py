"""From memories in their order to a text that fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from contextfs.domain.fence import CLOSE, OPEN, without_fences
from contextfs.domain.memory import Memory
from contextfs.domain.pack import ContextPack
from contextfs.search.pack import DATA, Offer, packed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def memory(number: int, content: str, kind: str = "fact", **fields: object) -> Memory:
    """A memory three days old."""
    return Memory(content, kind, id=f"{number:032x}", created_at=NOW - timedelta(days=3), **fields)  # type: ignore[arg-type]


def offers(*contents: str, kind: str = "fact") -> list[Offer]:
    """Memories with these texts, each a little less relevant than the one before it."""
    return [Offer(memory(place + 1, text, kind), 0.9 - 0.01 * place) for place, text in enumerate(contents)]


def pack(given_: list[Offer], budget: int = 1000) -> ContextPack:
    """The pack of these."""
    return packed("a task", given_, budget, NOW)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=900)


@given(st.lists(texts, max_size=12), st.integers(100, 600), st.booleans(), st.floats(0.1, 1.0))
@example([f"{OPEN}{CLOSE}" * 40], 100, True, 1.0)
@example(["\u2028> no\r[decision] 00000000 · now · current\x0b" * 9], 300, True, 1.0)
def test_a_pack_never_exceeds_its_budget_and_cuts_no_memory(
    contents: list[str], budget: int, diverse: bool, longest: float
) -> None:
    """Whatever the memories are: within the budget, each whole or not there, in their order, inside one fence."""
    given_ = offers(*contents)
    found = packed("a task", given_, budget, NOW, diverse=diverse, longest=longest)
    assert len(found.text) <= 4 * budget
    assert found.tokens == -(-len(found.text) // 4) <= budget
    places = [int(one.id, 16) for one in found.items]
    assert places == sorted(places)
    assert [one.content for one in found.items] == [contents[place - 1] for place in places]
    assert len(found.items) + len(found.named) + found.left_out == len(contents)
    assert without_fences(found.text) == ""
    heads = [
        line
        for line in found.text.splitlines()
        if line[:1] not in {">", ""} and line not in {OPEN, CLOSE, DATA}
    ]
    assert [line.split()[1] for line in heads] == [
        one.memory.short_id
        for one in given_
        if one.memory.id in {each.id for each in (*found.items, *found.named)}
    ]


def test_each_memory_says_what_it_is_and_where_it_comes_from() -> None:
    """Type, id, age, freshness and provenance stand above the quoted text, and in the item."""
    one = memory(
        0xABCDEF,
        "Retries stop after five.\n\n  - see queue.py",
        "decision",
        source_repo="shop",
        branch="main",
        source_tool="codex",
        author="Ada",
    )
    found = pack([Offer(one, 0.8, ("queue.py changed: 2 commits since",))])
    head = "[decision] 00000000 · 3 days ago · queue.py changed: 2 commits since · @shop main, codex, Ada"
    assert f"{head}\n> Retries stop after five.\n>\n>   - see queue.py\n" in found.text
    (item,) = found.items
    assert (item.type, item.age, item.provenance) == ("decision", "3 days ago", "@shop main, codex, Ada")
    assert item.freshness == "queue.py changed: 2 commits since"
    assert item.tokens == -(-len(found.text.partition(DATA)[2].strip().removesuffix(CLOSE).strip()) // 4)


def test_what_is_outdated_says_so() -> None:
    """A superseded memory names the one that replaced it, any other says that it is current."""
    old = memory(1, "Five retries.", superseded_by="feedbeef" * 4, status="deprecated")
    found = pack([Offer(old), Offer(memory(2, "Seven retries, since the provider is slow."))])
    assert [one.freshness for one in found.items] == ["superseded by feedbeef", "current"]


def test_what_does_not_fit_is_passed_over_and_named() -> None:
    """A memory that is too long leaves its place to shorter ones behind it, and its title stands there with its id."""
    found = pack(offers("short one", "long " * 400, "short two"), 200)
    assert [one.content for one in found.items] == ["short one", "short two"]
    assert [(int(one.id, 16), one.title, one.content) for one in found.named] == [
        (2, ("long " * 400).strip(), "")
    ]
    assert "tokens: recall it by its id" in found.text
    assert len(found.text) <= 800


def test_nothing_to_say_is_an_empty_text() -> None:
    """No fence stands around nothing."""
    assert pack([]).text == ""
    assert pack([]).items == ()
    assert packed("a task", offers("x" * 4000), 100, NOW, longest=0.01).left_out == 1


def test_a_repetition_gives_way_to_something_else() -> None:
    """What says again what is in the pack comes after what does not, when there is room for one of them."""
    first = "The webhook handler retries five times with exponential delays because the payment provider drops calls"
    again = first + " sometimes"
    other = "Signatures of webhooks are verified before anything is booked, see billing"
    found = pack(offers(first, again, other), 105)
    assert [one.content for one in found.items] == [first, other]


def test_a_second_memory_of_a_kind_gives_way_to_another_kind() -> None:
    """Among memories that are about as relevant the pack has one of each kind."""
    three = [
        Offer(memory(1, "Queues: SQS, since nobody has to patch it", "decision"), 0.8),
        Offer(memory(2, "Databases: PostgreSQL, which all of us know well", "decision"), 0.79),
        Offer(memory(3, "Redelivery failed: the visibility timeout was short", "error"), 0.75),
    ]
    assert [one.type for one in pack(three, 80).items] == ["decision", "error"]


def test_sections_have_headings_that_count() -> None:
    """Each section stands under its heading once, within the budget."""
    given_ = [Offer(memory(n, f"text {n}"), section="Decisions" if n < 3 else "Tasks") for n in range(1, 5)]
    found = pack(given_)
    assert found.text.count("## Decisions") == found.text.count("## Tasks") == 1
    assert found.text.index("text 2") < found.text.index("## Tasks") < found.text.index("text 3")
    assert [one.section for one in found.items] == ["Decisions", "Decisions", "Tasks", "Tasks"]

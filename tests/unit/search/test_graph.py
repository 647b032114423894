"""Names are followed from memory to memory, and only where that can help."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.search.plan import describes
from contextfs.settings import Settings

QUESTION = "Where is the state kept of the service that sends refunds to customers?"


@pytest.fixture(params=["words", "static"])
def ctx(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ContextFS]:
    environ = {"CONTEXTFS_EMBEDDING_PROVIDER": str(request.param)}
    settings = Settings(environ, data_dir=str(tmp_path / "data"))
    with ContextFS(settings=settings, namespace="shop", cwd=str(tmp_path)) as found:
        found.save("AmberRelay sends refunds to customers.")
        found.save("AmberRelay keeps its state in Redis.")
        for name in ("BirchForge", "CobaltLantern", "DuneHarbor"):
            found.save(f"{name} keeps its state in etcd.")
        yield found


def contents(ctx: ContextFS, text: str, **more: object) -> list[str]:
    return [one.memory.content for one in ctx.search(text, **more)]  # type: ignore[arg-type]


def test_what_shares_a_name_with_the_answer_is_found(ctx: ContextFS) -> None:
    """Of memories that say the same of different services, that of the service in question comes first of them."""
    found = contents(ctx, QUESTION)
    assert set(found[:2]) == {
        "AmberRelay sends refunds to customers.",
        "AmberRelay keeps its state in Redis.",
    }
    through = next(one for one in ctx.search(QUESTION) if "Redis" in one.memory.content)
    assert "shares AmberRelay" in through.why.notes


def test_it_can_be_switched_off_and_on(ctx: ContextFS) -> None:
    """`graph=False` follows nothing; `graph=True` follows also where the question describes nothing."""
    assert all("shares" not in str(one.why.notes) for one in ctx.search(QUESTION, graph=False))
    plain = "refunds to customers"
    assert "AmberRelay keeps its state in Redis." not in contents(ctx, plain)
    assert "AmberRelay keeps its state in Redis." in contents(ctx, plain, graph=True)


def test_a_name_that_everything_shares_ties_nothing(ctx: ContextFS) -> None:
    """A thing that many memories name is no reason to bring one of them in."""
    for number in range(20):
        ctx.save(f"Note {number}: AmberRelay was restarted.")
    assert not any("shares" in str(one.why.notes) for one in ctx.search(QUESTION))


def test_two_hops_are_followed_and_not_three(ctx: ContextFS) -> None:
    """What shares a name with what shares a name is found; one step further it is not."""
    ctx.save("AmberRelay is fed by `QueueBridge`.")
    ctx.save("`QueueBridge` was written by the `NorthTeam` group.")
    ctx.save("`NorthTeam` meets on Tuesdays.")
    found = contents(ctx, QUESTION, min_relevance=0, limit=20, graph=True)
    through = {
        one.memory.content: str(one.why.notes) for one in ctx.search(QUESTION, min_relevance=0, limit=20)
    }
    assert "shares QueueBridge" in through["`QueueBridge` was written by the `NorthTeam` group."]
    assert "shares" not in through.get("`NorthTeam` meets on Tuesdays.", "")
    assert found


def test_hidden_memories_are_not_reached(ctx: ContextFS) -> None:
    """A hop leads to no archived memory and to no other namespace."""
    ctx.save("AmberRelay listens on port 9000.", namespace="elsewhere")
    for one in ctx.list_recent():
        if "Redis" in one.content:
            ctx.archive(one.id)
    found = contents(ctx, QUESTION, min_relevance=0, limit=20)
    assert "AmberRelay keeps its state in Redis." not in found
    assert "AmberRelay listens on port 9000." not in found


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("who owns the thing that ranks suggestions", True),
        ("which database does the component which sends mail use", True),
        ("where do we deploy what converts currencies", False),
        ("which framework do we use", False),
        ("PaymentWebhookHandler", False),
        ("", False),
    ],
)
def test_questions_that_describe_a_thing_are_known(question: str, expected: bool) -> None:
    """A thing that is told by what it does makes a question describe; a name or a topic does not."""
    assert describes(question) is expected

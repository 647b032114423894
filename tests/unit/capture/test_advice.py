"""Advice appears for the guide's bad examples and never for its good ones."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import cast

import pytest

from contextfs.capture.advice import NO_TAGS, NO_WHY, TAGS_TOO, advice_for
from contextfs.capture.screen import secrets_in
from contextfs.domain.memory import Memory
from contextfs.domain.memory_types import MemoryType

GUIDE = Path(__file__).parents[2] / "walks" / "guide"
# What the guide leaves to its reader to fill in.
FILLED_IN = {
    "title": "Message queue",
    "what_problem_were_we_solving": "Jobs were lost on restart",
    "what_we_decided": "Use SQS",
    "alt_1": "RabbitMQ",
    "alt_2": "Kafka",
    "why_rejected": "one more thing to run",
    "positive_consequence": "no server to patch",
    "trade_off": "256 KB per message",
    "who_was_involved": "Alice and Bob",
    "when_decided": "2024-01-10",
}


def saves() -> list[tuple[str, Memory]]:
    """Every memory that an example of the guide saves, with the place it stands in."""
    found: list[tuple[str, Memory]] = []
    for page in sorted(GUIDE.glob("*.txt")):
        lines = page.read_text(encoding="utf-8").replace("[...]", '["team"]').splitlines()
        for number, line in enumerate(lines):
            call = call_at(lines[number:]) if line.startswith("ctx.save(") else ""
            if call and "save_session" not in call:  # what is saved there is a session
                found.append((f"{page.stem}:{number + 1}", memory_of(call)))
    return found


def call_at(lines: list[str]) -> str:
    """The call that begins on the first of these lines, as far as it goes."""
    for end in range(1, len(lines) + 1):
        code = "\n".join(lines[:end])
        try:
            ast.parse(code)
        except SyntaxError:
            continue
        return code
    raise AssertionError(lines[0])


def memory_of(call: str) -> Memory:
    """The memory that a call of `save` means."""
    made = call.replace("ctx.save(", "Memory(", 1)
    return cast("Memory", eval(made, {"Memory": Memory, "MemoryType": MemoryType, **FILLED_IN}))


SAVES = saves()
BAD = [memory for _, memory in SAVES if not memory.tags]
GOOD = [pytest.param(memory, id=place) for place, memory in SAVES if memory.tags]


def test_the_guide_was_read() -> None:
    """The examples that the other tests stand on are there, good ones and bad ones."""
    assert len(GOOD) >= 20
    assert [memory.content for memory in BAD] == ["Fixed the bug", "Use retry with backoff"]


@pytest.mark.parametrize("memory", GOOD)
def test_good_examples_get_none(memory: Memory) -> None:
    """What the guide saves, and says is good, is saved without a word; nor does the gate see a secret in it."""
    assert advice_for(memory) == ()
    assert secrets_in(memory.content) == []


@pytest.mark.parametrize("memory", BAD)
def test_bad_examples_get_some(memory: Memory) -> None:
    """What the guide calls bad is told what is missing, as a fact and as any other type."""
    for kind in ("fact", "decision", "error"):
        (line,) = advice_for(memory._replace(type=kind))
        assert line.startswith("Too short to be understood later")
        assert line.endswith(TAGS_TOO)


@pytest.mark.parametrize(
    "content",
    [
        "Using Redis for session storage instead of database-backed sessions. Reasons: 1) Horizontal scaling",
        "Use bcrypt with cost factor 12 for password hashing",
        "Kafka over RabbitMQ: we need replay",
        "Chose SQLite because there is no server to run",
    ],
)
def test_decisions_with_a_reason(content: str) -> None:
    """A decision that says why, or gives the figures that it is about, is complete."""
    assert advice_for(Memory(content, type=MemoryType.DECISION, tags=["x"])) == ()


@pytest.mark.parametrize(
    "content",
    [
        "Use PostgreSQL for the database layer",
        "We will use Redis as the session store",
        "Deploy the backend with Kubernetes and Helm charts",
        "## ADR-3: Kafka\n\n**Decision:** Use Kafka as the message broker between services",
    ],
)
def test_decisions_without_a_reason(content: str) -> None:
    """A decision that only says what is asked for its why."""
    assert advice_for(Memory(content, type=MemoryType.DECISION, tags=["x"])) == (NO_WHY,)


def test_a_rationale_in_its_own_field_counts() -> None:
    """The why of a decision may stand in its structured fields; an empty one does not count."""
    memory = Memory(
        "Use Redis as the token blacklist", type="decision", tags=["x"], structured={"rationale": "fast TTL"}
    )
    assert advice_for(memory) == ()
    assert advice_for(memory._replace(structured={"rationale": " "})) == (NO_WHY,)


@pytest.mark.parametrize("content", ["Using Redis", "Redis", "it works now", "Working on auth", "修复了错误"])
@pytest.mark.parametrize("kind", [*MemoryType.__members__.values()][:2])
def test_vague_texts(content: str, kind: MemoryType) -> None:
    """A few words that say nothing specific are asked for more, whatever the type, and in one line."""
    (line,) = advice_for(Memory(content, type=kind, tags=["x"]))
    assert line.startswith("Too short")
    assert "\n" not in line


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("This project uses Python 3.11 with FastAPI", "fact"),
        ("max_connections=50 in prod", "fact"),
        ("retry(fn)", "code"),
        ("I prefer tabs", "user"),
        ("Sprint 42 retrospective notes...", "episodic"),
        ("数据库连接池的大小必须与工作进程数相同", "fact"),
        ("a kind from a newer version says this", "dream"),
    ],
)
def test_short_but_specific_texts(content: str, kind: str) -> None:
    """A short text that names something is no reason for advice."""
    assert advice_for(Memory(content, type=kind, tags=["x"])) == ()


def test_tags_are_asked_for() -> None:
    """Without tags one line asks for them; it is the only one for an otherwise good memory."""
    good = Memory(
        "The staging database is rebuilt every night at 03:00 UTC from an anonymised dump of production"
    )
    assert advice_for(good) == (NO_TAGS,)
    assert advice_for(good._replace(tags=["staging"])) == ()


@pytest.mark.parametrize(("why", "lines"), [("TBD", 1), ("n/a", 1), ("It is smaller", 0)])
def test_a_placeholder_is_no_reason_in_a_typed_field(why: str, lines: int) -> None:
    """What only keeps the place of a reason gives none; a short reason does."""
    decided = Memory(
        "Use SQLite as the store of parcels", type="decision", tags=("db",), structured={"rationale": why}
    )
    assert len(advice_for(decided)) == lines

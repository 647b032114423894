"""A session in so many tokens."""

from __future__ import annotations

import pytest

from contextfs.domain.clock import Timestamp
from contextfs.domain.memory import Memory
from contextfs.domain.session import Message, Session
from contextfs.domain.summary import Summary
from contextfs.sessions.digest import digest, heading, turn

MOMENT = Timestamp.from_micros(1_700_000_000_000_000)
SUMMARY = Summary("They talked about tokens.", decisions=("Take RS256.",))
TALK = [
    Message(("user", "assistant")[n % 2], f"turn {n} says something about tokens and their keys")
    for n in range(400)
]
SESSION = Session(
    id="ab" * 16, tool="codex", label="auth", messages=TALK, started_at=MOMENT, namespace="team", length=400
)


@pytest.mark.parametrize("budget", [50, 200, 2000, 20_000])
def test_a_digest_keeps_its_budget(budget: int) -> None:
    """Whatever is left out, the digest has at most so many tokens of four characters, and its heading."""
    memories = [Memory(f"Fact {n} that was saved on the way", id=f"{n:032x}") for n in range(50)]
    made = digest(SESSION, SUMMARY, memories, budget)
    assert len(made) <= budget * 4
    assert made.startswith("Session 'auth' (abababab), codex")


def test_a_digest_says_what_came_of_it_and_how_it_ended() -> None:
    """Summary, decisions and memories are in it, and the last turns are the last ones, in their order."""
    memories = [
        Memory("Keys rotate monthly", type="decision", id="1" * 32),
        Memory("The JWKS endpoint is /keys", id="2" * 32),
    ]
    made = digest(SESSION, SUMMARY, memories, 400)
    for part in (
        "They talked about tokens.",
        "Take RS256.",
        "Keys rotate monthly",
        "The JWKS endpoint is /keys",
    ):
        assert part in made
    turns = made.split("Last turns\n")[1].splitlines()
    assert turns[-1] == f"[assistant] {TALK[-1].content}"
    numbers = [int(line.split()[2]) for line in turns]
    assert numbers == list(range(400 - len(numbers), 400)) and len(numbers) > 5


def test_the_kept_summary_comes_before_one_made_now() -> None:
    """What was stored as the summary is shown; a fresh one is for sessions without."""
    assert "By hand." in digest(SESSION._replace(summary="By hand."), SUMMARY, [], 300)


def test_output_of_tools_is_one_line() -> None:
    """Of a tool's output a prompt needs its name and how it began."""
    message = Message("tool", "3 failed, 10 passed\n" + "x" * 5000, metadata={"name": "pytest"})
    assert turn(message, 500) == "[pytest] 3 failed, 10 passed"


def test_the_heading_says_when_and_how_much() -> None:
    """A session that goes on says so, and one message is not several."""
    assert "going on" in heading(SESSION)
    assert heading(SESSION._replace(length=1, label="")).endswith("1 message")

"""What of a turn is worth remembering, and what only sounds like it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.candidate import KINDS
from contextfs.domain.fence import fenced
from contextfs.domain.session import Message
from contextfs.hygiene.candidates import Found, recognised
from contextfs.hygiene.turns import Turn

SAID = (
    ("decision", "We chose Postgres over Mongo because the reports need joins."),
    ("decision", "Let's go with server-side sessions, since a token cannot be taken back."),
    ("decision", "I've decided against OAuth due to the timeline of the project."),
    ("decision", "We switched from pip to uv to keep the builds under a minute."),
    ("fix", "I fixed the KeyError in the counter by using a defaultdict."),
    ("fix", "I've cut the latency of the report from 800ms to 250ms by caching the joins."),
    ("fix", "Raising the memory limit of the container to 2GB resolved the issue."),
    ("command", "Running `uv sync --frozen --all-groups` finally worked on the runner."),
    ("preference", "Always run the linter before you commit."),
    ("preference", "From now on write the tests in the same commit as the code."),
    ("preference", "No, we use pnpm here, not npm."),
)
NOT_SAID = (
    "Imagine we chose Rust because it is fast.",
    "Let's say we went with Cassandra because of scale.",
    "In the talk they said: we chose Erlang because it never stops.",
    "Write a blog post: we chose Kotlin because Java is verbose.",
    "I'm thinking of choosing Postgres because the reports need joins.",
    "Should we choose Postgres over Mongo because of the joins?",
    "If we switched to uv to keep the builds short, what would break?",
    "I'm trying to fix the KeyError in the counter by using a defaultdict.",
    "I tried to fix the KeyError by using a defaultdict, it still fails.",
    "How do I cut the latency from 800ms to 250ms by caching the joins?",
    "We use Postgres 16 and Python 3.12.",
    "I want to always see the newest entry first.",
    "Can you fix the KeyError by using a defaultdict?",
    "I fixed the KeyError in the counter.",
    "You reduced the latency from 800ms to 250ms by caching the joins.",
)


def turn(user: str = "", answer: str = "", tools: tuple[str, ...] = ()) -> Turn:
    """A turn in which these things were said, and these tools were called."""
    return Turn(
        0,
        Message("user", user, id="1" * 32) if user else None,
        [Message("assistant", answer, id="2" * 32)] if answer else [],
        [Message("tool", "", metadata={"name": name}, id="3" * 32) for name in tools],
    )


def texts(found: list[Found]) -> list[str]:
    """What was found."""
    return [one.text for one in found]


@pytest.mark.parametrize(("kind", "text"), SAID)
def test_what_is_said_plainly_is_recognised(kind: str, text: str) -> None:
    """Each kind is recognised by its turns of phrase, in the words that were used."""
    assert [(one.kind, one.text) for one in recognised(turn(text))] == [(kind, text)]


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_is_only_wanted_asked_or_tried_is_not(text: str) -> None:
    """A wish, a question, an attempt, a condition and a fact without a reason are no candidates."""
    assert recognised(turn(text)) == []


@pytest.mark.parametrize(("kind", "text"), SAID)
def test_an_assistant_decides_nothing(kind: str, text: str) -> None:
    """What an assistant proposes is not taken for what somebody settled or wishes; it may report a fix."""
    assert [one.kind for one in recognised(turn("What do you think of it?", text)) if one.kind != "fix"] == []
    assert kind in KINDS


def test_a_request_behind_the_statement_is_left_out() -> None:
    """Of a sentence that states and asks, the statement is kept."""
    said = "We chose Postgres because the reports need joins, can you help me with the schema?"
    assert texts(recognised(turn(said))) == ["We chose Postgres because the reports need joins."]


def test_a_statement_that_points_back_keeps_what_it_points_to() -> None:
    """A sentence that is not understood alone stands behind the one before it."""
    said = "The frontend and the backend are 50 ms apart. I've decided to put them into one subnet to reduce that."
    assert texts(recognised(turn(said))) == [said]


def test_what_an_assistant_did_is_a_fix() -> None:
    """An assistant that reports what was wrong and what it did is believed."""
    said = "The root cause was an IPv6 address that the runner cannot reach."
    assert [one.kind for one in recognised(turn("Why does it time out?", said))] == ["fix"]


@pytest.mark.parametrize(
    "tool", ["contextfs_search", "mcp__contextfs__contextfs_recall", "mcp__memory__pact_search"]
)
def test_an_assistant_that_recalls_repeats(tool: str) -> None:
    """In a turn in which memories were read the assistant's words may be theirs, and are left alone."""
    said = "The root cause was an IPv6 address that the runner cannot reach."
    assert recognised(turn("Why does it time out?", said, (tool,))) == []
    assert len(recognised(turn("Why does it time out?", said, ("Bash",)))) == 1


@pytest.mark.parametrize(
    "around",
    [
        fenced,
        "```\n{}\n```".format,
        "<system-reminder>\n{}\n</system-reminder>".format,
        "<environment_context>{}</environment_context>".format,
        "<contextfs-memory>\n{}".format,
    ],
)
def test_what_was_put_in_is_nobodys_statement(around: object) -> None:
    """Recalled memories, code and what hosts inject are never candidates."""
    assert callable(around)
    for _, text in SAID:
        assert recognised(turn(f"Good morning to you.\n\n{around(text)}")) == []


def test_both_halves_of_a_rule_are_kept() -> None:
    """What a semicolon parts is one rule."""
    said = "Never commit directly to main; open a pull request."
    assert texts(recognised(turn(said))) == [said]


def test_three_are_enough() -> None:
    """A message full of statements makes three candidates, and the same statement makes one."""
    assert len(recognised(turn("\n\n".join(text for _, text in SAID)))) == 3
    assert len(recognised(turn(f"{SAID[0][1]}\n\n{SAID[0][1]}"))) == 1


PIECES = """we I've decided chose because to reduce fixed the error by `make test` worked always never ? . , ``` < >
from 800ms 250ms and but so can you it this no, not Ünïcode 決めた <contextfs-memory> </contextfs-memory>"""
WORDS = st.sampled_from([*PIECES.split(), "\n"])
ANYTHING = st.text(max_size=400) | st.lists(WORDS, max_size=60).map(" ".join)


@given(ANYTHING, ANYTHING)
def test_any_text_can_be_looked_through(user: str, answer: str) -> None:
    """Whatever is said, looking for candidates never fails, and what it finds says something in few words."""
    for one in recognised(turn(user, answer)):
        assert one.kind in KINDS
        assert one.text.strip()
        assert len(one.text) < 4_000


@given(ANYTHING, st.sampled_from(SAID))
def test_fenced_text_never_becomes_a_candidate(before: str, said: tuple[str, str]) -> None:
    """However it is surrounded, a statement inside a fence is not proposed."""
    secret = said[1].replace("the", "the zebra").replace("`", "zebra")
    found = recognised(turn(f"{before.replace('<', '')}\n{fenced(f'zebra {secret} zebra')}\n"))
    assert not [one for one in found if "zebra" in one.text]


def test_a_long_message_is_quickly_looked_through() -> None:
    """A pasted log of a megabyte costs no more than what is read of it."""
    began = time.process_time()
    recognised(turn("I've decided to use and to use because it " * 25_000, "fixed the error by " * 50_000))
    assert time.process_time() - began < 1.0

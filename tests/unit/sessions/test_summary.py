"""Summaries of fixed conversations of several kinds: what they must hold, must not hold, and how long they may be."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contextfs.domain.session import ROLES, Message
from contextfs.domain.speech import size
from contextfs.domain.summary import Summary
from contextfs.domain.vector import Vector
from contextfs.embedding import chain
from contextfs.embedding.provider import ProviderSettings
from contextfs.sessions.summary import WORDS, summarize


def talk(*turns: tuple[str, str]) -> list[Message]:
    """Messages from pairs of role and content."""
    return [Message(role, content) for role, content in turns]


DESIGN = talk(
    ("user", "Should we use JWTs or server-side sessions for the mobile API?"),
    (
        "assistant",
        (
            "Both work. Server-side sessions can be revoked at once, but every request then needs a lookup.\n\n"
            "```python\ndef revoke(session_id):\n    redis.delete(f'session:{session_id}')\n```\n\n"
            "- **JWTs** need no lookup, yet a stolen one stays valid until it expires.\n"
            "- Sessions in Redis cost about 0.4 ms per request in our network.\n\n"
            "I'd recommend server-side sessions in Redis with a sliding expiry of 30 minutes."
        ),
    ),
    ("user", "Yes, let's do that."),
    (
        "assistant",
        "Great! I've added `SessionStore` to `src/auth/store.py` and wired it into the login view.",
    ),
    (
        "user",
        "And for the refresh endpoint we decided to keep the old cookie name, because the Android app knows it.",
    ),
    (
        "assistant",
        "Understood. The rate limit on `/refresh` is still missing, we need to add it before we can release.",
    ),
    ("user", "Right. We haven't decided whether admins get shorter sessions."),
)
DEBUGGING = talk(
    ("user", "CI fails since yesterday, can you find out why? The login test times out only on the runner."),
    (
        "assistant",
        (
            "Let me look at the log.\n\n```\nTimeoutError: page.goto: Timeout 30000ms exceeded\n```\n"
            "The test fails with a TimeoutError while it waits for the redirect."
        ),
    ),
    ("tool", "TimeoutError " * 500),
    (
        "user",
        (
            'Traceback (most recent call last):\n  File "app.py", line 3, in <module>\n'
            "ConnectionRefusedError: [Errno 111]\nIt also happens locally when I turn the network off."
        ),
    ),
    (
        "assistant",
        (
            "The root cause was that the identity provider's host resolves to an IPv6 address which the runner cannot "
            "reach. I fixed it by pinning `AUTH_HOST` to 127.0.0.1 in `docker-compose.ci.yml`. All 48 tests pass now."
        ),
    ),
    ("user", "Thanks! Next step would be to report it to the provider."),
)
FEATURE = [
    Message("user", "Add an export of invoices as CSV to the billing page."),
    Message(
        "tool",
        "x",
        metadata={
            "name": "Edit",
            "files": ["/home/ada/shop/src/billing/export.py", "/home/ada/shop/src/billing/views.py"],
        },
    ),
    Message("tool", "x", metadata={"name": "Bash", "command": "ls -la"}),
    Message("tool", "x", metadata={"name": "Bash", "command": "pytest -q tests/billing\necho done"}),
    Message("tool", "boom", metadata={"name": "Edit", "files": ["/home/ada/shop/broken.py"], "error": True}),
    Message(
        "assistant",
        "I've added a streaming CSV export with one row per invoice line. Amounts are written in cents, so that no "
        "spreadsheet rounds them.",
    ),
    Message("user", "Let's use semicolons as the separator, since our accountants work with a German Excel."),
    Message(
        "assistant", "I changed the separator to a semicolon. TODO: translate the column names for Austria."
    ),
]
ONLY_TOOLS = [
    Message(
        "tool",
        "contextfs_search redis",
        metadata={"name": "contextfs_search", "asked": "redis session expiry"},
    ),
    Message(
        "tool",
        "contextfs_save",
        metadata={"name": "contextfs_save", "saved": "decision: Sessions live in Redis"},
    ),
    Message("tool", "contextfs_search x", metadata={"name": "contextfs_search", "asked": "cookie name"}),
]
GERMAN = talk(
    (
        "user",
        "Der Import schlägt fehl, seit wir die Zeitzonen umgestellt haben. Kannst du das bitte ansehen?",
    ),
    (
        "assistant",
        (
            "Gerne! Die Ursache war, dass `parse_date` eine Zeit ohne Zone mit einer Zeit mit Zone vergleicht. "
            "Ich habe die Umrechnung nach `domain/dates.py` verschoben und zwei Tests ergänzt."
        ),
    ),
    (
        "user",
        (
            "Gut. Wir speichern ab jetzt alle Zeiten in UTC und rechnen erst bei der Anzeige um. Das ist mir wichtig, "
            "weil die Filiale in Lissabon eine andere Zone hat."
        ),
    ),
    ("assistant", "Die alten Datensätze müssen wir noch umrechnen, das ist noch offen."),
)
JAPANESE = talk(
    (
        "user",
        "ログイン機能の設計について相談したいです。セッションとトークンのどちらを使うべきでしょうか？",
    ),
    (
        "assistant",
        "モバイルアプリではトークンの失効が難しいという問題があります。サーバー側のセッションなら即座に無効化できます。",
    ),
    ("user", "それではサーバー側のセッションを採用することに決めました。有効期限は三十分にします。"),
    (
        "assistant",
        "認証モジュールにセッション管理を追加しました。リフレッシュ処理のテストはまだ必要です。",
    ),
)


def long_talk(length: int = 2_000) -> list[Message]:
    """Two thousand messages, half of them long answers, with one decision and one open end far apart."""
    found: list[Message] = []
    for number in range(length // 2):
        found.append(
            Message(
                "user", f"Please explain part {number} of module{number % 37}.py once more, step {number}."
            )
        )
        answer = " ".join(
            f"The function number {number}_{part} reads record {part} of table {number % 53} and passes it on."
            for part in range(24)
        )
        found.append(Message("assistant", answer))
    found[length // 3] = Message(
        "user", "We decided to store every audit event in ClickHouse instead of PostgreSQL."
    )
    found[length - 2] = Message(
        "user", "The retention job is still missing, we need to write it before we can release."
    )
    return found


ALL = {
    "design": DESIGN,
    "debugging": DEBUGGING,
    "feature": FEATURE,
    "only tools": ONLY_TOOLS,
    "German": GERMAN,
    "Japanese": JAPANESE,
    "long": long_talk(800),
}

STATIC = chain.named(ProviderSettings(), "static")
Embed = Callable[[Sequence[str]], Sequence[Vector | None]]


@pytest.fixture(params=["vectors", "words"], scope="module")
def embed(request: pytest.FixtureRequest) -> Embed | None:
    """With the static table, and without any vectors."""
    return STATIC.embed_documents if request.param == "vectors" else None


@cache
def sum_up(kind: str, embed: Embed | None) -> Summary:
    """The summary of one of the conversations, made once for all tests."""
    return summarize(ALL[kind], embed)


def lines_of(text: str) -> list[str]:
    """The lines of a summary that tell something, without their marks."""
    told = [
        line.removeprefix("- ")
        for line in text.splitlines()
        if line and not re.fullmatch(r"[A-Z][a-z ]+:", line)
    ]
    return [part for line in told for part in line.split(" → ")]


def part(text: str, heading: str) -> str:
    """What stands under one heading."""
    found = re.search(rf"(?:\A|\n\n){heading}:\n(.*?)(?:\n\n|\Z)", text, re.DOTALL)
    return found[1] if found else ""


def bare(text: str) -> str:
    """A text without white space and emphasis."""
    return re.sub(r"[\s*]+", "", text)


@pytest.mark.parametrize("kind", ALL)
def test_every_sentence_stands_in_the_conversation(kind: str, embed: Embed | None) -> None:
    """Nothing is made up: what is told was said, or is what tool calls noted."""
    messages = ALL[kind]
    source = bare(" ".join(message.content for message in messages))
    made = ("Files: ", "Ran: ", "Searched for: ", "No words", "decision: ")
    told = [line for line in lines_of(sum_up(kind, embed).text) if not line.startswith(made)]
    assert [line for line in told if bare(line.rstrip("…")) not in source] == []


@pytest.mark.parametrize("kind", ALL)
def test_a_summary_is_bounded_and_the_same_every_time(kind: str, embed: Embed | None) -> None:
    """It is never longer than promised, and the same conversation has the same summary."""
    first = summarize(ALL[kind], embed, label="a-label")
    assert 0 < size(first.text) <= WORDS + 10
    assert first.decisions == sum_up(kind, embed).decisions
    assert first.text.partition("\n")[2] == sum_up(kind, embed).text.partition("\n")[2]
    assert first.text.startswith("a-label: ")
    assert first.made_by == "extract"


@pytest.mark.parametrize("kind", ALL)
def test_no_code_and_no_output_gets_in(kind: str, embed: Embed | None) -> None:
    """Code blocks, stack traces and what tools printed are not told."""
    text = sum_up(kind, embed).text
    for never in (
        "```",
        "def revoke",
        'File "app.py"',
        "Traceback",
        "Timeout 30000ms",
        "TimeoutError TimeoutError",
    ):
        assert never not in text


def test_a_design_discussion_keeps_its_decisions(embed: Embed | None) -> None:
    """What was decided, also by a bare yes to a proposal; what is open; and what was asked, first of all."""
    summary = summarize(DESIGN, embed)
    assert summary.text.startswith("Should we use JWTs or server-side sessions for the mobile API?\n")
    assert any("server-side sessions in Redis" in one for one in summary.decisions)
    assert any("keep the old cookie name" in one for one in summary.decisions)
    assert any("admins get shorter sessions" in one for one in summary.open_ends)
    assert not any("admins" in one for one in summary.decisions)
    assert "SessionStore" in part(summary.text, "Changed")


def test_a_debugging_session_pairs_the_error_with_its_fix(embed: Embed | None) -> None:
    """The error by its name, an arrow, and its cause."""
    summary = summarize(DEBUGGING, embed)
    (fix,) = summary.fixes
    assert re.match(r".*Error.* → The root cause was that .*I fixed it by pinning `AUTH_HOST`", fix)
    assert "report it to the provider" in part(summary.text, "Open")
    assert "Thanks" not in summary.text


def test_feature_work_tells_files_and_commands(embed: Embed | None) -> None:
    """Files that were changed and commands that did something; not what failed, and not what only looked."""
    text = summarize(FEATURE, embed).text
    changed = part(text, "Changed")
    assert "Files: src/billing/export.py, src/billing/views.py" in changed
    assert "`pytest -q tests/billing`" in changed
    assert "broken.py" not in text
    assert "ls -la" not in text
    assert "semicolons as the separator" in part(text, "Decided")
    assert "Austria" in part(text, "Open")


def test_tool_calls_alone_are_told_as_such(embed: Embed | None) -> None:
    """Without a word said, a summary tells which tools were called and what they saved."""
    text = summarize(ONLY_TOOLS, embed).text
    assert text.startswith(
        "No words were recorded, only tool calls: contextfs_search 2 times, contextfs_save 1 time."
    )
    assert part(text, "Saved") == "- decision: Sessions live in Redis"
    assert "“redis session expiry”, “cookie name”" in part(text, "Looked up")


PICKED = talk(
    ("user", "hey, the nightly job keeps dying on big tenants. can u look?"),
    (
        "assistant",
        (
            "`load()` in `sync/loader.py` fetches all rows before it writes anything. Two options:\n\n"
            "1. Stream rows with a server-side cursor\n2. Page by primary key, 5,000 rows at a time\n\n"
            "Which one do you prefer?"
        ),
    ),
    ("user", "2, we can't keep transactions open that long because of vacuum"),
    (
        "assistant",
        (
            "**Summary of changes**\n\n- rows are read in pages of 5,000 ordered by primary key\n\n"
            "I did not touch the retry logic, which is worth a separate ticket."
        ),
    ),
    ("user", "ok good, leave the retry thing for later. postgres it is for the queue"),
)
REFUSED = talk(
    ("user", "Which queue fits the notification service?"),
    ("assistant", "I'd go with Kafka for the notification service."),
    ("user", "No, that is too much for three people."),
    (
        "assistant",
        "# ADR-014\n\n## Decision\nJobs are kept in a PostgreSQL table.\n## Next steps\n- measure its bloat first",
    ),
)


def test_people_who_write_without_capitals_are_understood(embed: Embed | None) -> None:
    """Sentences end at their stops; a choice that was asked for is a decision; what is left for later is open."""
    summary = summarize(PICKED, embed)
    assert summary.text.startswith("Hey, the nightly job keeps dying on big tenants.")
    assert any("keep transactions open" in one for one in summary.decisions)
    assert any("postgres it is" in one for one in summary.decisions)
    assert "pages of 5,000" in part(summary.text, "Changed")
    assert any("separate ticket" in one for one in summary.open_ends)
    assert any("retry thing for later" in one for one in summary.open_ends)


def test_a_proposal_that_was_refused_is_no_decision(embed: Embed | None) -> None:
    """Only what was agreed to was decided; and what stands under a heading is what the heading says."""
    summary = summarize(REFUSED, embed)
    assert summary.decisions == ("Jobs are kept in a PostgreSQL table.",)
    assert "measure its bloat first" in part(summary.text, "Open")
    assert "Kafka" not in part(summary.text, "Decided")


def test_german_is_understood(embed: Embed | None) -> None:
    """Decision, cause and open end in German."""
    summary = summarize(GERMAN, embed)
    assert any("alle Zeiten in UTC" in one for one in summary.decisions)
    assert "`parse_date`" in part(summary.text, "Problems")
    assert any("alten Datensätze" in one for one in summary.open_ends)


def test_japanese_is_understood(embed: Embed | None) -> None:
    """Decision, change and open end in Japanese; a question is no decision."""
    summary = summarize(JAPANESE, embed)
    assert any("セッションを採用する" in one for one in summary.decisions)
    assert "追加しました" in part(summary.text, "Changed")
    assert any("リフレッシュ処理" in one for one in summary.open_ends)
    assert not any("べきでしょうか" in one for one in summary.decisions)


def test_a_needle_in_a_long_conversation_is_kept(embed: Embed | None) -> None:
    """One decision and one open end among hundreds of messages stand in the summary."""
    summary = sum_up("long", embed)
    assert summary.decisions == (
        "We decided to store every audit event in ClickHouse instead of PostgreSQL.",
    )
    assert any("retention job" in one for one in summary.open_ends)


@pytest.mark.parametrize("length", [2_000, pytest.param(20_000, marks=pytest.mark.long)])
def test_a_long_conversation_takes_about_a_second(length: int) -> None:
    """Two thousand messages are summed up in about a second of processor time; ten times as many hardly take more."""
    STATIC.embed_documents(["the table is loaded before"])
    messages = long_talk(length)
    before = time.process_time()
    summary = summarize(messages, STATIC.embed_documents)
    assert time.process_time() - before < 3  # a slow machine under load; 0.9 s measured
    assert "ClickHouse" in summary.text


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        ([], "Nothing was recorded in this session."),
        (talk(("user", "ok")), "No question, decision or change was told in the 1 message of this session."),
        (
            talk(("system", "You are a helpful assistant for everything.")),
            "No question, decision or change was told in the 1 message",
        ),
        (
            talk(("user", "```\nprint('only code')\n```"), ("user", "")),
            "No question, decision or change was told in the 2 messages",
        ),
        (
            talk(("user", "<system-reminder>We decided to use tabs instead of spaces.</system-reminder>")),
            "No question, decision or change was told in the 1 message",
        ),
    ],
)
def test_a_summary_of_nothing_says_so(messages: list[Message], told: str) -> None:
    """Without anything recorded, or anything said, there is a sentence that says so."""
    assert summarize(messages).text.startswith(told)
    assert summarize(messages, label="day-2").text.startswith(f"day-2: {told[:1].lower()}{told[1:]}")


def test_a_label_that_is_the_question_is_told_once() -> None:
    """Imported conversations are often named by how they begin."""
    label = "Should we use JWTs or server-side sessions for the mobile API?"
    assert summarize(DESIGN, label=label).text.partition("\n")[0] == label


def test_an_answer_is_told_rather_than_a_question(embed: Embed | None) -> None:
    """Of a short conversation the answer stands in the summary, and no remark that only points at it."""
    messages = talk(
        ("user", "Where do we keep uploaded avatars, and why?"),
        (
            "assistant",
            "In the object store with only their key in Postgres, since backups had grown to 40 GB.",
        ),
        ("user", "Good. Keep that in mind."),
        ("assistant", "You are welcome. I wrote the decision down in docs/storage.md."),
    )
    text = summarize(messages, embed).text
    assert "backups had grown to 40 GB" in text
    assert "Keep that in mind" not in text
    assert summarize(messages, embed).decisions == ()


def test_repetition_is_told_once(embed: Embed | None) -> None:
    """Two sentences that say the same take one place."""
    messages = talk(
        ("user", "How do we store the audit events?"),
        ("assistant", "We decided to store the audit events in ClickHouse."),
        ("user", "Right, we decided to store audit events in ClickHouse then."),
        ("assistant", "We decided to store all the audit events in ClickHouse."),
    )
    assert len(summarize(messages, embed).decisions) == 1


def test_a_last_question_without_an_answer_is_open(embed: Embed | None) -> None:
    """What the person asked last and nobody answered is left open, also where it is one of very many sentences."""
    many = [*long_talk(100), Message("user", "Hello there, what about them?")]
    assert "what about them?" in part(summarize(many, embed).text, "Open")
    messages = [*DESIGN, Message("user", "How long may an access token live at our partner bank?")]
    assert "partner bank" in part(summarize(messages, embed).text, "Open")


TURNS = (
    "Which database do we take, and why?",
    "I'd recommend PostgreSQL for this. Or would you prefer SQLite?",
    "yes, do that",
    "No, we decided to use SQLite. It fails with a KeyError.",
    "The root cause was a stale cache. TODO: write a test.",
    "## Decision\nIt stays as it is.\n\nNext steps:\n- measure it once more",
    "Hello! Thanks.",
    "```\ncode()\n```",
)


@given(
    st.lists(
        st.builds(Message, st.sampled_from(ROLES), st.sampled_from(TURNS) | st.text(max_size=300)),
        max_size=12,
    )
)
@settings(deadline=None, max_examples=40)
def test_any_conversation_has_a_summary(messages: list[Message]) -> None:
    """Whatever was said, there is a summary, bounded and not empty."""
    text = summarize(messages).text
    assert text.strip()
    assert size(text) <= WORDS + 10


def test_conversations_differ() -> None:
    """The conversations of these tests are of different kinds, so that each test means something."""
    assert len({sum_up(kind, None).text for kind in ALL}) == len(ALL)

"""Finding memories through Python: filters, bounds, any text as a question, and what each result says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contextfs import ContextFS, Draft, SearchResult
from contextfs.domain.search import Filters, SearchQuery
from contextfs.errors import InvalidInput

WEBHOOK = (
    "class PaymentWebhookHandler verifies the signature before it books a payment in billing/webhooks.py"
)


def ids(results: list[SearchResult]) -> list[str]:
    """The ids of the results."""
    return [one.memory.id for one in results]


# ── arguments ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pair(ctx: ContextFS) -> tuple[ContextFS, str, str]:
    """Two memories about queues that differ in every field a filter looks at."""
    one = ctx.save(
        "The queue of the shop is SQS because nobody has to patch it",
        type="decision",
        tags=["queue", "aws"],
        project="shop",
        metadata={"sprint": 42, "done": True, "nested": {"team": {"name": "core"}}, "a.b": 1, "list": [1, 2]},
        source_tool="claude-desktop",
        source_repo="shop-api",
        created_at="2026-01-15",
        session_id="s1",
        author="Grace",
        branch="main",
    )
    two = ctx.save(
        "The queue of the wiki is RabbitMQ because it was there already",
        type="fact",
        tags=["queue"],
        project="wiki",
        metadata={"sprint": "42", "done": 1, "nested": {"team": {"name": "edge"}}, "ratio": 1.0},
        source_tool="cursor",
        source_repo="wiki-api",
        created_at="2026-03-15",
        session_id="s2",
        author="Linus",
        branch="next",
    )
    return ctx, one.id, two.id


@pytest.mark.parametrize(
    "filters",
    [
        {"type": "decision"},
        {"type": ["decision", "code"]},
        {"tags": ["queue", "aws"]},
        {"tags": "AWS"},
        {"project": "shop"},
        {"source_tool": "claude-desktop"},
        {"source_repo": "shop-api"},
        {"since": "2026-01-01", "until": "2026-01-15"},
        {"until": datetime(2026, 2, 1)},
        {"until": datetime(2026, 2, 1, tzinfo=UTC)},
        {"session_id": "s1"},
        {"author": "Grace"},
        {"branch": "main"},
        {"metadata_filter": {"sprint": 42}},
        {"metadata_filter": {"sprint": 42.0}},
        {"metadata_filter": {"done": True}},
        {"metadata_filter": {"nested": {"team": {"name": "core"}}}},
        {"metadata_filter": {"nested.team.name": "core"}},
        {"metadata_filter": {"nested": {"team.name": "core"}}},
        {"metadata_filter": {"a.b": 1}},
        {"metadata_filter": {"list": [1, 2]}},
        {"metadata_filter": {"sprint": 42, "done": True}},
        {"type": "decision", "tags": ["aws"], "project": "shop", "metadata_filter": {"sprint": 42}},
    ],
    ids=repr,
)
def test_a_filter_keeps_what_meets_it(pair: tuple[ContextFS, str, str], filters: dict[str, object]) -> None:
    """Each filter finds the one memory that meets it, in a search, in an empty search and in a list."""
    ctx, one, _ = pair
    assert ids(ctx.search("queue because", min_relevance=0, **filters)) == [one]  # pyright: ignore[reportArgumentType]
    assert ids(ctx.search("", **filters)) == [one]  # pyright: ignore[reportArgumentType]
    named = {name.replace("metadata_filter", "metadata"): value for name, value in filters.items()}
    assert [memory.id for memory in ctx.list_recent(**named)] == [one]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"metadata_filter": {"sprint": "42"}}, 1),
        ({"metadata_filter": {"done": 1}}, 1),
        ({"metadata_filter": {"ratio": 1}}, 1),
        ({"metadata_filter": {"sprint": 43}}, 0),
        ({"metadata_filter": {"nested": {}}}, 2),
        ({"metadata_filter": {"missing": None}}, 0),
        ({"metadata_filter": {'quo"te\\': 1, "é.ß": "x"}}, 0),
        ({"tags": ["queue", "nothing"]}, 0),
        ({"since": "2026-01-15"}, 2),
        ({"since": "2026-03-16"}, 0),
        ({"since": datetime.max}, 0),
        ({"since": datetime.min, "until": datetime.max}, 2),
        ({"project": "  shop "}, 1),
        ({"source_repo": "shop"}, 0),
        ({}, 2),
    ],
    ids=repr,
)
def test_a_filter_compares_exactly(
    pair: tuple[ContextFS, str, str], filters: dict[str, object], count: int
) -> None:
    """Numbers are not texts, true is not 1, a part of a name is not the name, all tags must be there."""
    ctx = pair[0]
    assert len(ctx.search("", **filters)) == count  # pyright: ignore[reportArgumentType]
    assert len(ctx.search("queue because", min_relevance=0, **filters)) == count  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        *(({"limit": limit}, repr(limit)) for limit in (0, -1, 10**9, "5", 5.5, True)),
        *(({"offset": offset}, repr(offset)) for offset in (-1, "x", 1.5)),
        *(({"min_relevance": least}, repr(least)) for least in (-0.1, 1.1, "high", float("nan"))),
        ({"query": None}, "NoneType"),
        ({"query": 5}, "int"),
        ({"type": "novel"}, "'novel'"),
        ({"type": 5}, "int"),
        ({"tags": 5}, "int"),
        ({"tags": ["a\0"]}, "control character"),
        ({"status": "gone"}, "'gone'"),
        ({"since": "whenever"}, "'whenever'"),
        ({"until": 5}, "5"),
        ({"as_of": "some day"}, "'some day'"),
        ({"namespace": "no spaces!"}, "'no spaces!'"),
        ({"project": 5}, "int"),
        ({"project": "\ud800"}, "Unicode"),
        ({"metadata_filter": ["a"]}, "list"),
        ({"metadata_filter": {"a": object}}, "metadata_filter['a']"),
        ({"metadata_filter": {1: 1}}, "int"),
        ({"colour": "blue"}, "'colour'"),
    ],
    ids=repr,
)
def test_an_argument_that_means_nothing_is_refused(
    ctx: ContextFS, wrong: dict[str, object], says: str
) -> None:
    """Search names the argument's value and says what is accepted."""
    with pytest.raises(InvalidInput) as refused:
        ctx.search(**{"query": "queue", **wrong})  # pyright: ignore[reportArgumentType]
    assert says in refused.value.message and refused.value.hint


def test_limit_and_offset_page_through(ctx: ContextFS) -> None:
    """Pages put together are the whole, in the same order; the default limit is the setting's."""
    many = ctx.save_many(f"Queue {n} of region {n} holds the jobs of customer {n}" for n in range(25))
    for query in ("queue jobs of a customer", ""):
        whole = ids(ctx.search(query, limit=25, min_relevance=0))
        pages = [ids(ctx.search(query, limit=10, offset=at, min_relevance=0)) for at in (0, 10, 20, 30)]
        assert [len(page) for page in pages] == [10, 10, 5, 0]
        assert [one for page in pages for one in page] == whole
        assert set(whole) == {one.id for one in many}
        assert len(ctx.search(query, min_relevance=0)) == 10
    assert len(ctx.list_recent()) == 20 and len(ctx.list_recent(limit=25)) == 25
    assert len(ctx.search("", limit=100_000)) == 25


def test_an_empty_question_lists_by_recency(ctx: ContextFS) -> None:
    """No text, or only space, lists the newest first by the time they were created."""
    middle = ctx.save("Second", created_at="2026-02-01")
    oldest = ctx.save("First", created_at="2026-01-01")
    newest = ctx.save("Third")
    for text in ("", "  \n\t "):
        assert ids(ctx.search(text)) == [newest.id, middle.id, oldest.id]
    assert [one.id for one in ctx.list_recent()] == [newest.id, middle.id, oldest.id]
    assert ids(ctx.search()) == ids(ctx.search(""))


def test_what_a_result_says(ctx: ContextFS) -> None:
    """A result carries the memory as recall reads it, a relevance from 0 to 1 with score as its alias, and why."""
    memory = ctx.save(WEBHOOK, tags=["payments"])
    (result,) = ctx.search("payment webhook signature")
    assert result.memory == ctx.recall(memory.id)
    assert 0 < result.relevance <= 1 and result.score == result.relevance
    assert result.why.parts and all(isinstance(part, float) for part in result.why.parts.values())
    assert {"webhook", "signature"} <= {term.lower() for term in result.why.terms}
    answer = ctx.ask(SearchQuery("payment webhook", Filters(), ctx.scope()))
    assert (answer.provider, answer.waiting, ids(list(answer.results))) == ("static", 0, [memory.id])


def test_relevance_falls_from_result_to_result(ctx: ContextFS) -> None:
    """Results come by falling relevance, and min_relevance cuts exactly there."""
    ctx.save_many(
        [
            "The invoice worker renders PDF invoices",
            "Invoices are numbered per customer and year",
            "The billing team owns the invoice worker and its queue",
            "Lunch is at noon",
        ]
    )
    results = ctx.search("invoice worker", min_relevance=0)
    relevances = [one.relevance for one in results]
    assert relevances == sorted(relevances, reverse=True) and len(results) >= 3
    between = (relevances[1] + relevances[2]) / 2
    assert ids(ctx.search("invoice worker", min_relevance=between)) == ids(results)[:2]
    assert ids(ctx.search("invoice worker", min_relevance=1.0)) == [
        one.memory.id for one in results if one.relevance == 1.0
    ]


def test_settings_say_how_many_and_how_relevant(ctx: ContextFS, monkeypatch: pytest.MonkeyPatch) -> None:
    """search.limit and search.min_relevance hold where a call says nothing, and a call overrides both."""
    ctx.save_many(f"Queue {n} holds the jobs of region {n}" for n in range(6))
    ctx.settings.set("search.limit", "3")
    assert len(ctx.search("queue jobs of region")) == 3 and len(ctx.search("")) == 3
    assert len(ctx.search("queue jobs of region", limit=5)) == 5
    monkeypatch.setenv("CONTEXTFS_MIN_RELEVANCE", "1")
    assert not ctx.search("something about jobs")
    monkeypatch.setenv("CONTEXTFS_MIN_RELEVANCE", "0")
    assert len(ctx.search("how do I bake sourdough jobs")) == 3
    assert not ctx.search("how do I bake sourdough jobs", min_relevance=1)


# ── what is found ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "query",
    [
        *("webhook", "PaymentWebhookHandler", "paymentwebhookhandler", "payment_webhook_handler"),
        *("payment webhook handler", "PaymentWebhook", "webhooks.py", "billing/webhooks.py", "handlers"),
        *('"PaymentWebhookHandler"', "PaymentWebhookHandler()", "where is the PaymentWebhookHandler?"),
    ],
)
def test_an_identifier_is_found_by_its_parts(ctx: ContextFS, query: str) -> None:
    """A name in camel case, with underscores or in a path is found by any of its words and as a whole."""
    memory = ctx.save(WEBHOOK)
    ctx.save("Lunch is at noon in the canteen on the second floor")
    assert ids(ctx.search(query, min_relevance=0))[0] == memory.id
    assert ctx.search(query)[0].memory.id == memory.id


def test_words_change_their_form(ctx: ContextFS) -> None:
    """Plural, tense and case of a word do not matter."""
    memory = ctx.save("Deployments were rolled back after the migration failed")
    for query in ("deployment", "DEPLOYMENTS", "rolling back migrations", "failing"):
        assert ids(ctx.search(query))[:1] == [memory.id], query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("認証にはJWTを使用します。トークンは一時間で期限切れになります", "認証 トークン"),
        ("数据库连接池的大小是二十", "连接池 大小"),
        ("База данных работает на порту 5433", "порту базы"),
        ("Die Datenbank läuft auf Port 5433 in Nürnberg", "nurnberg datenbank"),
        ("قاعدة البيانات تعمل على المنفذ 5433", "قاعدة البيانات"),
        ("데이터베이스는 포트 5433에서 실행됩니다", "데이터베이스 포트"),
        ("फ़ाइल सर्वर हर रात बैकअप लेता है", "बैकअप सर्वर"),
        ("We ship the crab 🦀 on every rewrite", "🦀 rewrite"),
    ],
)
def test_any_language_is_found(ctx: ContextFS, text: str, query: str) -> None:
    """A memory in any script is found by words of its own language."""
    memory = ctx.save(text)
    ctx.save("Lunch is at noon in the canteen on the second floor")
    assert ids(ctx.search(query, min_relevance=0))[0] == memory.id


@pytest.mark.parametrize(
    "text",
    [
        *(
            '"',
            "'",
            '""',
            "'''",
            "`",
            "\\",
            "(",
            ")",
            "((",
            "*",
            "**",
            "a*",
            "^",
            "^a",
            ":",
            "a:b",
            "content:x",
        ),
        *("-", "--", "-a", "a -b", "+", "AND", "OR", "NOT", "NEAR", "AND OR NOT", "NEAR(a b, 5)", "a AND"),
        *("NOT webhook", "{a b}", "[x]", "<x>", "%", "_", "?", "!", ";", "; DROP TABLE memory; --", "$", "~"),
        *(
            "\0",
            "a\0b",
            "\ud800",
            "webhook \udfff",
            "\ufeff",
            "\u202e",
            "\x1b[31m",
            "🦀",
            "👩‍👩‍👧",
            "\n",
            "a\nb\tc",
        ),
        *("x" * 10_000, "webhook " * 1_300, '"' * 10_000, "漢" * 10_000, "a.b." * 2_500, "- " * 5_000),
        *(
            "İstanbul",
            "ß",
            "ﬁ",
            "Ⅷ",
            "１２",
            "\u0301\u0301",
            "title : webhook",
            "rank",
            "rowid:1",
            "0x1F",
            "1e309",
        ),
    ],
    ids=lambda text: ascii(text)[:24],
)
def test_any_text_is_just_a_question(ctx: ContextFS, text: str) -> None:
    """Quotes, operators, wildcards, control characters, any length and any script are searched for, not obeyed."""
    memory = ctx.save(WEBHOOK)
    for query in (text, f"{text} webhook signature", f"webhook {text}"):
        results = ctx.search(query, min_relevance=0)
        assert all(0 <= one.relevance <= 1 for one in results)
        if query is not text:
            assert memory.id in ids(results)
    assert not ctx.search(text, type="fact", tags=["x"])
    assert not ctx.search(text, as_of="2020-01-01") or not text.strip()


TEXTS = st.text(st.characters(), max_size=60) | st.lists(
    st.sampled_from(
        ['"', "AND", "OR", "NOT", "NEAR", "(", ")", "*", ":", "-", "^", "webhook", "a_b", "\0", "漢字", "'"]
    ),
    max_size=12,
).map(" ".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
@example("\ud800")
def test_no_text_makes_search_fail(ctx: ContextFS, text: str) -> None:
    """Whatever is asked, search answers with results or with none."""
    if not ctx.list_recent():
        ctx.save(WEBHOOK)
    for result in ctx.search(text, min_relevance=0):
        assert 0 <= result.relevance <= 1


# ── relevance ───────────────────────────────────────────────────────────────────────────────────────────────────────

PROJECT = (
    ("The rate limit of the api is 1000 requests a minute for each user", "fact"),
    ("Sessions are kept in Redis because they survive a restart there", "decision"),
    ("CORS error on /api/login: the origin was missing in ALLOWED_ORIGINS", "error"),
    ("Release 2.3 was rolled back on Friday since the migration locked the orders table", "episodic"),
    ("Deploy with make release, then watch the error rate for ten minutes", "procedural"),
    ("I prefer small pull requests with one commit each", "user"),
)


@pytest.fixture
def project(ctx: ContextFS) -> ContextFS:
    """A store with a few memories of one project."""
    ctx.save_many({"content": text, "type": kind} for text, kind in PROJECT)
    return ctx


@pytest.mark.parametrize("text", [text for text, _ in PROJECT])
def test_the_first_line_as_a_question_is_nearly_certain(project: ContextFS, text: str) -> None:
    """A memory whose first line or summary is the question comes first with at least 0.9."""
    memory = project.save(
        f"{text[:20]} and more of it\nwith a second line", summary=f"Summary: {text[::-1][:30]}"
    )
    first = project.search(text)[0]
    assert first.memory.content == text and first.relevance >= 0.9
    for question in (memory.summary, memory.content.partition("\n")[0]):
        best = project.search(question)[0]
        assert best.memory.id == memory.id and best.relevance >= 0.9


@pytest.mark.parametrize(
    "question",
    [
        "how do I bake sourdough bread at high altitude",
        "qwzx plrt vvbnm",
        "capital of Mongolia",
        "asdkjh qwoieu zmxnc",
    ],
)
def test_a_foreign_question_is_answered_by_nothing(project: ContextFS, question: str) -> None:
    """A question that has nothing to do with the store gets nothing; the nearest can still be shown."""
    answer = project.ask(SearchQuery(question, scope=project.scope()))
    assert not answer.results
    assert len(answer.nearest) <= 10
    assert all(one.relevance < 0.5 for one in answer.nearest)


def test_near_identical_results_are_folded(ctx: ContextFS) -> None:
    """Of copies that differ in marks and capitals one is shown, which names the others."""
    text = "The invoice worker renders PDF invoices every night at two in the region Frankfurt"
    copies = [ctx.save(text), ctx.save(text + "."), ctx.save(text.upper())]
    other = ctx.save("The invoice numbers are given per customer and year")
    results = ctx.search("invoice worker renders PDF", min_relevance=0)
    shown = [one for one in results if one.memory.id in {each.id for each in copies}]
    assert len(shown) == 1 and other.id in ids(results)
    assert {shown[0].memory.id, *shown[0].folded} == {each.id for each in copies}


def test_recency_matters_for_what_happened_and_hardly_for_facts(ctx: ContextFS) -> None:
    """Of two like episodes the newer comes first; a fact of last year stands where a new one does."""
    year = timedelta(days=365)
    old = ctx.save(
        "Standup: the queue workers were restarted by Ada", type="episodic", created_at=datetime.now() - year
    )
    new = ctx.save("Standup: the queue workers were restarted by Bob", type="episodic")
    found = ctx.search("standup queue workers restarted", min_relevance=0)
    assert ids(found)[:2] == [new.id, old.id]
    aged = found[0].relevance - found[1].relevance
    fact = ctx.save("The billing export lands in bucket alpha", created_at=datetime.now() - year)
    fresh = ctx.save("The billing export lands in bucket gamma")
    facts = {one.memory.id: one.relevance for one in ctx.search("billing export bucket", min_relevance=0)}
    assert abs(facts[fact.id] - facts[fresh.id]) < max(0.02, aged)


def test_old_words_no_longer_find_what_was_changed(ctx: ContextFS) -> None:
    """After an update neither the old words nor their meaning find the memory, and the new ones do."""
    memory = ctx.save("The message broker is RabbitMQ with three nodes")
    ctx.update(memory.id, content="Invoices are rendered by a nightly worker")
    assert not ctx.search("RabbitMQ message broker nodes")
    assert ids(ctx.search("nightly worker renders invoices")) == [memory.id]
    ctx.delete(memory.id)
    assert not ctx.search("nightly worker renders invoices", min_relevance=0)


def test_a_long_memory_is_found_by_what_stands_at_its_end(ctx: ContextFS) -> None:
    """A memory of many pages is found by words and by meaning of its last paragraph."""
    filler = "\n\n".join(
        f"Paragraph {n} speaks about the weather of day {n} and nothing else." for n in range(300)
    )
    memory = ctx.put(
        Draft(f"Meeting notes\n\n{filler}\n\nThe retention period of audit logs is seven years.")
    )
    ctx.save("Lunch is at noon in the canteen on the second floor")
    assert ids(ctx.search("how long are audit logs retained", min_relevance=0))[0] == memory.memory.id

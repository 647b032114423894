"""contextfs search, recall and list."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from contextfs import ContextFS

if TYPE_CHECKING:
    from conftest import CommandLine


@pytest.fixture
def filled(repo: CommandLine) -> CommandLine:
    """A repository with a few memories, one of them in another namespace."""
    repo.each(
        [
            ["save", "This project uses Python 3.11 with FastAPI", "--tags", "python,fastapi,stack"],
            [
                *(
                    "save",
                    "Chose PostgreSQL over MongoDB, because our data is relational",
                    "--type",
                    "decision",
                ),
                *("--tags", "database", "--project", "my-saas", "--metadata", "sprint=42"),
                *("--tool", "claude-desktop"),
            ],
            [
                *("save", "CORS preflight failed: it needs Access-Control-Max-Age"),
                *("--type", "error", "--tags", "cors,api"),
            ],
            ["save", "The warehouse robot is called Marvin", "--namespace", "elsewhere", "--repo", "robots"],
        ]
    )
    return repo


def test_a_search_prints_the_block_of_the_guide(filled: CommandLine) -> None:
    """Relevance, type and repository; the content; the tags; id and age."""
    found = filled.did("search", "what framework does this project use").out
    first = found.split("\n\n")[0].splitlines()
    assert re.fullmatch(r"\[[01]\.\d\d\] \[fact\] @backend-api", first[0])
    assert first[1:3] == ["  This project uses Python 3.11 with FastAPI", "  Tags: python, fastapi, stack"]
    assert re.fullmatch(r"  ID: [0-9a-f]{8} · just now", first[3])


def test_the_json_of_a_search_is_one_document(filled: CommandLine) -> None:
    """The query, results with relevance and why, and what else there is to say; --jsonl has one result a line."""
    document = filled.did("search", "PostgreSQL MongoDB", "--json").json
    assert set(document) == {"query", "results", "nearest", "elsewhere", "provider", "waiting", "apart"}
    best = document["results"][0]
    assert best["memory"]["type"] == "decision"
    assert 0 < best["relevance"] <= 1
    assert best["why"]["parts"]
    rows = filled.did("search", "PostgreSQL MongoDB", "--jsonl").rows
    assert [(row["memory"], set(row)) for row in rows] == [
        (each["memory"], set(each)) for each in document["results"]
    ]


FILTERED = (
    (["--type", "decision"], ["Chose"]),
    (["--type", "decision,error"], ["CORS", "Chose"]),
    (["--tags", "cors,api"], ["CORS"]),
    (["--tags", "CORS"], ["CORS"]),
    (["--tags", "cors,python"], []),
    (["--project", "my-saas"], ["Chose"]),
    (["--repo", "robots"], ["The warehouse"]),
    (["--tool", "claude-desktop"], ["Chose"]),
    (["--type", "decision", "--tool", "claude-desktop", "--since", "7d"], ["Chose"]),
    (["--until", "last week"], []),
    (["--since", "today"], ["CORS", "Chose", "This"]),
    (["--meta", "sprint=42"], ["Chose"]),
    (["--meta", 'sprint="42"'], []),
    (["--namespace", "elsewhere"], ["The warehouse"]),
    (["--all", "--limit", "2"], ["The warehouse", "CORS"]),
    (["--status", "archived"], []),
    (["--as-of", "2020-01-01"], []),
)


def test_an_empty_query_lists_what_the_filters_leave(filled: CommandLine) -> None:
    """Newest first, each filter on its own and together."""
    outcomes = filled.each([["search", "", *args, "--json"] for args, _ in FILTERED])
    firsts = [
        [result["memory"]["content"].split()[0] for result in each.json["results"]] for each in outcomes
    ]
    assert firsts == [[words.split()[0] for words in found] for _, found in FILTERED]


def test_nothing_found_says_so_and_where_else_to_look(filled: CommandLine) -> None:
    """An answer in another namespace is counted; --all then shows it. Nothing found is no error."""
    said = filled.did("search", "warehouse robot Marvin").out
    assert said == "No memories found.\n1 in other namespaces: add --all\n"
    assert "Marvin" in filled.did("search", "warehouse", "robot", "Marvin", "--all").out
    assert filled.did("search", "zqxjk vwpfh", "--all").out == "No memories found.\n"


def test_explain_shows_the_parts_of_a_relevance(filled: CommandLine) -> None:
    """Each part on a line of its own below the block; without results, what was nearest."""
    assert "\n  Why:\n" in filled.did("search", "PostgreSQL", "--explain").out
    nearest = filled.did("search", "zqxjk python vwpfh hgrtk", "--explain", "--min-relevance", "1").out
    assert "Nearest, but below the threshold" in nearest


def test_long_content_is_cut_unless_it_is_asked_for(cli: CommandLine) -> None:
    """The block says how much it hides, and --full shows it."""
    cli.saved(
        "Deploy procedure\n" + "\n".join(f"{n}. step number {n}" for n in range(1, 31)),
        "--type",
        "procedural",
    )
    assert "… 25 more lines: --full" in cli.did("search", "deploy procedure").out
    assert "  30. step number 30" in cli.did("search", "deploy procedure", "--full").out


TEXTS = ["'", '"', "AND", "a*", "NOT x:y", "- dash", "🎉", "()", "%", "x" * 10_000]


def test_any_text_is_a_query(filled: CommandLine) -> None:
    """Operators, quotes, dashes, emoji and very long texts are words like others."""
    outcomes = filled.each([["search", text] for text in TEXTS])
    assert [(text, each.code, each.err) for text, each in zip(TEXTS, outcomes, strict=True)] == [
        (text, 0, "") for text in TEXTS
    ]


def test_recall_shows_memories_whole(filled: CommandLine) -> None:
    """By any six characters of the id; several at once; --raw gives the text alone; --links what it names."""
    target = filled.saved("See src/app.py for the entry point,\nand `main()` in it", "--tags", "entry")
    shown = filled.did("recall", target[:6]).out
    assert target in shown
    assert "  and `main()` in it" in shown
    assert (
        filled.did("recall", target, "--raw").out == "See src/app.py for the entry point,\nand `main()` in it"
    )
    assert "Names file src/app.py" in filled.did("recall", target, "--links").out
    assert filled.did("recall", target, "--links", "--json").json["links"]["mentions"]
    other = filled.saved("another one", "--tags", "x")
    assert [row["id"] for row in filled.did("recall", target, other, "--jsonl").rows] == [target, other]


WRONG_QUESTION = (
    (1, ["recall", "000000"], "000000"),
    (1, ["recall", "abc"], "abc"),
    (1, ["recall", "%%%%%%"], "%%%%%%"),
    (2, ["recall"], "MEMORY_ID"),
    (2, ["search", "x", "--limit", "0"], "0"),
    (2, ["search", "x", "--type", "bug"], "'bug'"),
    (2, ["search", "x", "--since", "whenever"], "'whenever'"),
    (2, ["search", "x", "--status", "lost"], "'lost'"),
    (2, ["search", "x", "--min-relevance", "2"], "2"),
    (2, ["list", "--meta", "nothing"], "key=value"),
    (2, ["list", "--offset", "-1"], "-1"),
    (2, ["list", "--offset", "9223372036854775808"], "9223372036854775808"),
    (2, ["list", "--json", "--jsonl"], "--jsonl"),
    (2, ["list", "--since", "2026-02-01", "--until", "2026-01-01"], "later than --until"),
    (2, ["search", "x", "--all", "--namespace", "global"], "--all"),
    (2, ["recall", "000000", "--raw", "--json"], "--raw"),
    (2, ["recall", "000000", "--raw", "--links"], "--raw"),
    (2, ["serach", "x"], "Did you mean 'search'?"),
)


def test_a_wrong_question_says_what_is_wrong(cli: CommandLine) -> None:
    """The value is named, what is accepted is said, and nothing is on standard output."""
    cli.check_refusals(WRONG_QUESTION)


def test_a_list_is_one_line_each_and_ends_with_the_counts(filled: CommandLine) -> None:
    """Newest first; how many of how many, and how many elsewhere."""
    lines = filled.did("list", "--limit", "2").out.splitlines()
    assert re.match(r"[0-9a-f]{8}  \[error\] +just now  CORS preflight failed", lines[0])
    assert lines[2:] == ["1-2 of 3", "1 in other namespaces: add --all"]
    assert filled.did("list", "--limit", "2", "--offset", "2").out.splitlines()[1] == "3-3 of 3"
    document = filled.did("list", "--tags", "database", "--json").json
    assert (document["total"], document["memories"][0]["type"]) == (1, "decision")
    assert len(filled.did("list", "--all", "--jsonl").rows) == 4


def test_an_empty_answer_tells_of_what_was_put_away(cli: CommandLine) -> None:
    """Archived and expired memories that would have answered are counted, with the way to see them."""
    archived = cli.saved("The old deployment ran on Heroku dynos")
    cli.did("archive", archived)
    with ContextFS(str(cli.data), namespace="global") as ctx:
        past = datetime.now(UTC) - timedelta(days=30)
        before = past - timedelta(days=1)
        ctx.save("The freeze for the Heroku deployment holds", created_at=before, expires_at=past)
    lines = [
        "1 archived: add --status archived",
        "1 expired: search --as-of DATE finds what held then",
    ]
    assert cli.did("list").out.splitlines() == ["No memories found.", *lines]
    found = cli.did("search", "Heroku deployment").out.splitlines()
    assert (found[0], found[-2:]) == ("No memories found.", lines)
    assert cli.did("list", "--status", "deprecated").out == "No memories found.\n"
    assert cli.did("search", "zqxjk vwpfh").out == "No memories found.\n"


def test_an_empty_store_is_no_error(cli: CommandLine) -> None:
    """Listing and searching nothing says so."""
    assert cli.did("list").out == "No memories found.\n"
    assert cli.did("search", "anything").out == "No memories found.\n"
    assert cli.did("log").out == "Nothing was done yet.\n"

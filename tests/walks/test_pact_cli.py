"""`contextfs pact` as somebody types it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import CommandLine

RECORD: dict[str, Any] = {
    "context": "It's the phase's wrap-up: the price cache answers in 3 ms",
    "phase": "code",
    "decisions": [
        {
            "decision": "Two levels",
            "rationale": "A cold node asks 4,000 times",
            "alternatives": ["One big Redis"],
        }
    ],
    "lessons_learned": ["SCAN instead of KEYS, which stops Redis"],
    "active_tasks": [
        {"task": "Measure the hit rate", "priority": "high"},
        {"task": "Write it", "status": "completed"},
    ],
    "entities": [{"name": "PriceCache", "type": "class", "notes": "in-process level"}],
}


def saved(cli: CommandLine, record: dict[str, Any], *options: str) -> dict[str, Any]:
    """Save a record from standard input; returns what is printed."""
    return cli.did("pact", "save", "--json", *options, "-", stdin=json.dumps(record)).json


def test_a_record_goes_through_every_command(repo: CommandLine) -> None:
    """Saved from a pipe with its apostrophes, found, shown, changed, listed, deleted and brought back."""
    first = saved(repo, RECORD, "--file", "src/app.py")
    identity = first["id"]
    assert (first["created"], first["advice"]) == (True, [])
    assert first["record"]["files"] == ["src/app.py"]
    assert not saved(repo, RECORD)["created"]
    lines = repo.did("pact", "search", "why", "two", "levels").out
    assert "→ decision: Two levels" in lines and identity[:8] in lines
    change = {"active_tasks": [{"task": "Measure the hit rate", "status": "completed"}]}
    updated = repo.did("pact", "update", identity[:6], json.dumps(change), "--json").json
    assert updated["active_tasks"][0] == {
        "task": "Measure the hit rate",
        "status": "completed",
        "priority": "high",
    }
    assert repo.did("pact", "get", identity[:6], "--json").json == updated
    assert "- Measure the hit rate (completed, high)" in repo.did("pact", "get", identity).out
    assert repo.did("pact", "list", "--json").json["total"] == 1
    assert repo.did("pact", "delete", identity, "--yes", "--json").json["deleted"]["id"] == identity
    assert "No records yet" in repo.did("pact", "list").out
    repo.did("undo")
    (back,) = repo.did("pact", "list", "--jsonl").rows
    assert {**back, "updated_at": updated["updated_at"]} == updated


def test_what_records_say_together(repo: CommandLine) -> None:
    """Decisions as a log, what is known of an entity, tasks as the newest record has them."""
    saved(repo, RECORD)
    later = {
        "context": "Measured the price cache under load",
        "active_tasks": [
            {"task": "measure the hit rate", "status": "completed"},
            {"task": "Alert below 90 %"},
        ],
        "entities": [{"name": "pricecache", "notes": "hit rate 93 %"}],
        "lessons_learned": ["The second level pays off above 40 requests a second"],
    }
    saved(repo, later)
    assert repo.did("pact", "decisions").out.startswith(
        "Two levels\n  Why: A cold node asks 4,000 times\n  Instead of: One big Redis\n"
    )
    (known,) = repo.did("pact", "entities", "PriceCache", "--json").json["entities"]
    assert (known["type"], [note["text"] for note in known["notes"]], len(known["ids"])) == (
        *("class", ["in-process level", "hit rate 93 %"]),
        2,
    )
    tasks = [(one["task"], one["status"]) for one in repo.did("pact", "tasks", "--jsonl").rows]
    assert tasks == [
        ("Alert below 90 %", "pending"),
        ("measure the hit rate", "completed"),
        ("Write it", "completed"),
    ]
    assert repo.did("pact", "tasks", "--status", "pending").out.split()[-4:] == ["Alert", "below", "90", "%"]


def test_files_are_found_from_wherever_one_is(repo: CommandLine) -> None:
    """The changed files are shown and attached; a path means the same from a folder, by `./`, whole and by a glob."""
    (repo.directory / "src" / "new.py").write_text("print(1)\n")
    assert repo.did("pact", "files").out == "src/new.py\n"
    identity = saved(repo, RECORD)["id"]
    top = repo.directory
    for place, path in (
        (top, "src/new.py"),
        (top, "./src/new.py"),
        (top, "src"),
        (top, "src/*.py"),
        (top, "**/new.py"),
        (top / "src", "new.py"),
        (top / "src", "../src/new.py"),
        (top, str(top / "src" / "new.py")),
    ):
        repo.directory = place
        found = repo.did("pact", "files", path, "--json").json["records"]
        assert [one["id"] for one in found] == [identity], path
    repo.directory = top
    assert repo.did("pact", "files", "src/app.py").out == "No records found.\n"
    assert saved(repo, {**RECORD, "goal": "Another"}, "--no-tracked")["record"]["files"] == []


def test_advice_is_printed_and_strictness_refuses(cli: CommandLine) -> None:
    """A poor record is saved with a line about what it lacks; --strict does not save it."""
    poor = '{"decisions": [{"decision": "Use Redis"}]}'
    lines = cli.did("pact", "save", poor).out.splitlines()
    assert lines[0].startswith("Saved ") and lines[0].endswith("Use Redis")
    assert lines[1].startswith("Advice: Decision without its reason: 'Use Redis'.")
    told = cli.refused(1, "pact", "save", "--strict", '{"context": "Working on auth"}')
    assert "was not saved: Too vague" in told
    assert cli.did("pact", "list", "--json").json["total"] == 1


def test_what_cannot_be_is_refused(cli: CommandLine) -> None:
    """Each refusal has its code and names the value; with --json it is an object."""
    cli.check_refusals(
        [
            (1, ["pact", "save", "abc"], "not JSON"),
            (1, ["pact", "save", "[1]"], "JSON list, not an object"),
            (1, ["pact", "save", "[" * 100_000], "nested too deeply"),
            (1, ["pact", "save", '{"context": "\\ud800"}'], "not valid Unicode"),
            (1, ["pact", "save", '{"context": NaN}'], "context must be a text, not float"),
            (1, ["pact", "save", ""], "not JSON"),
            (1, ["pact", "save"], "not JSON"),
            (1, ["pact", "save", "{}"], "nothing in the record"),
            (1, ["pact", "save", '{"contxt": "x"}', "--json"], "Did you mean 'context'?"),
            (1, ["pact", "save", '{"context": 1}'], "context must be a text, not int"),
            (1, ["pact", "save", '{"context": "The key is AKIAIOSFODNN7EXAMPLF of course"}'], "secret"),
            (1, ["pact", "get", "abcdef"], "No memory has an id"),
            (1, ["pact", "get", "abc"], "abc"),
            (1, ["pact", "update", "abcdef", '{"goal": "x"}'], "No memory has an id"),
            (2, ["pact", "tasks", "--status", "done"], "done"),
            (2, ["pact", "sav"], "Did you mean 'save'?"),
        ],
        stdin="",
    )


def test_help_shows_examples(cli: CommandLine) -> None:
    """Each command's help ends with lines that can be copied."""
    names = ("save", "search", "get", "update", "delete", "list", "files", "decisions", "entities", "tasks")
    for outcome in cli.each([["pact", name, "--help"] for name in names]):
        assert "Examples:\n  contextfs pact " in outcome.out

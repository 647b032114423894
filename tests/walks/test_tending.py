"""Tending from the command line: every verb as text and as JSON, dry, done and undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import CommandLine


def texts(cli: CommandLine) -> dict[str, str]:
    """The text of every memory -> what replaced it."""
    return {one["content"]: one["superseded_by"] for one in cli.did("list", "--json").json["memories"]}


def test_merge_is_tried_done_and_undone(cli: CommandLine) -> None:
    """A dry run shows the text that would be there; the merge unites tags; one undo takes it back."""
    first, second = cli.saved("one thing", "--tags", "a"), cli.saved("another thing", "--tags", "b")
    before = texts(cli)
    dry = cli.did("merge", first[:8], second[:8], "--join", "--dry-run")
    assert "one thing\n\n  another thing" in dry.out
    assert "Nothing was changed." in dry.out
    assert texts(cli) == before
    done = cli.did("merge", first[:8], second[:8], "--into", second[:8], "--json").json
    assert (done["kept"]["id"], done["kept"]["tags"]) == (second, ["b", "a"])
    assert [one["id"] for one in done["replaced"]] == [first]
    assert texts(cli)["one thing"] == second
    assert "Undone: merge" in cli.did("undo").out
    assert texts(cli) == before
    told = cli.did("merge", first, second, "--content", "-", stdin="both things\n").out
    assert "Merged into" in told
    assert texts(cli)["both things\n"] == ""


def test_split_is_tried_done_and_undone(cli: CommandLine) -> None:
    """Each paragraph becomes a memory; an editor may say otherwise."""
    whole = cli.saved("one part\n\nother part", "--tags", "a")
    assert "Would split" in cli.did("split", whole[:8], "--dry-run").out
    done = cli.did("split", whole[:8], "--json").json
    assert [one["content"] for one in done["parts"]] == ["one part", "other part"]
    assert texts(cli)["one part\n\nother part"] == done["parts"][0]["id"]
    cli.did("undo")
    assert list(texts(cli)) == ["one part\n\nother part"]
    script = cli.home / "editor.sh"
    script.write_text("#!/bin/sh\nprintf 'a\\n---\\nb\\n---\\nc\\n' > \"$1\"\n")
    script.chmod(0o755)
    told = cli.did("split", whole, "--edit", EDITOR=str(script)).out
    assert "into 3" in told
    assert {"a", "b", "c"} < set(texts(cli))


def test_tags_become_one_word(cli: CommandLine) -> None:
    """Near-equal tags are listed; merging and renaming work everywhere and are undone."""
    cli.saved("one", "--tags", "database")
    cli.saved("two", "--tags", "db", "--namespace", "other")
    near = cli.did("tags", "list", "--near", "--json").json["tags"]
    assert {one["name"]: one["near"] for one in near} == {"database": ["db"], "db": ["database"]}
    assert "Would change 1 memory" in cli.did("tags", "merge", "db", "--into", "database", "--dry-run").out
    assert cli.did("tags", "merge", "db", "--into", "database", "--json").json["memories"] == 1
    assert cli.did("tags").out == "2  database\n"
    cli.did("tags", "rename", "database", "storage")
    cli.did("undo")
    cli.did("undo")
    assert cli.did("tags", "--limit", "1").out.startswith("1  database")


def test_pairs_feedback_and_figures(cli: CommandLine) -> None:
    """What disagrees is shown with its sentences, what repeats with its ids; feedback counts; figures add up."""
    old = cli.saved("The session timeout is 30 minutes.", "--tags", "auth")
    cli.saved("The session timeout is 15 minutes.", "--tags", "auth")
    told = cli.did("contradictions").out
    assert told.startswith("number: 30 or 15")
    assert "All 2 memories were compared." in told
    assert cli.did("contradictions", "--every", "--jsonl").rows[0]["older"]["id"] == old
    assert "Nothing is said twice." in cli.did("duplicates").out
    assert "The newest 1 of 2" in cli.did("duplicates", "--most", "1").out
    assert "Would note as wrong" in cli.did("feedback", old, "wrong", "--dry-run").out
    cli.did("feedback", old[:8], "wrong")
    figures = cli.did("stats", "--json").json
    assert (figures["memories"], figures["feedback"]) == (2, {"useful": 0, "wrong": 1})
    assert "Feedback" in cli.did("stats", "--weeks", "2").out


def test_a_round_without_a_terminal(cli: CommandLine) -> None:
    """Items are listed with keys that answer them; an answer is tried, given and undone."""
    assert cli.did("review").out == "Nothing needs a look.\n"
    for text in ("The session timeout is 30 minutes.", "The session timeout is 15 minutes."):
        cli.saved(text, "--tags", "auth")
    key = cli.did("review").out.split()[0]
    item = cli.did("review", "--jsonl").rows[0]
    assert item["key"].startswith("contradiction:")
    assert [one["key"] for one in item["actions"]] == ["a", "r", "e", "m"]
    assert "Would do: the newer one replaces" in cli.did("review", key, "reject", "--dry-run").out
    assert cli.did("review", key, "reject", "--json").json["verb"] == "reject"
    assert cli.did("review").out == "Nothing needs a look.\n"
    cli.did("undo")
    cli.did("review", key, "accept")
    assert cli.did("review", "--json").json["items"] == []


def test_what_is_refused(cli: CommandLine) -> None:
    """Wrong usage and what is not there, each with a hint."""
    one = cli.saved("only one paragraph")
    cli.check_refusals(
        [
            (1, ["merge", one, one], "two different"),
            (2, ["merge", one, one, "--join", "--edit"], "exclude each other"),
            (1, ["split", one], "only one part"),
            (1, ["tags", "rename", "nope", "x"], "No memory has the tag"),
            (2, ["feedback", one, "meh"], "useful"),
            (2, ["review", "duplicate:123456:654321"], "Say what to do"),
            (1, ["review", "nonsense", "accept"], "key of no item"),
            (2, ["contradictions", "--all", "--namespace", "x"], "exclude each other"),
            (1, ["review", f"rationale:{one[:8]}", "merge"], "no answer"),
        ]
    )


def test_answers_travel_with_the_history(cli: CommandLine, tmp_path: Path) -> None:
    """What was said to be no contradiction is none in the store that took the history in either."""
    for text in ("The session timeout is 30 minutes.", "The session timeout is 15 minutes."):
        cli.saved(text, "--tags", "auth")
    cli.did("review", cli.did("review").out.split()[0], "accept")
    archive = tmp_path / "all.jsonl"
    cli.did("export", "--all", "--to", str(archive))
    other = {"CONTEXTFS_DATA_DIR": str(tmp_path / "other")}
    cli.did("import", str(archive), **other)
    assert len(cli.did("list", "--json", **other).json["memories"]) == 2
    assert cli.did("contradictions", "--json", **other).json["pairs"] == []

"""Changing memories and going back: update, delete, lifecycle, history, erase, cleanup."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import CommandLine


def test_an_update_changes_what_is_named(repo: CommandLine) -> None:
    """Text, fields, tags and metadata; an empty value clears; the rest stays."""
    target = repo.saved("We use Python 3.11", "--tags", "python,draft", "--owner", "Ada", "--review-at", "9d")
    said = repo.did(
        *("update", target[:8], "We use Python 3.12", "--add-tags", "reviewed", "--remove-tags", "draft"),
        *(
            "--metadata",
            "sprint=42",
            "--owner",
            "",
            "--review-at",
            "",
            "--project",
            "p",
            "--file",
            "src/app.py",
        ),
    ).out
    assert said == f"Updated {target[:8]} [fact] We use Python 3.12\n"
    memory = repo.did("recall", target, "--json").json
    assert (memory["content"], memory["tags"]) == ("We use Python 3.12", ["python", "reviewed"])
    assert (memory["owner"], memory["review_at"], memory["metadata"]) == ("", None, {"sprint": 42})
    assert (memory["project"], memory["files"]) == ("p", ["src/app.py"])
    cleared = repo.did("update", target, "--tags", "", "--metadata", "sprint=null", "--json").json
    assert (cleared["tags"], cleared["metadata"], cleared["project"]) == ([], {}, "p")


def test_an_update_takes_its_text_from_a_pipe_and_may_begin_with_a_dash(cli: CommandLine) -> None:
    """- reads standard input; a text with a dash in front is a text."""
    target = cli.saved("first")
    assert cli.did("update", target, "-", "--json", stdin="second").json["content"] == "second"
    assert cli.did("update", target, "- third thing", "--json").json["content"] == "- third thing"


def test_an_update_moves_a_memory(cli: CommandLine) -> None:
    """--namespace takes it out of sight here and into sight there."""
    target = cli.saved("moving along")
    cli.did("update", target, "--namespace", "team-x")
    assert cli.did("list", "--json").json["total"] == 0
    assert cli.did("list", "--namespace", "team-x", "--json").json["memories"][0]["id"] == target


def test_after_an_update_and_a_delete_the_old_words_find_nothing(cli: CommandLine) -> None:
    """What is not said any more is not found any more."""
    target = cli.saved("The deploy password is kept in the turquoise cabinet")
    cli.did("update", target, "The deploy password is kept in Vault")
    assert cli.did("search", "turquoise").out == "No memories found.\n"
    cli.did("delete", target)
    assert cli.did("search", "Vault").out == "No memories found.\n"


def test_a_delete_says_how_to_come_back_and_how_to_go_on(cli: CommandLine) -> None:
    """Nobody is asked where nobody sits; undo brings it back."""
    target = cli.saved("delete me", "--tags", "x")
    said = cli.did("delete", target[:8]).out
    assert said.startswith(f"Deleted {target[:8]} [fact] delete me\n")
    assert "`contextfs undo`" in said
    assert f"contextfs erase {target[:8]}" in said
    assert target[:8] in cli.refused(1, "recall", target[:8])
    assert "delete me" in cli.did("undo").out
    assert cli.did("recall", target, "--raw").out == "delete me"
    assert cli.did("delete", target, "--json").json["deleted"]["id"] == target


def test_history_can_be_read_and_gone_back_to(cli: CommandLine) -> None:
    """The log of one memory, what a revision changed, an earlier revision, and what was done last of all."""
    target = cli.saved("one line", "--tags", "x")
    cli.did("update", target, "another line")
    cli.did("delete", target)
    verbs = [row["verb"] for row in cli.did("log", target, "--jsonl").rows]
    assert verbs == ["delete", "update", "save"]
    assert "update" in cli.did("log").out
    assert len(cli.did("log", "--limit", "2", "--json").json["revisions"]) == 2
    changed = cli.did("diff", target, "--at", "2").out
    assert "-one line" in changed
    assert "+another line" in changed
    assert cli.did("diff", target, "--at", "2", "--json").json["diff"].strip() == changed.strip()
    assert "another line" in cli.did("restore", target[:8]).out
    assert cli.did("restore", target, "--at", "1", "--json").json["content"] == "one line"


def test_undo_takes_back_step_by_step(cli: CommandLine) -> None:
    """Each undo takes back the action before, a save too, and then there is nothing left."""
    target = cli.saved("first", "--tags", "x")
    cli.did("update", target, "second")
    assert cli.did("undo", "--json").json["memories"][0]["content"] == "first"
    assert cli.did("undo").out == f"Undone: save\n{target[:8]} is gone again\n"
    assert "contextfs log" in cli.refused(1, "undo")


def test_what_no_longer_holds_is_marked(cli: CommandLine) -> None:
    """Superseded, deprecated and archived memories say so, and archived ones only show on request."""
    old = cli.saved("The API lives at api.example.org", "--tags", "api")
    new = cli.saved("The service endpoint moved to https://svc.example.org/v2", "--tags", "api")
    cold = cli.saved("Quarterly planning notes of the garden team", "--tags", "plan")
    assert new[:8] in cli.did("supersede", old, new).out
    assert f"(superseded by {new[:8]})" in cli.did("search", "API lives at").out
    assert cli.did("recall", new, "--json").json["supersedes"] == [old]
    assert cli.did("deprecate", cold, "--see", new, "--json").json["status"] == "deprecated"
    assert cli.did("archive", cold).out.startswith(f"Archived {cold[:8]}")
    assert cli.did("search", "garden team planning").out.startswith("No memories found.")
    assert "(archived)" in cli.did("search", "garden team planning", "--status", "archived").out.replace(
        f"(superseded by {new[:8]}) ", ""
    )
    assert cli.did("update", cold, "--status", "active", "--json").json["status"] == "active"


def test_an_erased_memory_is_gone_from_every_file(cli: CommandLine) -> None:
    """Without --yes nobody could be asked; with it not one byte of the text is left."""
    target = cli.saved("an unforgettable-zebra-sentence nobody should read", "--tags", "x")
    cli.did("update", target, "an unforgettable-zebra-sentence that was changed")
    cli.did("delete", target)
    assert "--yes" in cli.refused(2, "erase", target)
    said = cli.did("erase", target, "--yes").out
    assert said.startswith(f"Erased {target[:8]}")
    left = [
        path for path in cli.data.rglob("*") if path.is_file() and b"unforgettable-zebra" in path.read_bytes()
    ]
    assert left == []
    cli.refused(1, "restore", target)


def test_cleanup_deletes_by_age_and_type(cli: CommandLine) -> None:
    """--dry-run only shows; then it deletes and undo brings everything back."""
    cli.saved("a meeting", "--type", "episodic")
    cli.saved("a fact", "--type", "fact")
    shown = cli.did("cleanup", "--older-than", "0", "--type", "episodic", "--dry-run").out
    assert "a meeting\nWould delete 1 memory; nothing was changed.\n" in shown
    assert "a fact" not in shown
    assert cli.did("cleanup", "--older-than", "180").out == "Nothing is that old.\n"
    document = cli.did("cleanup", "--older-than", "0", "--json").json
    assert (document["deleted"], len(document["memories"])) == (True, 2)
    cli.did("undo")
    assert cli.did("list", "--json").json["total"] == 2


WRONG_CHANGE = (
    (1, ["update", "abcdef12", "text"], "abcdef12"),
    (2, ["update", "abcdef12"], "Name what to change"),
    (2, ["update", "abcdef12", "--status", "gone"], "'gone'"),
    (1, ["delete", "abcdef12", "--yes"], "abcdef12"),
    (1, ["delete", ""], "contextfs"),
    (2, ["delete"], "MEMORY_ID"),
    (1, ["erase", "abcdef12", "--yes"], "abcdef12"),
    (1, ["log", "abcdef12"], "abcdef12"),
    (2, ["log", "--limit", "none"], "none"),
    (1, ["diff", "abcdef12"], "abcdef12"),
    (1, ["restore", "abcdef12"], "abcdef12"),
    (1, ["undo"], "contextfs log"),
    (1, ["supersede", "abcdef12", "fedcba98"], "abcdef12"),
    (1, ["deprecate", "abcdef12"], "abcdef12"),
    (1, ["archive", "abcdef12"], "abcdef12"),
    (2, ["cleanup"], "--older-than"),
    (2, ["cleanup", "--older-than", "-1"], "-1"),
    (2, ["cleanup", "--older-than", "1", "--all", "--namespace", "global"], "--all"),
    (2, ["update", "abcdef12", "--tags", "a", "--add-tags", "b"], "--add-tags"),
    (2, ["cleanup", "--older-than", "1", "--type", "bug"], "'bug'"),
)


def test_a_wrong_change_says_what_is_wrong(cli: CommandLine) -> None:
    """Whatever was named wrongly is named back, with what to do."""
    cli.check_refusals(WRONG_CHANGE)


def test_a_wrong_revision_says_which_there_are(cli: CommandLine) -> None:
    """The message counts the revisions."""
    target = cli.saved("only one")
    assert "'7'" in cli.refused(1, "restore", target, "--at", "7")
    assert "1 to 1" in cli.refused(1, "diff", target, "--at", "7")

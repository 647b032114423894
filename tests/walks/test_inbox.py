"""The inbox on the command line: what waits is shown, answered, put into other words, and taken back."""

from __future__ import annotations

import json
import stat
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

WHY = "We chose Postgres over Mongo because the reports need joins."
FIX = "I fixed the KeyError in the counter by using a defaultdict."
RULE = "Always run the linter before you commit."


@pytest.fixture
def asked(cli: CommandLine) -> CommandLine:
    """A command line whose inbox holds a decision, a fix and a preference out of an imported conversation."""
    said = [{"role": "user", "content": text} for text in (WHY, "Thank you.", FIX, RULE)]
    talk = cli.directory / "talk.json"
    talk.write_text(json.dumps({"title": "Reports", "messages": said}), encoding="utf-8")
    cli.did("import", str(talk))
    assert cli.did("inbox").out == "Nothing waits for an answer.\n"
    assert cli.did("inbox", "--look", "--json").json["waiting"] == 3
    return cli


def ids(cli: CommandLine) -> dict[str, str]:
    """Kind -> id of what waits."""
    return {one["kind"]: one["id"] for one in cli.did("inbox", "--jsonl").rows}


def test_what_waits_is_shown(asked: CommandLine) -> None:
    """Each candidate is shown with its kind, its words and its id; kinds and a limit choose."""
    out = asked.did("inbox").out
    assert all(
        text in out for text in (WHY, FIX, RULE, "[decision]", "To answer: contextfs inbox --accept ID")
    )
    assert FIX not in asked.did("inbox", "--kind", "decision").out
    assert "2 more wait: --limit 3" in asked.did("inbox", "-n", "1").out
    assert asked.did("search", "Postgres", "--json").json["results"] == []


def test_candidates_are_answered(asked: CommandLine) -> None:
    """Accepted ones are memories, rejected ones are gone, and undo takes back one answer after the other."""
    waiting = ids(asked)
    out = asked.did("inbox", "--accept", waiting["decision"][:8], waiting["fix"], "--tags", "storage").out
    assert out.startswith("Saved ")
    assert len(out.splitlines()) == 2
    assert asked.did("search", "Postgres joins", "--json").json["results"][0]["memory"]["tags"] == ["storage"]
    assert asked.did("inbox", "--reject", "all").out == f"Rejected {waiting['preference'][:8]} {RULE}\n"
    assert asked.did("inbox", "--look").out == "Nothing waits for an answer.\n"
    assert "candidate" in asked.did("log").out
    assert f"Candidate {waiting['preference'][:8]} waits in the inbox again" in asked.did("undo").out
    assert asked.did("undo").out.startswith("Undone: accept\n")
    assert ids(asked) == waiting
    assert asked.did("list", "--json").json["total"] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="the editor is a shell script")
def test_a_candidate_is_accepted_in_other_words(asked: CommandLine) -> None:
    """$EDITOR opens on the words of the candidate, and what is made of them is saved."""
    editor = asked.home / "editor"
    editor.write_text('#!/bin/sh\nsed -i.bak "s/We chose/The team chose/" "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    out = asked.did("inbox", "--accept", ids(asked)["decision"], "--edit", EDITOR=str(editor)).out
    assert "The team chose Postgres over Mongo" in out
    editor.write_text('#!/bin/sh\n: > "$1"\n')
    refused = asked.run("inbox", "--accept", ids(asked)["fix"], "--edit", EDITOR=str(editor))
    assert (refused.code, "the text is empty" in refused.err) == (1, True)
    assert set(ids(asked)) == {"fix", "preference"}


def test_what_makes_no_sense_is_refused(cli: CommandLine) -> None:
    """An answer without a candidate, a candidate without an answer, and what does not go together are told."""
    cli.check_refusals(
        [
            (2, ["inbox", "3f9c12ab"], "--accept or --reject"),
            (2, ["inbox", "--accept"], "its id, or all"),
            (2, ["inbox", "--reject", "3f9c12ab", "--edit"], "go with --accept"),
            (2, ["inbox", "--accept", "--reject", "3f9c12ab"], "not both"),
            (2, ["inbox", "--accept", "all", "--edit"], "one candidate at a time"),
            (2, ["inbox", "--kind", "fact"], "decision"),
            (1, ["inbox", "--accept", "3f9c12ab"], "No candidate that waits"),
            (1, ["inbox", "--accept", "x"], "not the id of a candidate"),
            (1, ["config", "set", "inbox.auto_accept", "facts"], "no kind of candidate"),
        ]
    )

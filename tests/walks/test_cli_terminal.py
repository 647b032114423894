"""At a terminal: questions, colours, highlighting and progress, with a real pseudo-terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

pty = pytest.importorskip("pty", reason="needs a Unix terminal")


class Person:
    """Somebody at a terminal who runs one command."""

    def __init__(self, cli: CommandLine, *args: str, **environ: str) -> None:
        self.master, terminal = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "contextfs", *args],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            cwd=cli.directory,
            env={**cli.environ, "TERM": "xterm", **environ},
            start_new_session=True,
        )
        os.close(terminal)
        self.seen = ""

    def sees(self, words: str) -> None:
        """Read until these words are on the screen."""
        while words not in self.seen:
            try:
                more = os.read(self.master, 65536)
            except OSError:
                more = b""
            assert more, f"{words!r} never came: {self.seen}"
            self.seen += more.decode()

    def types(self, text: str) -> None:
        """Type something."""
        os.write(self.master, text.encode())

    def leaves(self) -> int:
        """Read to the end; returns the exit code."""
        while True:
            try:
                more = os.read(self.master, 65536)
            except OSError:
                break
            if not more:
                break
            self.seen += more.decode()
        os.close(self.master)
        return self.process.wait(60)


def test_a_delete_asks_and_takes_no_for_an_answer(cli: CommandLine) -> None:
    """The memory is named in the question; only yes deletes it, and --yes does not ask."""
    target = cli.saved("ask before you go", "--tags", "x")
    for answer, code in (("n\n", 1), ("y\n", 0)):
        person = Person(cli, "delete", target)
        person.sees("ask before you go? [y/N]")
        person.types(answer)
        assert person.leaves() == code
        assert cli.did("list", "--json").json["total"] == code
    cli.did("undo")
    person = Person(cli, "delete", target, "--yes")
    assert person.leaves() == 0
    assert "[y/N]" not in person.seen


def test_an_erase_and_a_cleanup_ask_too(cli: CommandLine) -> None:
    """What cannot be undone asks, and what deletes many shows them first."""
    target = cli.saved("precious", "--type", "episodic")
    person = Person(cli, "cleanup", "--older-than", "0")
    person.sees("Delete these 1? [y/N]")
    person.types("n\n")
    assert person.leaves() == 1
    assert "precious" in person.seen
    person = Person(cli, "erase", target)
    person.sees("for good")
    person.types("\n")
    assert person.leaves() == 1
    assert cli.did("list", "--json").json["total"] == 1


def test_what_matched_is_highlighted_on_a_terminal(cli: CommandLine) -> None:
    """Colours and marks are there for people, and NO_COLOR takes them away."""
    cli.saved("We hash passwords with bcrypt", "--tags", "auth")
    person = Person(cli, "search", "bcrypt passwords")
    assert person.leaves() == 0
    assert "\x1b[31m\x1b[1mbcrypt" in person.seen
    person = Person(cli, "search", "bcrypt passwords", NO_COLOR="1")
    assert person.leaves() == 0
    assert "\x1b[" not in person.seen
    assert "\x1b[" in cli.did("search", "bcrypt", FORCE_COLOR="1").out


def test_a_save_without_content_at_a_terminal_does_not_wait(cli: CommandLine) -> None:
    """Nothing is piped in and nothing is given: that is a usage error, not a silent wait."""
    person = Person(cli, "save")
    assert person.leaves() == 2
    assert "CONTENT" in person.seen


def test_work_that_takes_long_shows_a_bar(cli: CommandLine) -> None:
    """Reindexing shows its progress."""
    cli.saved("a memory")
    person = Person(cli, "reindex")
    assert person.leaves() == 0
    assert "Indexing" in person.seen


def test_control_c_before_anything_is_loaded_leaves_with_130(cli: CommandLine) -> None:
    """An interrupt while the command line is still being imported shows no traceback either."""
    early = (
        "import sys; from contextfs.__main__ import main; sys.argv = ['contextfs', 'status']\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted()); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", early], env=cli.environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Aborted.\n")


def test_control_c_leaves_with_130(cli: CommandLine) -> None:
    """An interrupted command says so in a word and leaves with the code that shells expect."""
    target = cli.saved("interrupt me")
    person = Person(cli, "delete", target)
    person.sees("[y/N]")
    time.sleep(0.1)
    person.process.send_signal(signal.SIGINT)
    assert person.leaves() == 130
    assert "Traceback" not in person.seen


def editor(cli: CommandLine, text: str) -> str:
    """An editor that writes a text and leaves."""
    script = cli.home / "editor.py"
    script.write_text(f"import sys\nopen(sys.argv[1], 'w').write({text!r})\n")
    return f"{sys.executable} {script}"


def test_a_round_is_walked_with_single_keys(cli: CommandLine) -> None:
    """Each item shows its answers; j and k move, a wrong key shows them again, u takes back, q leaves."""
    for text in ("The session timeout is 30 minutes.", "The session timeout is 15 minutes."):
        cli.saved(text, "--tags", "auth")
    cli.saved("one", "--tags", "database")
    cli.saved("two", "--tags", "db")
    person = Person(cli, "review")
    person.sees("1 of 2")
    person.sees("Two memories disagree")
    person.sees("quit")
    person.types("j")
    person.sees("Tags that are probably one word")
    person.types("k")
    person.sees("The session timeout is 15 minutes.")
    person.types("x")
    person.types("r")
    person.sees("✓ the newer one replaces the older one")
    person.sees("2 of 2")
    person.types("u")
    person.sees("Taken back: the newer one replaces the older one")
    person.types("r")
    person.types("m")
    assert person.leaves() == 0
    assert "2 of 2 answered." in person.seen
    found = cli.did("list", "--json").json["memories"]
    assert sum(bool(one["superseded_by"]) for one in found) == 1
    assert {tag for one in found for tag in one["tags"]} == {"auth", "database"}
    cli.did("undo")
    assert "db" in cli.did("tags").out


def test_a_text_is_written_in_an_editor_during_a_round(cli: CommandLine) -> None:
    """The key e opens the editor; what was not changed changes nothing, and an error keeps the round going."""
    target = cli.saved("We take the blue one of both variants offered by vendors", "--type", "decision")
    person = Person(cli, "review", "--kind", "rationale", EDITOR="true")
    person.sees("A decision without its reason")
    person.types("e")
    person.sees("Nothing was changed.")
    person.types("q")
    assert person.leaves() == 0
    assert "0 of 1 answered." in person.seen
    secret = "token ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    person = Person(cli, "review", "--kind", "rationale", EDITOR=editor(cli, secret))
    person.sees("quit")
    person.types("e")
    person.sees("secret")
    person.types("q")
    assert person.leaves() == 0
    better = "We take the blue one, because the red one fades."
    person = Person(cli, "review", "--kind", "rationale", EDITOR=editor(cli, better))
    person.sees("quit")
    person.types("e")
    assert person.leaves() == 0
    assert cli.did("recall", target, "--json").json["content"] == better


def test_a_round_with_nothing_in_it_does_not_wait(cli: CommandLine) -> None:
    """It says so and ends."""
    cli.saved("one memory", "--tags", "x")
    person = Person(cli, "review")
    assert person.leaves() == 0
    assert "Nothing needs a look." in person.seen


def test_verify_asks_about_each_fix(repo: CommandLine) -> None:
    """What moved is offered its new place, what changed is asked about; only what is agreed to is written."""
    module = repo.directory / "src" / "hooks.py"
    module.write_text("def retry():\n    return 3\n" * 9)
    repo.git("add", ".")
    repo.git("commit", "-qm", "hooks")
    moved = repo.saved("Retries are explained in src/hooks.py", "--tags", "x")
    changed = repo.saved("The app says hello in src/app.py", "--tags", "x")
    repo.git("mv", "src/hooks.py", "src/retries.py")
    (repo.directory / "src" / "app.py").write_text("print('good bye')\n")
    repo.git("commit", "-qam", "moved")
    person = Person(repo, "verify", "--fix")
    for answer in ("first", "second"):
        person.sees("[y/N]")
        last = person.seen.rpartition("[y/N]")[0][-200:]
        assert "Cite src/retries.py instead of src/hooks.py?" in last or "still hold" in last, answer
        person.seen = ""
        person.types("y\n" if "Cite" in last else "n\n")
    assert person.leaves() == 0
    assert "Updated 1 memory" in person.seen
    assert "src/retries.py" in repo.did("recall", moved, "--json").json["content"]
    assert [one["memory"]["id"] for one in repo.did("verify", "--json").json["memories"]] == [changed]
    person = Person(repo, "verify", "--fix")
    person.sees("still hold")
    person.types("y\n")
    assert person.leaves() == 0
    assert repo.did("verify", "--json").json["memories"] == []
    repo.did("undo")
    assert len(repo.did("verify", "--json").json["memories"]) == 1

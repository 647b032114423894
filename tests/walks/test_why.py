"""From a line of code to the decision behind it, on a history made by real git commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client import Client
from mcp.types import CallToolResult

from contextfs import ContextFS
from contextfs.domain.lineage import Behind
from contextfs.errors import InvalidInput, MemoryNotFound
from contextfs.mcp.server import build
from contextfs.pact import PactMemory
from contextfs.settings import Settings

TOKENS = '''\
"""Tokens."""


class TokenManager:
    def refresh(self, token):
        """Rotate a token; one caller at a time."""
        with self.lock:
            return self.rotate(token)

    def rotate(self, token):
        return token
'''


class Story:
    """A repository and a store that grow together, as work does."""

    def __init__(self, root: Path, data: Path) -> None:
        self.root = root
        self.data = data
        root.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.ctx = ContextFS(settings=Settings(data_dir=str(data), environ={}), cwd=str(root))

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgSign=false")
        command = ["git", *identity, *arguments]
        return subprocess.run(
            command, cwd=self.root, check=True, capture_output=True, text=True
        ).stdout.strip()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def commit(self, subject: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", subject)
        return self.git("rev-parse", "HEAD")

    def save(self, content: str, type: str = "decision", **more: Any) -> str:
        self.ctx.look_again()
        return self.ctx.save(content, type=type, **more).id

    def why(self, place: str) -> list[Behind]:
        self.ctx.look_again()
        return list(self.ctx.why(place).memories)


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    found = Story(tmp_path / "shop", tmp_path / "data")
    yield found
    found.ctx.close()


def reasons(found: list[Behind]) -> dict[str, str]:
    return {one.memory.id: "; ".join(one.because) for one in found}


def test_a_decision_saved_while_the_lines_were_written_explains_them(story: Story) -> None:
    """What was saved before the commit that wrote the lines comes first; an unrelated memory does not come."""
    story.write("README.md", "shop\n")
    story.commit("start")
    lock = story.save(
        "Only one caller may rotate at a time, else the second one invalidates the first one's answer."
    )
    story.write("src/tokens.py", TOKENS)
    commit = story.commit("tokens: one rotation at a time")
    story.save("The colour of the logo is teal.", type="fact", created_at="2020-01-01")
    found = story.why("src/tokens.py:5-8")
    assert found[0].memory.id == lock
    assert f"saved while this commit was being made: {commit[:8]}" in reasons(found)[lock]
    assert all("teal" not in one.memory.content for one in found)


def test_a_memory_that_names_the_commit_is_surest(story: Story) -> None:
    """The hash in a text, whole or short, ties the memory to the lines of that commit, wherever it was saved."""
    story.write("a.py", "x = 1\n")
    first = story.commit("first")
    story.write("b.py", "y = 1\n")
    story.commit("second")
    named = story.save(
        f"The cache is disabled on purpose, see {first[:9]}: it held stale prices.", created_at="2019-05-05"
    )
    assert reasons(story.why("a.py"))[named].startswith(f"names commit {first[:8]}")
    assert story.why("b.py") == []


def test_a_memory_that_names_the_pull_request_is_found(story: Story) -> None:
    """A number that the subject of the commit and the memory share ties them; the bare number does not."""
    story.write("a.py", "x = 1\n")
    commit = story.commit("cache prices (#234)")
    story.git("checkout", "--quiet", "--detach")
    kept = story.save("PR #234 was reviewed by Ada: prices are cached per tenant.", created_at="2019-05-05")
    story.save("There are 234 shops.", type="fact", created_at="2019-05-06")
    found = reasons(story.why("a.py"))
    assert found[kept].startswith(f"names #234, as commit {commit[:8]} does")
    assert len(found) == 1


def test_what_was_saved_on_a_merged_branch_belongs_to_its_lines(story: Story) -> None:
    """Lines that a merge brought are explained by what was saved on the branch, hash or no hash."""
    story.write("a.py", "x = 1\n")
    story.commit("start")
    story.git("checkout", "--quiet", "-b", "feature/lock")
    story.commit("prepare")
    early = story.save("A file lock was rejected since NFS ignores it.")
    story.commit("more preparation")
    story.write("lock.py", "lock = 1\n")
    story.commit("lock")
    story.git("checkout", "--quiet", "main")
    story.commit("meanwhile")
    story.git("merge", "--quiet", "--no-ff", "-m", "Merge branch 'feature/lock'", "feature/lock")
    assert "saved on branch feature/lock" in reasons(story.why("lock.py"))[early]
    assert "saved on branch" not in str(reasons(story.why("a.py")))


def test_a_renamed_file_keeps_its_reasons(story: Story) -> None:
    """A memory attached to the earlier name explains the file under its new one, and says so."""
    story.write("old/tokens.py", TOKENS)
    story.commit("tokens")
    kept = story.save("Rotation is serialised by a mutex.", files=["old/tokens.py"], created_at="2019-05-05")
    (story.root / "src").mkdir()
    story.git("mv", "old/tokens.py", "src/tokens.py")
    story.commit("move")
    found = story.ctx.why("src/tokens.py")
    assert "old/tokens.py, as src/tokens.py was called then" in reasons(list(found.memories))[kept]
    assert any("Earlier called old/tokens.py" in note for note in found.notes)
    assert [one.memory.id for one in story.ctx.about_file("src/tokens.py")] == [kept]


def test_a_symbol_is_explained_by_what_names_it(story: Story) -> None:
    """`::Class.method` blames the lines of that method and finds what is said about it, not what shares its name."""
    story.write("src/tokens.py", TOKENS)
    story.commit("tokens")
    about = story.save(
        "`TokenManager.refresh` holds the lock for the whole rotation.", created_at="2019-05-05"
    )
    other = story.save("The page calls `Cart.refresh()` every minute.", created_at="2019-05-06")
    found = story.ctx.why("src/tokens.py::TokenManager.refresh")
    assert (found.place.start, found.place.end) == (5, 8)
    assert "is about TokenManager.refresh" in reasons(list(found.memories))[about]
    assert other not in reasons(list(found.memories))


def test_a_folder_gathers_what_is_known_of_its_files(story: Story) -> None:
    """Asking for a folder finds the memories of the files below it."""
    story.write("src/auth/tokens.py", TOKENS)
    story.commit("tokens")
    kept = story.save("Tokens last 15 minutes.", files=["src/auth/tokens.py"], created_at="2019-05-05")
    story.save("Prices are in cents.", files=["src/shop/prices.py"], created_at="2019-05-05")
    assert list(reasons(story.why("src/auth"))) == [kept]
    assert [one.memory.id for one in story.ctx.about_file("src/auth/")] == [kept]


def test_a_folder_explains_itself_and_what_lies_in_it(story: Story) -> None:
    """What is attached to a folder is surest there, and less sure with each folder further down."""
    story.write("src/kernel/io/disk.py", "x = 1\n")
    story.commit("kernel")
    kept = story.save("Nothing here may allocate.", files=["src/kernel"], created_at="2019-05-05")
    slashed = story.save("The drivers are generated.", files=["src/kernel/io/"], created_at="2019-05-06")
    assert {one.memory.id: one.weight for one in story.why("src/kernel/")}[kept] == 0.7
    below = {one.memory.id: one for one in story.why("src/kernel/io/disk.py")}
    assert below[slashed].weight == 0.45 > below[kept].weight > 0.2
    assert below[kept].because == ("is attached to src/kernel, which it lies in",)
    assert kept in [one.memory.id for one in story.ctx.about_file("src/kernel")]
    assert reasons(story.why("src"))[kept] == "is about src/kernel"


def test_brackets_in_a_path_are_letters(story: Story) -> None:
    """`app/[id]/page.tsx` is that file alone, not one of the files that the pattern would fit."""
    story.write("app/i/page.tsx", "export const a = 1\n")
    story.commit("the page i")
    story.write("app/[id]/page.tsx", "export const b = 2\n")
    own = story.commit("the page of any id")
    of_any = story.save("Ids are opaque.", files=["app/[id]/page.tsx"], created_at="2019-05-05")
    of_i = story.save("The letter has a page.", files=["app/i/page.tsx"], created_at="2019-05-05")
    found = story.ctx.why("app/[id]/page.tsx")
    assert [one.commit.hash for one in found.commits] == [own]
    assert not any("Earlier called" in note for note in found.notes)
    assert [one.commit.hash for one in story.ctx.why("app/[id]").commits] == [own]
    pact = PactMemory(front=story.ctx)
    assert pact.search_by_file("app/[id]/page.tsx")[0].id == of_any
    assert [one.id for one in pact.search_by_file("app/[id]")] == [of_any]
    assert {one.id for one in pact.search_by_file("app/[id]/*.tsx")} == {of_any, of_i}


def test_a_file_of_another_repository_is_explained_by_its_own_memories(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked from elsewhere, its repository decides whose memories count; ours do where they mean that very file."""
    story.write("src/a.py", "x = 1\n")
    story.commit("start")
    kept = story.save("The switch was asked for by the audit.", files=["src/a.py"])
    other = Story(tmp_path / "other", story.data)
    other.write("src/a.py", "y = 1\n")
    other.commit("start of the other")
    same_name = other.save("Something else by the same name.", files=["src/a.py"])
    meant = other.save("Copied from the shop.", files=[str(story.root / "src/a.py")])
    found = reasons(other.why(str(story.root / "src/a.py")))
    assert same_name not in found
    assert set(found) >= {kept, meant}
    assert list(reasons(story.why("src/a.py"))) == [kept]
    other.ctx.close()


def test_a_repository_within_another_keeps_what_the_outer_one_says_of_it(story: Story) -> None:
    """A file of a submodule is also known by the path it has from the outer repository."""
    story.commit("start")
    inner = Story(story.root / "vendor", story.data)
    inner.write("lib.c", "int x;\n")
    inner.commit("the library")
    outside = story.save("Vendored since upstream is gone.", files=["vendor/lib.c"])
    inside = inner.save("The name is part of the protocol.", files=["lib.c"])
    assert set(reasons(story.why("vendor/lib.c"))) == {outside, inside}
    assert outside in reasons(story.why("vendor"))
    inner.ctx.close()


@pytest.mark.parametrize("given", ["src/a.py:12", "src/a.py:12-30", "src/a.py#L12", "src/a.py#L12-L30"])
def test_a_memory_given_lines_is_attached_to_the_file(story: Story, given: str) -> None:
    """Lines move; the memory is found by its file, and kept without them."""
    story.write("src/a.py", "x = 1\n")
    story.commit("start")
    kept = story.save("The switch was asked for by the audit.", files=[given])
    assert story.ctx.recall(kept).files == ("src/a.py",)
    record = PactMemory(front=story.ctx).save({"goal": "Find it by its file", "files": [given]})
    assert set(reasons(story.why("src/a.py"))) >= {kept, record}


def test_chance_is_no_reason(story: Story) -> None:
    """In a store of few memories the nearest one has nothing to say about a file for that."""
    story.write("lib/pay.py", 'def refund(order):\n    """Give the money of an order back."""\n')
    story.write("r", "r\n")
    story.commit("refunds for the whole team")
    lunch = story.save("Lunch is at noon for the whole team.", type="fact", created_at="2019-05-05")
    about = story.save("Money is given back to the card an order was paid with.", created_at="2019-05-06")
    for place in ("lib/pay.py::refund", "lib/pay.py", "r"):
        assert lunch not in reasons(story.why(place)), place
    assert not any("means" in one for one in reasons(story.why("r")).values())
    assert about not in reasons(story.why("r"))


def test_the_moment_alone_is_a_weak_reason(story: Story) -> None:
    """What was saved during a commit is shown, but below what is also about the place."""
    story.commit("start")
    aside = story.save("Plugins are loaded from the home directory.", type="decision")
    named = story.save("The page `docs/n.md` is written for beginners.", type="decision")
    story.write("docs/n.md", "# Beginners\n")
    story.commit("docs: first page")
    found = story.why("docs/n.md")
    assert [one.memory.id for one in found] == [named, aside]
    assert found[0].weight > 0.8
    assert found[1].weight == 0.45


def test_a_name_that_looks_like_a_place_is_the_file(story: Story) -> None:
    """Files with colons in their names are found when they are there, with lines and symbols too."""
    story.write("odd:12", "one\ntwo\n")
    story.write("we::ird.py", "def go():\n    pass\n")
    story.commit("odd names")
    places = {
        one: story.ctx.why(one).place
        for one in ("odd:12", "odd:12:2", "we::ird.py", "we::ird.py::go", "we::ird.py:2")
    }
    assert {one: (place.path, place.start) for one, place in places.items()} == {
        "odd:12": ("odd:12", 0),
        "odd:12:2": ("odd:12", 2),
        "we::ird.py": ("we::ird.py", 0),
        "we::ird.py::go": ("we::ird.py", 1),
        "we::ird.py:2": ("we::ird.py", 2),
    }


@pytest.mark.parametrize("given", [None, 5, b"src/a.py"])
def test_what_is_no_text_is_no_place(story: Story, given: Any) -> None:
    """A place must be a text, and what was given instead is named."""
    with pytest.raises(InvalidInput, match=f"place must be a text, not {type(given).__name__}"):
        story.ctx.why(given)


def test_nothing_recorded_is_said_with_the_commits(story: Story) -> None:
    """Where no memory is connected, the answer is empty and the commits are there."""
    story.write("a.py", "x = 1\n")
    commit = story.commit("start")
    found = story.ctx.why("a.py:1")
    assert not found.memories
    assert [(one.commit.hash, one.lines) for one in found.commits] == [(commit, 1)]


def test_the_whole_life_of_a_file_is_seen(story: Story) -> None:
    """Before the first commit, uncommitted, deleted, outside of any repository: each answers with what there is."""
    story.write("a.py", "x = 1\n")
    kept = story.save("The module `a.py` keeps the switch.", files=["a.py"])
    found = story.ctx.why("a.py")
    assert list(reasons(list(found.memories))) == [kept]
    assert "git has no commit of it yet." in found.notes
    story.commit("start")
    (story.root / "a.py").unlink()
    story.commit("gone")
    deleted = story.ctx.why("a.py")
    assert any("not in the working tree" in note for note in deleted.notes)
    assert len(deleted.commits) == 2
    outside = story.data.parent / "loose.py"
    outside.write_text("x\n", encoding="utf-8")
    assert "not in a git repository" in str(story.ctx.why(str(outside)).notes)


def test_memories_that_a_search_hides_are_hidden_here(story: Story) -> None:
    """Archived, expired and foreign memories explain nothing; a superseded one comes after its successor."""
    story.write("a.py", "x = 1\n")
    story.commit("start")
    archived = story.save("Archived words about a.py.", files=["a.py"])
    story.ctx.archive(archived)
    story.save("Words of somewhere else about a.py.", files=["a.py"], namespace="elsewhere")
    old = story.save("The switch is off.", files=["a.py"])
    new = story.save("The switch is on since the audit.", files=["a.py"])
    story.ctx.supersede(old, new)
    assert list(reasons(story.why("a.py"))) == [new, old]


@pytest.mark.parametrize(
    ("place", "words"),
    [("a.py:7", "has 1 lines"), ("a.py::nothing", "defines no 'nothing'"), ("a.py:0", "counted from 1")],
)
def test_a_place_that_is_not_there_is_named(story: Story, place: str, words: str) -> None:
    """A line or a symbol that the file does not have is refused with what it has."""
    story.write("a.py", "x = 1\n")
    with pytest.raises(InvalidInput, match=words):
        story.ctx.why(place)


def test_a_path_that_nobody_knows_is_not_found(story: Story) -> None:
    """No file, no commit and no memory is an error that says so."""
    with pytest.raises(MemoryNotFound, match=r"Nothing is known of 'nope\.py'"):
        story.ctx.why("nope.py")


def test_the_command_shows_reasons_and_json(story: Story) -> None:
    """`contextfs why` prints memories with what connects them, and the same as JSON."""
    story.write("src/tokens.py", TOKENS)
    story.commit("tokens")
    kept = story.save("Rotation is serialised by a mutex.", files=["src/tokens.py"])

    def run(*arguments: str, cwd: Path) -> str:
        environ = {**os.environ, "CONTEXTFS_DATA_DIR": str(story.data), "NO_COLOR": "1"}
        command = [sys.executable, "-m", "contextfs", "why", *arguments]
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environ, check=True)
        return done.stdout

    text = run("tokens.py:5-8", cwd=story.root / "src")
    assert "src/tokens.py:5-8" in text
    assert "↳ is attached to src/tokens.py" in text
    assert "4 of 4 lines" in text
    document = json.loads(run("src/tokens.py::TokenManager.rotate", "--json", cwd=story.root))
    assert document["memories"][0]["memory"]["id"] == kept
    assert document["place"] == {
        "path": "src/tokens.py",
        "start": 10,
        "end": 11,
        "symbol": "TokenManager.rotate",
        "text": "src/tokens.py::TokenManager.rotate",
    }


def test_what_the_command_says_is_so(story: Story) -> None:
    """A session is no commit, a carriage return no letter, and bytes have no lines."""
    (story.root / "crlf.txt").write_bytes(b"a\r\nb\r\n")
    (story.root / "bin.dat").write_bytes(bytes(range(256)) * 4)
    story.commit("data")
    environ = {**os.environ, "CONTEXTFS_DATA_DIR": str(story.data), "NO_COLOR": "1"}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "contextfs", *arguments]
        done = subprocess.run(
            command, cwd=story.root, capture_output=True, text=True, env=environ, check=True
        )
        return done.stdout

    assert "x0d" not in run("why", "crlf.txt:1")
    assert "lines" not in run("why", "bin.dat")
    assert "These commits wrote it" in run("why", "bin.dat")
    run("session", "start", "--label", "measuring")
    run("session", "touch", "bin.dat")
    told = run("why", "bin.dat")
    assert "measuring" in told and "These commits wrote it" not in told


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_assistants_ask_by_a_tool(story: Story, mode: str) -> None:
    """`contextfs_why` gives a client of either era the memories with their reasons, and refuses what is no place."""
    story.write("src/tokens.py", TOKENS)
    commit = story.commit("tokens")
    kept = story.save("Rotation is serialised by a mutex.", files=["src/tokens.py"])

    async def ask() -> tuple[CallToolResult, CallToolResult]:
        async with Client(build(story.ctx), mode=mode) as client:
            good = await client.call_tool("contextfs_why", {"place": "src/tokens.py::TokenManager"})
            return good, await client.call_tool("contextfs_why", {"place": "src/tokens.py:900"})

    good, bad = anyio.run(ask)
    assert good.structured_content is not None
    assert good.structured_content["memories"][0]["memory"]["id"] == kept
    assert good.structured_content["commits"][0]["commit"] == commit[:8]
    assert "is attached to src/tokens.py" in str(good.content)
    assert bad.is_error and "900 is not one of them" in str(bad.content)

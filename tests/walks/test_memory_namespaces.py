"""Namespaces: which one a memory goes to, which ones a question sees, and how they are renamed and merged."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from contextfs import ContextFS, Draft
from contextfs.domain.search import SearchQuery
from contextfs.errors import ContextFSError, InvalidInput, InvalidSetting, NamespaceNotFound

Open = Callable[..., ContextFS]
WHO = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"]
OWN = re.compile(r"repo-[0-9a-f]{12}")


def git(directory: Path, *args: str) -> None:
    """Run git in a directory."""
    subprocess.run(["git", *WHO, *args], cwd=directory, check=True, capture_output=True)


def repository(directory: Path, remote: str = "", *, commits: int = 1) -> Path:
    """A new repository."""
    directory.mkdir(parents=True)
    git(directory, "init", "-q")
    if remote:
        git(directory, "remote", "add", "origin", remote)
    for number in range(commits):
        git(directory, "commit", "-q", "--allow-empty", "-m", f"Commit {number} of {directory.name}")
    return directory


@pytest.fixture
def at(bare: Path, tmp_path: Path) -> Open:
    """Opens the one store of the test from a directory."""

    def opened(directory: Path = bare, **given: str) -> ContextFS:
        return ContextFS(data_dir=str(tmp_path / "data"), cwd=str(directory), **given)  # pyright: ignore[reportArgumentType]

    return opened


# ── where a memory goes ─────────────────────────────────────────────────────────────────────────────────────────────


def test_outside_a_repository_it_is_global(at: Open) -> None:
    """A memory saved outside every repository belongs to the namespace global."""
    assert at().save("A note from nowhere in particular").namespace == "global"
    assert at().status().namespace_source == "no repository"


def test_the_remote_names_the_namespace_however_it_is_spelled(at: Open, bare: Path) -> None:
    """Clones of one remote share a namespace, by SSH or HTTPS, with a user or a suffix, wherever they lie."""
    spellings = (
        "git@github.com:company/backend-api.git",
        "https://github.com/company/backend-api",
        "https://someone:token@github.com/company/backend-api.git/",
        "ssh://git@github.com/Company/backend-api.git",
    )
    found = [
        at(repository(bare / f"clone-{n}", url)).save(f"From clone {n}") for n, url in enumerate(spellings)
    ]
    assert len({one.namespace for one in found}) == 1
    assert OWN.fullmatch(found[0].namespace)
    assert {one.source_repo.lower() for one in found} == {"backend-api"}
    other = at(repository(bare / "other", "git@github.com:company/frontend.git")).workspace
    assert OWN.fullmatch(other.namespace) and other.namespace != found[0].namespace


def test_without_a_remote_the_first_commit_names_it(at: Open, bare: Path) -> None:
    """A repository that was moved, copied by path or given a worktree keeps its namespace; a new one has its own."""
    first = repository(bare / "first", commits=2)
    own = at(first).workspace.namespace
    git(bare, "clone", "-q", str(first), "copied")
    git(bare / "copied", "remote", "remove", "origin")
    git(first, "worktree", "add", "-q", str(bare / "tree"), "-b", "feature/tree")
    inside = bare / "tree" / "src" / "deep"
    inside.mkdir(parents=True)
    (bare / "moved").mkdir()
    os.rename(bare / "copied", bare / "moved" / "again")
    assert OWN.fullmatch(own)
    for place in (first, bare / "tree", inside, bare / "moved" / "again"):
        assert at(place).workspace.namespace == own, place
    assert at(inside).save("Saved in a worktree").branch == "feature/tree"
    assert at(repository(bare / "second")).workspace.namespace != own


def test_a_repository_without_a_commit_is_known_by_its_path(at: Open, bare: Path) -> None:
    """Before the first commit the path names the namespace, and status says so."""
    here = at(repository(bare / "fresh", commits=0))
    assert OWN.fullmatch(here.save("Saved before the first commit").namespace)
    assert here.status().namespace_source.startswith("path ")


def test_what_overrides_the_repository(at: Open, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft beats an argument, that the environment, that the committed file, that the repository."""
    place = repository(bare / "app", "git@github.com:company/app.git")
    (place / "src").mkdir()
    (place / ".contextfs.toml").write_text('namespace = "team-file"\nproject = "platform"\nfoo = 1\n')
    from_file = at(place / "src")
    assert (from_file.workspace.namespace, from_file.workspace.project) == ("team-file", "platform")
    assert from_file.workspace.namespace_source.endswith(".contextfs.toml")
    assert [note for note in from_file.status().notes if "foo" in note]
    memory = from_file.save("Rate limits are set in the gateway")
    assert (memory.namespace, memory.project, memory.source_repo) == ("team-file", "platform", "app")
    monkeypatch.setenv("CONTEXTFS_NAMESPACE", "team-env")
    assert at(place).workspace.namespace == "team-env"
    assert at(place).status().namespace_source == "CONTEXTFS_NAMESPACE"
    assert at(place, namespace="team-argument").workspace.namespace == "team-argument"
    assert at(place).save("Straight there", namespace="team-draft").namespace == "team-draft"
    assert at(place).save("Another project", project="side").project == "side"
    assert at(place).save("No project at all", project="").project == ""


@pytest.mark.parametrize("content", ['namespace = "no spaces!"', "namespace = 5", "not toml at all"])
def test_a_file_that_makes_no_sense_is_named(at: Open, bare: Path, content: str) -> None:
    """A .contextfs.toml that cannot be used is an error that names the file, not a silent other namespace."""
    place = repository(bare / "app")
    (place / ".contextfs.toml").write_text(content)
    with pytest.raises((InvalidSetting, InvalidInput)) as refused:
        at(place).save("This must not go anywhere")
    assert ".contextfs.toml" in refused.value.message


# ── which ones a question sees ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def three(at: Open, bare: Path) -> tuple[ContextFS, ContextFS, ContextFS]:
    """Two repositories and no repository, each with a memory about the rate limit."""
    api = at(repository(bare / "api", "git@github.com:company/api.git"))
    web = at(repository(bare / "web", "git@github.com:company/web.git"))
    nowhere = at()
    api.save("The rate limit of the api is 1000 requests a minute", project="platform", tags=["limits"])
    web.save("The rate limit of the web pages is 50 requests a minute", tags=["limits"])
    nowhere.save("A rate limit is always counted per user", tags=["limits"])
    return api, web, nowhere


def seen(results: object) -> set[str]:
    """The words by which the three memories differ."""
    return {word for word in ("api", "pages", "user") if word in str(results)}


def contents(ctx: ContextFS, **filters: object) -> set[str]:
    """What a search, a listing by an empty search and list_recent see; they must agree."""
    searched = seen([one.memory.content for one in ctx.search("rate limit", min_relevance=0, **filters)])  # pyright: ignore[reportArgumentType]
    browsed = seen([one.memory.content for one in ctx.search("", **filters)])  # pyright: ignore[reportArgumentType]
    listed = seen([one.content for one in ctx.list_recent(**filters)])  # pyright: ignore[reportArgumentType]
    assert searched == browsed == listed
    return searched


def test_a_question_sees_its_namespace_and_the_global_one(
    three: tuple[ContextFS, ContextFS, ContextFS],
) -> None:
    """By default a search looks where it stands and in global, in no other repository."""
    api, web, nowhere = three
    assert contents(api) == {"api", "user"}
    assert contents(web) == {"pages", "user"}
    assert contents(nowhere) == {"user"}


def test_naming_a_project_a_repository_or_all_sees_every_namespace(
    three: tuple[ContextFS, ContextFS, ContextFS],
) -> None:
    """A named project or source repository is searched for everywhere, and so is anything with all=True."""
    _, web, nowhere = three
    assert contents(web, project="platform") == {"api"}
    assert contents(nowhere, source_repo="web") == {"pages"}
    assert contents(nowhere, source_repo="api", project="platform") == {"api"}
    assert contents(nowhere, all=True) == {"api", "pages", "user"}
    assert contents(nowhere, project="no-such-project") == set()


def test_a_named_namespace_is_seen_alone(three: tuple[ContextFS, ContextFS, ContextFS]) -> None:
    """namespace= looks in that one and in no other, not even in global."""
    api, web, _ = three
    assert contents(web, namespace=api.workspace.namespace) == {"api"}
    assert contents(web, namespace="global") == {"user"}
    assert contents(web, namespace="nobody-was-here") == set()
    with pytest.raises(InvalidInput):
        web.search("", namespace="no spaces!")


def test_an_empty_answer_knows_of_other_namespaces(three: tuple[ContextFS, ContextFS, ContextFS]) -> None:
    """When nothing is found here the answer says how many would have been found elsewhere; else it says nothing."""
    api, web, nowhere = three
    empty = nowhere.ask(SearchQuery("requests of the web pages a minute", scope=nowhere.scope(namespace="x")))
    assert not empty.results and empty.elsewhere >= 1
    assert nowhere.ask(SearchQuery("", scope=nowhere.scope(namespace="x"))).elsewhere == 3
    full = web.ask(SearchQuery("rate limit of the web pages", scope=web.scope()))
    assert full.results and full.elsewhere == 0
    listing = api.listing(SearchQuery(scope=api.scope()))
    assert (listing.total, listing.elsewhere) == (2, 1)


# ── list, rename, merge, move ───────────────────────────────────────────────────────────────────────────────────────


def test_the_list_says_what_each_namespace_holds(
    three: tuple[ContextFS, ContextFS, ContextFS], at: Open
) -> None:
    """Each namespace is listed with its memories and repositories, the current one marked and there even if empty."""
    api, web, _ = three
    found = {one.name: one for one in api.namespaces.list()}
    assert found.keys() == {api.workspace.namespace, web.workspace.namespace, "global"}
    assert [name for name, one in found.items() if one.current] == [api.workspace.namespace]
    assert found[web.workspace.namespace][1:4] == (1, ["web"], False)
    assert found["global"].repos == []
    fresh = {one.name: one for one in at(namespace="fresh").namespaces.list()}
    assert (fresh["fresh"].memories, fresh["fresh"].current, len(fresh)) == (0, True, 4)


def test_a_rename_moves_every_memory_and_undo_moves_it_back(at: Open) -> None:
    """After a rename everything is under the new name, archived memories too; undo is one step back for all of it."""
    here = at(namespace="old-name")
    saved = here.save_many(f"Queue number {n} holds the jobs of region {n}" for n in range(60))
    here.archive(saved[0].id)
    assert here.namespaces.rename("old-name", "new-name") == 60
    there = at(namespace="new-name")
    assert {there.recall(one.id).namespace for one in saved} == {"new-name"}
    assert there.search("queue jobs region 7", min_relevance=0) and not here.list_recent(namespace="old-name")
    assert there.recall(saved[0].id).status == "archived"
    undone = here.undo()
    assert len(undone.memories) == 60 and not undone.skipped
    assert {one.namespace for one in here.list_recent(limit=100)} == {"old-name"}
    assert here.search("queue jobs region 7", min_relevance=0)
    assert [one.memories for one in here.namespaces.list()] == [60]


def test_a_merge_puts_two_namespaces_together(at: Open) -> None:
    """Merging moves the memories of one namespace into another that may have some already."""
    here = at(namespace="target")
    here.save("A memory of the target")
    here.save("A memory of the source", namespace="source")
    with pytest.raises(InvalidInput, match="already holds"):
        here.namespaces.rename("source", "target")
    assert here.namespaces.merge("source", "target") == 1
    assert [(one.name, one.memories) for one in here.namespaces.list()] == [("target", 2)]
    here.undo()
    assert [(one.name, one.memories) for one in here.namespaces.list()] == [("source", 1), ("target", 1)]


def test_the_same_text_in_both_survives_a_merge(at: Open) -> None:
    """When both namespaces hold the same text nothing is lost, and saving it again finds one of them."""
    here = at(namespace="target")
    texts = {here.save("The same text twice", namespace=name).id for name in ("source", "target")}
    assert here.namespaces.merge("source", "target") == 1
    assert {one.id for one in here.list_recent()} == texts
    assert here.save("The same text twice").id in texts


@pytest.mark.parametrize(
    ("verb", "old", "new", "error"),
    [
        ("rename", "nobody", "somebody", NamespaceNotFound),
        ("merge", "nobody", "notes", NamespaceNotFound),
        ("rename", "notes", "no spaces!", InvalidInput),
        ("rename", "notes", "notes", InvalidInput),
        ("merge", "notes", "notes", InvalidInput),
        ("merge", "", "notes", InvalidInput),
    ],
)
def test_a_rename_that_makes_no_sense_is_refused(
    ctx: ContextFS, verb: str, old: str, new: str, error: type[ContextFSError]
) -> None:
    """An unknown, empty or impossible name, or one and the same twice, changes nothing."""
    memory = ctx.save("The only memory there is")
    with pytest.raises(error) as refused:
        getattr(ctx.namespaces, verb)(old, new)
    assert refused.value.hint
    assert ctx.list_recent() == [memory]


def test_update_moves_a_memory_between_namespaces_and_projects(at: Open) -> None:
    """A memory moved by update is found in its new place by words and by meaning, and no more in the old one."""
    here, there = at(namespace="here"), at(namespace="there")
    memory = here.save("Invoices are rendered by the billing worker", project="shop")
    moved = here.update(memory.id, namespace="there", project="billing")
    assert (moved.id, moved.namespace, moved.project) == (memory.id, "there", "billing")
    assert not here.search("invoices rendered billing worker", min_relevance=0)
    assert [one.memory.id for one in there.search("invoices rendered billing worker", min_relevance=0)] == [
        memory.id
    ]
    assert not here.search("", project="shop") and here.search("", project="billing")
    here.undo()
    assert here.recall(memory.id).namespace == "here"


def test_one_text_may_stand_in_two_namespaces(at: Open) -> None:
    """The same text saved in two namespaces is two memories."""
    here, there = at(namespace="here"), at(namespace="there")
    assert here.save("Tabs, not spaces").id != there.save("Tabs, not spaces").id
    assert here.put(Draft("Tabs, not spaces")).created is False


# ── which tool ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_source_tool_has_one_order_of_sources(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An argument, the setting, the MCP client's name, the host's environment, the surface: the first that is there."""
    numbers = count()

    def tool(**given: str) -> str:
        ctx = ContextFS(data_dir=str(tmp_path / "data"), **given)  # pyright: ignore[reportArgumentType]
        return ctx.save(f"Memory {next(numbers)} of this store").source_tool

    assert tool() == "python"
    assert tool(surface="cli") == "cli"
    monkeypatch.setenv("CLAUDECODE", "1")
    assert tool(surface="cli") == "claude-code"
    assert tool(client="Cursor", surface="mcp") == "cursor"
    assert tool(client="claude-ai") == "claude-desktop"
    assert tool(client="my-own-client 2.0") == "my-own-client-2-0"
    monkeypatch.setenv("CONTEXTFS_SOURCE_TOOL", "gemini")
    assert tool(client="Cursor") == "gemini"
    assert tool(client="Cursor", source_tool="codex") == "codex"
    with ContextFS(data_dir=str(tmp_path / "data"), source_tool="codex") as ctx:
        assert ctx.save("The draft has the last word", source_tool="aider").source_tool == "aider"
        assert [one.memory.source_tool for one in ctx.search("", source_tool="aider")] == ["aider"]

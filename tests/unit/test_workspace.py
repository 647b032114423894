"""A workspace says where we are, and from which source it knows each thing."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from contextfs import workspace
from contextfs.errors import InvalidInput, InvalidSetting
from contextfs.settings import Settings
from contextfs.workspace import Workspace

ALONE = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)


def run(where: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=where, check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


def make(where: Path, remote: str = "", *, commits: int = 1) -> Path:
    where.mkdir(parents=True)
    run(where, "init", "--quiet", "--initial-branch=main")
    for number in range(commits):
        run(where, "commit", "--quiet", "--allow-empty", "-m", f"{where.name} {number}")
    if remote:
        run(where, "remote", "add", "origin", remote)
    return where


def locate(
    where: Path | str,
    environ: dict[str, str] | None = None,
    *,
    namespace: str = "",
    tool: str = "",
    client: str = "",
    surface: str = "python",
) -> Workspace:
    env = {**ALONE, "CONTEXTFS_DATA_DIR": "/nonexistent", **(environ or {})}
    given = {"namespace": namespace, "tool": tool, "client": client, "surface": surface}
    return workspace.locate(Settings(env), str(where), environ=env, cache=None, **given)


def test_a_repository_with_a_remote(tmp_path: Path) -> None:
    """Everything about a repository is known, and the password in its remote is nowhere."""
    app = make(tmp_path / "checkout", "https://ada:hidden1@GitHub.com/acme/Backend-API.git")
    (app / "src").mkdir()
    here = locate(app / "src")
    assert (here.cwd, here.root) == (str(app / "src"), str(app))
    assert (here.repo, here.remote) == ("backend-api", "github.com/acme/backend-api")
    assert (here.branch, here.commit) == ("main", run(app, "rev-parse", "HEAD"))
    assert re.fullmatch(r"repo-[0-9a-f]{12}", here.namespace)
    assert here.namespace_source == "git remote github.com/acme/backend-api"
    assert "hidden1" not in repr(here)


def test_namespace_is_the_same_in_every_clone_and_worktree(tmp_path: Path) -> None:
    """Clones by ssh and https in different places and a worktree share one namespace."""
    app = make(tmp_path / "app", "git@github.com:acme/app.git")
    run(app, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    run(tmp_path, "clone", "--quiet", str(app), "elsewhere")
    run(tmp_path / "elsewhere", "remote", "set-url", "origin", "https://github.com/acme/app")
    other = make(tmp_path / "other", "git@github.com:acme/other.git")
    places = (app, tmp_path / "tree", tmp_path / "elsewhere")
    assert len({locate(place).namespace for place in places}) == 1
    assert locate(other).namespace != locate(app).namespace


def test_without_a_remote_the_first_commit_names_the_namespace(tmp_path: Path) -> None:
    """A clone and a moved checkout of a repository without a remote keep its namespace."""
    app = make(tmp_path / "app", commits=2)
    run(tmp_path, "clone", "--quiet", str(app), "copy")
    before = locate(app)
    assert before.namespace_source == "root commit " + run(app, "rev-list", "--max-parents=0", "HEAD")[:8]
    assert before.repo == "app"
    app.rename(tmp_path / "moved")
    assert locate(tmp_path / "moved").namespace == locate(tmp_path / "copy").namespace == before.namespace


def test_before_the_first_commit_the_path_names_the_namespace(tmp_path: Path) -> None:
    """Without a remote or a commit the place is all there is to tell by."""
    app, other = make(tmp_path / "app", commits=0), make(tmp_path / "other", commits=0)
    here = locate(app)
    assert here.namespace_source == f"path {app}"
    assert here.namespace == locate(app).namespace != locate(other).namespace
    assert (here.branch, here.commit) == ("main", "")


class Kept:
    """A cache that is only memory."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.values.get(key)

    def put(self, key: str, value: str) -> None:
        self.values[key] = value


def test_the_first_commit_is_kept_by_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What git took long to say is asked once, and not kept while there is nothing to keep."""
    app, new = make(tmp_path / "app"), make(tmp_path / "new", commits=0)
    settings, cache = Settings({"CONTEXTFS_DATA_DIR": "/nonexistent"}), Kept()
    first = workspace.locate(settings, str(app), environ=ALONE, cache=cache)
    assert list(cache.values.values()) == [run(app, "rev-parse", "HEAD")]
    workspace.locate(settings, str(new), environ=ALONE, cache=cache)
    assert len(cache.values) == 1
    monkeypatch.setenv("PATH", "")
    assert workspace.locate(settings, str(app), environ=ALONE, cache=cache).namespace == first.namespace


def test_outside_a_repository(tmp_path: Path) -> None:
    """Outside a repository the namespace is global and there is no branch."""
    here = locate(tmp_path)
    assert (here.namespace, here.namespace_source, here.root) == ("global", "no repository", "")
    assert (here.repo, here.branch, here.commit) == ("", "", "")


def test_a_deleted_directory_is_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the current directory has been deleted, we are nowhere, and that is no error."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert locate("").namespace == "global"


def test_order_of_namespace_sources(tmp_path: Path) -> None:
    """An argument goes before the environment, that before the committed file, that before the repository."""
    app = make(tmp_path / "app", "git@github.com:acme/app.git")
    (app / ".contextfs.toml").write_text('namespace = "acme/file"\nproject = "saas"\n')
    (app / "deep/er").mkdir(parents=True)
    env = {"CONTEXTFS_NAMESPACE": "team-project-x"}
    here = locate(app / "deep/er", env, namespace="by-hand")
    assert (here.namespace, here.namespace_source) == ("by-hand", "argument")
    here = locate(app / "deep/er", env)
    assert (here.namespace, here.namespace_source) == ("team-project-x", "CONTEXTFS_NAMESPACE")
    here = locate(app / "deep/er")
    assert (here.namespace, here.namespace_source) == ("acme/file", str(app / ".contextfs.toml"))
    assert (here.project, here.project_source) == ("saas", str(app / ".contextfs.toml"))
    here = locate(app, {"CONTEXTFS_PROJECT": "other"})
    assert (here.project, here.project_source) == ("other", "CONTEXTFS_PROJECT")


def test_the_nearest_file_wins_for_each_key(tmp_path: Path) -> None:
    """In a repository with several parts, a part may name its project and keep the namespace of the whole."""
    app = make(tmp_path / "app")
    (app / "part").mkdir()
    (tmp_path / ".contextfs.toml").write_text('namespace = "above-the-repository"\n')
    (app / ".contextfs.toml").write_text('namespace = "whole"\nproject = "whole"\n')
    (app / "part/.contextfs.toml").write_text('project = "part"\n')
    here = locate(app / "part")
    assert (here.namespace, here.project) == ("whole", "part")


def test_a_file_above_counts_outside_a_repository(tmp_path: Path) -> None:
    """Without a repository the directories upwards are looked at."""
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/.contextfs.toml").write_text('namespace = "notes"\n')
    assert locate(tmp_path / "a/b").namespace == "notes"


def test_a_symbolic_link_into_a_repository(tmp_path: Path) -> None:
    """Through a symbolic link the repository's own file is found."""
    app = make(tmp_path / "app")
    (app / "src").mkdir()
    (app / ".contextfs.toml").write_text('project = "saas"\n')
    (tmp_path / "link").symlink_to(app / "src")
    assert locate(tmp_path / "link").project == "saas"


def test_foreign_keys_of_the_file_are_reported(tmp_path: Path) -> None:
    """A key that means nothing to us is left alone and can be shown."""
    path = tmp_path / ".contextfs.toml"
    path.write_text('namespace = "x"\nnamspace = "y"\n[sync]\nurl = "z"\n')
    assert locate(tmp_path).ignored == (f"{path}: namspace", f"{path}: sync")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("namespace = x", "not valid TOML"),
        ("namespace = 3", "must be text"),
        ('namespace = "two words"', "cannot be the name of a namespace"),
        (b'project = "\xff"', "not valid TOML"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str | bytes, complaint: str) -> None:
    """What is wrong in the committed file is said with its path."""
    path = tmp_path / ".contextfs.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InvalidSetting, match=complaint) as caught:
        locate(tmp_path)
    assert str(path) in caught.value.message


def test_bad_names_are_the_fault_of_their_source(tmp_path: Path) -> None:
    """A bad argument is bad input, a bad environment variable a bad setting that is named."""
    with pytest.raises(InvalidInput, match="a b"):
        locate(tmp_path, namespace="a b")
    with pytest.raises(InvalidSetting, match="CONTEXTFS_NAMESPACE"):
        locate(tmp_path, {"CONTEXTFS_NAMESPACE": "a b"})


@pytest.mark.parametrize(
    ("environ", "more", "tool", "source"),
    [
        ({"CONTEXTFS_SOURCE_TOOL": "mine", "CLAUDECODE": "1"}, {"tool": "given"}, "given", "argument"),
        ({"CONTEXTFS_SOURCE_TOOL": "mine", "CLAUDECODE": "1"}, {}, "mine", "CONTEXTFS_SOURCE_TOOL"),
        ({"CLAUDECODE": "1"}, {"client": "codex-mcp-client"}, "codex", "MCP client codex-mcp-client"),
        ({"CLAUDECODE": "1"}, {"client": "mcp"}, "claude-code", "CLAUDECODE"),
        ({}, {"surface": "cli"}, "cli", "default"),
        ({}, {}, "python", "default"),
    ],
)
def test_order_of_source_tools(
    tmp_path: Path, environ: dict[str, str], more: dict[str, str], tool: str, source: str
) -> None:
    """The source tool is the argument, the setting, the MCP client, the host, else the surface."""
    here = locate(tmp_path, environ, **more)
    assert (here.tool, here.tool_source) == (tool, source)


def test_order_of_authors(tmp_path: Path) -> None:
    """The author is the setting, git's variable, git's user.name, else the login; never an error."""
    app = make(tmp_path / "app")
    run(app, "config", "user.name", "Ada Lovelace")
    env = {"CONTEXTFS_AUTHOR": "Chosen", "GIT_AUTHOR_NAME": "Signed", "USER": "login"}
    assert locate(app, env).author == "Chosen"
    del env["CONTEXTFS_AUTHOR"]
    assert locate(app, env).author == "Signed"
    del env["GIT_AUTHOR_NAME"]
    assert locate(app, env).author == "Ada Lovelace"
    assert locate(tmp_path, env).author == "login"
    assert locate(tmp_path).author

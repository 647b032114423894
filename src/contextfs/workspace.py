"""Where we are: the directory, git and the environment become a Workspace.

Each fact has one order of sources, and says which one it came from:
namespace and project: an argument, the setting (its environment variable first), a committed `.contextfs.toml`,
the repository; source tool: an argument, the setting, the MCP client's name, the host's environment, the surface.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol, cast

from contextfs.domain.digest import digest
from contextfs.domain.namespaces import GLOBAL, namespace_name
from contextfs.domain.tools import tool_of_client, tool_of_environment
from contextfs.errors import InvalidInput, InvalidSetting
from contextfs.git import repository as git

FILE = ".contextfs.toml"
"""The file that a project commits to name its namespace and its project."""
FILE_KEYS = ("namespace", "project")


class Overrides(Protocol):
    """The settings, as far as a workspace needs them."""

    def resolve(self, name: str) -> tuple[object, str]:
        """The value of a setting and where it comes from."""
        ...


class Cache(Protocol):
    """Somewhere to keep what git took long to say."""

    def get(self, key: str, /) -> str | None:
        """What was kept under this key."""
        ...

    def put(self, key: str, value: str, /) -> None:
        """Keep a value."""
        ...


class Workspace(NamedTuple):
    """Where somebody works, and what a memory that is saved there inherits; absent texts are ""."""

    cwd: str
    root: str = ""
    """Top of the repository's working tree."""
    repo: str = ""
    """Name of the repository: the last part of its remote, else its directory."""
    remote: str = ""
    """The remote as `host/path`; it never holds a password."""
    branch: str = ""
    commit: str = ""
    namespace: str = GLOBAL
    namespace_source: str = "no repository"
    project: str = ""
    project_source: str = ""
    tool: str = ""
    tool_source: str = ""
    author: str = ""
    ignored: tuple[str, ...] = ()
    """Keys of `.contextfs.toml` that mean nothing to us, each as `path: key`."""
    identity: str = ""
    """The repository that gave the namespace, told apart from any other on this disk; "" when something else did."""


class _Chosen(NamedTuple):
    value: str = ""
    source: str = ""


class _Files(NamedTuple):
    """What the `.contextfs.toml` files from here upwards say; the nearest one wins for each key."""

    chosen: dict[str, _Chosen]
    ignored: tuple[str, ...]


def locate(
    settings: Overrides,
    cwd: str = "",
    *,
    namespace: str = "",
    tool: str = "",
    client: str = "",
    surface: str = "python",
    environ: Mapping[str, str] | None = None,
    cache: Cache | None = None,
) -> Workspace:
    """The workspace of a directory, by default the current one.

    `tool` is the caller's word for the source tool, `client` the name that an MCP client gave, `surface` what to say
    when nothing else tells; `cache` keeps the first commit of a repository without a remote.
    """
    env = os.environ if environ is None else environ
    place = _absolute(cwd)
    repository = git.find(place, env) if place else None
    configured = git.config(repository, env)
    remote = git.remote(repository, configured) if repository else ""
    checked_out = git.head(repository) if repository else git.Head()
    files = _files(place, repository.root if repository else "")
    space = _namespace(namespace, settings, files, lambda: _of_repository(repository, remote, cache))
    project = _setting(settings, "project") or files.chosen.get("project") or _Chosen()
    source_tool = _tool(tool, settings, client, env, surface)
    return Workspace(
        cwd=place,
        root=repository.root if repository else "",
        repo=(remote.rpartition("/")[2] or repository.name) if repository else "",
        remote=remote,
        branch=checked_out.branch,
        commit=checked_out.commit,
        namespace=space.value,
        namespace_source=space.source,
        project=project.value,
        project_source=project.source,
        tool=source_tool.value,
        tool_source=source_tool.source,
        author=_author(settings, env, repository, configured),
        ignored=files.ignored,
        identity=_identity(repository) if repository and space.source.startswith(_FROM_REPOSITORY) else "",
    )


def _absolute(cwd: str) -> str:
    try:
        return os.path.abspath(os.path.expanduser(cwd) if cwd else os.getcwd())
    except OSError:  # the current directory was deleted under us
        return ""


def _setting(settings: Overrides, name: str) -> _Chosen | None:
    value, source = settings.resolve(name)
    return _Chosen(str(value), source) if value else None


def _namespace(
    argument: str, settings: Overrides, files: _Files, of_repository: Callable[[], _Chosen]
) -> _Chosen:
    if argument:
        return _Chosen(namespace_name(argument), "argument")
    chosen = _setting(settings, "namespace") or files.chosen.get("namespace")
    if not chosen:
        return of_repository()
    try:
        return _Chosen(namespace_name(chosen.value, chosen.source), chosen.source)
    except InvalidInput as error:
        raise InvalidSetting(error.message, hint=error.hint) from None


def _of_repository(repository: git.Repository | None, remote: str, cache: Cache | None) -> _Chosen:
    """The repository's own namespace: the same in every clone and worktree as far as git can tell."""
    if not repository:
        return _Chosen(GLOBAL, "no repository")
    if remote:
        return _Chosen(namespace_of(remote), f"git remote {remote}")
    root = _root_commit(repository, cache)
    if root:
        return _Chosen(namespace_of(root), f"root commit {root[:8]}")
    return _Chosen(namespace_of(repository.common_dir), f"path {repository.root}")


_FROM_REPOSITORY = ("git remote ", "root commit ", "path ")


def _identity(repository: git.Repository) -> str:
    """One repository for as long as it lives, whatever becomes of its remotes; not the next one in the same place."""
    about = os.path.join(repository.common_dir, "description")  # written once, when the repository is made
    made = os.stat(about if os.path.exists(about) else repository.common_dir)
    return f"{repository.common_dir}:{made.st_ino}:{made.st_mtime_ns if os.path.exists(about) else 0}"


def namespace_of(identity: str) -> str:
    """The namespace of the repository that is known by its remote, as `host/path`, its first commit or its path."""
    return "repo-" + digest(identity)[:12]


def _root_commit(repository: git.Repository, cache: Cache | None) -> str:
    if not cache:
        return git.root_commit(repository)
    # Another repository made in the same place is another directory to the file system.
    key = f"root-commit:{repository.common_dir}:{os.stat(repository.common_dir).st_ino}"
    known = cache.get(key)
    if known:
        return known
    root = git.root_commit(repository)
    if root:
        cache.put(key, root)
    return root


def _files(cwd: str, root: str) -> _Files:
    chosen: dict[str, _Chosen] = {}
    ignored: list[str] = []
    directory = cwd
    # A path below the repository's top may be spelled through a symbolic link; then the real one leads there.
    if root and not (cwd + os.sep).startswith(root + os.sep):
        directory = os.path.realpath(cwd)
    while directory:
        path = os.path.join(directory, FILE)
        for key, value in _read(path).items():
            if key in FILE_KEYS:
                chosen.setdefault(key, _Chosen(_text_of(key, value, path), path))
            else:
                ignored.append(f"{path}: {key}")
        parent = os.path.dirname(directory)
        if directory in {root, parent}:
            break
        directory = parent
    return _Files({key: value for key, value in chosen.items() if value.value}, tuple(ignored))


def _read(path: str) -> Mapping[str, object]:
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return {}
    import tomllib  # only where there is a file to read: it costs a third of a bare interpreter

    try:
        return cast("Mapping[str, object]", tomllib.loads(content.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidSetting(
            f"{path} is not valid TOML: {error}.", hint="Mend the file or remove it."
        ) from error


def _text_of(key: str, value: object, path: str) -> str:
    if isinstance(value, str):
        return value.strip()
    raise InvalidSetting(
        f"{key} in {path} is {value!r}; it must be text.", hint=f'Write it in quotes: {key} = "{value}"'
    )


def _tool(argument: str, settings: Overrides, client: str, env: Mapping[str, str], surface: str) -> _Chosen:
    if argument:
        return _Chosen(argument.strip(), "argument")
    chosen = _setting(settings, "source_tool")
    if chosen:
        return chosen
    named = tool_of_client(client)
    if named:
        return _Chosen(named, f"MCP client {client}")
    host, variable = tool_of_environment(env)
    return _Chosen(host, variable) if host else _Chosen(surface, "default")


def _author(
    settings: Overrides, env: Mapping[str, str], repository: git.Repository | None, configured: git.Config
) -> str:
    chosen = _setting(settings, "author")
    if chosen:
        return chosen.value
    return env.get("GIT_AUTHOR_NAME", "").strip() or git.user_name(repository, configured) or _login(env)


def _login(env: Mapping[str, str]) -> str:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if env.get(name):
            return env[name]
    try:
        import pwd  # not there on Windows, where USERNAME always is

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return ""

"""Where a repository is and what is checked out, read from git's own files.

A `contextfs save` must not wait for a process to start, so what every call needs is read straight from git's own
files: where the repository is, HEAD, its remotes, the user's name. Git itself is asked where its files cannot
tell (the first commit, the reftable format, conditional configuration). Nothing here raises: a repository that
cannot be read is as good as none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from contextfs.domain.remotes import normalise_remote, remote_path

_PLAIN = (
    *("-c", "core.quotePath=false"),
    *("-c", "log.showSignature=false"),
    *("-c", "core.fsmonitor=false"),  # may be any program, and we ask without being asked to
)
_MAX_DEPTH = 8
"""How far includes, symbolic references and clones of clones are followed."""


class Repository(NamedTuple):
    """Where a repository lies: its working tree, its git directory and what its worktrees share."""

    root: str
    """Top of the working tree; of a bare repository, the repository itself."""
    git_dir: str
    common_dir: str
    named: bool = False
    """Whether GIT_DIR names it. Of any other git finds out by itself, since it then refuses what belongs to others."""

    @property
    def name(self) -> str:
        """The name of its directory, the same in every worktree."""
        if os.path.basename(self.common_dir) == ".git":
            return os.path.basename(os.path.dirname(self.common_dir))
        return os.path.basename(self.root).removesuffix(".git")


class Head(NamedTuple):
    """What is checked out; the branch is "" when detached, the commit "" before the first one."""

    branch: str = ""
    commit: str = ""


class Config(NamedTuple):
    """Git's configuration as (section, subsection, key, value), the files nearest to the repository last."""

    entries: tuple[tuple[str, str, str, str], ...] = ()
    conditional: bool = False
    """An include depends on something that only git can tell."""

    def last(self, section: str, key: str) -> str:
        """The value in force."""
        values = [value for where, _, name, value in self.entries if (where, name) == (section, key)]
        return values[-1] if values else ""

    def each(self, section: str, key: str) -> Iterator[tuple[str, str]]:
        """The (subsection, value) pairs of a key, in their order."""
        return (
            (subsection, value)
            for where, subsection, name, value in self.entries
            if (where, name) == (section, key)
        )


def find(cwd: str, environ: Mapping[str, str]) -> Repository | None:
    """The repository that a directory lies in, else the one that GIT_DIR names, else None."""
    directory = os.path.realpath(cwd)
    while True:
        found = _repository_at(directory)
        if found:
            return found
        parent = os.path.dirname(directory)
        if parent == directory:
            break
        directory = parent
    named = environ.get("GIT_DIR", "")
    git_dir = os.path.realpath(os.path.join(cwd, named)) if named else ""
    if git_dir and _is_git_dir(git_dir):
        root = os.path.realpath(os.path.join(cwd, environ.get("GIT_WORK_TREE", "") or cwd))
        return Repository(root, git_dir, _common_dir(git_dir), named=True)
    return None


def head(repository: Repository) -> Head:
    """The branch and the commit that are checked out."""
    text = _first_line(repository.git_dir, "HEAD")
    if not text.startswith("ref:"):
        return Head("", text if _is_hash(text) else "")
    ref = text[4:].strip()
    if ref == "refs/heads/.invalid":  # the reftable format keeps HEAD in its own tables
        branch = ask(repository, "symbolic-ref", "--quiet", "--short", "HEAD")
        return Head(branch, ask(repository, "rev-parse", "--quiet", "--verify", "HEAD"))
    return Head(ref.removeprefix("refs/heads/"), _resolve(repository, ref))


def tip_of(repository: Repository, branch: str) -> str:
    """The commit that a branch stands at, "" when there is no such branch."""
    return _resolve(repository, f"refs/heads/{branch}") if branch else ""


def config(repository: Repository | None, environ: Mapping[str, str]) -> Config:
    """Git's configuration for a repository, or the user's alone outside one."""
    paths = (
        [] if environ.get("GIT_CONFIG_NOSYSTEM") else [environ.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig"]
    )
    paths += _user_files(environ)
    if repository:
        paths.append(os.path.join(repository.common_dir, "config"))
        paths.append(os.path.join(repository.git_dir, "config.worktree"))
    reader = _ConfigReader(repository, environ)
    for path in paths:
        reader.read(path)
    return Config(tuple(reader.entries), reader.conditional)


def remote(repository: Repository, configured: Config, *, depth: int = 0) -> str:
    """The repository's remote as `host/path` (origin first), or "" when it has none elsewhere than on this disk.

    A clone of a clone on this disk has the remote that the original has.
    """
    urls = [(name, _rewritten(url, configured)) for name, url in configured.each("remote", "url")]
    urls.sort(key=lambda pair: pair[0] != "origin")
    for _, url in urls:
        known = normalise_remote(url)
        if known:
            return known
    for _, url in urls:
        path = remote_path(url)
        original = _repository_on_disk(os.path.join(repository.root, path)) if path else None
        if original and depth < _MAX_DEPTH and original.common_dir != repository.common_dir:
            known = remote(original, config(original, {"GIT_CONFIG_NOSYSTEM": "1"}), depth=depth + 1)
            if known:
                return known
    return ""


def root_commit(repository: Repository) -> str:
    """The first commit of the repository, the oldest of several; asks git, and is "" in a shallow clone."""
    if os.path.exists(os.path.join(repository.common_dir, "shallow")):
        return ""
    everything = ("--branches", "--tags", "--remotes", *(("HEAD",) if head(repository).commit else ()))
    listed = ask(repository, "rev-list", "--max-parents=0", "--timestamp", *everything)
    roots = sorted((int(line.split()[0]), line.split()[1]) for line in listed.splitlines())
    return roots[0][1] if roots else ""


def user_name(repository: Repository | None, configured: Config) -> str:
    """The name that git would sign a commit with, or "" when none is configured."""
    if configured.conditional:
        return ask(repository, "config", "--get", "user.name")
    return configured.last("user", "name").strip()


def ask(repository: Repository | None, *arguments: str, timeout: float = 10.0) -> str:
    """What git itself answers, without the last newline; "" when it cannot answer."""
    return ask_bytes(repository, *arguments, timeout=timeout).decode("utf-8", "replace").rstrip("\n")


def ask_bytes(
    repository: Repository | None, *arguments: str, timeout: float = 10.0, given: bytes = b""
) -> bytes:
    """What git itself answers, byte for byte; nothing when it cannot answer. `given` is what it reads."""
    import subprocess  # slow to import, and only asked where git's files cannot tell

    named = ("--git-dir", repository.git_dir) if repository and repository.named else ()
    command = ["git", *_PLAIN, *named, *arguments]
    outer = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR")
    environ = {name: value for name, value in os.environ.items() if name not in outer}
    environ |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            timeout=timeout,
            check=True,
            env=environ,
            cwd=repository.root if repository else None,
        )
    except (OSError, subprocess.SubprocessError):
        return b""
    return done.stdout


def _repository_at(directory: str) -> Repository | None:
    """The repository whose top is exactly this directory."""
    dot_git = os.path.join(directory, ".git")
    if _is_git_dir(dot_git):
        git_dir = os.path.realpath(dot_git)
        return Repository(directory, git_dir, _common_dir(git_dir))
    pointer = _first_line(directory, ".git")
    if pointer.startswith("gitdir:"):
        git_dir = os.path.realpath(os.path.join(directory, pointer[7:].strip()))
        return Repository(directory, git_dir, _common_dir(git_dir)) if _is_git_dir(git_dir) else None
    if _is_git_dir(directory):
        inside = os.path.basename(directory) == ".git"
        return Repository(
            os.path.dirname(directory) if inside else directory, directory, _common_dir(directory)
        )
    return None


def _repository_on_disk(path: str) -> Repository | None:
    real = os.path.realpath(path)
    return _repository_at(real) or _repository_at(real + ".git")


def _is_git_dir(path: str) -> bool:
    if not os.path.lexists(os.path.join(path, "HEAD")):
        return False
    return any(os.path.exists(os.path.join(path, name)) for name in ("objects", "commondir"))


def _common_dir(git_dir: str) -> str:
    named = _first_line(git_dir, "commondir")
    return os.path.realpath(os.path.join(git_dir, named)) if named else git_dir


def _resolve(repository: Repository, ref: str, depth: int = 0) -> str:
    for place in (repository.git_dir, repository.common_dir):
        text = _first_line(place, ref)
        if text.startswith("ref:") and depth < _MAX_DEPTH:
            return _resolve(repository, text[4:].strip(), depth + 1)
        if _is_hash(text):
            return text
    packed = "\n" + _text(os.path.join(repository.common_dir, "packed-refs"))
    line = packed.rpartition(f" {ref}\n")[0].rpartition("\n")[2]
    return line if _is_hash(line) else ""


def _is_hash(text: str) -> bool:
    return len(text) in {40, 64} and not text.strip("0123456789abcdef")


def _rewritten(url: str, configured: Config) -> str:
    """The address after the user's `url.<base>.insteadOf` rules; the longest one wins."""
    best, base = "", ""
    for place, prefix in configured.each("url", "insteadof"):
        if url.startswith(prefix) and len(prefix) > len(best):
            best, base = prefix, place
    return base + url[len(best) :]


def _user_files(environ: Mapping[str, str]) -> list[str]:
    chosen = environ.get("GIT_CONFIG_GLOBAL")
    if chosen is not None:
        return [chosen] if chosen else []
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    base = environ.get("XDG_CONFIG_HOME") or (os.path.join(home, ".config") if home else "")
    return [os.path.join(base, "git", "config")] * bool(base) + [os.path.join(home, ".gitconfig")] * bool(
        home
    )


class _ConfigReader:
    """Reads configuration files one after the other, following their includes."""

    def __init__(self, repository: Repository | None, environ: Mapping[str, str]) -> None:
        self.entries: list[tuple[str, str, str, str]] = []
        self.conditional = False
        self._repository = repository
        self._home = environ.get("HOME") or environ.get("USERPROFILE") or ""

    def read(self, path: str, depth: int = 0) -> None:
        """Take the entries of one file, and of those it includes where it includes them."""
        for entry in _entries(_text(path)):
            section, condition, key, value = entry
            self.entries.append(entry)
            if key != "path" or section not in {"include", "includeif"} or depth >= _MAX_DEPTH:
                continue
            if section == "include" or self._holds(condition):
                self.read(os.path.join(os.path.dirname(path), self._expanded(value)), depth + 1)

    def _holds(self, condition: str) -> bool:
        """Whether `gitdir:some/directory/` is around the repository; anything else is left to git."""
        kind, _, pattern = condition.partition(":")
        place = self._expanded(pattern)
        if (
            kind != "gitdir"
            or not pattern.endswith("/")
            or not place.startswith("/")
            or set(pattern) & set("*?[")
        ):
            self.conditional = True
            return False
        return self._repository is not None and (self._repository.git_dir + "/").startswith(place)

    def _expanded(self, path: str) -> str:
        return os.path.join(self._home, path[2:]) if path.startswith("~/") and self._home else path


def _entries(text: str) -> Iterator[tuple[str, str, str, str]]:
    """The entries of a configuration file: names in lower case, but subsections as they are written."""
    section = subsection = ""
    for raw in text.replace("\\\r\n", "").replace("\\\n", "").splitlines():
        line = raw.strip()
        if line.startswith("["):
            header, _, line = line[1:].partition("]")
            name, quote, quoted = header.partition('"')
            section = name.strip().lower()
            subsection = quoted.rpartition('"')[0].replace('\\"', '"').replace("\\\\", "\\") if quote else ""
            line = line.strip()
        if line and line[0] not in "#;":
            key, _, value = line.partition("=")
            yield section, subsection, key.strip().lower(), _value(value.strip())


_ESCAPES = {"n": "\n", "t": "\t", "b": "\b"}


def _value(text: str) -> str:
    """A value without its quotes, escapes and comment."""
    if not any(sign in text for sign in '"\\#;'):
        return text
    out: list[str] = []
    quoted = escaped = False
    for letter in text:
        if escaped:
            out.append(_ESCAPES.get(letter, letter))
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"':
            quoted = not quoted
        elif letter in "#;" and not quoted:
            return "".join(out).rstrip()
        else:
            out.append(letter)
    return "".join(out)


def _first_line(directory: str, name: str) -> str:
    return _text(os.path.join(directory, name)).partition("\n")[0].strip()


def _text(path: str) -> str:
    """The text of a file, or "" when there is none to read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (OSError, ValueError):  # not there, not ours, or a name that no file can have
        return ""

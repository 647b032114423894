"""Who wrote which line and when, as git tells it; like all of git's answers, empty where it cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from contextfs.domain.lineage import BlamedLine, Commit
from contextfs.git.repository import Repository, ask

_PATIENCE = 60.0
"""Seconds that a long history may take."""
_AT_ONCE = 200
"""Commits named in one command line."""
_LITERALLY = ":(literal)"
"""Before a path: its brackets and stars are letters, as in `app/[id]/page.tsx`."""
_RECORD, _FIELD = "\x1e", "\x1f"


def blame(repository: Repository, path: str, start: int = 0, end: int = 0) -> list[BlamedLine]:
    """The lines of a file in the working tree with the commits that wrote them, moves within the file seen through."""
    lines = (f"-L{start},{end}",) if start else ()
    told = ask(repository, "blame", "--porcelain", "-M", *lines, "--", path, timeout=_PATIENCE)
    return list(_blamed(told, path))


def _blamed(told: str, path: str) -> Iterator[BlamedLine]:
    names: dict[str, str] = {}
    commit, number = "", 0
    for line in told.split("\n"):
        if line.startswith("\t"):
            written = "" if not commit.strip("0") else commit
            yield BlamedLine(number, written, names.get(commit, path), line[1:])
        elif line.startswith("filename "):
            names[commit] = line[9:]
        else:
            first, _, rest = line.partition(" ")
            if len(first) in {40, 64} and not first.strip("0123456789abcdef"):
                commit, number = first, int(rest.split()[1])


def line_history(repository: Repository, path: str, start: int, end: int, limit: int) -> list[str]:
    """The commits that ever changed these lines as they were then, newest first."""
    told = ask(
        repository,
        "log",
        f"-n{limit}",
        "--format=%x1e%H",
        "--no-patch",
        f"-L{start},{end}:{path}",
        timeout=_PATIENCE,
    )
    return [part.split()[0] for part in told.split(_RECORD) if part.strip()]


def file_history(repository: Repository, path: str, limit: int) -> list[tuple[str, str]]:
    """The commits that changed a file with the name it had after each, newest first; a rename is followed."""
    told = ask(
        repository,
        *(
            "log",
            "--follow",
            f"-n{limit}",
            "-z",
            "--format=%x1e%H%x1f",
            "--name-only",
            "--",
            _LITERALLY + path,
        ),
        timeout=_PATIENCE,
    )
    found: list[tuple[str, str]] = []
    for part in told.split(_RECORD):
        commit, _, names = part.partition(_FIELD)
        name = names.strip("\0\n").split("\0")[-1]
        if commit.strip():
            found.append((commit.strip(), name or path))
    return found


def folder_history(repository: Repository, path: str, limit: int) -> list[str]:
    """The commits that changed anything below a folder, newest first."""
    told = ask(repository, "log", f"-n{limit}", "--format=%H", "--", _LITERALLY + path, timeout=_PATIENCE)
    return told.split()


def commits(repository: Repository, hashes: Iterable[str]) -> dict[str, Commit]:
    """The commits of these hashes that exist here."""
    wanted, found = list(dict.fromkeys(hashes)), dict[str, Commit]()
    for start in range(0, len(wanted), _AT_ONCE):
        for commit in _read(repository, wanted[start : start + _AT_ONCE]):
            found[commit.hash] = commit
    return found


def _read(repository: Repository, hashes: Sequence[str]) -> Iterator[Commit]:
    form = "--format=%x1e" + "%H%x1f%P%x1f%aN%x1f%at%x1f%s%x1f%b%x1f"
    told = ask(
        repository,
        *("log", "--no-walk=unsorted", "--ignore-missing", "-z", "--name-only", form, *hashes, "--"),
        timeout=_PATIENCE,
    )
    for part in told.split(_RECORD)[1:]:
        hashed, parents, author, at, subject, body, files = part.split(_FIELD, 6)
        yield Commit(
            hash=hashed,
            parents=tuple(parents.split()),
            author=author,
            at=datetime.fromtimestamp(int(at), UTC),
            subject=subject,
            body=body.strip(),
            files=sum(1 for name in files.split("\0") if name.strip()),
        )


def brought_by(repository: Repository, hashes: Sequence[str]) -> dict[str, str]:
    """Commit -> the merge that brought it to the line of HEAD; those that were committed on that line are left out."""
    trunk = ask(repository, "rev-list", "--first-parent", "HEAD", timeout=_PATIENCE).split()
    own, found = set(trunk), dict[str, str]()
    for commit in hashes:
        if commit in own:
            continue
        told = ask(repository, "rev-list", "--ancestry-path", f"{commit}..HEAD", timeout=_PATIENCE)
        heirs = set(told.split())
        merges = [merge for merge in trunk if merge in heirs]
        if merges:
            found[commit] = merges[-1]
    return found


def uncommitted(repository: Repository) -> list[str]:
    """The paths that differ from the last commit, new files included."""
    told = ask(repository, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
    return [entry[3:] for entry in told.split("\0") if len(entry) > 3]


def changed_between(repository: Repository, start: datetime, end: datetime | None) -> list[str]:
    """The paths that the commits of a stretch of time touched on this branch; without an end, until now."""
    until = (f"--until={int(end.timestamp())}",) if end else ()
    told = ask(
        repository,
        *(
            "log",
            "--no-merges",
            f"--since={int(start.timestamp())}",
            *until,
            "-z",
            "--format=",
            "--name-only",
        ),
        timeout=_PATIENCE,
    )
    return list(dict.fromkeys(name for name in told.replace("\n", "\0").split("\0") if name))


def named_like(repository: Repository, name: str) -> int:
    """How many tracked files have this last part of their path."""
    told = ask(repository, "ls-files", "-z", "--", f":(glob)**/{_literal(name)}")
    return sum(1 for path in told.split("\0") if path)


def _literal(name: str) -> str:
    return "".join(f"\\{letter}" if letter in "*?[]\\" else letter for letter in name)


def is_shallow(repository: Repository) -> bool:
    """Whether the beginning of the history is missing here."""
    return ask(repository, "rev-parse", "--is-shallow-repository") == "true"

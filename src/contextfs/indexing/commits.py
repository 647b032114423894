"""The history of a repository as texts to search: subject, body, files, author and date of each commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from contextfs.domain.indexed import CommitText
from contextfs.git.repository import Repository, ask

AT_ONCE = 100
"""Commits that are read by one question to git."""
MOST_FILES = 60
"""Files of one commit that are kept; a commit that touches more is about none of them."""
_LONGEST = 4000
_RECORD, _FIELD = "\x1e", "\x1f"
_PATIENCE = 120.0


def texts(repository: Repository, hashes: Sequence[str]) -> Iterator[CommitText]:
    """These commits in their order; those that are not here are left out."""
    form = "--format=%x1e" + "%H%x1f%aN%x1f%at%x1f%s%x1f%b%x1f"
    for start in range(0, len(hashes), AT_ONCE):
        part = hashes[start : start + AT_ONCE]
        told = ask(
            repository,
            *("log", "--no-walk=unsorted", "--ignore-missing", "-z", "--name-only", "-m", "--first-parent"),
            *(form, *part, "--"),
            timeout=_PATIENCE,
        )
        yield from (_commit(record) for record in told.split(_RECORD)[1:])


def _commit(record: str) -> CommitText:
    hashed, author, at, subject, body, files = record.split(_FIELD, 5)
    names = [name.strip("\n") for name in files.split("\0") if name.strip()]
    return CommitText(
        hashed,
        author,
        datetime.fromtimestamp(int(at), UTC),
        subject,
        body.strip()[:_LONGEST],
        names[:MOST_FILES],
    )

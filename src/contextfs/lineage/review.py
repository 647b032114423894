"""What bears on a change: the memories about its code, about its files, from its making, and of the same meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contextfs.domain.lineage import Behind, Commit, Place
from contextfs.domain.search import Filters, Scope, shown
from contextfs.git import changes
from contextfs.git.changes import Changed, Range
from contextfs.git.repository import Repository
from contextfs.indexing import symbols
from contextfs.lineage import connections as ties
from contextfs.lineage import evidence
from contextfs.lineage.code import LARGEST, Code
from contextfs.lineage.connections import Connection, weighed
from contextfs.lineage.evidence import Search
from contextfs.store.view import View

CODE, FILES, MAKING, MEANING = (
    "About what changes",
    "About the files",
    "From the making of it",
    "About the same subject",
)
_MOST_SYMBOLS = 12
"""Of one file; what changes more was written anew."""
_SURELY = 0.5
"""What a memory that shares nothing but the meaning of the messages is worth at its most."""
_MESSAGES, _OF_ONE = 10, 5
"""Commits whose messages are searched for, and memories that are taken of each."""
_ON_BRANCH = 50


def codes(repository: Repository, span: Range, files: Sequence[Changed]) -> list[Code]:
    """The places of a change, each with the names that its file had and the symbols whose lines it touches."""
    return [_code(repository, span, one) for one in files]


def _code(repository: Repository, span: Range, one: Changed) -> Code:
    names = tuple(name for name in (one.path, one.before) if name)
    text = "" if one.gone else changes.text_after(repository, span, one.path, LARGEST)
    return Code(
        Place(one.path),
        repository,
        exists=not one.gone,
        is_text=bool(text),
        names=names,
        symbols=tuple(_touched(text, one)),
    )


def _touched(text: str, one: Changed) -> list[str]:
    """What the changed lines define or belong to; of a new file all that it defines."""
    known = symbols.definitions(text)
    whole = [(1, len(text.splitlines()))] if one.new else one.lines
    found = dict.fromkeys(
        symbols.qualified(each, known)
        for first, last in whole
        for each in known
        if each.start <= last and first <= each.end
    )
    # Where a method changes, its class does too, but that says less.
    inner = [name for name in found if not any(other.startswith(f"{name}.") for other in found)]
    return [*inner, *(name for name in found if name not in inner)][:_MOST_SYMBOLS]


def sections(
    view: View,
    places: Sequence[Code],
    commits: Mapping[str, Commit],
    bases: Mapping[str, Commit],
    branch: str,
    scope: Scope,
    search: Search,
    limit: int,
) -> list[tuple[str, Sequence[Behind]]]:
    """The memories that bear on a change, by the kind of their strongest reason; no section is empty."""
    history = Code(Place("."), places[0].repository if places else None, commits=commits, bases=bases)
    found = {
        CODE: [one for place in places for one in evidence.of_symbols(view, place, scope)],
        FILES: [one for place in places for one in evidence.of_files(view, place, unique=False)],
        MAKING: [*_of_making(view, history, branch, scope)],
        MEANING: [*_of_meaning(commits, search)],
    }
    kept = {name: [one for one in each if shown(one.memory, scope)] for name, each in found.items()}
    whole = weighed([one for each in kept.values() for one in each], limit)
    strongest = {one.memory.id: _section(one.memory.id, kept) for one in whole}
    told = ((name, [one for one in whole if strongest[one.memory.id] == name]) for name in kept)
    return [(name, each) for name, each in told if each]


def _section(subject: str, found: Mapping[str, Sequence[Connection]]) -> str:
    """Where the strongest reason for a memory stands; the moment of a save alone is a weak one."""

    def strength(one: Connection) -> float:
        return min(one.weight, ties.ONLY_TIME) if one.by_time else one.weight

    best = {
        name: max((strength(one) for one in each if one.memory.id == subject), default=0.0)
        for name, each in found.items()
    }
    return max(best, key=lambda name: best[name])


def _of_making(view: View, history: Code, branch: str, scope: Scope) -> Iterator[Connection]:
    yield from evidence.of_commits(view, history, scope)
    yield from evidence.naming_commits(view, history, scope)
    for memory in view.select(Filters(branch=branch), scope, _ON_BRANCH) if branch else ():
        yield Connection(memory, ties.ON_BRANCH, f"saved on branch {branch}")


def _of_meaning(commits: Mapping[str, Commit], search: Search) -> Iterator[Connection]:
    """What answers to the messages of the commits as a search would show it."""
    for one in list(commits.values())[:_MESSAGES]:
        for result, relevant in search(f"{one.subject}\n{one.body}", _OF_ONE):
            if relevant:
                told = f"means what commit {one.short} says ({one.subject})"
                yield Connection(result.memory, _SURELY * result.relevance, told)

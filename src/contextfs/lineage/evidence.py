"""What ties memories to a place in the code: commits, branches, files, symbols, sessions and meaning.

Each function reads the store and yields connections with their reason in words; `connections` weighs them together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta

from contextfs.domain.compounds import is_compound
from contextfs.domain.lineage import Commit
from contextfs.domain.memory import Memory
from contextfs.domain.search import NO_FILTERS, Filters, Scope, SearchResult
from contextfs.domain.session import Session
from contextfs.lineage import connections as ties
from contextfs.lineage import words as words_
from contextfs.lineage.code import Code
from contextfs.lineage.connections import Connection
from contextfs.store.conversations import Conversations
from contextfs.store.view import View

Search = Callable[[str, int], Sequence[tuple[SearchResult, bool]]]
"""(words, limit) -> memories by relevance, each with whether a search would have shown it."""

_A_DAY, _SLACK = timedelta(days=1), timedelta(minutes=10)
_MOST = 500
_ALIKE = (1.0, 1.0, 1.0, 1.0, 1.0)
"""Weights of the columns where the order does not matter."""
_UNDOUBTED = 0.9
_ENOUGH, _COMMON = 4, 2
"""Telling words that code must have of its own, and share with a memory that nothing else ties to it."""
_READ = 20_000
"""Characters of a memory that are held against the code; what it is about, it says before."""
_SURE = 0.55
"""Connections from which others may follow, such as those of the same session."""
_MERGE = re.compile(
    r"(?:Merge (?:remote-tracking )?branch '([^']+)'|Merge pull request #\d+ from [^/\s]+/(\S+))"
)


def of_commits(view: View, code: Code, scope: Scope) -> Iterator[Connection]:
    """Memories saved at the commits that wrote the lines, or while those were being made."""
    children = {parent: commit for commit in code.commits.values() for parent in commit.parents[:1]}
    share = ties.shares(code.counts, sum(code.counts.values()))
    for memory in view.saved_at([*code.commits, *children], scope):
        for commit, weight, words in _moments(memory, code, children):
            factor = share.get(commit.hash, 0.5) * ties.breadth(commit.files)
            told = f"{words} {commit.short} ({commit.subject})"
            yield Connection(memory, weight * factor, told, by_time=True)


def _moments(
    memory: Memory, code: Code, children: Mapping[str, Commit]
) -> Iterator[tuple[Commit, float, str]]:
    """How the moment of a memory lies to the commits it was saved at and before.

    What claims to be older than the commit it was saved at was brought from elsewhere, and says nothing by it.
    """
    saved, base = memory.created_at, code.bases.get(memory.commit)
    making, at = children.get(memory.commit), code.commits.get(memory.commit)
    if making and saved and base and base.at - _SLACK <= saved <= making.at + _SLACK:
        yield making, ties.WHILE_MADE, "saved while this commit was being made:"
    if at and saved and at.at - _SLACK <= saved:
        late = saved - at.at > _A_DAY
        yield (
            at,
            ties.LONG_AFTER if late else ties.AT_COMMIT,
            "saved some time after" if late else "saved after",
        )


def naming_commits(view: View, code: Code, scope: Scope) -> Iterator[Connection]:
    """Memories whose text names one of the commits, or the pull request that its subject names."""
    share = ties.shares(code.counts, sum(code.counts.values()))
    for commit in code.commits.values():
        weight = ties.NAMES_COMMIT * share.get(commit.hash, 0.5)
        for memory in _holding(view, scope, commit.hash[:7], "*"):
            if _names_hash(memory.content, commit.hash):
                yield Connection(memory, weight, f"names commit {commit.short} ({commit.subject})")
        number = re.search(r"#(\d+)\b", commit.subject)
        for memory in _holding(view, scope, number[1]) if number else ():
            if number and re.search(rf"(?<![\w&])#{number[1]}\b", memory.content):
                yield Connection(memory, weight * 0.9, f"names #{number[1]}, as commit {commit.short} does")


def _holding(view: View, scope: Scope, word: str, ending: str = "") -> Sequence[Memory]:
    """The memories that hold a word; with `*`, one that begins so."""
    visible = view.visible(NO_FILTERS, scope)
    matched = view.match(f'"{word}"{ending}', _ALIKE, visible, _MOST)
    return list(view.memories([one.row for one in matched]).values())


def _names_hash(text: str, full: str) -> bool:
    return any(full.startswith(word.lower()) for word in re.findall(r"\b[0-9a-fA-F]{7,64}\b", text))


def of_branches(view: View, code: Code, scope: Scope) -> Iterator[Connection]:
    """Memories saved on a branch before it was merged, when lines come from that branch."""
    for merge in {merge.hash: merge for merge in code.merges.values()}.values():
        named = _MERGE.match(merge.subject)
        branch = (named[1] or named[2]).removeprefix("origin/") if named else ""
        for memory in view.select(Filters(branch=branch), scope, _MOST) if branch else ():
            if memory.created_at and memory.created_at <= merge.at + _SLACK:
                words = f"saved on branch {branch}, from which {merge.short} merged these lines"
                yield Connection(memory, ties.ON_BRANCH, words, by_time=True)


def of_files(view: View, code: Code, *, unique: bool) -> Iterator[Connection]:
    """Memories that are attached to the file, name it, or name it by the end of its path or an earlier name."""
    yield from _of_folders_above(view, code)
    if code.folder:
        yield from _below(view, code)
        return
    for place, name in enumerate(code.names):
        earlier = f", as {code.names[0]} was called then" if place else ""
        yield from _naming(view, code, name, earlier, unique=unique)


def _naming(view: View, code: Code, name: str, earlier: str, *, unique: bool) -> Iterator[Connection]:
    parts = name.split("/")
    full = [name] + ([f"{code.repository.root}/{name}"] if code.repository else [])
    for memory in view.mentioning("file", full):
        attached = name in memory.files
        weight = ties.ATTACHED if attached else ties.NAMES_FILE
        yield Connection(memory, weight, f"{'is attached to' if attached else 'names'} {name}{earlier}")
    for start in range(1, len(parts)):
        tail, last = "/".join(parts[start:]), start == len(parts) - 1
        weight = ties.NAMES_BASE if last and not unique else ties.NAMES_TAIL
        for memory in view.mentioning("file", [tail]):
            yield Connection(memory, weight, f"names {tail}{earlier}")


def _of_folders_above(view: View, code: Code) -> Iterator[Connection]:
    """Memories that are attached to the folder itself, or to one that the place lies in."""
    path, weight = code.place.path.rstrip("/"), ties.FOLDER_ABOVE
    if code.folder:
        yield from _of_folder(view, path, ties.ATTACHED, "")
    while (path := path.rpartition("/")[0]) and weight >= ties.LEAST:
        yield from _of_folder(view, path, weight, ", which it lies in")
        weight *= ties.NEARER


def _of_folder(view: View, path: str, weight: float, more: str) -> Iterator[Connection]:
    for memory in view.mentioning("file", [path, path + "/"]):
        if not {path, path + "/"}.isdisjoint(memory.files):
            yield Connection(memory, weight, f"is attached to {path}{more}")


def _below(view: View, code: Code) -> Iterator[Connection]:
    prefix = "" if code.place.path == "." else code.place.path.rstrip("/") + "/"
    for memory, name in view.naming_below(prefix, _MOST):
        if name != prefix:
            yield Connection(memory, ties.UNDER_FOLDER, f"is about {name}")


def by_outer_names(view: View, names: Sequence[str], *, below: bool) -> Iterator[Connection]:
    """Memories that mean a place by its whole path, or by what it is called from outside its repository."""
    for name in names:
        for memory in view.mentioning("file", [name]):
            attached = name in memory.files
            weight = ties.ATTACHED if attached else ties.NAMES_FILE
            yield Connection(memory, weight, f"{'is attached to' if attached else 'names'} {name}")
        for memory, inside in view.naming_below(f"{name}/", _MOST) if below else ():
            yield Connection(memory, ties.UNDER_FOLDER, f"is about {inside}")


def of_symbols(view: View, code: Code, scope: Scope) -> Iterator[Connection]:
    """Memories that name what the lines define or belong to."""
    for place, symbol in enumerate(code.symbols):
        weight = ties.ABOUT_SYMBOL * (1.0 if place == 0 else 0.7)
        for memory in _holding(view, scope, symbol.rpartition(".")[2]):
            named = {mention.name for mention in view.mentions_of(memory.id) if mention.kind == "symbol"}
            sure = _means(symbol, named)
            if sure:
                yield Connection(memory, weight * sure, f"is about {symbol}")


def _means(symbol: str, named: AbstractSet[str]) -> float:
    """How surely one of the names in a text is this symbol: every class has a `write`, few a `refresh_token`."""
    outer, _, last = symbol.rpartition(".")
    owner = outer.rpartition(".")[2]
    if symbol in named or (owner and f"{owner}.{last}" in named):
        return 1.0
    telling = "_" in last.strip("_") or is_compound(last)
    if telling and any(name == last or name.endswith(f".{last}") for name in named):
        return 1.0
    if last in named:
        return 0.9 if not owner or owner in named else 0.4
    return 0.0


def of_meaning(code: Code, search: Search, sure: Mapping[str, Memory], limit: int) -> Iterator[Connection]:
    """Memories that answer to the words of the code and of its commits.

    Meaning mostly tells those apart that are connected anyway; alone it brings in only what is near beyond doubt. In
    a store of few memories one of them is the nearest to anything, so that there have to be words in common too.
    """
    words = " ".join((code.words, *_subjects(code)))
    said, told = words_.telling(code.words), words_.telling(words)
    for result, relevant in search(words, limit) if told else ():
        memory = result.memory
        own = words_.telling(f"{memory.summary}\n{memory.content[:_READ]}")
        beyond_doubt = relevant and result.relevance >= _UNDOUBTED and len(said) >= _ENOUGH
        if (memory.id in sure and own & told) or (beyond_doubt and len(own & said) >= _COMMON):
            weight = ties.MEANING * result.relevance
            yield Connection(memory, weight, "means what the code or its commits say")


def _subjects(code: Code) -> list[str]:
    """What the commits say that wrote much of the lines and little else."""
    whole = sum(code.counts.values())
    written = [one for one in code.commits.values() if ties.breadth(one.files) == 1.0]
    written.sort(key=lambda one: -code.counts.get(one.hash, 0))
    told = [one.subject for one in written[:3] if 4 * code.counts.get(one.hash, 0) >= whole]
    return [re.sub(r"\(?#\d+\)?", "", subject) for subject in told]


def touching_sessions(view: View, code: Code, scope: Scope) -> list[tuple[Session, str]]:
    """The sessions in scope that touched the file under any of its names, the latest first, with the name."""
    root = f"{code.repository.root}/" if code.repository else ""
    names = [*code.names, *(root + name for name in code.names if root)]
    found = Conversations.of(view).touching(names, _MOST)
    seen = [pair for pair in found if scope.namespaces is None or pair[0].namespace in scope.namespaces]
    return list(
        {session.id: (session, name.removeprefix(root)) for session, name in reversed(seen)}.values()
    )[::-1]


def of_touching(view: View, touching: Sequence[tuple[Session, str]], scope: Scope) -> Iterator[Connection]:
    """Memories saved in a session that touched the file."""
    for session, name in touching:
        for memory in view.select(Filters(session_id=session.id), scope, _MOST):
            words = f"saved in session {session.label or session.short_id}, which touched {name}"
            yield Connection(memory, ties.IN_TOUCHING, words)


def of_sessions(view: View, found: Sequence[Connection], scope: Scope) -> Iterator[Connection]:
    """Memories saved in the same session as one that is surely about the place."""
    sure = [one for one in found if one.weight >= _SURE and not one.by_time and one.memory.session_id]
    known = {one.memory.id for one in found}
    for session in dict.fromkeys(one.memory.session_id for one in sure):
        for memory in view.select(Filters(session_id=session), scope, _MOST):
            if memory.id not in known:
                yield Connection(memory, ties.SAME_SESSION, f"saved in the same session, {session[:8]}")

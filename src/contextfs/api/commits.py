"""Commits become memories: those that decide or fix are saved with their hash, and the hash follows a rewrite.

What an assistant saved of the same thing is not saved twice: the memory that is there gets the hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from contextfs.api import lookup, saving, upkeep
from contextfs.api.engine import Engine
from contextfs.capture.commits import COMMIT, TAG, TOOL, draft_of, same_thing, text_of
from contextfs.capture.stamp import Edit
from contextfs.domain.lineage import Commit
from contextfs.domain.memory import Memory
from contextfs.domain.search import ANY_BRANCH, Filters, Scope, SearchQuery
from contextfs.errors import SecretRefused
from contextfs.git import history, repository

_RECENT = timedelta(days=3)
"""How long before a commit an assistant may have saved what the commit says."""
_MOST = 300
"""Recent memories that a commit is compared with."""
_AT_ONCE = 50
"""Commits that a merge or a pull may bring; of more the newest are looked at."""
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def saw(engine: Engine, revisions: Sequence[str]) -> list[Memory]:
    """Remember those of these commits that decide or fix something; returns the memories that say so now."""
    here = repository.find(engine.workspace.cwd, {}) if engine.workspace.root else None
    if here is None:
        return []
    hashes = _resolved(here, revisions)
    kept: list[Memory] = []
    for commit in history.commits(here, hashes).values():
        memory = _kept(engine, here, commit)
        kept += [memory] if memory else []
    _settle(engine)
    return kept


def merged(engine: Engine) -> list[Memory]:
    """Remember what the last merge or pull brought."""
    here = repository.find(engine.workspace.cwd, {}) if engine.workspace.root else None
    if here is None:
        return []
    told = repository.ask(here, "rev-list", "--no-merges", f"-n{_AT_ONCE}", "ORIG_HEAD..HEAD")
    return saw(engine, told.split())


def rewritten(engine: Engine, pairs: Iterable[tuple[str, str]]) -> list[Memory]:
    """Let the memories of commits that were amended or rebased follow them; what became worth it is saved."""
    here = repository.find(engine.workspace.cwd, {}) if engine.workspace.root else None
    known = [(old, new) for old, new in pairs if _HASH.fullmatch(old) and _HASH.fullmatch(new)]
    if here is None or not known:
        return []
    news = [new for _, new in known]
    commits = history.commits(here, [name for pair in known for name in pair])
    moved: list[Memory] = []
    for old, new in known:
        if new in commits:
            moved += _moved(engine, here, commits.get(old), old, commits[new], alone=news.count(new) == 1)
    return moved + saw(engine, [new for new in dict.fromkeys(news) if not any(_of(m, new) for m in moved)])


def _resolved(here: repository.Repository, revisions: Sequence[str]) -> list[str]:
    """Whole hashes; what is none yet is asked of git."""
    names = [name for name in revisions if not name.startswith("-")]
    if all(_HASH.fullmatch(name) for name in names):
        return names
    told = repository.ask(here, "rev-parse", *(f"{name}^{{commit}}" for name in names))
    return [line for line in told.split() if _HASH.fullmatch(line)]


def _kept(engine: Engine, here: repository.Repository, commit: Commit) -> Memory | None:
    """The memory of one commit: the one that says it already, else a new one; None when it is worth none."""
    draft = draft_of(commit, _files(here, commit.hash), _short(here, commit.hash))
    if draft is None:
        return None
    known = _memories(engine, Filters(metadata={COMMIT: commit.hash}, branch=ANY_BRANCH))
    if known:
        return known[0]
    there = next((m for m in _recent(engine) if _says(m, draft.content)), None)
    if there is not None:
        return _marked(engine, there, commit.hash, _short(here, commit.hash))
    mine = engine.workspace.author
    draft = draft._replace(author=None if commit.author == mine else commit.author)
    try:
        return saving.put(engine, draft).memory
    except SecretRefused:
        return None


def _says(memory: Memory, message: str) -> bool:
    """Whether somebody saved what a commit says; a memory of another commit is of that one."""
    return COMMIT not in memory.metadata and same_thing(message, memory.content)


def _marked(engine: Engine, memory: Memory, commit: str, short: str) -> Memory:
    """The memory with the hash of its commit."""
    edit = Edit(add_tags=(TAG, short), metadata={COMMIT: commit})
    return saving.edit(engine, "update", {memory.id: edit})[memory.id]


def _moved(
    engine: Engine, here: repository.Repository, old: Commit | None, name: str, new: Commit, *, alone: bool
) -> list[Memory]:
    """Give the memories of a commit the hash that it has now, and its new message where they hold the old one."""
    known = _memories(engine, Filters(metadata={COMMIT: name}, branch=ANY_BRANCH))
    edits: dict[str, Edit] = {}
    for memory in known:
        own = alone and old is not None and memory.content == text_of(old)
        edits[memory.id] = Edit(
            content=text_of(new) if own and memory.content != text_of(new) else None,
            tags=[tag for tag in memory.tags if not (tag != TAG and name.startswith(tag))],
            add_tags=(_short(here, new.hash),),
            metadata={COMMIT: new.hash},
            commit=new.hash if memory.commit == name else None,
        )
    return list(saving.edit(engine, "update", edits).values()) if edits else []


def _settle(engine: Engine) -> None:
    """Where an assistant saved after the commit what the commit's own memory says, that one stands for both."""
    recent = _recent(engine)
    plain = [one for one in recent if COMMIT not in one.metadata and not one.superseded_by]
    for memory in recent:
        if memory.source_tool != TOOL or TAG not in memory.tags or memory.superseded_by:
            continue
        fuller = next((one for one in plain if same_thing(memory.content, one.content)), None)
        if fuller is not None:
            plain.remove(fuller)
            commit = str(memory.metadata.get(COMMIT, ""))
            tags = [tag for tag in memory.tags if tag == TAG or commit.startswith(tag)]
            upkeep.supersede(engine, memory.id, fuller.id)
            saving.edit(engine, "update", {fuller.id: Edit(add_tags=tags, metadata={COMMIT: commit})})
            saving.edit(engine, "update", {memory.id: Edit(metadata={COMMIT: None})})


def _recent(engine: Engine) -> list[Memory]:
    return _memories(
        engine, Filters(since=datetime.now(UTC) - _RECENT, statuses=("active",), branch=ANY_BRANCH)
    )


def _memories(engine: Engine, filters: Filters) -> list[Memory]:
    """The newest memories of this repository that meet some conditions."""
    scope = Scope((engine.workspace.namespace, *engine.former_namespaces))
    return list(lookup.listing(engine, SearchQuery("", filters, scope, limit=_MOST)).memories)


def _of(memory: Memory, commit: str) -> bool:
    metadata: Mapping[str, object] = memory.metadata
    return metadata.get(COMMIT) == commit


def _files(here: repository.Repository, commit: str) -> list[str]:
    told = repository.ask(here, "diff-tree", "-r", "--root", "--no-commit-id", "--name-only", "-z", commit)
    return [name for name in told.split("\0") if name]


def _short(here: repository.Repository, commit: str) -> str:
    return repository.ask(here, "rev-parse", "--short", commit) or commit[:7]


def was_rewritten(engine: Engine, commit: str) -> bool:
    """Whether a commit was made by an amend or a rebase, of which git tells once more when it is over."""
    here = repository.find(engine.workspace.cwd, {})
    told = repository.ask(here, "log", "-g", "-n40", "--format=%H %gs", "HEAD") if here else ""
    for line in told.splitlines():
        name, _, what = line.partition(" ")
        if name == commit:
            return what.startswith(("rebase", "commit (amend)"))
    return False

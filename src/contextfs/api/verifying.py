"""Verifying: the memories of a repository whose citations are stale, and what would make them right again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from contextfs.api import standing
from contextfs.api.engine import Engine, now
from contextfs.capture.stamp import checked
from contextfs.domain.change import Patch
from contextfs.domain.citation import FIELD, Citation, citations
from contextfs.domain.freshness import CHANGED, FRESH, MOVED, Cited, Fix, Freshness
from contextfs.domain.memory import Memory
from contextfs.domain.memory_state import difference, state_of
from contextfs.domain.search import Filters
from contextfs.git import blobs
from contextfs.git.repository import Repository
from contextfs.lineage.freshness import Reading
from contextfs.store.view import View

_AT_ONCE = 10**9


def named(engine: Engine, given: Sequence[Memory | str]) -> list[Memory]:
    """The memories that are meant, as they are now."""
    with engine.store.reading() as view:
        ids = [one if isinstance(one, str) else one.id for one in given]
        return [cast("Memory", view.memory(view.resolve(one))) for one in ids]


def verify(engine: Engine, given: Sequence[Memory | str], *, everything: bool) -> list[Freshness]:
    """The memories that were named, else those of this repository that are stale, or all that cite something."""
    if given:
        return standing.freshness(engine, named(engine, given))
    memories = _of_repository(engine)
    found = [one for one in standing.freshness(engine, memories) if one.cited]
    found.sort(key=lambda one: one.state == FRESH)
    return found if everything else [one for one in found if one.state != FRESH]


def _of_repository(engine: Engine) -> list[Memory]:
    from contextfs.api.lookup import scope_of

    here = engine.workspace
    if not here.repo:
        return []
    scope = scope_of(engine, namespace=None, project="", source_repo=here.repo, everywhere=True)
    with engine.store.reading() as view:
        found = view.select(Filters(source_repo=here.repo), scope, _AT_ONCE)
    return [one for one in found if citations(one)]


def fixes(found: Sequence[Freshness]) -> list[Fix]:
    """A new place for what moved; for what changed, the question whether the memory still holds."""
    proposed: list[Fix] = []
    for one in found:
        for cited in one.cited:
            if cited.state == MOVED and _replaced(one.memory, cited) != one.memory:
                proposed.append(Fix(one.memory, cited, f"Cite {cited.now} instead of {cited.place}?"))
            elif cited.state == CHANGED:
                proposed.append(Fix(one.memory, cited, f"Does it still hold for {cited.place} as it is now?"))
    return proposed


def fix(engine: Engine, wanted: Sequence[Fix]) -> list[Memory]:
    """Carry out these changes as one action."""
    look = standing.Look(engine)
    repository = look.repository()
    if repository is None or not wanted:
        return []
    reading = Reading(repository, look.head, look.judged, lambda _: ())

    def plan(view: View) -> dict[str, Patch]:
        patches: dict[str, Patch] = {}
        after: dict[str, Memory] = {}
        for one in wanted:
            subject = view.resolve(one.memory.id)
            before = cast("Memory", view.memory(subject))
            changed = after.get(subject, before)
            changed = _replaced(changed, one.cited) if one.cited.state == MOVED else changed
            after[subject] = changed
            known = view.folded(subject).fields
            cited = {
                **_fields(patches.get(subject, {})),
                **_cited(repository, reading, before, known, one.cited),
            }
            plain = difference(state_of(before), state_of(checked(changed._replace(updated_at=now()))))
            patches[subject] = {**(plain if changed != before else {}), **cited}
        return patches

    written = engine.door.write("verify", engine.workspace.author, plan, screened=False)
    return [one for one in written.values() if one is not None]


def _fields(patch: Patch) -> dict[str, object]:
    return {name: value for name, value in patch.items() if name.startswith(FIELD)}


def _cited(repository: Repository, reading: Reading, memory: Memory, known: Patch, cited: Cited) -> Patch:
    """What the log then says of the place: that it is cited as it is now; of a renamed file, as it was."""
    if cited.state != MOVED:
        return {FIELD + cited.place: reading.current(_parsed(cited.place).path)}
    old, new = _parsed(cited.place), _parsed(cited.now)
    blob: object = reading.current(new.path)
    if str(old) == old.path:
        at = memory.commit, old.path
        blob = known.get(FIELD + old.path) or blobs.at_commits(repository, [at]).get(at) or blob
    return {FIELD + cited.place: None, FIELD + cited.now: blob}


def _parsed(place: str) -> Citation:
    found = citations(Memory(place))
    return found[0] if found else Citation(place)


def _replaced(memory: Memory, cited: Cited) -> Memory:
    """The memory with a place that moved named as it is now, in its text and among its files."""
    old, new = _parsed(cited.place), _parsed(cited.now)
    content, summary = memory.content, memory.summary
    renamed = ((old.path, new.path),) if old.path != new.path and not old.symbol else ()
    for before, after in ((str(old), str(new)), *renamed):
        content, summary = _in_text(content, before, after), _in_text(summary, before, after)
    files = list(memory.files)
    if renamed:
        files = [new.path if path == old.path else path for path in files]
    elif old.path != new.path and content == memory.content:  # the symbol went, the file may still matter
        files.append(new.path)
    return memory._replace(content=content, summary=summary, files=tuple(dict.fromkeys(files)))


def _in_text(text: str, before: str, after: str) -> str:
    """The text with a place renamed, where it stands by itself and not as a part of a longer name."""
    found, start = "", 0
    while (place := text.find(before, start)) >= 0:
        end = place + len(before)
        whole = _ends(text[place - 1 : place]) and _ends(text[end : end + 1], text[end + 1 : end + 2])
        found += text[start:place] + (after if whole else before)
        start = end
    return found + text[start:]


def _ends(letter: str, beyond: str = "") -> bool:
    """Whether a name ends at this letter; a full stop ends one unless a name goes on behind it."""
    if letter in {".", ":"}:
        return not beyond.strip() or not (beyond.isalnum() or beyond == ":")
    return not letter or not (letter.isalnum() or letter in "_/-")

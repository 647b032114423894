"""Verifying: the memories of a repository whose citations are stale, and what would make them right again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import cast

from contextfs.api import standing
from contextfs.api.engine import Engine, now
from contextfs.capture.stamp import checked
from contextfs.domain.change import Patch
from contextfs.domain.citation import FIELD, may_cite, parsed, spelled
from contextfs.domain.freshness import CHANGED, FRESH, MOVED, Cited, Fix, Freshness
from contextfs.domain.memory import Memory
from contextfs.domain.memory_state import difference, state_of
from contextfs.domain.search import Filters
from contextfs.errors import InvalidInput
from contextfs.git import blobs
from contextfs.git.repository import Repository
from contextfs.lineage import parts
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
    if not engine.workspace.root:
        raise InvalidInput(
            f"{engine.workspace.cwd} is not in a git repository, so there is no code to compare memories with.",
            hint="Go to the repository whose memories are to be verified.",
        )
    memories = _of_repository(engine)
    found = [one for one in standing.freshness(engine, memories) if one.cited]
    found.sort(key=lambda one: one.state == FRESH)
    return found if everything else [one for one in found if one.state != FRESH]


def _of_repository(engine: Engine) -> list[Memory]:
    from contextfs.api.lookup import scope_of

    here = engine.workspace
    scope = scope_of(engine, namespace=None, project="", source_repo=here.repo, everywhere=True)
    with engine.store.reading() as view:
        found = view.select(Filters(source_repo=here.repo), scope, _AT_ONCE)
    return [one for one in found if may_cite(one)]


def fixes(found: Sequence[Freshness]) -> list[Fix]:
    """A new place for what moved; for what changed, the question whether the memory still holds."""
    proposed: list[Fix] = []
    for one in found:
        for cited in one.cited:
            if cited.state == MOVED:
                proposed.append(Fix(one.memory, cited, f"Cite {cited.now} instead of {cited.place}?"))
            elif cited.state == CHANGED:
                question = f"Does it still hold for {cited.now or cited.place} as it is now?"
                proposed.append(Fix(one.memory, cited, question))
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
            fixed = _replaced(changed, one.cited, repository.root) if one.cited.now else changed
            after[subject] = fixed
            cited = {
                **_fields(patches.get(subject, {})),
                **_cited(repository, reading, one.cited, renamed=fixed.content != changed.content),
            }
            changed = fixed
            plain = difference(state_of(before), state_of(checked(changed._replace(updated_at=now()))))
            patches[subject] = {**(plain if changed != before else {}), **cited}
        return patches

    written = engine.door.write("verify", engine.workspace.author, plan, screened=False)
    return [one for one in written.values() if one is not None]


def _fields(patch: Patch) -> dict[str, object]:
    return {name: value for name, value in patch.items() if name.startswith(FIELD)}


def _cited(repository: Repository, reading: Reading, cited: Cited, *, renamed: bool) -> Patch:
    """What the log then says of the place: that it is cited as it is now, under the name that it has now."""
    old, new = parsed(cited.place), parsed(cited.now or cited.place)
    note = blob = reading.current(new.path)
    if new.is_part:
        content = blobs.content(os.path.join(repository.root, new.path)) or b""
        note = f"{blob} {parts.part(content.decode('utf-8', 'replace'), new)}".rstrip()
    before = f"{blob} {parts.ELSEWHERE}" if old.is_part and not renamed else None
    return {**({FIELD + cited.place: before} if cited.now else {}), FIELD + str(new): note}


def _replaced(memory: Memory, cited: Cited, root: str) -> Memory:
    """The memory with a place that moved named as it is now, in its text and among its files."""
    old, new = parsed(cited.place), parsed(cited.now)
    content, summary = memory.content, memory.summary
    words = {word: str(new) for word, one in spelled(f"{summary} {content}", root) if one == old}
    renamed = {old.path: new.path} if old.path != new.path and not old.symbol else {}
    for before, after in {str(old): str(new), **words, **renamed}.items():
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

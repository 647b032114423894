"""Packing: the memories that a task needs, found, compared with the repository and put into a context pack."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from contextfs.api import lookup, standing
from contextfs.api.engine import Engine
from contextfs.domain.digest import content_hash
from contextfs.domain.given import listed, number, text_of, whole_number
from contextfs.domain.search import SearchQuery
from contextfs.lazy import Later
from contextfs.search.pack import SESSION, Offer, packed
from contextfs.search.relevance import coefficients

if TYPE_CHECKING:
    from contextfs.api import starting, tracked
    from contextfs.domain.lineage import Behind
    from contextfs.domain.memory import Memory
    from contextfs.domain.pack import ContextPack
    from contextfs.domain.session import Session
    from contextfs.lineage import code as code_
    from contextfs.lineage import why as why_
else:  # a pack for a task alone needs none of them
    starting, tracked = Later("contextfs.api.starting"), Later("contextfs.api.tracked")
    code_, why_ = Later("contextfs.lineage.code"), Later("contextfs.lineage.why")

SMALLEST, LARGEST = 100, 100_000
"""Tokens that a pack may have."""
ASKED, UNASKED = 0.05, 0.3
"""Share of the relevance of the best memory that any other one must have to come in beside it, in a pack that somebody
asked for and in one that is put before a prompt by itself."""
_FEWEST, _MOST = 25, 100
"""Memories that are looked at; a larger budget has room for more of them."""
_EACH = 80
"""Tokens for each of them."""
_OF_FILES = 20
Excluded = Mapping[str, str] | Iterable[str]


def context(
    engine: Engine,
    task: str,
    budget: int,
    *,
    session: Session | str | None = None,
    exclude: Excluded = (),
    **how: Any,
) -> ContextPack:
    """A pack that somebody asked for, without what the session was given before; it is noted as given."""
    current = session if isinstance(session, str) else session.id if session else ""
    given = {**engine.usage.given(current), **_given(exclude)}
    pack = build(engine, task, budget, session=session, exclude=given, **how)
    told = [(one, one.content or one.title) for one in (*pack.items, *pack.named) if one.type != SESSION]
    shown = [(one.id, one.content_hash, text) for one, text in told]
    engine.usage.note_texts("packed", shown, current)
    return pack


def build(
    engine: Engine,
    task: str,
    budget: int,
    *,
    files: Sequence[str] | str = (),
    session: Session | str | None = None,
    exclude: Excluded = (),
    min_relevance: float | None = None,
    quick: bool = False,
    share: float = ASKED,
) -> ContextPack:
    """The pack for a task; without a task and files, the one that a session starts with. Raises InvalidInput."""
    text = text_of("task", task).strip()
    budget = whole_number("budget", budget, SMALLEST, LARGEST)
    paths = [path for path in listed("files", files) if path.strip()]
    least = None if min_relevance is None else number("min_relevance", min_relevance, 0, 1)
    given = _given(exclude)
    if not text and not paths:
        passed = _passed(given, None)  # where a session begins anew, it has lost what it said before
        offers = starting.offers(engine, session, budget, quick=quick)
        kept = [one for one in offers if not passed(one.memory)]
        return packed("", kept, budget, datetime.now(UTC), longest=starting.LONGEST)
    passed = _passed(given, session)
    wanted = min(_MOST, max(_FEWEST, budget // _EACH)) + min(_MOST, len(given))
    found = {one.memory.id: one for one in _for_task(engine, text, wanted, least, passed, share, quick=quick)}
    if paths:
        found |= {one.memory.id: one for one in _for_files(engine, paths, found) if not passed(one.memory)}
    offers = sorted(found.values(), key=lambda one: -one.relevance)
    return packed(text, offers, budget, datetime.now(UTC))


def _given(exclude: Excluded) -> dict[str, str]:
    """Id -> the content hash of what was given before; "" whatever it says now."""
    if isinstance(exclude, Mapping):
        return {str(name): str(known) for name, known in cast("Mapping[object, object]", exclude).items()}
    return dict.fromkeys(listed("exclude", exclude), "")


def _passed(given: Mapping[str, str], session: Session | str | None) -> Callable[[Memory], bool]:
    """Whether a memory is not wanted: it was given before and still says the same, or was saved in this session."""
    current = session if isinstance(session, str) else session.id if session else ""

    def passed(memory: Memory) -> bool:
        if current and memory.session_id == current:
            return True
        known = given.get(memory.id, given.get(memory.short_id))
        return known is not None and known in {"", content_hash(memory.content).hex()}

    return passed


def _for_task(
    engine: Engine,
    text: str,
    wanted: int,
    min_relevance: float | None,
    passed: Callable[[Memory], bool],
    share: float,
    *,
    quick: bool,
) -> list[Offer]:
    """What answers the task: nothing where nothing is relevant enough, else what is not far less so than the best."""
    if not text:
        return []
    scope = lookup.scope_of(engine, namespace=None, project="", source_repo="", everywhere=False)
    query = SearchQuery(text, scope=scope, limit=wanted, min_relevance=0.0, graph=False if quick else None)
    answer = standing.ask(engine, query, quick=quick)
    offers = [Offer(one.memory, one.relevance, one.marks) for one in answer.results if not passed(one.memory)]
    best = max((one.relevance for one in offers), default=0.0)
    enough = _enough(engine, answer.provider) if min_relevance is None else min_relevance
    least = share * best if min_relevance is None else min_relevance
    return [one for one in offers if one.relevance >= least] if best >= enough else []


def _enough(engine: Engine, provider: str) -> float:
    """The relevance that one memory must have for there to be a pack: what a search asks for."""
    configured = engine.settings.number("search.min_relevance")
    return configured if configured >= 0 else coefficients(provider or "words").threshold


def _for_files(engine: Engine, paths: Sequence[str], found: Mapping[str, Offer]) -> list[Offer]:
    """What is attached to the files or names them, with what the task makes of it."""
    scope = lookup.scope_of(engine, namespace=None, project="", source_repo="", everywhere=False)
    repository = standing.Look(engine).repository()
    behind: dict[str, Behind] = {}
    with engine.store.reading() as view:
        for path in tracked.normalised(engine, paths):
            folder = os.path.isdir(os.path.join(engine.workspace.root or engine.workspace.cwd, path))
            code = code_.Code(code_.Place(path), repository, folder=folder, names=(path,))
            for one in why_.naming(view, code, scope, _OF_FILES):
                known = behind.get(one.memory.id)
                behind[one.memory.id] = max(known or one, one, key=lambda each: each.weight)
    told = standing.behind(engine, list(behind.values()))
    return [Offer(one.memory, _together(one, found), one.marks) for one in told]


def _together(one: Behind, found: Mapping[str, Offer]) -> float:
    """Two reasons for a memory are more than one."""
    other = found[one.memory.id].relevance if one.memory.id in found else 0.0
    return 1.0 - (1.0 - one.weight) * (1.0 - other)

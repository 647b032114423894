"""Starting: what a session should know before anybody has asked for anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from contextfs.api import standing, summaries
from contextfs.api.engine import Engine
from contextfs.domain.memory import Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.namespaces import GLOBAL
from contextfs.domain.pack import CHARACTERS
from contextfs.domain.record_mark import TAG
from contextfs.domain.record_memory import record_from
from contextfs.domain.record_tasks import tasks_of
from contextfs.domain.search import Filters, Scope, SearchQuery, shown
from contextfs.domain.session import Session
from contextfs.search.pack import SESSION, Offer
from contextfs.sessions.digest import beginning, turn
from contextfs.store.conversations import Conversations
from contextfs.store.sessions import ANY

LONGEST = 0.4
"""Share of a pack that one memory may take."""
_LAST, _DECISIONS, _TASKS, _FACTS, _PREFERENCES = (
    "How the last session ended",
    "Recent decisions",
    "Open tasks",
    "What changed lately",
    "Preferences",
)
_EACH = 5
_SHARE = 0.3
"""Of the pack, for how the last session ended."""
_TURNS = 4
"""Messages that stand for a summary where there is no time to make one."""
_LATELY = timedelta(days=30)
_LOOKED_AT = 200
_CHANGING = frozenset({"update", "verify", "supersede", "restore", "merge"})
_CHANGED_TYPES = (MemoryType.FACT, MemoryType.PROCEDURAL)


def offers(engine: Engine, session: Session | str | None, budget: int, *, quick: bool) -> list[Offer]:
    """The memories of each section, the first of every section before the second of any."""
    own = tuple(dict.fromkeys((engine.workspace.namespace, *engine.former_namespaces)))
    sections = {
        _LAST: _last_session(engine, Scope(own), session, int(budget * CHARACTERS * _SHARE), quick=quick),
        _DECISIONS: _decisions(engine, Scope(own)),
        _TASKS: _open_tasks(engine, Scope(own)),
        _FACTS: _changed(engine, Scope(own)),
        _PREFERENCES: _listed(engine, Scope((*own, GLOBAL)), MemoryType.USER),
    }
    told: dict[str, Offer] = {}
    for name, memories in sections.items():
        for offer in _marked(engine, name, memories):
            told.setdefault(offer.memory.id, offer)
    return list(told.values())


def _marked(engine: Engine, section: str, memories: Sequence[Memory]) -> Iterator[Offer]:
    """What is to be known of each is said beside it; the further down, the less it counts."""
    for place, about in enumerate(standing.freshness(engine, memories)):
        yield Offer(about.memory, 1.0 / (1 + place), about.marks, section)


def _listed(engine: Engine, scope: Scope, kind: str) -> list[Memory]:
    asked = SearchQuery("", Filters(types=(kind,), statuses=("active",)), scope, _EACH)
    return list(standing.listing(engine, asked).memories)


def _decisions(engine: Engine, scope: Scope) -> list[Memory]:
    """The latest decisions, those of this branch first."""
    asked = SearchQuery("", Filters(types=(MemoryType.DECISION,), statuses=("active",)), scope, 2 * _EACH)
    found = standing.listing(engine, asked).memories
    here = engine.workspace.branch
    return sorted(found, key=lambda one: one.branch != here)[:_EACH]


def _open_tasks(engine: Engine, scope: Scope) -> list[Memory]:
    """The records that have open tasks, each as these tasks alone."""
    with engine.store.reading() as view:
        records = {one.id: one for one in view.select(Filters(tags=(TAG,)), scope, _LOOKED_AT)}
    lines: dict[str, list[str]] = {}
    for one in tasks_of(map(record_from, records.values())):
        if one.status != "completed":
            how = ", ".join(word for word in (one.status.replace("_", " "), one.priority) if word)
            lines.setdefault(one.id, []).append(f"- {one.task}" + (f" ({how})" if how else ""))
    found = [records[name]._replace(content="\n".join(tasks), summary="") for name, tasks in lines.items()]
    return found[:_EACH]


def _changed(engine: Engine, scope: Scope) -> list[Memory]:
    """The facts and procedures that became something else lately, the latest first."""
    since = datetime.now(UTC) - _LATELY
    with engine.store.reading() as view:
        changed = [one for one in view.latest_changes(_LOOKED_AT) if one.verb in _CHANGING and one.patch]
        names = dict.fromkeys(one.subject for one in changed if one.kind == "memory")
        found = [memory for name in names if (memory := view.memory(name))]
    return list(_of_types(found, scope, since))[:_EACH]


def _of_types(memories: Iterable[Memory], scope: Scope, since: datetime) -> Iterator[Memory]:
    for one in memories:
        moment = one.updated_at or one.created_at
        if (
            one.type in _CHANGED_TYPES
            and one.status == "active"
            and moment
            and moment >= since
            and shown(one, scope)
        ):
            yield one


def _last_session(
    engine: Engine, scope: Scope, session: Session | str | None, most: int, *, quick: bool
) -> list[Memory]:
    """How the session before this one ended, in the words of its summary; of this branch if there is one."""
    current = session if isinstance(session, str) else session.id if session else ""
    with engine.store.reading() as view:
        conversations = Conversations.of(view)
        apart = {current, view.current_session(engine.recorder, engine.idle_since())}
        found = [one for one in conversations.select_sessions(ANY, scope, 2 * _EACH) if one.id not in apart]
        found = [one for one in found if one.length or one.summary]
        last = min(found, key=lambda one: one.branch != engine.workspace.branch, default=None)
        if last is None:
            return []
        after = max(0, last.length - _TURNS) if quick else 0
        messages = [] if last.summary else conversations.messages_of(last.id, after)
    text = last.summary
    if messages and quick:
        text = "\n".join(turn(one, most // _TURNS) for one in messages)
    elif messages:
        text = summaries.summary_of(engine, messages, label=last.label, quick=True).text
    return [_as_memory(last, beginning(text, most))] if text else []


def _as_memory(one: Session, text: str) -> Memory:
    return Memory(
        text,
        SESSION,
        summary=one.label,
        id=one.id,
        namespace=one.namespace,
        source_tool=one.tool,
        source_repo=one.source_repo,
        branch=one.branch,
        author=one.author,
        created_at=one.ended_at or one.active_at or one.started_at,
    )

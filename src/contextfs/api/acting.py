"""Acting: each answer to an item of the round is one action of verbs that are there already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from contextfs.api import answering, gathering, joining, saving, standing, tagging, upkeep, verifying
from contextfs.api.engine import Engine, now
from contextfs.api.procedures import fields_of, outdated
from contextfs.api.verdicts import verdict_patch
from contextfs.capture.stamp import Edit
from contextfs.domain.change import Patch
from contextfs.domain.memory import Memory
from contextfs.domain.rounds import ACCEPT, EDIT, KINDS, MERGE, REJECT, Acted, ReviewItem
from contextfs.domain.tending import Pair
from contextfs.domain.verdict import FEEDBACK, FINE, KIND, USEFUL
from contextfs.errors import InvalidInput
from contextfs.hygiene.opposites import opposite
from contextfs.store.view import View

_AGAIN = timedelta(days=90)


class _Asked(NamedTuple):
    """One answer, taken apart."""

    engine: Engine
    kind: str
    about: Sequence[str]
    content: str | None

    @property
    def first(self) -> str:
        return self.about[0]

    @property
    def last(self) -> str:
        return self.about[-1]


def act(engine: Engine, key: str, verb: str, content: str | None, *, dry_run: bool) -> Acted:
    """Answer an item; raises InvalidInput where it does not take this answer."""
    item = item_of(engine, key)
    kind = KINDS[item.kind]
    if verb not in kind.answers:
        raise InvalidInput(
            f"{verb!r} is no answer to a {item.kind}.", hint=f"Answers: {', '.join(kind.answers)}"
        )
    if content is not None and verb not in kind.asks:
        raise InvalidInput(f"{verb!r} takes no text here.", hint="Use `edit`.")
    if content is None and verb in kind.asks:
        raise InvalidInput(f"{verb!r} needs a text.", hint="Begin from the draft of the item.")
    if dry_run:
        return Acted(verb, f"Would do: {kind.answers[verb]}", item.memories)
    asked = _Asked(engine, item.kind, item.key.split(":")[1:], content)
    memories = _ACTS[item.kind, verb](asked)
    return Acted(verb, kind.answers[verb], tuple(memories))


def item_of(engine: Engine, key: str) -> ReviewItem:
    """The item that a key names, as it stands now."""
    kind, _, rest = key.partition(":")
    about = rest.split(":") if rest else []
    pair = kind in ("contradiction", "duplicate")
    if kind not in KINDS or not about or (pair and len(about) != 2):
        raise InvalidInput(
            f"{key!r} is the key of no item.", hint="Keys are shown by: contextfs review --json"
        )
    if kind == "tags":
        return ReviewItem(key, kind, "", tags=tuple(about))
    if kind == "candidate":
        found = answering.named(engine, about[0])
        return ReviewItem(
            gathering.key_of(kind, [found.id]), kind, found.kind, candidate=found, draft=found.text
        )
    with engine.store.reading() as view:
        memories = [_there(view, name) for name in about]
    if pair:
        return gathering.pair_item(kind, _pair(kind, memories[0], memories[1]))
    full = gathering.key_of(kind, [memories[0].id])
    return ReviewItem(full, kind, "", tuple(memories[:1]), draft=memories[0].content)


def _there(view: View, name: str) -> Memory:
    memory = view.memory(view.resolve(name))
    if memory is None:
        raise InvalidInput(f"Memory {name[:8]} does not exist any more.")
    return memory


def _pair(kind: str, older: Memory, newer: Memory) -> Pair:
    found = opposite(older.content, newer.content) if kind == "contradiction" else None
    sentences = (found.older, found.newer) if found else ("", "")
    return Pair(older, newer, kind, 1.0, sentences, found.why if found else "")


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _verdict(asked: _Asked, verb: str = "review", what: str = "", said: str = FINE) -> list[Memory]:
    def plan(_: View) -> Mapping[str, Patch]:
        return verdict_patch(what or asked.kind, asked.about, said)

    asked.engine.door.write(verb, asked.engine.workspace.author, plan, kind=KIND)
    return []


def _right(asked: _Asked) -> list[Memory]:
    """What was called wrong is right: the later answer counts."""
    return _verdict(asked, what=FEEDBACK, said=USEFUL)


def _edited(asked: _Asked, edit: Edit, verb: str = "review") -> list[Memory]:
    return list(saving.edit(asked.engine, verb, {asked.first: edit}).values())


def _deprecated(asked: _Asked) -> list[Memory]:
    return [upkeep.deprecate(asked.engine, asked.first, None)]


def _archived(asked: _Asked) -> list[Memory]:
    return _edited(asked, Edit(status="archived"), "archive")


def _reworded(asked: _Asked) -> list[Memory]:
    return _edited(asked, Edit(content=asked.content), "update")


def _newer_reworded(asked: _Asked) -> list[Memory]:
    return list(saving.edit(asked.engine, "update", {asked.last: Edit(content=asked.content)}).values())


def _later(asked: _Asked) -> list[Memory]:
    """It still holds: asked again in some months, and what expired does not expire any more."""
    moment = now()

    def edit(memory: Memory) -> Edit:
        over = memory.expires_at is not None and memory.expires_at <= moment
        again = moment + _AGAIN
        return Edit(content=asked.content, review_at=again, expires_at="" if over else None)

    return list(saving.edit(asked.engine, "review", {asked.first: edit}).values())


def _reworded_and_kept(asked: _Asked) -> list[Memory]:
    """Other words, and the answer that it is to be kept, as one action."""

    def plan(view: View) -> Mapping[str, Patch]:
        made = saving.amendment(asked.engine, view, asked.first, Edit(content=asked.content))
        return {made.memory.id: made.patch, **verdict_patch(asked.kind, asked.about, FINE)}

    written = asked.engine.door.write("update", asked.engine.workspace.author, plan, kind=KIND)
    return [one for one in written.values() if one is not None]


def _still_holds(asked: _Asked) -> list[Memory]:
    """The places that it names are cited as they are now; of those that are gone only the answer is kept."""
    found = standing.freshness(asked.engine, verifying.named(asked.engine, [asked.first]))
    fixes = verifying.fixes(found)
    return verifying.fix(asked.engine, fixes) if fixes else _verdict(asked)


def _still_works(asked: _Asked) -> list[Memory]:
    memories = verifying.named(asked.engine, [asked.first])
    found = outdated(asked.engine, memories)
    if not found or not found[0].behind:
        return _still_holds(asked)
    fields = fields_of(found[0])

    def plan(view: View) -> Mapping[str, Patch]:
        return {view.resolve(asked.first): fields}

    written = asked.engine.door.write("verify", asked.engine.workspace.author, plan, screened=False)
    return [one for one in written.values() if one is not None]


def _superseded(asked: _Asked) -> list[Memory]:
    return [upkeep.supersede(asked.engine, asked.first, asked.last)]


def _merged(asked: _Asked) -> list[Memory]:
    """Two become one: of near-duplicates the longer text stays, else the text that was given."""
    kept = asked.last
    if asked.content is None:
        with asked.engine.store.reading() as view:
            kept = gathering.longer(_there(view, asked.first), _there(view, asked.last)).id
    done = joining.merge(asked.engine, list(asked.about), into=kept, content=asked.content)
    return [done.kept, *done.replaced]


def _retagged(asked: _Asked) -> list[Memory]:
    tagging.Tags(asked.engine).merge(*asked.about[1:], into=asked.first)
    return []


def _accepted(asked: _Asked) -> list[Memory]:
    candidate = answering.named(asked.engine, asked.first)
    return [one.memory for one in answering.accept(asked.engine, [candidate], content=asked.content)]


def _turned_down(asked: _Asked) -> list[Memory]:
    answering.reject(asked.engine, [answering.named(asked.engine, asked.first)])
    return []


_ACTS: Mapping[tuple[str, str], Callable[[_Asked], Sequence[Memory]]] = {
    ("wrong", ACCEPT): _right,
    ("wrong", REJECT): _deprecated,
    ("wrong", EDIT): _reworded,
    ("candidate", ACCEPT): _accepted,
    ("candidate", REJECT): _turned_down,
    ("candidate", EDIT): _accepted,
    ("contradiction", ACCEPT): _verdict,
    ("contradiction", REJECT): _superseded,
    ("contradiction", EDIT): _newer_reworded,
    ("contradiction", MERGE): _merged,
    ("stale", ACCEPT): _still_holds,
    ("stale", REJECT): _deprecated,
    ("stale", EDIT): _reworded,
    ("procedure", ACCEPT): _still_works,
    ("procedure", REJECT): _deprecated,
    ("procedure", EDIT): _reworded,
    ("due", ACCEPT): _later,
    ("due", REJECT): _archived,
    ("due", EDIT): _later,
    ("duplicate", ACCEPT): _verdict,
    ("duplicate", REJECT): _archived,
    ("duplicate", EDIT): _merged,
    ("duplicate", MERGE): _merged,
    ("tags", ACCEPT): _verdict,
    ("tags", MERGE): _retagged,
    ("rationale", ACCEPT): _verdict,
    ("rationale", REJECT): _archived,
    ("rationale", EDIT): _reworded,
    ("unread", ACCEPT): _verdict,
    ("unread", REJECT): _archived,
    ("unread", EDIT): _reworded_and_kept,
}
"""(kind, verb) -> what it does; a test holds it equal to the table of kinds."""

"""Moving in: memories that another program kept become memories here, under ids that are the same at every import.

What a source said at the last import is the common ground of the next one: what it changed since is taken over, what
was changed here stays, and where both changed the same field nothing is overwritten and the field is named.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from contextfs.api.engine import Engine, now
from contextfs.api.moving_in_history import take_history
from contextfs.api.moving_in_tree import reason, take_tree
from contextfs.api.transcripts import session_id, take_conversation
from contextfs.capture.repeats import merged
from contextfs.capture.screen import refuse
from contextfs.capture.stamp import stamp
from contextfs.domain.change import Patch, fold
from contextfs.domain.clock import new_id, to_micros
from contextfs.domain.digest import content_hash, digest
from contextfs.domain.imported import Options, Taken
from contextfs.domain.incoming import Incoming, LeftOut
from contextfs.domain.memory import Memory
from contextfs.domain.memory_state import difference, state_of
from contextfs.domain.merging import merge
from contextfs.domain.remotes import normalise_remote
from contextfs.domain.transcript import Heading, Turn, Unread
from contextfs.errors import ContextFSError, InvalidInput
from contextfs.exchange.importers.table import HISTORY, TREE, Format
from contextfs.exchange.source import Source
from contextfs.store.view import View
from contextfs.workspace import Workspace, locate, namespace_of

VERB = "import"
_BATCH = 25
_FIELDS = frozenset(
    ("content", "type", "summary", "status", "structured", "owner", "review_at", "expires_at")
)
_PARTS = ("tag:", "file:", "meta:")
_COUNTED = ("new", "changed", "known", "deleted", "erased")


def take_in(engine: Engine, source: Source, row: Format, options: Options) -> Taken:
    """Take in what a source holds besides conversations; importing it again changes nothing."""
    if row.kind == HISTORY:
        return take_history(engine, source, row, options)
    if row.kind == TREE:
        return take_tree(engine, source, row, options)
    return _Intake(engine, source, row, options).run()


def memory_id(row: str, key: str) -> str:
    """The id that a memory of a source has here, at every import and on every machine."""
    return digest(f"{row}\0{key}")[:32]


class _Unset:
    """Settings that say nothing: those of this machine are about the current directory."""

    def resolve(self, name: str) -> tuple[object, str]:  # noqa: ARG002 - the signature of settings
        """No value."""
        return "", ""


class _Ready(NamedTuple):
    """One memory of the source, checked."""

    where: str
    memory: Memory


class _Intake:
    """One source while it is taken in."""

    def __init__(self, engine: Engine, source: Source, row: Format, options: Options) -> None:
        self._engine, self._source, self._row, self._options = engine, source, row, options
        self._defaults = engine.defaults
        self._now = now()
        self._batch = new_id()
        self._counts: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()
        self._namespaces: Counter[str] = Counter()
        self._ids: list[str] = []
        self._refused: list[tuple[str, str]] = []
        self._conflicts: list[tuple[str, str]] = []
        self._pairs: list[tuple[str, str]] = []
        self._made: set[str] = set()
        self._texts: dict[tuple[str, bytes], str] = {}
        self._place = cache(self._located)
        self._talks = False

    def run(self) -> Taken:
        """Take in everything, a few memories per transaction."""
        stream = self._memories()
        while group := list(islice(stream, _BATCH)):
            self._write(group)
        self._supersede()
        heard = self._heard()
        return heard._replace(
            source=self._source.name,
            format=self._row.name,
            kind=self._row.kind,
            memories=self._counts["new"],
            changed=self._counts["changed"],
            known=self._counts["known"],
            deleted=self._counts["deleted"],
            erased=self._counts["erased"],
            unread=dict(self._unread + Counter(heard.unread)),
            namespaces=dict(self._namespaces + Counter(heard.namespaces)),
            ids=[*self._ids, *heard.ids],
            refused=self._refused,
            conflicts=self._conflicts,
        )

    def _heard(self) -> Taken:
        """Take in the conversations that the source holds as well."""
        if not self._talks:
            return Taken("", "", "")
        spoken = (one for one in self._row.read(self._source) if isinstance(one, Heading | Turn))
        return take_conversation(
            self._engine, self._source, self._row.name, spoken, self._options, batch=self._batch
        )

    # ── what the source says ────────────────────────────────────────────────────────────────────────────────────

    def _memories(self) -> Iterator[_Ready]:
        for one in self._row.read(self._source):
            if isinstance(one, LeftOut):
                self._unread[one.reason] += 1
            elif isinstance(one, Unread):
                self._unread[one.kind] += 1
            elif isinstance(one, Heading):
                self._talks = True
            elif isinstance(one, Incoming):
                if one.automatic and not self._options.indexed:
                    self._unread["made from a repository by the tool itself (--indexed takes it in)"] += 1
                    continue
                try:
                    yield self._ready(one)
                except InvalidInput as error:
                    self._refused.append((one.where or one.key, reason(error)))

    def _ready(self, one: Incoming) -> _Ready:
        place, subject = self._place(one.directory), one.draft.id or memory_id(self._row.name, one.key)
        namespace = self._namespace(one, place)
        here = namespace == self._defaults.namespace
        draft = one.draft
        links = _links(one.links, self._row.name)
        draft = draft._replace(
            id=subject,
            namespace=namespace,
            project=self._options.project or draft.project or (None if here else ""),
            tags=(*draft.tags, *self._options.tags),
            metadata={**draft.metadata, **links},
            files=(*draft.files, *_cited(one.file, place)),
            source_repo=draft.source_repo or (place.repo if place else ""),
            branch=draft.branch or "",
            commit=draft.commit or "",
            created_at=draft.created_at or self._now,
            session_id=session_id(*one.session) if one.session else draft.session_id,
        )
        memory = stamp(draft, self._defaults, self._now)
        if self._screened:
            refuse(state_of(memory))
        self._pairs.extend((subject, memory_id(self._row.name, key)) for key in one.supersedes)
        return _Ready(one.where or one.key, memory)

    @property
    def _screened(self) -> bool:
        return not self._options.allow_secret and self._engine.settings.flag("secrets.refuse")

    def _namespace(self, one: Incoming, place: Workspace | None) -> str:
        if self._options.namespace:
            return self._options.namespace
        if place is not None:
            return place.namespace
        if remote := normalise_remote(one.remote):
            return namespace_of(remote)
        return one.draft.namespace or one.fallback or self._defaults.namespace

    def _located(self, directory: str) -> Workspace | None:
        """The workspace of a directory that is in a repository on this machine."""
        if not directory or not os.path.isdir(directory):
            return None
        here = self._engine.workspace
        try:
            found = locate(_Unset(), directory, environ={})
        except ContextFSError:  # a file in it that cannot be read is no reason to lose the memory
            return None
        return (here if found.root == here.root else found) if found.root else None

    # ── what is written ─────────────────────────────────────────────────────────────────────────────────────────

    def _write(self, group: Sequence[_Ready]) -> None:
        decided: list[_Decided] = []

        def plan(view: View) -> dict[str, Patch]:
            decided.clear()
            texts: dict[tuple[str, bytes], str] = {}
            patches: dict[str, Patch] = {}
            for one in group:
                found = self._decide(view, one, texts)
                decided.append(found)
                if found.patch:
                    patches[found.subject] = {**patches.get(found.subject, {}), **found.patch}
            return patches

        if self._options.dry_run:
            with self._engine.store.reading() as view:
                plan(view)
        else:
            author = self._engine.workspace.author
            self._engine.door.write(VERB, author, plan, screened=False, batch=self._batch)
        for one, what in zip(group, decided, strict=True):
            self._count(one, what)

    def _count(self, one: _Ready, what: _Decided) -> None:
        self._counts[what.outcome] += 1
        if what.conflicts:
            self._conflicts.append((one.where, ", ".join(what.conflicts)))
        if what.outcome in {"new", "changed", "known"}:
            self._ids.append(what.subject)
        if what.outcome == "new":
            self._made.add(what.subject)
            self._namespaces[one.memory.namespace] += 1
            self._texts[_text(one.memory)] = what.subject

    def _decide(self, view: View, one: _Ready, texts: dict[tuple[str, bytes], str]) -> _Decided:
        memory = one.memory
        changes = view.changes_of(memory.id)
        past = fold(changes)
        if past.purged:
            return _Decided("erased", memory.id)
        known = view.memory(memory.id)
        if known is not None:
            told = fold(change for change in changes if change.verb == VERB).fields
            return _updated(known, told, memory, force=self._options.force, moment=to_micros(self._now))
        if changes and not self._options.again:
            return _Decided("deleted", memory.id)
        same = view.same_content(memory.namespace, memory.content)
        if same is not None:
            return _filled(same, memory)
        if (twin := texts.get(_text(memory)) or self._texts.get(_text(memory))) is not None:
            return _Decided("known", twin)
        texts[_text(memory)] = memory.id
        return _Decided("new", memory.id, {**dict.fromkeys(past.fields), **state_of(memory)})

    def _supersede(self) -> None:
        """Say of new memories which ones they replace, on both sides."""
        pairs = [pair for pair in self._pairs if self._made.intersection(pair) and pair[0] != pair[1]]
        if not pairs or self._options.dry_run:
            return

        def plan(view: View) -> dict[str, Patch]:
            patches: dict[str, dict[str, object]] = {}
            for newer, older in pairs:
                one, other = view.memory(newer), view.memory(older)
                if one is None or other is None or other.superseded_by:
                    continue
                known = patches.setdefault(newer, {"supersedes": list(one.supersedes)})
                known["supersedes"] = list(dict.fromkeys([*_listed(known["supersedes"]), older]))
                patches.setdefault(older, {})["superseded_by"] = newer
            return {subject: patch for subject, patch in patches.items() if patch != {"supersedes": []}}

        self._engine.door.write(VERB, self._engine.workspace.author, plan, screened=False, batch=self._batch)


class _Decided(NamedTuple):
    """What becomes of one memory of the source."""

    outcome: str
    """One of new, changed, known, deleted, erased."""
    subject: str
    patch: Mapping[str, object] | None = None
    conflicts: Sequence[str] = ()


def _updated(known: Memory, told: Patch, again: Memory, *, force: bool, moment: int) -> _Decided:
    """What the source changed since it was imported, brought into what stands here."""
    merged = merge(_of_source(told), _of_source(state_of(known)), _of_source(state_of(again)), force=force)
    if not merged.patch:
        return _Decided("known", known.id, conflicts=merged.conflicts)
    return _Decided("changed", known.id, {**merged.patch, "updated_at": moment}, merged.conflicts)


def _filled(known: Memory, again: Memory) -> _Decided:
    """A memory with the same text: what it lacks is added."""
    after = merged(known, again._replace(metadata={}, files=()), now())
    if after is known:
        return _Decided("known", known.id)
    return _Decided("known", known.id, difference(state_of(known), state_of(after)))


def _of_source(state: Mapping[str, object]) -> dict[str, object]:
    """The fields that a source speaks about."""
    return {
        name: value
        for name, value in state.items()
        if value is not None and (name in _FIELDS or name.startswith(_PARTS))
    }


def _links(links: Iterable[tuple[str, str]], row: str) -> dict[str, object]:
    found: dict[str, list[str]] = {}
    for relation, key in links:
        found.setdefault(relation, []).append(memory_id(row, key))
    return {"links": found} if found else {}


def _cited(path: str, place: Workspace | None) -> tuple[str, ...]:
    """The file as a memory names it: by its path in the repository."""
    if not path or place is None:
        return ()
    inside = os.path.relpath(os.path.realpath(path), os.path.realpath(place.root)).replace(os.sep, "/")
    return () if inside.startswith("../") else (inside,)


def _text(memory: Memory) -> tuple[str, bytes]:
    return memory.namespace, content_hash(memory.content)


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []  # type: ignore[misc]

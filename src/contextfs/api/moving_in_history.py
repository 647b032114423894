"""Moving in with history: the changes of another store join the ones that are here, as if they had been made here.

Every change keeps its id, its clock and its device, so the union of two stores is the same whichever way it is made,
and importing the same file again finds nothing new. What was erased in either store is erased in both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from contextfs.api.engine import Engine
from contextfs.capture.linking import mentions_in
from contextfs.capture.screen import redact, refuse
from contextfs.domain import candidate_state, entity_state, session_state, verdict
from contextfs.domain.change import Change, Fold, fold
from contextfs.domain.imported import Options, Taken
from contextfs.domain.memory import Captured, Memory
from contextfs.domain.memory_state import memory_of
from contextfs.domain.session import Message
from contextfs.domain.transcript import Unread
from contextfs.errors import InvalidInput, SecretRefused, StoreMoved
from contextfs.exchange.importers.archive import Said, Touched
from contextfs.exchange.importers.table import Format
from contextfs.exchange.source import Source

_STATES = {
    session_state.KIND: session_state.session_of,
    entity_state.KIND: entity_state.named_of,
    candidate_state.KIND: candidate_state.answer_of,
    verdict.KIND: verdict.verdict_of,
}
_KINDS = frozenset(("memory", *_STATES))
_BATCH = 200
_AT_ONCE = 25
"""Subjects written in one transaction."""


def take_history(engine: Engine, source: Source, row: Format, options: Options) -> Taken:
    """Add the changes and messages of an export that are not here yet."""
    return _Union(engine, source, row, options).run()


class _Union:
    def __init__(self, engine: Engine, source: Source, row: Format, options: Options) -> None:
        if options.namespace or options.project or options.tags:
            raise InvalidInput(
                "An export with history is taken in as it is; --namespace, --project and --tags cannot change it.",
                hint="Move the memories afterwards with: contextfs namespace rename OLD NEW",
            )
        self._engine, self._source, self._row, self._options = engine, source, row, options
        self._counts: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()
        self._namespaces: Counter[str] = Counter()
        self._refused: dict[str, str] = {}
        self._ids: dict[str, None] = {}

    def run(self) -> Taken:
        stream = self._read()
        while group := list(islice(stream, _BATCH)):
            by_subject: dict[str, list[Change]] = {}
            for one in group:
                if isinstance(one, Change):
                    by_subject.setdefault(one.subject, []).append(one)
            self._take(by_subject)
            self._listen([one for one in group if isinstance(one, Said)])
            files = [one for one in group if isinstance(one, Touched) and one.session not in self._refused]
            if files and not self._options.dry_run:
                self._engine.store.add_touched(files)
        return Taken(
            self._source.name,
            self._row.name,
            self._row.kind,
            sessions=self._counts["session new"],
            messages=self._counts["messages"],
            redacted=self._counts["redacted"],
            memories=self._counts["memory new"],
            changed=self._counts["memory changed"],
            known=self._counts["memory known"],
            erased=self._counts["erased"],
            unread=dict(self._unread),
            namespaces=dict(self._namespaces),
            ids=list(self._ids),
            refused=[(subject[:8], why) for subject, why in self._refused.items()],
        )

    def _read(self) -> Iterator[Change | Said | Touched]:
        for one in self._row.read(self._source):
            if isinstance(one, Unread):
                self._unread[one.kind] += 1
            elif isinstance(one, Change) and one.kind not in _KINDS:
                self._unread[f"change of the unknown kind {one.kind!r}"] += 1
            else:
                yield one

    def _take(self, by_subject: Mapping[str, Sequence[Change]]) -> None:
        subjects = list(by_subject)
        for start in range(0, len(subjects), _AT_ONCE):
            some = {subject: by_subject[subject] for subject in subjects[start : start + _AT_ONCE]}
            try:
                self._apply(some)
            except StoreMoved:  # somebody wrote to one of them meanwhile
                with self._engine.store.alone():
                    self._apply(some)

    def _apply(self, some: Mapping[str, Sequence[Change]]) -> None:
        found = [self._captured(subject, changes) for subject, changes in some.items()]
        captured = [one for one in found if one is not None]
        if captured and not self._options.dry_run:
            self._engine.store.apply(self._embedded(captured), foreign=True)

    def _captured(self, subject: str, given: Sequence[Change]) -> Captured | None:
        """What the changes that are new make of a subject."""
        with self._engine.store.reading() as view:
            known = view.changes_of(subject)
        have = {change.id for change in known}
        new = tuple(change for change in given if change.id not in have)
        if subject in self._refused:
            return None
        if not new:
            self._tell(known, known, fold(known))
            return None
        try:
            self._screen(new)
        except SecretRefused as error:
            self._refused[subject] = error.message
            return None
        folded = fold((*known, *new))
        self._tell(known, new, folded)
        if new[0].kind != "memory":
            return Captured(new, None, other=_STATES[new[0].kind](subject, folded))
        memory = memory_of(subject, folded)
        return Captured(new, memory, mentions_in(memory) if memory else ())

    def _screen(self, changes: Sequence[Change]) -> None:
        for change in changes if self._screened else ():
            refuse(change.patch or {})

    def _tell(self, known: Sequence[Change], new: Sequence[Change], folded: Fold) -> None:
        """Count a subject once, by what becomes of it first."""
        root = folded.root
        if root is None or root.subject in self._ids:
            return
        self._ids[root.subject] = None
        if folded.purged:
            self._counts["erased"] += 1
            return
        what = "known" if known is new else "changed" if known else "new"
        self._counts[f"{root.kind} {what}"] += 1
        if what == "new":
            self._namespaces[str(folded.fields.get("namespace", ""))] += 1

    def _embedded(self, captured: Sequence[Captured]) -> list[Captured]:
        """The same with the vectors of what is new."""
        places = [place for place, one in enumerate(captured) if one.memory is not None]
        memories: list[Memory] = [one.memory for one in captured if one.memory is not None]
        made = self._engine.embedder.at_save(memories) if memories else ()
        done = list(captured)
        for place, embedded in zip(places, made, strict=True):
            done[place] = done[place]._replace(embedded=embedded)
        return done

    def _listen(self, said: Sequence[Said]) -> None:
        """Add the messages that are not here, to sessions that came before them."""
        if self._options.dry_run:
            return
        sessions: dict[str, list[tuple[int, Message]]] = {}
        for one in said:
            if one.session not in self._refused:
                content = one.message.content
                clean = redact(content) if self._screened else content
                self._counts["redacted"] += clean != content
                sessions.setdefault(one.session, []).append((one.place, one.message._replace(content=clean)))
        for session, messages in sessions.items():
            for start in range(0, len(messages), _AT_ONCE):
                added = self._engine.store.add_messages(session, messages[start : start + _AT_ONCE])
                self._counts["messages"] += added

    @property
    def _screened(self) -> bool:
        return not self._options.allow_secret and self._engine.settings.flag("secrets.refuse")

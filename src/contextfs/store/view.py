"""View: one consistent reading of the store, with everything that the rooms above may ask of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

import apsw

from contextfs.domain.change import Change, Fold, fold
from contextfs.domain.clock import MIN_PREFIX, now_micros
from contextfs.domain.memory import Memory, Mention
from contextfs.domain.recorder import Recorder
from contextfs.domain.search import Filters, Scope
from contextfs.errors import AmbiguousId, MemoryNotFound
from contextfs.lazy import Later
from contextfs.store import changes, current, graph, lexical, memories, namespaces, sketches, vectors
from contextfs.store.filters import Condition, namespace_numbers, row_ranges
from contextfs.store.lexical import Dissected, Matched
from contextfs.store.sql import value
from contextfs.store.vectors import BlockCache, Scanned

if TYPE_CHECKING:
    from contextfs.domain.entity import Named
    from contextfs.domain.verdict import Verdict
    from contextfs.store import entities, verdicts
    from contextfs.store.archive import Archive
    from contextfs.store.statistics import Statistics
else:  # most commands ask nothing of them
    entities, verdicts = Later("contextfs.store.entities"), Later("contextfs.store.verdicts")

_HEX = frozenset("0123456789abcdef")
EVERYWHERE = Scope()
"""Every namespace."""


class Visible:
    """The rows that one query may see: a range per namespace, and the rows let in or kept out inside them."""

    def __init__(self, numbers: Sequence[int] | None, allowed: set[int] | None, hidden: set[int]) -> None:
        self.numbers = numbers
        self.allowed = allowed
        self.hidden = hidden

    @property
    def empty(self) -> bool:
        """Whether no row can be seen at all."""
        return self.numbers == [] or self.allowed == set()


Stamp = tuple[apsw.Connection, int, int]
"""Differs whenever this or any other connection has written to the store in between, or the connection is another."""


def stamp_of(connection: apsw.Connection) -> Stamp:
    """The stamp of the store as a connection sees it now."""
    return connection, *vectors.store_stamp(connection)


class View:
    """The store as it stands at one moment."""

    def __init__(self, connection: apsw.Connection, cache: BlockCache | None = None) -> None:
        self._connection = connection
        self._cache = cache

    def stamp(self) -> Stamp:
        """What tells whether the store still stands as it does here."""
        return stamp_of(self._connection)

    # ── memories ────────────────────────────────────────────────────────────────────────────────────────────────

    def resolve(self, prefix: str, *, gone: bool = False) -> str:
        """The full id of a unique prefix; `gone` also finds deleted memories. Raises MemoryNotFound, AmbiguousId."""
        wanted = str(prefix).strip().lower()
        if len(wanted) < MIN_PREFIX or len(wanted) > 32 or not _HEX.issuperset(wanted):
            raise MemoryNotFound(
                f"{prefix!r} is not a memory id: an id has {MIN_PREFIX} to 32 characters of 0-9 and a-f.",
                hint="Ids are shown by: contextfs list",
            )
        found = (changes.subjects_by_prefix if gone else memories.ids_by_prefix)(self._connection, wanted, 6)
        if len(found) > 1:
            shown = ", ".join(name[: max(8, len(wanted) + 2)] for name in found[:5])
            more = " and more" if len(found) > 5 else ""
            raise AmbiguousId(f"{prefix!r} fits several memories: {shown}{more}.")
        if not found:
            raise self._missing(prefix, wanted)
        return found[0]

    def _missing(self, prefix: str, wanted: str) -> MemoryNotFound:
        """Say of a deleted memory that it was deleted, and how it comes back."""
        gone = changes.subjects_by_prefix(self._connection, wanted, 1)
        if not gone and changes.subjects_by_prefix(self._connection, wanted, 1, "session"):
            return MemoryNotFound(
                f"{prefix} is the id of a session, not of a memory.",
                hint="What can be done with sessions is shown by: contextfs session --help",
            )
        if not gone:
            return MemoryNotFound(f"No memory has an id that begins with {prefix!r}.")
        if changes.is_purged(self._connection, gone[0]):
            return MemoryNotFound(
                f"Memory {gone[0][:8]} was erased; nothing of it is left.", hint="Save it anew."
            )
        return MemoryNotFound(
            f"Memory {gone[0][:8]} was deleted.", hint=f"Bring it back with: contextfs restore {gone[0][:8]}"
        )

    def ids_by_prefix(self, prefix: str, limit: int) -> list[str]:
        """The ids of memories that begin with these hexadecimal characters."""
        return memories.ids_by_prefix(self._connection, prefix, limit)

    def memory(self, subject: str) -> Memory | None:
        """The memory of this full id."""
        found = memories.by_id(self._connection, subject)
        return found[1] if found else None

    def row_of(self, subject: str) -> int:
        """The row of the memory of this full id; 0 when there is none."""
        return next(iter(memories.rows_of(self._connection, [subject])), 0)

    def memories(self, rows: Sequence[int]) -> dict[int, Memory]:
        """The memories in these rows."""
        return memories.by_rows(self._connection, rows)

    def each(self) -> Iterable[tuple[int, Memory]]:
        """Every memory with its row."""
        return memories.each(self._connection)

    def select(self, filters: Filters, scope: Scope, limit: int, offset: int = 0) -> list[Memory]:
        """The memories in scope that meet the filters, newest first."""
        return memories.select(self._connection, filters, scope, limit, offset)

    def count(self, filters: Filters, scope: Scope) -> int:
        """How many memories in scope meet the filters."""
        return memories.count(self._connection, filters, scope)

    def same_content(self, namespace: str, content: str) -> Memory | None:
        """The memory of a namespace with this text."""
        return memories.same_content(self._connection, namespace, content)

    def sharing(self, namespace: str, sketch: Sequence[int], most: int) -> list[int]:
        """The rows of a namespace that hold a word of the sketch, once for each; at most so many of a word."""
        return sketches.sharing(self._connection, namespace, sketch, most)

    def current_contents(self, rows: Sequence[int]) -> dict[int, str]:
        """The texts in these rows, but for memories that are not active, expired or replaced by another one."""
        return sketches.current_contents(self._connection, rows, now_micros())

    def mentions_of(self, subject: str) -> list[Mention]:
        """What the text of a memory names."""
        return memories.mentions_of(self._connection, subject)

    def mentioning(self, kind: str, names: Sequence[str]) -> list[Memory]:
        """The memories whose text names one of these files, links or memories."""
        return memories.mentioning(self._connection, kind, names)

    def naming_below(self, prefix: str, limit: int) -> list[tuple[Memory, str]]:
        """The memories that name a file whose path begins so, with that path."""
        return graph.naming_below(self._connection, prefix, limit)

    def naming_entities(self, scope: Scope) -> list[Memory]:
        """The memories in scope that list entities of their own, oldest first."""
        return graph.naming_entities(self._connection, scope)

    def saved_at(self, commits: Collection[str], scope: Scope) -> list[Memory]:
        """The memories in scope that were saved while one of these commits was checked out."""
        return graph.saved_at(self._connection, commits, scope)

    def named(self, scope: Scope) -> list[Named]:
        """What people decided about names: which are one entity, and what it is called."""
        return entities.named(self._connection, scope.namespaces)

    def verdicts(self) -> list[Verdict]:
        """What people said of memories, pairs and tags while they tended them, the latest last."""
        return verdicts.verdicts(self._connection)

    def mentioned(self, scope: Scope) -> list[tuple[Mention, int]]:
        """What the memories in scope mention, with in how many of them."""
        return entities.mentioned(self._connection, scope)

    def mentions_in(self, rows: Collection[int]) -> dict[int, list[Mention]]:
        """Row -> what that memory mentions."""
        return entities.mentions_in(self._connection, rows)

    def known_tags(self, limit: int = 1000, scope: Scope = EVERYWHERE) -> list[tuple[str, int]]:
        """The tags in use with how many memories have them, the most used first."""
        return namespaces.tags(self._connection, scope, limit)

    def tag_names(self) -> list[str]:
        """The tags in use, in order; costs as much as there are different ones."""
        return namespaces.tag_names(self._connection)

    def unused_tags(self, names: Sequence[str]) -> list[str]:
        """Those of these tags that no memory has."""
        return [name for name in names if not namespaces.is_tag(self._connection, name)]

    def namespace_counts(self) -> dict[str, dict[str, int]]:
        """Namespace -> memory type -> count."""
        return namespaces.counts(self._connection)

    def session_counts(self) -> dict[str, int]:
        """Namespace -> how many sessions it has."""
        return namespaces.sessions(self._connection)

    def namespace_repos(self) -> dict[str, list[str]]:
        """Namespace -> the source repositories of its memories."""
        return namespaces.repos(self._connection)

    def current_session(self, recorder: Recorder, active_since: int) -> str:
        """The id of the session that is going on for this recorder; "" when there is none."""
        return current.current(self._connection, recorder, active_since)

    @property
    def moment(self) -> tuple[apsw.Connection, BlockCache | None]:
        """What another way of looking at the same moment is made from."""
        return self._connection, self._cache

    def statistics(self, scope: Scope) -> Statistics:
        """Counts of the memories in scope, for whoever tends them."""
        from contextfs.store.statistics import Statistics  # the same

        return Statistics(self._connection, scope)

    @property
    def archive(self) -> Archive:
        """Everything that is in the store, deleted and earlier states included."""
        from contextfs.store.archive import Archive  # only what moves out or is followed needs it

        return Archive(self._connection)

    # ── the change log ──────────────────────────────────────────────────────────────────────────────────────────

    def changes_of(self, subject: str) -> list[Change]:
        """The changes of one subject, oldest first."""
        return changes.of_subject(self._connection, subject)

    def folded(self, subject: str) -> Fold:
        """What the changes of one subject amount to."""
        return fold(self.changes_of(subject))

    def all_folded(self, subjects: Sequence[str]) -> dict[str, Fold]:
        """What the changes of several subjects amount to, in their order."""
        found = changes.of_subjects(self._connection, subjects)
        return {subject: fold(found.get(subject, ())) for subject in subjects}

    def changes_of_batch(self, batch: str) -> list[Change]:
        """The changes of one action."""
        return changes.of_batch(self._connection, batch)

    def latest_changes(self, limit: int, device: str = "") -> Iterable[Change]:
        """The newest changes, newest first."""
        return changes.latest(self._connection, limit, device)

    def all_changes(self) -> Iterable[Change]:
        """The whole log in the order of arrival."""
        return changes.everything(self._connection)

    def subjects_since(self, clock: int) -> list[str]:
        """The subjects that were changed after this clock value."""
        return changes.subjects_since(self._connection, clock)

    def holds_text(self, text: str) -> bool:
        """Whether any change of any memory, or the schema itself, holds this text.

        The text must have no characters that JSON escapes.
        """
        return changes.holding(self._connection, text)

    def last_clock(self) -> int:
        """The latest clock value the store has seen."""
        return changes.last_clock(self._connection)

    def has_index(self) -> bool:
        """Whether any repository is indexed."""
        return value(self._connection, "SELECT 1 FROM checkout LIMIT 1") is not None

    # ── retrieval ───────────────────────────────────────────────────────────────────────────────────────────────

    def visible(self, filters: Filters, scope: Scope, *, without: AbstractSet[str] = frozenset()) -> Visible:
        """The rows that a query may see; `without` are ids to leave out."""
        numbers = namespace_numbers(self._connection, scope)
        left_out = memories.rows_of(self._connection, without)
        if filters.selective:
            return Visible(
                numbers, memories.matching_rows(self._connection, filters, scope) - left_out, set()
            )
        return Visible(numbers, None, memories.hidden_rows(self._connection, now_micros()) | left_out)

    def match(self, expression: str, weights: Sequence[float], visible: Visible, limit: int) -> list[Matched]:
        """The memories that match an FTS5 expression, best first; weights as `lexical.COLUMNS`."""
        if visible.empty:
            return []
        return lexical.match(self._connection, expression, weights, _rows(visible), limit)

    def dissect(
        self, expression: str, weights: Sequence[float], visible: Visible, limit: int
    ) -> list[Dissected]:
        """The same memories as `match`, with what they hold of each phrase of the expression."""
        if visible.empty:
            return []
        return lexical.dissect(self._connection, expression, weights, _rows(visible), limit)

    def stems(self, words: Sequence[str]) -> list[str]:
        """What the lexical index makes of each word."""
        return lexical.stems(self._connection, words)

    def document_frequencies(self, stems: Iterable[str]) -> dict[str, int]:
        """How many memories of the store hold each stem."""
        return lexical.document_frequencies(self._connection, stems)

    def scan(self, identity: str, code: bytes, visible: Visible, limit: int) -> list[Scanned]:
        """The passages nearest to a query code by one provider's vectors, best first."""
        provider = vectors.provider_number(self._connection, identity)
        if provider is None or visible.empty:
            return []
        return vectors.scan(
            self._connection,
            provider,
            code,
            visible.numbers,
            limit,
            allowed=visible.allowed,
            excluded=visible.hidden,
            cache=self._cache,
        )

    def halves(self, identity: str, rows: Sequence[int]) -> dict[int, list[bytes]]:
        """The float16 vectors of these rows by one provider, one per passage."""
        provider = vectors.provider_number(self._connection, identity)
        return {} if provider is None else vectors.halves(self._connection, provider, rows)

    def total(self) -> int:
        """How many memories the store holds."""
        return namespaces.total(self._connection, None)

    def seen(self, visible: Visible) -> int:
        """About how many memories a query may see: hidden ones of its namespaces are counted as well."""
        if visible.allowed is not None:
            return len(visible.allowed)
        return namespaces.total(self._connection, visible.numbers)

    def waiting(self, identity: str, scope: Scope) -> int:
        """How many memories in scope have no vector of this provider."""
        return vectors.waiting(self._connection, identity, namespace_numbers(self._connection, scope))

    def rows_waiting(self, identity: str, limit: int) -> list[int]:
        """Memories without a vector of this provider, newest first."""
        return vectors.rows_waiting(self._connection, identity, limit)

    def vector_counts(self) -> dict[str, int]:
        """Provider identity -> how many memories have its vectors."""
        return namespaces.vector_counts(self._connection)

    def frequent_rows(self) -> int:
        """How many memories there were when the frequent stems were counted."""
        return lexical.frequent_rows(self._connection)


def _rows(visible: Visible) -> Condition:
    where = row_ranges("rowid", visible.numbers)
    if visible.allowed is not None:
        return _and_rows(where, "IN", visible.allowed)
    return _and_rows(where, "NOT IN", visible.hidden) if visible.hidden else where


def _and_rows(where: Condition, operator: str, rows: AbstractSet[int]) -> Condition:
    """One more condition on the row, as a single parameter.

    The plus keeps FTS5 from taking the rows for its own look-ups, one whole query for each of them.
    """
    listed = f"[{','.join(map(str, rows))}]"
    return Condition(
        f"{where.sql} AND +rowid {operator} (SELECT value FROM json_each(?))", (*where.params, listed)
    )

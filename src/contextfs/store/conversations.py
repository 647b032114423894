"""Conversations: the sessions of the store at one moment, and their turn windows as something to search.

What search asks of a `View` about memories it asks here about windows: a row is then a window, and what words are
found in its messages is counted together, since an answer rarely repeats the words of its question.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet

from contextfs.domain.clock import MIN_PREFIX, Timestamp
from contextfs.domain.memory import Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.recorder import Recorder
from contextfs.domain.search import Filters, Scope
from contextfs.domain.session import Message, Session
from contextfs.errors import AmbiguousId, SessionNotFound
from contextfs.store import (
    changes,
    current,
    lexical,
    messages,
    namespaces,
    sessions,
    touched,
    vectors,
    windows,
)
from contextfs.store.filters import Condition, namespace_numbers, row_ranges
from contextfs.store.lexical import Dissected
from contextfs.store.rows import SELECT, memory_of_row
from contextfs.store.sessions import ANY, Wanted
from contextfs.store.sql import fetch, value
from contextfs.store.vectors import Scanned
from contextfs.store.view import View, Visible

_HEX = frozenset("0123456789abcdef")
_LONGEST = 32


PLACE = "place"
"""The key under which a window says at which message it begins; 0 is the label and the summary."""


class Conversations(View):
    """The sessions as they stand at one moment."""

    _wanted: Wanted = ANY

    @classmethod
    def of(cls, view: View) -> Conversations:
        """The sessions at the moment of a view."""
        return cls(*view.moment)

    def asked(self, wanted: Wanted) -> Conversations:
        """The same, of which search sees the sessions that are wanted only."""
        other = Conversations(self._connection, self._cache)
        other._wanted = wanted
        return other

    # ── headings and messages ───────────────────────────────────────────────────────────────────────────────────

    def resolve_session(self, prefix: str, *, gone: bool = False) -> str:
        """The full id of a unique prefix; `gone` also finds deleted ones. Raises SessionNotFound, AmbiguousId."""
        wanted = str(prefix).strip().lower()
        if not MIN_PREFIX <= len(wanted) <= _LONGEST or not _HEX.issuperset(wanted):
            raise SessionNotFound(
                f"No session has the label {prefix!r}, and an id has {MIN_PREFIX} to 32 characters of 0-9 and a-f."
            )
        found = self.session_ids(wanted, gone=gone)
        if len(found) > 1:
            shown = ", ".join(name[: max(8, len(wanted) + 2)] for name in found[:5])
            raise AmbiguousId(f"{prefix!r} fits several sessions: {shown}{' and more' if found[5:] else ''}.")
        if not found:
            raise self._no_session(prefix, wanted)
        return found[0]

    def session_ids(self, prefix: str, *, gone: bool = False) -> list[str]:
        """Up to six ids of sessions that begin so; none for what cannot begin an id. `gone` also finds deleted ones."""
        wanted = prefix.strip().lower()
        if not MIN_PREFIX <= len(wanted) <= _LONGEST or not _HEX.issuperset(wanted):
            return []
        if gone:
            return changes.subjects_by_prefix(self._connection, wanted, 6, "session")
        return sessions.ids_by_prefix(self._connection, wanted, 6)

    def deleted_labelled(self, label: str) -> list[str]:
        """The ids of deleted sessions that had this label, the last changed first."""
        found = changes.sessions_once_labelled(self._connection, label) if label else []
        return [one for one in found if self.standing(one) == "deleted"]

    def once_labelled(self, label: str) -> str:
        """The id of the one session, deleted ones included, with this label; "" when there is none.

        Raises AmbiguousId for several, and where the label also begins the id of another session.
        """
        name = label.strip()
        here = [one.id for one in self.sessions_labelled(name)]
        ids = list(dict.fromkeys((*here, *self.deleted_labelled(name))))
        also = [] if len(name) == _LONGEST else self.session_ids(name, gone=True)
        if ids and len({*ids, *also}) > 1:
            shown = ", ".join(one[:8] for one in dict.fromkeys((*ids, *also)))
            raise AmbiguousId(
                f"{label!r} fits several sessions: {shown}.", hint="Give the id of the one meant."
            )
        return ids[0] if ids else ""

    def just_ended(self, recorder: Recorder, since: int) -> str:
        """The id of the session of this recorder that ended last, not before a moment; "" when there is none."""
        return current.just_ended(self._connection, recorder, since)

    def open_sessions(self, namespace: str, since: int) -> list[str]:
        """The ids of the sessions of a namespace that are going on, whoever records them."""
        return current.every_open(self._connection, namespace, since)

    def _no_session(self, prefix: str, wanted: str) -> SessionNotFound:
        gone = changes.subjects_by_prefix(self._connection, wanted, 1, "session")
        if not gone:
            return SessionNotFound(f"No session has an id that begins with {prefix!r}.")
        if changes.is_purged(self._connection, gone[0]):
            return SessionNotFound(f"Session {gone[0][:8]} was erased; nothing of it is left.")
        return SessionNotFound(
            f"Session {gone[0][:8]} was deleted.",
            hint=f"Bring it back with: contextfs session restore {gone[0][:8]}",
        )

    def standing(self, subject: str) -> str:
        """Of a full id: ``new``, ``here``, ``deleted`` or ``erased``."""
        return next(iter(self.standings([subject]).values()))

    def standings(self, subjects: Sequence[str]) -> dict[str, str]:
        """Of several full ids what `standing` says of one."""
        found: dict[str, str] = {}
        for start in range(0, len(subjects), messages.SLICE):
            group = [bytes.fromhex(one) for one in subjects[start : start + messages.SLICE]]
            found.update(sessions.standings(self._connection, group))
        return {subject: found.get(subject, "new") for subject in subjects}

    def session(self, subject: str) -> Session | None:
        """The heading of the session of this full id."""
        found = sessions.by_id(self._connection, subject)
        return found[1] if found else None

    def sessions(self, subjects: Sequence[str]) -> dict[str, Session]:
        """The headings of these ids, those that are there."""
        return sessions.by_ids(self._connection, subjects)

    def sessions_labelled(self, label: str) -> list[Session]:
        """The sessions with this label, the latest first."""
        return sessions.labelled(self._connection, label)

    def select_sessions(self, wanted: Wanted, scope: Scope, limit: int, offset: int = 0) -> list[Session]:
        """The sessions in scope that were asked for, the latest begun first."""
        return sessions.select(self._connection, wanted, scope, limit, offset)

    def messages_of(self, subject: str, after: int = 0, limit: int = -1) -> list[Message]:
        """The messages of a session in their order."""
        return messages.of_session(self._connection, subject, after, limit)

    def known_messages(self, ids: Sequence[str]) -> set[str]:
        """Those of these full ids of messages that are stored, in whatever session."""
        found: set[str] = set()
        for start in range(0, len(ids), messages.SLICE):
            group = [bytes.fromhex(one) for one in ids[start : start + messages.SLICE]]
            marks = ", ".join("?" * len(group))
            rows = fetch(self._connection, f"SELECT id FROM message WHERE id IN ({marks})", group)
            found.update(row[0].hex() for row in rows)
        return found

    def touched_by(self, subject: str) -> list[str]:
        """The paths that a session touched, the latest first."""
        return touched.of_session(self._connection, subject)

    def touching(self, paths: Collection[str], limit: int) -> list[tuple[Session, str]]:
        """The sessions that touched any of these paths, the latest first, each with the path."""
        found = touched.sessions_touching(self._connection, paths, limit)
        headings = self.sessions([subject for subject, _ in found])
        return [(headings[subject], path) for subject, path in found if subject in headings]

    def memories_of_session(self, subject: str) -> list[Memory]:
        """The memories that were saved while this session was going on, in their order."""
        rows = fetch(
            self._connection,
            f"{SELECT} WHERE session_id = ? AND session_id <> '' ORDER BY created_at, row",
            (subject,),
        )
        return [memory_of_row(row) for row in rows]

    # ── windows ─────────────────────────────────────────────────────────────────────────────────────────────────

    def visible(self, filters: Filters, scope: Scope, *, without: AbstractSet[str] = frozenset()) -> Visible:  # noqa: ARG002 - what is filtered by is `asked`
        """The windows that a query may see."""
        numbers = namespace_numbers(self._connection, scope)
        if self._wanted == ANY:
            return Visible(numbers, None, set())
        where = sessions.where_of(self._connection, self._wanted, scope)
        rows = fetch(
            self._connection,
            f"SELECT row FROM turn_window WHERE session IN (SELECT id FROM session WHERE {where.sql})",
            where.params,
        )
        return Visible(numbers, {row[0] for row in rows}, set())

    def memories(self, rows: Sequence[int]) -> dict[int, Memory]:
        """These windows in the form in which search weighs what it found: the row as id, the place as metadata."""
        marks = ", ".join(map(str, rows))
        found = fetch(
            self._connection,
            f"SELECT turn_window.row, session, first, label, active_at FROM turn_window JOIN session ON id = session"
            f" WHERE turn_window.row IN ({marks})",
        )
        return {
            row: Memory(
                content=windows.window_text(self._connection, row),
                id=str(row),
                type=MemoryType.EPISODIC,
                summary="" if first else label,
                session_id=session.hex(),
                metadata={PLACE: first},
                created_at=Timestamp.from_micros(active),
            )
            for row, session, first, label, active in found
        }

    def window_texts(self, rows: Sequence[int]) -> dict[int, str]:
        """What was said in these windows; those that are gone are left out."""
        found = {row: windows.window_text(self._connection, row) for row in rows}
        return {row: text for row, text in found.items() if text}

    def windows_waiting(self, identity: str, limit: int) -> list[int]:
        """Windows without a vector of this provider."""
        return windows.windows_waiting(self._connection, identity, limit)

    # ── what search asks, of windows ────────────────────────────────────────────────────────────────────────────

    def dissect(
        self, expression: str, weights: Sequence[float], visible: Visible, limit: int
    ) -> list[Dissected]:
        """The windows with messages that match an FTS5 expression, what their messages hold counted together."""
        if visible.empty or not expression:
            return []
        where = row_ranges("rowid", visible.numbers)
        if visible.allowed is not None:
            where = _messages_of(visible.allowed)
        found = lexical.dissect(self._connection, expression, weights, where, limit, lexical.MESSAGES)
        return self._together(found, visible)

    def _together(self, found: Sequence[Dissected], visible: Visible) -> list[Dissected]:
        windows = self._windows_of([one.row for one in found])
        merged: dict[int, Dissected] = {}
        for one in found:
            row = windows.get(one.row)
            if row is None or (visible.allowed is not None and row not in visible.allowed):
                continue
            merged[row] = _sum(merged[row], one) if row in merged else one._replace(row=row)
        return list(merged.values())

    def _windows_of(self, rows: Sequence[int]) -> dict[int, int]:
        """Row of a message or a heading -> row of its window."""
        marks = ", ".join(map(str, rows))
        found = fetch(
            self._connection,
            "SELECT message.row, (SELECT turn_window.row FROM turn_window WHERE turn_window.session = message.session"
            f" AND first > 0 AND first <= place ORDER BY first DESC LIMIT 1) FROM message WHERE row IN ({marks})"
            f" UNION ALL SELECT row, row FROM turn_window WHERE first = 0 AND row IN ({marks})",
        )
        return {row: window for row, window in found if window is not None}

    def document_frequencies(self, stems: Iterable[str]) -> dict[str, int]:
        """How many messages hold each stem."""
        return lexical.document_frequencies(self._connection, stems, lexical.MESSAGES)

    def total(self) -> int:
        """How many messages there are."""
        return int(value(self._connection, "SELECT coalesce(sum(length), 0) FROM session"))

    def seen(self, visible: Visible) -> int:
        """About how many windows a query may see."""
        if visible.allowed is not None:
            return len(visible.allowed)
        return namespaces.total(self._connection, visible.numbers, vectors.MESSAGE)

    def scan(self, identity: str, code: bytes, visible: Visible, limit: int) -> list[Scanned]:
        """The windows nearest to a query code by one provider's vectors, best first."""
        provider = vectors.provider_number(self._connection, identity, vectors.MESSAGE)
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
        """The float16 vectors of these windows by one provider."""
        provider = vectors.provider_number(self._connection, identity, vectors.MESSAGE)
        return {} if provider is None else vectors.halves(self._connection, provider, rows)

    def waiting(self, identity: str, scope: Scope) -> int:
        """How many windows in scope have no vector of this provider."""
        numbers = namespace_numbers(self._connection, scope)
        return vectors.waiting(self._connection, identity, numbers, vectors.MESSAGE)

    def vector_identities(self) -> list[str]:
        """The providers that have vectors of windows."""
        return vectors.identities(self._connection, vectors.MESSAGE)

    def frequent_rows(self) -> int:
        """How many messages there were when the frequent stems were counted."""
        return lexical.frequent_rows(self._connection, lexical.MESSAGES)


def _messages_of(windows: AbstractSet[int]) -> Condition:
    """The messages of the sessions of these windows, and their headings."""
    listed = f"[{','.join(map(str, windows))}]"
    return Condition(
        "+rowid IN (SELECT value FROM json_each(?) UNION ALL SELECT message.row FROM message WHERE session IN"
        " (SELECT session FROM turn_window WHERE row IN (SELECT value FROM json_each(?))))",
        (listed, listed),
    )


def _sum(left: Dissected, right: Dissected) -> Dissected:
    """Two messages of one window as one text."""
    hits = array("f", (one + other for one, other in zip(left.hits, right.hits, strict=True)))
    return Dissected(left.row, left.size + right.size, left.labels | right.labels, hits)

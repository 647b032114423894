"""Transcripts: a conversation that an importer reads becomes a session here, under an id that every import gives it.

Turns come as a stream and are recorded some at a time, so that an export of any size fits, and an interrupted import
leaves a beginning that the next one goes on from.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from contextfs.api import recording
from contextfs.api.engine import Engine, now
from contextfs.api.placing import place_of
from contextfs.domain.change import Patch
from contextfs.domain.clock import Timestamp
from contextfs.domain.digest import digest
from contextfs.domain.imported import Options, Taken
from contextfs.domain.namespaces import GLOBAL
from contextfs.domain.session import ROLES, Message, Session
from contextfs.domain.session_state import KIND, START
from contextfs.domain.transcript import Heading, Transcript, Turn
from contextfs.errors import InvalidInput
from contextfs.exchange.source import Source
from contextfs.store.conversations import Conversations

VERB = "import"
LIVE = "hook"
"""The recording client of a session that is captured while it goes on."""
_GROUP, _GROUP_CHARACTERS = 2000, 4_000_000
"""How much of a conversation is held at a time."""
_TOGETHER, _TOGETHER_CHARACTERS = 300, 300_000
"""How much of several conversations is written in one transaction, so that a save in between waits little."""
_LABEL = 80
_LINE = 400

Progress = Callable[[int, int], None]


def session_id(tool: str, key: str) -> str:
    """The id that a conversation has at every import and on every machine."""
    return digest(f"session\0{tool}\0{key}")[:32]


def message_id(session: str, key: str) -> str:
    """The id that a message of a conversation has at every import."""
    return digest(f"message\0{session}\0{key}")[:32]


def take_conversation(
    engine: Engine,
    source: Source,
    format_name: str,
    transcript: Transcript,
    options: Options,
    *,
    batch: str = "",
    default: str = GLOBAL,
    live: bool = False,
    progress: Progress | None = None,
) -> Taken:
    """Take in the conversations of a transcript; those that say no directory go to the namespace `default`.

    A `live` one goes on: its session stays open until whoever takes it in ends it.
    """
    given = {"batch": batch, "default": default}
    intake = _Intake(engine, source, format_name, options, **given, live=live, progress=progress)
    intake.run(transcript)
    return intake.taken()


class _Open(NamedTuple):
    """The conversation that is being read."""

    heading: Heading
    id: str
    standing: str
    """``new``, ``here``, ``deleted`` or ``erased``."""


class _Intake:
    """One source while its conversations are taken in."""

    def __init__(
        self,
        engine: Engine,
        source: Source,
        format_name: str,
        options: Options,
        *,
        batch: str,
        default: str,
        live: bool,
        progress: Progress | None,
    ) -> None:
        self._engine, self._source, self._format, self._options = engine, source, format_name, options
        self._batch, self._default, self._progress = batch, default, progress
        self._redact = recording.redactor(engine)
        self._live, self._verb = live, START if live else VERB
        self._open: _Open | None = None
        self._turns: list[Turn] = []
        self._characters = 0
        self._first_said = ""
        self._waiting: list[tuple[Session, Mapping[str, Turn]]] = []
        self._waiting_turns = self._waiting_characters = 0
        self._states: dict[str, str] = {}
        self._notes: list[str] = []
        self._counts: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()
        self._namespaces: Counter[str] = Counter()

    def run(self, transcript: Transcript) -> None:
        """Read it to its end."""
        for one in self._readable(transcript):
            if isinstance(one, Turn):
                self._take(one)
            elif isinstance(one, Heading):
                self._head(one)
            else:
                self._unread[one.kind] += 1
        self._flush(last=True)
        self._write_waiting()

    def taken(self) -> Taken:
        """What came of it."""
        states = Counter(self._states.values())
        return Taken(
            self._source.name,
            self._format,
            "conversation",
            sessions=states["new"],
            grown=states["grown"],
            same=states["here"],
            messages=self._counts["messages"],
            redacted=self._counts["redacted"],
            deleted=states["deleted"],
            erased=states["erased"],
            unread=dict(self._unread),
            namespaces=dict(self._namespaces),
            ids=list(self._states),
            notes=self._notes,
        )

    def _readable(self, transcript: Transcript) -> Transcript:
        """As much of the transcript as can be read; where it is damaged is noted, unless nothing came before."""
        try:
            yield from transcript
        except InvalidInput as error:
            if not self._open:
                raise
            self._notes.append(error.message)

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, turn: Turn) -> None:
        if not self._open:
            self._unread["turn before any conversation"] += 1
        elif self._open.standing not in {"deleted", "erased"}:
            self._turns.append(turn)
            self._characters += len(turn.content)
            if len(self._turns) >= _GROUP or self._characters >= _GROUP_CHARACTERS:
                self._flush()
        else:
            self._states.setdefault(self._open.id, self._open.standing)

    def _head(self, heading: Heading) -> None:
        if self._open and self._open.heading.key == heading.key:  # the same again says more about it
            self._open = self._open._replace(heading=_fuller(self._open.heading, heading))
            return
        self._flush(last=True)
        subject = session_id(heading.tool, heading.key)
        self._open = _Open(heading, subject, self._standing(subject))
        self._first_said = ""

    def _standing(self, subject: str) -> str:
        known = self._states.get(subject)
        if known:
            return "here" if known in {"new", "grown"} else known
        with self._engine.store.reading() as view:
            found = Conversations.of(view).standing(subject)
        if found == "deleted" and self._options.again:
            return self._brought_back(subject)
        return found

    def _brought_back(self, subject: str) -> str:
        if not self._options.dry_run:
            author, back = self._engine.workspace.author, {subject: self._alive}
            self._engine.door.write(
                self._verb, author, lambda _: back, screened=False, batch=self._batch, kind=KIND
            )
            recording.catch_up(self._engine)
        self._states[subject] = "grown"
        return "here"

    @property
    def _alive(self) -> Patch:
        """What brings a deleted session back, to the namespace that was asked for if one was."""
        asked = self._options.namespace
        return {"deleted": None, "namespace": asked} if asked else {"deleted": None}

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _flush(self, *, last: bool = False) -> None:
        """Record what was read; the heading is put in order when its conversation is over."""
        turns, self._turns, self._characters = self._turns, [], 0
        if self._progress:
            self._progress(self._source.position, self._source.size)
        if not self._open or self._open.standing in {"deleted", "erased"}:
            return
        went_before = self._open.standing == "here"
        if turns:
            self._first_said = self._first_said or _first_line(turns)
            self._record(self._open, turns)
        if last and went_before:
            self._entitle(self._open)

    def _record(self, open_: _Open, turns: list[Turn]) -> None:
        messages = {message_id(open_.id, turn.key): turn for turn in turns}
        new, session = dict(messages), self._session(open_, turns)
        if open_.standing == "here":
            self._write_waiting()
            with self._engine.store.reading() as view:
                conversations = Conversations.of(view)
                known = conversations.known_messages(list(messages))
                session = _not_before(session, conversations.session(open_.id))
            new = {name: turn for name, turn in messages.items() if name not in known}
        if new:
            self._write(session, new)
            if self._states.get(open_.id, "here") == "here":
                self._states[open_.id] = "new" if open_.standing == "new" else "grown"
                self._namespaces[session.namespace] += 1
        self._states.setdefault(open_.id, "here")
        self._open = open_._replace(standing="here")

    def _write(self, session: Session, new: Mapping[str, Turn]) -> None:
        self._counts["messages"] += len(new)
        characters = sum(len(turn.content) for turn in new.values())
        if self._options.dry_run:
            self._counts["redacted"] += sum(self._redact(turn.content)[1] for turn in new.values())
        elif len(new) > _TOGETHER or characters > _TOGETHER_CHARACTERS:
            done = recording.record(self._engine, session, _messages(new), verb=self._verb, batch=self._batch)
            self._counts["redacted"] += done.redacted
        else:
            full = self._waiting_characters + characters > _TOGETHER_CHARACTERS
            if full or self._waiting_turns + len(new) > _TOGETHER:
                self._write_waiting()
            self._waiting.append((session, new))
            self._waiting_turns += len(new)
            self._waiting_characters += characters

    def _write_waiting(self) -> None:
        """Write the short conversations that were read, all in one transaction."""
        together = [(session, _messages(new)) for session, new in self._waiting]
        self._waiting, self._waiting_turns, self._waiting_characters = [], 0, 0
        if together:
            found = recording.record_together(self._engine, together, verb=self._verb, batch=self._batch)
            self._counts["redacted"] += found

    def _session(self, open_: _Open, turns: Iterable[Turn]) -> Session:
        heading, options = open_.heading, self._options
        place = place_of(heading, self._default)
        times = [turn.at for turn in turns if turn.at]
        began = min([heading.started_at or _first(times) or self._file_time(), *times[:1]])
        origin = {"format": self._format, "from": self._source.base}
        ended = None if self._live else Timestamp.of(max([began, heading.ended_at or began, *times]))
        return Session(
            id=open_.id,
            client=LIVE if self._live else "",
            tool=_line(heading.tool),
            label=self._label(heading),
            summary=self._without_secrets(heading.summary)[: _GROUP_CHARACTERS // 100],
            summarized_by=_line(heading.tool) if heading.summary.strip() else "",
            started_at=Timestamp.of(began),
            ended_at=ended,
            namespace=options.namespace or place.namespace,
            source_repo=_line(place.repo),
            branch=_line(heading.branch),
            project=options.project,
            metadata={**heading.metadata, "captured" if self._live else "imported": origin},
        )

    def _label(self, heading: Heading) -> str:
        text = _line(heading.title) or self._first_said
        return self._without_secrets(text)[:_LABEL].strip()

    def _without_secrets(self, text: str) -> str:
        return self._redact(text)[0]

    def _entitle(self, open_: _Open) -> None:
        """Give a session the title that came after its turns, unless somebody has given it one meanwhile."""
        title = self._label(open_.heading)
        guess = self._label(open_.heading._replace(title=""))
        with self._engine.store.reading() as view:
            known = Conversations.of(view).session(open_.id)
        if (
            known
            and not self._options.dry_run
            and title
            and known.label != title
            and known.label in {guess, ""}
        ):
            author, patch = self._engine.workspace.author, {open_.id: {"label": title}}
            self._engine.door.write(
                self._verb, author, lambda _: patch, screened=False, batch=self._batch, kind=KIND
            )

    def _file_time(self) -> datetime:
        try:
            return Timestamp.from_micros(int(os.path.getmtime(self._source.path) * 1_000_000))
        except OSError:
            return now()


def _messages(turns: Mapping[str, Turn]) -> list[Message]:
    """The turns as messages, under their ids."""
    return [
        Message(turn.role if turn.role in ROLES else "assistant", turn.content, turn.at, turn.metadata, name)
        for name, turn in turns.items()
    ]


def _not_before(session: Session, known: Session | None) -> Session:
    """The session as it goes on from what is known of it."""
    if known and known.ended_at and session.ended_at and known.ended_at > session.ended_at:
        return session._replace(started_at=known.started_at, ended_at=known.ended_at)
    return session


def _fuller(before: Heading, after: Heading) -> Heading:
    """Both as one; what the later one says holds."""
    told = {name: value for name, value in after._asdict().items() if value}
    return before._replace(**{**told, "metadata": {**before.metadata, **after.metadata}})


def _first(times: list[datetime]) -> datetime | None:
    return times[0] if times else None


def _first_line(turns: Iterable[Turn]) -> str:
    """How a person began the conversation, for one that has no title."""
    said: Iterator[str] = (turn.content.strip() for turn in turns if turn.role == "user")
    return _line(next(said, "").partition("\n")[0])


def _line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())[:_LINE]

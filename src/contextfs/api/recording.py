"""Recording: a session begins, gets its messages and ends; and whole conversations are taken in at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, cast

from contextfs.api.engine import Engine, now
from contextfs.capture.screen import redact, refuse, secrets_in
from contextfs.domain.change import Patch
from contextfs.domain.clock import Timestamp, new_id, to_micros
from contextfs.domain.search import Scope
from contextfs.domain.session import Message, Session
from contextfs.domain.session_state import END, KIND, START, state_of
from contextfs.domain.summary import Summary
from contextfs.errors import InvalidInput, SessionNotFound
from contextfs.lazy import Later
from contextfs.sessions.recorder import SessionEdit, checked, clean, cleaned, edited, ended, message_of
from contextfs.store.conversations import Conversations
from contextfs.store.messages import ready, slices
from contextfs.store.sessions import ANY
from contextfs.store.view import View

if TYPE_CHECKING:
    from contextfs.api import summaries
    from contextfs.capture import screen_many
else:  # only what ends a session, and only what takes in many messages
    summaries = Later("contextfs.api.summaries")
    screen_many = Later("contextfs.capture.screen_many")

CURRENT = "current"
_WINDOWS = 20
"""Windows whose vectors leave in one transaction, so that a save in between waits for milliseconds only."""
_SCREENED, _MANY = 200, 40
"""Messages that are looked through for secrets at once, and how few are quicker looked through one by one."""
_PREPARED = 400
"""Messages made ready at a time, so that a whole export is never held in memory."""

Progress = Callable[[int], None]


class Recorded(NamedTuple):
    """What taking in a conversation did."""

    session: Session
    added: int
    """Messages that were not there before."""
    redacted: int
    """Secrets that were taken out of them."""
    known: int
    """Messages that were there already."""


# ── the current session ─────────────────────────────────────────────────────────────────────────────────────────────


def current(engine: Engine, view: View) -> str:
    """The id of the session that is going on here; "" when there is none."""
    return view.current_session(engine.recorder, engine.idle_since())


def begin(engine: Engine, *, tool: str | None, label: str, **more: object) -> Session:
    """Begin a session; the one that this recorder had going on ends with it."""
    session = _heading(engine, tool=tool, label=label, **more)
    with engine.store.reading() as view:
        before = Conversations.of(view).session(current(engine, view))
    batch = new_id()
    own = str(more.get("client") or engine.recorder.client)
    if before is not None and (before.client == own or (not own and before.client == engine.workspace.tool)):
        finish(engine, before, quick=True, batch=batch)
    engine.began[own] = session.id
    _write(engine, START, {session.id: state_of(session)}, batch=batch, screened=True)
    return _read(engine, session.id)


def _heading(engine: Engine, *, tool: str | None, label: str, **more: object) -> Session:
    here = engine.workspace
    unknown = [name for name in more if name not in ("project", "metadata", "namespace", "client")]
    if unknown:
        raise InvalidInput(
            f"A session cannot start with {unknown[0]!r}.", hint="It takes tool, label, project."
        )
    given = {name: value for name, value in more.items() if value is not None}
    session = Session(
        id=new_id(),
        tool=tool or here.tool,
        label=label,
        started_at=now(),
        namespace=here.namespace,
        source_repo=here.repo,
        branch=here.branch,
        project=here.project,
        client=engine.recorder.client or ("" if tool in (None, "", here.tool) else here.tool),
    )
    return checked(session._replace(**given))


def going_on(engine: Engine) -> Session:
    """The current session, begun now if there is none."""
    with engine.store.reading() as view:
        session = Conversations.of(view).session(current(engine, view))
    return session or begin(engine, tool=None, label="")


def add(engine: Engine, role: object, content: object, at: datetime | None, metadata: object) -> Message:
    """Add a message to the current session; secrets in it are replaced by what they were."""
    message = message_of(role, content, metadata)._replace(at=Timestamp.of(at) if at else now())
    (kept,) = cleaned([message], redactor(engine), [])
    while engine.store.append_messages(going_on(engine).id, [ready(kept)]) is None:
        engine.began.pop(engine.recorder.client, None)  # somebody deleted the session meanwhile
    return kept


def finish(
    engine: Engine,
    session: Session,
    *,
    summary: Summary | None = None,
    label: str | None = None,
    quick: bool = False,
    verb: str = END,
    batch: str = "",
    at: datetime | None = None,
) -> Session:
    """End a session, with a summary worked out now unless one is given."""
    made = summary or summary_of(engine, session, label=label, quick=quick)
    moment = Timestamp.of(at) if at else now()
    _change(engine, verb, session.id, lambda one: ended(one, made, label, moment), batch=batch)
    _forget(engine, session.id)
    return _read(engine, session.id)


def summary_of(engine: Engine, session: Session, *, label: str | None = None, quick: bool = False) -> Summary:
    """What is left of a session when it is over."""
    with engine.store.reading() as view:
        messages = Conversations.of(view).messages_of(session.id)
    return summaries.summary_of(engine, messages, label=label or session.label, quick=quick)


def end(engine: Engine, *, generate_summary: bool, label: str | None) -> Session:
    """End the current session, begun now if there is none."""
    if label and _screened(engine, True):
        refuse({"label": label})
    session = going_on(engine)
    if generate_summary:
        return finish(engine, session, label=label)
    _change(engine, END, session.id, lambda one: ended(one, None, label, now()))
    _forget(engine, session.id)
    return _read(engine, session.id)


def _forget(engine: Engine, subject: str) -> None:
    """Record no more into a session that was begun here."""
    for client in [client for client, name in engine.began.items() if name == subject]:
        del engine.began[client]


# ── changing and deleting ───────────────────────────────────────────────────────────────────────────────────────────


def update(engine: Engine, which: str | None, fields: Mapping[str, object]) -> Session:
    """Change the heading of a session, of the current one when none is named."""
    unknown = [name for name in fields if name not in SessionEdit._fields]
    if unknown:
        raise InvalidInput(
            f"A session has no field {unknown[0]!r}.", hint="It has: " + ", ".join(SessionEdit._fields)
        )
    edit = SessionEdit(**fields)  # type: ignore[arg-type]
    subject = going_on(engine).id if which in (None, "", CURRENT) else _resolved(engine, str(which))
    forget_vectors(engine, subject if edit.namespace else "")
    _change(engine, "update", subject, lambda one: edited(one, edit), screened=True)
    catch_up(engine)
    return _read(engine, subject)


def delete(engine: Engine, which: str) -> Session:
    """Delete a session and return what it was; its messages leave every index and stay as history until `erase`."""
    session = _read(engine, _resolved(engine, which))
    forget_vectors(engine, session.id)
    _change(engine, "delete", session.id, lambda _: {"deleted": True})
    return session


def forget_vectors(engine: Engine, subject: str) -> None:
    """Take the vectors out first, some at a time: they are most of the work, and can be made again."""
    while subject and engine.store.drop_window_vectors(subject, _WINDOWS):
        pass


def catch_up(engine: Engine) -> None:
    """Index what came back or moved, some messages at a time."""
    while engine.store.index_behind():
        pass


def move_all(engine: Engine, source: str, target: str, batch: str) -> None:
    """Take the sessions of one namespace along into another, one in each transaction."""
    while True:
        with engine.store.reading() as view:
            found = Conversations.of(view).select_sessions(ANY, Scope((source,)), 1)
        if not found:
            return
        subject = found[0].id
        forget_vectors(engine, subject)
        _change(engine, "move", subject, lambda _: {"namespace": target}, batch=batch)
        catch_up(engine)


# ── whole conversations ─────────────────────────────────────────────────────────────────────────────────────────────


def record(
    engine: Engine,
    session: Session,
    messages: Iterable[Message],
    *,
    verb: str = "import",
    batch: str = "",
    progress: Progress | None = None,
) -> Recorded:
    """Take in a conversation under its own id: the heading if it is new or has grown, and the messages that are new.

    Written in slices, each whole and durable; a kill in between leaves the first ones. Raises SessionNotFound for
    a session that was deleted or erased.
    """
    _put_headings(engine, [checked(session)], verb, batch)
    counts: list[int] = []
    given = added = 0
    for group in slices(map(ready, _cleaned(engine, messages, counts))):
        done = engine.store.append_messages(session.id, group)
        if done is None:
            raise SessionNotFound(f"Session {session.short_id} was deleted meanwhile.")
        given, added = given + len(group), added + done
        if progress:
            progress(given)
    return Recorded(_read(engine, session.id), added, sum(counts), given - added)


def record_together(
    engine: Engine,
    given: Iterable[tuple[Session, Iterable[Message]]],
    *,
    verb: str = "import",
    batch: str = "",
) -> int:
    """Take in several short conversations in one transaction, which is most of the time; returns the secrets replaced.

    Everything is made ready before the store is locked. Raises SessionNotFound as `record` does.
    """
    counts: list[int] = []
    sized = [(checked(one), list(said)) for one, said in given]
    every = map(ready, _cleaned(engine, (message for _, said in sized for message in said), counts))
    prepared = [(session, list(islice(every, len(said)))) for session, said in sized]
    with engine.store.alone():
        _put_headings(engine, [session for session, _ in prepared], verb, batch)
        for session, group in prepared:
            engine.store.append_messages(session.id, group)
    return sum(counts)


def _cleaned(engine: Engine, given: Iterable[Message], counts: list[int]) -> Iterator[Message]:
    """Messages without their secrets; many at a time are looked through at once, which most of them are done with."""
    redact, rest = redactor(engine), iter(given)
    while group := list(islice(rest, _SCREENED)):
        if len(group) < _MANY or not engine.settings.flag("secrets.refuse"):
            yield from cleaned(group, redact, counts)
            continue
        marked = screen_many.rules_by_text([message.content for message in group])
        for number, message in enumerate(group):
            doubtful = number in marked or message.metadata
            kept, found = clean(message, redact if doubtful else _let_through)
            counts.append(found)
            yield kept


def _let_through(text: str) -> tuple[str, int]:
    return text, 0


def _put_headings(engine: Engine, sessions: Iterable[Session], verb: str, batch: str) -> None:
    """Write the headings that are new, and of the others when they ended."""
    wanted = [(session, state_of(session)) for session in sessions]

    def plan(view: View) -> Mapping[str, Patch]:
        known = Conversations.of(view).sessions([session.id for session, _ in wanted])
        patches: dict[str, Patch] = {}
        _refuse_gone(view, [session.id for session, _ in wanted if session.id not in known])
        for session, state in wanted:
            there = known.get(session.id)
            if there is None:
                patches[session.id] = state
            elif session.ended_at and session.ended_at > (
                there.ended_at or there.started_at or session.ended_at
            ):
                patches[session.id] = {"ended_at": to_micros(session.ended_at)}
        return patches

    engine.door.write(verb, engine.workspace.author, plan, screened=False, batch=batch, kind=KIND)


def _refuse_gone(view: View, subjects: Sequence[str]) -> None:
    for subject, standing in Conversations.of(view).standings(subjects).items():
        if standing != "new":
            raise SessionNotFound(f"Session {subject[:8]} was {standing}.", hint="It is not taken in again.")


def redactor(engine: Engine) -> Callable[[str], tuple[str, int]]:
    """What takes the secrets out of a text; nothing where the settings let them through."""
    if not engine.settings.flag("secrets.refuse"):
        return lambda text: (text, 0)

    def without_secrets(text: str) -> tuple[str, int]:
        found = len(secrets_in(text))
        return (redact(text), found) if found else (text, 0)

    return without_secrets


# ── the write door ──────────────────────────────────────────────────────────────────────────────────────────────────


def _change(
    engine: Engine,
    verb: str,
    subject: str,
    patch_of: Callable[[Session], Patch],
    *,
    batch: str = "",
    screened: bool = False,
) -> None:
    def plan(view: View) -> Mapping[str, Patch]:
        session = Conversations.of(view).session(subject)
        if session is None:
            raise SessionNotFound(f"Session {subject[:8]} does not exist any more.")
        patch = patch_of(session)
        return {subject: patch} if patch else {}

    engine.door.write(verb, engine.workspace.author, plan, screened=_screened(engine, screened), batch=batch)


def _write(engine: Engine, verb: str, patches: Mapping[str, Patch], *, batch: str, screened: bool) -> None:
    screened = _screened(engine, screened)
    author = engine.workspace.author
    engine.door.write(verb, author, lambda _: patches, screened=screened, batch=batch, kind=KIND)


def _screened(engine: Engine, wanted: bool) -> bool:
    return wanted and engine.settings.flag("secrets.refuse")


def _resolved(engine: Engine, prefix: str) -> str:
    with engine.store.reading() as view:
        return Conversations.of(view).resolve_session(prefix)


def _read(engine: Engine, subject: str) -> Session:
    with engine.store.reading() as view:
        return cast("Session", Conversations.of(view).session(subject))

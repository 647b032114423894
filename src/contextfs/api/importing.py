"""Importing: everything that was named is read by the importers and taken in, file by file, as one action."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from shutil import copyfileobj
from tempfile import NamedTemporaryFile
from typing import IO, NamedTuple, cast

from contextfs.api import recording, saving
from contextfs.api.engine import Engine
from contextfs.api.finding import Gathered, gathered, on_this_machine
from contextfs.api.moving_in import take_in
from contextfs.api.transcripts import take_conversation
from contextfs.domain.clock import new_id
from contextfs.domain.digest import content_hash, digest
from contextfs.domain.given import line_of, listed, text_of
from contextfs.domain.imported import Found, Imported, Options, Taken
from contextfs.domain.memory import Draft, Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.namespaces import namespace_name
from contextfs.errors import InvalidInput
from contextfs.exchange.importers.table import CONVERSATION, FORMATS, Format
from contextfs.exchange.source import Source
from contextfs.store.conversations import Conversations

_MARK = "import:"
_TAIL = 4096
_EDITION = "1"
"""Changes when the readers do, so that files are read again that were read by older ones."""
_CHECKED = 8
"""Sessions of an unchanged file that are looked up, since somebody may have deleted them."""

Progress = Callable[[int, int], None]


def import_files(
    engine: Engine, given: Iterable[object], options: Options, *, progress: Progress | None = None
) -> Imported:
    """Take in files, folders and archives; one that cannot be read is named and does not stop the others."""
    with ExitStack() as kept:
        what = gathered([_named(one, kept) for one in given], options.format)
        return _imported(engine, what, options, progress)


def _named(given: object, kept: ExitStack) -> Source | str:
    """What somebody named, as something to read: a path, or an open file, which is put on disk to be read twice."""
    if isinstance(given, os.PathLike):
        given = cast("os.PathLike[str]", given).__fspath__()
    if isinstance(given, str):
        if not given or "\0" in given:
            raise InvalidInput(f"{given!r} is no path.", hint="Name a file or a folder.")
        return given
    if not hasattr(given, "read"):
        raise InvalidInput(
            f"{given!r} cannot be imported.", hint="Give paths, or files opened with mode 'rb'."
        )
    file = kept.enter_context(NamedTemporaryFile(prefix="contextfs-import-", delete=False))  # noqa: SIM115
    kept.callback(os.unlink, file.name)
    copyfileobj(cast("IO[bytes]", given), file)
    file.close()
    return Source("standard input", file.name, base="")


def _imported(engine: Engine, what: Gathered, options: Options, progress: Progress | None) -> Imported:
    done = _Import(engine, options, progress, sum(source.size for source, _ in what.found))
    done.run(what.found)
    refused = (*what.refused, *done.refused)
    return Imported(done.taken, refused, options.dry_run, stopped=done.stopped, passed=what.passed)


class _Import:
    """One import of many sources; `undo` takes it back as one action."""

    def __init__(self, engine: Engine, options: Options, progress: Progress | None, size: int) -> None:
        self._engine, self._options, self._progress, self._size = engine, options, progress, size
        self._batch = new_id()
        self._before = 0
        self.taken: list[Taken] = []
        self.refused: list[tuple[str, str]] = []
        self.stopped = False

    def run(self, found: Iterable[tuple[Source, Format]]) -> None:
        """Take in one source after the other, until the end or until somebody interrupts."""
        try:
            for source, row in found:
                try:
                    self.taken.append(self._take(source, row))
                except InvalidInput as error:
                    self.refused.append((source.name, error.message))
                self._before += source.size
                self._tell(0, 0)
        except KeyboardInterrupt:
            self.stopped = True

    def _tell(self, done: int, _of: int) -> None:
        if self._progress:
            self._progress(min(self._before + done, self._size), self._size)

    def _take(self, source: Source, row: Format) -> Taken:
        if row.kind != CONVERSATION:
            return take_in(self._engine, source, row, self._options)
        mark = _mark(source, row)
        if not self._options.again and self._is_unchanged(mark):
            return Taken(source.name, row.name, row.kind, unchanged=True)
        taken = take_conversation(
            self._engine,
            source,
            row.name,
            row.read(source),
            self._options,
            batch=self._batch,
            progress=self._tell,
        )
        if mark.value and not self._options.dry_run and not taken.notes:
            self._engine.store.remember(mark.key, mark.value + " " + " ".join(taken.ids[:_CHECKED]))
        return taken

    def _is_unchanged(self, mark: _Mark) -> bool:
        """Whether a file is what it was when it was last imported, and what came of it is still there."""
        if not mark.value:
            return False
        known = self._engine.store.remembered(mark.key)
        value, _, ids = known.partition(" ")
        if value != mark.value:
            return False
        with self._engine.store.reading() as view:
            return all(Conversations.of(view).standing(one) == "here" for one in ids.split())


class _Mark(NamedTuple):
    """What tells a file that has changed from one that has not; the value is empty for what is no file."""

    key: str
    value: str


def _mark(source: Source, row: Format) -> _Mark:
    if not source.base:  # what came through a pipe is not there the next time
        return _Mark("", "")
    key = _MARK + digest(os.path.abspath(source.path) + "\0" + source.member)[:32]
    try:
        about = os.stat(source.path)
        with open(source.path, "rb") as file:
            file.seek(max(0, about.st_size - _TAIL))
            tail = digest(file.read(_TAIL).decode("latin-1"))[:16]
    except OSError:
        return _Mark(key, "")
    return _Mark(key, f"{_EDITION}:{row.name}:{about.st_size}:{about.st_mtime_ns}:{tail}")


def discovered() -> list[Found]:
    """What the tools on this machine have kept."""
    return on_this_machine(os.environ)


def options(given: Mapping[str, object]) -> Options:
    """How to import; None leaves it to what the source says. Raises InvalidInput for what is no option."""
    unknown = [name for name in given if name not in Options._fields]
    if unknown:
        raise InvalidInput(
            f"An import has no option {unknown[0]!r}.", hint="It has: " + ", ".join(Options._fields)
        )
    found = Options(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    return found._replace(
        namespace=namespace_name(text_of("namespace", found.namespace)) if found.namespace else "",
        project=line_of("project", found.project),
        tags=listed("tags", found.tags),
        format=text_of("format", found.format),
    )


# ── a conversation in hand ──────────────────────────────────────────────────────────────────────────────────────


def import_conversation(
    engine: Engine, content: object, *, summary: str, tags: Sequence[str] | str | None, options: Options
) -> Memory:
    """Take in a conversation given as JSON, and keep what it was about as an episodic memory linked to it."""
    source = Source("the conversation", data=_bytes_of(content), base="")
    what = gathered([source], options.format)
    if not what.found or what.found[0][1].kind != CONVERSATION:
        raise _unreadable()
    row = what.found[0][1]
    default = options.namespace or engine.workspace.namespace
    batch = new_id()
    taken = take_conversation(
        engine, source, row.name, row.read(source), options, batch=batch, default=default
    )
    if not taken.ids:
        raise _unreadable()
    if taken.deleted or taken.erased:
        raise InvalidInput(
            f"This conversation was {'erased' if taken.erased else 'deleted'} here and is not taken in again."
        )
    return _kept(engine, taken, summary, tags, batch)


def _unreadable() -> InvalidInput:
    names = ", ".join(row.name for row in FORMATS if row.kind == CONVERSATION)
    return InvalidInput(
        "json_content holds no conversation that can be read.",
        hint=f'Give {{"messages": [{{"role": "user", "content": "…"}}]}}, or an export: {names}.',
    )


def _bytes_of(content: object) -> bytes:
    """The JSON of a conversation that was given as text, bytes, a mapping or a list."""
    if isinstance(content, str):
        return content.encode("utf-8", "surrogatepass")
    if isinstance(content, bytes | bytearray):
        return bytes(content)
    if isinstance(content, Mapping | list | tuple):
        try:
            return json.dumps(content, default=str).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidInput(f"json_content cannot be written as JSON: {error}.") from None
    raise InvalidInput(
        f"json_content must be JSON, as text or as mappings and lists, not {type(content).__name__}."
    )


def _kept(engine: Engine, taken: Taken, summary: str, tags: Sequence[str] | str | None, batch: str) -> Memory:
    """The memory of what the conversations were about, linked to the first of them."""
    with engine.store.reading() as view:
        sessions = Conversations.of(view).sessions(taken.ids)
    first = sessions[taken.ids[0]]
    told = summary.strip() or first.summary or recording.summary_of(engine, first).text
    draft = Draft(
        told,
        id=_id_of(engine, first.id, told),
        type=MemoryType.EPISODIC,
        tags=tags or (),
        summary=first.label,
        namespace=first.namespace,
        source_tool=first.tool,
        source_repo=first.source_repo or None,
        session_id=first.id,
        project=first.project or None,
        metadata={"sessions": list(taken.ids)} if len(taken.ids) > 1 else {},
    )
    return saving.put(engine, draft, batch=batch, apart=True).memory


def _id_of(engine: Engine, session: str, told: str) -> str:
    """The id that what is told of a conversation has at every import; none where that memory was erased."""
    name = digest(f"conversation\0{session}\0{content_hash(told).hex()}")[:32]
    with engine.store.reading() as view:
        return "" if view.folded(name).purged else name

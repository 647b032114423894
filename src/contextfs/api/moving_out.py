"""Moving out: memories as files that need no contextfs to be read: all that ever happened, Markdown, or a graph."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, cast

from contextfs.api.drafts import query_of
from contextfs.api.engine import Engine
from contextfs.api.lookup import scope_of
from contextfs.domain.change import Change, fold
from contextfs.domain.exported import Exported
from contextfs.domain.given import number
from contextfs.domain.memory import STATUSES, Memory
from contextfs.domain.memory_state import memory_of
from contextfs.domain.revisions import fold_at, revision_of
from contextfs.domain.search import Filters, Scope
from contextfs.errors import InvalidInput
from contextfs.exchange import manifest as manifests
from contextfs.exchange.exporters import archive, memory_server
from contextfs.exchange.exporters.tree import Shown, Then, Tree
from contextfs.store.view import View

FORMATS = {
    "jsonl": "all that ever happened to the memories and sessions, one change a line; nothing is lost",
    "markdown": "a folder of pages that people can read and edit",
    "memory-server": "the graph of the official MCP memory server (JSONL)",
}
_ALL = 1_000_000_000


class Choice(NamedTuple):
    """Which memories to export."""

    filters: Filters
    scope: Scope

    @property
    def narrowed(self) -> bool:
        """Whether anything but a namespace was asked for."""
        return self.filters != _ANY

    @property
    def name(self) -> str:
        """What tells this choice from another one."""
        return repr((self.filters, self.scope))


_ANY = Filters(statuses=STATUSES)
EVERYTHING = Choice(_ANY, Scope(None))


def export(
    engine: Engine, to: object, form: str, given: Mapping[str, object], *, force: bool = False
) -> Exported:
    """Write the memories that filters name to a folder, a file or a callable."""
    choice = choice_of(engine, given)
    if callable(to):
        form = form or "jsonl"
        _check_format(form, one_file=True)
        return Exported(lines=write_lines(engine, choice, form, to))
    path = os.fspath(cast("str", to))
    form = form or format_of(path)
    _check_format(form)
    if form == "markdown":
        return write_tree(engine, choice, path, force=force)
    return Exported(target=path, lines=write_file(engine, choice, form, path))


def format_of(path: str) -> str:
    """The format that a path speaks for: a folder gets Markdown, a file all that ever happened."""
    name = os.path.basename(path)
    return "markdown" if os.path.isdir(path) or not os.path.splitext(name)[1] else "jsonl"


def _check_format(form: str, *, one_file: bool = False) -> None:
    if form not in FORMATS:
        raise InvalidInput(f"There is no export format {form!r}.", hint=f"Formats: {', '.join(FORMATS)}")
    if one_file and form == "markdown":
        raise InvalidInput("Markdown is a folder of pages.", hint="Give the folder: --to DIR")


def choice_of(engine: Engine, given: Mapping[str, object]) -> Choice:
    """The memories that the filters of a search name; archived and expired ones belong to them."""
    filters = {"status": STATUSES, **{name: value for name, value in given.items() if value}}

    def scope(*, namespace: str | None, project: str, source_repo: str, all: bool) -> Scope:
        return scope_of(engine, namespace=namespace, project=project, source_repo=source_repo, everywhere=all)

    query = query_of("", 1, filters, scope)
    return Choice(query.filters, query.scope)


def follow(
    engine: Engine, directory: str, given: Mapping[str, object], interval: float
) -> Iterator[Exported]:
    """Keep a tree current: what was done at first, and whenever something was done since."""
    seconds = number("interval", interval, 0.05, 3600)
    seen: tuple[int, str] | None = None
    while True:
        with engine.store.reading() as view:
            last = view.archive.last()
        if last != seen:
            exported = write_tree(engine, choice_of(engine, given), directory)
            if seen is None or exported.written or exported.removed:
                yield exported
            seen = last
        else:
            time.sleep(seconds)


def write_lines(engine: Engine, choice: Choice, form: str, write: Callable[[str], object]) -> int:
    """Write an export of one file line by line; returns how many memories or changes it holds."""
    with engine.store.reading() as view:
        if form == "jsonl":
            return _write_all(archive.lines(*_history(view, choice)), write) - 2
        return _write_all(memory_server.lines(_chosen(view, choice)), write)


def write_file(engine: Engine, choice: Choice, form: str, path: str) -> int:
    """Write an export of one file, whole or not at all; what is no file, such as a pipe or a device, is written to."""
    target = os.path.abspath(os.path.expanduser(path))
    write = _write_into if _is_special(target) else _write_anew
    try:
        return write(engine, choice, form, target)
    except OSError as error:
        raise InvalidInput(
            f"Cannot write {target}: {error.strerror}.", hint="Check the folder, or name another path."
        ) from None


def _is_special(target: str) -> bool:
    """Whether a path is something that must not be replaced by a file; /dev/stdout is, even where it leads to one."""
    return os.path.exists(target) and (not os.path.isfile(target) or target.startswith(("/dev/", "/proc/")))


def _write_into(engine: Engine, choice: Choice, form: str, target: str) -> int:
    with open(target, "a", encoding="utf-8", newline="") as file:
        return write_lines(engine, choice, form, file.write)


def _write_anew(engine: Engine, choice: Choice, form: str, target: str) -> int:
    target = os.path.realpath(target)  # a link stays one
    scratch = f"{target}.{os.getpid()}.tmp"
    try:
        with open(scratch, "x", encoding="utf-8", newline="") as file:
            os.chmod(scratch, 0o600)  # memories are nobody else's business
            count = write_lines(engine, choice, form, file.write)
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, target)
    finally:
        if os.path.exists(scratch):
            os.unlink(scratch)
    return count


def _write_all(lines: Iterable[str], write: Callable[[str], object]) -> int:
    count = 0
    for line in lines:
        write(line)
        count += 1
    return count


def _chosen(view: View, choice: Choice) -> list[Memory]:
    """The memories, oldest first."""
    return view.select(choice.filters, choice.scope, _ALL)[::-1]


# ── all that ever happened ──────────────────────────────────────────────────────────────────────────────────────────


def _history(
    view: View, choice: Choice
) -> tuple[Iterator[Change], Iterator[archive.Spoken], Iterator[archive.Touched]]:
    """What was chosen: changes, messages, touched files, each in an order that depends on nothing but themselves."""
    wanted, whole = _subjects(view, choice), view.archive
    talk = not choice.narrowed
    return (
        (change for change in whole.changes() if wanted is None or change.subject in wanted),
        (spoken for spoken in (whole.messages() if talk else ()) if wanted is None or spoken[0] in wanted),
        (one for one in (whole.touched() if talk else ()) if wanted is None or one[0] in wanted),
    )


def _subjects(view: View, choice: Choice) -> set[str] | None:
    """The subjects that were chosen; None for all of them."""
    if choice.narrowed:
        return {memory.id for memory in _chosen(view, choice)}
    if choice.scope.namespaces is None:
        return None
    last: dict[str, object] = {}
    for change in view.archive.changes():
        if change.patch and "namespace" in change.patch:
            last[change.subject] = change.patch["namespace"]
    return {subject for subject, namespace in last.items() if namespace in choice.scope.namespaces}


# ── the Markdown tree ───────────────────────────────────────────────────────────────────────────────────────────────


def write_tree(engine: Engine, choice: Choice, directory: str, *, force: bool = False) -> Exported:
    """Bring the tree of a directory up to date; what a person edited or deleted there is left and named."""
    root = manifests.root_of(directory)
    with manifests.alone(root):
        manifest = manifests.load(root)
        with engine.store.reading() as view:
            last = view.archive.last()
            tree = Tree(root, manifest, _then(view), force=force)
            known = manifest.scope == choice.name and view.archive.has(manifest.seq, manifest.change)
            if force or not known:
                _put_all(view, tree, choice)
            else:
                _put_changed(view, tree, choice, manifest.seq)
        (manifest.seq, manifest.change), manifest.scope = last, choice.name
        manifests.save(root, manifest)
    return tree.report._replace(target=root)


def _put_all(view: View, tree: Tree, choice: Choice) -> None:
    memories = _chosen(view, choice)
    here = {memory.id for memory in memories}
    known = [written.id for written in tree.manifest.files.values() if written.id not in here]
    tree.remove([subject for subject in known if view.memory(subject) is None])
    tree.put(shown(view, memory) for memory in memories)


def _put_changed(view: View, tree: Tree, choice: Choice, seq: int) -> None:
    """Bring along only what was changed since; a memory that does not belong here any more keeps its page."""
    found = {subject: view.memory(subject) for subject in view.archive.subjects_after(seq)}
    tree.remove([subject for subject, memory in found.items() if memory is None])
    alive = [memory for memory in found.values() if memory is not None]
    if choice.narrowed and alive:
        chosen = {memory.id for memory in _chosen(view, choice)}
        alive = [memory for memory in alive if memory.id in chosen]
    scope = choice.scope.namespaces
    tree.put(shown(view, memory) for memory in alive if scope is None or memory.namespace in scope)


def _then(view: View) -> Then:
    """What memories were at the revisions that pages name."""

    def then(subject: str, revision: str) -> Memory | None:
        folded = fold_at(view.changes_of(subject), revision)
        return memory_of(subject, folded) if folded else None

    return then


def shown(view: View, memory: Memory) -> Shown:
    """A memory with the name of its revision."""
    return Shown(memory, revision_of(fold(view.changes_of(memory.id))))


def refresh_pages(
    engine: Engine, root: str, taken: set[str], fresh: Mapping[str, str], gone: Iterable[str]
) -> None:
    """Write the pages anew whose edits were taken over; `fresh` says which memory a page without an id became."""
    with manifests.alone(root):
        manifest = manifests.load(root)
        with engine.store.reading() as view:
            tree = Tree(root, manifest, _then(view), force=True)
            found = [memory for subject in sorted(taken) if (memory := view.memory(subject)) is not None]
            tree.adopt({path: subject for path, subject in fresh.items() if path not in manifest.files})
            tree.put(shown(view, memory) for memory in found)
        tree.remove(gone)
        manifests.save(root, manifest)

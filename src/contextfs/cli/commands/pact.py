"""contextfs pact: records of what a phase of work decided, learnt and left open."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from contextfs.cli import asking, documents, options, records, render
from contextfs.cli.front import front
from contextfs.cli.group import LazyGroup, TextVerb, verb
from contextfs.cli.table import Entry
from contextfs.cli.values import type_name
from contextfs.domain.record import STATUSES
from contextfs.domain.record_memory import record_from
from contextfs.errors import InvalidInput
from contextfs.pact.surface import PactMemory

_HERE = "contextfs.cli.commands.pact:"
pact = LazyGroup(
    "pact",
    help="Structured records: what a phase of work decided, learnt and left open. They are memories like any other.",
    examples=(
        'echo \'{"context": "…", "lessons_learned": ["…"]}\' | contextfs pact save -',
        'contextfs pact search "caching strategy decisions"',
    ),
    table={
        "save": Entry(_HERE + "save", "Save a record given as JSON.", "Commands"),
        "search": Entry(_HERE + "search", "Find records, and which part of each answers.", "Commands"),
        "get": Entry(_HERE + "get", "Show a record whole.", "Commands"),
        "update": Entry(_HERE + "update", "Add to a record, or change it.", "Commands"),
        "delete": Entry(_HERE + "delete", "Delete a record; undo brings it back.", "Commands"),
        "list": Entry(_HERE + "list_", "List the records, newest first.", "Commands"),
        "files": Entry(_HERE + "files", "Find what is about a file, or show the changed files.", "Commands"),
        "decisions": Entry(_HERE + "decisions", "Show the decisions of all records.", "Commands"),
        "entities": Entry(_HERE + "entities", "Show what is known of each entity.", "Commands"),
        "tasks": Entry(_HERE + "tasks", "Show the tasks and how far they are.", "Commands"),
    },
)
_NOTHING = "No records found."
_EXAMPLE = 'Give an object such as {"context": "…", "decisions": [{"decision": "…", "rationale": "…"}]}.'
_limit = click.option(
    "-n", "--limit", type=click.IntRange(1, options.MOST), metavar="N", default=5, show_default=True,
    help="How many at most.",
)  # fmt: skip
_allow = click.option(
    "--allow-secret", is_flag=True, help="Save it although it looks like it holds a secret."
)


def _opened() -> PactMemory:
    return PactMemory(front=front())


def _given(text: str | None) -> dict[str, Any]:
    """The record that is written as JSON in the argument, or on standard input."""
    if text is None and asking.someone_there():
        raise click.UsageError("Give the fields as a JSON object, or - to read it from standard input.")
    if text in (None, "-"):
        text = asking.piped()
    try:
        value = json.loads(text or "")
    except RecursionError:
        raise InvalidInput("The record is nested too deeply to be one.", hint=_EXAMPLE) from None
    except ValueError as error:
        raise InvalidInput(f"The record is not JSON: {error}.", hint=_hint(text or "")) from None
    if not isinstance(value, dict):
        raise InvalidInput(
            f"The record is a JSON {type(value).__name__}, not an object.",
            hint='Give an object such as {"context": "…", "decisions": […]}.',
        )
    return value  # pyright: ignore[reportUnknownVariableType] - JSON has text for keys


def _hint(text: str) -> str:
    """What to do about what is no JSON; mostly the name of the file was given in its place."""
    named = text.strip()
    if "\n" not in named and (named.endswith(".json") or (len(named) < 256 and os.path.isfile(named))):
        return f"To read it from a file: - < {named}"
    return 'Give an object such as {"context": "…", "decisions": […]}.'


@verb(
    "save",
    "contextfs pact save - < record.json",
    'contextfs pact save \'{"context": "…", "decisions": [{"decision": "…", "rationale": "…"}]}\'',
    "contextfs pact save --file src/auth.py --no-tracked --strict --json - < record.json",
    cls=TextVerb,
)
@click.argument("record", required=False)
@click.option(
    "--file",
    "files",
    multiple=True,
    metavar="PATH",
    type=click.Path(),
    help="A file that it is about. Repeatable.",
)
@click.option("--no-tracked", is_flag=True, help="Leave the files alone that git says are changed.")
@click.option("--strict", is_flag=True, help="Refuse a record that there would be advice about.")
@click.option(
    "-t",
    "--type",
    "type",
    type=type_name,
    default="episodic",
    show_default=True,
    metavar="TYPE",
    help="The type of the memory that it is.",
)
@_allow
@options.as_json
def save(
    record: str | None, files: tuple[str, ...], *, no_tracked: bool, strict: bool, type: str, allow_secret: bool,
    form: str,
) -> None:  # fmt: skip
    """Save a record given as JSON.

    RECORD is a JSON object; - or nothing reads it from standard input. Its fields are context, goal, phase,
    active_tasks, lessons_learned, decisions, entities, files, reasoning_chains, agreements_reached,
    disagreements_resolved and project. Saving what is already there returns the record that is there.
    """
    given = _given(record)
    with _opened() as memory:
        saved = memory.put(
            given, list(files), not no_tracked, strict=strict, type=type, allow_secret=allow_secret
        )
    document = {"id": saved.record.id, **documents.plain(saved), "record": saved.record.to_dict()}
    render.did(form, text=lambda: records.saved(saved), document=lambda: document)


@verb(
    "search",
    'contextfs pact search "authentication security tokens"',
    'contextfs pact search "connection pool" --current-file src/db/pool.py --json',
    cls=TextVerb,
)
@click.argument("words", metavar="[QUERY]...", nargs=-1)
@click.option("--current-file", default="", metavar="PATH", help="Rank what is about this file higher.")
@_limit
@options.as_rows
def search(words: tuple[str, ...], current_file: str, limit: int, form: str) -> None:
    """Find records, and which part of each answers.

    QUERY is any text; an empty one lists the newest. Ordinary memories are found as well.
    """
    query = " ".join(words)
    with _opened() as memory:
        found = memory.search(query, current_file, limit)
    _show_many(form, found, {"query": query})


@verb("get", "contextfs pact get 3f9c12ab", "contextfs pact get 3f9c12ab --json")
@options.memory_id("record_id")
@options.as_json
def get(record_id: str, form: str) -> None:
    """Show a record whole."""
    with _opened() as memory:
        record = record_from(memory.front.recall(record_id))
    render.show(form, text=lambda: records.whole(record), document=record.to_dict)


@verb(
    "update",
    'contextfs pact update 3f9c12ab \'{"active_tasks": [{"task": "Plan caching", "status": "completed"}]}\'',
    "contextfs pact update 3f9c12ab - --replace < changes.json",
    cls=TextVerb,
)
@options.memory_id("record_id")
@click.argument("changes", required=False)
@click.option(
    "--replace", is_flag=True, help="Make the named lists what is given, instead of adding to them."
)
@_allow
@options.as_json
def update(record_id: str, changes: str | None, *, replace: bool, allow_secret: bool, form: str) -> None:
    """Add to a record, or change it.

    CHANGES is a JSON object with fields of a record; - or nothing reads it from standard input. Texts are replaced,
    lists grow by what is new. A task is known by its name, a decision by its text, an entity by its name.
    """
    given = _given(changes)
    with _opened() as memory:
        record = memory.update(record_id, given, replace, allow_secret=allow_secret)
    render.did(form, text=lambda: f"Updated {records.name(record)}", document=record.to_dict)


@verb("delete", "contextfs pact delete 3f9c12ab", "contextfs pact delete 3f9c12ab --yes")
@options.memory_id("record_id")
@options.yes
@options.as_json
def delete(record_id: str, *, yes: bool, form: str) -> int:
    """Delete a record; undo brings it back.

    Asks first where somebody can answer.
    """
    with _opened() as memory:
        record = record_from(memory.front.recall(record_id))
        asked = yes or not asking.someone_there()
        if not asked and not asking.agreed(f"Delete {records.name(record)}?"):
            render.remark("Nothing was changed.")
            return 1
        memory.delete(record)
    render.did(
        form,
        text=lambda: f"Deleted {records.name(record)}\n`contextfs undo` brings it back.",
        document=lambda: {"deleted": record.to_dict(), "undo": "contextfs undo"},
    )
    return 0


@verb("list", "contextfs pact list", "contextfs pact list --limit 100 --jsonl")
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, options.MOST),
    metavar="N",
    default=20,
    show_default=True,
    help="How many at most.",
)
@options.as_rows
def list_(limit: int, form: str) -> None:
    """List the records, newest first."""
    with _opened() as memory:
        listing = memory.front.records.listing(limit)
    found = [record_from(one) for one in listing.memories]
    rows = [one.to_dict() for one in found]
    render.show(
        form,
        text=lambda: records.rows(found, listing.total),
        document=lambda: {"records": rows, "total": listing.total},
        rows=lambda: rows,
    )


@verb(
    "files",
    "contextfs pact files src/auth/token_manager.py",
    "contextfs pact files 'src/**/*.py' --limit 20",
    "contextfs pact files",
)
@click.argument("path", required=False)
@_limit
@options.as_rows
def files(path: str | None, limit: int, form: str) -> None:
    """Find what is about a file, or show the changed files.

    PATH is a file, a folder or a glob. Without one, the files are shown that git says the current work changed, which
    are attached to the next record.
    """
    with _opened() as memory:
        if path is not None:
            return _show_many(form, memory.search_by_file(path, limit), {"path": path})
        changed = memory.get_tracked_files()
    return render.show(
        form,
        text=lambda: "\n".join(map(render.visible, changed)) or "No changed files.",
        document=lambda: {"files": changed},
        rows=lambda: changed,
    )


@verb("decisions", "contextfs pact decisions", 'contextfs pact decisions "caching" --json', cls=TextVerb)
@click.argument("words", metavar="[QUERY]...", nargs=-1)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, options.MOST),
    metavar="N",
    default=20,
    show_default=True,
    help="How many at most.",
)
@options.as_rows
def decisions(words: tuple[str, ...], limit: int, form: str) -> None:
    """Show the decisions of all records.

    With a QUERY those of the records that answer it, best first; else the newest first.
    """
    with _opened() as memory:
        found = memory.decisions(" ".join(words), limit)
    _show_parts(form, "decisions", found, records.decisions)


@verb("entities", "contextfs pact entities", "contextfs pact entities AuthService")
@click.argument("name", default="")
@options.as_rows
def entities(name: str, form: str) -> None:
    """Show what is known of each entity, or of those with NAME in their name."""
    with _opened() as memory:
        found = memory.entities(name)
    _show_parts(form, "entities", found, records.entities)


@verb("tasks", "contextfs pact tasks", "contextfs pact tasks --status pending --json")
@click.option("--status", type=click.Choice(STATUSES), help="Only tasks that are this far.")
@options.as_rows
def tasks(status: str | None, form: str) -> None:
    """Show the tasks and how far they are, as the record says that was changed last."""
    with _opened() as memory:
        found = memory.tasks(status or "")
    _show_parts(form, "tasks", found, records.tasks)


def _show_many(form: str, found: list[Any], asked: dict[str, object]) -> None:
    rows = [one.to_dict() for one in found]
    render.show(
        form,
        text=lambda: records.results(found, _NOTHING),
        document=lambda: {**asked, "records": rows},
        rows=lambda: rows,
    )


def _show_parts(form: str, kind: str, found: list[Any], text: Any) -> None:
    rows = [documents.plain(one) for one in found]
    render.show(form, text=lambda: text(found), document=lambda: {kind: rows}, rows=lambda: rows)

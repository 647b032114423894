"""contextfs import."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from contextfs.cli import asking, blocks, options, render, suggest
from contextfs.cli.front import front
from contextfs.cli.group import verb
from contextfs.cli.reports import difference, size
from contextfs.cli.values import flat, words

if TYPE_CHECKING:
    from contextfs.api import ContextFS
    from contextfs.domain.imported import Found, Imported, Taken

_SHOWN = 10
_COUNTS = (
    "sessions",
    "grown",
    "same",
    "messages",
    "memories",
    "changed",
    "known",
    "redacted",
    "deleted",
    "erased",
)
_LEFT = ("refused", "conflicts", "missing")
_SAID = {
    "sessions": "new session", "grown": "session that grew or came back", "same": "session with nothing new",
    "messages": "message", "memories": "new memory", "changed": "changed memory",
    "known": "memory with nothing new",
}  # fmt: skip


@verb(
    "import",
    "contextfs import claude-export.zip",
    "contextfs import ~/.claude/projects --dry-run",
    "contextfs import --discover",
    "contextfs import --from notes",
    "contextfs import context.db --project webshop",
    "curl -s https://example.org/chat.json | contextfs import - --format messages",
)
@click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path())
@click.option(
    "--from",
    "folder",
    metavar="DIR",
    type=click.Path(),
    help="Take in what was edited in an exported folder.",
)
@click.option("--discover", is_flag=True, help="Look for what other tools keep on this machine, and ask.")
@click.option(
    "--format",
    "format_name",
    default="auto",
    metavar="NAME",
    shell_complete=suggest.formats,
    help="What the files are, where their content does not tell.",
)
@click.option(
    "--namespace",
    shell_complete=suggest.namespaces,
    metavar="NAME",
    help="Where all of it goes instead of where each conversation was held.",
)
@click.option(
    "--project", shell_complete=suggest.projects, metavar="NAME", help="Label shared across repositories."
)
@click.option(
    "--tags",
    type=words,
    multiple=True,
    callback=flat,
    metavar="A,B",
    help="Tags for the memories, separated by commas.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would be imported.")
@click.option("--again", is_flag=True, help="Read unchanged files too, and bring back deleted sessions.")
@click.option("--force", is_flag=True, help="Of memories changed here and there, take what the file says.")
@click.option("--delete-missing", is_flag=True, help="With --from: delete memories whose pages were deleted.")
@click.option("--indexed", is_flag=True, help="Also what another contextfs indexed by itself.")
@click.option("--allow-secret", is_flag=True, help="Take in memories that look like they hold a secret.")
@options.yes
@options.as_json
def importing(
    paths: tuple[str, ...],
    folder: str | None,
    format_name: str,
    *,
    discover: bool,
    yes: bool,
    form: str,
    **given: Any,
) -> int:
    """Take in what other tools keep: conversations, memories, and exports of contextfs itself.

    PATH is a file, a folder, a zip archive, or - for standard input. What it is, is told by its content. Importing
    twice changes nothing, and what has grown is added; `contextfs undo` takes away what an import made.

    Conversations become sessions, each in the namespace of the repository it was held in, else in global. Secrets in
    them are replaced, and what tools injected into them is left out.
    """
    named = [*paths, *((folder,) if folder else ())]
    if bool(named) == discover:
        raise click.UsageError("Give a PATH to import, or --discover to look for what there is.")
    with front() as ctx:
        if discover:
            return _discover(ctx, format_name, given, form, yes=yes)
        done = _run(ctx, named, format_name, given)
        code = _report(done, form)
        missing = [page for taken in done.taken for page in taken.missing]
        asked = missing and not given["delete_missing"] and not given["dry_run"] and form == "text"
        if asked and _agreed(missing, yes=yes):
            return max(code, _report(_run(ctx, named, format_name, {**given, "delete_missing": True}), form))
    return code


def _run(ctx: ContextFS, named: Sequence[str], format_name: str, given: dict[str, Any]) -> Imported:
    sources: list[Any] = [_standard_input() if one == "-" else one for one in named]
    with render.progress("Importing") as update:
        return ctx.import_files(sources, format=format_name, progress=update, **given)


def _standard_input() -> BinaryIO:
    return sys.stdin.buffer if sys.stdin else BytesIO()  # there is none where it was closed


def _agreed(missing: Sequence[tuple[str, str]], *, yes: bool) -> bool:
    """Whether the memories are to go whose pages are gone; they are named already."""
    question = f"Delete {blocks.counted(len(missing), 'memory')} whose pages are gone?"
    return yes or (asking.someone_there() and asking.agreed(question))


# ── what is on this machine ─────────────────────────────────────────────────────────────────────────────────────


def _discover(ctx: ContextFS, format_name: str, given: dict[str, Any], form: str, *, yes: bool) -> int:
    found = [one for one in ctx.importable() if format_name in {"auto", one.format}]
    if not yes and form == "text":
        render.say(_found_text(found))
        if not found or not asking.someone_there():
            return 0
        if not asking.agreed(f"Import these {sum(len(one.paths) for one in found)} files?"):
            return 1
    elif not yes:
        render.show(form, text=str, document=lambda: {"found": [one._asdict() for one in found]})
        return 0
    done = _run(ctx, [path for one in found for path in one.paths], format_name, given)
    _report(done, form)
    return 130 if done.stopped else 0  # nobody named the files, so that one cannot be read is no failure


def _found_text(found: Sequence[Found]) -> str:
    if not found:
        return "No tool that contextfs knows keeps anything here that could be imported."
    rows = [
        (one.format, blocks.counted(len(one.paths), "file"), size(one.size), one.sentence) for one in found
    ]
    return blocks.table(rows)


# ── what was done ───────────────────────────────────────────────────────────────────────────────────────────────


def _report(done: Imported, form: str) -> int:
    render.did(form, text=lambda: _text(done), document=lambda: _document(done))
    if done.stopped:
        return 130
    return 1 if done.refused or any(taken.refused for taken in done.taken) else 0


def _document(done: Imported) -> dict[str, object]:
    sums = {name: sum(getattr(one, name) for one in done.taken) for name in _COUNTS}
    return {
        "dry_run": done.dry_run,
        "stopped": done.stopped,
        **sums,
        "unchanged": sum(one.unchanged for one in done.taken),
        "passed": done.passed,
        "refused": [{"source": name, "reason": why} for name, why in done.refused],
        "sources": [_plain(one) for one in done.taken],
    }


def _plain(taken: Taken) -> dict[str, object]:
    return {
        name: dict(value) if name in {"unread", "namespaces"} else value
        for name, value in taken._asdict().items()
    }


def _text(done: Imported) -> str:
    lines = [headline] if (headline := _headline(done)) else []
    lines += _per_format(done.taken)
    lines += _places(done.taken)
    lines += _left_out(done)
    for taken in done.taken:
        lines += [f"{render.visible(taken.source)}: {render.visible(note)}" for note in taken.notes]
        lines += [difference(taken.diff)] if taken.diff else []
    lines += [f"Not imported: {render.visible(name)}: {render.visible(why)}" for name, why in done.refused]
    if done.stopped:
        lines.append(
            "Interrupted; what was imported until then is kept, and the same command goes on from there."
        )
    return "\n".join(lines)


def _headline(done: Imported) -> str:
    sums = {name: sum(getattr(one, name) for one in done.taken) for name in _SAID}
    told = ", ".join(blocks.counted(count, _SAID[name]) for name, count in sums.items() if count)
    if any(sums[name] for name in ("sessions", "grown", "memories", "changed")):
        return f"{'Would import' if done.dry_run else 'Imported'} {told}."
    if done.taken and all(one.unchanged for one in done.taken):
        return "Nothing new: no file has changed since the last import."
    if done.stopped:
        return ""  # what was taken of the file in hand is not counted
    return f"Nothing new: {told}." if told else "Nothing was imported."


def _per_format(taken: Sequence[Taken]) -> list[str]:
    files = Counter(one.format for one in taken)
    rows: list[tuple[str, ...]] = []
    for name, count in files.items():
        mine = [one for one in taken if one.format == name]
        unchanged = sum(one.unchanged for one in mine)
        held = (
            blocks.counted(sum(one.messages for one in mine), "message")
            if mine[0].kind == "conversation"
            else ""
        )
        said = [held, f"{unchanged:,} unchanged"] if unchanged else [held]
        rows.append((name, blocks.counted(count, "file"), ", ".join(part for part in said if part)))
    return [blocks.table(rows)] if len(taken) > 1 else []


def _places(taken: Sequence[Taken]) -> list[str]:
    places: Counter[str] = Counter()
    for one in taken:
        places.update(one.namespaces)
    told = [f"{render.visible(name)} ({count})" for name, count in places.most_common(_SHOWN)]
    return [f"In {', '.join(told)}" + (" and others" if len(places) > _SHOWN else "")] if told else []


def _left_out(done: Imported) -> Iterator[str]:
    redacted, deleted, erased = (sum(getattr(one, name) for one in done.taken) for name in _COUNTS[-3:])
    if redacted:
        yield f"Replaced {blocks.counted(redacted, 'secret')} in messages by what they were."
    if deleted:
        yield f"{deleted} were deleted here and stay so; --again brings sessions back."
    if erased:
        yield f"{erased} were erased, here or in the export, and are not taken in."
    unread: Counter[str] = Counter()
    for one in done.taken:
        unread.update(one.unread)
    if unread:
        told = (f"{count} × {render.visible(kind)}" for kind, count in unread.most_common(_SHOWN))
        yield f"Left out: {', '.join(told)}"
    yield from _of_memories([one for one in done.taken if one.kind != "conversation"])
    if done.passed:
        yield f"Of no format that contextfs reads: {blocks.counted(done.passed, 'file')}."


def _of_memories(taken: Sequence[Taken]) -> Iterator[str]:
    """What an import of memories had to leave, and what would make it take that too."""
    refused, conflicts, missing = ([pair for one in taken for pair in getattr(one, name)] for name in _LEFT)
    yield from (f"Refused: {_name(pair)}" for pair in refused[:_SHOWN])
    if any("secret" in why for _, why in refused):
        yield "--allow-secret takes in what only looks like a secret."
    yield from (f"Changed here and there, left as it is here: {_name(pair)}" for pair in conflicts[:_SHOWN])
    if conflicts:
        yield "--force takes what the file says."
    yield from (f"Its page is gone: {render.visible(path)}" for path, _ in missing[:_SHOWN])
    if missing:
        yield "--delete-missing deletes their memories too."
    gone = sum(one.gone for one in taken)
    if gone:
        yield f"Deleted {blocks.counted(gone, 'memory')} whose pages were deleted; `contextfs undo` brings them back."


def _name(one: Any) -> str:
    """What an importer names: a text, or a pair of what and why."""
    return render.visible(one if isinstance(one, str) else ": ".join(map(str, one)))

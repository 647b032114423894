"""Files as they are become files as they shall be. Nothing here reads or writes: texts go in, texts come out.

An installation adds our entries and leaves everything else; taking it out gives back the file as it was before, byte
for byte where nobody changed it since, else the file as it is now without our entries.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from contextfs.errors import InvalidInput
from contextfs.integrations.install import jsonc, scripts, toml_tables
from contextfs.integrations.install.wanted import (
    NAME,
    OUR_HOOK,
    Frame,
    Item,
    Member,
    Script,
    Table,
    Wanted,
    Whole,
)

_SPACE = "\ufeff \t\r\n"


class FileChange(NamedTuple):
    """One file before and after; None is a file that is not there."""

    host: str
    path: str
    before: str | None
    after: str | None
    base: str | None = None
    """The file without anything of ours: what taking us out again shall give back."""
    executable: bool = False

    @property
    def action(self) -> str:
        """What happens to the file."""
        return "create" if self.before is None else "remove" if self.after is None else "change"


class Kept(NamedTuple):
    """What is known of a file that we changed: its text before, and whether it is still as we left it."""

    before: str | None
    untouched: bool


Read = Callable[[str], str | None]
Known = Callable[[str, str | None], Kept | None]


def installed(host: str, wanted: Iterable[Wanted], read: Read, known: Known) -> list[FileChange]:
    """What must change so that every file holds what a host needs."""
    changes: list[FileChange] = []
    for one in wanted:
        before = read(one.path)
        if before is None and one.only_if_there:
            continue
        after = filled(before, one)
        if after != before:
            base = _base(before, one, known(one.path, before))
            script = isinstance(one.entries[0], Script)
            changes.append(FileChange(host, one.path, before, after, base, executable=script))
            changes += _set_aside(changes[-1], read) if script else []
    return changes


def _set_aside(change: FileChange, read: Read) -> list[FileChange]:
    """The script that stood in the way of ours, under another name."""
    path = change.path + scripts.ASIDE
    if change.before is None or scripts.is_shell(change.before):
        return []
    if read(path) is not None:
        raise InvalidInput(
            f"{path} is there already, so {change.path} cannot be moved aside.", hint="Put one of them away."
        )
    return [FileChange(change.host, path, None, change.before, executable=True)]


def _base(text: str | None, wanted: Wanted, kept: Kept | None) -> str | None:
    """The file without us, where an earlier installation left something in it."""
    if kept is None or text is None:
        return text
    return kept.before if kept.untouched else emptied(text, wanted, kept)


def uninstalled(host: str, wanted: Iterable[Wanted], read: Read, known: Known) -> list[FileChange]:
    """What must change so that no file holds anything of ours."""
    changes: list[FileChange] = []
    for one in wanted:
        before = read(one.path)
        kept = known(one.path, before)
        if before is None or (
            kept is None and NAME not in before
        ):  # it need not even be readable as what it is
            continue
        after = kept.before if kept and kept.untouched else emptied(before, one, kept)
        aside = read(one.path + scripts.ASIDE) if scripts.is_chain(before) else None
        if aside is not None:
            after = aside
            changes.append(FileChange(host, one.path + scripts.ASIDE, aside, None))
        if after != before:
            changes.append(FileChange(host, one.path, before, after, after))
    return changes


def holds(text: str | None, wanted: Wanted) -> bool:
    """Whether a file has everything of ours, as it should be."""
    return text is not None and filled(text, wanted) == text


def filled(text: str | None, wanted: Wanted) -> str:
    """The text with everything of ours in it."""
    entries = wanted.entries
    if isinstance(entries[0], Whole):
        return entries[0].text
    if isinstance(entries[0], Script):
        return scripts.with_lines(text, entries[0].lines)
    if isinstance(entries[0], Table):
        for entry in cast("Sequence[Table]", entries):
            text = toml_tables.with_table(text or "", wanted.path, entry.path, entry.value)
        return text or ""
    blank = text is None or not text.strip(_SPACE)
    document = jsonc.Document("{}\n" if blank else cast("str", text), wanted.path)
    if wanted.strict and not document.plain:
        raise InvalidInput(
            f"{wanted.path} holds comments or trailing commas, which its program does not read.",
            hint="Mend the file; it was not touched.",
        )
    before = document.value
    for entry in entries:
        document = _put(document, entry)
    _check(document, before, entries)
    return document.text


def _put(document: jsonc.Document, entry: object) -> jsonc.Document:
    if isinstance(entry, Member):
        there = jsonc.value_at(document.value, entry.path)
        if not isinstance(there, dict):
            return jsonc.put(document, entry.path, entry.value)
        for path, value in _leaves(entry.path, entry.value, cast("Mapping[str, object]", there)):
            document = jsonc.put(document, path, value)
        return document
    if isinstance(entry, Item):
        return _put_item(document, entry)
    frame = cast("Frame", entry)
    if jsonc.value_at(document.value, frame.path) is None:
        return jsonc.put(document, frame.path, frame.value)
    return document


def _leaves(
    path: tuple[str, ...], value: Mapping[str, object], there: Mapping[str, object]
) -> Iterable[tuple[tuple[str, ...], object]]:
    """What of a value is to be set inside an object that is there: objects inside it are filled in, too."""
    for key, inner in value.items():
        below = there.get(key)
        if isinstance(inner, Mapping) and isinstance(below, dict):
            yield from _leaves(
                (*path, key), cast("Mapping[str, object]", inner), cast("Mapping[str, object]", below)
            )
        else:
            yield (*path, key), inner


def _put_item(document: jsonc.Document, entry: Item) -> jsonc.Document:
    """The list with exactly one item of ours in it, where the first of them stands."""
    mine = _ours(document, entry.path)
    for index in reversed(mine[1:]):
        document = jsonc.drop(document, entry.path, index)
    if not mine:
        return jsonc.append(document, entry.path, entry.value)
    items = cast("list[object]", jsonc.value_at(document.value, entry.path))
    if items[mine[0]] == entry.value:
        return document
    return jsonc.put_item(document, entry.path, mine[0], entry.value)


def _ours(document: jsonc.Document, path: tuple[str, ...]) -> list[int]:
    """The places of our items in a list."""
    items = jsonc.value_at(document.value, path)
    if not isinstance(items, list):
        return []
    return [n for n, item in enumerate(cast("list[object]", items)) if _is_ours(item)]


def ours(items: object) -> list[str]:
    """The commands of our items in a list."""
    mine = [i for i in cast("list[object]", items) if _is_ours(i)] if isinstance(items, list) else []
    return list(commands_of(mine))


def _is_ours(item: object) -> bool:
    """Whether every command of a hook is ours; one that runs another program, too, is somebody else's."""
    commands = list(commands_of(item))
    return bool(commands) and all(OUR_HOOK.search(command) for command in commands)


def commands_of(item: object) -> Iterable[str]:
    """Every command line in a part of a file."""
    if isinstance(item, Mapping):
        for key, value in cast("Mapping[str, object]", item).items():
            if key in {"command", "bash", "powershell"} and isinstance(value, str):
                yield value
            else:
                yield from commands_of(value)
    elif isinstance(item, list):
        for value in cast("list[object]", item):
            yield from commands_of(value)


def emptied(text: str, wanted: Wanted, kept: Kept | None) -> str | None:
    """The text without anything of ours; None when the file was ours alone."""
    before = kept.before if kept else None
    first = wanted.entries[0]
    if isinstance(first, Whole):
        return before
    if isinstance(first, Script):
        left = scripts.without_lines(text)
        return before if left is None else left
    if isinstance(first, Table):
        return _without_tables(text, wanted, kept)
    document = jsonc.Document(text, wanted.path) if text.strip(_SPACE) else None
    if document is None:
        return text
    old = jsonc.Document(before, wanted.path) if before and before.strip(_SPACE) else None
    for entry in reversed(wanted.entries):
        document = _taken(document, entry, old)
    bare = document
    for entry in wanted.entries:
        bare = jsonc.take(bare, entry.path) if isinstance(entry, Frame) else bare
    hollow = bare.text.strip(_SPACE) == "{}"
    return before if hollow and (old is None or not old.value) else document.text


def _taken(document: jsonc.Document, entry: object, old: jsonc.Document | None) -> jsonc.Document:
    """The document without one entry: what stood there before comes back, and containers that we made go."""
    path = cast("Member", entry).path
    if isinstance(entry, Frame):
        made = old is not None and not old.find(path)
        return jsonc.take(document, path) if made else document
    if isinstance(entry, Item):
        for index in reversed(_ours(document, path)):
            document = jsonc.drop(document, path, index)
        return _without_hollow(document, path, old)
    written = jsonc.raw(old, path) if old else None
    if written is not None:
        return jsonc.put_raw(document, path, written)
    return _without_hollow(jsonc.take(document, path), path[:-1], old)


def _without_hollow(
    document: jsonc.Document, path: tuple[str, ...], old: jsonc.Document | None
) -> jsonc.Document:
    """The document without the empty containers at the end of a path, where they were not there before."""
    while path and jsonc.value_at(document.value, path) in ({}, []):
        if old is not None and old.find(path):
            break
        document, path = jsonc.take(document, path), path[:-1]
    return document


def _without_tables(text: str, wanted: Wanted, kept: Kept | None) -> str | None:
    before = kept.before if kept else None
    for entry in cast("Sequence[Table]", wanted.entries):
        written = toml_tables.table_text(before, entry.path) if before else None
        if written is None:
            text = toml_tables.without_table(text, wanted.path, entry.path)
            text = text.removesuffix("\n") if before and not before.endswith("\n") else text
        else:
            text = toml_tables.with_text(text, entry.path, written)
    return None if before is None and not text.strip(_SPACE) else text


def _check(document: jsonc.Document, before: Mapping[str, object], entries: Sequence[object]) -> None:
    """Nothing but our entries may have changed; anything else is a defect, and the file is left alone."""
    if _foreign(document.value, entries) != _foreign(before, entries):
        raise InvalidInput(
            f"{document.name} cannot be changed safely.", hint="Add the entry by hand; it was not touched."
        )


def _foreign(value: Mapping[str, object], entries: Sequence[object]) -> dict[str, object]:
    """What of a file is not ours, with the containers left out that hold nothing else."""
    copy = cast("dict[str, object]", json.loads(json.dumps(value)))
    for entry in entries:
        path = cast("Member", entry).path
        around = [copy, *(jsonc.value_at(copy, path[:n]) for n in range(1, len(path)))]
        last = cast("dict[str, object]", around[-1]) if isinstance(around[-1], dict) else {}
        if isinstance(entry, Item) and isinstance(last.get(path[-1]), list):
            last[path[-1]] = [i for i in cast("list[object]", last[path[-1]]) if not _is_ours(i)]
        else:
            last.pop(path[-1], None)
        for key, inside in zip(reversed(path), reversed(around), strict=True):
            if isinstance(inside, dict) and cast("dict[str, object]", inside).get(key) in ({}, []):
                del inside[key]
    return copy

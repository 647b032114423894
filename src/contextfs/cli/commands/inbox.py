"""contextfs inbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from contextfs.cli import asking, blocks, documents, options, render
from contextfs.cli.front import front
from contextfs.cli.group import verb
from contextfs.cli.values import type_name, words
from contextfs.domain.candidate import KINDS, CandidateMemory
from contextfs.domain.dates import ago

if TYPE_CHECKING:
    from contextfs.api import ContextFS
    from contextfs.domain.memory import Saved

_ALL = "all"


@verb(
    "inbox",
    "contextfs inbox",
    "contextfs inbox --accept 3f9c12ab 7aa01c22",
    "contextfs inbox --accept 3f9c12ab --edit",
    "contextfs inbox --reject all",
    "contextfs inbox --look",
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--accept", is_flag=True, help="Save these as memories; all takes what is listed.")
@click.option("--reject", is_flag=True, help="Never propose these again.")
@click.option("--edit", is_flag=True, help="Write the one that is accepted anew in your editor first.")
@click.option("-t", "--type", type=type_name, metavar="TYPE", help="Accept it as this type of memory.")
@click.option(
    "--tags", type=words, multiple=True, callback=options.flat, metavar="A,B", help="Accept with these tags."
)
@click.option(
    "--look", is_flag=True, help="Look through the sessions of this namespace first, imported ones too."
)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(tuple(KINDS)),
    multiple=True,
    help="Only candidates of this kind. Repeatable.",
)
@click.option(
    "-n", "--limit", type=click.IntRange(1, options.MOST), default=20, show_default=True, metavar="N"
)
@click.option("--all", "everywhere", is_flag=True, help="In every namespace.")
@options.as_rows
def inbox(
    ids: Sequence[str],
    kinds: Sequence[str],
    limit: int,
    form: str,
    *,
    accept: bool,
    reject: bool,
    type: str | None,
    tags: Sequence[str],
    edit: bool,
    look: bool,
    everywhere: bool,
) -> None:
    """Answer what was recognised in conversations.

    Decisions with their reasons, problems with their fixes, commands that worked and preferences wait here until
    somebody accepts them; until then no search finds them. `contextfs undo` takes an answer back.
    """
    if accept and reject:
        raise click.UsageError("Say --accept or --reject, not both.")
    answer = "accept" if accept else "reject" if reject else None
    _check(ids, answer, edit=edit, shaped=bool(type or tags))
    with front() as ctx:
        if look:
            ctx.inbox.look()
        if answer is None:
            _list(ctx, form, limit, kinds, everywhere=everywhere)
            return
        chosen = [one.id for one in ctx.inbox.list(limit, kinds, all=everywhere)] if _ALL in ids else ids
        if answer == "reject":
            _rejected(ctx.inbox.reject(*chosen), form)
        elif edit:
            _accepted(_edited(ctx, chosen[0], type, tags), form)
        else:
            _accepted(ctx.inbox.accept(*chosen, type=type, tags=tags), form)


def _check(ids: Sequence[str], answer: str | None, *, edit: bool, shaped: bool) -> None:
    """Refuse what makes no sense together."""
    if ids and answer is None:
        raise click.UsageError(f"What about {ids[0]}? Say --accept or --reject.")
    if answer and not ids:
        raise click.UsageError(f"Name what to {answer}: its id, or all.")
    if (edit or shaped) and answer != "accept":
        raise click.UsageError("--edit, --type and --tags go with --accept.")
    if edit and (len(ids) != 1 or _ALL in ids):
        raise click.UsageError("--edit takes one candidate at a time.")


def _edited(ctx: ContextFS, name: str, type: str | None, tags: Sequence[str]) -> list[Saved]:
    """Accept one candidate in the words that somebody makes of it."""
    one = ctx.inbox.get(name)
    with asking.reworded(f"{one.text}\n", f"contextfs save --type {type or one.type} -") as text:
        return ctx.inbox.accept(one, content=text or None, type=type, tags=tags)


def _list(ctx: ContextFS, form: str, limit: int, kinds: Sequence[str], *, everywhere: bool) -> None:
    found = ctx.inbox.list(limit, kinds, all=everywhere)
    waiting = ctx.inbox.count(all=everywhere)
    rows = [document(one) for one in found]
    render.show(
        form,
        text=lambda: _text(found, waiting),
        document=lambda: {"candidates": rows, "waiting": waiting},
        rows=lambda: rows,
    )


def document(one: CandidateMemory) -> documents.Document:
    """One candidate as JSON, with the type it would become."""
    return {**documents.plain(one), "type": str(one.type)}


def _text(found: Sequence[CandidateMemory], waiting: int) -> str:
    if not found:
        return "Nothing waits for an answer."
    more = f"{waiting - len(found)} more wait: --limit {waiting}\n" if waiting > len(found) else ""
    return (
        "\n\n".join(map(_block, found)) + f"\n\n{more}To answer: contextfs inbox --accept ID, or --reject ID"
    )


def _block(one: CandidateMemory) -> str:
    said = f"said {ago(one.said_at, blocks.now())}" if one.said_at else ""
    left = f"expires {one.expires_at:%Y-%m-%d}" if one.expires_at else ""
    where = f"session {one.session_id[:8]}"
    facts = " · ".join(part for part in (said, where, left) if part)
    lines = [f"{render.paint(f'[{one.kind}]', 'type')} {render.visible(one.source_tool)}".rstrip()]
    lines += [f"  {line}" for line in render.visible(one.text).split("\n")]
    return "\n".join([*lines, f"  ID: {render.paint(one.short_id, 'id')} · {facts}"])


def _accepted(saved: Sequence[Saved], form: str) -> None:
    rows = [documents.saved(one) for one in saved]
    render.did(
        form,
        text=lambda: "\n".join(_kept(one) for one in saved) or "Nothing waits for an answer.",
        document=lambda: {"accepted": rows},
        rows=lambda: rows,
    )


def _kept(one: Saved) -> str:
    return f"{'Saved' if one.created else 'Known already:'} {blocks.name(one.memory)}"


def _rejected(found: Sequence[CandidateMemory], form: str) -> None:
    rows = [document(one) for one in found]
    render.did(
        form,
        text=lambda: (
            "\n".join(f"Rejected {one.short_id} {blocks.short(one.text)}" for one in found)
            or "Nothing waits for an answer."
        ),
        document=lambda: {"rejected": rows},
        rows=lambda: rows,
    )

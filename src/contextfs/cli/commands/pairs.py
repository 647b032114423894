"""contextfs duplicates and contradictions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from contextfs.cli import options, render, suggest, tending
from contextfs.cli.front import front
from contextfs.cli.group import Verb, verb

if TYPE_CHECKING:
    from contextfs.domain.tending import Pairs

_EVERY = 1_000_000_000
_OPTIONS = (
    click.option("--most", type=click.IntRange(1), default=1000, show_default=True,
                 help="Compare so many memories, the newest, with all that lie near them."),
    click.option("--every", is_flag=True, help="Compare every memory; in a large store that takes minutes."),
    click.option("-n", "--limit", type=click.IntRange(1, options.MOST), default=20, show_default=True,
                 help="How many pairs are shown at most."),
    click.option("--namespace", shell_complete=suggest.namespaces, metavar="NAME", help="Only in this namespace."),
    click.option("--all", "everywhere", is_flag=True, help="In every namespace."),
    options.as_rows,
)  # fmt: skip


def _shared(function: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@verb("duplicates", "contextfs duplicates", "contextfs duplicates --every --json", cls=Verb)
@_shared
def duplicates(
    most: int, limit: int, namespace: str | None, *, every: bool, everywhere: bool, form: str
) -> None:
    """Find memories that say nearly the same.

    `contextfs merge ID ID` makes one of two.
    """
    options.check_scope(namespace, everywhere=everywhere)
    with front() as ctx, render.progress("Comparing") as bar:
        looked = _EVERY if every else most
        found = ctx.duplicates(looked, namespace=namespace, all=everywhere, progress=bar)
    _show(found, limit, form, "Nothing is said twice.")


@verb("contradictions", "contextfs contradictions", "contextfs contradictions --all --json", cls=Verb)
@_shared
def contradictions(
    most: int, limit: int, namespace: str | None, *, every: bool, everywhere: bool, form: str
) -> None:
    """Find memories that say the opposite of each other.

    Told by rules, without a model: one sentence denies the other, gives another figure for the same thing, another
    choice for the same purpose, or says that what the older one says is over. Both sentences are shown.
    `contextfs review` asks what to do about each.
    """
    options.check_scope(namespace, everywhere=everywhere)
    with front() as ctx, render.progress("Comparing") as bar:
        looked = _EVERY if every else most
        found = ctx.contradictions(looked, namespace=namespace, all=everywhere, progress=bar)
    _show(found, limit, form, "No two memories contradict each other.")


def _show(found: Pairs, limit: int, form: str, nothing: str) -> None:
    rows = [tending.pair_document(one) for one in found.pairs[:limit]]
    render.show(
        form,
        text=lambda: tending.pairs(found, limit, nothing),
        document=lambda: {
            "pairs": rows,
            "total": len(found.pairs),
            "looked": found.looked,
            "of": found.of,
        },
        rows=lambda: rows,
    )

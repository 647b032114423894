"""contextfs search."""

from __future__ import annotations

import click

from contextfs.cli import blocks, documents, options, render
from contextfs.cli.front import front
from contextfs.cli.group import TextVerb, verb
from contextfs.cli.options import Wanted
from contextfs.cli.unseen import unseen
from contextfs.cli.values import until
from contextfs.domain.search import Answer


@verb(
    "search",
    'contextfs search "what framework are we using"',
    'contextfs search "current task" --type procedural',
    'contextfs search "" --type decision --tool claude-desktop --since "last week"',
    'contextfs search "rate limiting" --project api-platform --explain',
    "contextfs search retrospective --meta sprint=42 --json",
    cls=TextVerb,
)
@click.argument("words", metavar="[QUERY]...", nargs=-1)
@options.filters
@click.option(
    "-n", "--limit", type=click.IntRange(1, options.MOST), metavar="N", help="How many results at most."
)
@click.option("--as-of", type=until, metavar="DATE", help="Search the memories as they stood then.")
@click.option(
    "--min-relevance", type=click.FloatRange(0, 1), metavar="0-1", help="Show nothing below this relevance."
)
@click.option(
    "--graph/--no-graph",
    default=None,
    help="Follow names from the best results to other memories; by default where the question describes a thing.",
)
@click.option("--full", is_flag=True, help="Show the whole content of each memory.")
@click.option("--explain", is_flag=True, help="Show what each relevance is made of, and what came nearest.")
@options.as_rows
def search(
    words: tuple[str, ...],
    wanted: Wanted,
    limit: int | None,
    *,
    full: bool,
    explain: bool,
    form: str,
    **how: object,
) -> None:
    """Find memories by words and by meaning.

    QUERY is any text, with or without quotes; an empty one lists by date. The current repository's namespace and
    global are searched; --project, --repo and --all search every namespace. Each result shows its relevance from 0
    to 1.
    """
    query = " ".join(words)
    with front() as ctx:
        size = limit or int(ctx.settings.number("search.limit"))
        asked = wanted.query(ctx, query, limit=size, **how)
        answer = ctx.ask(asked)
        more = unseen(ctx, asked) if form == "text" and not answer.results else []
    ranked = bool(query.strip())
    render.show(
        form,
        text=lambda: "\n".join([blocks.answer(answer, ranked=ranked, full=full, explain=explain), *more]),
        document=lambda: documents.answer(query, answer),
        rows=lambda: map(documents.result, answer.results),
    )
    _remarks(answer, form)


def _remarks(answer: Answer, form: str) -> None:
    if form == "text" and answer.waiting:
        render.remark(f"{answer.waiting} memories still wait for vectors: contextfs reindex")

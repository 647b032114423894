"""contextfs search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from contextfs.cli import blocks, documents, options, render
from contextfs.cli.front import front
from contextfs.cli.group import TextVerb, verb
from contextfs.cli.options import Wanted
from contextfs.cli.unseen import unseen
from contextfs.cli.values import until
from contextfs.domain.search import Answer
from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import ContextFS
    from contextfs.cli import code as code_
    from contextfs.domain.indexed import CodeHit
    from contextfs.domain.search import SearchQuery
else:  # only where a repository is indexed
    code_ = Later("contextfs.cli.code")

_MEMORIES, _CODE, _COMMITS, _EVERYTHING = "memories", "code", "commits", "everything"


@verb(
    "search",
    'contextfs search "what framework are we using"',
    'contextfs search "current task" --type procedural',
    'contextfs search "" --type decision --tool claude-desktop --since "last week"',
    'contextfs search "rate limiting" --project api-platform --explain',
    "contextfs search retrospective --meta sprint=42 --json",
    'contextfs search "where are webhooks retried" --code',
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
@click.option("--code", "among", flag_value=_CODE, help="Search the code of the indexed repository instead.")
@click.option("--commits", "among", flag_value=_COMMITS, help="Search its commits instead.")
@click.option("--everything", "among", flag_value=_EVERYTHING, help="Search memories, code and commits.")
@click.option("--full", is_flag=True, help="Show the whole content of each memory.")
@click.option("--explain", is_flag=True, help="Show what each relevance is made of, and what came nearest.")
@options.as_rows
def search(
    words: tuple[str, ...],
    wanted: Wanted,
    limit: int | None,
    *,
    among: str | None,
    full: bool,
    explain: bool,
    form: str,
    **how: object,
) -> None:
    """Find memories by words and by meaning.

    QUERY is any text, with or without quotes; an empty one lists by date. The current repository's namespace and
    global are searched; --project, --repo and --all search every namespace. Each result shows its relevance from 0
    to 1. Where the repository is indexed (contextfs index), a few places in the code follow the memories.
    """
    query = " ".join(words)
    with front() as ctx:
        size = limit or int(ctx.settings.number("search.limit"))
        asked = wanted.query(ctx, query, limit=size, **how)
        answer = ctx.ask(asked) if among in {None, _EVERYTHING} else Answer([])
        hits = _code(ctx, asked, among)
        more = unseen(ctx, asked) if form == "text" and not (answer.results or among) else []
        indexed = bool(hits) or among is None or bool(ctx.indexes.list())
    ranked = bool(query.strip())
    text = [blocks.answer(answer, ranked=ranked, full=full, explain=explain), *more]
    if among in {_CODE, _COMMITS}:
        text = [] if hits else [code_.nothing(commits=among == _COMMITS, indexed=indexed)]
    if hits:
        text += [""] if text else []
        text.append(code_.section(hits, beside=among is None, full=full, explain=explain))
    render.show(
        form,
        text=lambda: "\n".join(text),
        document=lambda: _document(query, answer, hits),
        rows=lambda: [*map(documents.result, answer.results), *map(documents.plain, hits if among else ())],
    )
    _remarks(answer, form)


def _code(ctx: ContextFS, asked: SearchQuery, among: str | None) -> list[CodeHit]:
    """Passages and commits: those that are asked for, else a few to show below memories that nothing narrows down."""
    if among is None:
        narrowed = asked.filters.selective or asked.as_of or asked.offset
        return ctx.beside(asked.text) if not narrowed and asked.scope == ctx.scope() else []
    return ctx.search_code(
        asked.text,
        asked.limit,
        code=among != _COMMITS,
        commits=among != _CODE,
        all=asked.scope.namespaces is None,
        min_relevance=asked.min_relevance,
    )


def _document(query: str, answer: Answer, hits: Sequence[CodeHit]) -> documents.Document:
    found = documents.answer(query, answer)
    return (
        {**found, "code": [{**documents.plain(one), "place": one.place} for one in hits]} if hits else found
    )


def _remarks(answer: Answer, form: str) -> None:
    if form == "text" and answer.waiting:
        render.remark(f"{answer.waiting} memories still wait for vectors: contextfs reindex")

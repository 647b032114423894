"""contextfs search."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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

_ALSO_OF_CODE = frozenset(("source_repo", "everywhere"))
_ALSO_OF_COMMITS = _ALSO_OF_CODE | {"author", "since", "until"}


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
@click.option("--code", is_flag=True, help="Search the code of the indexed repository instead.")
@click.option("--commits", is_flag=True, help="Search its commits instead.")
@click.option("--everything", is_flag=True, help="Search memories, code and commits.")
@click.option("--full", is_flag=True, help="Show the whole content of each memory.")
@click.option("--explain", is_flag=True, help="Show what each relevance is made of, and what came nearest.")
@options.as_rows
def search(
    words: tuple[str, ...],
    wanted: Wanted,
    limit: int | None,
    *,
    code: bool,
    commits: bool,
    everything: bool,
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
    query, among = " ".join(words), _Among(code or everything, commits or everything, everything)
    among.check(wanted, as_of=how.get("as_of"))
    with front() as ctx:
        size = limit or int(ctx.settings.number("search.limit"))
        asked = wanted.query(ctx, query, limit=size, **how)
        answer = Answer([]) if among.alone else ctx.ask(asked)
        hits = among.hits(ctx, asked, wanted)
        more = unseen(ctx, asked) if form == "text" and not (answer.results or among.asked) else []
        indexed = bool(hits) or not among.asked or bool(ctx.indexes.list())
    ranked = bool(query.strip())
    text = [blocks.answer(answer, ranked=ranked, full=full, explain=explain), *more]
    if among.alone:
        text = [] if hits else [code_.nothing(commits=not code, indexed=indexed)]
    if hits:
        text += [""] if text else []
        text.append(code_.section(hits, beside=not among.asked, full=full, explain=explain))
    shown = [{**documents.plain(one), "place": one.place} for one in hits]
    document = documents.answer(query, answer)
    render.show(
        form,
        text=lambda: "\n".join(text),
        document=lambda: {**document, "code": shown} if shown or among.asked else document,
        rows=lambda: [*map(documents.result, answer.results), *(shown if among.asked else ())],
    )
    _remarks(answer, form)


class _Among(NamedTuple):
    """What is searched besides memories, or instead of them."""

    code: bool
    commits: bool
    memories: bool

    @property
    def asked(self) -> bool:
        return self.code or self.commits

    @property
    def alone(self) -> bool:
        return self.asked and not self.memories

    def check(self, wanted: Wanted, *, as_of: object) -> None:
        """Refuse what would narrow nothing."""
        if self.alone and as_of:
            raise click.UsageError(
                "--as-of tells of memories; code and commits are searched as they are now."
            )
        obeyed = _ALSO_OF_CODE if self.code else _ALSO_OF_COMMITS
        given = [
            name for name, value in zip(wanted._fields, wanted, strict=True) if value and name not in obeyed
        ]
        if self.alone and given:
            what = "code" if self.code else "commits"
            option = (
                given[0].replace("source_tool", "tool").replace("types", "type").replace("metadata", "meta")
            )
            raise click.UsageError(f"--{option} narrows memories, not {what}.")

    def hits(self, ctx: ContextFS, asked: SearchQuery, wanted: Wanted) -> list[CodeHit]:
        """Passages and commits: those that are asked for, else a few to show below memories that nothing narrows."""
        if not self.asked:
            narrowed = asked.filters.selective or asked.as_of or asked.offset
            return ctx.beside(asked.text) if not narrowed and asked.scope == ctx.scope() else []
        found: list[CodeHit] = []
        given = {name for name, value in zip(wanted._fields, wanted, strict=True) if value}
        for kind, obeyed in (("code", _ALSO_OF_CODE), ("commits", _ALSO_OF_COMMITS)):
            if getattr(self, kind) and given <= obeyed:  # what it cannot obey, it has no answer to
                narrowing = {name: getattr(wanted, name) for name in obeyed & given - {"everywhere"}}
                found += ctx.search_code(
                    asked.text,
                    asked.limit,
                    code=kind == "code",
                    commits=kind == "commits",
                    all=wanted.everywhere,
                    min_relevance=asked.min_relevance,
                    **narrowing,
                )
        return found


def _remarks(answer: Answer, form: str) -> None:
    if form == "text" and answer.waiting:
        render.remark(f"{answer.waiting} memories still wait for vectors: contextfs reindex")

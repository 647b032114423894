"""contextfs save."""

from __future__ import annotations

from typing import Any

import click

from contextfs.cli import asking, blocks, documents, options, render, suggest
from contextfs.cli.front import front
from contextfs.cli.group import TextVerb, verb
from contextfs.cli.values import type_name
from contextfs.domain.memory import Draft, Saved


@verb(
    "save",
    'contextfs save "This project uses Python 3.11 with FastAPI" --type fact --tags python,fastapi,stack',
    "git log -1 --pretty=%B | contextfs save --type episodic --tags release",
    "contextfs save --template decision",
    "contextfs save --file docs/deploy.md --type procedural --tags deploy",
    'contextfs save "Sprint 42 retrospective" --type episodic --metadata sprint=42 --metadata team=platform',
    cls=TextVerb,
)
@click.argument("content", required=False)
@options.fields
@click.option(
    "--template",
    type=type_name,
    metavar="TYPE",
    shell_complete=suggest.types,
    help="Write it in $EDITOR, on this type's template.",
)
@click.option("--tool", "--source-tool", "source_tool", metavar="NAME", help="The tool it comes from.")
@click.option("--repo", "source_repo", metavar="NAME", help="The repository it comes from.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing when it is done.")
@options.as_json
def save(
    content: str | None, template: str | None, *, quiet: bool, form: str, allow_secret: bool, **given: Any
) -> int:
    """Save a memory.

    CONTENT is its text; - or nothing reads it from a pipe. With --file and no CONTENT the text of that file is
    saved. Saving what is already there returns the memory that is there.
    """
    if template and content is not None:
        raise click.UsageError("CONTENT and --template exclude each other: give the text, or write it.")
    given["allow_secret"] = allow_secret
    if template:
        given["type"] = given["type"] or template
        with asking.edited(template) as text:
            saved = put(text, given) if text.strip() else None
    else:
        saved = put(asking.content_for(content, given["files"] or ()), given)
    if saved is None:
        render.remark("Nothing saved: the template was left as it was.")
        return 1
    if not quiet:
        render.did(form, text=lambda: report(saved), document=lambda: documents.saved(saved))
    return 0


def put(text: str, given: dict[str, Any]) -> Saved:
    """Save the text with the fields that the command line names; the rest is filled in from where we are."""
    fields = {name: value for name, value in given.items() if value is not None}
    allow_secret = fields.pop("allow_secret")
    fields.update({name: fields.get(name) or None for name in ("review_at", "expires_at")})
    with front() as ctx:
        fields["files"] = tuple(asking.within(ctx.workspace.root, path) for path in fields.get("files", ()))
        return ctx.put(Draft(text, **fields), allow_secret=allow_secret)


def report(saved: Saved) -> str:
    """What was saved, what is like it, and what would make it better."""
    done = "Saved" if saved.created else "Already there:"
    lines = [f"{done} {blocks.name(saved.memory)}"]
    if saved.similar:
        near, cosine = saved.similar
        lines += [
            f"Similar ({cosine:.2f}) to {blocks.name(near)}. To update that one instead:",
            f"  {instead(saved)}",
        ]
    lines += [render.paint(f"Advice: {line}", "dim") for line in saved.advice]
    return "\n".join(lines)


def instead(saved: Saved) -> str:
    """The command that takes this save back and gives its text to the similar memory."""
    from shlex import quote  # only a near-duplicate needs it

    new, old = saved.memory, saved.similar[0].short_id if saved.similar else ""
    if "\n" not in new.content and len(new.content) <= 200:
        return f"contextfs delete {new.short_id} --yes && contextfs update {old} -- {quote(new.content)}"
    return f"contextfs recall {new.short_id} --raw | contextfs update {old} - && contextfs delete {new.short_id} --yes"

"""contextfs completion."""

from __future__ import annotations

import click

from contextfs.cli import render
from contextfs.cli.group import verb


@verb(
    "completion",
    'eval "$(contextfs completion bash)"      # in ~/.bashrc',
    'eval "$(contextfs completion zsh)"       # in ~/.zshrc',
    "contextfs completion fish > ~/.config/fish/completions/contextfs.fish",
)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell; it completes commands, options, ids, types, tags and namespaces."""
    from click.shell_completion import get_completion_class  # only this command needs it

    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - the choice above names only shells that click knows
    render.say(found(ctx.find_root().command, {}, "contextfs", "_CONTEXTFS_COMPLETE").source())

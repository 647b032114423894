"""What a command is here: a group that loads its commands when they are asked for, and commands that show examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, cast

import click

from contextfs.cli.table import Entry
from contextfs.errors import ContextFSError


class LazyGroup(click.Group):
    """A group that knows its commands from a table and imports one only to run it."""

    def __init__(
        self,
        name: str | None = None,
        *,
        table: Mapping[str, Entry],
        examples: Sequence[str] = (),
        usual: str = "",
        **attrs: Any,
    ) -> None:
        super().__init__(name, **attrs)
        self.table = table
        self.examples = tuple(examples)
        self.usual = usual

    def completed(self, args: Sequence[str]) -> list[str]:
        """The arguments with the name of the usual command, where there is one and none was named."""
        named = not self.usual or (args and (args[0] in self.table or args[0] in {"-h", "--help"}))
        return list(args) if named else [self.usual, *args]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as usual, with the command that was meant."""
        return super().parse_args(ctx, self.completed(args))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the usual command too, since its name may be left out."""
        command = self.get_command(ctx, self.usual)
        if command:
            params = command.get_params(click.Context(command, parent=ctx))
            records = [
                one for param in params if param.name != "help" and (one := param.get_help_record(ctx))
            ]
            with formatter.section(f"Options of `{self.usual}`"):
                formatter.write_dl(records)
        super().format_options(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they would be typed, then the last words."""
        _write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names that help lists, in the order of the table."""
        return [name for name, entry in self.table.items() if entry.section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        """Import the command of this name."""
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.target.partition(":")
        return cast("click.Command", getattr(import_module(module), attribute))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        if args[0] not in self.table and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(f"There is no command {args[0]!r}.{_meant(args[0], self.table)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings, from the table alone."""
        width = max(len(name) for name in self.list_commands(ctx)) + 2
        for section in dict.fromkeys(entry.section for entry in self.table.values() if entry.section):
            rows = [(n.ljust(width - 2), e.sentence) for n, e in self.table.items() if e.section == section]
            with formatter.section(section):
                formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Complete command names from the table alone."""
        from click.shell_completion import CompletionItem  # only a shell that completes needs it

        return [
            CompletionItem(name, help=entry.sentence)
            for name, entry in self.table.items()
            if entry.section and name.startswith(incomplete)
        ] + click.Command.shell_complete(self, ctx, incomplete)


class Verb(click.Command):
    """A command whose help ends with examples."""

    def __init__(self, name: str | None = None, *, examples: Sequence[str] = (), **attrs: Any) -> None:
        super().__init__(name, **attrs)
        self.examples = tuple(examples)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as usual, but take only one form of output."""
        options = args[: args.index("--")] if "--" in args else args
        if "--json" in options and "--jsonl" in options:
            raise click.UsageError("--json and --jsonl exclude each other.", ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a hint that sends somebody to a command's help names this one."""
        try:
            return super().invoke(ctx)
        except ContextFSError as error:
            error.hint = error.hint.replace("contextfs COMMAND", ctx.command_path)
            raise

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - the same
        """Write the examples as they would be typed."""
        _write_examples(self.examples, formatter)


class TextVerb(Verb):
    """A command whose argument is free text, which may begin with a dash like ``- item one``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Set apart the text that only looks like an option, then parse as usual."""
        try:
            return super().parse_args(ctx, apart(args, self._options()))
        except click.NoSuchOption as error:
            advice = f"{error.message} Text that begins with a dash comes after a bare --"
            raise click.NoSuchOption(error.option_name, advice, error.possibilities, ctx) from None

    def _options(self) -> dict[str, bool]:
        """Every spelling of an option -> whether it takes a value."""
        options = [param for param in self.params if isinstance(param, click.Option)]
        return {spelling: not o.is_flag for o in options for spelling in (*o.opts, *o.secondary_opts)}


def apart(args: Sequence[str], options: Mapping[str, bool]) -> list[str]:
    """The arguments with every text that begins with a dash moved behind ``--``.

    A text is told from an option by its white space: no option holds any before its ``=``.
    """
    kept: list[str] = []
    texts: list[str] = []
    rest = iter(args)
    for arg in rest:
        if arg == "--":
            texts += rest
        elif arg.startswith("-") and arg.partition("=")[0] not in options and len(arg.split(None, 1)) > 1:
            texts.append(arg)
        else:
            kept.append(arg)
            kept += [value for value in (next(rest, None),) if value is not None] if options.get(arg) else []
    return [*kept, "--", *texts] if texts else kept


def verb(
    name: str, *examples: str, cls: type[Verb] = Verb, **attrs: Any
) -> Callable[[Callable[..., object]], Verb]:
    """Make a function the command of this name, with examples for its help."""
    return click.command(name, cls=cls, examples=examples, **attrs)


def _meant(name: str, table: Mapping[str, Entry]) -> str:
    from difflib import get_close_matches  # a slow import that only a typing error needs

    near = get_close_matches(name, table, 1)
    return f" Did you mean {near[0]!r}?" if near else ""


def _write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    """One example per line, never wrapped, since they are there to be copied."""
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")

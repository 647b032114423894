"""Writes the pages of docs/reference from the code they describe; with --check, says which are out of date."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from mcp.types import Tool

from contextfs import ContextFS, errors
from contextfs.api import moving_out
from contextfs.cli.main import root
from contextfs.domain.memory_types import MemoryType
from contextfs.exchange.importers.table import FORMATS
from contextfs.mcp.__main__ import main as mcp_main
from contextfs.mcp.server import build
from contextfs.settings import TABLE, Setting
from contextfs.web.rest.openapi import ROOT as REST_ROOT
from contextfs.web.rest.openapi import sentence_of
from contextfs.web.rest.table import CALLS

FOLDER = Path(__file__).parent / "reference"
WIDE = {"terminal_width": 100}
NOTE = "<!-- Written by docs/generate.py from the code. Change the code and run `make docs`. -->"


def row(*cells: str) -> str:
    """One line of a table; a bar inside a cell must not end it."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def table(*heads: str) -> list[str]:
    """The first two lines of a table."""
    return [row(*heads), "|" + " --- |" * len(heads)]


# --- settings -------------------------------------------------------------------------------------------------


def settings_page() -> Iterator[str]:
    """Every setting, from the table in contextfs/settings_table.py."""
    yield "# Settings"
    yield ""
    yield "A setting is read from its environment variable, else from `config.toml` in the data directory, else it has"
    yield "its default. `contextfs config list` shows what is in force and where each value comes from."
    yield ""
    yield from table("setting", "environment variable", "type", "default", "what it does")
    for setting in TABLE:
        yield row(
            f"`{setting.name}`", f"`{setting.env}`", accepted(setting), default(setting), sentence(setting)
        )


def accepted(setting: Setting) -> str:
    """What values a setting takes."""
    if setting.choices:
        return ", ".join(f"`{choice}`" for choice in setting.choices)
    limits = [f"{limit:g}" for limit in (setting.lowest, setting.highest) if limit is not None]
    between = {0: "", 1: f", at least {limits[0]}" if limits else "", 2: f", {' to '.join(limits)}"}
    return setting.type_name + between[len(limits)]


def default(setting: Setting) -> str:
    """The default as one would write it in config.toml."""
    if setting.default == "":
        return "–"
    return f"`{str(setting.default).lower() if isinstance(setting.default, bool) else setting.default}`"


def sentence(setting: Setting) -> str:
    """What a setting does; whether it is kept out of what is printed."""
    return setting.sentence + (" Never shown." if setting.secret else "")


# --- memory types ---------------------------------------------------------------------------------------------


def memory_types_page() -> Iterator[str]:
    """Every memory type with its template, from the table in contextfs/domain/memory_types.py."""
    yield "# Memory types"
    yield ""
    yield "The type of a memory says what it is for; search can be held to one type, and lets some types age faster"
    yield "than others. A memory without a type is a `fact`. `contextfs types` shows this table."
    yield ""
    yield from table("type", "purpose", "use it for", "half-life of recency, in days")
    for kind in MemoryType:
        yield row(f"`{kind}`", kind.purpose, kind.when_to_use, f"{kind.half_life_days:g}")
    yield ""
    yield "## Templates"
    yield ""
    yield "`contextfs save --template TYPE` opens the editor on one of these. What stands in braces is to be replaced."
    for kind in MemoryType:
        yield from ("", f"### {kind}", "", "````markdown", *kind.template.rstrip().splitlines(), "````")


# --- errors ---------------------------------------------------------------------------------------------------


def errors_page() -> Iterator[str]:
    """Every error, from the tree in contextfs/errors.py."""
    yield "# Errors"
    yield ""
    yield "Everything contextfs raises is a `contextfs.errors.ContextFSError` and has three things: a `message` that"
    yield "names what was wrong, a `hint` that says what to do next, and a `kind` that says who can mend it."
    yield ""
    yield from table("kind", "who can mend it")
    yield row("`user`", "the caller, by giving another value")
    yield row("`config`", "whoever set the machine up")
    yield row("`transient`", "nobody; the same call may work in a moment")
    yield row("`internal`", "us: it is a defect")
    yield ""
    yield from table("error", "raised from", "kind", "meaning", "hint, when nothing better is known")
    for error in tree(errors.ContextFSError):
        parent = "–" if error is errors.ContextFSError else f"`{error.__bases__[0].__name__}`"
        meaning = (error.__doc__ or "").partition("\n")[0]
        yield row(f"`{error.__name__}`", parent, f"`{error.kind}`", meaning, error.hint)


def tree(top: type[errors.ContextFSError]) -> Iterator[type[errors.ContextFSError]]:
    """An error and everything below it, in the order in which they are defined."""
    yield top
    for below in top.__subclasses__():
        yield from tree(below)


# --- the command line -----------------------------------------------------------------------------------------


def cli_page() -> Iterator[str]:
    """The help of every command, from the table in contextfs/cli/main.py."""
    yield "# Command line"
    yield ""
    yield "What `contextfs --help` and `contextfs COMMAND --help` print. The commands are also there as another tool"
    yield "groups them: `contextfs memory save` is `contextfs save`."
    for context in commands(click.Context(root, info_name="contextfs", **WIDE, **root.context_settings)):
        lines = context.get_help().splitlines()
        yield from (
            "",
            f"## {context.command_path}",
            "",
            "```text",
            *(line.rstrip() for line in lines),
            "```",
        )


def commands(context: click.Context) -> Iterator[click.Context]:
    """A command and everything below it, each in the context in which it would run."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            if command := context.command.get_command(context, name):
                yield from commands(click.Context(command, context, name, **WIDE, **command.context_settings))


# --- MCP ------------------------------------------------------------------------------------------------------


def mcp_page() -> Iterator[str]:
    """What `contextfs-mcp` tells a client that asks, from the tables in contextfs/mcp."""
    with tempfile.TemporaryDirectory() as folder, ContextFS(data_dir=folder) as front:
        server = build(front)
        tools, prompts = asyncio.run(server.list_tools()), asyncio.run(server.list_prompts())
        templates = asyncio.run(server.list_resource_templates())
        program, instructions = mcp_help(), server.instructions or ""
    yield from ("# MCP server", "", "```text", *program.splitlines(), "```")
    yield from ("", "## Instructions", "", "What a client's model is told before it sees any tool:", "")
    yield from ("```text", *instructions.splitlines(), "```")
    yield from ("", "## Tools")
    for tool in tools:
        yield from ("", f"### {tool.name}", "", tool.description or "", "", *tool_notes(tool), "")
        yield from arguments_of(tool.input_schema)
    yield from ("", "## Resources", "", *table("address", "what it is"))
    for template in templates:
        yield row(f"`{template.uri_template}`", template.description or template.title or template.name)
    yield from ("", "## Prompts", "", *table("prompt", "what it asks for", "arguments"))
    for prompt in prompts:
        given = [f"`{a.name}`{'' if a.required else ' (optional)'}" for a in prompt.arguments or []]
        yield row(f"`{prompt.name}`", prompt.description or "", ", ".join(given))


def mcp_help() -> str:
    """What `contextfs-mcp --help` prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        mcp_main(["--help"])
    return printed.getvalue().rstrip()


def tool_notes(tool: Tool) -> Iterator[str]:
    """What a host should know before it allows a call."""
    hints = tool.annotations
    if hints:
        marks = {
            "reads only": hints.read_only_hint,
            "destroys": hints.destructive_hint,
            "may be repeated": hints.idempotent_hint,
        }
        yield (
            f"Title: {tool.title or hints.title}. "
            + ", ".join(mark for mark, on in marks.items() if on).capitalize()
            + "."
        )


def arguments_of(schema: dict[str, Any]) -> Iterator[str]:
    """The arguments of a tool as a table."""
    yield from table("argument", "type", "default", "meaning")
    required = schema.get("required", ())
    for name, entry in schema.get("properties", {}).items():
        given = (
            "required"
            if name in required
            else f"`{json.dumps(entry['default'])}`"
            if "default" in entry
            else "–"
        )
        yield row(f"`{name}`", type_of(entry), given, entry.get("description", ""))


def type_of(entry: dict[str, Any]) -> str:
    """The type of one argument, in words."""
    if "enum" in entry:
        return ", ".join(f"`{value}`" for value in entry["enum"])
    if "anyOf" in entry:
        return " or ".join(type_of(part) for part in entry["anyOf"] if part.get("type") != "null")
    limits = [f"{sign} {entry[key]}" for key, sign in (("minimum", "≥"), ("maximum", "≤")) if key in entry]
    inner = f" of {type_of(entry['items'])}" if "items" in entry else ""
    return " ".join([str(entry.get("type", "any")) + inner, *limits])


# --- writing and checking -------------------------------------------------------------------------------------

# --- formats --------------------------------------------------------------------------------------------------


def formats_page() -> Iterator[str]:
    """Every format that is read or written, from the tables of the importers and of the exports."""
    yield "# Formats"
    yield ""
    yield "`contextfs import` tells what a file or folder is by its content, in the order of this table; `--format`"
    yield "names it where that does not tell."
    yield ""
    yield from table("format", "what it is", "what it becomes", "where its tool keeps it")
    for one in FORMATS:
        places = ", ".join(f"`{place}`" for place in one.places({}))
        yield row(f"`{one.name}`", one.sentence, _BECOMES[one.kind], places or "–")
    yield ""
    yield "`contextfs export` writes:"
    yield ""
    yield from table("format", "what it holds")
    for name, what in moving_out.FORMATS.items():
        yield row(f"`{name}`", f"{what[0].upper()}{what[1:]}.")


_BECOMES = {
    "conversation": "sessions",
    "memories": "memories",
    "history": "everything, as it was",
    "tree": "edits of memories",
}


# --- REST -----------------------------------------------------------------------------------------------------


def rest_page() -> Iterator[str]:
    """Every call of REST, from the table that also makes its OpenAPI description."""
    yield "# REST"
    yield ""
    yield "`contextfs web` answers under `/api/v1`. Programs send the token that is kept in the data directory as"
    yield "`mcp-token`, or is given as `CONTEXTFS_MCP_TOKEN`: `Authorization: Bearer <token>`. The description for"
    yield "tools, with the shape of every answer, is at `/api/v1/openapi.json` (OpenAPI 3.1). What goes wrong is"
    yield 'answered as `{"error": …, "message": …, "hint": …}`.'
    for call in CALLS:
        yield ""
        yield f"## {call.method} {REST_ROOT}{call.path.replace(':path}', '}')}"
        yield ""
        yield sentence_of(call.verb)
        for heading, fields in (("query", call.query), ("body", call.body)):
            if fields:
                yield ""
                yield from table(heading, "type", "what it says")
                for field in fields:
                    needed = " Required." if field.required else ""
                    yield row(f"`{field.name}`", type_of(field.schema), field.sentence + needed)


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "cli.md": cli_page,
    "mcp.md": mcp_page,
    "settings.md": settings_page,
    "memory-types.md": memory_types_page,
    "errors.md": errors_page,
    "formats.md": formats_page,
    "rest.md": rest_page,
}


def render(page: Callable[[], Iterator[str]]) -> str:
    """The text of one page."""
    return "\n".join([NOTE, "", *page()]) + "\n"


def stale(name: str, text: str) -> bool:
    """Whether the page on disk differs from the code."""
    path = FOLDER / name
    return not path.is_file() or path.read_text(encoding="utf-8") != text


def main() -> int:
    """Write what is out of date, or with --check only name it and fail."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is out of date")
    check = parser.parse_args().check
    texts = {name: render(page) for name, page in PAGES.items()}
    outdated = [name for name, text in texts.items() if stale(name, text)]
    left_over = sorted(path.name for path in FOLDER.glob("*.md") if path.name not in texts)
    for name in outdated if not check else []:
        (FOLDER / name).write_text(texts[name], encoding="utf-8")
    for name in outdated:
        print(f"docs/reference/{name} {'is out of date: run `make docs`' if check else 'written'}")
    for name in left_over:
        print(f"docs/reference/{name} describes nothing any more: remove it")
    return 1 if left_over or (check and outdated) else 0


if __name__ == "__main__":
    sys.exit(main())

"""What is asked of the person or the pipe at the other end: a text, an edited template, a yes."""

from __future__ import annotations

import os
import sys
from datetime import datetime

import click

from contextfs.cli.render import is_terminal
from contextfs.domain.memory_types import MemoryType
from contextfs.errors import InvalidInput


def someone_there() -> bool:
    """Whether a person can answer a question."""
    return is_terminal(sys.stdin)


def agreed(question: str) -> bool:
    """Ask a person; the question goes to stderr, since stdout is for results."""
    return click.confirm(question, err=True)


def piped() -> str:
    """All of standard input as text."""
    raw = sys.stdin.buffer.read() if sys.stdin else b""  # there is none where it was closed
    try:
        return raw.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"Standard input is not UTF-8 text: byte {error.start} is {raw[error.start]:#04x}."
        ) from None


def text_of(path: str) -> str:
    """The text of a file."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except UnicodeDecodeError:
        raise InvalidInput(
            f"{path} is not UTF-8 text.", hint="Give CONTENT to save a memory about it."
        ) from None
    except OSError as error:
        raise InvalidInput(
            f"Cannot read {path}: {error.strerror}.", hint="Give CONTENT or a text file."
        ) from None


def edited(type_name: str) -> str:
    """What somebody made of the template of this type in their editor; empty when they left it as it was."""
    template = MemoryType(type_name).template.replace("{date}", f"{datetime.now().astimezone():%Y-%m-%d}")
    text = click.edit(template, extension=".md", require_save=False) or ""
    return "" if text.strip() == template.strip() else text


def content_for(content: str | None, files: tuple[str, ...], template: str | None) -> str:
    """The text to save: the argument, ``-`` for standard input, a template, one file, or what is piped in."""
    if template:
        return edited(template)
    if content == "-":
        return piped()
    if content is not None:
        return content
    if len(files) == 1:
        return text_of(files[0])
    if files or someone_there():
        raise click.UsageError(
            "Give the CONTENT to save, - to read standard input, or --template TYPE to write it."
        )
    return piped()


def within(root: str, path: str) -> str:
    """The path as a memory keeps it: from the root of the repository where it lies in one."""
    full = os.path.realpath(path)
    inside = root and full.startswith(os.path.realpath(root) + os.sep)
    return os.path.relpath(full, os.path.realpath(root)).replace(os.sep, "/") if inside else path

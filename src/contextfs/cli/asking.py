"""What is asked of the person or the pipe at the other end: a text, an edited template, a yes."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime

import click

from contextfs.cli.render import is_terminal, remark
from contextfs.domain.memory_types import MemoryType
from contextfs.errors import ContextFSError, InvalidInput


def someone_there() -> bool:
    """Whether a person can answer a question."""
    return is_terminal(sys.stdin)


def agreed(question: str) -> bool:
    """Ask a person; the question goes to stderr, since stdout is for results."""
    return click.confirm(question, err=True)


def piped(*, lenient: bool = False) -> str:
    """All of standard input as text; `lenient` takes what is none as well, for the output of other programs."""
    raw = sys.stdin.buffer.read() if sys.stdin else b""  # there is none where it was closed
    try:
        return raw.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        if lenient:
            remark("Bytes that are no UTF-8 text stand as \ufffd in the message.")
            return raw.decode(errors="replace").removeprefix("\ufeff")
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


@contextmanager
def edited(type_name: str) -> Generator[str]:
    """What somebody made of the template of this type in their editor; empty when they left it as it was.

    The file they wrote stays, and is named, when what is done with the text fails.
    """
    template = MemoryType(type_name).template.replace("{date}", f"{datetime.now().astimezone():%Y-%m-%d}")
    with reworded(template, f"contextfs save --type {type_name} -") as text:
        yield text


@contextmanager
def reworded(before: str, command: str) -> Generator[str]:
    """What somebody made of a text in their editor; empty when they left it as it was.

    When what is done with it fails, the file they wrote stays, and is named with the command that takes it.
    """
    import tempfile  # only this way of writing needs it

    if not someone_there() and not (os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        raise click.UsageError("No terminal is there to write in: give CONTENT, or set EDITOR.")
    descriptor, path = tempfile.mkstemp(prefix="contextfs-", suffix=".md")
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(before)
    try:
        click.edit(filename=path)
        text = text_of(path)
        if not text.strip():
            raise InvalidInput(
                "Nothing saved: the text is empty.", hint="Write something, or leave the text as it was."
            )
        yield "" if text.strip() == before.strip() else text
    except BaseException as error:
        _keep(path, before, f"{command} < {path}", error)
        raise
    os.unlink(path)


def _keep(path: str, template: str, command: str, error: BaseException) -> None:
    """Say where the text lies that could not be saved, so that nobody writes it twice."""
    with open(path, "rb") as file:
        written = file.read().strip()
    if written in (b"", template.strip().encode()):
        os.unlink(path)
    elif isinstance(error, ContextFSError):
        error.hint += f"\n      Your text is kept in {path}; once it is mended: {command}"
    else:
        remark(f"Your text is kept in {path}")


def content_for(content: str | None, files: tuple[str, ...], *, lenient: bool = False) -> str:
    """The text to save: the argument, ``-`` for standard input, one file, or what is piped in."""
    if content == "-":
        return piped(lenient=lenient)
    if content is not None:
        return content
    if len(files) == 1:
        return text_of(files[0])
    if files or someone_there():
        raise click.UsageError(
            "Give the CONTENT to save, - to read standard input, or --template TYPE to write it."
        )
    return piped(lenient=lenient)


def within(root: str, path: str) -> str:
    """The path as a memory keeps it: from the root of the repository where it lies in one."""
    full = os.path.realpath(path)
    inside = root and full.startswith(os.path.realpath(root) + os.sep)
    return os.path.relpath(full, os.path.realpath(root)).replace(os.sep, "/") if inside else path

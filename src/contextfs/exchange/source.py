"""Source: one thing to import from, be it a file, a folder, a member of a zip archive or text in hand.

It can be opened more than once, says how far reading has come, and shows its first bytes to those who guess formats.
Compressed files are read as what they hold.
"""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
import zipfile
import zlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from typing import IO, Any, cast

from contextfs.errors import InvalidInput
from contextfs.exchange.json_lines import BOM, parsed

HEAD = 1 << 18
"""Bytes that formats are told by."""
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_ZIP = b"PK\x03\x04"
_LINES = 50
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]', re.DOTALL)


class Head:
    """The beginning of a source, and what is seen in it at a glance."""

    def __init__(self, name: str, data: bytes, *, path: str = "", folder: bool = False) -> None:
        self.name = name
        """The last part of its path."""
        self.data = data
        self.path = path
        self.folder = folder

    @cached_property
    def text(self) -> str:
        """The bytes as text."""
        return self.data.decode("utf-8", "replace").lstrip(BOM + " \t\r\n")

    @cached_property
    def lines(self) -> Sequence[Mapping[str, Any]]:
        """The JSON objects that stand on the first lines, one each; empty when the first line is none."""
        found: list[Mapping[str, Any]] = []
        for line in self.text.split("\n", _LINES)[:_LINES]:
            value = parsed(line.strip()) if line.strip() else None
            if isinstance(value, dict):
                found.append(cast("Mapping[str, Any]", value))
            elif line.strip() and not found:
                break
        return found

    @property
    def one_line(self) -> bool:
        """Whether all of it is a single line, which is then as well a JSON document."""
        return len(self.data) < HEAD and "\n" not in self.text.strip()

    @property
    def in_list(self) -> bool:
        """Whether it is a JSON array."""
        return self.text.startswith("[")

    @property
    def trouble(self) -> str:
        """Why no format can read it, where its first bytes tell; empty where they do not."""
        if self.data.startswith(_ZIP):
            return "It begins as a zip archive and has no end: it is damaged, or was cut off."
        if self.data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "It is UTF-16 text; save it as UTF-8, as with: iconv -f UTF-16 -t UTF-8"
        return ""

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of the JSON object it is, or of the first object in the array it is; as far as they are seen."""
        if not self.text.startswith(("{", "[")):
            return frozenset()
        return frozenset(_first_keys(self.text))


def _first_keys(text: str) -> Iterator[str]:
    depth, objects, last = 0, 0, ""
    level = 2 if text.startswith("[") else 1
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "{[":
            depth += 1
            objects += depth == level and mark == "{"
        elif mark in "}]":
            depth -= 1
            if depth < level and objects:
                return
        elif mark == ":" and depth == level and objects:
            yield last
        last = mark[1:-1] if mark[0] == '"' else ""


class Source:
    """One thing to import from."""

    def __init__(
        self,
        name: str,
        path: str = "",
        *,
        member: str = "",
        data: bytes | None = None,
        base: str | None = None,
    ) -> None:
        self.name = name
        """How it is shown."""
        self._base = base
        self.path = path
        """Where it is on disk; a member of an archive has the archive's."""
        self.member = member
        self._data = data
        self._raw: IO[bytes] | None = None

    def __repr__(self) -> str:
        """As it is shown."""
        return f"Source({self.name!r})"

    @property
    def folder(self) -> bool:
        """Whether it is a folder."""
        return bool(self.path) and not self.member and os.path.isdir(self.path)

    @property
    def base(self) -> str:
        """The last part of its path; what a person would call the file, wherever it lies."""
        if self._base is not None:
            return self._base
        return (self.member or self.path).replace("\\", "/").rpartition("/")[2]

    @cached_property
    def size(self) -> int:
        """How many bytes there are to read; 0 for a folder."""
        if self._data is not None:
            return len(self._data)
        if self.folder:
            return 0
        with _told(self.name):
            if self.member:
                with zipfile.ZipFile(self.path) as archive:
                    return archive.getinfo(self.member).file_size
            return os.path.getsize(self.path)

    @property
    def position(self) -> int:
        """How many of these bytes have been read."""
        try:
            return self._raw.tell() if self._raw else 0
        except (ValueError, OSError):  # closed: it was read to its end
            return self.size

    @cached_property
    def head(self) -> Head:
        """Its beginning."""
        data = b""
        if not self.folder:
            with self.opened() as file:
                data = file.read(HEAD)
        return Head(self.base, data, path="" if self.member else self.path, folder=self.folder)

    @contextmanager
    def opened(self) -> Generator[IO[bytes]]:
        """Its bytes; what goes wrong while reading them is an InvalidInput that names the source."""
        with _told(self.name), self._open() as file:
            yield file

    @contextmanager
    def _open(self) -> Generator[IO[bytes]]:
        if self._data is not None:
            self._raw = io.BytesIO(self._data)
            yield self._raw
        elif self.member:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as inside:
                self._raw = inside
                yield inside
        else:
            with open(self.path, "rb") as file:
                self._raw = file
                yield _unpacked(file, self.name)


def _unpacked(file: io.BufferedReader, name: str) -> IO[bytes]:
    """The bytes of a file that may be compressed."""
    mark = file.peek(4)[:4]
    if mark[:2] == _GZIP:
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if mark != _ZSTD:
        return file
    try:
        zstd: Any = import_module("compression.zstd")  # Python 3.14 and later
    except ImportError:
        raise InvalidInput(
            f"{name} is compressed with Zstandard.", hint="Unpack it first: zstd -d FILE"
        ) from None
    return cast("IO[bytes]", zstd.ZstdFile(file))


@contextmanager
def _told(name: str) -> Generator[None]:
    try:
        yield
    except OSError as error:
        said = error.strerror or str(error)
        raise InvalidInput(f"Cannot read {name}: {said}.", hint="Check the path.") from None
    except (EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, KeyError) as error:
        raise InvalidInput(f"{name} is damaged: {error}.", hint="Fetch or unpack it again.") from None

"""The static provider: a table of one vector per token, averaged; always there, needs no network and no model load.

The mean is a plain one: weighing tokens by their rarity made retrieval worse, since the lengths of the rows carry it.

The table and its tokenizer come inside the `wordllama` wheel. Neither that package nor a tokenizer library nor NumPy
is imported: the table is mapped and the vocabulary laid out once (see `vocabulary`). A row becomes one big integer
of 64-bit lanes, so that Python adds 256 numbers in one instruction-like step: a half is a whole multiple of 2**-24,
hence the sums are exact and do not depend on the order or the machine.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from struct import Struct, error, pack
from typing import TYPE_CHECKING

from contextfs.domain.vector import unit
from contextfs.embedding.bpe import SPACE, BytePairEncoder
from contextfs.embedding.vocabulary import Vocabulary, lay_out, mapped
from contextfs.errors import EmbeddingUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contextfs.domain.vector import Vector
    from contextfs.embedding.provider import ProviderSettings

PACKAGE = "wordllama"
TABLE = "weights/l2_supercat_256.safetensors"
TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
RECIPE = "mean1"  # part of the identity: change it whenever the same text would get another vector
CACHE = "static-vocabulary.bin"
FACTS = Struct("<QIII8s")  # where the rows begin, rows, numbers per row, id of the token for byte 0, digest
STAMP = Struct("<qqqq")  # size and time of change of the table and of the tokenizer

MAGIC_NUMBER = 1.5 * 2.0**28  # adding it leaves a float whose lowest bits count multiples of 2**-24
MIDDLE = 1 << 62  # lifts a lane above zero, so that none borrows from the next
ROWS_KEPT = 4096  # of two kilobytes each, so that bulk work unpacks a frequent token once
WORDS_KEPT = 16_384


class StaticProvider:
    """Averages the token vectors of the table that the `wordllama` wheel carries."""

    name = "static"
    order = 30
    instant = True

    def __init__(self, cache_directory: str | None, package_directory: str | None = None) -> None:
        self._cache = cache_directory and os.path.join(cache_directory, CACHE)
        self._package = package_directory
        self._table: _Table | None = None

    @property
    def identity(self) -> str:
        """Model, size, digest of table and tokenizer, recipe."""
        table = self._opened()
        return f"static:l2_supercat:{table.dimensions}:{table.digest}:{RECIPE}"

    @property
    def dimensions(self) -> int:
        """How many numbers a row of the table has."""
        return self._opened().dimensions

    def available(self) -> bool:
        """Whether the package that carries the table is installed."""
        return self._found() is not None

    def embed_documents(self, texts: Sequence[str]) -> list[Vector]:
        """One vector per text, in order."""
        table = self._opened()
        return [table.embed(text) for text in texts]

    def embed_query(self, text: str) -> Vector:
        """The vector to search with, made like that of a document."""
        return self._opened().embed(text)

    def _opened(self) -> _Table:
        if self._table is None:
            self._table = self._open()
        return self._table

    def _open(self) -> _Table:
        package = self._found()
        if package is None:
            raise EmbeddingUnavailable(
                f"The static embedding table is missing: package {PACKAGE} is not installed.",
                hint="Install it with: pip install wordllama",
            )
        table, tokenizer = os.path.join(package, TABLE), os.path.join(package, TOKENIZER)
        try:
            vocabulary = mapped(self._cache, _stamp(table, tokenizer), lambda: _derive(table, tokenizer))
            with open(table, "rb") as file:
                return _Table(mmap(file.fileno(), 0, access=ACCESS_READ), vocabulary)
        except (OSError, ValueError, LookupError, TypeError, error) as cause:
            raise EmbeddingUnavailable(
                f"The static embedding table in {package} cannot be read: {cause}.",
                hint=f"Install it anew with: pip install --force-reinstall {PACKAGE}",
            ) from cause

    def _found(self) -> str | None:
        if self._package is None:
            self._package = _find_package()
        return self._package if self._package and os.path.exists(os.path.join(self._package, TABLE)) else None


class _Table:
    """The open table, with the words and rows met last kept at hand."""

    def __init__(self, rows: mmap, vocabulary: Vocabulary) -> None:
        self._start, _, self.dimensions, first_byte, digest = FACTS.unpack(vocabulary.facts)
        self.digest = digest.hex()
        self._rows = rows
        self._encode = lru_cache(WORDS_KEPT)(BytePairEncoder(vocabulary, first_byte).encode)
        self._row = lru_cache(ROWS_KEPT)(self._read_row)
        self._halves = Struct(f"<{self.dimensions}e")
        self._floats = Struct(f"<{self.dimensions}d")
        self._lanes = Struct(f"<{self.dimensions}Q")
        self._lift = int.from_bytes(pack("<Q", MIDDLE) * self.dimensions, "little")
        self._offset = int.from_bytes(pack("<d", MAGIC_NUMBER) * self.dimensions, "little")

    def embed(self, text: str) -> Vector:
        total, row = self._lift, self._row
        for word in text.replace(SPACE, " ").split():
            for token in self._encode(word):
                total += row(token)
        lanes = self._lanes.unpack(total.to_bytes(self._lanes.size, "little"))
        return unit([lane - MIDDLE for lane in lanes])

    def _read_row(self, token: int) -> int:
        """The token's row as multiples of 2**-24, one signed number per lane."""
        halves = self._halves.unpack_from(self._rows, self._start + token * self._halves.size)
        lifted = self._floats.pack(*[half + MAGIC_NUMBER for half in halves])
        return int.from_bytes(lifted, "little") - self._offset


def _find_package() -> str | None:
    """The directory of the package; looked for by hand first, since importlib.util is half a bare interpreter."""
    for entry in sys.path:
        directory = os.path.join(entry, PACKAGE)
        if os.path.exists(os.path.join(directory, TABLE)):
            return directory
    from importlib.util import find_spec  # only for unusual installations, such as an editable one

    spec = find_spec(PACKAGE)
    for directory in (spec and spec.submodule_search_locations) or ():
        if os.path.exists(os.path.join(directory, TABLE)):
            return directory
    return None


def _stamp(table: str, tokenizer: str) -> bytes:
    """What tells that the package was replaced, without reading its eighteen megabytes."""
    first, second = os.stat(table), os.stat(tokenizer)
    return STAMP.pack(first.st_size, first.st_mtime_ns, second.st_size, second.st_mtime_ns)


def _derive(table: str, tokenizer: str) -> bytes:
    """Lay out the tokenizer's vocabulary and note where the rows lie; happens once per installation."""
    import json  # only here: reading two megabytes of JSON is what the laid-out file saves every later process
    from hashlib import sha256

    with open(tokenizer, "rb") as file:
        model = json.load(file)["model"]
    if model["type"] != "BPE" or not model["byte_fallback"]:
        raise ValueError(f"{tokenizer} is not a byte-pair tokenizer with byte fallback")
    with open(table, "rb") as file:
        start, rows, dimensions = _read_head(file.read(int.from_bytes(file.read(8), "little")))
        file.seek(start)
        numbers = file.read(2 * rows * dimensions)
    if len(numbers) < 2 * rows * dimensions:
        raise ValueError(f"{table} ends before its last row")
    first_byte = int(model["vocab"]["<0x00>"])
    tokens = _findable(model["vocab"], first_byte + 256, rows)
    # Of what decides a vector and of nothing else, so that another release with the same numbers has the same digest.
    digest = sha256("\n".join(tokens).encode() + numbers).digest()
    facts = FACTS.pack(start, rows, dimensions, first_byte, digest)
    return lay_out(tokens, _stamp(table, tokenizer), facts)


def _read_head(head: bytes) -> tuple[int, int, int]:
    """Where the rows begin in the file, how many there are, and their length."""
    import json

    entry = json.loads(head)["embedding.weight"]
    if entry["dtype"] != "F16":
        raise ValueError(f"the table holds {entry['dtype']}, not F16")
    rows, dimensions = entry["shape"]
    return 8 + len(head) + entry["data_offsets"][0], rows, dimensions


def _findable(vocabulary: dict[str, int], first: int, rows: int) -> list[str]:
    """The tokens by id; control and byte tokens, which no text spells, are left empty."""
    tokens = [""] * rows
    for token, number in vocabulary.items():
        if number >= first:
            tokens[number] = token
    return tokens


def build(settings: ProviderSettings) -> StaticProvider:
    """The provider as the chain makes it."""
    return StaticProvider(settings.cache_directory)

"""A vocabulary as one file that is mapped, never loaded: token text to id by a hash table on disk.

Loading thirty thousand tokens costs a fresh process more than embedding its one query. So they are laid out once:
a head, the caller's stamp (what the file was made from) and facts, slots of an open-addressing table, the offsets
of the tokens and their text. A slot is 0 or 16 bits of hash above the id + 1; no hash function has to be imported,
because a token's bytes read as a number, spread by a factor and divided by the prime number of slots, give both.
"""

from __future__ import annotations

import os
from array import array
from mmap import ACCESS_READ, mmap
from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MAGIC = b"ctxfvoc1"
HEAD = Struct("<8sQIIII")  # magic, length of the file, of the stamp, of the facts, number of slots, of tokens
SLOTS = 114_689  # prime, and over three times the tokens of either tokenizer we read: a miss meets 0.3 others
SPREAD = 31_337  # without it tokens that differ in one letter stand side by side, and a miss probes 16 slots
MOST_TOKENS = 65_535  # an id + 1 must fit into 16 bits
ABSENT = -1


class Vocabulary:
    """Ids of tokens, read from the laid-out bytes in place."""

    def __init__(self, data: mmap | bytes) -> None:
        _, _, stamp, facts, _, tokens = HEAD.unpack_from(data)
        self._data = data
        self.facts = data[HEAD.size + stamp : HEAD.size + stamp + facts]
        slots = HEAD.size + _aligned(stamp + facts)
        offsets = slots + 4 * SLOTS
        self._text = offsets + 4 * tokens + 4
        view = memoryview(data)
        self._slots = view[slots:offsets].cast("I")
        self._offsets = view[offsets : self._text].cast("I")

    def find(self, token: str) -> int:
        """The id of the token, or ABSENT."""
        key = token.encode("utf-8", "replace")
        high, slot = divmod(int.from_bytes(key, "little") * SPREAD, SLOTS)
        while entry := self._slots[slot]:
            if entry >> 16 == high & 0xFFFF:
                number = entry & 0xFFFF
                if (
                    self._data[self._text + self._offsets[number - 1] : self._text + self._offsets[number]]
                    == key
                ):
                    return number - 1
            slot = slot + 1 if slot + 1 < SLOTS else 0
        return ABSENT


def lay_out(tokens: Sequence[str], stamp: bytes, facts: bytes = b"") -> bytes:
    """The bytes of a vocabulary; a token's id is its place, and an empty text stands for an id nobody may find."""
    if len(tokens) > MOST_TOKENS:
        raise ValueError(f"{len(tokens)} tokens are more than the {MOST_TOKENS} this layout holds")
    keys = [token.encode("utf-8", "replace") for token in tokens]
    slots = _slots(keys)
    offsets = array("I", bytes(4))
    for key in keys:
        offsets.append(offsets[-1] + len(key))
    notes = stamp + facts
    body = (
        notes
        + bytes(_aligned(len(notes)) - len(notes))
        + slots.tobytes()
        + offsets.tobytes()
        + b"".join(keys)
    )
    length = HEAD.size + len(body) + len(MAGIC)
    return HEAD.pack(MAGIC, length, len(stamp), len(facts), SLOTS, len(tokens)) + body + MAGIC


def _slots(keys: Iterable[bytes]) -> array[int]:
    slots = array("I", bytes(4 * SLOTS))
    for number, key in enumerate(keys):
        if not key:
            continue
        high, slot = divmod(int.from_bytes(key, "little") * SPREAD, SLOTS)
        while slots[slot]:
            slot = (slot + 1) % SLOTS
        slots[slot] = (high & 0xFFFF) << 16 | number + 1
    return slots


def _aligned(length: int) -> int:
    return -(-(HEAD.size + length) // 4) * 4 - HEAD.size


def mapped(path: str | None, stamp: bytes, derive: Callable[[], bytes]) -> Vocabulary:
    """The vocabulary kept at this path if it was made from what the stamp says, else a newly derived one.

    A file that is torn, stale or of another layout is replaced whole; where nothing can be written, the derived
    bytes are used from memory. Two processes may derive at once: the last one's equal file stays.
    """
    if path is None:
        return Vocabulary(derive())
    if kept := _read(path, stamp):
        return Vocabulary(kept)
    data = derive()
    _write(path, data)
    return Vocabulary(data)


def _read(path: str, stamp: bytes) -> mmap | None:
    """The mapped file, or None where it cannot be trusted: absent, of another length than it says, another stamp."""
    try:
        with open(path, "rb") as file:
            data = mmap(file.fileno(), 0, access=ACCESS_READ)
    except (OSError, ValueError):  # ValueError: an empty file cannot be mapped
        return None
    if len(data) < HEAD.size or data[-len(MAGIC) :] != MAGIC:
        return None
    magic, length, size, _, slots, _ = HEAD.unpack_from(data)
    sound = magic == MAGIC and length == len(data) and slots == SLOTS
    return data if sound and data[HEAD.size : HEAD.size + size] == stamp else None


def _write(path: str, data: bytes) -> None:
    """Write the file whole or not at all; a directory that takes no file only costs deriving again."""
    partial = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        try:
            with open(partial, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, path)
        except OSError:
            os.unlink(partial)
    except OSError:
        return

"""The tensors of a model's file where they lie: mapped, so that only what is used is ever read."""

from __future__ import annotations

import json
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADS = 12
EPSILON = 1e-12


class Tensors:
    """The 32-bit floats of a safetensors file that holds a BERT; the file does not say how many heads it has."""

    def __init__(self, path: str) -> None:
        self.path = path
        with open(path, "rb") as file:
            data = mmap(file.fileno(), 0, access=ACCESS_READ)
        start = 8 + int.from_bytes(data[:8], "little")
        head = json.loads(data[8:start])
        self._body = memoryview(data)[start:]
        self._entries = {name: entry for name, entry in head.items() if entry.get("dtype") == "F32"}

    @property
    def layers(self) -> int:
        """How many transformer layers there are."""
        return 1 + max(int(name.split(".")[2]) for name in self._entries if name.startswith("encoder.layer."))

    def shape(self, name: str) -> Sequence[int]:
        """How many rows and columns a tensor has; a vector has only the one."""
        return self._entries[name]["shape"]

    def flat(self, name: str) -> memoryview[float]:
        """All its numbers, row by row."""
        first, last = self._entries[name]["data_offsets"]
        return self._body[first:last].cast("f")

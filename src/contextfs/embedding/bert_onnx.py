"""The same forward pass by ONNX Runtime, twice as fast on many texts; used for those, where that package is there.

The graph is written here and takes its weights from the model's own file, so it is a few kilobytes and nothing is
converted or copied. The wire format of ONNX is Protocol Buffers: fields of a number and a value, all that is needed
of it is below.
"""

from __future__ import annotations

import json
import os
import struct
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from contextfs.embedding.bert import Filled
from contextfs.embedding.tensors import EPSILON, HEADS
from contextfs.errors import EmbeddingUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contextfs.embedding.bert import Floats

GRAPH = "graph.onnx"
OPSET = 20  # the first that knows Gelu
IR_VERSION = 9
FLOAT, INT64 = 1, 7
MOST_THREADS = 4
INPUTS = {
    "ids": INT64,
    "places": INT64,
    "split": INT64,
    "flat": INT64,
    "whole": INT64,
    "mask": FLOAT,
    "present": FLOAT,
}


class OnnxBert:
    """Token ids to one vector of length one per text, as `Bert` gives them."""

    def __init__(self, path: str) -> None:
        runtime: Any = import_module("onnxruntime")  # an extra, so nothing may need it to be there
        options = runtime.SessionOptions()
        options.intra_op_num_threads = min(MOST_THREADS, os.cpu_count() or 1)
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # leave idle cores to others
        try:
            graph = _written(path)
            self._session = runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as cause:  # the runtime's own errors have no class in common
            raise EmbeddingUnavailable(f"ONNX Runtime cannot run the model in {path}: {cause}.") from cause

    def embed(self, batch: Sequence[Sequence[int]]) -> Floats:
        """The mean vectors, one row per list of ids."""
        filled = Filled(batch)
        texts, longest = filled.ids.shape
        shapes = {
            "split": [texts, longest, HEADS, -1],
            "flat": [texts * longest, -1],
            "whole": [texts, longest, -1],
        }
        feed = {name: np.array(shape, np.int64) for name, shape in shapes.items()}
        feed |= {"ids": filled.ids, "places": np.arange(longest)}
        present = filled.present.astype(np.float32)
        feed |= {"mask": filled.mask, "present": present[..., None]}
        return filled.mean(cast("Floats", self._session.run(["sums"], feed)[0]))


def _written(weights: str) -> str:
    """The path of the graph, which must lie beside the weights it names."""
    path = os.path.join(os.path.dirname(weights), GRAPH)
    graph = _graph(weights)
    if not _holds(path, graph):
        partial = f"{path}.{os.getpid()}.tmp"
        with open(partial, "wb") as file:
            file.write(graph)
        os.replace(partial, path)
    return path


def _holds(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read() == data
    except OSError:
        return False


class _Writer:
    """Collects nodes in order; each method adds one operation and returns the name of what it gives."""

    def __init__(self) -> None:
        self.nodes: list[bytes] = []
        self.constants: list[bytes] = []

    def add(self, kind: str, *inputs: str, to: str = "", **attributes: float | list[int]) -> str:
        name = to or f"{kind}_{len(self.nodes)}"
        parts = [_field(1, given) for given in inputs] + [_field(2, name), _field(4, kind)]
        parts += [_field(5, _attribute(key, value)) for key, value in attributes.items()]
        self.nodes.append(_field(1, b"".join(parts)))
        return name

    def constant(self, name: str, numbers: Sequence[float], kind: int) -> str:
        data = struct.pack(f"<{len(numbers)}{'f' if kind == FLOAT else 'q'}", *numbers)
        self.constants.append(
            _field(5, _field(1, len(numbers)) + _field(2, kind) + _field(8, name) + _field(9, data))
        )
        return name

    def linear(self, x: str, name: str) -> str:
        return self.add("Gemm", x, name + ".weight", name + ".bias", transB=1)

    def norm(self, x: str, name: str) -> str:
        return self.add("LayerNormalization", x, name + ".weight", name + ".bias", axis=-1, epsilon=EPSILON)


def _graph(weights: str) -> bytes:
    writer = _Writer()
    tensors, layers, width = _external(weights)
    writer.constant("scale", [(width // HEADS) ** -0.5], FLOAT)
    writer.constant("axis", [1], INT64)
    x = writer.add("Gather", "embeddings.word_embeddings.weight", "ids")
    x = writer.add("Add", x, writer.add("Gather", "embeddings.position_embeddings.weight", "places"))
    x = writer.add("Add", x, "kind")
    x = writer.add("Reshape", writer.norm(x, "embeddings.LayerNorm"), "flat")
    for number in range(layers):
        x = _layer(writer, x, f"encoder.layer.{number}.")
    x = writer.add("Mul", writer.add("Reshape", x, "whole"), "present")
    writer.add("ReduceSum", x, "axis", to="sums", keepdims=0)
    inputs = [_field(11, _value(name, kind)) for name, kind in INPUTS.items()]
    body = [
        *writer.nodes,
        _field(2, "bert"),
        *writer.constants,
        *tensors,
        *inputs,
        _field(12, _value("sums", FLOAT)),
    ]
    return _field(1, IR_VERSION) + _field(7, b"".join(body)) + _field(8, _field(1, "") + _field(2, OPSET))


def _layer(writer: _Writer, x: str, at: str) -> str:
    def heads(kind: str, order: list[int]) -> str:
        split = writer.add("Reshape", writer.linear(x, f"{at}attention.self.{kind}"), "split")
        return writer.add("Transpose", split, perm=order)

    scores = writer.add("MatMul", heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]))
    scores = writer.add("Add", writer.add("Mul", scores, "scale"), "mask")
    seen = writer.add("MatMul", writer.add("Softmax", scores, axis=-1), heads("value", [0, 2, 1, 3]))
    joined = writer.add("Reshape", writer.add("Transpose", seen, perm=[0, 2, 1, 3]), "flat")
    x = writer.add("Add", writer.linear(joined, at + "attention.output.dense"), x)
    x = writer.norm(x, at + "attention.output.LayerNorm")
    wide = writer.add("Gelu", writer.linear(x, at + "intermediate.dense"))
    return writer.norm(
        writer.add("Add", writer.linear(wide, at + "output.dense"), x), at + "output.LayerNorm"
    )


def _external(weights: str) -> tuple[list[bytes], int, int]:
    """The model's tensors as references into its file; how many layers it has and how wide it is."""
    with open(weights, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        head: dict[str, dict[str, Any]] = json.loads(file.read(size))
    found: list[bytes] = []
    layers = width = 0
    for name, entry in head.items():
        if entry.get("dtype") != "F32" or name.startswith("pooler"):
            continue
        first, last = entry["data_offsets"]
        if name == "embeddings.token_type_embeddings.weight":  # every token is of the first type: one row
            width = entry["shape"][1]
            found.append(_reference("kind", [width], os.path.basename(weights), 8 + size + first, 4 * width))
            continue
        layers = max(layers, int(name.split(".")[2]) + 1) if name.startswith("encoder.layer.") else layers
        found.append(
            _reference(name, entry["shape"], os.path.basename(weights), 8 + size + first, last - first)
        )
    return found, layers, width


def _reference(name: str, shape: list[int], file: str, offset: int, length: int) -> bytes:
    place = {"location": file, "offset": str(offset), "length": str(length)}
    entries = [_field(13, _field(1, key) + _field(2, value)) for key, value in place.items()]
    dimensions = b"".join(_field(1, size) for size in shape)
    return _field(5, dimensions + _field(2, FLOAT) + _field(8, name) + b"".join(entries) + _field(14, 1))


def _value(name: str, kind: int) -> bytes:
    """An input or output whose shape is left open."""
    return _field(1, name) + _field(2, _field(1, _field(1, kind)))


def _attribute(name: str, value: float | list[int]) -> bytes:
    if isinstance(value, list):
        return _field(1, name) + b"".join(_field(8, number) for number in value) + _field(20, 7)
    if isinstance(value, int):
        return _field(1, name) + _field(3, value) + _field(20, 2)
    return _field(1, name) + b"\x15" + struct.pack("<f", value) + _field(20, 1)  # field 2, four bytes


def _field(number: int, value: bytes | str | int) -> bytes:
    """One field of the wire format: whole numbers in base 128, everything else by its length."""
    if isinstance(value, int):
        return bytes(_base128(number << 3)) + bytes(_base128(value % (1 << 64)))
    data = value.encode() if isinstance(value, str) else value
    return bytes(_base128(number << 3 | 2)) + bytes(_base128(len(data))) + data


def _base128(value: int) -> Iterator[int]:
    while value > 0x7F:
        yield value & 0x7F | 0x80
        value >>= 7
    yield value

"""The MiniLM provider: all-MiniLM-L6-v2, once `contextfs model install minilm` has fetched its weights."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

from contextfs.domain.vector import Vector
from contextfs.errors import EmbeddingUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from contextfs.embedding.bert import Bert
    from contextfs.embedding.bert_onnx import OnnxBert
    from contextfs.embedding.bert_short import ShortBert
    from contextfs.embedding.provider import ProviderSettings
    from contextfs.embedding.tensors import Tensors
    from contextfs.embedding.wordpiece import WordPiece

WEIGHTS = "model.safetensors"
WEIGHTS_SIZE = 90_868_376
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
VOCABULARY = "vocab.txt"
VOCABULARY_SIZE = 231_508
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
LAID_OUT = "minilm-vocabulary.bin"
DIMENSIONS = 384
MOST_TOKENS = 256  # what the model was published with; the rest of a text is not read
BATCH_TOKENS = 4096  # padding included; enough to keep a core busy, little enough to stay in its cache
BULK_TOKENS = 12_000  # some hundred texts: from here on it pays to load the quicker runtime
SHORT_TOKENS = 40  # of one process: until then, doing without NumPy costs less than importing it
QUERIES_KEPT = 64
MOST_WORKERS = 4
THREADS_VARIABLE = "OPENBLAS_NUM_THREADS"


class _Model:
    """The open model: its tokenizer, its weights, and three ways to run them, each loaded when it pays."""

    def __init__(self, pieces: WordPiece, tensors: Tensors) -> None:
        self.encode = partial(pieces.encode, most=MOST_TOKENS)
        self._tensors = tensors
        self._tokens = 0
        self._short = cache(self._open_short)
        self._full = cache(self._open_full)
        self._quick = cache(self._open_quick)

    def embed(self, lists: Sequence[list[int]], batches: Sequence[list[int]]) -> Iterable[list[Vector]]:
        """The vectors of each batch, which names places in the lists."""
        tokens = sum(len(lists[place]) for batch in batches for place in batch)
        self._tokens += tokens
        if self._tokens <= SHORT_TOKENS and "numpy" not in sys.modules and (short := self._short()):
            return [[short.embed(lists[place]) for place in batch] for batch in batches]
        if tokens >= BULK_TOKENS and (quick := self._quick()):
            return [_vectors(quick, lists, batch) for batch in batches]
        return _each(partial(_vectors, self._full(), lists), batches)

    def _open_short(self) -> ShortBert | None:
        try:
            from contextfs.embedding.bert_short import ShortBert
        except ImportError:
            return None  # where SimSIMD has no wheel, NumPy does all
        return ShortBert(self._tensors)

    def _open_full(self) -> Bert:
        with _readable(os.path.dirname(self._tensors.path)):
            return _load(self._tensors)

    def _open_quick(self) -> OnnxBert | None:
        try:
            from contextfs.embedding.bert_onnx import (
                OnnxBert,  # an extra; loading it costs thirty interpreters
            )

            return OnnxBert(self._tensors.path)
        except (ImportError, EmbeddingUnavailable):
            return None  # NumPy does the same, only slower


class MiniLMProvider:
    """Embeds by the sentence transformer all-MiniLM-L6-v2, without its frameworks."""

    name = "minilm"
    order = 20
    instant = False
    dimensions = DIMENSIONS
    identity = f"minilm:all-MiniLM-L6-v2:{DIMENSIONS}:{WEIGHTS_SHA256[:16]}:mean{MOST_TOKENS}"

    def __init__(self, directory: str, cache_directory: str | None = None) -> None:
        self._directory = directory
        self._cache = cache_directory
        self._model: _Model | None = None
        self._query = lru_cache(QUERIES_KEPT)(self._embed_query)

    def available(self) -> bool:
        """Whether the model's files are there in full; their digests were checked when they were installed."""
        try:
            sizes = [os.stat(os.path.join(self._directory, name)).st_size for name in (WEIGHTS, VOCABULARY)]
        except OSError:
            return False
        return sizes == [WEIGHTS_SIZE, VOCABULARY_SIZE]

    def embed_documents(self, texts: Sequence[str]) -> list[Vector]:
        """One vector per text, in order; many texts are sorted by length and shared out to a few threads."""
        model = self._opened()
        lists = [model.encode(text) for text in texts]
        worded = [place for place, ids in enumerate(lists) if len(ids) > 2]  # more than the two closing marks
        found = [Vector("f", bytes(4 * DIMENSIONS))] * len(texts)
        batches = list(_batches(sorted(worded, key=lambda place: len(lists[place])), lists))
        for batch, vectors in zip(batches, model.embed(lists, batches), strict=True):
            for place, vector in zip(batch, vectors, strict=True):
                found[place] = vector
        return found

    def embed_query(self, text: str) -> Vector:
        """The vector to search with, made like that of a document; an empty answer is looked for more than once."""
        return self._query(text)

    def _embed_query(self, text: str) -> Vector:
        return self.embed_documents([text])[0]

    def _opened(self) -> _Model:
        if self._model is None:
            self._model = self._open()
        return self._model

    def _open(self) -> _Model:
        if not self.available():
            raise EmbeddingUnavailable(
                f"The MiniLM model is not installed in {self._directory}.",
                hint="Install it with: contextfs model install minilm",
            )
        from contextfs.embedding.tensors import Tensors

        with _readable(self._directory):
            pieces = _read_pieces(os.path.join(self._directory, VOCABULARY), self._cache)
            return _Model(pieces, Tensors(os.path.join(self._directory, WEIGHTS)))


@contextmanager
def _readable(directory: str) -> Generator[None]:
    """What may go wrong when the model is opened, said with its cure."""
    try:
        yield
    except ImportError as cause:
        raise EmbeddingUnavailable(
            f"The MiniLM model needs NumPy, which cannot be imported: {cause}.",
            hint="Install it with: pip install numpy",
        ) from cause
    except (OSError, ValueError, LookupError, TypeError) as cause:
        raise EmbeddingUnavailable(
            f"The MiniLM model in {directory} cannot be read: {cause}.",
            hint="Install it anew with: contextfs model install minilm",
        ) from cause


def _load(tensors: Tensors) -> Bert:
    """The weights; NumPy comes in here, at a few times the cost of a bare interpreter, and nowhere else.

    OpenBLAS starts a thread per core as it loads unless told otherwise, which doubles the time to load and helps
    neither a single query (too small) nor a batch (we share batches out ourselves).
    """
    alone = "numpy" not in sys.modules and THREADS_VARIABLE not in os.environ
    if alone:
        os.environ[THREADS_VARIABLE] = "1"
    try:
        from contextfs.embedding.bert import Bert

        return Bert(tensors)
    finally:
        if alone:
            del os.environ[THREADS_VARIABLE]


def _read_pieces(path: str, cache_directory: str | None) -> WordPiece:
    # Not at the top: choosing a provider looks at this file even where the model is not installed.
    from contextfs.embedding.vocabulary import lay_out, mapped
    from contextfs.embedding.wordpiece import WordPiece

    status = os.stat(path)
    stamp = f"{status.st_size} {status.st_mtime_ns}".encode()

    def derive() -> bytes:
        with open(path, encoding="utf-8") as file:
            return lay_out(file.read().split("\n")[:-1], stamp)

    return WordPiece(mapped(cache_directory and os.path.join(cache_directory, LAID_OUT), stamp, derive))


def _batches(places: Sequence[int], lists: Sequence[list[int]]) -> Iterator[list[int]]:
    """Neighbours in length together, each batch within its number of tokens once filled up to its longest."""
    batch: list[int] = []
    for place in places:
        if batch and (len(batch) + 1) * len(lists[place]) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _vectors(forward: Bert | OnnxBert, lists: Sequence[list[int]], batch: Sequence[int]) -> list[Vector]:
    vectors: list[Vector] = []
    for row in forward.embed([lists[place] for place in batch]):
        vector = Vector("f")
        vector.frombytes(row.tobytes())
        vectors.append(vector)
    return vectors


def _each(work: Callable[[list[int]], list[Vector]], batches: Sequence[list[int]]) -> Iterable[list[Vector]]:
    workers = min(MOST_WORKERS, os.cpu_count() or 1, len(batches))
    if workers < 2:
        return map(work, batches)
    from concurrent.futures import ThreadPoolExecutor  # a slow import that a single query does not need

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, batches))


def build(settings: ProviderSettings) -> MiniLMProvider:
    """The provider as the chain makes it."""
    return MiniLMProvider(
        os.path.join(settings.models_directory, MiniLMProvider.name), settings.cache_directory
    )

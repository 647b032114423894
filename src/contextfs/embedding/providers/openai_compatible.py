"""The endpoint provider: any server that speaks the OpenAI embeddings call, local or remote, once a URL is set."""

from __future__ import annotations

import math
import os
from functools import lru_cache
from typing import TYPE_CHECKING, cast
from zlib import crc32

from contextfs.domain.vector import Vector, unit
from contextfs.errors import EmbeddingUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contextfs.embedding.provider import ProviderSettings

BATCH_TEXTS = 64
BATCH_CHARACTERS = 200_000
QUERIES_KEPT = 64
MOST_CHARACTERS = 8_000  # of one text: within the 2,048 tokens that common local models read at most
PROBE = "contextfs"
CHECK = "Check embedding.url, embedding.model and embedding.api_key with: contextfs config list"


class OpenAICompatibleProvider:
    """Embeds by a configured OpenAI-compatible endpoint."""

    name = "openai"
    order = 10
    instant = False

    def __init__(
        self,
        url: str,
        model: str,
        api_key: str = "",
        timeout: float = 10.0,
        size: int = 0,
        cache_directory: str | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._model = model
        self._key = api_key
        self._timeout = timeout
        self._notes = _Notes(cache_directory, self._url, model)
        self._size = size or self._notes.read()
        self._silent = not url
        self._query = lru_cache(QUERIES_KEPT)(self._embed_query)

    @property
    def identity(self) -> str:
        """Model and size; not the address, since the same model served elsewhere gives the same vectors.

        Where the size was never learnt and the endpoint does not answer, it is 0: no stored vector has that one,
        and whoever only asks what there is gets an answer instead of an error.
        """
        if not self._size and not self._silent:
            try:
                self._learn()
            except EmbeddingUnavailable:
                self._silent = True
        return f"openai:{self._model or 'default'}:{self._size}:v1"

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has: as configured or once learnt, else asked of the endpoint."""
        if not self._size:
            self._learn()
        return self._size

    def _learn(self) -> None:
        self._checked(self._ask([PROBE])[0])

    def available(self) -> bool:
        """Whether an endpoint is configured; whether it answers shows when it is asked."""
        return bool(self._url)

    def embed_documents(self, texts: Sequence[str]) -> list[Vector]:
        """One vector per text, in order; blank texts are not sent, as many endpoints refuse them."""
        cleaned = [_clean(text) for text in texts]
        worded = [place for place, text in enumerate(cleaned) if text]
        found: dict[int, Vector] = {}
        for batch in _batches(worded, cleaned):
            answers = self._ask([cleaned[place] for place in batch])
            found.update(zip(batch, map(self._checked, answers), strict=True))
        return [found.get(place) or Vector("f", bytes(4 * self.dimensions)) for place in range(len(texts))]

    def embed_query(self, text: str) -> Vector:
        """The vector to search with, made like that of a document; the same question is asked of it once."""
        return self._query(text)

    def _embed_query(self, text: str) -> Vector:
        return self.embed_documents([text])[0]

    def _checked(self, numbers: list[float]) -> Vector:
        if not self._size:
            self._size = len(numbers)
            self._notes.write(self._size)
        if len(numbers) != self._size:
            raise self._refuse(f"gave {len(numbers)} numbers where {self._size} were expected")
        if not all(map(math.isfinite, numbers)):
            raise self._refuse("gave a vector with a number that is not finite")
        return unit(numbers)

    def _ask(self, texts: list[str]) -> list[list[float]]:
        """One call; the answer's own numbering decides the order."""
        import json

        answer = self._post(json.dumps({"model": self._model, "input": texts}).encode())
        try:
            entries = sorted(json.loads(answer)["data"], key=_place)
            vectors = [[float(number) for number in entry["embedding"]] for entry in entries]
        except (ValueError, LookupError, TypeError, AttributeError) as cause:
            raise self._refuse("did not answer with embeddings") from cause
        if len(vectors) != len(texts) or not all(vectors):
            raise self._refuse(f"gave {len(vectors)} vectors for {len(texts)} texts")
        return vectors

    def _post(self, body: bytes) -> bytes:
        from http.client import HTTPException  # these cost a fresh process more than the rest of a search
        from urllib.error import HTTPError, URLError
        from urllib.request import Request, urlopen

        if not self._url.startswith(("http://", "https://")):
            raise EmbeddingUnavailable(
                f"embedding.url is {self._url!r}; it must begin with http:// or https://.",
                hint="Set it with: contextfs config set embedding.url http://127.0.0.1:11434/v1",
            )
        headers = {"Content-Type": "application/json", "User-Agent": "contextfs"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = Request(f"{self._url}/embeddings", body, headers)  # noqa: S310 - the scheme is checked above
        try:
            with urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                return cast("bytes", answer.read())
        except HTTPError as cause:
            raise self._refuse(f"answered {cause.code} {cause.reason}{_said(cause.read(2000))}") from cause
        except URLError as cause:
            raise self._refuse(f"cannot be reached: {cause.reason}") from cause
        except (HTTPException, OSError) as cause:
            raise self._refuse(f"did not answer in full: {cause or type(cause).__name__}") from cause

    def _refuse(self, what: str) -> EmbeddingUnavailable:
        return EmbeddingUnavailable(f"The embedding endpoint {self._url} {what}.", hint=CHECK)


class _Notes:
    """The size of the endpoint's vectors, kept so that a later process need not ask for it."""

    def __init__(self, directory: str | None, url: str, model: str) -> None:
        self._about = f"{url}\n{model}\n"
        name = f"endpoint-{crc32(self._about.encode('utf-8', 'replace')):08x}.txt"
        self._path = directory and os.path.join(directory, name)

    def read(self) -> int:
        """The size noted for this address and model; 0 where there is none."""
        try:
            with open(self._path or os.devnull, encoding="utf-8") as file:
                size, _, about = file.read().partition("\n")
        except (OSError, UnicodeDecodeError):
            return 0
        return int(size) if about == self._about and size.isdecimal() else 0

    def write(self, size: int) -> None:
        """Note the size; where nothing can be written it is asked for again."""
        if self._path is None:
            return
        partial = f"{self._path}.{os.getpid()}.tmp"
        try:
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            with open(partial, "w", encoding="utf-8", newline="\n") as file:
                file.write(f"{size}\n{self._about}")
            os.replace(partial, self._path)
        except OSError:
            return


def _clean(text: str) -> str:
    """What is sent: white space as single spaces, no more than common models read, valid Unicode."""
    return " ".join(text.split())[:MOST_CHARACTERS].encode("utf-8", "replace").decode()


def _place(entry: dict[str, int]) -> int:
    return int(entry.get("index", 0))


def _batches(places: Sequence[int], texts: Sequence[str]) -> Iterator[list[int]]:
    batch: list[int] = []
    size = 0
    for place in places:
        if batch and (len(batch) == BATCH_TEXTS or size + len(texts[place]) > BATCH_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(place)
        size += len(texts[place])
    if batch:
        yield batch


def _said(body: bytes) -> str:
    """What the endpoint gave as its reason, on one short line."""
    text = " ".join(body.decode("utf-8", "replace").split())
    return f" ({text[:200]})" if text else ""


def build(settings: ProviderSettings) -> OpenAICompatibleProvider:
    """The provider as the chain makes it."""
    return OpenAICompatibleProvider(
        settings.url,
        settings.model,
        settings.api_key,
        settings.timeout,
        settings.size,
        settings.cache_directory,
    )

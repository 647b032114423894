"""What every embedding provider is, and the values that the chain builds one from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contextfs.domain.vector import Vector


class EmbeddingProvider(Protocol):
    """Turns texts into vectors of unit length; a text without a word becomes the zero vector.

    A provider that cannot do its work raises EmbeddingUnavailable, and the caller goes on without it.
    """

    @property
    def name(self) -> str:
        """What the setting embedding.provider calls it."""
        ...

    @property
    def order(self) -> int:
        """Its place in the chain; lower comes first."""
        ...

    @property
    def instant(self) -> bool:
        """Whether it is cheap enough to embed inside a save."""
        ...

    @property
    def identity(self) -> str:
        """What is kept with each vector: it changes whenever the same text would get another vector."""
        ...

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        ...

    def available(self) -> bool:
        """Whether it could work here; never loads a model and never asks the network."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> list[Vector]:
        """One vector per text, in order."""
        ...

    def embed_query(self, text: str) -> Vector:
        """The vector to search with."""
        ...


class ProviderSettings(NamedTuple):
    """Everything a provider may need; each takes its own part, and none reads the environment."""

    cache_directory: str | None = None  # where derived files may be kept; None keeps them in memory
    models_directory: str = ""  # where installed models lie, one directory each
    choice: str = "auto"  # auto, words, or the name of a provider
    url: str = ""
    model: str = ""
    api_key: str = ""
    timeout: float = 10.0
    size: int = 0  # dimensions of the endpoint's vectors; 0 asks it once

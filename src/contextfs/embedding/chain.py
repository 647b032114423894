"""The fallback chain: the providers in their order, and the one that is to be used here."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from contextfs.embedding import providers
from contextfs.errors import EmbeddingUnavailable, InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Collection

    from contextfs.embedding.provider import EmbeddingProvider, ProviderSettings

AUTO = "auto"
WORDS = "words"


def every(settings: ProviderSettings) -> list[EmbeddingProvider]:
    """All providers, the preferred one first, whether they can work here or not."""
    built = [cast("EmbeddingProvider", import_module(name).build(settings)) for name in _modules()]
    return sorted(built, key=lambda provider: provider.order)


def active(settings: ProviderSettings, *, without: Collection[str] = ()) -> EmbeddingProvider | None:
    """The provider to use, or None for search by words alone; `without` names those that failed a moment ago.

    A chosen provider that cannot work here is an error and never silently another one; `auto` takes the first of
    the chain that can.
    """
    if settings.choice == WORDS:
        return None
    if settings.choice != AUTO:
        return _chosen(settings, without)
    return next((one for one in every(settings) if one.name not in without and one.available()), None)


def named(settings: ProviderSettings, name: str) -> EmbeddingProvider:
    """The provider of this name."""
    found = every(settings)
    for provider in found:
        if provider.name == name:
            return provider
    known = ", ".join([AUTO, WORDS, *(provider.name for provider in found)])
    raise InvalidSetting(f"There is no embedding provider {name!r}.", hint=f"Choose one of: {known}")


def _chosen(settings: ProviderSettings, without: Collection[str]) -> EmbeddingProvider | None:
    provider = named(settings, settings.choice)
    if provider.name in without:
        return None
    if not provider.available():
        raise EmbeddingUnavailable(
            f"The embedding provider {provider.name!r} was chosen but is not set up here.",
            hint="Show what is missing with: contextfs model list. Or let contextfs choose: "
            "contextfs config set embedding.provider auto",
        )
    return provider


@cache
def _modules() -> tuple[str, ...]:
    """The provider files; listed by hand, since pkgutil costs a fresh process as much as the search itself."""
    names = {
        entry.partition(".")[0]
        for entry in os.listdir(providers.__path__[0])
        if entry.endswith((".py", ".pyc"))
    }
    return tuple(f"{providers.__name__}.{name}" for name in sorted(names) if not name.startswith("_"))

"""What is dear to count and the same until something is written: kept for as long as the last change is the last."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from contextfs.api import ContextFS

Value = TypeVar("Value")
_MOST = 16
_kept: dict[Hashable, tuple[str, object]] = {}


def until_changed(ctx: ContextFS, name: Hashable, make: Callable[[], Value]) -> Value:
    """The value that was made of this store as it stands now, made if it was not."""
    key, last = (ctx.settings.data_dir, ctx.workspace.namespace, name), ctx.last_change().change
    found = _kept.get(key)
    if found and found[0] == last:
        return cast("Value", found[1])
    value = make()
    while len(_kept) >= _MOST:
        _kept.pop(next(iter(_kept)), None)
    _kept[key] = (last, value)
    return value

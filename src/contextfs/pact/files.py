"""Files: the memories about one, and the paths that somebody gives in place of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from contextfs.api.drafts import MAX_LIMIT
from contextfs.domain.given import whole_number
from contextfs.domain.record import path_as_text
from contextfs.errors import InvalidInput

if TYPE_CHECKING:
    from contextfs.api import ContextFS
    from contextfs.domain.memory import Memory


def about(front: ContextFS, path: str, limit: int) -> list[Memory]:
    """The memories about a file, a folder or a glob, surest first."""
    path = path.replace("\\", "/")
    if any(mark in path for mark in "*?[") and not front.records.is_path(path):
        return front.records.about_glob(path, limit)
    return [one.memory for one in front.about_file(path, whole_number("limit", limit, 1, MAX_LIMIT))]


def listed(files: object) -> list[str]:
    """The paths that somebody gives; one path by itself is refused, since its letters would be the paths."""
    if files is None:
        return []
    if isinstance(files, str | bytes) or not isinstance(files, Iterable):
        raise InvalidInput(f"files must be a list, not {type(files).__name__}.", hint="Write it as [ … ].")
    paths = [path_as_text(path) for path in cast("Iterable[object]", files)]
    for place, path in enumerate(paths):
        if not isinstance(path, str):
            raise InvalidInput(f"files[{place}] must be a text, not {type(path).__name__}.")
    return cast("list[str]", paths)

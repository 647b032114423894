"""Moving in from one path: what it is, told by its content, and what it is asked to become."""

from __future__ import annotations

import os
from collections.abc import Mapping

from contextfs.api import importing, moving_in
from contextfs.api.engine import Engine
from contextfs.domain.imported import Taken
from contextfs.errors import UnreadableSource
from contextfs.exchange.importers.table import CONVERSATION, FORMATS, named, sniffed
from contextfs.exchange.source import Source


def import_memories(engine: Engine, path: str, form: str, given: Mapping[str, object]) -> Taken:
    """Take in the memories of one file or folder."""
    full = os.path.abspath(os.path.expanduser(path))
    if not os.path.exists(full):
        raise UnreadableSource(f"There is no file or folder {path!r}.", hint="Check the path.")
    source = Source(path, full)
    row = named(form) if form not in {"", "auto"} else sniffed(source)
    if row is None or row.kind == CONVERSATION:
        held = "a conversation" if row else "no format that contextfs knows"
        names = ", ".join(one.name for one in FORMATS if one.kind != CONVERSATION)
        raise UnreadableSource(f"{path} holds {held}, not memories.", hint=f"Formats with memories: {names}")
    return moving_in.take_in(engine, source, row, importing.options({**given, "format": row.name}))

"""Touching: the files that a tool call of a host has changed are noted for its session at once."""

from __future__ import annotations

from collections.abc import Mapping

from contextfs.api.engine import Engine, now
from contextfs.api.tracked import normalised
from contextfs.domain.clock import to_micros
from contextfs.exchange.importers.calls import changed_by


def note(engine: Engine, session: str, tool: str, arguments: Mapping[str, object] | str) -> list[str]:
    """Note the files that a call changes, if it changes any; returns them as they are kept."""
    kept = [path for path in normalised(engine, changed_by(tool, arguments)) if path]
    if kept:
        engine.store.touch(session, kept, to_micros(now()))
    return kept

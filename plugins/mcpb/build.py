"""Writes the bundle for Claude Desktop: the manifest and the sources, whose dependencies `uv` fetches when it starts.

Run it as `python plugins/mcpb/build.py [FILE]`; FILE is `build/contextfs-VERSION.mcpb` unless another is named.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).parents[2]
MANIFEST = TOP / "plugins" / "mcpb" / "manifest.json"


def members() -> Iterator[tuple[str, Path]]:
    """What goes into the bundle, by its name there."""
    yield "manifest.json", MANIFEST
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        yield name, TOP / name
    for path in sorted((TOP / "src").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(TOP).as_posix(), path


def build(target: Path) -> None:
    """Write the bundle; the same sources give the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, path in members():
            bundle.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    version = json.loads(MANIFEST.read_text(encoding="utf-8"))["version"]
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else TOP / "build" / f"contextfs-{version}.mcpb"
    build(chosen)
    print(chosen)

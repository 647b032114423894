"""Installs contextfs into an empty environment and says what came: how many distributions, how many megabytes.

    python benchmarks/install/measure.py [--way locked|plain] [--write]

`locked` installs constraints.txt as `make` does; `plain` is `pip install .` with whatever versions are newest. The
installer itself (pip, setuptools, the build backend) is not counted: it is not part of what contextfs needs to run.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
INSTALLERS = {"pip", "setuptools", "uv-build", "uv_build", "wheel"}


class Size(NamedTuple):
    """What one distribution, or all of them, take: bytes of files, of those bytecode, and blocks on disk."""

    files: int
    bytecode: int
    disk: int

    def __add__(self, other: object) -> Size:
        """Both together."""
        assert isinstance(other, Size)
        return Size(self.files + other.files, self.bytecode + other.bytecode, self.disk + other.disk)


def install(environment: Path, way: str) -> Path:
    """Make the environment and install into it; return its site-packages."""
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    path = os.pathsep.join([str(scripts), os.environ["PATH"]])
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    locked = ["--no-deps", "--require-hashes", "-r", str(ROOT / "constraints.txt")]
    project = ["--no-deps", "--no-build-isolation", str(ROOT)] if way == "locked" else [str(ROOT)]
    for arguments in [locked, project] if way == "locked" else [project]:
        subprocess.run([*pip, *arguments], check=True, env={**os.environ, "PATH": path})
    where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip())


def distributions(site_packages: Path) -> Iterator[tuple[str, Size]]:
    """Each installed distribution with its size, the installer left out."""
    for found in importlib.metadata.distributions(path=[str(site_packages)]):
        name = found.metadata["Name"]
        if name.lower() not in INSTALLERS:
            paths = [Path(str(file.locate())) for file in found.files or []]
            yield f"{name} {found.version}", sum(map(measure, filter(Path.is_file, paths)), Size(0, 0, 0))


def measure(path: Path) -> Size:
    """What one file takes."""
    found = path.stat()
    blocks = getattr(found, "st_blocks", -(-found.st_size // 512)) * 512
    return Size(found.st_size, found.st_size if path.suffix == ".pyc" else 0, blocks)


def report(way: str) -> dict[str, object]:
    """Install, measure, and put the figures together."""
    with tempfile.TemporaryDirectory() as folder:
        sizes = dict(distributions(install(Path(folder) / "venv", way)))
    whole = sum(sizes.values(), Size(0, 0, 0))
    largest = sorted(sizes.items(), key=lambda entry: entry[1].files - entry[1].bytecode, reverse=True)[:10]
    return {
        "way": way,
        "python": platform.python_version(),
        "platform": f"{platform.system().lower()}-{platform.machine()}",
        "distributions": len(sizes),
        "megabytes": megabytes(whole.files - whole.bytecode),
        "megabytes_of_bytecode": megabytes(whole.bytecode),
        "megabytes_on_disk_with_bytecode": megabytes(whole.disk),
        "largest": {name: megabytes(size.files - size.bytecode) for name, size in largest},
    }


def megabytes(size: int) -> float:
    """Bytes as millions of bytes."""
    return round(size / 1e6, 1)


def main() -> None:
    """Print the figures; with --write, keep them among the runs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--way", choices=["locked", "plain"], default="locked")
    parser.add_argument("--write", action="store_true", help="write a run file under runs/")
    options = parser.parse_args()
    text = json.dumps(report(options.way), indent=2)
    print(text)
    if options.write:
        machine = f"{platform.system().lower()}-{os.cpu_count()}cpu"
        folder = Path(__file__).parent / "runs" / f"{date.today()}-{machine}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"install-{options.way}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

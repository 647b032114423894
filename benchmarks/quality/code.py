"""Ranking quality of the repository index, through the real path: a git repository is made, indexed and asked.

    python benchmarks/quality/code.py cosqa                      # each function is a file
    python benchmarks/quality/code.py devmem                     # documents are files, commits are commits
    python benchmarks/quality/code.py localise --repository .    # subject of a commit -> the files that it touched
    python benchmarks/quality/code.py cosqa devmem localise --write

A question is asked for ten files or commits. For `localise` the commits themselves are not indexed, and files that are
gone today do not count; the tree is the one that has those changes, which makes it easier than foresight would be.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import metrics
from evalsets import EvalSet, load

from contextfs import ContextFS
from contextfs.settings import Settings

_DEEP = 20
_SUBJECTS = 200


class Case(NamedTuple):
    """One question with what answers it."""

    text: str
    relevant: frozenset[str]
    category: str


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="+", choices=("cosqa", "devmem", "localise"))
    parser.add_argument("--repository", type=Path, default=Path())
    parser.add_argument("--provider", default="static")
    parser.add_argument("--write", action="store_true", help="write a dated run file beside this script")
    asked = parser.parse_args()
    report: dict[str, object] = {}
    for name in asked.what:
        if name == "localise":
            scores = list(localise(asked.repository.resolve(), asked.provider))
        else:
            scores = list(measure(load(name), asked.provider))
        report[name] = summary(scores)
        print(name, json.dumps(report[name]), flush=True)
    if asked.write:
        write(asked.provider, report)


def summary(scores: list[tuple[Case, dict[str, float]]]) -> dict[str, object]:
    """Each metric with its interval, and nDCG@10 by category."""
    groups: dict[str, list[float]] = {}
    for case, one in scores:
        groups.setdefault(case.category, []).append(one["ndcg@10"])
    return {
        "questions": len(scores),
        "metrics": {name: metrics.interval([one[name] for _, one in scores]) for name in metrics.NAMES},
        "categories": {name: round(sum(values) / len(values), 4) for name, values in sorted(groups.items())},
    }


def measure(chosen: EvalSet, provider: str) -> Iterator[tuple[Case, dict[str, float]]]:
    """Every scope of a set as a repository of its own."""
    for scope in dict.fromkeys(one.scope for one in chosen.documents):
        with TemporaryDirectory() as folder:
            root = Path(folder) / "repository"
            names = make(root, chosen, scope)
            with opened(Path(folder), root, provider) as ctx:
                ctx.index(commits=100_000)
                for one in chosen.questions:
                    if one.scope == scope and one.counted:
                        case = Case(one.text, one.relevant, one.category)
                        yield (
                            case,
                            metrics.score(ranked(ctx, one.text, names.get, commits=True), one.relevant),
                        )


def make(root: Path, chosen: EvalSet, scope: str) -> dict[str, str]:
    """A repository with a file or a commit for each document; returns path or hash -> document."""
    names: dict[str, str] = {}
    texts: list[tuple[str, str]] = []
    root.mkdir(parents=True)
    git(root, "init", "--quiet")
    for number, one in enumerate(item for item in chosen.documents if item.scope == scope):
        if one.meta.get("kind") == "commit":
            texts.append((one.id, one.text))
            continue
        path = (
            root / f"d{number % 97}" / f"{number}{'.py' if one.meta.get('language') == 'python' else '.md'}"
        )
        path.parent.mkdir(exist_ok=True)
        path.write_text(one.text, encoding="utf-8")
        names[path.relative_to(root).as_posix()] = one.id
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "-m", "everything")
    head = git(root, "rev-parse", "HEAD").strip()
    tree = git(root, "rev-parse", "HEAD^{tree}").strip()
    for name, text in texts:
        head = git(root, "commit-tree", tree, "-p", head, given=text or "-").strip()
        names[head] = name
    git(root, "update-ref", "HEAD", head)
    return names


def localise(root: Path, provider: str) -> Iterator[tuple[Case, dict[str, float]]]:
    """Subjects of the latest commits of a repository, asked of its code."""
    told = git(root, "log", f"-n{_SUBJECTS}", "--no-merges", "--format=%x1e%s%x1f", "--name-only")
    with TemporaryDirectory() as folder, opened(Path(folder), root, provider) as ctx:
        ctx.index(commits=0)
        for record in told.split("\x1e")[1:]:
            subject, _, files = record.partition("\x1f")
            there = frozenset(name for name in files.split("\n") if name and (root / name).exists())
            if 0 < len(there) <= 10:
                found = ranked(ctx, subject, lambda path: path, commits=False)
                yield Case(subject, there, "subject"), metrics.score(found, there)


def opened(folder: Path, root: Path, provider: str) -> ContextFS:
    """An empty store beside a repository."""
    settings = Settings({"CONTEXTFS_EMBEDDING_PROVIDER": provider}, data_dir=str(folder / "data"))
    return ContextFS(settings=settings, cwd=str(root))


def ranked(ctx: ContextFS, text: str, named: Callable[[str], str | None], *, commits: bool) -> list[str]:
    """The documents behind the hits, the most relevant first, each once."""
    hits = ctx.search_code(text, _DEEP, commits=commits, min_relevance=0)
    hits.sort(key=lambda one: -one.relevance)
    found = (named(one.path or one.commit) for one in hits)
    return list(dict.fromkeys(one for one in found if one))


def git(root: Path, *arguments: str, given: str = "") -> str:
    """Run git in a repository."""
    who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"]
    return subprocess.run(
        ["git", *who, *arguments], cwd=root, input=given, capture_output=True, check=True, text=True
    ).stdout


def write(provider: str, report: dict[str, object]) -> None:
    """Keep the figures beside this script."""
    now = datetime.now(UTC)
    folder = (
        Path(__file__).parent / "runs" / f"{now:%Y-%m-%d}-{platform.machine()}-{platform.system().lower()}"
    )
    folder.mkdir(parents=True, exist_ok=True)
    facts = {
        "provider": provider,
        "python": platform.python_version(),
        "command": sys.argv[1:],
        "sets": report,
    }
    path = folder / f"code-{provider}.json"
    path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    print(f"written: {path}")


if __name__ == "__main__":
    main()

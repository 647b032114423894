"""The documentation leads everywhere and promises only what is there."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

LINK = re.compile(r"\]\(([^)\s#]+)?(?:#([\w-]+))?\)")
FENCE = re.compile(r"^(```+|~~~+).*?^\1\s*$", re.MULTILINE | re.DOTALL)


def links(page: Path) -> list[tuple[Path, str]]:
    """The files of the tree that a page links to, each with the heading meant; code blocks are not read."""
    found: list[tuple[Path, str]] = []
    for target, anchor in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" not in target:
            found.append(((page.parent / target).resolve() if target else page, anchor))
    return found


def anchors(page: Path) -> set[str]:
    """The headings of a page as links spell them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def pages(root: Path) -> list[Path]:
    """Every page of the documentation."""
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def test_every_link_leads_somewhere(root: Path) -> None:
    """Each link between pages names a file that exists, and a heading that it has."""
    broken: list[str] = []
    for page in pages(root):
        for target, anchor in links(page):
            if not target.exists() or (anchor and anchor not in anchors(target)):
                broken.append(f"{page.relative_to(root)} → {target.name}#{anchor}")
    assert broken == []


def test_every_page_can_be_found(root: Path) -> None:
    """Starting at the README one can reach every page of docs."""
    seen: set[Path] = set()
    ahead = [root / "README.md"]
    while ahead:
        page = ahead.pop()
        if page not in seen and page.suffix == ".md":
            seen.add(page)
            ahead += [target / "README.md" if target.is_dir() else target for target, _ in links(page)]
    assert [str(page.relative_to(root)) for page in (root / "docs").rglob("*.md") if page not in seen] == []


def test_generated_pages_agree_with_the_code(root: Path) -> None:
    """The reference pages are what the code says today."""
    command = [sys.executable, root / "docs" / "generate.py", "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_dependency_has_its_reason(root: Path) -> None:
    """Each dependency of pyproject.toml is named in the index of decisions."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    index = (root / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    names = [re.split(r"[^\w-]", dependency)[0] for dependency in project["dependencies"]]
    assert [name for name in names if name not in index] == []


def test_every_make_target_in_the_docs_exists(root: Path) -> None:
    """A `make` command that the documentation names is a target of the Makefile."""
    targets = set(
        re.findall(r"^([a-z-]+):.*## ", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages(root))
    assert set(re.findall(r"`make ([a-z-]+)`", text)) <= targets

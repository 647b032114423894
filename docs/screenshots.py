"""Takes the pictures of docs/how-to/web.md: every view of the page over the demo store, in both colour schemes.

    python docs/screenshots.py [--only NAME]

The store is made anew in a temporary directory from demo/memories.jsonl. Needs Chromium on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from contextfs import ContextFS

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SIZE: ViewportSize = {"width": 1200, "height": 780}
DECIDED = """\
## Jitter instead of SQLite's busy timeout

**Decision:** writers wait with jitter, see `src/contextfs/store/database.py`.

**Why:** with eight writers the worst wait was 9.7 s, since the built-in handler sleeps in steps of 100 ms.

```python
def __call__(self, attempt: int) -> bool:
    time.sleep(random.uniform(0.0002, 0.002))
    return time.monotonic() < self.deadline
```

| writers | built in | jitter |
| ------- | -------- | ------ |
| 2       | 0.4 s    | 0.02 s |
| 8       | 9.7 s    | 0.3 s  |

- [x] measured with eight processes
- [ ] measured on Windows
"""
TALK = (
    ("user", "Eight processes save at once, and one of them waits for nine seconds. What can we do?"),
    ("assistant", "SQLite's busy timeout sleeps in fixed steps, so one loses again and again. Let us **jitter**."),
    ("user", "Measure that first."),
    ("assistant", "The worst wait fell from 9.7 s to 0.3 s:\n\n```text\nbuilt in  9.7 s\njitter    0.3 s\n```"),
    ("user", "Then we take the jitter. Remember it."),
)  # fmt: skip

DOUBTFUL = (
    {
        "content": "A session is over after 60 minutes without a message.",
        "tags": ["session"],
        "created_at": "2026-02-10",
    },
    {
        "content": "A session is over after 30 minutes without a message.",
        "tags": ["sessions"],
        "created_at": "2026-08-11",
    },
    {
        "content": "We keep transcripts as they came.",
        "type": "decision",
        "tags": ["sessions"],
        "created_at": "2026-05-02",
    },
)
"""What a round of review is about."""


class Shot(NamedTuple):
    """One picture."""

    name: str
    path: str
    ready: str
    """What has to be there before it is taken."""


def shots(memory: str, session: str) -> tuple[Shot, ...]:
    """Every view."""
    return (
        Shot("search", "/?q=writers+wait+too+long", ".facets"),
        Shot("memory", f"/memory/{memory}", ".steps"),
        Shot("edit", f"/memory/{memory}/edit", "#preview p"),
        Shot("timeline", "/timeline", ".month"),
        Shot("entities", "/entities", ".tile"),
        Shot("graph", "/graph", "[data-ready]"),
        Shot("sessions", f"/sessions/{session}", "main"),
        Shot("why", "/why?place=src/contextfs/store/database.py", "main"),
        Shot("statistics", "/statistics", "main"),
        Shot("review", "/review", ".queue, .empty"),
        Shot("import", "/import", "main"),
    )


def fill(directory: str) -> tuple[str, str]:
    """The demo store, as if it had grown over some months; the memory and the session to show."""
    lines = (ROOT / "demo" / "memories.jsonl").read_text(encoding="utf-8").splitlines()
    with ContextFS(
        data_dir=directory, namespace="contextfs", source_tool="claude-code", cwd=str(ROOT)
    ) as ctx:
        start = datetime.now(UTC) - timedelta(days=2 * len(lines))
        known = [json.loads(line) for line in lines]
        dated = [
            {**one, "source_repo": "contextfs", "created_at": start + timedelta(days=2 * n)}
            for n, one in enumerate(known)
        ]
        ctx.save_many([*dated, *DOUBTFUL])
        session = ctx.start_session(tool="claude-code", label="writers wait too long")
        for role, text in TALK:
            ctx.add_message(role, text)
        first = DECIDED.replace("9.7 s, since", "9.7 s, because")
        memory = ctx.save(first, type="decision", tags=["sqlite", "concurrency"])
        ctx.end_session()
        ctx.update(memory, content=DECIDED)
    return memory.id, session.id


@contextmanager
def serving(directory: str) -> Generator[tuple[str, str]]:
    """`contextfs web` over the store; its address and its link."""
    command = [sys.executable, "-m", "contextfs", "web", "--port", "0", "--no-open"]
    environ = {**os.environ, "CONTEXTFS_DATA_DIR": directory, "CONTEXTFS_NAMESPACE": "contextfs"}
    process = subprocess.Popen(command, env=environ, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        said = (re.search(r"(http\S+/)\?token=\S+", line) for line in process.stderr)
        found = next(one for one in said if one)
        yield found[1], found[0]
    finally:
        process.terminate()
        process.wait(20)


def take(page: Page, address: str, shot: Shot, scheme: str) -> None:
    """Open a view, wait until it stands, and keep its picture."""
    answer = page.goto(address.rstrip("/") + shot.path)
    if answer is None or answer.status >= 400:
        print(f"{shot.name}: {answer.status if answer else 'no answer'}")
        return
    page.locator(shot.ready).first.wait_for()
    page.wait_for_timeout(400)
    page.screenshot(path=IMAGES / f"web-{shot.name}-{scheme}.png")


def visit(browser: Browser, address: str, link: str, wanted: list[Shot]) -> None:
    """All pictures, in both schemes, with one visit."""
    context = browser.new_context(viewport=SIZE, color_scheme="light")
    page = context.new_page()
    page.goto(link)
    page.wait_for_url(address)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for shot in wanted:
            take(page, address, shot, scheme)
    context.close()


def main() -> None:
    """Take the pictures."""
    os.environ["CONTEXTFS_AUTHOR"] = "Ada"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="the name of one view")
    only = parser.parse_args().only
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        sys.exit("There is no Chromium on this machine; install it: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="contextfs-pictures-") as directory:
        wanted = [shot for shot in shots(*fill(directory)) if only in {"", shot.name}]
        with serving(directory) as (address, link), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            visit(browser, address, link, wanted)
            browser.close()


if __name__ == "__main__":
    main()

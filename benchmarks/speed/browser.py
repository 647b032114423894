"""The web page in a browser, by the browser's own clock: the first paint, and from a letter to its results."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright

WORDS = (
    "parser",
    "error message",
    "test of the format",
    "import",
    "cache of lines",
    "unexpected end of file",
)
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"
_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
_TYPED = """text => new Promise(done => {
  const box = document.querySelector("#q"), start = performance.now();
  let asked = 0;
  document.addEventListener("htmx:before:request", () => { asked = performance.now(); }, { once: true });
  document.addEventListener("htmx:after:swap", () => requestAnimationFrame(() => {
    const now = performance.now();
    done([now - start, now - asked]);
  }), { once: true });
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
})"""


class Seen(NamedTuple):
    """Milliseconds over one store."""

    paint: list[float]
    typed: list[float]
    """From the letter to its results on the screen, the pause after typing included."""
    asked: list[float]
    """The same from the moment when they are asked for."""


def compared(data_dirs: list[str], runs: int) -> list[Seen]:
    """The same visits to several stores, in turns, in one browser."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        return []
    with sync_playwright() as playwright, _served(data_dirs) as links:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        pages = [_entered(browser.new_context().new_page(), link) for link in links]
        seen = [Seen([], [], []) for _ in pages]
        for turn in range(runs + 1):
            for page, found in zip(pages, seen, strict=True):
                _visit(
                    page, WORDS[turn % len(WORDS)], found if turn else Seen([], [], [])
                )  # the first one warms up
        browser.close()
    return seen


def median(values: list[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def _visit(page: Page, word: str, found: Seen) -> None:
    page.bring_to_front()
    page.reload()
    page.wait_for_function(_PAINTED)
    found.paint.append(page.evaluate(_PAINT))
    page.locator(".facets").wait_for()
    for text in (word, f"{word} of"):
        typed, asked = page.evaluate(_TYPED, text)
        found.typed.append(typed)
        found.asked.append(asked)
    page.evaluate("() => history.replaceState(null, '', '/')")


def _entered(page: Page, link: str) -> Page:
    page.goto(link)
    page.wait_for_url(link.partition("?")[0])
    page.locator(".facets").wait_for()
    return page


@contextmanager
def _served(data_dirs: list[str]) -> Generator[list[str]]:
    command = [sys.executable, "-m", "contextfs", "web", "--port", "0", "--no-open"]
    processes: list[subprocess.Popen[str]] = []
    try:
        for data_dir in data_dirs:
            environ = {**os.environ, "CONTEXTFS_DATA_DIR": data_dir, "CONTEXTFS_NAMESPACE": "bench"}
            processes.append(subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True))
        yield [_link(process) for process in processes]
    finally:
        for process in processes:
            process.terminate()
            process.wait(20)


def _link(process: subprocess.Popen[str]) -> str:
    assert process.stderr
    found = (re.search(r"http\S+\?token=\S+", line) for line in process.stderr)
    return next(one[0] for one in found if one)

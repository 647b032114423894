"""A real `contextfs web` and a real browser on it, for the walks through the page."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

if TYPE_CHECKING:
    from tests.walks.conftest import CommandLine

AXE = Path(__file__).parents[2] / "fixtures" / "axe" / "axe-4.14.1.min.js"
_SERIOUS = ("serious", "critical")


class Served(NamedTuple):
    """A running page."""

    process: subprocess.Popen[str]
    address: str
    link: str


@contextmanager
def serving(cli: CommandLine, *args: str, **environ: str) -> Generator[Served]:
    """`contextfs web` on a free port, until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "contextfs", "web", "--port", "0", "--no-open", *args],
        env={**cli.environ, **environ},
        cwd=cli.directory,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Served(process, *_link(process))
    finally:
        process.terminate()
        process.wait(20)
        if process.stderr:
            process.stderr.close()


def _link(process: subprocess.Popen[str]) -> tuple[str, str]:
    assert process.stderr
    for line in process.stderr:
        found = re.search(r"(https?://\S+/)\?token=\S+", line)
        if found:
            return found[1], found[0]
    raise AssertionError("contextfs web printed no link")


@contextmanager
def chromium() -> Generator[Browser]:
    """The Chromium of this machine."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("NOT TRIED IN A BROWSER: there is no chromium on this machine; .ci/run installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Visitor:
    """Somebody at the page, who notices whatever goes wrong on it."""

    def __init__(self, browser: Browser, served: Served, **context: Any) -> None:
        self.address = served.address.rstrip("/")
        self.context = browser.new_context(**context)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(8000)
        self.troubles: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", self._request)
        self.page.goto(served.link)
        self.page.wait_for_url(served.address)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.troubles.append(f"asked for {request.url}")

    def open(self, path: str) -> Page:
        """Go to a page."""
        self.page.goto(self.address + path)
        return self.page

    def barriers(self) -> list[str]:
        """What axe finds on the page as it stands that would keep somebody from using it."""
        content = AXE.read_text(encoding="utf-8")
        # by the protocol of the developer tools: the page's own policy lets no other script in
        self.context.new_cdp_session(self.page).send("Runtime.evaluate", {"expression": content})
        found = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found["violations"]
            if one["impact"] in _SERIOUS
            for node in one["nodes"]
        ]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all walks."""
    with chromium() as found:
        yield found


@pytest.fixture
def served(cli: CommandLine) -> Iterator[Served]:
    """The page over a store with a few memories."""
    cli.saved("## Payments\n\nWebhooks are retried **five** times, see `src/pay.py`.", "--tags", "payments")
    cli.saved("We use PostgreSQL 16.", "--type", "decision", "--tags", "database")
    with serving(cli) as found:
        yield found


@pytest.fixture
def visitor(browser: Browser, served: Served) -> Iterator[Visitor]:
    """Somebody who came by the printed link; at the end nothing may have gone wrong on the page."""
    found = Visitor(browser, served)
    yield found
    assert found.troubles == []
    found.context.close()


@pytest.fixture
def visiting(browser: Browser, served: Served) -> Iterator[Callable[..., Visitor]]:
    """Visits with a context of one's own: a colour scheme, a width."""
    found: list[Visitor] = []

    def visit(**context: Any) -> Visitor:
        found.append(Visitor(browser, served, **context))
        return found[-1]

    yield visit
    for one in found:
        assert one.troubles == []
        one.context.close()


@pytest.fixture
def visited(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Visits to pages of one's own, each with its own environment."""
    with ExitStack() as stack:
        found: list[Visitor] = []

        def visit(cli: CommandLine, **environ: str) -> Visitor:
            found.append(Visitor(browser, stack.enter_context(serving(cli, **environ))))
            return found[-1]

        yield visit
        for one in found:
            assert one.troubles == []
            one.context.close()

"""The page over a hundred thousand memories, beside the same page over a hundred."""

from __future__ import annotations

import faulthandler
import random
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from contextfs import ContextFS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page
    from tests.walks.conftest import CommandLine

    from conftest import Visitor

SMALL, LARGE = 100, 100_000
_NOUNS = (
    "parser",
    "webhook",
    "token",
    "cache",
    "index",
    "session",
    "queue",
    "migration",
    "timeout",
    "schema",
)
_VERBS = ("reads", "writes", "keeps", "drops", "retries", "splits", "merges", "signs", "checks", "counts")
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"
_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
_TYPED = """text => new Promise(done => {
  const box = document.querySelector("#q"), start = performance.now();
  document.addEventListener("htmx:after:swap",
    () => requestAnimationFrame(() => done(performance.now() - start)), { once: true });
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def texts(count: int) -> Iterator[dict[str, object]]:
    """Memories that differ, of every kind that a round of review knows."""
    chance = random.Random(count)
    for number in range(count):
        words = " ".join(f"the {chance.choice(_NOUNS)} {chance.choice(_VERBS)}" for _ in range(6))
        name = f"{chance.choice(_NOUNS).title()}Service{number % 997}"
        kind = chance.choice(("fact", "decision", "error", "procedural"))
        yield {"content": f"`{name}` {number}: {words}.", "type": kind, "tags": [chance.choice(_NOUNS)]}


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The small and the large store, filled as anybody would."""
    faulthandler.cancel_dump_traceback_later()  # that takes minutes, longer than anything may hang
    found: list[str] = []
    for count in (SMALL, LARGE):
        found.append(str(tmp_path_factory.mktemp(f"store-{count}")))
        with ContextFS(data_dir=found[-1], namespace="work") as ctx:
            ctx.save_many(texts(count))
            ctx.search("webhook retries")
    return found


def measured(page: Page) -> tuple[float, float]:
    """Milliseconds to the first paint of a fresh load, and from a letter to its results."""
    page.bring_to_front()
    page.reload()
    page.wait_for_function(_PAINTED)
    paint = float(page.evaluate(_PAINT))
    page.locator(".facets").wait_for()
    return paint, float(page.evaluate(_TYPED, f"{random.choice(_NOUNS)} {random.choice(_VERBS)}"))


@pytest.mark.long
def test_a_large_store_is_shown_like_a_small_one(
    stores: list[str], cli: CommandLine, visited: Callable[..., Visitor]
) -> None:
    """Both paint and answer letters; each view opens over the large one too, and what is saved appears."""
    small, large = (visited(cli, CONTEXTFS_DATA_DIR=store, CONTEXTFS_NAMESPACE="work") for store in stores)
    few, many = measured(small.page), measured(large.page)
    assert (
        min(*few, *many) > 0
    )  # how they compare is for benchmarks/speed to say, on a machine that is at rest
    large.page.set_default_timeout(60_000)
    for path, there in (
        ("/timeline", ".month"), ("/entities", ".tile"), ("/statistics", ".charts"), ("/review", ".item"),
        ("/graph?limit=2000", "[data-ready='2000']"), ("/sessions", "h1"),
    ):  # fmt: skip
        expect(large.open(path).locator(there).first).to_be_attached(timeout=60_000)
    page = large.open("/")
    cli.did("save", "We deploy on Tuesdays.", CONTEXTFS_DATA_DIR=stores[1], CONTEXTFS_NAMESPACE="work")
    expect(page.locator(".hit").first).to_contain_text("We deploy on Tuesdays.")

"""The web page in a real browser, over a real process."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.walks.conftest import CommandLine

    from conftest import Visitor


def test_search_as_you_type(visitor: Visitor) -> None:
    """Results follow each letter, and the address can be kept."""
    page = visitor.page
    expect(page.locator(".hit")).to_have_count(2)
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("webhooks retried", delay=15)
    expect(page.locator(".hit")).to_have_count(1)
    page.locator(".relevance").click()
    expect(page.locator(".why")).to_contain_text("webhooks")
    expect(page).to_have_url(visitor.address + "/?q=webhooks+retried")
    page.reload()
    expect(page.locator(".hit")).to_have_count(1)


def test_what_is_saved_in_a_terminal_appears(visitor: Visitor, cli: CommandLine) -> None:
    """A memory that another process saves stands on the open page without a reload."""
    page = visitor.page
    expect(page.locator(".hit")).to_have_count(2)
    cli.saved("We deploy on Tuesdays.")
    expect(page.locator(".hit").first).to_contain_text("We deploy on Tuesdays.")


def test_facets_narrow_and_let_go(visitor: Visitor) -> None:
    """A tick narrows the results at once; the condition shown above them lets go again."""
    page = visitor.page
    page.get_by_label("decision", exact=False).first.check()
    expect(page.locator(".hit")).to_have_count(1)
    page.locator(".condition").click()
    expect(page.locator(".hit")).to_have_count(2)


def test_a_memory_is_edited_and_restored(visitor: Visitor) -> None:
    """Written with a preview, shown with its difference, and brought back to what it was."""
    page = visitor.page
    page.get_by_role("link", name="Payments", exact=True).click()
    expect(page.locator(".prose strong")).to_have_text("five")
    page.keyboard.press("e")
    page.locator("textarea").fill("Webhooks are retried **six** times.")
    expect(page.locator("#preview strong")).to_have_text("six")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_contain_text("Saved")
    expect(page.locator(".diff .added").first).to_contain_text("six")
    page.get_by_role("button", name="Restore this").click()
    expect(page.locator(".prose strong")).to_have_text("five")


def test_a_deletion_is_undone(visitor: Visitor) -> None:
    """What was deleted is back after one click on the notice."""
    page = visitor.page
    page.get_by_role("link", name="PostgreSQL").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".hit")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".hit")).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nobody_is_kept_out(visiting: Callable[..., Visitor], scheme: str, width: int) -> None:
    """In both colour schemes and at both widths axe finds nothing serious, and nothing goes wrong."""
    visitor = visiting(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = visitor.page
    expect(page.locator(".facets")).to_have_count(1)
    found = visitor.barriers()
    page.locator(".hit a.title").first.click()
    expect(page.locator(".steps")).to_have_count(1)
    found += visitor.barriers()
    visitor.open("/new")
    found += visitor.barriers()
    assert found == []
    wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    assert not wide


def test_the_graph_is_filtered_and_opened(visitor: Visitor, cli: CommandLine) -> None:
    """The graph draws what memories share, fades what is not looked for, and leads to a memory."""
    cli.saved("`PayService` retries webhooks in `src/pay.py`.")
    page = visitor.open("/graph")
    expect(page.locator("[data-ready]")).to_have_count(1)
    expect(page.locator("[data-told]")).to_contain_text("nodes")
    before = page.locator("[data-told]").inner_text()
    page.locator("[data-kinds=memory] input").first.uncheck()
    expect(page.locator("[data-told]")).not_to_have_text(before)
    assert visitor.barriers() == []


def test_memories_are_ticked_and_tagged_together(visitor: Visitor) -> None:
    """With the keyboard alone: chosen with j, ticked with x, tagged, undone."""
    page = visitor.page
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-ticked]")).to_have_text("2 memories")
    page.locator("#word").fill("reviewed")
    page.keyboard.press("Enter")
    expect(page.locator(".hit .tag", has_text="reviewed")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".hit .tag", has_text="reviewed")).to_have_count(0)


def test_a_file_is_dropped_and_imported(visitor: Visitor, tmp_path: Path) -> None:
    """Sent with its progress, looked through, imported, and found."""
    file = tmp_path / "memory.jsonl"
    file.write_text(
        '{"type":"entity","name":"Ada","entityType":"person","observations":["Likes short functions"]}\n'
    )
    page = visitor.open("/import")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".job")).to_contain_text("1 new memory")
    assert visitor.barriers() == []
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator(".job")).to_contain_text("imported")
    visitor.open("/?q=short+functions")
    expect(page.locator(".hit")).to_have_count(1)


@pytest.mark.parametrize("path", ["/timeline", "/entities", "/why", "/statistics", "/sessions", "/graph"])
def test_each_view_is_open_to_everybody(visitor: Visitor, path: str) -> None:
    """Axe finds nothing serious on it, in either colour scheme, and it is as wide as a phone."""
    page = visitor.open(path)
    page.locator("h1").first.wait_for(state="attached")
    found = visitor.barriers()
    page.emulate_media(color_scheme="dark")
    found += visitor.barriers()
    page.set_viewport_size({"width": 390, "height": 800})
    assert found == []
    assert not page.evaluate("() => document.documentElement.scrollWidth > innerWidth")


def test_a_round_of_review_by_keyboard(visitor: Visitor, cli: CommandLine) -> None:
    """j, k, a, r, e, m and u: each answers what is chosen, and the next item is chosen then."""
    for day, minutes in (("2026-01-10", 30), ("2026-06-10", 15)):
        cli.did("save", f"The session timeout is {minutes} minutes.", "--metadata", f"on={day}")
    cli.saved("We use Redis for the queue.", "--type", "decision")
    page = visitor.open("/review")
    items = page.locator(".item")
    expect(items.first).to_contain_text("disagree")
    before = items.count()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".item.chosen")).to_contain_text("30 minutes")
    page.keyboard.press("m")
    expect(page.locator(".asking textarea")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(items).to_have_count(before - 1)
    expect(page.locator(".notice")).to_have_count(1)
    expect(page.locator(".item.chosen")).to_have_count(1)
    assert visitor.barriers() == []
    page.keyboard.press("u")
    expect(items).to_have_count(before)
    expect(items.first).to_contain_text("disagree")


def test_a_key_acts_on_the_one_item_that_is_chosen(visitor: Visitor, cli: CommandLine) -> None:
    """After items were passed over and one was answered, one item is chosen: the next; undo brings the other back."""
    for choice in (
        "We use Redis for the queue.",
        "We use gRPC between services.",
        "We chose Kafka for the event bus.",
    ):
        cli.saved(choice, "--type", "decision")
    page = visitor.open("/review?kind=rationale")
    items, chosen = page.locator(".item"), page.locator(".item.chosen")
    expect(chosen).to_have_count(1)
    before = items.count()
    page.keyboard.press("j")
    third = items.nth(2).get_attribute("data-row")
    second = items.nth(1).get_attribute("data-row")
    page.keyboard.press("a")
    expect(items).to_have_count(before - 1)
    expect(chosen).to_have_count(1)
    expect(chosen).to_have_attribute("data-row", str(third))
    page.keyboard.press("u")
    expect(items).to_have_count(before)
    expect(chosen).to_have_count(1)
    expect(chosen).to_have_attribute("data-row", str(second))


def test_tasks_and_reasons_are_open_to_everybody(visitor: Visitor, cli: CommandLine) -> None:
    """The boxes of tasks have names, and what stands beside the lines of a file can be read in the dark."""
    memory = cli.saved("## Release\n\n- [x] build\n- [ ] publish")
    visitor.open(f"/memory/{memory}")
    assert visitor.barriers() == []
    (cli.directory / "pay.py").write_text("def retry_webhook(n):\n    return n < 5\n")
    for command in (
        ["init", "-q"],
        ["add", "pay.py"],
        ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *command], cwd=cli.directory, check=True, env=cli.environ)
    cli.saved("`retry_webhook` stops at 5.", "--file", "pay.py", "--namespace", "global")
    page = visitor.open("/why?place=pay.py")
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".block aside")).to_have_count(1)
    assert visitor.barriers() == []

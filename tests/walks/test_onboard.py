"""The guide's five-day onboarding as one document."""

from __future__ import annotations

from pathlib import Path

from tests.walks.conftest import CommandLine
from tests.walks.test_guide_python import run

from contextfs import ContextFS

GUIDE = Path(__file__).parent / "guide"


def test_the_guides_memories_make_five_days(ctx: ContextFS) -> None:
    """Memories as the guide writes them stand on the day on which the guide looks for them, each once."""
    overview = ctx.save(
        "Architecture overview: a FastAPI backend, PostgreSQL behind it, events through Kafka.",
        type="decision",
    )
    stack = ctx.save("Tech stack: Python 3.11, FastAPI, PostgreSQL 15, Redis", type="fact")
    setup = ctx.save("## Local Development Setup\n\n1. make install\n2. make dev", type="procedural")
    chosen = ctx.save("Why we chose SQS over RabbitMQ: nobody has to patch it", type="decision")
    cors = ctx.save("CORS preflight failing: needed explicit Access-Control-Max-Age header", type="error")
    code = ctx.save("# retry with backoff\nasync def retry(fn):\n    ...", type="code")
    found = ctx.onboard()
    days = {
        one.id: (day.number, topic.name)
        for day in found.days
        for topic in day.topics
        for one in topic.memories
    }
    assert days[overview.id] == (1, "Architecture")
    assert days[stack.id] == (1, "Tech stack")
    assert days[setup.id] == (2, "Local development")
    assert days[chosen.id][0] == 3
    assert days[cors.id][0] == 4
    assert days[code.id][0] == 5
    assert [one.missing for one in found.missing] == ["No fact lists the environment variables."]
    shown = [one.id for day in found.days for topic in day.topics for one in topic.memories]
    assert len(shown) == len(set(shown)) == 6
    assert [line for line in found.text.splitlines() if line.startswith("## ")] == [
        "## Day 1: Architecture and stack",
        "## Day 2: Development setup",
        "## Day 3: Key decisions",
        "## Day 4: Common errors",
        "## Day 5: Code patterns",
        "## What is missing",
    ]
    assert "```\n# retry with backoff\nasync def retry(fn):\n    ...\n```" in found.text
    assert "> ## Local Development Setup" in found.text


def test_the_guides_checklist_comes_first(ctx: ContextFS) -> None:
    """What is tagged onboarding, as the guide's pattern saves it, opens the first day."""
    run(GUIDE / "37-onboarding-guide.txt", ctx)
    first = ctx.onboard().days[0].topics[0]
    assert first.name == "Start here"
    assert "New Developer Onboarding Checklist" in first.memories[0].content


def test_what_is_missing_comes_with_the_command_that_adds_it(repo: CommandLine) -> None:
    """Each command that the document of an empty project names is one that works, and fills its gap."""
    out = repo.did("onboard", "--project", "api platform").out
    assert out.startswith("# Onboarding: api platform\n\nFive days in 0 memories")
    assert "contextfs save --template error --project 'api platform'" in out
    assert "*No fact names the tech stack.*" in out
    repo.did(
        *("save", "Tech stack: Python 3.11, FastAPI", "--type", "fact", "--tags", "stack"),
        *("--project", "api platform"),
    )
    found = repo.did("onboard", "--project", "api platform", "--json").json
    assert found["name"] == "api platform"
    assert found["days"][0]["topics"][1]["memories"][0]["content"] == "Tech stack: Python 3.11, FastAPI"
    assert "No fact names the tech stack." not in found["text"]


def test_another_projects_memories_stay_out(ctx: ContextFS) -> None:
    """With a project only its memories are there, from every namespace."""
    ctx.save(
        "A bug of the shop: the basket was emptied twice", type="error", project="shop", namespace="other"
    )
    ctx.save("A bug of the wiki: pages lost their links", type="error", project="wiki")
    text = ctx.onboard("shop").text
    assert "basket" in text
    assert "wiki" not in text

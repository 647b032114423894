"""The guide's Python calls, run as they are written; each file of guide/ is one of its examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contextfs import ContextFS, Memory, MemoryType, Session

EXPORT = Path(__file__).parents[1] / "fixtures" / "transcripts" / "claude-ai" / "conversations.json"
EXAMPLES = sorted((Path(__file__).parent / "guide").glob("*.txt"))
# Names that the guide leaves to its reader; everything else an example needs is imported as the guide does.
READERS = {
    "title": "Message queue",
    "what_problem_were_we_solving": "Jobs were lost on restart",
    "what_we_decided": "Use SQS because it is managed",
    "alt_1": "RabbitMQ",
    "alt_2": "Kafka",
    "why_rejected": "one more thing to run",
    "positive_consequence": "no server to patch",
    "trade_off": "256 KB per message",
    "who_was_involved": "Alice and Bob",
    "when_decided": "2024-01-10",
    "exported_json": EXPORT.read_text(encoding="utf-8"),
    "existing_tags": ["api", "rate-limiting"],
    "existing_content": "Rate limit: 1000 req/min standard, checked at the gateway",
}


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[ContextFS]:
    """A ContextFS on an empty store."""
    with ContextFS(data_dir=str(tmp_path), namespace="guide") as opened:
        yield opened


def run(example: Path, ctx: ContextFS) -> dict[str, object]:
    """Run an example with real ids and values in the places that the guide only hints at; returns its names."""
    old = ctx.save("Rate limit: 1000 requests a minute for each user of the standard plan", tags=["api"])
    new = ctx.save("Rate limit since May: 2000 requests a minute", tags=["api"])
    text = example.read_text(encoding="utf-8")
    earlier = ""
    if "load_session" in text:
        earlier = ctx.start_session(label="auth-implementation").id
        ctx.add_message("user", "Which flow do we take for the public clients?")
        ctx.end_session()
        text = text.replace('session_id="abc123"', f'session_id="{earlier}"')
    for placeholder, actual in (("abc123", old.id), ("old-memory", old.id), ("xyz123", new.id)):
        text = text.replace(placeholder, actual)
    text = text.replace("datetime(...)", "datetime(2024, 1, 15)").replace("[...]", '["team"]')
    text = "\n".join(line for line in text.splitlines() if not line.startswith("contextfs "))
    text = re.sub(r'(?m)^"(?!"")[^"]*"$', "", text)  # what is said to the assistant, over two lines
    names: dict[str, object] = {"ctx": ctx, "Memory": Memory, "MemoryType": MemoryType, "Session": Session}
    names |= {"datetime": datetime, "timedelta": timedelta, "is_outdated": lambda memory: True} | READERS
    names["contextfs_message"] = ctx.add_message  # what the tool of that name calls
    exec(compile(text, example.name, "exec"), names)
    return names


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs_and_what_it_saves_is_found(example: Path, ctx: ContextFS) -> None:
    """Each example of the guide runs as written, and everything it saved is found by its first line."""
    run(example, ctx)
    for memory in ctx.list_recent(limit=50):
        first = ctx.search(memory.title, limit=1)
        assert first and first[0].memory.title == memory.title, memory.title
        assert first[0].relevance >= 0.9


def test_the_guides_memory_keeps_its_fields(ctx: ContextFS) -> None:
    """The guide's Memory can be saved as it is and comes back with every field it names."""
    code = (EXAMPLES[0]).read_text(encoding="utf-8").replace("Memory(", "made = Memory(", 1)
    names: dict[str, object] = {"Memory": Memory, "MemoryType": MemoryType}
    exec(compile(code, "memory", "exec"), names)
    made = names["made"]
    assert isinstance(made, Memory)
    (saved,) = ctx.save_many([made])
    assert saved.type is MemoryType.DECISION
    assert saved.tags == ("security", "auth", "passwords")
    assert (saved.source_tool, saved.source_repo, saved.project) == ("claude-code", "backend-api", "my-saas")
    assert ctx.search("password hashing")[0].memory.id == saved.id


def example(name: str) -> Path:
    """The example of the guide with this name."""
    return next(path for path in EXAMPLES if path.stem.endswith(name))


def test_a_session_lives_as_the_guide_draws_it(ctx: ContextFS) -> None:
    """Started, filled, ended and listed by the guide's own calls: one session with its messages and a summary."""
    run(example("starting-sessions"), ctx)
    run(example("logging-messages"), ctx)
    run(example("ending-sessions"), ctx)
    (session,) = ctx.list_sessions(limit=10)
    assert (session.tool, session.label, session.length) == ("claude-code", "auth-refactor", 3)
    assert session.ended_at is not None and session.summarized_by == "extract"
    loaded = ctx.load_session(session_id=session.id)
    assert [(one.role, one.content) for one in loaded.messages] == [
        ("user", "Should we use JWTs or sessions?"),
        ("assistant", "Given your requirements, JWTs with..."),
        ("user", "Key decision point..."),
    ]


def test_loading_gives_the_session_that_was_named(ctx: ContextFS) -> None:
    """The guide's list and load return the session of before, its messages with it."""
    names = run(example("loading-sessions"), ctx)
    loaded, found = names["session"], names["sessions"]
    assert isinstance(loaded, Session) and isinstance(found, list)
    assert loaded.label == "auth-implementation"
    assert [one.content for one in loaded.messages] == ["Which flow do we take for the public clients?"]
    assert [one.id for one in found] == [loaded.id]  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]


def test_end_of_day_keeps_the_session_as_a_memory(ctx: ContextFS) -> None:
    """Saving the current session labels and ends it, and its summary is an episodic memory that is linked to it."""
    ctx.start_session(tool="claude-code")
    ctx.add_message("user", "How do refresh tokens survive a restart?")
    ctx.add_message("assistant", "We decided to keep them in Redis, because it is replicated.")
    run(example("end-of-day"), ctx)
    (session,) = ctx.list_sessions()
    (memory,) = [one for one in ctx.sessions.memories(session) if one.type is MemoryType.EPISODIC]
    assert session.label == "auth-feature-day-2" and session.ended_at is not None
    assert "auth-feature-day-2" in memory.title and "Redis" in memory.content
    assert memory.session_id == session.id


def test_a_label_in_a_memory_is_a_link(ctx: ContextFS) -> None:
    """The guide's reference to a session by its label leads to that session."""
    ctx.start_session(tool="claude-code", label="audit-design-discussion")
    ctx.add_message("user", "Do auditors need every intermediate state?")
    ctx.end_session()
    run(example("session-reference"), ctx)
    (memory,) = [one for one in ctx.list_recent() if "event sourcing" in one.content]
    assert [one.label for one in ctx.links(memory.id).sessions] == ["audit-design-discussion"]


def test_the_guides_good_labels_find_their_sessions(ctx: ContextFS) -> None:
    """Each of the labels that the guide calls good is a session that can be loaded by it."""
    for label in ("auth-implementation-day-1", "bug-fix-cors-issue", "feature-user-prefs-design"):
        begun = ctx.start_session(label=label)
        ctx.end_session()
        assert ctx.load_session(label=label).id == begun.id


def test_project_search_reaches_from_another_repository(ctx: ContextFS, tmp_path: Path) -> None:
    """What one repository saved under a project is found from another one that names the project."""
    run(next(path for path in EXAMPLES if "cross-repository" in path.name), ctx)
    with ContextFS(data_dir=str(tmp_path), namespace="elsewhere") as other:
        assert not other.search("rate limiting standard premium")
        found = other.search("rate limiting", project="platform")
    assert found[0].memory.content.startswith("API rate limiting: 1000 req/min standard")


def test_deprecating_by_tag_sets_the_status(ctx: ContextFS) -> None:
    """The guide's way to deprecate, by tag and content, also sets the status."""
    names = run(next(path for path in EXAMPLES if "deprecating" in path.name), ctx)
    assert names["existing_tags"] == ["api", "rate-limiting"]
    (memory,) = [one for one in ctx.list_recent() if "DEPRECATED" in one.content]
    assert memory.status == "deprecated"
    assert "deprecated" in memory.tags


def test_weekly_maintenance_deprecates_only_what_is_old(ctx: ContextFS) -> None:
    """The guide's maintenance loop, with its naive datetime.now(), marks what is older than ninety days."""
    old = ctx.save(
        "Deploys go through Jenkins, which runs on build-3", created_at=datetime.now() - timedelta(days=91)
    )
    fresh = ctx.save("Deploys go through the new pipeline in the main repository")
    run(next(path for path in EXAMPLES if "weekly-maintenance" in path.name), ctx)
    assert ctx.recall(old.id).status == "deprecated"
    assert ctx.recall(fresh.id).status == "active"


def test_metadata_filter_compares_typed_values(ctx: ContextFS) -> None:
    """The guide's custom type is found by the number 42 and not by the text "42"."""
    names = run(next(path for path in EXAMPLES if "custom-types" in path.name), ctx)
    results = names["results"]
    assert isinstance(results, list) and len(results) == 1  # pyright: ignore[reportUnknownArgumentType]
    assert not ctx.search("retrospective", metadata_filter={"sprint": "42"})


def test_deleting_by_keyword_removes_the_memory(ctx: ContextFS) -> None:
    """The guide's delete takes memory_id by name and the memory is gone from search and recall."""
    run(next(path for path in EXAMPLES if "cleaning-up" in path.name), ctx)
    assert not [one for one in ctx.list_recent() if one.content.startswith("Rate limit: 1000")]

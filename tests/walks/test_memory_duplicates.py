"""What save says beside saving: already there, similar to another, and how the memory could be better."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from contextfs import ContextFS, Draft, Saved
from contextfs.errors import SecretRefused

KEY = "AKIA" + "QWERTYUIOPASDFGH"  # has the shape of a key and is none
POSTGRES = "We chose PostgreSQL for the database because of its JSONB support and the tooling"


@pytest.fixture(params=["static", "words"])
def any_ctx(
    request: pytest.FixtureRequest, bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ContextFS:
    """A ContextFS with vectors, and one without any."""
    monkeypatch.setenv("CONTEXTFS_EMBEDDING_PROVIDER", request.param)
    return ContextFS(data_dir=str(tmp_path / "data"), namespace="notes")


def put(ctx: ContextFS, text: str, *tags: str, type: str = "fact") -> Saved:
    """Save a text."""
    return ctx.put(Draft(text, type=type, tags=tags))


# ── the same again ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_text_is_one_memory_that_gains_tags(ctx: ContextFS) -> None:
    """Saving what is there returns it, says it was there, keeps old tags, adds new ones, and changes nothing else."""
    first = put(ctx, "Tabs, not spaces", "style")
    again = ctx.put(Draft("Tabs, not spaces", tags=["Editor", "style"]))
    assert (first.created, again.created) == (True, False)
    assert again.memory == ctx.recall(first.memory.id)
    assert again.memory.tags == ("style", "editor")
    assert (again.memory.summary, again.memory.project, again.similar) == ("", "", None)
    assert put(ctx, "Tabs, not spaces", "style").memory == again.memory
    assert len(ctx.list_recent()) == 1 and len(ctx.history(first.memory.id)) == 2


def test_the_same_text_fills_what_is_empty(ctx: ContextFS) -> None:
    """A second save adds summary, project, owner, times, metadata, files and structure where there are none."""
    soon = datetime(2099, 1, 1, tzinfo=UTC)
    first = ctx.save("Tabs, not spaces", metadata={"a": 1}, files=["x.py"])
    again = ctx.put(
        Draft(
            "Tabs, not spaces",
            summary="Indentation",
            project="p",
            owner="Ada",
            review_at=soon,
            expires_at=soon,
            metadata={"a": 1, "b": [2]},
            files=["y.py", "x.py"],
            structured={"why": "taste"},
        )
    )
    known = again.memory
    assert (again.created, known.id, again.advice) == (False, first.id, ())
    assert (known.summary, known.project, known.owner) == ("Indentation", "p", "Ada")
    assert (known.review_at, known.expires_at, dict(known.structured)) == (soon, soon, {"why": "taste"})
    assert (dict(known.metadata), known.files) == ({"a": 1, "b": [2]}, ("x.py", "y.py"))
    assert known == ctx.recall(first.id) and len(ctx.history(first.id)) == 2
    many = ctx.save_many(
        [Draft("Spaces, not tabs"), Draft("Spaces, not tabs", owner="Bob"), "Tabs, not spaces"]
    )
    assert [one.owner for one in many] == ["Bob", "Bob", "Ada"]


def test_the_same_text_overwrites_nothing_and_says_so(ctx: ContextFS) -> None:
    """Where a second save says something else, the memory stays, and one line names the fields and the command."""
    fields = {"summary": "Indentation", "project": "p", "owner": "Ada", "metadata": {"a": 1}}
    first = ctx.save("Tabs, not spaces", **fields)  # type: ignore[arg-type]
    other = {
        "summary": "It's another",
        "project": "q",
        "owner": "Bob",
        "metadata": {"a": 2},
        "type": "decision",
    }
    again = ctx.put(Draft("Tabs, not spaces", **other))  # type: ignore[arg-type]
    assert again.memory == first and len(ctx.history(first.id)) == 1
    (line,) = again.advice
    for word in ("type, summary, project, owner, metadata a", f"contextfs update {first.short_id} --type decision",
                 "--project q", "--owner Bob", "--meta a=2", "'It'\"'\"'s another'"):  # fmt: skip
        assert word in line
    assert ctx.put(Draft("Tabs, not spaces", **fields)).advice == ()  # type: ignore[arg-type]


def test_the_same_text_with_a_later_end_revives_what_has_expired(ctx: ContextFS) -> None:
    """An expired memory is named as such by a second save, and lives on when that one gives a later end."""
    first = ctx.save("Freeze until Friday", created_at="2020-01-01", expires_at="2020-01-02")
    assert "has expired" in ctx.put(Draft("Freeze until Friday")).advice[0]
    assert ctx.recall(first.id).expires_at == first.expires_at
    soon = datetime(2099, 1, 1, tzinfo=UTC)
    again = ctx.put(Draft("Freeze until Friday", expires_at=soon))
    assert (again.memory.expires_at, again.advice) == (soon, ())
    later = ctx.put(Draft("Freeze until Friday", expires_at=datetime(2100, 1, 1, tzinfo=UTC)))
    assert later.memory.expires_at == soon and "--expires-at 2100-01-01" in later.advice[0]


def test_saving_with_the_tag_deprecated_retires_what_is_there(ctx: ContextFS) -> None:
    """The tag deprecated sets the status also when it comes with a repeated save."""
    put(ctx, "Sessions live in Redis", "redis")
    assert put(ctx, "Sessions live in Redis", "deprecated").memory.status == "deprecated"


def test_save_many_folds_equal_texts(ctx: ContextFS) -> None:
    """Equal texts within one save_many, or already in the store, become one memory with all the tags."""
    old = ctx.save("One", tags=["a"])
    many = ctx.save_many([Draft("One", tags=["b"]), Draft("Two", tags=["c"]), Draft("Two", tags=["c"])])
    assert [one.id for one in many] == [old.id, many[1].id, many[1].id]
    assert ctx.recall(old.id).tags == ("a", "b")
    assert len(ctx.list_recent()) == 2


def test_save_many_keeps_the_tags_of_every_repetition(ctx: ContextFS) -> None:
    """However often a text comes in one save_many, new or already there, no tag it came with is lost."""
    ctx.save("Old", tags=["a"])
    drafts = [Draft(text, tags=[tag]) for tag in ("b", "c", "d") for text in ("Old", "New")]
    many = ctx.save_many(drafts)
    assert {one.tags for one in many if one.content == "Old"} == {("a", "b", "c", "d")}
    assert {one.tags for one in many if one.content == "New"} == {("b", "c", "d")}
    ctx.undo()
    assert [(one.content, one.tags) for one in ctx.list_recent()] == [("Old", ("a",))]


def test_a_repeated_save_never_goes_back_in_time(ctx: ContextFS) -> None:
    """Tags that an older record of the same text brings do not make the memory older."""
    memory = ctx.save("Tabs, not spaces", tags=["style"])
    again = ctx.save("Tabs, not spaces", tags=["editor"], created_at="2020-01-01")
    assert again.updated_at and memory.updated_at and again.updated_at >= memory.updated_at
    assert again.created_at == memory.created_at


def test_saving_what_is_retired_says_how_to_use_it_again(ctx: ContextFS) -> None:
    """When the text is there already but archived or deprecated, the answer says so and how to bring it back."""
    memory = ctx.save("Tabs, not spaces", tags=["style"])
    for retire, status in ((ctx.archive, "archived"), (ctx.deprecate, "deprecated")):
        retire(memory.id)
        saved = put(ctx, "Tabs, not spaces", "style")
        assert (saved.created, saved.memory.id, saved.memory.status) == (False, memory.id, status)
        assert [line for line in saved.advice if status in line and "--status active" in line]
        ctx.update(memory.id, status="active")
    assert put(ctx, "Tabs, not spaces", "style").advice == ()


# ── nearly the same ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "again",
    [
        "We chose PostgreSQL for the database, because of its JSONB support and the tooling!",
        "we chose postgresql as our database because of its JSONB support and the tooling",
        "Remember that we chose PostgreSQL for the database because of its JSONB support and the tooling.",
        "We chose PostgreSQL for the database because of JSONB support and tooling",
        "Because of its JSONB support and the tooling we chose PostgreSQL for the database",
    ],
)
def test_a_repetition_is_saved_and_the_similar_one_named(any_ctx: ContextFS, again: str) -> None:
    """A memory said again in nearly the same words is saved, and the answer names the one that it resembles."""
    first = put(any_ctx, POSTGRES, "db").memory
    put(any_ctx, "The queue is SQS because nobody has to patch it", "queue")
    saved = put(any_ctx, again, "db")
    assert saved.created and saved.memory.id != first.id
    assert saved.similar is not None
    assert saved.similar[0] == first and 0.5 < saved.similar[1] <= 1.0001
    assert len(any_ctx.list_recent()) == 3


@pytest.mark.parametrize(
    "other",
    [
        "We chose SQS for the queue because of its price and the tooling",
        "We did not choose PostgreSQL for the database because of its JSONB support and the tooling",
        "The database is backed up every night to another region",
        "JSONB",
        "🦀🦀🦀",
    ],
)
def test_another_fact_on_the_topic_is_no_repetition(any_ctx: ContextFS, other: str) -> None:
    """A different fact, or the opposite one, about the same thing is not called similar."""
    put(any_ctx, POSTGRES, "db")
    assert put(any_ctx, other, "db").similar is None


def test_another_number_is_another_fact(any_ctx: ContextFS) -> None:
    """Two sentences that differ in a number only are two facts, whatever their vectors say."""
    put(any_ctx, "The staging database listens on port 5433 of the host db-1", "db")
    assert put(any_ctx, "The staging database listens on port 5432 of the host db-1", "db").similar is None


def test_only_the_same_namespace_and_current_memories_are_similar(ctx: ContextFS) -> None:
    """A memory of another namespace, a deleted, archived, deprecated or superseded one is not held up to a new one."""
    again = "We chose PostgreSQL as our database because of its JSONB support and the tooling"
    ctx.save(POSTGRES, namespace="elsewhere")
    assert put(ctx, again, "db").similar is None
    for retire in (ctx.delete, ctx.archive, ctx.deprecate):
        for one in ctx.list_recent():
            ctx.delete(one.id)
        retire(ctx.save(POSTGRES).id)
        assert put(ctx, again, "db").similar is None, retire


# ── advice ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "kind", "tags", "says"),
    [
        ("Using Redis", "fact", ["redis"], "short"),
        ("Fixed the bug", "error", ["bug"], "cause"),
        ("We will use Redis for all the caching in this product", "decision", ["redis"], "why"),
        ("The rate limit is 1000 requests a minute at the gateway", "fact", [], "tags"),
    ],
)
def test_bad_examples_get_one_line(ctx: ContextFS, text: str, kind: str, tags: list[str], says: str) -> None:
    """Too short, no cause, no why, no tags: each gets one line that says what is missing, and is saved."""
    saved = ctx.put(Draft(text, type=kind, tags=tags))
    assert saved.created and len(saved.advice) == 1
    assert says in saved.advice[0].lower()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Use Redis 7 for sessions since it survives a restart; memcached was rejected", "decision"),
        ("JWT tokens expire after 1 hour, refresh tokens after 7 days", "fact"),
        (
            "CORS error on /api/login: the origin was missing in ALLOWED_ORIGINS; add it in settings.py",
            "error",
        ),
    ],
)
def test_good_examples_get_none(ctx: ContextFS, text: str, kind: str) -> None:
    """A memory that says what, where and why is saved without a word."""
    assert put(ctx, text, "auth", type=kind).advice == ()


def test_advice_can_be_turned_off(ctx: ContextFS, monkeypatch: pytest.MonkeyPatch) -> None:
    """With advice.enabled off nothing is advised, neither about the text nor about tags."""
    put(ctx, "The rate limit is 1000 requests a minute at the gateway", "authentication")
    monkeypatch.setenv("CONTEXTFS_ADVICE", "off")
    assert put(ctx, "Using Redis", "auth").advice == ()
    monkeypatch.delenv("CONTEXTFS_ADVICE")
    ctx.settings.set("advice.enabled", "false")
    assert put(ctx, "Fixed the bug", "authn").advice == ()


# ── secrets ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_secret_is_refused_and_said_what_it_was(ctx: ContextFS) -> None:
    """A secret in any text of a save or an update is refused, shown only in part, with the ways out."""
    memory = ctx.save("The deploy key lies in the vault", tags=["deploy"])
    for fields in (
        {"content": f"The key is {KEY}"},
        {"summary": KEY},
        {"metadata": {"aws": {"key": KEY}}},
        {"structured": {"note": f"use {KEY}"}},
    ):
        for write in (
            lambda fields=fields: ctx.save(**{"content": "Some harmless text", **fields}),  # pyright: ignore[reportArgumentType]
            lambda fields=fields: ctx.update(memory.id, **fields),  # pyright: ignore[reportArgumentType]
        ):
            with pytest.raises(SecretRefused) as refused:
                write()
            assert KEY not in f"{refused.value.message} {refused.value.hint}"
            assert "allow_secret" in refused.value.hint
    with pytest.raises(SecretRefused):
        ctx.save_many(["A harmless text", f"The key is {KEY}"])
    assert ctx.list_recent() == [memory]


def test_a_secret_may_be_allowed_once(ctx: ContextFS) -> None:
    """allow_secret saves the text without a word, for a caller who knows."""
    saved = ctx.put(Draft(f"The example key of the manual is {KEY}", tags=["aws"]), allow_secret=True)
    assert saved.created and saved.advice == ()
    assert ctx.update(saved.memory.id, summary=KEY, allow_secret=True).summary == KEY


def test_a_gate_that_only_warns_still_warns(ctx: ContextFS) -> None:
    """With secrets.refuse off the text is saved, and the answer says what was seen, even without advice."""
    ctx.settings.set("secrets.refuse", "false")
    ctx.settings.set("advice.enabled", "false")
    for created in (True, False):
        saved = put(ctx, f"The key of the staging bucket is {KEY}", "aws")
        assert saved.created is created
        (line,) = saved.advice
        assert "AWS" in line and KEY not in line and "erase" in line
    assert put(ctx, "The key of the staging bucket lies in the vault", "aws").advice == ()

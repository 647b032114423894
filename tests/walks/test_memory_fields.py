"""A memory's fields, from what a caller gives to what recall and update give back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from contextfs import ContextFS, Draft, Memory, MemoryType, Session
from contextfs.domain.memory_types import half_life_days
from contextfs.errors import InvalidInput, MemoryNotFound

EVERY = {
    "content": "Password hashing uses bcrypt with cost factor 12\nsince 10 is within reach of one GPU",
    "type": "decision",
    "tags": ["security", "feature/x"],
    "summary": "bcrypt, cost 12",
    "source_tool": "claude-desktop",
    "source_repo": "backend-api",
    "project": "my-saas",
    "metadata": {"sprint": 42, "done": True, "nested": {"list": [1, "two", 2.5]}},
    "namespace": "team-x",
    "branch": "feature/auth",
    "commit": "0123456789abcdef0123456789abcdef01234567",
    "author": "Grace",
    "session_id": "session-7",
    "files": ["src/auth/hash.py", "docs/security.md"],
    "status": "active",
    "owner": "platform-team",
    "created_at": datetime(2026, 1, 15, 12, 30, tzinfo=UTC),
    "updated_at": datetime(2026, 2, 1, tzinfo=UTC),
    "review_at": datetime(2030, 1, 1, tzinfo=UTC),
    "expires_at": datetime(2031, 1, 1, tzinfo=UTC),
    "structured": {"rationale": "GPU", "alternatives": ["argon2", "scrypt"]},
}


def plain(value: object) -> object:
    """A value as it compares: a tuple as a list."""
    return list(value) if isinstance(value, tuple) else value


# ── every field ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("field", EVERY)
def test_a_field_given_to_save_comes_back(ctx: ContextFS, field: str) -> None:
    """Each field that save takes is the same in what it returns and in what recall reads."""
    saved = ctx.save(**EVERY)  # pyright: ignore[reportArgumentType]
    read = ctx.recall(saved.id)
    assert plain(getattr(saved, field)) == plain(getattr(read, field)) == EVERY[field]
    assert type(getattr(read, field)) is type(getattr(saved, field))


def test_what_is_left_out_has_a_default(ctx: ContextFS) -> None:
    """A text alone is a memory: a fact of here and now by whoever works here, with an id and a device."""
    before = datetime.now(UTC)
    memory = ctx.save("The staging database listens on port 5433")
    assert (memory.type, memory.status, memory.namespace) == (MemoryType.FACT, "active", "notes")
    assert (memory.tags, memory.files, memory.supersedes) == ((), (), ())
    assert (memory.summary, memory.project, memory.source_repo, memory.branch, memory.commit) == ("",) * 5
    assert (memory.session_id, memory.owner, memory.superseded_by) == ("",) * 3
    assert (dict(memory.metadata), dict(memory.structured)) == ({}, {})
    assert (memory.source_tool, memory.author) == ("python", "ada")
    assert (memory.review_at, memory.expires_at) == (None, None)
    assert memory.created_at and before - timedelta(seconds=1) <= memory.created_at <= datetime.now(UTC)
    assert memory.updated_at == memory.created_at
    assert len(memory.id) == 32 and set(memory.id) <= set("0123456789abcdef")
    assert memory.device == ctx.save("Another memory of the same machine").device != ""


def test_the_constructors_need_no_more_than_the_guide_gives() -> None:
    """Memory and Session can be made from one text, from nothing, and from all that the guide names."""
    assert Memory("just a text").type == "fact"
    assert Memory(content="x", type=MemoryType.CODE, tags=["a"], metadata={"k": 1}).metadata == {"k": 1}
    empty = Session()
    assert (empty.messages, empty.ended_at, empty.label) == ((), None, "")
    assert Session(label="auth", tool="claude-code").tool == "claude-code"


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ({"content": "Argon2id since 2027"}, {"content": "Argon2id since 2027"}),
        ({"type": "code"}, {"type": "code"}),
        ({"tags": ["One Tag", "two"]}, {"tags": ("one-tag", "two")}),
        ({"add_tags": ["late"], "remove_tags": ["security"]}, {"tags": ("feature/x", "late")}),
        ({"summary": "argon2"}, {"summary": "argon2"}),
        ({"summary": ""}, {"summary": ""}),
        ({"project": ""}, {"project": ""}),
        ({"namespace": "elsewhere"}, {"namespace": "elsewhere"}),
        (
            {"metadata": {"sprint": 43, "nested": None, "new": "x"}},
            {"metadata": {"sprint": 43, "done": True, "new": "x"}},
        ),
        ({"metadata": ""}, {"metadata": {}}),
        ({"status": "archived"}, {"status": "archived"}),
        ({"files": "a.py"}, {"files": ("a.py",)}),
        ({"source_tool": "codex"}, {"source_tool": "codex"}),
        ({"source_repo": "frontend"}, {"source_repo": "frontend"}),
        ({"owner": ""}, {"owner": ""}),
        ({"review_at": "2029-01-01"}, {"review_at": datetime(2029, 1, 1).astimezone()}),
        ({"expires_at": ""}, {"expires_at": None}),
        ({"structured": {"rationale": "speed"}}, {"structured": {"rationale": "speed"}}),
        ({"structured": ""}, {"structured": {}}),
    ],
    ids=repr,
)
def test_update_changes_what_is_named_and_nothing_else(
    ctx: ContextFS, change: dict[str, object], after: dict[str, object]
) -> None:
    """Update sets or clears the fields it names; every other one but the time of change stays."""
    before = ctx.save(**EVERY)  # pyright: ignore[reportArgumentType]
    updated = ctx.update(memory_id=before.id, **change)  # pyright: ignore[reportArgumentType]
    assert updated == ctx.recall(before.id) == before._replace(**after, updated_at=updated.updated_at)
    assert updated.updated_at and before.updated_at and updated.updated_at > before.updated_at


def test_an_update_that_changes_nothing_is_no_revision(ctx: ContextFS) -> None:
    """Saying again what a memory already says leaves its time and its history alone."""
    memory = ctx.save("Deploys run at noon", tags=["deploy"], project="shop")
    assert ctx.update(memory.id, content="Deploys run at noon", tags=["Deploy"], project="shop") == memory
    assert ctx.update(memory.id) == memory
    assert len(ctx.history(memory.id)) == 1


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"content": ""}, "empty"),
        ({"content": " \n\t"}, "empty"),
        ({"content": b"bytes"}, "bytes"),
        ({"content": "a\0b"}, "NUL"),
        ({"content": "\ud800"}, "Unicode"),
        ({"content": "x" * 1_000_001}, "1,000,001"),
        ({"type": "novel"}, "'novel'"),
        ({"type": 3}, "int"),
        ({"tags": [1]}, "1 is not one"),
        ({"tags": 5}, "int"),
        ({"tags": ["a\0"]}, "control character"),
        ({"summary": 7}, "int"),
        ({"project": "two\nlines"}, "one line"),
        ({"namespace": "no spaces!"}, "'no spaces!'"),
        ({"metadata": [1]}, "list"),
        ({"metadata": {"key": object()}}, "metadata['key']"),
        ({"metadata": {"a": {"b": float("nan")}}}, "metadata['a']['b']"),
        ({"metadata": {3: "x"}}, "int"),
        ({"status": "gone"}, "'gone'"),
        ({"files": 5}, "int"),
        ({"review_at": "soonish"}, "'soonish'"),
        ({"expires_at": 5}, "5"),
        ({"structured": "text"}, "str"),
        ({"colour": "blue"}, "'colour'"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_value_that_cannot_be_kept_is_named(ctx: ContextFS, fields: dict[str, object], says: str) -> None:
    """Save and update refuse the same values with a message that names them, and leave nothing behind."""
    good = ctx.save("A memory that is fine")
    with pytest.raises(InvalidInput) as refused:
        ctx.save(**{"content": "Some content", **fields})  # pyright: ignore[reportArgumentType]
    assert says in refused.value.message and refused.value.hint
    with pytest.raises(InvalidInput):
        ctx.update(good.id, **fields)  # pyright: ignore[reportArgumentType]
    assert ctx.list_recent() == [good]


@pytest.mark.parametrize("given", ["", "%", "abc", "not-hex", "f" * 33, "f" * 32, "______", None])
def test_an_id_that_is_none_is_refused(ctx: ContextFS, given: str) -> None:
    """Whatever is not the beginning of an id finds nothing, least of all everything."""
    memory = ctx.save("The only memory there is")
    for verb in (ctx.recall, ctx.delete, ctx.archive, ctx.history, ctx.erase, ctx.update, ctx.links):
        with pytest.raises(MemoryNotFound):
            verb(given)
    assert ctx.get(given) is None
    assert ctx.list_recent() == [memory]


# ── tags, types, times ──────────────────────────────────────────────────────────────────────────────────────────────


def test_tags_are_normalised_however_they_are_given(ctx: ContextFS) -> None:
    """A list, a set or one text with commas give the same lowercase-hyphenated tags, each once."""
    memory = ctx.save(
        "Rate limits sit at the gateway", tags=["User Auth", "user_auth", "UserAuth", "v1.2", "feature/x"]
    )
    assert memory.tags == ("user-auth", "v1.2", "feature/x")
    assert ctx.save("The same tags as text", tags="User Auth, feature/x,,").tags == ("user-auth", "feature/x")
    assert ctx.save("The same tags as a set", tags={"User Auth"}).tags == ("user-auth",)  # pyright: ignore[reportArgumentType]
    assert len(ctx.search("", tags="user_auth")) == 3
    assert [one.memory.id for one in ctx.search("", tags=["userAuth", "V1.2"])] == [memory.id]


def test_a_tag_that_is_nearly_another_is_pointed_out(ctx: ContextFS) -> None:
    """A new tag one plural, short form or slip away from one in use is kept, and the one in use is named."""
    ctx.save("Login takes a token from the header Authorization", tags=["authentication", "deployment"])
    for tag, known in (
        ("auth", "authentication"),
        ("deployments", "deployment"),
        ("deploymnet", "deployment"),
    ):
        saved = ctx.put(Draft(f"A note about {tag} with the number {len(tag)} in it", tags=[tag]))
        assert saved.memory.tags == (tag,)
        assert [line for line in saved.advice if repr(tag) in line and repr(known) in line], saved.advice
    assert ctx.put(Draft("A note with the number 17 about queues", tags=["queue"])).advice == ()


def test_the_tag_and_the_status_deprecated_are_one(ctx: ContextFS) -> None:
    """Setting or taking away either sets or takes away both, at save and at update."""
    one = ctx.save("Sessions live in Redis 5", tags=["Deprecated", "redis"])
    two = ctx.save("Sessions live in memcached", status="deprecated")
    assert (one.status, one.tags) == ("deprecated", ("deprecated", "redis"))
    assert (two.status, two.tags) == ("deprecated", ("deprecated",))
    one = ctx.update(one.id, remove_tags=["deprecated"])
    two = ctx.update(two.id, status="active")
    assert (one.status, one.tags, two.status, two.tags) == ("active", ("redis",), "active", ())
    one = ctx.update(one.id, add_tags=["deprecated"])
    two = ctx.update(two.id, status="deprecated")
    assert (one.status, two.tags) == ("deprecated", ("deprecated",))
    assert {found.memory.id for found in ctx.search("", status="deprecated")} == {one.id, two.id}
    assert {found.memory.id for found in ctx.search("", tags=["deprecated"])} == {one.id, two.id}
    assert ctx.update(one.id, tags=["redis"]).status == "active"


def test_the_table_of_types_is_complete() -> None:
    """Each of the seven types says what it is for and when to use it, and brings a template and a half-life."""
    assert [str(kind) for kind in MemoryType] == [
        *("fact", "decision", "code", "error", "procedural", "episodic", "user")
    ]
    for kind in MemoryType:
        assert kind.purpose and kind.when_to_use and "{" in kind.template and kind.half_life_days > 0
    assert "**Alternatives Considered:**" in MemoryType.DECISION.template
    assert "**Cause:**" in MemoryType.ERROR.template and "**Solution:**" in MemoryType.ERROR.template
    assert "### Steps" in MemoryType.PROCEDURAL.template
    lasting = min(MemoryType.FACT.half_life_days, MemoryType.DECISION.half_life_days)
    assert lasting >= 10 * MemoryType.EPISODIC.half_life_days


def test_a_type_from_a_newer_peer_is_kept(ctx: ContextFS) -> None:
    """A type nobody here knows is shown, found, edited and retired like any other, and hardly ages."""
    subject = "ab" * 16
    patch = {"content": "Page the on-call after three failed probes", "type": "runbook", "namespace": "notes"}
    ctx._engine.door.write("save", "peer", lambda _: {subject: patch})
    assert ctx.recall(subject).type == "runbook"
    assert ctx.search("failed probes on-call", min_relevance=0)[0].memory.id == subject
    assert ctx.update(subject, tags=["on-call"]).type == "runbook"
    assert (
        ctx.put(Draft("Page the on-call after three failed probes", tags=["pager"])).memory.type == "runbook"
    )
    assert ctx.deprecate(subject).type == "runbook"
    assert ctx.update(subject, type="procedural").type is MemoryType.PROCEDURAL
    assert ctx.undo().memories[0].type == "runbook"
    assert half_life_days("runbook") == MemoryType.FACT.half_life_days


def test_strings_stand_for_types_everywhere(ctx: ContextFS) -> None:
    """A type may be a member or its name, in any case, in every call that takes one."""
    memory = ctx.save("Retry three times with backoff", type="Code", created_at="2020-01-01")
    assert memory.type is MemoryType.CODE and memory.type == "code"
    assert ctx.update(memory.id, type="CODE") == memory
    for kind in ("code", MemoryType.CODE, ["code", MemoryType.FACT], "code,fact"):
        assert [one.memory.id for one in ctx.search("", type=kind)] == [memory.id]
        assert [one.id for one in ctx.list_recent(type=kind)] == [memory.id]
    assert [one.id for one in ctx.cleanup(30, type="code", dry_run=True)] == [memory.id]
    assert not ctx.search("", type="fact")


def test_times_compare_with_whatever_people_write(ctx: ContextFS) -> None:
    """Stored times are UTC-aware and still compare with naive ones, which mean local time."""
    local = datetime.now() - timedelta(hours=1)
    memory = ctx.save("Written an hour ago", created_at=local)
    assert memory.created_at and memory.created_at.tzinfo is not None
    assert memory.created_at == local.astimezone()
    assert memory.created_at < datetime.now() and memory.created_at < datetime.now(UTC)
    assert datetime.now() - memory.created_at < timedelta(hours=2)
    assert ctx.save("By date", created_at=date(2026, 1, 15)).created_at == datetime(2026, 1, 15).astimezone()
    assert ctx.save("By text", created_at="2026-01-15").created_at == datetime(2026, 1, 15).astimezone()


def test_an_expired_memory_is_out_of_search_until_its_status_is_asked_for(ctx: ContextFS) -> None:
    """What has expired is neither searched nor listed, but can be recalled and asked for beside the archived."""
    memory = ctx.save("The code freeze ends on Friday", created_at="3d", expires_at="2026-01-02")
    kept = ctx.save("The code freeze begins on Monday", expires_at="2100-01-01")
    assert [one.id for one in ctx.list_recent()] == [kept.id]
    assert [one.memory.id for one in ctx.search("code freeze", min_relevance=0)] == [kept.id]
    assert ctx.recall(memory.id) == memory
    assert memory.id in {one.id for one in ctx.list_recent(status="active,archived")}


def test_a_time_to_come_lies_ahead_and_an_expiry_is_never_past(ctx: ContextFS) -> None:
    """Names and numbers of days look forward in save and update, and a memory that nobody would find is refused."""
    soon = ctx.save("The code freeze ends on Friday", review_at="90d", expires_at="monday")
    now = datetime.now(UTC)
    assert soon.review_at and timedelta(days=89) < soon.review_at - now <= timedelta(days=90)
    assert soon.expires_at and timedelta(0) < soon.expires_at - now <= timedelta(days=7, hours=1)
    assert ctx.update(soon.id, review_at="next month").review_at > now  # type: ignore[operator]
    for past in ("yesterday", "3 days ago", datetime(2020, 1, 1), date(2020, 1, 1)):
        with pytest.raises(InvalidInput, match="past"):
            ctx.save("Too late", expires_at=past)
        with pytest.raises(InvalidInput, match="past"):
            ctx.update(soon.id, expires_at=past)
    assert ctx.recall(soon.id).expires_at == soon.expires_at
    assert ctx.save("Expired where it came from", created_at="2019-12-01", expires_at="2020-01-01").expires_at


def test_many_are_saved_from_whatever_says_what_they_are(ctx: ContextFS) -> None:
    """save_many takes texts, mappings, Drafts and Memories together, in order, and checks all before it writes."""
    many = ctx.save_many(
        [
            "A plain text",
            {"content": "A mapping", "type": "code", "created_at": "2026-01-15"},
            Draft("A draft", tags=["x"]),
            Memory("A memory", type=MemoryType.ERROR, files=("a.py",)),
        ]
    )
    assert [one.content for one in many] == ["A plain text", "A mapping", "A draft", "A memory"]
    assert [str(one.type) for one in many] == ["fact", "code", "fact", "error"]
    for wrong in (5, {"content": ""}, {"text": "x"}, {"type": "fact"}):
        with pytest.raises(InvalidInput):
            ctx.save_many(["This must not stay behind", wrong])  # pyright: ignore[reportArgumentType]
    assert len(ctx.list_recent()) == 4

"""What every importer of memories promises, on small samples made by hand; and what each of them makes of its own."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contextfs import ContextFS
from contextfs.api.moving_in import memory_id
from contextfs.domain.imported import Taken
from contextfs.domain.incoming import Incoming, LeftOut
from contextfs.domain.transcript import Heading, Turn, Unread
from contextfs.errors import ContextFSError
from contextfs.exchange.importers.table import FORMATS, MEMORIES, named, sniffed
from contextfs.exchange.source import Source

# ── the samples ─────────────────────────────────────────────────────────────────────────────────────────────────────

_GROWN = (
    "id content type tags summary namespace_id source_file source_repo session_id created_at updated_at metadata",
    "source_tool project",
    "vector_clock content_hash deleted_at last_modified_by",
    "repo_url repo_name relative_path",
    "structured_data",
    "authoritative",
)
VERSIONS: list[list[str]] = [[*" ".join(_GROWN[:count]).split()] for count in range(1, len(_GROWN) + 1)]
"""The columns of `memories` in each version of the store that contextfs 0.2 and older wrote."""


def database(path: Path, tables: dict[str, list[str]], rows: dict[str, list[dict[str, Any]]]) -> Path:
    """A small SQLite file with these tables and rows."""
    connection = apsw.Connection(str(path))
    for table, columns in tables.items():
        connection.execute(f"CREATE TABLE {table}({', '.join(columns)})")
        for row in rows.get(table, ()):
            known = {name: value for name, value in row.items() if name in columns}
            marks = ", ".join("?" * len(known))
            connection.execute(
                f"INSERT INTO {table}({', '.join(known)}) VALUES ({marks})", tuple(known.values())
            )
    connection.close()
    return path


def context_db(folder: Path, columns: list[str] = VERSIONS[-1]) -> Path:
    """A store of contextfs 0.2: three memories, one of them indexed by itself, one deleted, and a session."""
    row = {"namespace_id": "repo-0123456789ab", "created_at": "2026-01-02T03:04:05+00:00", "metadata": "{}"}
    row |= {"updated_at": "2026-01-03T00:00:00+00:00", "tags": '["auth", "jwt"]', "project": "shop"}
    indexed = {**row, "id": "bbbb", "content": "def indexed(): ...", "type": "code"}
    gone = {**row, "id": "cccc", "content": "what was deleted", "type": "fact", "deleted_at": "2026-02-01"}
    old = {**row, "id": "dddd", "content": "Sessions live in memory.", "type": "decision"}
    wish = {
        **row,
        "id": "eeee",
        "content": "Move the session table to Redis.",
        "type": "todo",
        "session_id": "s1",
    }
    new = {
        **row,
        "id": "aaaa",
        "content": "Tokens expire after 15 minutes.",
        "type": "decision",
        "summary": "JWT expiry",
    }
    tables = {
        "memories": columns,
        "sessions": ["id", "label", "namespace_id", "tool", "started_at", "ended_at", "summary", "metadata"],
        "messages": ["id", "session_id", "role", "content", "timestamp", "metadata"],
        "namespaces": ["id", "name", "repo_path"],
        "memory_edges": ["from_id", "to_id", "relation", "created_at"],
    }
    memories = [new, {**indexed, "metadata": '{"auto_indexed": true}'}, old, wish]
    rows: dict[str, list[dict[str, Any]]] = {
        "memories": [*memories, *([gone] if "deleted_at" in columns else [])],
        "sessions": [
            {"id": "s1", "label": "oauth", "tool": "claude-code", "started_at": "2026-01-02T03:00:00"}
        ],
        "messages": [
            {
                "id": "m1",
                "session_id": "s1",
                "role": "user",
                "content": "How long?",
                "timestamp": "2026-01-02T03:01:00",
            }
        ],
        "memory_edges": [
            {"from_id": "aaaa", "to_id": "dddd", "relation": "supersedes"},
            {"from_id": "eeee", "to_id": "aaaa", "relation": "depends_on"},
        ],
    }
    return database(folder / "context.db", tables, rows)


_PACT = "id context goal active_tasks lessons_learned decisions entities project_id session_id created_at updated_at"


def pact(folder: Path, more: str = "reasoning_chains agreements_reached disagreements_resolved") -> Path:
    """A PACT store: a whole record, one with loose columns, and one whose list was taken apart into letters."""
    whole = {
        "id": "0123456789abcdef0123456789abcdef",
        "context": "Rate limiting for the public API",
        "goal": "Keep abusers out",
        "active_tasks": '[{"task": "add a metric", "status": "bogus", "priority": "high"}]',
        "lessons_learned": '["A sliding window needs a sorted set"]',
        "decisions": '[{"decision": "Use Redis", "rationale": "shared", "alternatives": ["memcached"]}]',
        "entities": '[{"name": "RateLimiter", "type": "class", "owner": "ann"}]',
        "project_id": "shop",
        "created_at": "2026-03-01T10:00:00+00:00",
    }
    loose = {"id": "Loose-1", "context": "Loose", "lessons_learned": "only a text", "decisions": '["plain"]'}
    letters = {"id": "Shred-1", "context": "Shredded", "lessons_learned": json.dumps(list("never"))}
    rows = [whole, *({**one, "created_at": "2026-03-02 10:00:00"} for one in (loose, letters))]
    return database(
        folder / "memory.db",
        {
            "memories": f"{_PACT} {more}".split(),
            "files": ["id", "path", "project_id"],
            "memory_files": ["memory_id", "file_id", "relationship"],
        },
        {
            "memories": rows,
            "files": [{"id": "f1", "path": "src/limits.py"}],
            "memory_files": [{"memory_id": whole["id"], "file_id": "f1", "relationship": "modified"}],
        },
    )


_OBSERVATION = {
    "id": 7,
    "memory_session_id": "mem-1",
    "project": "shop",
    "type": "bugfix",
    "title": "Retries doubled the orders",
    "subtitle": "The client retried on a timeout that had succeeded",
    "narrative": "An idempotency key is sent with every order now.",
    "facts": '["Key lives 24 hours"]',
    "concepts": '["problem-solution"]',
    "files_modified": '["src/orders.py"]',
    "created_at": "2026-04-01T08:00:00.000Z",
    "created_at_epoch": 1775030400000,
}
_SUMMARY = {
    "id": 1,
    "memory_session_id": "mem-1",
    "project": "shop",
    "request": "Stop double orders",
    "learned": "Timeouts are not failures",
    "created_at": "2026-04-01T09:00:00.000Z",
    "created_at_epoch": 1775034000000,
}


def claude_mem(folder: Path) -> Path:
    """A claude-mem database."""
    return database(
        folder / "claude-mem.db",
        {"observations": list(_OBSERVATION), "session_summaries": list(_SUMMARY)},
        {"observations": [_OBSERVATION], "session_summaries": [_SUMMARY]},
    )


def claude_mem_export(folder: Path) -> Path:
    """What claude-mem's export script writes."""
    told = {
        "exportedAtEpoch": 1,
        "totalObservations": 1,
        "observations": [_OBSERVATION],
        "summaries": [_SUMMARY],
    }
    return written(folder / "export.json", json.dumps({**told, "prompts": [{"prompt_text": "hi"}]}, indent=2))


def memory_server(folder: Path) -> Path:
    """A graph of the official memory server, with a torn last line."""
    lines = [
        {
            "type": "entity",
            "name": "Billing",
            "entityType": "service",
            "observations": ["Written in Go", "Owned by Ann"],
        },
        {"type": "entity", "name": "Ann", "entityType": "person", "observations": []},
        {"type": "relation", "from": "Billing", "to": "Ann", "relationType": "maintained by"},
    ]
    text = "\n".join(map(json.dumps, lines))
    return written(folder / "memory.jsonl", text + '\n{"type": "entity", "na')


def mem0(folder: Path) -> Path:
    """What mem0's get_all returns."""
    told = [
        {"id": "7c1f", "memory": "Prefers tabs over spaces", "user_id": "ann", "categories": ["style"],
         "metadata": {"type": "preference"}, "created_at": "2026-05-01T00:00:00-07:00"},
        {"id": "8d2a", "memory": "", "user_id": "ann"},
    ]  # fmt: skip
    return written(folder / "mem0.json", json.dumps({"results": told, "count": 2}))


def mem0_lines(folder: Path) -> Path:
    """The same as JSON Lines."""
    lines = [
        {"id": "7c1f", "memory": "Prefers tabs over spaces", "user_id": "ann"},
        {"id": "9", "memory": "Uses vim"},
    ]
    return written(folder / "mem0.jsonl", "\n".join(map(json.dumps, lines)) + "\n")


_NYGARD = """# 1. Record architecture decisions

Date: 2026-01-05

## Status

Superseded by [2. Use MADR](0002-use-madr.md)

## Context

We forget why things are as they are.

## Decision

We keep records in the style of Nygard.

## Consequences

Somebody has to write them.
"""
_MADR = """---
status: accepted
date: 2026-02-01
decision-makers: [Ann, Bo]
---

# Use MADR

## Context and Problem Statement

The alternatives are missing from our records.

## Decision Drivers

* completeness

## Considered Options

* Nygard
* [MADR](https://adr.github.io/madr)

## Decision Outcome

Chosen option: MADR, because it lists alternatives.
"""


def adr(folder: Path) -> Path:
    """A folder of decision records in two styles, with a page that is none."""
    (folder / "adr").mkdir()
    written(folder / "adr" / "0001-record-decisions.md", _NYGARD)
    written(folder / "adr" / "0002-use-madr.md", _MADR)
    written(folder / "adr" / "README.md", "# Decisions\n\nAn index.\n")
    return folder / "adr"


def claude_memory(folder: Path) -> Path:
    """The folder in which Claude Code keeps its notes."""
    notes = folder / "memory"
    notes.mkdir()
    written(
        notes / "MEMORY.md",
        "# Memory\n\n- [Deploys](deploys.md) — how we deploy\n\n## Gotchas\n\n- The linter needs Node 24\n",
    )
    written(
        notes / "deploys.md",
        "---\nname: deploys\ndescription: How we deploy\ntype: feedback\n---\n\nDeploy with make release.\n",
    )
    return notes


_INSTRUCTIONS = """# Shop

Some prose that stays where it is.

## Commands

- Run the tests with `make test`
  - one file: `make test FILE=x`
- Deploy with `make release`

```bash
- not a bullet
```

## Architecture

1. Orders go through the outbox table
   before they reach Kafka.

## Empty

- x
"""


def instructions(folder: Path) -> Path:
    """A CLAUDE.md."""
    return written(folder / "CLAUDE.md", _INSTRUCTIONS)


_NOTE = """---
title: API Design
type: decision
tags: [api, REST]
permalink: design/api
confidence: 0.9
created: 2026-06-01
---

# API Design

## Observations
- [decision] REST over GraphQL #simplicity

## Relations
- implements [[API Specification]]
"""


def markdown(folder: Path) -> Path:
    """A folder of notes: one of basic-memory, one without a block, one whose block is broken."""
    notes = folder / "notes"
    (notes / "errors").mkdir(parents=True)
    written(notes / "api.md", _NOTE)
    written(notes / "errors" / "locked.md", "# Database is locked\n\nSet a busy timeout.\n")
    written(notes / "broken.md", "---\n{unclosed: [\n---\n\nThe block is broken.\n")
    return notes


def written(path: Path, text: str) -> Path:
    """A file with this text."""
    path.write_text(text, encoding="utf-8")
    return path


Sample = Callable[[Path], Path]
SAMPLES: list[tuple[str, Sample, list[str]]] = [
    ("context-db", context_db, ["Tokens expire after 15 minutes.", "Sessions live in memory.", "Redis"]),
    ("pact", pact, ["Use Redis", "only a text", "Shredded"]),
    ("claude-mem", claude_mem, ["idempotency key", "Timeouts are not failures"]),
    ("claude-mem", claude_mem_export, ["idempotency key", "Timeouts are not failures"]),
    ("memory-server", memory_server, ["Written in Go", "# Ann"]),
    ("mem0", mem0, ["Prefers tabs over spaces"]),
    ("mem0", mem0_lines, ["Prefers tabs over spaces", "Uses vim"]),
    ("adr", adr, ["style of Nygard", "Chosen option: MADR"]),
    ("claude-memory", claude_memory, ["Deploy with make release.", "linter needs Node 24"]),
    ("instructions", instructions, ["make test", "make release", "outbox"]),
    ("markdown", markdown, ["REST over GraphQL", "busy timeout"]),
]
each_sample = pytest.mark.parametrize(
    ("name", "make", "texts"), SAMPLES, ids=[one[1].__name__ for one in SAMPLES]
)


@pytest.fixture
def ctx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ContextFS]:
    """An empty store, seen from a directory in no repository."""
    monkeypatch.chdir(tmp_path)
    with ContextFS(tmp_path / "data", cwd=str(tmp_path)) as front:
        yield front


def everything(ctx: ContextFS) -> str:
    """All that ever happened in a store."""
    lines: list[str] = []
    ctx.export(lines.append, "jsonl", all=True)
    return "".join(lines)


def states(ctx: ContextFS) -> dict[str, Any]:
    """Every memory by its id."""
    return {memory.id: memory for memory in ctx.list_recent(limit=1000, all=True)}


def contents(path: Path) -> dict[str, bytes]:
    """Every file of a sample, and of the folder it lies in."""
    inside = path if path.is_dir() else path.parent
    return {str(one): one.read_bytes() for one in sorted(inside.rglob("*")) if one.is_file()}


# ── what all of them promise ────────────────────────────────────────────────────────────────────────────────────────


def test_every_format_has_a_sample() -> None:
    """A row added to the table cannot be forgotten here."""
    assert {row.name for row in FORMATS if row.kind == MEMORIES} == {name for name, _, _ in SAMPLES}


@each_sample
def test_it_is_told_by_its_content(name: str, make: Sample, texts: list[str], tmp_path: Path) -> None:
    """The table finds the format without being told, and says only what it knows."""
    source = Source("sample", str(make(tmp_path)))
    found = sniffed(source)
    assert found is not None
    assert found.name == name
    known = (Incoming, LeftOut, Unread, Heading, Turn)
    values = list(found.read(source))
    assert all(isinstance(value, known) for value in values)
    keys = [value.key for value in values if isinstance(value, Incoming)]
    assert len(keys) == len(set(keys)) > 0
    assert repr(values) == repr(list(found.read(source)))


@each_sample
def test_importing_twice_changes_nothing(
    name: str, make: Sample, texts: list[str], tmp_path: Path, ctx: ContextFS
) -> None:
    """The first import brings every text, the second finds nothing new; the source stays as it was."""
    source = make(tmp_path)
    before = contents(source)
    first = ctx.import_memories(source)
    assert (first.format, first.memories, first.changed, first.refused) == (name, len(texts), 0, [])
    found = "\n\n".join(memory.content for memory in states(ctx).values())
    assert [text for text in texts if text not in found] == []
    stood = everything(ctx)
    second = ctx.import_memories(source)
    assert (second.memories, second.changed, second.known) == (0, 0, len(texts))
    assert everything(ctx) == stood
    data = str(tmp_path / "data")
    assert {path: held for path, held in contents(source).items() if not path.startswith(data)} == before


@each_sample
def test_a_dry_run_says_the_same_and_writes_nothing(
    name: str, make: Sample, texts: list[str], tmp_path: Path, ctx: ContextFS
) -> None:
    """What would be new is counted, and the store stays empty."""
    source = make(tmp_path)
    told = ctx.import_memories(source, dry_run=True)
    assert told.memories == len(texts)
    assert states(ctx) == {}


@each_sample
def test_what_was_deleted_or_erased_here_does_not_come_back(
    name: str, make: Sample, texts: list[str], tmp_path: Path, ctx: ContextFS
) -> None:
    """A second import counts a deleted memory and leaves it; `again` brings it back, but never an erased one."""
    source = make(tmp_path)
    ids = list(states_after(ctx, source))
    ctx.delete(ids[0])
    told = ctx.import_memories(source)
    assert (told.memories, told.deleted) == (0, 1)
    assert ids[0] not in states(ctx)
    ctx.import_memories(source, again=True)
    assert ids[0] in states(ctx)
    ctx.erase(ids[0])
    told = ctx.import_memories(source, again=True)
    assert (told.erased, ids[0] in states(ctx)) == (1, False)


@each_sample
def test_what_was_changed_here_stays(
    name: str, make: Sample, texts: list[str], tmp_path: Path, ctx: ContextFS
) -> None:
    """A memory that somebody edited here is not set back by an import of what it came from."""
    source = make(tmp_path)
    ids = list(states_after(ctx, source))
    ctx.update(ids[0], content="Edited here.", structured="", add_tags=["mine"])
    told = ctx.import_memories(source)
    assert (told.changed, told.conflicts) == (0, [])
    assert ctx.recall(ids[0]).content == "Edited here."


@each_sample
def test_it_goes_where_it_is_told(
    name: str, make: Sample, texts: list[str], tmp_path: Path, ctx: ContextFS
) -> None:
    """A namespace, a project and tags that are named hold for every memory."""
    source = make(tmp_path)
    ctx.import_memories(source, namespace="team", project="moved", tags=("imported",))
    found = states(ctx).values()
    assert {(memory.namespace, memory.project) for memory in found} == {("team", "moved")}
    assert all("imported" in memory.tags for memory in found)


@each_sample
def test_a_secret_is_left_out_and_named(
    name: str, make: Sample, texts: list[str], tmp_path: Path, ctx: ContextFS, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A memory that holds a secret does not stop the others; whoever insists gets it too."""
    secret = "AKIA" + "QWERTYUIOPASDFGH"
    row, source = named(name), make(tmp_path)
    values = list(row.read(Source("sample", str(source))))
    first = next(value for value in values if isinstance(value, Incoming))
    leaky = first._replace(draft=first.draft._replace(content=f"aws_access_key_id = {secret}"))
    changed = [leaky if value is first else value for value in values]
    monkeypatch.setattr(type(row), "read", lambda self, source: iter(changed))
    told = ctx.import_memories(source)
    assert len(told.refused) == 1
    assert secret not in everything(ctx)
    assert secret not in told.refused[0][1]
    assert ctx.import_memories(source, allow_secret=True).memories == 1


@pytest.mark.parametrize("row", [row for row in FORMATS if row.kind == MEMORIES], ids=lambda row: row.name)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_raise_only_our_own_errors(row: Any, data: bytes, tmp_path: Path) -> None:
    """Whatever a file holds, reading it yields values or raises one of our errors."""
    path = tmp_path / "any.md"
    path.write_bytes(data)
    check_read(row, Source("any", str(path)))


_HOSTILE = {
    "spaces": " " * 200_000,
    "spaces inside": "status: a" + " " * 100_000 + "b\n# t" + " " * 100_000 + "b\n## s" + " " * 100_000 + "x",
    "deep points": "".join("  " * (n % 50) + "- x y z\n" for n in range(20_000)),
    "comments without end": "<!-- " * 30_000,
    "brackets": "- a [[" * 20_000,
    "marks": "*_-" * 50_000 + "status:",
    "fences": "```\n" * 10_001,
}


@pytest.mark.parametrize("text", _HOSTILE.values(), ids=_HOSTILE)
@pytest.mark.parametrize("name", ["adr", "claude-memory", "instructions", "markdown"])
def test_no_text_takes_for_ever(name: str, text: str, tmp_path: Path) -> None:
    """Texts made to send patterns back and forth are read in the time of any text of their length."""
    source = Source("any", str(written(tmp_path / "0001-any.md", text)))
    before = time.process_time()
    check_read(named(name), source)
    assert time.process_time() - before < 10


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["id", "memory", "results", "metadata", "type", "name", "entityType", "observations", "from",
                         "to", "relationType", "title", "facts", "created_at", "created_at_epoch", "tags"]),
        inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@pytest.mark.parametrize("name", ["claude-mem", "memory-server", "mem0"])
@settings(max_examples=50, deadline=None)
@given(values=st.lists(_JSON, max_size=4), key=st.sampled_from(["observations", "results", "summaries"]))
def test_any_json_raises_only_our_own_errors(name: str, values: list[Any], key: str) -> None:
    """JSON of the right words and the wrong shapes never ends in an error of Python's."""
    whole = json.dumps({key: values}).encode()
    lines = "\n".join(map(json.dumps, values)).encode()
    for data in (whole, lines):
        check_read(named(name), Source("any", data=data))


@pytest.mark.parametrize("name", ["context-db", "pact", "claude-mem"])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.none()
    | st.integers(-(2**62), 2**62)
    | st.floats()
    | st.text(max_size=30)
    | st.binary(max_size=30)
)
def test_any_column_value_raises_only_our_own_errors(name: str, value: Any, tmp_path: Path) -> None:
    """A database with the right tables and any value in every column is read without an error of Python's."""
    path = tmp_path / f"{name}.db"
    path.unlink(missing_ok=True)
    columns = {
        "context-db": VERSIONS[-1],
        "pact": _PACT.split(),
        "claude-mem": list(_OBSERVATION),
    }[name]
    table = "observations" if name == "claude-mem" else "memories"
    database(
        path,
        {table: columns, "sessions": ["id", "tool", "started_at"]},
        {table: [dict.fromkeys(columns, value)]},
    )
    check_read(named(name), Source("any", str(path)))


def check_read(row: Any, source: Source) -> None:
    """Read everything: known kinds of values, or one of our own errors."""
    try:
        found = list(row.read(source))
    except ContextFSError:
        return
    assert all(isinstance(one, Incoming | LeftOut | Unread | Heading | Turn) for one in found)


# ── what each of them makes of its own ──────────────────────────────────────────────────────────────────────────────


def states_after(ctx: ContextFS, source: Path, **options: Any) -> dict[str, Any]:
    """Every memory after an import."""
    ctx.import_memories(source, **options)
    return states(ctx)


def titled(ctx: ContextFS, words: str) -> Any:
    """The one memory whose text has these words."""
    (found,) = [memory for memory in states(ctx).values() if words in memory.content]
    return found


@pytest.mark.parametrize("columns", VERSIONS, ids=lambda columns: f"{len(columns)} columns")
def test_context_db_of_every_version(columns: list[str], tmp_path: Path, ctx: ContextFS) -> None:
    """Each version of the old store is read; what it had not yet is empty."""
    told = ctx.import_memories(context_db(tmp_path, columns))
    assert told.memories == 3
    memory = titled(ctx, "Tokens expire")
    assert (memory.type, memory.tags, memory.summary) == ("decision", ("auth", "jwt"), "JWT expiry")
    assert memory.created_at.isoformat() == "2026-01-02T03:04:05+00:00"
    assert memory.namespace == "repo-0123456789ab"


def test_context_db_keeps_what_belongs_together(tmp_path: Path, ctx: ContextFS) -> None:
    """Replacements, links, the session and words for types that we do not have come along."""
    source = context_db(tmp_path)
    told = ctx.import_memories(source)
    new, old, wish = titled(ctx, "Tokens"), titled(ctx, "Sessions live"), titled(ctx, "Redis")
    assert (new.supersedes, old.superseded_by) == ((old.id,), new.id)
    assert wish.metadata == {"links": {"depends_on": [new.id]}, "original_type": "todo"}
    assert (told.sessions, told.messages) == (1, 1)
    (session,) = ctx.list_sessions(all=True)
    assert session.label == "oauth"
    assert [memory.id for memory in ctx.sessions.memories(session)] == [wish.id]


def test_context_db_leaves_out_what_was_indexed(tmp_path: Path, ctx: ContextFS) -> None:
    """Rows that the old program made by itself come only when somebody asks."""
    source = context_db(tmp_path)
    assert not any("def indexed" in memory.content for memory in states_after(ctx, source).values())
    assert ctx.import_memories(source, indexed=True).memories == 1


@pytest.mark.parametrize("more", ["", "reasoning_chains agreements_reached disagreements_resolved"])
def test_pact_becomes_records(more: str, tmp_path: Path, ctx: ContextFS) -> None:
    """Both shapes of the store give records with their id, files and typed fields; stray values are kept."""
    ctx.import_memories(pact(tmp_path, more))
    record = ctx.recall("0123456789abcdef0123456789abcdef")
    assert record.structured["decisions"] == [
        {"decision": "Use Redis", "rationale": "shared", "alternatives": ["memcached"]}
    ]
    assert (record.files, record.project) == (("src/limits.py",), "shop")
    assert record.metadata["also"] == {
        "active_tasks: add a metric": {"status": "bogus"},
        "entities: RateLimiter": {"owner": "ann"},
    }


def test_pact_tells_of_lists_taken_apart(tmp_path: Path, ctx: ContextFS) -> None:
    """A list of single letters is no lesson; the record is taken in without it and the loss is counted."""
    told = ctx.import_memories(pact(tmp_path))
    assert told.unread == {"a list taken apart into letters": 1}
    assert "lessons_learned" not in titled(ctx, "Shredded").structured


def test_claude_mem_types_files_and_time(tmp_path: Path, ctx: ContextFS) -> None:
    """An observation keeps its type, files and time; the export and the database give the same memories."""
    ids = set(states_after(ctx, claude_mem(tmp_path)))
    memory = titled(ctx, "idempotency")
    assert (memory.type, memory.files, memory.project) == ("error", ("src/orders.py",), "shop")
    assert memory.created_at.year == 2026
    again = ctx.import_memories(claude_mem_export(tmp_path))
    assert (again.memories, set(states(ctx))) == (0, ids)


def test_memory_server_relations(tmp_path: Path, ctx: ContextFS) -> None:
    """What an entity is related to can be read and asked for."""
    told = ctx.import_memories(memory_server(tmp_path))
    memory = titled(ctx, "Written in Go")
    assert memory.metadata == {"links": {"maintained by": ["Ann"]}, "original_type": "service"}
    assert "- maintained by Ann" in memory.content
    assert told.unread == {"unfinished last line": 1}


def test_adr_status_alternatives_and_successor(tmp_path: Path, ctx: ContextFS) -> None:
    """Both styles give typed decisions; the superseded one is deprecated in favour of the newer."""
    told = ctx.import_memories(adr(tmp_path))
    old, new = titled(ctx, "Nygard.\n"), titled(ctx, "Chosen option")
    assert (old.type, old.status, old.superseded_by) == ("decision", "deprecated", new.id)
    assert (new.status, new.supersedes) == ("active", (old.id,))
    assert new.structured["alternatives"] == ["Nygard", "MADR"]
    assert new.structured["context"].startswith("The alternatives are missing")
    assert (old.summary, new.summary) == ("Record architecture decisions", "Use MADR")
    assert old.created_at.date().isoformat() == "2026-01-05"
    assert sum(told.unread.values()) == 1


def test_instructions_are_points_under_headings(tmp_path: Path, ctx: ContextFS) -> None:
    """Each point is a memory of the type its heading speaks for, with its sub-points; prose and code stay out."""
    found = states_after(ctx, instructions(tmp_path)).values()
    assert sorted((memory.type, memory.summary) for memory in found) == [
        ("decision", "Architecture: Orders go through the outbox table"),
        ("procedural", "Commands: Deploy with make release"),
        ("procedural", "Commands: Run the tests with make test"),
    ]
    assert titled(ctx, "outbox").content == "Orders go through the outbox table\n before they reach Kafka."
    assert titled(ctx, "one file").content.endswith("\n- one file: `make test FILE=x`")


def test_claude_memory_leaves_its_pointers_out(tmp_path: Path, ctx: ContextFS) -> None:
    """The index's pointers to topics are not memories, its own lines are; a topic has its description."""
    found = states_after(ctx, claude_memory(tmp_path)).values()
    assert sorted((memory.type, memory.summary) for memory in found) == [
        ("error", "Gotchas: The linter needs Node 24"),
        ("user", "How we deploy"),
    ]


def test_markdown_notes_keep_their_block(tmp_path: Path, ctx: ContextFS) -> None:
    """Title, tags, relations and what else the block says; a broken block costs one note."""
    told = ctx.import_memories(markdown(tmp_path))
    note = titled(ctx, "GraphQL")
    assert (note.type, note.tags, note.summary) == ("decision", ("api", "rest", "simplicity"), "API Design")
    assert note.metadata == {"confidence": 0.9, "links": {"implements": ["API Specification"]}}
    assert titled(ctx, "busy timeout").type == "error"
    assert sum(told.unread.values()) == 1


def test_a_change_in_the_source_is_taken_over(tmp_path: Path, ctx: ContextFS) -> None:
    """An edited note updates its memory; where both were edited nothing is overwritten unless somebody insists."""
    notes = markdown(tmp_path)
    (subject,) = [m.id for m in states_after(ctx, notes).values() if "GraphQL" in m.content]
    written(notes / "api.md", _NOTE.replace("REST over GraphQL", "REST, at least for now"))
    assert ctx.import_memories(notes).changed == 1
    assert "at least for now" in ctx.recall(subject).content
    ctx.update(subject, content="Edited here.")
    written(notes / "api.md", _NOTE.replace("REST over GraphQL", "gRPC"))
    told = ctx.import_memories(notes)
    assert (told.changed, told.conflicts) == (0, [("api.md", "content")])
    assert ctx.recall(subject).content == "Edited here."
    assert ctx.import_memories(notes, force=True).changed == 1
    assert "gRPC" in ctx.recall(subject).content


def test_the_same_text_from_two_sources_is_one_memory(tmp_path: Path, ctx: ContextFS) -> None:
    """A text that is there already is not stored twice, whoever brings it."""
    ctx.save("Prefers tabs over spaces", tags=["style"])
    told: Taken = ctx.import_memories(mem0(tmp_path))
    assert (told.memories, told.known) == (0, 1)


def test_undo_takes_a_whole_import_back(tmp_path: Path, ctx: ContextFS) -> None:
    """An import is one action."""
    assert len(states_after(ctx, adr(tmp_path))) == 2
    ctx.undo()
    assert states(ctx) == {}


def test_ids_are_the_same_on_every_machine(tmp_path: Path, ctx: ContextFS) -> None:
    """The id of a memory follows from its format and its key alone."""
    ctx.import_memories(mem0_lines(tmp_path))
    assert set(states(ctx)) == {memory_id("mem0", "7c1f"), memory_id("mem0", "9")}


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_database_in_use_is_read_whole_and_left_alone(mode: str, tmp_path: Path, ctx: ContextFS) -> None:
    """What still stands in the write-ahead log belongs to the store; nothing beside the file is made or removed."""
    path = context_db(tmp_path)
    connection = apsw.Connection(str(path))
    connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("UPDATE memories SET content = 'Only in the log so far.' WHERE id = 'aaaa'")
    beside = sorted(os.listdir(tmp_path))
    before = path.read_bytes()
    ctx.import_memories(path)
    assert titled(ctx, "Only in the log so far.")
    assert (path.read_bytes(), [name for name in sorted(os.listdir(tmp_path)) if name != "data"]) == (
        before,
        beside,
    )
    connection.close()

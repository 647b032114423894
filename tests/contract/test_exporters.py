"""What every exporter promises: what it writes comes back, whatever the memories hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contextfs import ContextFS, Memory
from contextfs.api.moving_out import FORMATS
from contextfs.domain.memory_types import MemoryType
from contextfs.errors import InvalidInput

TARGETS = {"jsonl": "all.jsonl", "markdown": "tree", "memory-server": "graph.jsonl"}
each_format = pytest.mark.parametrize("name", list(FORMATS))

# ── memories of every kind ──────────────────────────────────────────────────────────────────────────────────────────

_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")
_TEXT = st.text(_CHARACTERS, max_size=60)
_LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=30).map(
    str.strip
)
_AWKWARD = st.sampled_from(
    [
        "---\nid: x\n---\nbody",
        "no final newline",
        "two final newlines\n\n",
        "trailing spaces  \n\t\n",
        "windows\r\nlines\r\n",
        "\n\nbegins with empty lines",
        "\ufeffbegins with a mark",
        "\x85\u2028 breaks of other kinds",
        "...",
        "`code` # with: [all], {the}, *marks* & 'quotes' \"both\" | > %",
    ]
)
_CONTENT = (_AWKWARD | _TEXT).filter(lambda text: bool(text.strip()))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT.filter(str.strip), inner, max_size=3),
    max_leaves=6,
)
_OBJECT = st.dictionaries(_TEXT.filter(str.strip), _JSON, max_size=3)
_MOMENT = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
_DRAFT = st.fixed_dictionaries(
    {
        "content": _CONTENT,
        "type": st.sampled_from(list(MemoryType)),
        "tags": st.lists(
            st.sampled_from(["auth", "v1.2", "über", "feature/x", "deprecated", "no", "1e5"]), max_size=3
        ),
        "summary": _AWKWARD | _TEXT,
        "project": _LINE,
        "namespace": st.sampled_from(["global", "team/x", "Team", "con", "repo-0123456789ab"]),
        "status": st.sampled_from(["active", "deprecated", "archived"]),
        "owner": _LINE,
        "source_tool": _LINE,
        "source_repo": _LINE,
        "branch": _LINE,
        "commit": _LINE,
        "author": _LINE.filter(bool),
        "session_id": _LINE,
        "files": st.lists(st.sampled_from(["src/a.py", "a b.md", "über.txt", "- x"]), max_size=2),
        "metadata": _OBJECT,
        "structured": _OBJECT,
        "created_at": _MOMENT,
        "updated_at": _MOMENT,
        "review_at": st.none() | _MOMENT,
        "expires_at": st.none() | _MOMENT,
    }
)
_fresh = count()


def store(tmp_path: Path, name: str) -> ContextFS:
    """A store of its own."""
    return ContextFS(tmp_path / f"{name}-{next(_fresh)}", cwd=str(tmp_path))


def history(ctx: ContextFS) -> str:
    """All that ever happened in a store."""
    lines: list[str] = []
    ctx.export(lines.append, "jsonl", all=True)
    return "".join(lines)


def everything(ctx: ContextFS) -> dict[str, Memory]:
    """Every memory, archived and expired ones too."""
    found = ctx.list_recent(limit=1000, all=True, status=["active", "deprecated", "archived"])
    return {memory.id: memory._replace(device="") for memory in found}


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drafts=st.lists(_DRAFT, min_size=1, max_size=5), edit=_CONTENT)
def test_jsonl_is_the_same_to_the_byte(drafts: list[dict[str, Any]], edit: str, tmp_path: Path) -> None:
    """Store → JSONL → empty store → JSONL is the same, with every edit, deletion and erasure."""
    with store(tmp_path, "one") as one, store(tmp_path, "two") as two:
        saved = [one.save(**draft, allow_secret=True) for draft in drafts]
        one.update(saved[0].id, content=edit, allow_secret=True)
        one.delete(saved[-1].id)
        one.erase(one.save("never to be seen again").id)
        path = tmp_path / "history.jsonl"
        one.export(path, "jsonl", all=True)
        told = two.import_memories(path, allow_secret=True)
        assert (told.refused, told.unread) == ([], {})
        assert history(two) == path.read_text(encoding="utf-8") == history(one)
        assert everything(two) == everything(one)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drafts=st.lists(_DRAFT, min_size=1, max_size=5))
def test_markdown_loses_nothing(drafts: list[dict[str, Any]], tmp_path: Path) -> None:
    """Store → Markdown tree → empty store gives every field of every memory, whatever it holds."""
    with store(tmp_path, "one") as one, store(tmp_path, "two") as two:
        for draft in drafts:
            one.save(**draft, allow_secret=True)
        tree = tmp_path / f"tree-{next(_fresh)}"
        done = one.export(tree, all=True)
        assert len(done.written) == len(everything(one))
        told = two.import_memories(tree, allow_secret=True)
        assert (told.refused, told.conflicts) == ([], [])
        assert everything(two) == everything(one)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drafts=st.lists(_DRAFT, min_size=1, max_size=4))
def test_an_untouched_tree_holds_no_edits(drafts: list[dict[str, Any]], tmp_path: Path) -> None:
    """What was just exported reads back as no change at all, with or without line ends converted."""
    with store(tmp_path, "one") as one:
        for draft in drafts:
            one.save(**draft, allow_secret=True)
        tree = tmp_path / f"tree-{next(_fresh)}"
        one.export(tree, all=True)
        before = history(one)
        told = one.import_memories(tree, allow_secret=True)
        assert (told.changed, told.memories, told.known) == (0, 0, len(everything(one)))
        assert history(one) == before
        for page in tree.rglob("*.md"):
            text = page.read_bytes()
            if b"\r" not in text:
                page.write_bytes(text.replace(b"\n", b"\r\n"))
        assert one.import_memories(tree, allow_secret=True).changed == 0


@each_format
def test_every_text_comes_back(name: str, tmp_path: Path) -> None:
    """Each format is read again by the importer that its content speaks for."""
    with store(tmp_path, "one") as one, store(tmp_path, "two") as two:
        one.save(
            "Tokens expire after 15 minutes.",
            "decision",
            ["auth"],
            summary="JWT expiry",
            files=["src/auth.py"],
        )
        one.save("Use a busy timeout.", "error", metadata={"sprint": 42})
        target = tmp_path / TARGETS[name]
        one.export(target, name, all=True)
        two.import_memories(target)
        texts = "\n".join(memory.content for memory in everything(two).values())
        assert "Tokens expire after 15 minutes." in texts
        assert "Use a busy timeout." in texts
        assert {str(memory.type) for memory in everything(two).values()} >= {"decision", "error"}


def test_a_graph_comes_back_as_it_was(tmp_path: Path) -> None:
    """What came from a memory server leaves with its own types and relations; files are ties, not memories."""
    graph = [
        {"type": "entity", "name": "Billing", "entityType": "service", "observations": ["Written in Go"]},
        {"type": "entity", "name": "Ann", "entityType": "person", "observations": ["Likes vim"]},
        {"type": "relation", "from": "Billing", "to": "Ann", "relationType": "maintained by"},
    ]
    source = tmp_path / "memory.jsonl"
    source.write_text("\n".join(map(json.dumps, graph)), encoding="utf-8")
    with store(tmp_path, "one") as one, store(tmp_path, "two") as two:
        one.import_memories(source)
        one.save("Use a busy timeout.", files=["src/db.py"])
        one.export(tmp_path / "out.jsonl", "memory-server")
        lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
        assert graph[2] in lines
        assert {line["name"]: line["entityType"] for line in lines if line["type"] == "entity"} == {
            "Billing": "service", "Ann": "person", "Use a busy timeout.": "fact", "src/db.py": "file",
        }  # fmt: skip
        two.import_memories(tmp_path / "out.jsonl")
        assert sorted(memory.title for memory in everything(two).values()) == [
            "Ann",
            "Billing",
            "Use a busy timeout.",
        ]
        assert [m.files for m in everything(two).values() if m.files] == [("src/db.py",)]


@each_format
def test_exporting_twice_gives_the_same(name: str, tmp_path: Path) -> None:
    """What is written depends on the memories alone."""
    with store(tmp_path, "one") as one:
        one.save("Tokens expire after 15 minutes.")
        one.export(tmp_path / "a" / "x" if name == "markdown" else tmp_path / "a", name)
        one.export(tmp_path / "b" / "x" if name == "markdown" else tmp_path / "b", name)
        first, second = (
            {str(p.relative_to(tmp_path / side)): p.read_bytes() for p in _files(tmp_path / side)}
            for side in "ab"
        )
        assert first == second
        assert first


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else [path for path in sorted(place.rglob("*")) if path.is_file()]


@each_format
def test_filters_choose(name: str, tmp_path: Path) -> None:
    """Only the memories that the filters name are written."""
    with store(tmp_path, "one") as one:
        one.save("The one that is wanted.", "decision")
        one.save("The one that is not.", "fact")
        target = tmp_path / TARGETS[name]
        one.export(target, name, type="decision")
        text = "".join(path.read_text(encoding="utf-8") for path in _files(target))
        assert "The one that is wanted." in text
        assert "The one that is not." not in text


@pytest.mark.parametrize("name", ["jsonl", "memory-server"])
def test_a_file_is_written_whole_or_not_at_all(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export that fails on the way leaves the file that was there, and nothing beside it."""
    target = tmp_path / "out" / "x.jsonl"
    target.parent.mkdir()
    target.write_text("what was there")
    with store(tmp_path, "one") as one:
        one.save("Tokens expire after 15 minutes.")
        one.save("Use a busy timeout.")
        monkeypatch.setattr(json, "dumps", _fail_on_the_way(json.dumps))
        with pytest.raises(RuntimeError):
            one.export(target, name)
    assert [(path.name, path.read_text()) for path in target.parent.iterdir()] == [
        ("x.jsonl", "what was there")
    ]


def _fail_on_the_way(real: Any) -> Any:
    calls = count()

    def dumps(*given: Any, **more: Any) -> str:
        if next(calls) > 0:
            raise RuntimeError("the disk caught fire")
        return str(real(*given, **more))

    return dumps


def test_a_cut_off_export_is_known_for_one(tmp_path: Path) -> None:
    """Without its last line the file is read as far as it goes, and that is said."""
    with store(tmp_path, "one") as one, store(tmp_path, "two") as two:
        one.save("Tokens expire after 15 minutes.")
        one.save("Use a busy timeout.")
        path = tmp_path / "history.jsonl"
        one.export(path, all=True)
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
        told = two.import_memories(path)
        assert told.memories == 1
        assert sum(told.unread.values()) == 1


def test_two_histories_become_one(tmp_path: Path) -> None:
    """Whichever way two stores exchange what they have, both end with the same; an erasure holds in both."""
    with store(tmp_path, "one") as one, store(tmp_path, "two") as two:
        shared = one.save("Tokens expire after 15 minutes.")
        doomed = one.save("To be erased.")
        one.export(tmp_path / "1.jsonl", all=True)
        two.import_memories(tmp_path / "1.jsonl")
        two.update(shared.id, add_tags=["from-two"])
        one.update(shared.id, add_tags=["from-one"])
        one.erase(doomed.id)
        one.export(tmp_path / "1.jsonl", all=True)
        two.export(tmp_path / "2.jsonl", all=True)
        one.import_memories(tmp_path / "2.jsonl")
        two.import_memories(tmp_path / "1.jsonl")
        assert history(one) == history(two)
        assert set(one.recall(shared.id).tags) == {"from-one", "from-two"}
        assert "To be erased" not in history(two)


def test_sessions_move_with_the_history(tmp_path: Path) -> None:
    """Sessions and their messages come along, those of deleted sessions too, and are found in the new store."""
    with store(tmp_path, "one") as one, store(tmp_path, "two") as two:
        for label in ("kept", "deleted"):
            session = one.start_session(tool="claude-code", label=label)
            one.add_message("user", f"Why does the {label} pipeline stall?")
            one.add_message(
                "assistant", "The pool is exhausted.", at=datetime.now(UTC) + timedelta(seconds=1)
            )
            one.sessions.touch(["src/pool.py"])
            one.end_session(generate_summary=False)
        one.delete_session(session.id)
        path = tmp_path / "history.jsonl"
        one.export(path, all=True)
        told = two.import_memories(path)
        assert (told.sessions, told.messages) == (2, 4)
        assert history(two) == path.read_text(encoding="utf-8")
        assert [message.content for message in two.load_session(label="kept").messages] == [
            "Why does the kept pipeline stall?",
            "The pool is exhausted.",
        ]
        assert two.import_memories(path).messages == 0
        assert history(two) == path.read_text(encoding="utf-8")
        one.undo()
        one.export(path, all=True)
        two.import_memories(path)
        assert len(two.load_session(label="deleted").messages) == 2


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(order: Any, tmp_path: Path) -> None:
    """A history is a set: whatever order it comes in, and in however many parts, the store ends up the same."""
    with store(tmp_path, "one") as one, store(tmp_path, "two") as two:
        saved = [one.save(f"Memory number {number} about the outbox.") for number in range(4)]
        one.update(saved[0].id, content="Changed once.")
        one.update(saved[0].id, content="Changed twice.")
        one.delete(saved[1].id)
        one.erase(saved[2].id)
        session = one.start_session(tool="x", label="kept")
        for number in range(3):
            one.add_message("user", f"Question {number} about the outbox?")
        one.end_session(generate_summary=False)
        head, *body, end = history(one).splitlines(keepends=True)
        order.shuffle(body)
        for part in (body[: len(body) // 2], body):
            (tmp_path / "part.jsonl").write_text("".join([head, *part, end]), encoding="utf-8")
            two.import_memories(tmp_path / "part.jsonl")
        ours, theirs = sorted(history(one).splitlines()), sorted(history(two).splitlines())
        assert [line for line in theirs if '"place"' not in line] == [
            line for line in ours if '"place"' not in line
        ]
        assert everything(two) == everything(one)
        assert {m.content for m in two.load_session(session.id).messages} == {
            m.content for m in one.load_session(session.id).messages
        }
        assert two.sessions.search("question about the outbox")


def test_names_move_with_the_history(tmp_path: Path) -> None:
    """What somebody decided about names is part of the history."""
    with store(tmp_path, "one") as one, store(tmp_path, "two") as two:
        one.save("PaymentWebhookHandler retries three times.", metadata={"n": 1})
        one.save("The payment hook is slow.")
        one.entities.rename("PaymentWebhookHandler", "payment hook")
        path = tmp_path / "history.jsonl"
        one.export(path, all=True)
        assert '"kind":"entity"' in path.read_text(encoding="utf-8")
        assert two.import_memories(path).unread == {}
        assert history(two) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["", "yaml"])
def test_an_unknown_format_is_refused(name: str, tmp_path: Path) -> None:
    """The error lists what there is; Markdown cannot go to a single stream."""
    with store(tmp_path, "one") as one:
        if name:
            with pytest.raises(InvalidInput, match="no export format 'yaml'") as caught:
                one.export(tmp_path / "x", name)
            assert "memory-server" in caught.value.hint
        else:
            with pytest.raises(InvalidInput, match="folder of pages"):
                one.export(print, "markdown")

"""What every importer of conversations promises, asked of each row of the table with a sample of its format."""

from __future__ import annotations

import copy
import gzip
import json
import random
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contextfs.domain.session import ROLES
from contextfs.domain.transcript import Heading, Turn, Unread
from contextfs.errors import ContextFSError
from contextfs.exchange.importers.table import CONVERSATION, FORMATS, named, sniffed
from contextfs.exchange.source import Source

SAMPLES = Path(__file__).parents[1] / "fixtures" / "transcripts"
ROWS = [row for row in FORMATS if row.kind == CONVERSATION]
LINES = ["claude-code", "codex", "gemini", "copilot", "jsonl"]
"""Formats of one JSON object a line."""
EXPORTS = ["claude-ai", "chatgpt", "messages"]
"""Formats of one JSON document."""
Read = list[Heading | Turn | Unread]

every_format = pytest.mark.parametrize("name", [row.name for row in ROWS])


def sample(name: str) -> Path:
    """The sample of a format; those of command-line tools were written by the tools themselves."""
    found = [path for path in sorted((SAMPLES / name).rglob("*.json*")) if path.name != "users.json"]
    return found[0]


def read(name: str, source: Source) -> Read:
    """Everything that the importer of this name reads."""
    return list(named(name).read(source))


def in_hand(data: bytes) -> Source:
    """A source without a file."""
    return Source("sample", data=data, base="sample.jsonl")


def read_bytes(name: str, data: bytes) -> Read:
    """What an importer reads of these bytes."""
    return read(name, in_hand(data))


def turns(found: Read) -> list[Turn]:
    """The turns among what was read."""
    return [one for one in found if isinstance(one, Turn)]


def by_session(found: Read) -> dict[str, list[Turn]]:
    """The turns of each conversation."""
    sessions: dict[str, list[Turn]] = {}
    key = ""
    for one in found:
        if isinstance(one, Heading):
            key = one.key
            sessions.setdefault(key, [])
        elif isinstance(one, Turn):
            sessions[key].append(one)
    return sessions


def test_every_row_has_a_sample() -> None:
    """A format that is added to the table is held to all of this."""
    assert [row.name for row in ROWS if not sample(row.name).is_file()] == []
    assert {row.name for row in ROWS} == {*LINES, *EXPORTS}


@every_format
def test_it_is_told_by_its_content(name: str) -> None:
    """A sample is recognised under any file name, and by its own importer."""
    found = sniffed(Source("x", data=sample(name).read_bytes(), base="x.txt"))
    assert found is not None and found.name == name


@every_format
def test_a_conversation_begins_with_its_heading(name: str) -> None:
    """First comes a heading with a key and a tool; each turn belongs to one."""
    found = read(name, Source("sample", str(sample(name))))
    assert isinstance(found[0], Heading)
    assert all(one.key and one.tool for one in found if isinstance(one, Heading))
    assert all(len(said) >= 2 for said in by_session(found).values())


@every_format
def test_turns_are_what_a_session_takes(name: str) -> None:
    """Roles are ours, texts are not empty, times have a zone, metadata is JSON, and tool turns name their tool."""
    for turn in turns(read(name, Source("sample", str(sample(name))))):
        assert turn.role in ROLES
        assert turn.content.strip()
        assert turn.at is None or turn.at.utcoffset() == timedelta(0)
        assert json.loads(json.dumps(dict(turn.metadata))) == dict(turn.metadata)
        assert turn.role != "tool" or turn.metadata["name"]


@every_format
def test_both_sides_are_heard(name: str) -> None:
    """What the user and what the assistant said is there."""
    assert {"user", "assistant"} <= {turn.role for turn in turns(read(name, Source("s", str(sample(name)))))}


@every_format
def test_keys_are_the_same_at_every_import(name: str) -> None:
    """Reading twice gives the same, and within a conversation no key comes twice."""
    first = read(name, Source("sample", str(sample(name))))
    assert read(name, Source("sample", str(sample(name)))) == first
    for said in by_session(first).values():
        keys = [turn.key for turn in said]
        assert len(set(keys)) == len(keys)


@every_format
def test_nothing_the_program_put_in_is_speech(name: str) -> None:
    """No instruction, environment or reminder of a host stands among what was said."""
    said = "\n".join(
        turn.content for turn in turns(read(name, Source("s", str(sample(name))))) if turn.role == "user"
    )
    assert not [mark for mark in ("<", "left out here", "You are a helpful", "AGENTS.md") if mark in said]


@every_format
def test_marks_of_other_systems_change_nothing(name: str) -> None:
    """A byte order mark, Windows line ends and compression are read over."""
    data = sample(name).read_bytes()
    plain = read_bytes(name, data)
    assert read_bytes(name, b"\xef\xbb\xbf" + data) == plain
    assert read_bytes(name, data.replace(b"\n", b"\r\n")) == plain
    sniffed_bom = sniffed(in_hand(b"\xef\xbb\xbf" + data))
    assert sniffed_bom is not None and sniffed_bom.name == name


@every_format
def test_compressed_files_are_read(name: str, tmp_path: Path) -> None:
    """A file that was packed with gzip is read as what it holds."""
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(sample(name).read_bytes()))
    said = [turn.content for turn in turns(read(name, Source("packed", str(packed))))]
    assert said == [turn.content for turn in turns(read(name, Source("s", str(sample(name)))))]


@every_format
def test_archives_are_read(name: str, tmp_path: Path) -> None:
    """A member of a zip archive is read as the file would be."""
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.write(sample(name), sample(name).name)
    inside = read(name, Source("export", str(archive), member=sample(name).name))
    assert len(turns(inside)) == len(turns(read(name, Source("s", str(sample(name))))))


@every_format
def test_odd_bytes_cost_no_more_than_a_character(name: str) -> None:
    """What is not UTF-8 becomes a replacement character, where it stands."""
    word = {"chatgpt": b"burst", "claude-ai": b"Rotate", "messages": b"Reports", "jsonl": b"staging"}
    mark = word.get(name, b"thanks" if name != "copilot" else b"palette")
    data = sample(name).read_bytes().replace(mark, mark + b"\xff")
    assert any("\ufffd" in turn.content for turn in turns(read_bytes(name, data)))


# ── files that are still being written, or are damaged ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", LINES)
def test_what_was_read_before_stays_the_same_as_a_file_grows(name: str) -> None:
    """Every beginning of a transcript gives a beginning of its turns, with the same keys."""
    lines = sample(name).read_bytes().splitlines(keepends=True)
    whole = {turn.key: turn for turn in turns(read_bytes(name, b"".join(lines)))}
    for count in range(len(lines)):
        part = turns(read_bytes(name, b"".join(lines[:count])))
        assert all(turn.key in whole for turn in part)


@pytest.mark.parametrize("name", LINES)
def test_a_line_that_is_being_written_is_left_for_later(name: str) -> None:
    """A torn last line is told of, and costs nothing of what stands before it."""
    data = sample(name).read_bytes()
    before = data[: data.rstrip(b"\n").rfind(b"\n") + 1]
    torn = read_bytes(name, data.rstrip(b"\n")[:-3])
    assert [one.kind for one in torn if isinstance(one, Unread)] == ["unfinished last line"]
    assert [one for one in torn if not isinstance(one, Unread)] == read_bytes(name, before)


@pytest.mark.parametrize("name", LINES)
def test_unknown_and_damaged_lines_are_counted(name: str) -> None:
    """What no rule reads is told of by its kind, and all else is read as before."""
    data = sample(name).read_bytes()
    first, rest = data.split(b"\n", 1)
    odd = (
        b'{"type": "brand-new-thing", "payload": {}, "sessionId": "x"}\n{"broken": \n[1, 2]\n"text"\n\n\0\0\n'
    )
    found = read_bytes(name, first + b"\n" + odd + rest)
    kinds = [one.kind for one in found if isinstance(one, Unread)]
    assert len(kinds) == 4
    assert kinds.count("damaged line") == 1 and kinds.count("line that is no JSON object") == 2
    contents = [turn.content for turn in turns(found)]
    assert contents == [turn.content for turn in turns(read_bytes(name, data))]


@pytest.mark.parametrize("name", EXPORTS)
def test_a_torn_document_says_where(name: str) -> None:
    """A document that ends too early is an error of ours, which names the character."""
    data = sample(name).read_bytes()
    with pytest.raises(ContextFSError, match="not JSON from character"):
        read_bytes(name, data[: len(data) - 40])


@pytest.mark.parametrize("name", ["claude-ai", "chatgpt"])
def test_conversations_before_the_damage_are_read(name: str) -> None:
    """An export that was cut off still gives what is whole in it."""
    one = json.dumps(json.loads(sample(name).read_text())[0])
    seen: list[Any] = []
    stream: Iterator[Any] = iter(named(name).read(in_hand(f"[{one}, {one[:-50]}".encode())))
    with pytest.raises(ContextFSError):
        seen.extend(stream)
    assert turns(seen) or turns(list(_until_it_fails(name, f"[{one}, {one[:-50]}")))


def _until_it_fails(name: str, text: str) -> Iterator[Any]:
    try:
        yield from named(name).read(in_hand(text.encode()))
    except ContextFSError:
        return


@pytest.mark.parametrize("name", LINES)
def test_lines_are_read_as_they_come(name: str, tmp_path: Path) -> None:
    """The first turns are there when most of the file is still unread."""
    big = tmp_path / "big.jsonl"
    data = sample(name).read_bytes()
    last = data.rstrip(b"\n").rsplit(b"\n", 1)[1]
    with big.open("wb") as file:
        file.write(data)
        for number in range(2000):
            line = last.replace(b'"id": "', b'"id": "%d-' % number).replace(
                b'"uuid": "', b'"uuid": "%d-' % number
            )
            file.write(line + b"\n")
    source = Source("big", str(big))
    stream = iter(named(name).read(source))
    first = next(one for one in stream if isinstance(one, Turn))
    assert first.content
    assert source.position < source.size / 2


@pytest.mark.parametrize("name", ["claude-ai", "chatgpt"])
def test_exports_are_read_conversation_by_conversation(name: str, tmp_path: Path) -> None:
    """The first conversation is there when most of the export is still unread."""
    one = json.loads(sample(name).read_text())[0]
    filler = {**one, "title": "x" * 4000, "name": "x" * 4000}
    big = tmp_path / "big.json"
    with big.open("w") as file:
        file.write("[" + json.dumps(one))
        for number in range(2000):
            file.write("," + json.dumps({**filler, "uuid": str(number), "conversation_id": str(number)}))
        file.write("]")
    source = Source("big", str(big))
    stream = iter(named(name).read(source))
    assert next(turn for turn in stream if isinstance(turn, Turn)).content
    assert source.position < source.size / 2
    assert sum(isinstance(each, Heading) for each in stream) == 2000


def test_a_long_list_of_messages_is_read_message_by_message(tmp_path: Path) -> None:
    """A single conversation of any length is never held whole."""
    big = tmp_path / "big.json"
    with big.open("w") as file:
        file.write('{"id": "one", "messages": [')
        file.write(
            ",".join(json.dumps({"role": "user", "content": f"{n} " + "y" * 3000}) for n in range(2000))
        )
        file.write("]}")
    source = Source("big", str(big))
    stream = iter(named("messages").read(source))
    assert next(turn for turn in stream if isinstance(turn, Turn)).content.startswith("0 ")
    assert source.position < source.size / 2


# ── whatever somebody feeds it ──────────────────────────────────────────────────────────────────────────────────────

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from([
        "user", "assistant", "text", "tool_use", "tool_result", "message", "response_item", "2026-01-01T00:00:00Z",
    ]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from([
            "type", "role", "content", "text", "message", "messages", "payload", "data", "id", "uuid", "sessionId",
            "mapping", "parent", "current_node", "chat_messages", "sender", "parts", "toolCalls", "toolRequests",
            "name", "input", "timestamp", "created_at", "create_time", "attachments", "index", "metadata", "author",
        ]) | st.text(max_size=8),
        inner,
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip
patient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check_only_our_errors(name: str, data: bytes) -> None:
    """Reading, and telling the format, raises nothing but our own errors."""
    try:
        sniffed(in_hand(data))
        found = read_bytes(name, data)
    except ContextFSError:
        return
    for one in found:
        assert isinstance(one, Heading | Turn | Unread)
        if isinstance(one, Turn):
            assert one.role in ROLES and isinstance(one.content, str) and one.key
            one.content.encode()
            json.dumps(dict(one.metadata), allow_nan=False).encode()


@pytest.mark.parametrize("index", [":", [1], 1.5, None, "7"])
def test_a_message_whose_index_is_no_number(index: object) -> None:
    """A message of a Claude.ai export that has no uuid is read whatever its index is."""
    said = {"sender": "human", "text": "hello", "index": index}
    found = read_bytes("claude-ai", json.dumps([{"uuid": "c", "chat_messages": [said]}]).encode())
    assert [one.content for one in found if isinstance(one, Turn)] == ["hello"]


def test_a_time_that_is_a_huge_number() -> None:
    """A ChatGPT export whose open branch must be told by times is read with a time of hundreds of digits."""
    node = {
        "parent": None,
        "message": {
            "author": {"role": "user"},
            "create_time": 10**350,
            "content": {"content_type": "text", "parts": ["hello"]},
        },
    }
    found = read_bytes("chatgpt", json.dumps([{"id": "c", "mapping": {"n": node}}]).encode())
    assert [one.content for one in found if isinstance(one, Turn)] == ["hello"]


@every_format
@patient
@given(data=st.binary(max_size=300))
@example(data=b"[" * 100_000)
@example(data=b'{"a":' * 100_000)
@example(data=b"\x1f\x8b\x08\x00torn")
@example(data=b'[{"mapping": NaN, "uuid": 1e999, "chat_messages": [' + b"9" * 5000 + b"]}]")
@example(data=b"\0" * 1000)
def test_arbitrary_bytes_raise_only_our_errors(name: str, data: bytes) -> None:
    """No file can make an importer fail in any other way than it says."""
    check_only_our_errors(name, data)


@every_format
@patient
@given(values=st.lists(JSON, min_size=1, max_size=4))
def test_arbitrary_json_raises_only_our_errors(name: str, values: list[Any]) -> None:
    """Nor can any JSON, be it a document or lines."""
    check_only_our_errors(name, json.dumps(values).encode())
    check_only_our_errors(name, "\n".join(json.dumps(value) for value in values).encode())


@every_format
@patient
@given(seed=st.integers(0, 2**32), value=JSON)
def test_a_sample_with_anything_in_it_raises_only_our_errors(name: str, seed: int, value: Any) -> None:
    """Nor what looks like the format and has something else anywhere inside."""
    rng = random.Random(seed)
    if name in LINES:
        lines = [json.loads(line) for line in sample(name).read_text().splitlines()]
        changed = [
            _changed(copy.deepcopy(line), value, rng) if rng.random() < 0.3 else line for line in lines
        ]
        data = "\n".join(json.dumps(line) for line in changed)
    else:
        data = json.dumps(_changed(json.loads(sample(name).read_text()), value, rng))
    check_only_our_errors(name, data.encode())


def _changed(document: Any, value: Any, rng: random.Random) -> Any:
    """The document with one part of it, anywhere, replaced."""
    at, holders = document, []
    while isinstance(at, dict | list) and at:
        key = rng.choice(list(at) if isinstance(at, dict) else range(len(at)))
        holders.append((at, key))
        at = at[key]
    if not holders:
        return value
    holder, key = rng.choice(holders)
    holder[key] = value
    return document

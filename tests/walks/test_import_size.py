"""Half a gigabyte of conversations is imported in a little memory."""

from __future__ import annotations

import faulthandler
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform == "win32", reason="the memory of a process is asked of the system here"),
]
SIZE = 500_000_000
MOST = 300 * 1024 * 1024
MESSAGE = 20_000
PROSE = (
    "we keep what was decided beside the code because nobody reads a page that lies elsewhere and each of us"
    " forgets in a month why the queue is a table the cache is small and the retry stops after five"
)

_IMPORT = """
import resource, sys
from contextfs import ContextFS

with ContextFS(data_dir=sys.argv[1]) as ctx:
    done = ctx.import_files(sys.argv[2])
    print(sum(taken.messages for taken in done.taken), len(done.refused))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


POOL = 300
"""Long texts that messages are made of; making each anew would take longer than importing it."""


@cache
def texts() -> list[str]:
    """Texts of plain words."""
    rng, words = random.Random(11), PROSE.split()
    return [" ".join(rng.choice(words) for _ in range(MESSAGE // 5)) for _ in range(POOL)]


def said(rng: random.Random) -> str:
    """A long message, always another one."""
    return f"{rng.randrange(1 << 60)} {rng.choice(texts())}"


def claude_ai(rng: random.Random) -> Iterator[str]:
    """An export of many conversations."""
    yield "["
    number = 0
    while True:
        messages = [
            {"uuid": f"{number}-{place}", "sender": ("human", "assistant")[place % 2], "text": said(rng)}
            for place in range(20)
        ]
        yield json.dumps({"uuid": str(number), "name": f"Talk {number}", "chat_messages": messages})
        number += 1
        yield ","


def claude_code(rng: random.Random) -> Iterator[str]:
    """One transcript of a session without end."""
    number = 0
    while True:
        role = ("user", "assistant")[number % 2]
        line = {
            "type": role,
            "uuid": str(number),
            "sessionId": "s",
            "message": {"role": role, "content": said(rng)},
        }
        yield json.dumps(line) + "\n"
        number += 1


def messages(rng: random.Random) -> Iterator[str]:
    """One JSON conversation without end."""
    yield '{"id": "one", "messages": ['
    number = 0
    while True:
        yield json.dumps({"role": ("user", "assistant")[number % 2], "content": said(rng)})
        number += 1
        yield ","


ENDS: dict[Callable[[random.Random], Iterator[str]], str] = {claude_ai: "]", claude_code: "", messages: "]}"}


@pytest.mark.parametrize("written", ENDS, ids=lambda written: written.__name__)
def test_an_export_of_half_a_gigabyte_needs_little_memory(
    tmp_path: Path, written: Callable[[random.Random], Iterator[str]]
) -> None:
    """500 MB are imported by a process that never takes 300 MiB."""
    path = tmp_path / "export.json"
    with path.open("w") as file:
        size = 0
        for piece in written(random.Random(7)):
            if size > SIZE and piece == ",":
                break
            size += file.write(piece)
            if size > SIZE and piece.endswith("\n"):
                break
        file.write(ENDS[written])
    faulthandler.cancel_dump_traceback_later()  # on a busy machine this takes longer than a test that hangs
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT, str(tmp_path / "data"), str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=3600,
    )
    counts, memory = done.stdout.splitlines()
    imported, refused = map(int, counts.split())
    assert (imported > 20_000, refused) == (True, 0)
    assert int(memory) < MOST, f"{int(memory) / 2**20:.0f} MiB"

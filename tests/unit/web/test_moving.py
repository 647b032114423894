"""Import by upload and export by download."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from contextfs import ContextFS

ADDRESS = "http://127.0.0.1:8000"
GRAPH = '{"type":"entity","name":"Ada","entityType":"person","observations":["Likes short functions"]}\n'


def upload(visit: Any, name: str, content: bytes) -> str:
    """Send a file as the page does; returns the id of its job."""
    headers = {"HX-Request": "true", "X-CSRF-Token": visit.csrf, "Origin": ADDRESS}
    answer = visit.client.post("/import/upload", params={"name": name}, content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["job"]


def finished(visit: Any, job: str) -> str:
    """What the page shows when the import is done."""
    for _ in range(100):
        shown = visit.part("/import/progress", job=job)
        if "every 400ms" not in shown:
            return shown
        time.sleep(0.05)
    raise AssertionError("the import did not end")


def test_a_dropped_file_is_looked_through_and_then_imported(visit: Any, ctx: ContextFS) -> None:
    """What it holds is told before anything is taken in; afterwards its memories are found."""
    job = upload(visit, "memory.jsonl", GRAPH.encode())
    assert "1 new memory" in visit.part("/import/looked", job=job)
    assert ctx.list_recent() == []
    visit.post("/import/begin", job=job)
    assert "imported" in finished(visit, job)
    assert "short functions" in ctx.list_recent()[0].content


@pytest.mark.parametrize(
    "name", ["../../escape.jsonl", "..\\x.jsonl", "/etc/passwd", ".hidden", "", "é" * 300]
)
def test_a_name_leads_nowhere(visit: Any, name: str) -> None:
    """Whatever a file is called, it is written into a folder of its own and nowhere else."""
    job = upload(visit, name, GRAPH.encode())
    assert "1 new memory" in visit.part("/import/looked", job=job)


def test_what_cannot_be_read_is_told(visit: Any, ctx: ContextFS) -> None:
    """A file of no known format is named with the reason, and nothing is imported."""
    shown = visit.part("/import/looked", job=upload(visit, "x.bin", b"\x00\x01\x02"))
    assert "Import</button>" not in shown
    assert ctx.list_recent() == []
    assert "not kept any more" in visit.part("/import/looked", 400, job="nosuchjob")


def test_an_upload_needs_its_token(visit: Any) -> None:
    """An upload from another page, or without the CSRF token, is refused."""
    assert visit.client.post("/import/upload", params={"name": "a"}, content=b"x").status_code == 403
    headers = {"X-CSRF-Token": visit.csrf, "Origin": "http://evil.example"}
    assert visit.client.post("/import/upload", content=b"x", headers=headers).status_code == 403


def test_memories_leave_as_files(visit: Any, ctx: ContextFS) -> None:
    """Everything as lines of JSON, or as a folder of pages in an archive."""
    ctx.save("We ship on Tuesdays.")
    lines = visit.client.get("/export", params={"format": "jsonl"})
    assert "attachment" in lines.headers["content-disposition"]
    assert "We ship on Tuesdays." in lines.text
    assert all(json.loads(line) for line in lines.text.splitlines())
    archive = zipfile.ZipFile(io.BytesIO(visit.client.get("/export", params={"format": "markdown"}).content))
    assert any("We ship" in archive.read(name).decode() for name in archive.namelist())
    assert "no format" in visit.page("/export", 400, format="novel")


def test_many_files_are_kept_until_they_are_imported(visit: Any) -> None:
    """Of a dozen files dropped together each can be imported."""
    jobs = [upload(visit, f"{n}.jsonl", GRAPH.replace("Ada", f"Ada{n}").encode()) for n in range(12)]
    assert all("1 new memory" in visit.part("/import/looked", job=job) for job in jobs)


def test_pages_that_left_can_come_back(visit: Any, ctx: ContextFS) -> None:
    """The archive of Markdown pages that the page gives is taken in again, with what was edited in it."""
    memory = ctx.save("We ship on Tuesdays.")
    archive = visit.client.get("/export", params={"format": "markdown"}).content
    edited = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as given, zipfile.ZipFile(edited, "w") as changed:
        for name in given.namelist():
            changed.writestr(name, given.read(name).replace(b"on Tuesdays", b"on Fridays"))
    job = upload(visit, "contextfs-markdown.zip", edited.getvalue())
    assert "Import</button>" in visit.part("/import/looked", job=job)
    visit.post("/import/begin", job=job)
    assert "imported" in finished(visit, job)
    assert ctx.recall(memory).content == "We ship on Fridays."


def test_an_archive_leads_nowhere_else(visit: Any, tmp_path: Path) -> None:
    """Names in an archive that lead out of it write nothing outside."""
    evil = io.BytesIO()
    with zipfile.ZipFile(evil, "w") as archive:
        archive.writestr("namespaces/.contextfs.json", "{}")
        archive.writestr("../../../../../../../../tmp/contextfs-escaped.md", "out")
        archive.writestr("/tmp/contextfs-escaped.md", "out")
    visit.part("/import/looked", job=upload(visit, "evil.zip", evil.getvalue()))
    assert not Path("/tmp/contextfs-escaped.md").exists()

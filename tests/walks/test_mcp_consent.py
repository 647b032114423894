"""Deleting through MCP asks the person where the client can ask, and works where it cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp.types import ElicitRequestParams, ElicitResult

from contextfs import ContextFS, Memory
from contextfs.mcp.server import build

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("mode", ["auto", "legacy"])]


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the server uses."""
    return "asyncio"


class Person:
    """Somebody who answers every question in the same way."""

    def __init__(self, action: str, **content: object) -> None:
        self.action = action
        self.content = content or None
        self.asked: list[str] = []

    async def answer(self, context: Any, params: ElicitRequestParams) -> ElicitResult:
        """What the client shows, and the reply."""
        self.asked.append(params.message)
        return ElicitResult(action=self.action, content=self.content)  # type: ignore[arg-type]


@asynccontextmanager
async def connected(
    path: Path, mode: str, person: Person | None
) -> AsyncIterator[tuple[ContextFS, Memory, Client]]:
    """A store with one memory, and a client that can ask its person, if it has one."""
    with ContextFS(str(path), cwd=str(path)) as front:
        memory = front.save("The staging database is reset every Monday", tags=["staging"])
        answering = person.answer if person else None
        async with Client(build(front), mode=mode, elicitation_callback=answering) as client:
            yield front, memory, client


async def test_a_person_who_agrees_is_asked_once(mode: str, tmp_path: Path) -> None:
    """By the title of what would go."""
    person = Person("accept", delete=True)
    async with connected(tmp_path, mode, person) as (front, memory, client):
        result = await client.call_tool("contextfs_delete", {"id": memory.id[:8]})
        assert (result.structured_content or {})["done"] is True
        assert front.get(memory.id) is None
    assert len(person.asked) == 1
    assert "The staging database is reset every Monday" in person.asked[0]


@pytest.mark.parametrize(
    "person",
    [Person("decline"), Person("cancel"), Person("accept", delete=False), Person("accept", other=True)],
    ids=["decline", "cancel", "no", "something else"],
)
async def test_a_person_who_does_not_agree_keeps_the_memory(
    mode: str, tmp_path: Path, person: Person
) -> None:
    """The model is told, and told how the person can do it themselves."""
    async with connected(tmp_path, mode, person) as (front, memory, client):
        result = await client.call_tool("contextfs_delete", {"id": memory.id})
        assert (result.structured_content or {})["done"] is False
        assert "contextfs delete" in (result.structured_content or {})["note"]
        assert front.recall(memory.id) == memory


@pytest.mark.parametrize(
    "person", [Person("accept"), Person("accept", delete="perhaps")], ids=["nothing", "perhaps"]
)
async def test_an_answer_that_does_not_fit_deletes_nothing(mode: str, tmp_path: Path, person: Person) -> None:
    """The model reads what happened in words, not in those of a library."""
    async with connected(tmp_path, mode, person) as (front, memory, client):
        result = await client.call_tool("contextfs_delete", {"id": memory.id})
        said = result.content[0].text  # type: ignore[union-attr]
        assert result.is_error
        assert "does not fit the question; nothing was done" in said
        assert "Resolver" not in said
        assert front.recall(memory.id) == memory


async def test_a_client_that_cannot_ask_just_deletes(mode: str, tmp_path: Path) -> None:
    """The call is the consent, and the answer says how it is taken back."""
    async with connected(tmp_path, mode, None) as (front, memory, client):
        result = await client.call_tool("contextfs_delete", {"id": memory.id})
        assert "contextfs restore" in (result.structured_content or {})["note"]
        assert front.get(memory.id) is None
        assert front.restore(memory.id).content == memory.content


async def test_nobody_is_asked_about_a_memory_that_is_not_there(mode: str, tmp_path: Path) -> None:
    """The error comes first."""
    person = Person("accept", delete=True)
    async with connected(tmp_path, mode, person) as (_, _, client):
        result = await client.call_tool("contextfs_delete", {"id": "ffffffffff"})
        assert result.is_error
        assert "ffffffffff" in result.content[0].text  # type: ignore[union-attr]
    assert person.asked == []

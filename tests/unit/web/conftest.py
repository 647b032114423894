"""The web page over a store of its own, and a visitor who has been let in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from contextfs import ContextFS
from contextfs.web.access import Access
from contextfs.web.app import build

ADDRESS = "http://127.0.0.1:8000"
BEARER = "a-token-for-the-tests"


class Visit:
    """A browser on the page: it keeps its cookie and sends what the page tells it to send."""

    def __init__(self, client: TestClient, access: Access) -> None:
        self.client = client
        self.access = access

    def enter(self) -> Visit:
        """Come in by a link."""
        assert self.client.get("/", params={"token": self.access.new_link()}).status_code == 200
        return self

    @property
    def csrf(self) -> str:
        """What the page has its writes carry."""
        found = re.search(
            r"X-CSRF-Token&quot;: &quot;([\w-]+)|X-CSRF-Token\W+:\s*\W+([\w-]+)", self.page("/new")
        )
        assert found
        return found[1] or found[2]

    def page(self, path: str, status: int = 200, **query: Any) -> str:
        """A whole page."""
        answer = self.client.get(path, params=query)
        assert answer.status_code == status, answer.text
        return answer.text

    def part(self, path: str, status: int = 200, **query: Any) -> str:
        """A part of a page, as the page itself asks for it."""
        answer = self.client.get(path, params=query, headers={"HX-Request": "true"})
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path: str, expected: int | None = None, **form: Any) -> Any:
        """Write something, as the page does it."""
        headers = {"HX-Request": "true", "X-CSRF-Token": self.csrf, "Origin": ADDRESS}
        answer = self.client.post(path, data=form, headers=headers)
        assert answer.status_code == (expected or answer.status_code), answer.text
        assert expected or answer.status_code < 400, answer.text
        return answer


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[ContextFS]:
    """The front door of an empty store."""
    with ContextFS(data_dir=tmp_path / "data", namespace="work", cwd=str(tmp_path), surface="web") as front:
        yield front


@pytest.fixture
def access() -> Access:
    """What the page lets in."""
    return Access(BEARER, port=8000)


@pytest.fixture
def stranger(ctx: ContextFS, access: Access) -> Iterator[Visit]:
    """A browser that has not been let in."""
    with TestClient(build(ctx, access), base_url=ADDRESS) as client:
        yield Visit(client, access)


@pytest.fixture
def visit(stranger: Visit) -> Visit:
    """A browser that has."""
    return stranger.enter()


@pytest.fixture
def program(stranger: Visit) -> TestClient:
    """A program with the bearer token."""
    stranger.client.headers["Authorization"] = f"Bearer {BEARER}"
    return stranger.client


@pytest.fixture
def visits(access: Access) -> Callable[[TestClient], Visit]:
    """A visit to another page than the usual one."""
    return lambda client: Visit(client, access).enter()

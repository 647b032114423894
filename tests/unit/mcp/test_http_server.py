"""Who may reach the server over HTTP."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from contextfs.errors import InvalidSetting, StoreUnusable
from contextfs.mcp.http_server import App, Message, bearer_token, check_host, is_loopback, require_token

TOKEN = "a-token-of-some-length"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "localhost"])
def test_loopback_is_allowed(host: str) -> None:
    """Only this machine can reach it."""
    assert is_loopback(host)
    check_host(host, allow_remote=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org", "127.0.0.1.example.org", ""])
def test_other_addresses_are_refused_unless_meant(host: str) -> None:
    """Without encryption nobody should be reachable by accident."""
    with pytest.raises(InvalidSetting, match="other machines") as refused:
        check_host(host, allow_remote=False)
    assert "--allow-remote" in refused.value.hint
    check_host(host, allow_remote=True)


def test_a_token_is_made_once_and_kept_private(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is shown when it is made, and the same the next time."""
    token, source = bearer_token(str(tmp_path))
    assert len(token) >= 32
    assert stat.S_IMODE(os.stat(source).st_mode) == 0o600
    assert token in capsys.readouterr().err
    assert bearer_token(str(tmp_path)) == (token, source)
    assert token not in capsys.readouterr().err


def test_the_environment_gives_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept then."""
    monkeypatch.setenv("CONTEXTFS_MCP_TOKEN", TOKEN)
    assert bearer_token(str(tmp_path)) == (TOKEN, "CONTEXTFS_MCP_TOKEN")
    assert list(tmp_path.iterdir()) == []


def test_a_weak_token_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that can be guessed is none."""
    monkeypatch.setenv("CONTEXTFS_MCP_TOKEN", "secret")
    with pytest.raises(InvalidSetting, match="shorter than"):
        bearer_token(str(tmp_path))


def test_an_empty_token_file_is_not_a_token(tmp_path: Path) -> None:
    """Half a write must not open the door to an empty token."""
    (tmp_path / "mcp-token").write_text("\n", encoding="utf-8")
    with pytest.raises(StoreUnusable, match="no usable token"):
        bearer_token(str(tmp_path))


async def _status(app: App, headers: list[tuple[bytes, bytes]]) -> int:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    await app({"type": "http", "headers": headers}, receive, send)
    return sent[0]["status"]


async def _inner(scope: Message, receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 401),
        ([(b"authorization", b"Bearer wrong")], 401),
        ([(b"authorization", TOKEN.encode())], 401),
        ([(b"authorization", b"Basic " + TOKEN.encode())], 401),
        ([(b"authorization", b"Bearer ")], 401),
        ([(b"authorization", b"Bearer " + TOKEN.encode())], 200),
        ([(b"authorization", b"bearer " + TOKEN.encode())], 200),
    ],
)
async def test_only_the_token_opens(headers: list[tuple[bytes, bytes]], status: int) -> None:
    """The scheme is written in either case, as HTTP has it; nothing else passes."""
    assert await _status(require_token(_inner, TOKEN), headers) == status


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the server uses."""
    return "asyncio"

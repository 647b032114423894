"""Hosts are known by the name of their MCP client and by what they put into the environment."""

from __future__ import annotations

import pytest

from contextfs.domain.tools import TABLE, tool_of_client, tool_of_environment


@pytest.mark.parametrize(
    ("client", "tool"),
    [
        ("claude-code", "claude-code"),
        ("claude-ai", "claude-desktop"),
        ("codex-mcp-client", "codex"),
        ("gemini-cli-mcp-client", "gemini"),
        ("github-copilot-developer", "copilot"),
        ("JetBrains-IU/copilot-intellij", "copilot"),
        ("cursor-vscode", "cursor"),
        ("Visual Studio Code", "vscode"),
        ("Visual-Studio-Code", "vscode"),
        ("windsurf-client", "windsurf"),
        ("Zed", "zed"),
        ("opencode", "opencode"),
        ("Roo Code", "roo-code"),
        ("Some New Host 2", "some-new-host-2"),
        ("mcp", ""),
        ("", ""),
        ("  ", ""),
    ],
)
def test_client_names(client: str, tool: str) -> None:
    """A known client gives the guide's id, an unknown one its own name, a library's default nothing."""
    assert tool_of_client(client) == tool


@pytest.mark.parametrize(
    ("environ", "tool"),
    [
        ({"CLAUDECODE": "1"}, "claude-code"),
        ({"CODEX_THREAD_ID": "0198"}, "codex"),
        ({"GEMINI_CLI": "1"}, "gemini"),
        ({"COPILOT_CLI": "1"}, "copilot"),
        ({"CURSOR_AGENT": "1"}, "cursor"),
        ({"CLAUDECODE": "0", "OPENCODE": "1"}, "opencode"),
        ({"CODEX_HOME": "/home/me/.codex", "COPILOT_MODEL": "x"}, ""),
        ({}, ""),
    ],
)
def test_environment(environ: dict[str, str], tool: str) -> None:
    """A host is known by what it sets, not by what a person sets to configure it."""
    found, variable = tool_of_environment(environ)
    assert found == tool
    assert (variable in environ) is bool(tool)


def test_every_id_is_its_own_clients_name() -> None:
    """A client that sends an id of the table gets exactly this id."""
    assert [tool_of_client(tool.id) for tool in TABLE] == [tool.id for tool in TABLE]

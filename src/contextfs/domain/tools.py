"""The names of source tools: one table from what a host calls itself to the id that memories carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Tool(NamedTuple):
    """One host: its id, what its MCP client's name contains, and the variables it sets for what it runs."""

    id: str
    clients: tuple[str, ...]
    variables: tuple[str, ...] = ()


# The first row that fits wins, so a host that runs inside another one stands before it (Copilot in VS Code).
# Client names are compared in lower case with hyphens; variables are those a host sets for its own commands,
# never those that a person sets to configure it.
TABLE = (
    Tool("claude-code", ("claude-code",), ("CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT")),
    Tool("claude-desktop", ("claude-ai", "claude-desktop", "claude")),
    Tool(
        "codex",
        ("codex",),
        ("CODEX_THREAD_ID", "CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED", "CODEX_CI"),
    ),
    Tool("gemini", ("gemini",), ("GEMINI_CLI", "GEMINI_SESSION_ID")),
    Tool("copilot", ("copilot",), ("COPILOT_CLI", "COPILOT_AGENT_SESSION_ID")),
    Tool("cursor", ("cursor",), ("CURSOR_AGENT", "CURSOR_TRACE_ID")),
    Tool("windsurf", ("windsurf",)),
    Tool("antigravity", ("antigravity",)),
    Tool("opencode", ("opencode",), ("OPENCODE",)),
    Tool("cline", ("cline",), ("CLINE_ACTIVE",)),
    Tool("roo-code", ("roo-code", "roo-cline")),
    Tool("kilo-code", ("kilo-code",)),
    Tool("continue", ("continue",)),
    Tool("goose", ("goose",), ("GOOSE_TERMINAL",)),
    Tool("amp", ("amp-mcp-client", "ampcode"), ("AMP_CURRENT_THREAD_ID",)),
    Tool("amazon-q", ("q-dev-cli", "amazon-q")),
    Tool("jetbrains", ("jetbrains", "intellij")),
    Tool("zed", ("zed-editor",)),
    Tool("chatgpt", ("chatgpt",)),
    Tool("vscode", ("visual-studio-code", "vscode")),
)
# What libraries send when the program around them gave no name.
_NAMELESS = frozenset(("", "mcp", "mcp-client", "client", "unknown", "example-client", "fastmcp"))
_OFF = frozenset(("", "0", "false", "no", "off"))


def tool_of_client(name: str) -> str:
    """The id of the tool behind an MCP client's name: from the table, else the name itself; "" for no name."""
    slug = "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
    if slug in _NAMELESS:
        return ""
    for tool in TABLE:
        if slug == tool.id or any(part in slug for part in tool.clients):
            return tool.id
    return slug


def tool_of_environment(environ: Mapping[str, str]) -> tuple[str, str]:
    """The id of the host that runs us and the variable that tells; two empty texts when there is none."""
    for tool in TABLE:
        for variable in tool.variables:
            if environ.get(variable, "").lower() not in _OFF:
                return tool.id, variable
    return "", ""

"""The table of hosts: add a module in `hosts` and a row here, and the command, its help and the tests follow."""

from __future__ import annotations

from contextfs.integrations.install.host import Host
from contextfs.integrations.install.hosts import (
    claude_code,
    claude_desktop,
    codex,
    copilot,
    cursor,
    gemini,
    git,
    opencode,
    vscode,
    windsurf,
    zed,
)

HOSTS: dict[str, Host] = {
    module.HOST.name: module.HOST
    for module in (
        claude_code,
        codex,
        gemini,
        copilot,
        cursor,
        vscode,
        windsurf,
        zed,
        opencode,
        claude_desktop,
        git,
    )
}

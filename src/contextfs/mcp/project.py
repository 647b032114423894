"""Which directory the assistant works in, when it starts its servers somewhere else."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping

_PATIENCE_S = 0.5
_CWD = re.compile(r"^cwd: (.+)$", re.M)


def project_directory(environ: Mapping[str, str]) -> str:
    """The directory that the assistant names; empty where our own working directory is the right one."""
    named = environ.get("CLAUDE_PROJECT_DIR") or environ.get("COPILOT_PROJECT_DIR")
    if named:
        return named
    session = environ.get("COPILOT_AGENT_SESSION_ID", "")
    # Copilot CLI starts a plugin's server in the plugin's folder, and says nothing of the project but which session it
    # is; it keeps a page about each.
    if not environ.get("COPILOT_PLUGIN_ROOT") or not re.fullmatch(r"[\w-]+", session):
        return ""
    home = environ.get("COPILOT_HOME") or os.path.join(os.path.expanduser("~"), ".copilot")
    return _directory_in(os.path.join(home, "session-state", session, "workspace.yaml"))


def _directory_in(page: str) -> str:
    """The directory that a session's page names; a session that has just begun may be about to write it."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            with open(page, encoding="utf-8") as file:
                found = _CWD.search(file.read(65536))
        except (OSError, ValueError):
            found = None
        directory = _unquoted(found[1].strip()) if found else ""
        if os.path.isdir(directory):
            return directory
        if time.monotonic() >= end:
            return ""
        time.sleep(0.02)


def _unquoted(value: str) -> str:
    if value[:1] == "'":
        return value[1:-1].replace("''", "'")
    if value[:1] == '"':
        return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return value

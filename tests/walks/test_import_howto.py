"""The demonstration of imports is true: conversations of six tools, and an answer in each."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "how-to" / "import.py"
ANSWERS = {
    "claude-code": "object store",
    "codex": "shared port 8091",
    "gemini": "five times at most",
    "copilot": "viridis",
    "chatgpt": "50 requests a second",
    "claude-desktop": "PKCE",
}


def test_an_answer_is_found_in_every_tools_conversations(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each question, in other words than the conversation's, is answered by the right tool's conversation."""
    program = runpy.run_path(str(SCRIPT))
    assert list(program["QUESTIONS"]) == list(ANSWERS)
    program["main"]()
    said = capsys.readouterr().out
    for tool, question in program["QUESTIONS"].items():
        after = said.partition(question)[2].split("\n\n")[0]
        assert tool in after and ANSWERS[tool] in after
    assert "Imported again: 0 new messages" in said

"""Import conversations of six tools into a throw-away store, and find an answer in each.

    python docs/how-to/import.py

The transcripts are those that the tests read: four were written by the tools themselves, two follow their exports.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from contextfs import ContextFS

TRANSCRIPTS = Path(__file__).parents[2] / "tests" / "fixtures" / "transcripts"
QUESTIONS = {
    "claude-code": "Where do uploaded avatars live, and why?",
    "codex": "What made the checkout test fail now and then?",
    "gemini": "How many times is a webhook delivered again?",
    "copilot": "Which colours do the dashboards have?",
    "chatgpt": "How many requests may a client of the public API send?",
    "claude-desktop": "Which OAuth flow does the mobile app use?",
}

_REMARK = 60
"""Characters of what is too short to be an answer, such as that the assistant is about to look something up."""


def main() -> None:
    """Import, ask, and import once more."""
    with tempfile.TemporaryDirectory() as directory, ContextFS(data_dir=directory) as ctx:
        done = ctx.import_files(TRANSCRIPTS)
        for taken in done.taken:
            print(f"{taken.format}: {taken.sessions} conversations, {taken.messages} messages")  # noqa: T201
        for question in QUESTIONS.values():
            best = ctx.sessions.search(question, all=True)[0]
            session = ctx.load_session(best.session.id)
            rest = session.messages[max(0, best.place - 1) :]
            answers = [one.content for one in rest if one.role == "assistant" and len(one.content) > _REMARK]
            print(f"\n{question}\n  {session.tool}: '{session.label}'\n  {answers[0]}")  # noqa: T201
        again = ctx.import_files(TRANSCRIPTS)
        print(f"\nImported again: {sum(taken.messages for taken in again.taken)} new messages")  # noqa: T201


if __name__ == "__main__":
    main()

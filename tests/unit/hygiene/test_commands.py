"""Commands that worked after one much like them had failed."""

from __future__ import annotations

import pytest

from contextfs.domain.session import Message
from contextfs.hygiene.commands import commands_in


def called(command: object, output: str = "", *, failed: bool = False) -> Message:
    """A call of a shell."""
    metadata = {"name": "Bash", "command": command, **({"error": True} if failed else {})}
    return Message("tool", output, metadata=metadata, id="4" * 32)


def test_a_command_that_worked_is_told_with_the_one_that_failed() -> None:
    """Both command lines are kept, and what the first one complained of."""
    calls = [
        called("uv pip install -e .", "building\nerror: no virtual environment found\n", failed=True),
        called("ls -la"),
        called("uv pip install --system -e ."),
    ]
    (found,) = commands_in(calls)
    assert found.text == (
        "`uv pip install --system -e .` worked where `uv pip install -e .` failed: "
        "error: no virtual environment found."
    )


@pytest.mark.parametrize(
    "calls",
    [
        [called("pytest -q", failed=True), called("pytest -q")],
        [called("pytest -q tests/a.py", failed=True), called("pytest --lf -x -vv --no-header")],
        [called("cat a.txt", failed=True), called("cat b.txt")],
        [called("make test", failed=True), called("npm run test")],
        [called("make test"), called("make test -j2")],
        [called("make a\nmake b", failed=True), called("make a\nmake b c")],
        [called(None, failed=True), called(7), called("")],
    ],
)
def test_what_is_no_finding_is_left_out(calls: list[Message]) -> None:
    """The same command again, a quite different one, one that only looks and what cannot be typed again are none."""
    assert list(commands_in(calls)) == []

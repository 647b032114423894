"""The printer: colours only where they are seen, control characters never, JSON as it was asked for."""

from __future__ import annotations

import io
import json

import pytest

from contextfs.cli import render


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No wish about colours, and a terminal that could show them."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize(
    ("environ", "terminal", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colours_are_for_terminals_and_those_who_ask(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], *, terminal: bool, coloured: bool
) -> None:
    """NO_COLOR wins over FORCE_COLOR, which wins over whether it is a terminal."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert render.coloured(Terminal() if terminal else io.StringIO()) is coloured


def test_control_characters_are_written_out() -> None:
    """An escape sequence in a memory does not steer the terminal; tabs and line ends stay."""
    assert render.visible("a\x1b[31mb\tc\r\nd\x07\u202e") == "a\\x1b[31mb\tc\nd\\x07\ufffd"
    assert render.visible("Grüße, 世界 🎉") == "Grüße, 世界 🎉"


def test_one_document_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing but the document is on standard output, in UTF-8 as it is."""
    render.show("json", text=lambda: "never", document=lambda: {"a": "ü"}, rows=lambda: [1])
    out = capsys.readouterr().out
    assert json.loads(out) == {"a": "ü"}
    assert "ü" in out


def test_rows_are_printed_one_per_line(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON Lines has one object per line, line ends within a text or not."""
    render.show(
        "jsonl", text=lambda: "never", document=lambda: None, rows=lambda: [{"a": "x\ny"}, {"a": "z"}]
    )
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [{"a": "x\ny"}, {"a": "z"}]


def test_progress_is_shown_to_people_only(capsys: pytest.CaptureFixture[str]) -> None:
    """Where standard error is no terminal nothing is drawn, and the work goes on."""
    with render.progress("Indexing") as update:
        update(1, 2)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")

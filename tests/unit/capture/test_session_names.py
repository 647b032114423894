"""Labels of sessions in texts."""

from __future__ import annotations

import pytest

from contextfs.capture.session_names import session_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("See session 'audit-design-discussion' for full context.", ["audit-design-discussion"]),
        ('Decided in Session "auth day 2" and session `db`.', ["auth day 2", "db"]),
        ("see session \u201cSitzung 3\u201d", ["Sitzung 3"]),
        ("The session's cookie is 'secure'", []),
        ("session 'never closed", []),
        ("session 'over two\nlines'", []),
        ("session '' is empty", []),
        ("sessions are stored in 'redis'", []),
        ("", []),
    ],
)
def test_quoted_names_behind_the_word_session(text: str, names: list[str]) -> None:
    """A label is what stands in quotes right behind the word; anything else is prose."""
    assert list(session_names(text)) == names

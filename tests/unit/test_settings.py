"""Settings: what may be set, and what of it may be shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from contextfs.errors import InvalidSetting
from contextfs.settings import HIDDEN, TABLE, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of an empty data directory, with nothing in the environment."""
    return Settings({}, data_dir=str(tmp_path))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("namespace", "a b"),
        ("namespace", "/x"),
        ("project", "two\nlines"),
        ("author", "x" * 500),
        ("source_tool", "a\0b"),
        ("embedding.url", "127.0.0.1:11434"),
        ("embedding.url", "http://a b/v1"),
    ],
)
def test_what_could_not_be_used_is_not_written(settings: Settings, name: str, wrong: str) -> None:
    """A text that would fail at its first use is refused when it is set, and the file stays as it was."""
    settings.set(name, "http://127.0.0.1:1/v1" if name.endswith("url") else "fine")
    before = Path(settings.path).read_text()
    with pytest.raises(InvalidSetting):
        settings.set(name, wrong)
    assert Path(settings.path).read_text() == before


def test_an_empty_text_takes_a_setting_back(settings: Settings) -> None:
    """Every setting that is empty by default can be made empty again."""
    for row in (row for row in TABLE if row.default == ""):
        settings.set(row.name, "")
        assert settings[row.name] == ""


def test_secrets_are_hidden_where_they_are_shown(settings: Settings) -> None:
    """`shown` hides a secret that is set, shows that one is not set, and shows all else as it is."""
    assert settings.shown("embedding.api_key") == ""
    settings.set("embedding.api_key", "sk-something")
    settings.set("sync.postgres_url", "postgresql://app:pw@db/x")
    assert settings.shown("embedding.api_key") == settings.shown("sync.postgres_url") == HIDDEN
    assert settings.text("embedding.api_key") == "sk-something"
    assert [settings.shown(row.name) for row in TABLE if not row.secret] == [
        settings[row.name] for row in TABLE if not row.secret
    ]

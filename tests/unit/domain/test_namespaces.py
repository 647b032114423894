"""What a namespace may be called."""

from __future__ import annotations

import pytest

from contextfs.domain.namespaces import MAX_LENGTH, namespace_name
from contextfs.errors import InvalidInput


@pytest.mark.parametrize(
    "name",
    ["global", "team-project-x", "repo-3f9c12ab77e0", "acme/backend", "v1.2_x", "größe", "a", "me@home"],
)
def test_good_names_are_kept(name: str) -> None:
    """Letters of any script, digits and the marks of branch names are accepted as they are."""
    assert namespace_name(f" {name} ") == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("two words", "it holds ' '"),
        ("a\x00b", "it holds"),
        ("a*b", "it holds '\\*'"),
        ("--all", "begins or ends"),
        ("/etc", "begins or ends"),
        ("a/", "begins or ends"),
        ("a..b", "two marks"),
        ("x" * (MAX_LENGTH + 1), "more than 100"),
    ],
)
def test_bad_names_say_why(name: str, reason: str) -> None:
    """A name that cannot be one is refused with the reason, where it came from and what would do."""
    with pytest.raises(InvalidInput, match=reason) as caught:
        namespace_name(name, "CONTEXTFS_NAMESPACE")
    assert "CONTEXTFS_NAMESPACE" in caught.value.message
    assert "team-project-x" in caught.value.hint

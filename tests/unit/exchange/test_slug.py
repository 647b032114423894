"""Names of files and folders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.namespaces import namespace_name
from contextfs.errors import InvalidInput
from contextfs.exchange.slug import folder_of, namespace_of, slug


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Use JWT for sessions.", "use-jwt-for-sessions"),
        ("src/app.py: the entry", "src-app-py-the-entry"),
        ("Über Größe", "über-größe"),
        ("日本語 テスト", "日本語-テスト"),
        ("...", "memory"),
        ("", "memory"),
        ("CON", "con-"),
        ("x" * 100, "x" * 60),
        ("word " * 40, "-".join(["word"] * 12)),
    ],
)
def test_a_title_becomes_a_name(title: str, name: str) -> None:
    """Words in lower case with hyphens, cut between words, and never a name that a system keeps for itself."""
    assert slug(title) == name


@given(st.text(max_size=200))
def test_every_title_has_a_name_that_is_allowed(title: str) -> None:
    """No separator, no mark, no end that Windows refuses, and short."""
    name = slug(title)
    assert name
    assert len(name) <= 61
    assert not set(name) & set('/\\:*?"<>|.\0\n ')


@given(st.text(min_size=1, max_size=30))
def test_a_folder_tells_its_namespace(name: str) -> None:
    """Every namespace has one folder, and the folder leads back to it."""
    try:
        namespace = namespace_name(name)
    except InvalidInput:
        return
    folder = folder_of(namespace)
    assert namespace_of(folder) == namespace
    assert not set(folder) & set('/\\:*?"<>|')


@pytest.mark.parametrize("namespace", ["team/x", "con", "Nul", "a/b/c", "repo-0123456789ab"])
def test_slashes_and_reserved_names(namespace: str) -> None:
    """A slash has a sign that no namespace has; a name that a system keeps for itself gets an end."""
    assert namespace_of(folder_of(namespace)) == namespace


@pytest.mark.parametrize("name", ["..", ".", "../x", "a/../../b", "\\\\server", " "])
def test_no_name_leads_out_of_the_tree(name: str) -> None:
    """Also what no namespace can be called, and a newer store may say, is one folder below."""
    folder = folder_of(name)
    assert folder.strip(". ")
    assert not set(folder) & set("/\\")

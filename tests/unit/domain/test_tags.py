"""A tag has one spelling, and a tag that is nearly another one is noticed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.tags import MAX_LENGTH, near, normalise, normalise_all, parse_list
from contextfs.errors import InvalidInput


@pytest.mark.parametrize(
    ("tag", "spelled"),
    [
        ("UserAuth", "user-auth"),
        ("userAuth", "user-auth"),
        ("user auth", "user-auth"),
        ("user_auth", "user-auth"),
        ("  User  -  Auth ", "user-auth"),
        ("user-auth", "user-auth"),
        ("#engineering", "engineering"),
        ("feature/x", "feature/x"),
        ("Feature/JIRA-123", "feature/jira-123"),
        ("v1.2.0", "v1.2.0"),
        ("release/2024.01", "release/2024.01"),
        ("updated-2024-01", "updated-2024-01"),
        ("fix/#42@home+x=1%", "fix/#42@home+x=1%"),
        ("c++", "c++"),
        ("C#", "c#"),
        ("PostgreSQL", "postgresql"),
        ("FastAPI", "fastapi"),
        ("GitHub", "github"),
        ("JavaScript", "javascript"),
        ("iOS", "ios"),
        ("OAuth2", "oauth2"),
        ("Größe", "größe"),
        ("gro\u0308ße", "größe"),
        ("東京", "東京"),
        ("🚀", "🚀"),
    ],
)
def test_spelling(tag: str, spelled: str) -> None:
    """Tags are lowercase and hyphenated, and whatever a git ref may hold stays."""
    assert normalise(tag) == spelled


@pytest.mark.parametrize(
    "tag", ["", "  ", "-", "--", "#", "_", "a\x00b", "a\x1bb", "\u200b", "x" * (MAX_LENGTH + 1)]
)
def test_what_is_no_tag(tag: str) -> None:
    """An empty tag, control characters and a whole paragraph are refused with an example."""
    with pytest.raises(InvalidInput) as caught:
        normalise(tag)
    assert "user-auth" in caught.value.hint


@given(st.text(max_size=40))
def test_a_spelling_is_its_own_spelling(tag: str) -> None:
    """Spelling a tag twice changes nothing, and a spelled tag holds no spaces or capitals."""
    try:
        spelled = normalise(tag)
    except InvalidInput:
        return
    assert normalise(spelled) == spelled
    assert not re.search(r"\s|[A-Z]|--", spelled)


@given(st.lists(st.from_regex(r"[a-z]{1,6}(/[a-z]{1,4})?", fullmatch=True)))
def test_a_list_keeps_order_and_drops_repeats(tags: list[str]) -> None:
    """A list with commas and spaces gives each tag once, in its order."""
    assert parse_list(" , ".join(tags) + ",") == normalise_all(tags) == tuple(dict.fromkeys(tags))


@pytest.mark.parametrize(
    ("tag", "other"),
    [
        ("dbs", "db"),
        ("db", "database"),
        ("databases", "db"),
        ("postgres", "postgresql"),
        ("k8s", "kubernetes"),
        ("userauth", "user-auth"),
        ("test", "tests"),
        ("dependencies", "dependency"),
        ("deployemnt", "deployment"),
        ("deploment", "deployment"),
        ("user-authentication", "user-auth"),
        ("auth", "authentication"),
    ],
)
def test_near_tags(tag: str, other: str) -> None:
    """A plural, a short form, a missing hyphen and a slip of a finger are noticed, in both directions."""
    assert near(tag, ["zebra", other]) == other
    assert near(other, ["zebra", tag]) == tag


@pytest.mark.parametrize(
    ("tag", "other"),
    [
        ("python2", "python3"),
        ("v1.2.0", "v1.2.1"),
        ("sprint-42", "sprint-43"),
        ("auth", "oauth"),
        ("test", "rest"),
        ("redis", "redux"),
        ("api", "app"),
        ("class", "clas/x"),
        ("payments", "users"),
        ("authentication", "authorization"),
        ("css", "cs"),
        ("frontend", "backend"),
    ],
)
def test_tags_that_are_not_near(tag: str, other: str) -> None:
    """Other numbers and short words that happen to look alike are other tags."""
    assert near(tag, [other]) is None


def test_a_tag_in_use_is_near_to_none() -> None:
    """A tag that is already in use needs no other."""
    assert near("db", ["database", "db"]) is None


@given(
    st.from_regex(r"[a-z]{1,10}(-[a-z]{1,10})?", fullmatch=True),
    st.lists(st.from_regex(r"[a-z]{1,10}", fullmatch=True)),
)
def test_near_is_one_of_the_known(tag: str, known: list[str]) -> None:
    """What is pointed out is a tag that is in use, and not the tag itself."""
    other = near(tag, known)
    assert other is None or (other in known and other != tag)

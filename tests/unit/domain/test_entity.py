"""One thing is one entity, however it is spelled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.entity import Naming, key_of, namings, spelled, spellings
from contextfs.domain.memory import Memory, Mention


@pytest.mark.parametrize(
    "name",
    [
        *("AuthService", "auth service", "auth_service", "auth-service", "authService", "Auth Service"),
        *(
            "src/auth/auth_service.py",
            "auth_service.py",
            "src\\auth\\AuthService.cs",
            "./auth-service.test.ts",
        ),
        *("src/auth_service/__init__.py", "AuthService()", "src/AuthService/index.ts"),
    ],
)
def test_spellings_of_one_name_meet(name: str) -> None:
    """Humps, blanks, underscores, hyphens, paths and calls give one key."""
    assert key_of(name) == "authservice"


@pytest.mark.parametrize(("name", "other"), [("AuthService", "AuthServer"), ("v1", "v2"), ("user", "users")])
def test_different_names_stay_apart(name: str, other: str) -> None:
    """Names that differ in more than spelling have different keys."""
    assert key_of(name) != key_of(other)


@given(st.text())
def test_any_text_has_a_key(name: str) -> None:
    """No name makes the reader fail, and a key does not depend on blanks around the name."""
    assert key_of(name) == key_of(f" {name} ")


@given(st.lists(st.sampled_from(["auth", "token", "user", "cache", "job"]), min_size=2, max_size=3))
def test_every_spelling_is_found_in_a_text(words: list[str]) -> None:
    """What one spelling asks for is found in each of the others."""
    forms = ["_".join(words), "-".join(words), " ".join(words), "".join(word.title() for word in words)]
    for asked in forms:
        for written in forms:
            assert spelled([asked]).search(f"The {written} broke."), (asked, written)


def test_a_name_inside_another_is_not_it() -> None:
    """`AuthService` is not found in `MyAuthService` nor in `AuthServices`."""
    found = spellings(
        spelled(["AuthService"]), ["MyAuthService AuthServices; an auth  service, AUTH_SERVICE"]
    )
    assert dict(found) == {"auth service": 1, "AUTH_SERVICE": 1}


def test_a_memory_names_what_its_record_its_text_and_its_files_name() -> None:
    """The record comes first, a method stands for its class, and products count where they cannot be words."""
    memory = Memory(
        "`TokenManager.refresh` runs on Redis; go with the spring release",
        structured={
            "record": "pact",
            "entities": [{"name": "Redis", "type": "infrastructure", "notes": "two nodes"}],
        },
    )
    mentions = [Mention("symbol", "TokenManager.refresh"), Mention("file", "src/auth/token_manager.py")]
    assert namings(memory, mentions) == [
        Naming("Redis", "record", "infrastructure", "two nodes"),
        Naming("TokenManager", "symbol", "class"),
    ]


def test_names_that_say_nothing_are_left_out() -> None:
    """Short names, numbers and words such as `self` name no entity."""
    mentions = [
        Mention("symbol", "self"),
        Mention("symbol", "id"),
        Mention("link", "42"),
        Mention("link", "404"),
    ]
    assert namings(Memory(""), mentions) == []

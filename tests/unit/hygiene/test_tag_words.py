"""Which tags are probably one word."""

from __future__ import annotations

from contextfs.hygiene.tag_words import groups, near_tags

COUNTS = [("database", 9), ("auth", 7), ("tests", 5), ("db", 4), ("test", 2), ("oauth", 2), ("databse", 1)]


def test_short_forms_plurals_and_slips_find_each_other() -> None:
    """`db` and `databse` are like `database`, `tests` like `test`; `auth` and `oauth` are two things."""
    found = near_tags(COUNTS)
    assert {name: near for name, near in found.items() if name.startswith("data")} == {
        "database": ["db", "databse"],
        "databse": ["database", "db"],
    }
    assert (found["tests"], found["test"]) == (["test"], ["tests"])
    assert "auth" not in found
    assert "oauth" not in found


def test_a_group_begins_with_its_most_used_tag() -> None:
    """What is proposed is to keep the tag that most memories have; a tag is in one group only."""
    found = groups(near_tags(COUNTS), dict(COUNTS))
    assert [sorted(group) for group in found] == [["database", "databse", "db"], ["test", "tests"]]
    assert [group[0] for group in found] == ["database", "tests"]


def test_another_number_is_another_tag() -> None:
    """Versions and years are told apart."""
    assert near_tags([("python3", 2), ("python2", 1), ("v1.2.0", 1), ("v1.3.0", 1)]) == {}

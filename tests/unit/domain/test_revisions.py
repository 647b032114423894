"""The name of a revision, and what a subject was at it."""

from __future__ import annotations

from contextfs.domain.change import Change, fold
from contextfs.domain.revisions import fold_at, revision_of


def change(number: int, *parents: int, **patch: object) -> Change:
    """A change with a telling id."""
    return Change(
        f"{number:032x}"[::-1], "f" * 32, "memory", "save", "b" * 32,
        tuple(f"{one:032x}"[::-1] for one in parents), number, "d", "a", patch,
    )  # fmt: skip


ONE = change(1, content="one")
TWO = change(2, 1, content="two")
LEFT, RIGHT = change(3, 2, owner="left"), change(4, 2, summary="right")
ALL = [ONE, TWO, LEFT, RIGHT]


def test_a_revision_names_its_heads() -> None:
    """One change, or several that nothing followed yet; the same name leads back to the same state."""
    for changes in ([ONE], [ONE, TWO], ALL):
        name = revision_of(fold(changes))
        found = fold_at(ALL, name)
        assert found is not None
        assert found.fields == fold(changes).fields
    assert revision_of(fold(ALL)).count("+") == 1


def test_later_changes_are_left_out() -> None:
    """Only what the named changes descend from belongs to the revision."""
    found = fold_at(ALL, revision_of(fold([ONE, TWO, LEFT])))
    assert found is not None
    assert found.fields == {"content": "two", "owner": "left"}


def test_a_revision_that_is_not_here() -> None:
    """No name, a name too short, and one of another store have no state."""
    assert fold_at(ALL, "") is None
    assert fold_at(ALL, ONE.id[:6]) is None
    assert fold_at([ONE, TWO], revision_of(fold(ALL))) is None

"""Revisions, going back to one, and taking an action back."""

from __future__ import annotations

import pytest

from contextfs.domain.change import PURGE, Change, Patch, fold
from contextfs.domain.history import restore_patch, revision_of, revisions, undo_patch
from contextfs.domain.memory_state import memory_of

SUBJECT = "5" * 32


class Log:
    """The changes of one memory, written one after the other."""

    def __init__(self, *patches: Patch) -> None:
        self.changes: list[Change] = []
        for patch in patches:
            self.write(patch)

    def write(
        self,
        patch: Patch | None,
        batch: str = "",
        verb: str = "update",
        parents: tuple[str, ...] | None = None,
    ) -> Change:
        """Append a change; `parents` other than the heads make it concurrent."""
        name = str(len(self.changes) + 1)
        heads = fold(self.changes).heads if parents is None else parents
        clock = len(self.changes) << 16
        made = Change(name, SUBJECT, "memory", verb, batch or name, heads, clock, "d", "ada", patch)
        self.changes.append(made)
        return made

    def undo(self, batch: str) -> list[str]:
        """Take an action back and return the fields that were left alone."""
        patch, kept = undo_patch(self.changes, batch)
        self.write({**patch, "undoes": batch}, verb="undo")
        return kept

    @property
    def text(self) -> str | None:
        """The current text."""
        memory = memory_of(SUBJECT, fold(self.changes))
        return memory.content if memory else None

    @property
    def tags(self) -> tuple[str, ...]:
        """The current tags."""
        memory = memory_of(SUBJECT, fold(self.changes))
        return tuple(memory.tags) if memory else ()


def test_revisions_tell_each_state() -> None:
    """Each change is a revision with its number, its patch and the memory as it stood then."""
    log = Log({"content": "one", "tag:a": 0}, {"content": "two", "deleted": None}, {"deleted": True})
    told = revisions(log.changes)
    assert [(one.number, one.id, dict(one.patch)) for one in told] == [
        (1, "1", {"content": "one", "tag:a": 0}),
        (2, "2", {"content": "two"}),
        (3, "3", {"deleted": True}),
    ]
    assert [one.memory and one.memory.content for one in told] == ["one", "two", None]


def test_revisions_stand_in_causal_order() -> None:
    """Changes that arrived out of order are numbered as they were made."""
    log = Log({"content": "one"}, {"content": "two"}, {"content": "three"})
    told = revisions(reversed(log.changes))
    assert [one.memory and one.memory.content for one in told] == ["one", "two", "three"]
    assert revision_of(reversed(log.changes), "2") == told[1]


def test_an_erased_revision_says_so() -> None:
    """After an erasure the revisions are still counted, without their text."""
    log = Log({"content": "one"})
    log.write(None, verb=PURGE)
    bare = [one._replace(patch=None) for one in log.changes]
    assert [(one.erased, one.memory) for one in revisions(bare)] == [(True, None), (True, None)]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_restore_leads_back(number: int) -> None:
    """The patch of a restoration makes text, tags and summary what they were, from any later state."""
    log = Log(
        {"content": "one", "tag:a": 0},
        {"summary": "s", "tag:a": None, "tag:b": 0},
        {"content": "three", "summary": None},
        {"deleted": True},
    )
    then = memory_of(SUBJECT, fold(log.changes[:number]))
    log.write(restore_patch(log.changes, number), verb="restore")
    assert memory_of(SUBJECT, fold(log.changes)) == then


def test_restoring_what_is_current_changes_nothing() -> None:
    """There is no patch to the state that a memory is in, also after an edit that says it is not deleted."""
    log = Log({"content": "one"}, {"content": "two", "deleted": None})
    assert restore_patch(log.changes, 2) == {}


def test_undo_of_an_edit_brings_the_old_fields_back() -> None:
    """Text, tags that came and tags that went are as before the edit."""
    log = Log({"content": "one", "tag:a": 0}, {"content": "two", "tag:a": None, "tag:b": 0, "deleted": None})
    assert log.undo("2") == []
    assert (log.text, log.tags) == ("one", ("a",))


def test_undo_of_a_save_deletes() -> None:
    """Taking back the save that made a memory deletes it."""
    log = Log({"content": "one", "tag:a": 0})
    assert log.undo("1") == []
    assert log.text is None


def test_undo_all_the_way_back() -> None:
    """Taking back action after action reaches the state before each of them, and at last nothing."""
    log = Log({"content": "one"}, {"content": "two"}, {"deleted": True}, {"deleted": None}, {"tag:x": 0})
    seen = []
    for batch in ("5", "4", "3", "2", "1"):
        assert log.undo(batch) == []
        seen.append(log.text)
    assert seen == ["two", None, "two", "one", None]


def test_undo_leaves_alone_what_somebody_changed_since() -> None:
    """A field that another action has written since stays and is named; the others go back."""
    log = Log({"content": "one", "tag:a": 0}, {"content": "two", "tag:b": 1}, {"content": "three"})
    assert log.undo("2") == ["content"]
    assert (log.text, log.tags) == ("three", ("a",))


def test_undo_of_a_save_that_somebody_went_on_with_keeps_it_whole() -> None:
    """When another action has rewritten the text, the save is not taken back by halves."""
    log = Log({"content": "one", "tag:a": 0}, {"content": "two"})
    assert log.undo("1") == ["content"]
    assert (log.text, log.tags) == ("two", ("a",))


def test_undo_uncovers_a_concurrent_text() -> None:
    """When two devices wrote at once, taking back the one that won shows the other's."""
    log = Log({"content": "one"})
    theirs = log.write({"content": "theirs", "deleted": None}, parents=("1",))
    log.write({"content": "ours", "deleted": None}, parents=("1",))
    assert log.text == "ours"
    assert log.undo("3") == []
    assert (log.text, theirs.batch) == ("theirs", "2")


def test_undo_of_a_deletion_beside_an_edit_keeps_the_edit() -> None:
    """Taking back our deletion shows the text that somebody wrote beside it."""
    log = Log({"content": "one"})
    log.write({"content": "theirs", "deleted": None}, parents=("1",))
    log.write({"deleted": True}, parents=("1",))
    assert log.text is None
    assert log.undo("3") == []
    assert log.text == "theirs"


def test_undo_of_a_restoration_deletes_again() -> None:
    """A memory that was brought back and is taken back is as deleted as before."""
    log = Log({"content": "one"}, {"deleted": True}, {"deleted": None})
    assert log.undo("3") == []
    assert log.text is None

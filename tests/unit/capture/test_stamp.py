"""From a draft to a complete memory, and from a memory to its edited self."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.capture.stamp import Defaults, Edit, amended, stamp
from contextfs.domain.clock import Timestamp
from contextfs.domain.memory import STATUSES, Draft, Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.errors import InvalidInput

NOW = Timestamp.of(datetime(2026, 5, 1, 12, tzinfo=UTC))
LATER = Timestamp.of(datetime(2026, 6, 1, 12, tzinfo=UTC))
HERE = Defaults("repo-1", "shop", "cli", "shop-api", "main", "c0ffee", "Ada", "device-1")


def made(**fields: object) -> Memory:
    """A memory stamped here and now."""
    return stamp(Draft(**{"content": "Tabs, not spaces", **fields}), HERE, NOW)  # type: ignore[arg-type]


def test_what_a_draft_leaves_out_comes_from_here() -> None:
    """Namespace, project, tool, repository, branch, commit, author, device and time are those of the place."""
    memory = made()
    assert (memory.namespace, memory.project, memory.source_tool, memory.source_repo) == HERE[:4]
    assert (memory.branch, memory.commit, memory.author, memory.device) == HERE[4:]
    assert (memory.created_at, memory.updated_at) == (NOW, NOW)
    assert len(memory.id) == 32 and memory.id != made().id


def test_an_empty_text_is_not_left_out() -> None:
    """A draft that says "no project" has none."""
    assert (made(project="").project, made(source_repo="").source_repo) == ("", "")


@pytest.mark.parametrize("wrong", ["abc", "F" * 32, "g" * 32, "0" * 33])
def test_an_id_has_one_form(wrong: str) -> None:
    """A given id must be 32 small hexadecimal characters."""
    assert made(id="0" * 32).id == "0" * 32
    with pytest.raises(InvalidInput, match="is not an id"):
        made(id=wrong)


def test_a_type_that_is_already_there_is_never_refused() -> None:
    """A memory of a foreign type can be edited, but none can be given a foreign type."""
    foreign = made()._replace(type="runbook")
    assert amended(foreign, Edit(tags=["x"]), LATER).type == "runbook"
    assert amended(foreign, Edit(type="code"), LATER).type is MemoryType.CODE
    for write in (lambda: made(type="runbook"), lambda: amended(foreign, Edit(type="runbook"), LATER)):
        with pytest.raises(InvalidInput, match="runbook"):
            write()


def test_paths_have_one_spelling() -> None:
    """Backslashes become slashes, and a path stands there once."""
    assert made(files=["src\\app.py", "src/app.py", "", "b.py"]).files == ("src/app.py", "b.py")


TAGS = st.lists(st.sampled_from(["deprecated", "a", "b", "Deprecated"]), max_size=3)


@given(
    TAGS,
    st.sampled_from(STATUSES),
    st.none() | TAGS,
    TAGS,
    TAGS,
    st.none() | st.sampled_from(STATUSES),
)
def test_the_tag_and_the_status_agree_after_any_edit(
    tags: list[str],
    status: str,
    new: list[str] | None,
    added: list[str],
    removed: list[str],
    then: str | None,
) -> None:
    """A memory is deprecated if and only if it has the tag, unless it is archived; a status that is named is obeyed."""
    before = made(tags=tags, status=status)
    after = amended(before, Edit(tags=new, add_tags=added, remove_tags=removed, status=then), LATER)
    for memory in (before, after):
        if memory.status != "archived":
            assert (memory.status == "deprecated") == ("deprecated" in memory.tags)
    wants_tag = "deprecated" in {tag.lower() for tag in (*(new or ()), *added)} - {
        tag.lower() for tag in removed
    }
    if then == "deprecated" or (then == "active" and not wants_tag):
        assert after.status == then
    assert after.updated_at == LATER and after.created_at == NOW

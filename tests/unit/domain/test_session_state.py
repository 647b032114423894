"""Headings of sessions as fields of the change log and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.change import Change, fold
from contextfs.domain.clock import Timestamp
from contextfs.domain.memory_state import memory_of
from contextfs.domain.session import Session
from contextfs.domain.session_state import session_of, state_of

SUBJECT = "cd" * 16
TEXT = st.text(max_size=30)
MOMENTS = st.integers(0, 4_000_000_000_000_000).map(Timestamp.from_micros)


def change(patch: dict[str, object] | None, *, number: int = 1, verb: str = "start") -> Change:
    """A change of the session after the one before it."""
    parents = (f"{number - 1:032x}",) if number > 1 else ()
    return Change(f"{number:032x}", SUBJECT, "session", verb, "b" * 32, parents, number, "dev", "ada", patch)


@given(
    st.builds(
        Session,
        tool=TEXT,
        label=TEXT,
        summary=TEXT,
        summarized_by=TEXT,
        started_at=MOMENTS,
        ended_at=st.none() | MOMENTS,
        namespace=TEXT,
        source_repo=TEXT,
        branch=TEXT,
        metadata=st.dictionaries(
            st.text(min_size=1, max_size=8), st.integers() | TEXT | st.none(), max_size=3
        ),
        project=TEXT,
        client=TEXT,
    )
)
def test_a_heading_survives_the_change_log(session: Session) -> None:
    """Whatever a heading holds comes back from its fields, with author and device of its first change."""
    derived = {"messages": (), "active_at": None, "length": 0}
    whole = session._replace(id=SUBJECT, author="ada", device="dev", **derived)
    assert session_of(SUBJECT, fold([change(state_of(whole))])) == whole


def test_a_deleted_or_erased_session_is_none() -> None:
    """A deletion hides it, a restoration shows it, an erasure is for ever; and it is never a memory."""
    begun = change({"started_at": 5, "tool": "codex"})
    gone = change({"deleted": True}, number=2, verb="delete")
    back = change({"deleted": None}, number=3, verb="restore")
    erased = change(None, number=4, verb="erase")
    assert session_of(SUBJECT, fold([begun, gone])) is None
    found = session_of(SUBJECT, fold([begun, gone, back]))
    assert found is not None and found.tool == "codex"
    assert session_of(SUBJECT, fold([begun, gone, back, erased])) is None
    assert memory_of(SUBJECT, fold([begun])) is None

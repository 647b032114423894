"""Reading events: whatever a host writes, it is one of ours or nothing."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from contextfs.integrations.hook_events import read_event
from contextfs.integrations.hosts import EVENTS

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from([
    "hook_event_name", "session_id", "sessionId", "conversation_id", "cwd", "workspace_roots", "transcript_path",
    "prompt", "source", "tool_name", "tool_input", "toolArgs", "turn_id",
])  # fmt: skip


@given(
    st.dictionaries(KEYS, VALUES),
    st.sampled_from([*EVENTS, "Stop", "BeforeAgent", "x", ""]),
    st.sampled_from(["", "codex", "nobody"]),
)
def test_any_json_is_an_event_or_nothing(told: dict[str, object], event: str, client: str) -> None:
    """Every field of an event that is read is a text, whatever stood there."""
    found = read_event(event, client, json.dumps(told).encode(), {})
    if found is not None:
        assert found.name in EVENTS
        assert all(
            isinstance(text, str) for text in (found.session, found.cwd, found.transcript, found.theirs)
        )


@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_nothing(data: bytes) -> None:
    """What is no JSON object is nothing; an empty input is an event without fields."""
    found = read_event("stop", "", data, {})
    assert found is None or found.name == "stop"


def test_the_host_may_name_the_event_itself() -> None:
    """An event that is not known by its argument is known by the input, and answered in the host's spelling."""
    found = read_event("", "gemini", b'{"hook_event_name": "BeforeAgent"}', {})
    assert found is not None
    assert (found.name, found.theirs) == ("user-prompt", "BeforeAgent")
    ours = read_event("user-prompt", "gemini", b"{}", {})
    assert ours is not None
    assert (ours.name, ours.theirs) == ("user-prompt", "BeforeAgent")
    assert read_event("PreCompress", "gemini", b'{"hook_event_name": "PreCompress"}', {}) is None

"""The table of hosts: every spelling of an event is known, and each host is told by what it says."""

from __future__ import annotations

import pytest

from contextfs.integrations import hook, hosts
from contextfs.integrations.hosts import EVENTS, HOSTS, PROMPT, SESSION_END, SESSION_START, TOOL, host_of


def test_every_host_tells_of_the_events_that_matter() -> None:
    """Each host begins and ends sessions, has prompts and tools, and names events that we know."""
    for host in HOSTS:
        assert set(host.events.values()) <= set(EVENTS)
        assert {SESSION_START, PROMPT, TOOL, SESSION_END} <= set(host.events.values())
        assert [hosts.our_event(host, hosts.their_event(host, name)) for name in EVENTS] == list(EVENTS)
        assert host.limit <= 8_000


def test_the_hook_knows_without_the_table_at_which_events_somebody_waits() -> None:
    """What is decided before the table is loaded agrees with it, in every spelling."""
    waiting = {SESSION_START, PROMPT, TOOL}
    spelled = {name for host in HOSTS for name, ours in host.events.items() if ours in waiting}
    assert spelled | waiting == hook._PROMPTS
    ends = {name for host in HOSTS for name, ours in host.events.items() if ours == SESSION_END}
    assert ends | {SESSION_END} == hook._ENDS


@pytest.mark.parametrize(
    ("name", "given", "environ"),
    [
        ("claude-code", {"hook_event_name": "Stop", "session_id": "s"}, {"CLAUDECODE": "1"}),
        ("claude-code", {"transcript_path": "/h/.claude/projects/-w/s.jsonl"}, {"COPILOT_CLI": "1"}),
        ("codex", {"turn_id": "t", "transcript_path": None}, {"CLAUDECODE": "1"}),
        ("codex", {"transcript_path": "/h/.codex/sessions/2026/11/20/rollout-x.jsonl"}, {}),
        ("codex", {"hook_event_name": "SessionStart"}, {"PLUGIN_ROOT": "/p"}),
        ("gemini", {"hook_event_name": "AfterAgent"}, {}),
        ("gemini", {"hook_event_name": "SessionStart", "session_id": "s"}, {"GEMINI_SESSION_ID": "s"}),
        ("gemini", {"transcript_path": "/h/.gemini/tmp/x/chats/session-1.jsonl"}, {}),
        ("copilot", {"sessionId": "s"}, {}),
        ("copilot", {"hook_event_name": "SessionStart", "initial_prompt": "x"}, {"COPILOT_CLI": "1"}),
        ("cursor", {"conversation_id": "c", "hook_event_name": "stop"}, {}),
    ],
)
def test_a_host_is_told_by_what_it_says(name: str, given: dict[str, object], environ: dict[str, str]) -> None:
    """What it says counts first, since its environment may be another host's."""
    assert host_of(given, environ).name == name

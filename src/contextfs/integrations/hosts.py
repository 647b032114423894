"""The table of hosts: how each spells its events, where its input says what, and how it wants its answers.

One row per host that calls `contextfs hook`. Adding a host is adding a row; what an event does is in `hook_events`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

SESSION_START, PROMPT, TOOL = "session-start", "user-prompt", "post-tool"
STOP, PRE_COMPACT, POST_COMPACT, SESSION_END = "stop", "pre-compact", "post-compact", "session-end"
EVENTS = (SESSION_START, PROMPT, TOOL, STOP, PRE_COMPACT, POST_COMPACT, SESSION_END)
"""Our names of the events, which every host's hooks may use as well."""


class Host(NamedTuple):
    """One host."""

    name: str
    """As `--client` names it; also the tool that memories come from, and the format of its transcripts."""
    events: Mapping[str, str]
    """The host's name of an event -> ours; events that are not here are passed over."""
    answer: Callable[[str, str], Mapping[str, object]]
    """(the host's name of the event, the text) -> what is printed."""
    injects: tuple[str, ...] = (SESSION_START, PROMPT)
    """Events whose answer may bring text before the model."""
    anew: frozenset[str] = frozenset(("compact", "clear"))
    """Why a session starts that has lost what it was given before."""
    limit: int = 8_000
    """Characters of an answer that reach the model whole."""


def _nested(event: str, text: str) -> Mapping[str, object]:
    return {"hookSpecificOutput": {"hookEventName": event, "additionalContext": text}}


def _flat(_event: str, text: str) -> Mapping[str, object]:
    """Copilot CLI reads only this, also where it tells of events in the words of Claude Code."""
    return {"additionalContext": text}


def _snake(_event: str, text: str) -> Mapping[str, object]:
    return {"additional_context": text}


_CLAUDE = {
    "SessionStart": SESSION_START,
    "UserPromptSubmit": PROMPT,
    "PostToolUse": TOOL,
    "Stop": STOP,
    "PreCompact": PRE_COMPACT,
    "PostCompact": POST_COMPACT,
    "SessionEnd": SESSION_END,
}

# Gemini CLI takes up a conversation without what hooks had given it, Copilot CLI without what a session started with.
_ANEW = frozenset(("compact", "clear", "resume"))

HOSTS = (
    Host("claude-code", _CLAUDE, _nested),
    Host("codex", _CLAUDE, _nested),
    Host(
        "gemini",
        {
            "SessionStart": SESSION_START,
            "BeforeAgent": PROMPT,
            "AfterTool": TOOL,
            "AfterAgent": STOP,
            "SessionEnd": SESSION_END,
            # PreCompress comes with every request, and the end of the turn is near
        },
        _nested,
        anew=_ANEW,
    ),
    Host(
        "copilot",
        {
            "sessionStart": SESSION_START,
            "userPromptSubmitted": PROMPT,
            "postToolUse": TOOL,
            "agentStop": STOP,
            "preCompact": PRE_COMPACT,
            "sessionEnd": SESSION_END,
            **_CLAUDE,
        },
        _flat,
        anew=_ANEW,
    ),
    Host(
        "cursor",
        {
            "sessionStart": SESSION_START,
            "beforeSubmitPrompt": PROMPT,
            "postToolUse": TOOL,
            "afterFileEdit": TOOL,
            "stop": STOP,
            "preCompact": PRE_COMPACT,
            "sessionEnd": SESSION_END,
        },
        _snake,
        injects=(SESSION_START,),
    ),
)
BY_NAME = {host.name: host for host in HOSTS}


def our_event(host: Host, event: str) -> str:
    """Our name of an event, in whatever spelling it comes; empty for one that we have nothing to do with."""
    return event if event in EVENTS else host.events.get(event, "")


def their_event(host: Host, event: str) -> str:
    """The host's name of one of our events."""
    return next((name for name, ours in host.events.items() if ours == event), event)


def host_of(given: Mapping[str, object], environ: Mapping[str, str]) -> Host:
    """Which host calls, told by its input first: what one host sets in the environment another one inherits."""
    return BY_NAME[_by_input(given) or _by_transcript(given) or _by_environment(given, environ)]


def _by_input(given: Mapping[str, object]) -> str:
    if "conversation_id" in given or "workspace_roots" in given:
        return "cursor"
    if "sessionId" in given or "toolName" in given:
        return "copilot"
    if str(given.get("hook_event_name")) in {"BeforeAgent", "AfterAgent", "AfterTool", "BeforeTool"}:
        return "gemini"
    return "codex" if "turn_id" in given else ""


_PLACES = (
    ("/rollout-", "codex"),
    ("/session-state/", "copilot"),
    ("/chats/", "gemini"),
    ("/projects/", "claude-code"),
)


def _by_transcript(given: Mapping[str, object]) -> str:
    path = str(given.get("transcript_path") or "").replace("\\", "/")
    return next((name for part, name in _PLACES if part in path), "")


_SIGNS = (
    ("COPILOT_PLUGIN_ROOT", "copilot"),
    ("COPILOT_CLI", "copilot"),
    ("PLUGIN_ROOT", "codex"),
    ("CODEX_THREAD_ID", "codex"),
    ("CODEX_SANDBOX", "codex"),
)


def _by_environment(given: Mapping[str, object], environ: Mapping[str, str]) -> str:
    if environ.get("GEMINI_SESSION_ID") and environ["GEMINI_SESSION_ID"] == given.get("session_id"):
        return "gemini"
    return next((name for variable, name in _SIGNS if environ.get(variable)), "claude-code")

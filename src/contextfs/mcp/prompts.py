"""The prompts: words that a person picks in a host's menu to have the assistant use the memory.

Plain functions; the names and descriptions of their arguments are shown in the menu.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple

from pydantic import Field

from contextfs.domain.memory_types import MemoryType


def recall(
    topic: Annotated[str, Field(description="What you want to know")],
    type: Annotated[str, Field(description="Only this memory type")] = "",
    tag: Annotated[str, Field(description="Only memories with this tag")] = "",
) -> str:
    """Tell me what the memory knows about a topic."""
    wanted = [f'query="{topic}"']
    wanted += [f'type="{MemoryType.parse(type)}"'] if type else []
    wanted += [f'tags=["{tag}"]'] if tag else []
    return (
        f"Call contextfs_search with {', '.join(wanted)}. Read what you need whole with contextfs_recall. Then tell me"
        " what is known: decisions with their reasons first, then errors and their fixes, then the rest. Name the id"
        " and the age of each memory you rely on, point out what contradicts or replaces what, and say plainly what"
        " the memory does not answer."
    )


def decide(title: Annotated[str, Field(description="What was decided")]) -> str:
    """Record a decision with its reasons."""
    return (
        f"Record this decision: {title}\n\n"
        "First call contextfs_search for it; if a memory already says so, update that one instead of saving another."
        " Otherwise fill in this template from our conversation, ask me for whatever you would have to invent, and"
        ' call contextfs_save with type="decision", fitting tags and a one-line summary.'
        f"\n\n{MemoryType.DECISION.template}"
    )


def wrap_up(label: Annotated[str, Field(description="A name for this session")] = "") -> str:
    """Save what this session was worth, before it ends."""
    named = f'label="{label}"' if label else "a label that says what it was about"
    return (
        "Go through this conversation and save what a later session will need, each as its own memory with"
        " contextfs_save: decisions with their reasons (decision), errors with cause and fix (error), commands that"
        " worked (procedural), reusable code (code), lasting facts (fact) and my preferences (user). Search before"
        " each and update what is already there. Last, end the session: call contextfs_save with"
        f' save_session="current", {named}, and as content what was done, what is open and what comes next. Leave out'
        " secrets and small talk. Then list what you saved."
    )


class PromptRow(NamedTuple):
    """One prompt: its function, and the name and title in the menu."""

    function: Callable[..., str]
    name: str
    title: str


PROMPTS = (
    PromptRow(recall, "recall", "Recall a topic"),
    PromptRow(decide, "decide", "Record a decision"),
    PromptRow(wrap_up, "wrap-up", "End of session"),
)

"""How a memory that is a record is known; looked at by every save, so there is nothing here to load."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextfs.domain.memory import Memory

MARK = {"record": "pact"}
"""What tells the typed fields of a record from those of any other memory."""
TAG = "pact"
BLOCKER = "blocker"
PHASE = "phase/"
HEADINGS: Mapping[str, str] = {
    "goal": "Goal",
    "decisions": "Decisions",
    "lessons_learned": "Lessons learned",
    "active_tasks": "Tasks",
    "entities": "Entities",
    "reasoning_chains": "Reasoning",
    "agreements_reached": "Agreed",
    "disagreements_resolved": "Disagreements resolved",
}
"""Field of a record -> what stands above it in the text that people read."""
WHY, INSTEAD, IN_PHASE = "Why: ", "Instead of: ", "Phase: "
"""What stands before a reason, an alternative and the phase."""
_FRAME = frozenset(f"## {heading}" for heading in HEADINGS.values())


def is_record(structured: Mapping[str, object]) -> bool:
    """Whether the typed fields of a memory are those of a record."""
    return bool(structured) and structured.get("record") == MARK["record"]


def is_own_tag(tag: str) -> bool:
    """Whether a tag follows from the record, so that it goes when its reason goes."""
    return tag in (TAG, BLOCKER) or tag.startswith(PHASE)


def words_of(memory: Memory) -> str:
    """What a memory says in words of its own: of a record everything but the headings that every record has.

    In a store of a few records nothing else would tell that "Lessons learned" is no word of theirs, and a question for
    lessons about anything at all would be answered by each of them.
    """
    if not is_record(memory.structured):
        return memory.content
    lines = [line for line in memory.content.split("\n") if line not in _FRAME]
    return "\n".join(map(_unframed, lines))


def _unframed(line: str) -> str:
    """A line without what stands before a reason, an alternative or the phase."""
    said = line.lstrip()
    for label in (WHY, INSTEAD, IN_PHASE):
        if said.startswith(label):
            return said[len(label) :]
    return line

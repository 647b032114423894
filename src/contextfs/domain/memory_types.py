"""The one table of memory types; add a row here and every surface follows.

A type is text in the store, so a type that a newer peer invented is kept and shown as it is.
"""

from __future__ import annotations

from enum import StrEnum

from contextfs.errors import InvalidInput

_ADR = """## {title}

**Status:** Accepted
**Date:** {date}

**Context:** {what problem were we solving}

**Decision:** {what we decided, and why}

**Alternatives Considered:**
- {alternative}: {why it was rejected}

**Consequences:**
- {what follows, good and bad}
"""

_ERROR = """## Error: {name}

**Error:** {the exact message}

**Context:** {when and where it happened}

**Cause:** {root cause}

**Solution:** {how to fix it}

**Prevention:** {how to keep it from coming back}
"""

_PROCEDURE = """## {title}

### Prerequisites
- {what must be there first}

### Steps
1. {step, with its command}

### Verify
- {how to see that it worked}

### Common Issues
- **{problem}:** {what to do}
"""

_EVENT = """## {title}

**When:** {date}
**Who:** {participants}

### What happened
- {time} - {event}

### Lessons Learned
- {lesson}
"""


class MemoryType(StrEnum):
    """The category of a memory; compares equal to its plain name."""

    purpose: str
    when_to_use: str
    half_life_days: float
    template: str

    def __new__(cls, value: str, purpose: str, when: str, half_life_days: float, template: str) -> MemoryType:
        """Make the member a string that also carries its row of the table."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.purpose, member.when_to_use = purpose, when
        member.half_life_days, member.template = half_life_days, template
        return member

    FACT = (
        "fact",
        "Immutable truths",
        "Configurations, conventions, endpoints, stable truths about the project",
        3650.0,
        "{one fact, with the names and numbers somebody will search for}\n",
    )
    DECISION = (
        "decision",
        "Choices with rationale",
        "Architecture, library selection, trade-offs, policies",
        3650.0,
        _ADR,
    )
    CODE = (
        "code",
        "Reusable patterns",
        "Algorithms, boilerplate, snippets worth using again",
        1460.0,
        "# {what it is for, and when not to use it}\n{code}\n\n# Usage:\n# {example}\n",
    )
    ERROR = (
        "error",
        "Problem solutions",
        "Bug fixes, error resolutions, workarounds",
        730.0,
        _ERROR,
    )
    PROCEDURAL = (
        "procedural",
        "Step-by-step guides",
        "Deployment, setup, troubleshooting, workflows",
        730.0,
        _PROCEDURE,
    )
    EPISODIC = (
        "episodic",
        "Historical records",
        "Session summaries, meeting notes, incidents, releases",
        90.0,
        _EVENT,
    )
    USER = (
        "user",
        "User preferences",
        "Personal settings, habits, ways of working",
        1460.0,
        "{what you prefer, and where it applies}\n",
    )

    @classmethod
    def parse(cls, value: str) -> MemoryType:
        """The type of this name; raises InvalidInput that lists the accepted ones."""
        try:
            return cls(value.strip().lower())
        except ValueError:
            names = ", ".join(cls)
            raise InvalidInput(
                f"{value!r} is not a memory type.",
                hint=f"Use one of: {names}. `contextfs types` explains them.",
            ) from None


def half_life_days(name: str) -> float:
    """After how many days a memory of this type counts half in recency; a foreign type hardly ages."""
    try:
        return MemoryType(name).half_life_days
    except ValueError:
        return MemoryType.FACT.half_life_days

"""PACT memory: what each phase of work decided, learnt and left open, as structured records.

from contextfs.pact import memory

memory.save({"context": "…", "decisions": [{"decision": "…", "rationale": "…"}]})
for record in memory.search("caching strategy decisions"):
print(record.context)

`memory` is a ready PactMemory of the current repository; nothing is opened before its first use.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from contextfs.domain.record import Decision, Entity, Record, Task
    from contextfs.pact.surface import PactMemory

    memory: PactMemory

__all__ = ["Decision", "Entity", "PactMemory", "Record", "Task", "memory"]

_HOMES = {
    "Decision": "contextfs.domain.record",
    "Entity": "contextfs.domain.record",
    "PactMemory": "contextfs.pact.surface",
    "Record": "contextfs.domain.record",
    "Task": "contextfs.domain.record",
}


def __getattr__(name: str) -> object:
    """Load a public name at its first use; `memory` is made then, too."""
    home = _HOMES.get("PactMemory" if name == "memory" else name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    rooms: Any = import_module(home)
    found: object = rooms.PactMemory() if name == "memory" else getattr(rooms, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)

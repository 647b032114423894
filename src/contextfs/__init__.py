"""contextfs: persistent memory for people who write software with AI assistants.

from contextfs import ContextFS, MemoryType

ctx = ContextFS()
ctx.save("Use bcrypt with cost factor 12, since 10 is within reach of one GPU", type=MemoryType.DECISION)
for result in ctx.search("how do we hash passwords"):
print(result.relevance, result.memory.content)
"""

from __future__ import annotations

from importlib import import_module

from contextfs._version import __version__

# Importing `typing` for this takes so long that an interrupt often came then, where nobody catches it yet.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextfs.api import ContextFS
    from contextfs.domain.memory import Draft, Memory, Saved
    from contextfs.domain.memory_types import MemoryType
    from contextfs.domain.search import SearchResult
    from contextfs.domain.session import Message, Session
    from contextfs.errors import ContextFSError

__all__ = [
    "ContextFS",
    "ContextFSError",
    "Draft",
    "Memory",
    "MemoryType",
    "Message",
    "Saved",
    "SearchResult",
    "Session",
    "__version__",
]

_HOMES = {
    "ContextFS": "contextfs.api",
    "ContextFSError": "contextfs.errors",
    "Draft": "contextfs.domain.memory",
    "Memory": "contextfs.domain.memory",
    "MemoryType": "contextfs.domain.memory_types",
    "Message": "contextfs.domain.session",
    "Saved": "contextfs.domain.memory",
    "SearchResult": "contextfs.domain.search",
    "Session": "contextfs.domain.session",
}


def __getattr__(name: str) -> object:
    """Load a public name at its first use, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)

"""Parts: which texts of a memory get a vector each, so that what it holds can be found by itself."""

from __future__ import annotations

from contextfs.capture.chunking import passages
from contextfs.domain.memory import Memory
from contextfs.domain.record_mark import is_record
from contextfs.lazy import Later

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextfs.domain import record_memory
else:  # what only a record needs
    record_memory = Later("contextfs.domain.record_memory")


def parts(memory: Memory) -> list[str]:
    """The passages of a memory: of a record what it is about, then each decision and each lesson by itself."""
    if not is_record(memory.structured):
        return passages(memory.summary, memory.content)
    about, items = record_memory.passages_of(record_memory.record_from(memory))
    texts = [about, *items] if about else items
    return [passage for text in texts for passage in passages(memory.summary, text)]

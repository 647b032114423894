"""What `contextfs pr` shows of a change: Markdown, for the page where it is reviewed."""

from __future__ import annotations

from contextfs.cli import blocks, documents
from contextfs.cli.render import visible
from contextfs.domain.lineage import Behind
from contextfs.domain.review import Review

_FILES = 8


def report(found: Review, *, full: bool) -> str:
    """Which change it is, then each section with its memories and their reasons."""
    parts = ["# Relevant memories for this PR", visible(_change(found))]
    for name, memories in found.sections:
        parts.append(f"## {name}")
        parts += [_memory(one, full=full) for one in memories]
    if not found.sections:
        parts.append("No memory bears on this change.")
    return "\n\n".join(parts)


def _change(found: Review) -> str:
    count = len(found.commits)
    named = ", ".join(f"`{path}`" for path in found.files[:_FILES])
    more = f" and {len(found.files) - _FILES} more" if len(found.files) > _FILES else ""
    commits = f"{count} commit{'' if count == 1 else 's'}"
    return f"Change: {found.said}; {commits}; {f'{named}{more}' if named else 'no file'}."


def _memory(one: Behind, *, full: bool) -> str:
    memory = one.memory
    marks = "".join(f" **({visible(mark)})**" for mark in (*blocks.marks(memory), *one.marks))
    head = f"- **{memory.type}** `{memory.short_id}` · {blocks.age(memory)}{marks}"
    shown, hidden = blocks.cut(memory.content, full=full)
    quoted = [f"  > {line}".rstrip() for line in visible(shown).split("\n")]
    quoted += [f"  > {hidden}"] if hidden else []
    return "\n".join([head, *quoted, f"  — {visible('; '.join(one.because))}"])


def document(found: Review) -> documents.Document:
    """The same as JSON."""
    sections = [{"section": name, "memories": documents.plain(memories)} for name, memories in found.sections]
    return {**documents.plain(found), "sections": sections}

"""The texts of history and status: revisions, differences, what undo did, what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contextfs.cli import transcripts
from contextfs.cli.blocks import facts, name, names, table
from contextfs.cli.render import paint, visible
from contextfs.domain.dates import ago

if TYPE_CHECKING:
    from datetime import datetime

    from contextfs.domain.history import Revision, Undone
    from contextfs.domain.status import Status


def revision(value: Revision, now: datetime) -> str:
    """One entry of the change log in one line."""
    # Of a first save everything is new, and every change sets the time of the change.
    named = () if value.number == 1 else (_field(field) for field in value.patch if field != "updated_at")
    what = "text erased" if value.erased else ", ".join(dict.fromkeys(named))
    after = _after(value)
    who = f" by {visible(value.author)}" if value.author else ""
    first = f"{value.number}  {value.id[:8]}  {paint(value.verb, 'strong')}  {ago(value.at, now)}{who}"
    return f"{first}\n   {after}" + (paint(f"\n   set {visible(what)}", "dim") if what else "")


def _after(value: Revision) -> str:
    """What the change led to, in one short phrase."""
    if value.memory:
        return name(value.memory)
    if value.session:
        return f"session {transcripts.name(value.session)}"
    if value.kind == "candidate":
        return f"candidate {paint(value.memory_id[:8], 'id')} of the inbox"
    return f"{paint(value.memory_id[:8], 'id')} (not there any more)"


def _field(field: str) -> str:
    """The name of a field of the change log as people know it."""
    kind, sign, rest = field.partition(":")
    return f"{ {'meta': 'metadata'}.get(kind, kind) } {rest}" if sign else kind


def difference(text: str) -> str:
    """A unified diff, its lines in colours."""
    styles = {"+": "added", "-": "removed", "@": "dim"}
    lines = visible(text).rstrip("\n").split("\n")
    return "\n".join(paint(line, styles[line[0]]) if line[:1] in styles else line for line in lines)


def undone(value: Undone) -> str:
    """What undo took back, and what it had to leave."""
    lines = [f"Undone: {value.verb}"]
    lines += [names(value.memories)] if value.memories else []
    lines += [f"session {transcripts.name(each)}" for each in value.sessions]
    if value.verb == "import" and value.sessions:
        lines.append("Messages that the import added to it stay. To remove them: contextfs session delete ID")
    lines += [f"{paint(each[:8], 'id')} is gone again" for each in value.gone]
    lines += [f"What was decided about {visible(each)} is taken back" for each in value.entities]
    lines += [f"Candidate {paint(each[:8], 'id')} waits in the inbox again" for each in value.candidates]
    lines += [f"Left {field} of {each[:8]}: it was changed since" for each, field in value.skipped]
    return "\n".join(lines)


def status(value: Status) -> str:
    """Where memories go and what is there."""
    branch = f", branch {value.branch}" if value.branch else ""
    at = f" at {value.commit[:8]}" if value.commit else ""
    total = sum(sum(types.values()) for types in value.memories.values())
    found = {
        "Namespace": f"{value.namespace} ({value.namespace_source})",
        "Repository": f"{value.repo}{branch}{at}" if value.repo else "none",
        "Project": value.project or "none",
        "Source tool": value.source_tool,
        "Author": value.author,
        "Data": f"{value.data_dir} ({size(value.store_bytes)})",
        "Provider": provider(value),
        "Versions": ", ".join(f"{each} {number}" for each, number in value.versions.items()) or value.version,
        "Notes": "; ".join(value.notes),
        "Sessions": str(sum(value.sessions.values())),
        "Memories": str(total),
    }
    order = sorted(value.memories, key=lambda each: (each != value.namespace, each))
    rows = [_namespace(value, each) for each in order]
    lines = [facts({label: visible(text) for label, text in found.items()})]
    return "\n".join([*lines, table(rows)] if rows else lines)


def _namespace(value: Status, each: str) -> tuple[str, ...]:
    types = value.memories[each]
    parts = ", ".join(f"{kind} {count}" for kind, count in types.items())
    return "*" if each == value.namespace else " ", visible(each), str(sum(types.values())), visible(parts)


def provider(value: Status) -> str:
    """The embedding provider in use, and what still waits for it."""
    if not value.provider:
        return "none; memories are found by words"
    waits = f"{value.waiting} memories wait for vectors" if value.waiting else "all memories have vectors"
    return f"{value.provider} ({waits})"


def size(count: int) -> str:
    """A number of bytes as people read it."""
    amount, unit = float(count), "bytes"
    for larger in ("KB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"

"""The tools for records of a phase of work; listed only where `mcp.pact` is on, since each schema is read each time."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from contextfs.api import ContextFS
from contextfs.domain.record import Record
from contextfs.domain.record_memory import content_of, title_of
from contextfs.mcp.replies import EXCERPT, NOT_INSTRUCTIONS, Reply
from contextfs.mcp.rows import CALLER, Id, Names, ToolRow
from contextfs.pact.surface import PactMemory

Fields = Annotated[
    dict[str, Any],
    Field(
        description="context, goal: text; phase: prepare|architect|code|test; decisions: [{decision, rationale,"
        " alternatives: []}]; lessons_learned: []; active_tasks: [{task, status: pending|in_progress|completed,"
        " priority}]; entities: [{name, type, notes}]; reasoning_chains, agreements_reached, disagreements_resolved: []"
    ),
]


class RecordSavedOut(BaseModel):
    """What saving or changing a record did."""

    id: str
    title: str
    created: bool
    advice: list[str]


class RecordsOut(BaseModel):
    """The records that answer, best first."""

    records: list[dict[str, Any]]
    note: str


def pact_save(
    ctx: ContextFS,
    record: Fields,
    files: Annotated[Names, Field(description="Paths it is about, besides those git says are changed")]
    | None = None,
    strict: Annotated[bool, Field(description="Refuse a record that there would be advice about")] = False,
) -> Reply[RecordSavedOut]:
    """Save what a finished phase, a blocker or a decision leaves behind. Follow the advice that comes back."""
    saved = PactMemory(front=ctx).put(record, files, strict=strict, source_tool=CALLER.get())
    verb = "Saved" if saved.created else "Already there:"
    return _changed(verb, saved.record, created=saved.created, advice=saved.advice)


def pact_search(
    ctx: ContextFS,
    query: Annotated[str, Field(description="Words or a question; empty lists the newest")] = "",
    current_file: Annotated[str, Field(description="Ranks what is about it higher")] = "",
    limit: Annotated[int, Field(ge=1, le=50)] = 5,
) -> Reply[RecordsOut]:
    """Search records of past phases: context, decisions with reasons, lessons. Do it before a phase begins."""
    found = PactMemory(front=ctx).search(query, current_file, limit)
    note = NOT_INSTRUCTIONS if found else "No records found."
    documents = [_document(one) for one in found]
    return Reply("\n\n".join([*map(_block, found), note]), RecordsOut(records=documents, note=note))


def pact_update(
    ctx: ContextFS,
    id: Id,
    changes: Annotated[dict[str, Any], Field(description="Fields of a record; lists grow by what is new")],
    replace: Annotated[bool, Field(description="Make the given lists all there is")] = False,
) -> Reply[RecordSavedOut]:
    """Add to a record, or change it: a task by its name, a decision by its text, an entity by its name."""
    record = PactMemory(front=ctx).update(id, changes, replace)
    return _changed("Updated", record, created=False, advice=())


def _changed(verb: str, record: Record, *, created: bool, advice: tuple[str, ...]) -> Reply[RecordSavedOut]:
    title = title_of(record)
    value = RecordSavedOut(id=record.id, title=title, created=created, advice=list(advice))
    return Reply("\n".join([f"{verb} {record.short_id} {title}", *advice]), value)


def _document(record: Record) -> dict[str, Any]:
    """The record without what is empty."""
    return {name: value for name, value in record.to_dict().items() if value}


def _block(record: Record) -> str:
    text = content_of(record)
    hidden = len(text) - EXCERPT
    lines = [f"[{record.relevance:.2f}] {record.short_id}" if record.relevance else record.short_id]
    lines += [f"  matched {part}" for part in record.matched]
    lines += [f"  {line}".rstrip() for line in text[:EXCERPT].splitlines()]
    lines += [f"  … {hidden} characters more: contextfs_recall {record.short_id}"] if hidden > 0 else []
    return "\n".join(lines)


PACT_TOOLS = (
    ToolRow(
        pact_save,
        "Save record",
        writes=True,
        embeds=True,
        linked=True,
        search_hint="save phase decisions lessons tasks blocker",
    ),
    ToolRow(pact_search, "Search records", embeds=True, search_hint="past phases decisions lessons entities"),
    ToolRow(
        pact_update,
        "Update record",
        writes=True,
        destroys=True,
        embeds=True,
        search_hint="add lessons tasks to record",
    ),
)

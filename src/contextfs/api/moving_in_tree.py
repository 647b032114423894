"""Moving in what a person wrote into a Markdown tree: edits become updates, new pages memories, missing ones questions.

Each page names the revision it shows. What was changed here since is kept: the edit is brought into it field by field
and line by line, and where both changed the same the page is left alone and named.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contextfs.api.drafts import draft_of
from contextfs.api.engine import Engine, now
from contextfs.api.moving_out import refresh_pages
from contextfs.capture.screen import refuse
from contextfs.capture.stamp import DEPRECATED, Defaults, stamp
from contextfs.domain.change import Fold, Patch, fold
from contextfs.domain.clock import new_id, to_micros
from contextfs.domain.digest import content_hash
from contextfs.domain.imported import Options, Taken
from contextfs.domain.incoming import LeftOut
from contextfs.domain.memory import Memory
from contextfs.domain.memory_state import memory_of, state_of
from contextfs.domain.merging import merge
from contextfs.domain.record_memory import content_of, is_record, record_from, title_of
from contextfs.domain.revisions import fold_at, revision_of
from contextfs.errors import InvalidInput, SecretRefused
from contextfs.exchange import manifest as manifests
from contextfs.exchange.importers.table import Format
from contextfs.exchange.importers.tree import Missing
from contextfs.exchange.page import EDITABLE, Paged, ids_in, page_of
from contextfs.exchange.source import Source
from contextfs.store.view import View

VERB = "edit"
_BATCH = 25
_LINKS = ("supersedes", "superseded_by")


def take_tree(engine: Engine, source: Source, row: Format, options: Options) -> Taken:
    """Take over what a person changed in a tree, then bring its pages up to date."""
    return _Edits(engine, source, row, options).run()


def reason(error: InvalidInput) -> str:
    """Why a memory is not taken in, with what would be accepted where the error says so."""
    general = isinstance(error, SecretRefused) or error.hint == InvalidInput.hint
    return error.message if general else f"{error.message} {error.hint}"


class _Decided(NamedTuple):
    """What becomes of one page."""

    outcome: str
    """One of new, changed, known, stale (known, on an old page), deleted, erased, conflict, refused."""
    page: Paged
    subject: str = ""
    patch: Mapping[str, object] | None = None
    why: str = ""
    before: str = ""
    after: str = ""


class _Edits:
    def __init__(self, engine: Engine, source: Source, row: Format, options: Options) -> None:
        self._engine, self._source, self._row, self._options = engine, source, row, options
        self._defaults, self._now, self._batch = engine.defaults, now(), new_id()
        self._decided: list[_Decided] = []
        self._unread: Counter[str] = Counter()
        self._refused: list[tuple[str, str]] = []
        self._new_ids: dict[str, str] = {}  # by the path of the page
        self._waiting: list[Missing] = []
        self._missing: list[Missing] = []
        self._gone: list[str] = []

    def run(self) -> Taken:
        """Read every page, write what changed, and refresh what was taken over."""
        pages: list[Paged] = []
        for one in self._row.read(self._source):
            if isinstance(one, LeftOut):
                self._refused.append((one.where, one.reason))
            elif isinstance(one, Missing):
                self._missing.append(one)
            elif isinstance(one, Paged):
                pages.append(one)
        for start in range(0, len(pages), _BATCH):
            self._write(pages[start : start + _BATCH])
        self._delete()
        if self._source.folder and not self._options.dry_run:
            self._refresh()
        return self._taken()

    def _write(self, pages: Sequence[Paged]) -> None:
        decided: list[_Decided] = []

        def plan(view: View) -> dict[str, Patch]:
            decided[:] = [self._decide(view, page) for page in pages]
            return {one.subject: one.patch for one in decided if one.patch}

        if self._options.dry_run:
            with self._engine.store.reading() as view:
                plan(view)
        else:
            author = self._engine.workspace.author
            self._engine.door.write(VERB, author, plan, screened=False, batch=self._batch)
        self._decided += decided

    def _decide(self, view: View, page: Paged) -> _Decided:
        try:
            return self._edited(view, page) if page.id and view.changes_of(page.id) else self._new(view, page)
        except InvalidInput as error:
            return _Decided("refused", page, why=reason(error))

    # ── a page of a memory that is here ─────────────────────────────────────────────────────────────────────────

    def _edited(self, view: View, page: Paged) -> _Decided:
        changes = view.changes_of(page.id)
        folded = fold(changes)
        if folded.purged:
            return _Decided("erased", page, page.id)
        if folded.root is not None and folded.root.kind != "memory":
            raise InvalidInput(
                f"The id {page.id[:8]} is not that of a memory.", hint="Remove it from the page."
            )
        then = fold_at(changes, page.revision)
        base = memory_of(page.id, then) if then else None
        ours = memory_of(page.id, folded)
        told = self._told(page, base or ours or self._stamped(page, page.id))
        if ours is None:
            return self._of_deleted(page, base, told, folded)
        merged = merge(
            state_of(base) if base else {}, state_of(ours), state_of(told), force=self._options.force
        )
        if merged.conflicts:
            names = ", ".join(merged.conflicts)
            return _Decided("conflict", page, page.id, why=f"changed here and on the page: {names}")
        if not merged.patch:
            return _Decided("known" if page.revision == revision_of(folded) else "stale", page, page.id)
        return self._changed("changed", page, folded, merged.patch)

    def _of_deleted(self, page: Paged, base: Memory | None, told: Memory, folded: Fold) -> _Decided:
        """A page of a memory that was deleted here: edited since, or only left over."""
        if self._options.again or self._options.force:
            return self._changed("changed", page, folded, {**state_of(told), "deleted": None})
        if base is not None and state_of(base) == state_of(told):
            return _Decided("deleted", page, page.id)
        return _Decided("conflict", page, page.id, why="deleted here and edited on the page")

    def _changed(self, outcome: str, page: Paged, folded: Fold, patch: Mapping[str, object]) -> _Decided:
        patch = {**patch, "updated_at": to_micros(self._now)}
        self._screen(patch)
        after = memory_of(page.id, folded._replace(fields={**folded.fields, **patch}))
        if not self._options.dry_run:
            return _Decided(outcome, page, page.id, patch)
        return _Decided(outcome, page, page.id, patch, "", _text(memory_of(page.id, folded)), _text(after))

    def _told(self, page: Paged, base: Memory) -> Memory:
        """The memory as the page tells it: what may be edited from there, the rest as it was."""
        given = {name: value for name, value in page.given.items() if name in EDITABLE}
        stamped = stamp(
            draft_of({**given, "content": page.content, "created_at": base.created_at}),
            Defaults(namespace=base.namespace),
            self._now,
        )
        told = {name: getattr(stamped, name) for name in EDITABLE}
        content = stamped.content
        if content_hash(content) == content_hash(base.content):  # an editor's spaces at the ends of lines
            content = base.content
        return _agreed(base, _of_record(base, base._replace(**told, content=content)), given)

    # ── a page of a memory that is not ──────────────────────────────────────────────────────────────────────────

    def _new(self, view: View, page: Paged) -> _Decided:
        subject = page.id or self._new_ids.setdefault(page.path, new_id())
        memory = self._stamped(page, subject)
        same = view.same_content(memory.namespace, memory.content)
        if same is not None and not page.id:
            return _Decided("stale", page, same.id)
        self._screen(state_of(memory))
        return _Decided("new", page, subject, state_of(memory))

    def _stamped(self, page: Paged, subject: str) -> Memory:
        given = {name: value for name, value in page.given.items() if name not in _LINKS}
        if page.id:  # what it does not say was empty where it was written
            given = {
                **dict.fromkeys(("project", "source_tool", "source_repo", "branch", "commit"), ""),
                **given,
            }
            given.setdefault("created_at", self._now)
        draft = draft_of({**given, "content": page.content, "id": subject})
        if self._options.project or self._options.tags:
            draft = draft._replace(
                project=self._options.project or draft.project, tags=(*draft.tags, *self._options.tags)
            )
        if self._options.namespace:
            draft = draft._replace(namespace=self._options.namespace)
        memory = stamp(draft, self._defaults, self._now)
        successor = ids_in([page.given.get("superseded_by")])
        return memory._replace(
            supersedes=ids_in(page.given.get("supersedes")), superseded_by=successor[0] if successor else ""
        )

    # ── pages that are gone, and pages that are due ─────────────────────────────────────────────────────────────

    def _delete(self) -> None:
        """Delete the memories whose pages are missing, where somebody said so and nobody changed them since."""
        if not self._missing:
            return

        def plan(view: View) -> dict[str, Patch]:
            self._gone.clear()
            kept: list[Missing] = []
            for one in self._missing:
                folded = fold(view.changes_of(one.id))
                if not folded.visible:
                    continue
                if revision_of(folded) == one.revision or self._options.force:
                    self._gone.append(one.id)
                else:
                    kept.append(one)
            self._waiting = kept
            return {subject: {"deleted": True} for subject in self._gone}

        if self._options.delete_missing and not self._options.dry_run:
            author = self._engine.workspace.author
            self._engine.door.write("delete", author, plan, screened=False, batch=self._batch)
            return
        with self._engine.store.reading() as view:
            plan(view)

    def _refresh(self) -> None:
        """Write anew what was taken over, so that the next edit begins at what stands now."""
        due = [one for one in self._decided if one.outcome in {"changed", "new", "stale"}]
        taken = {one.subject for one in due}
        fresh = {one.page.path: one.subject for one in due if one.outcome == "new" or not one.page.id}
        gone = self._gone if self._options.delete_missing else ()
        refresh_pages(self._engine, manifests.tree_of(self._source.path), taken, fresh, gone)

    def _taken(self) -> Taken:
        counts = Counter(one.outcome for one in self._decided)
        namespaces = Counter(
            str((one.patch or {}).get("namespace", "")) for one in self._decided if one.outcome == "new"
        )
        asked = not self._options.delete_missing or self._options.dry_run
        waiting = [one for one in self._missing if one.id in self._gone] if asked else []
        refused = [(one.page.path, one.why) for one in self._decided if one.outcome == "refused"]
        conflicts = [(one.page.path, one.why) for one in self._decided if one.outcome == "conflict"]
        conflicts += [
            (one.path, "deleted as a page and changed here") for one in getattr(self, "_waiting", ())
        ]
        return Taken(
            self._source.name,
            self._row.name,
            self._row.kind,
            memories=counts["new"],
            changed=counts["changed"],
            known=counts["known"] + counts["stale"],
            deleted=counts["deleted"],
            erased=counts["erased"],
            gone=0 if asked else len(self._gone),
            namespaces=dict(namespaces),
            ids=[one.subject for one in self._decided if one.subject],
            refused=[*self._refused, *refused],
            conflicts=conflicts,
            missing=[(one.path, one.id) for one in waiting],
            diff=self._difference() if self._options.dry_run else "",
        )

    def _difference(self) -> str:
        """What the edits would change; a page that is new is read in its file."""
        return "".join(_diff(one) for one in self._decided if one.outcome == "changed")

    def _screen(self, state: Mapping[str, object]) -> None:
        if not self._options.allow_secret and self._engine.settings.flag("secrets.refuse"):
            refuse(state)


def _of_record(base: Memory, memory: Memory) -> Memory:
    """The text of a record is written from its fields, so those are what may be edited on its page."""
    if not is_record(base.structured) or not is_record(memory.structured):
        return memory
    if memory.structured != base.structured:
        record = record_from(memory._replace(content=""))
        return memory._replace(content=content_of(record), summary=title_of(record))
    if memory.content != base.content:
        raise InvalidInput(
            f"Memory {base.short_id} is a record; its text is made of its fields.",
            hint="Edit the fields under `structured` at the head of the page.",
        )
    return memory


def _agreed(base: Memory, memory: Memory, given: Mapping[str, object]) -> Memory:
    """The tag and the status `deprecated` go together, whichever of the two somebody took off the page."""
    if base.status != DEPRECATED or DEPRECATED not in base.tags:
        return memory
    told_tags = given.get("tags")
    kept = DEPRECATED in (told_tags if isinstance(told_tags, list | str) else ())
    if given.get("status") == DEPRECATED and kept:
        return memory
    status = memory.status if memory.status != DEPRECATED else "active"
    return memory._replace(status=status, tags=tuple(tag for tag in memory.tags if tag != DEPRECATED))


def _text(memory: Memory | None) -> str:
    return page_of(memory, "") if memory else ""


def _diff(one: _Decided) -> str:
    lines = difflib.unified_diff(
        one.before.splitlines(keepends=True),
        one.after.splitlines(keepends=True),
        one.page.path,
        one.page.path,
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)

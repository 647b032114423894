"""ContextFS, the one front door: a CLI command, an MCP tool and a web page each call one method here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, cast

from contextfs.api.commit_verbs import CommitVerbs
from contextfs.api.engine import Engine
from contextfs.api.exchange_verbs import ExchangeVerbs
from contextfs.api.fresh_verbs import FreshVerbs
from contextfs.api.hook_verbs import HookVerbs
from contextfs.api.import_verbs import ImportVerbs
from contextfs.api.inbox_verbs import InboxVerbs
from contextfs.api.index_verbs import IndexVerbs
from contextfs.api.overview_verbs import OverviewVerbs
from contextfs.api.pack_verbs import PackVerbs
from contextfs.api.session_verbs import SessionVerbs
from contextfs.api.tending_verbs import TendingVerbs
from contextfs.api.upkeep_verbs import UpkeepVerbs
from contextfs.domain.memory_types import MemoryType
from contextfs.errors import InvalidInput, MemoryNotFound
from contextfs.lazy import Later
from contextfs.settings import Settings

if TYPE_CHECKING:
    from types import TracebackType

    from contextfs.api import backups as backups_
    from contextfs.api import drafts as drafts_
    from contextfs.api import entities as entities_
    from contextfs.api import history, lookup, saving, session_saving, standing, upkeep
    from contextfs.api import models as models_
    from contextfs.api import namespaces as namespaces_
    from contextfs.api import records as records_
    from contextfs.api import why as why_
    from contextfs.api.backups import Backups
    from contextfs.api.entities import Entities
    from contextfs.api.models import Models
    from contextfs.api.namespaces import Namespaces
    from contextfs.api.records import Records
    from contextfs.capture import stamp
    from contextfs.domain.history import Erased, Revision, Undone
    from contextfs.domain.lineage import Behind, Explanation
    from contextfs.domain.memory import Draft, Memory, Saved
    from contextfs.domain.search import Answer, Scope, SearchQuery, SearchResult
    from contextfs.domain.session import Session
    from contextfs.domain.status import Links, Listing
    from contextfs.workspace import Workspace
else:  # each verb loads its own file; all of them together cost a command two bare interpreters
    drafts_, history, lookup = (Later(f"contextfs.api.{name}") for name in ("drafts", "history", "lookup"))
    saving, upkeep, backups_ = (Later(f"contextfs.api.{name}") for name in ("saving", "upkeep", "backups"))
    session_saving, standing = Later("contextfs.api.session_saving"), Later("contextfs.api.standing")
    models_, namespaces_ = Later("contextfs.api.models"), Later("contextfs.api.namespaces")
    records_ = Later("contextfs.api.records")
    why_, entities_ = Later("contextfs.api.why"), Later("contextfs.api.entities")
    stamp = Later("contextfs.capture.stamp")

Progress = Callable[[int, int], None]
Moment = datetime | str


def _directory(given: object) -> str | None:
    """The path of a data directory; None takes the one of the settings."""
    path = os.fspath(cast("os.PathLike[str]", given)) if isinstance(given, os.PathLike) else given
    if path is None or (isinstance(path, str) and "\0" not in path):
        return path or None
    raise InvalidInput(f"data_dir is {given!r}; it must be a path.", hint="Give a text or a pathlib.Path.")


def _id(given: Memory | str) -> str:
    """The id that somebody means by a memory, or by its id."""
    return given if isinstance(given, str) else str(getattr(given, "id", given))


class ContextFS(
    SessionVerbs,
    ExchangeVerbs,
    ImportVerbs,
    IndexVerbs,
    FreshVerbs,
    TendingVerbs,
    PackVerbs,
    InboxVerbs,
    OverviewVerbs,
    HookVerbs,
    UpkeepVerbs,
    CommitVerbs,
):
    """The memories of one data directory, seen from one place.

    Everything is optional: the data directory comes from the settings, the namespace from the git repository of the
    current directory. The store is opened at its first use; one object may be used from many threads.
    """

    def __init__(
        self,
        data_dir: str | os.PathLike[str] | None = None,
        namespace: str | None = None,
        source_tool: str | None = None,
        *,
        cwd: str = "",
        client: str = "",
        surface: str = "python",
        settings: Settings | None = None,
    ) -> None:
        self._engine = Engine(
            settings or Settings(data_dir=_directory(data_dir)),
            cwd=str(cwd),
            namespace=namespace or "",
            tool=source_tool or "",
            client=client,
            surface=surface,
        )

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._engine.settings

    @property
    def workspace(self) -> Workspace:
        """Where we are: namespace, repository, branch, project, source tool and author."""
        return self._engine.workspace

    def look_again(self) -> None:
        """Notice a branch, a commit or a setting changed since; for a long-lived process to call between requests."""
        self._engine.look_again()

    @cached_property
    def namespaces(self) -> Namespaces:
        """List, rename and merge namespaces."""
        return namespaces_.Namespaces(self._engine)

    @cached_property
    def models(self) -> Models:
        """List, install and choose embedding providers."""
        return models_.Models(self._engine)

    @cached_property
    def backups(self) -> Backups:
        """Create and restore backups."""
        return backups_.Backups(self._engine)

    @cached_property
    def records(self) -> Records:
        """Save, change and list records: memories with the typed fields of a phase of work."""
        return records_.Records(self._engine)

    @cached_property
    def entities(self) -> Entities:
        """The named things that memories are about: list, show, merge and rename them."""
        return entities_.Entities(self._engine)

    # ── capture ─────────────────────────────────────────────────────────────────────────────────────────────────

    def save(
        self,
        content: str = "",
        type: MemoryType | str = MemoryType.FACT,
        tags: Sequence[str] | str | None = None,
        summary: str | None = None,
        project: str | None = None,
        metadata: Mapping[str, object] | None = None,
        *,
        save_session: Session | str | None = None,
        label: str | None = None,
        allow_secret: bool = False,
        **more: object,
    ) -> Memory:
        """Save a memory and return it; the same text in the same namespace returns the one that is there.

        `save_session="current"`, or the id or label of one, ends that session under `label` and saves its summary.
        `more` takes the other fields of a Draft: namespace, files, source_tool, source_repo, session_id, status,
        owner, review_at, expires_at, structured, created_at and so on. Raises InvalidInput, SecretRefused, StoreError.
        """
        fields = {
            "type": type,
            "tags": tags,
            "summary": summary,
            "project": project,
            "metadata": metadata,
            **more,
        }
        draft = drafts_.draft_of({"content": content, **fields})
        if save_session:
            return session_saving.save(
                self._engine, save_session, draft, label=label, allow_secret=allow_secret
            )
        if label is not None:
            raise InvalidInput("A label names a session.", hint='Give save_session="current" as well.')
        return saving.put(self._engine, draft, allow_secret=allow_secret).memory

    def put(self, draft: Draft, *, allow_secret: bool = False) -> Saved:
        """Save a draft and say whether it was new, what is similar to it and what would make it better."""
        return saving.put(self._engine, drafts_.draft_of(draft), allow_secret=allow_secret)

    def save_many(
        self,
        drafts: Iterable[Draft | Memory | Mapping[str, object] | str],
        *,
        allow_secret: bool = False,
        progress: Progress | None = None,
    ) -> list[Memory]:
        """Save many memories as one action; all are checked before the first is written."""
        given = drafts_.drafts_of(drafts)
        return saving.put_many(self._engine, given, allow_secret=allow_secret, progress=progress)

    def update(
        self,
        memory_id: Memory | str,
        content: str | None = None,
        *,
        allow_secret: bool = False,
        **fields: object,
    ) -> Memory:
        """Change fields of a memory and return it; what is not named stays, an empty text clears.

        Fields are those of `Edit`: type, tags, add_tags, remove_tags, summary, project, namespace, metadata, status,
        files, source_tool, source_repo, owner, review_at, expires_at, structured. Raises MemoryNotFound, InvalidInput.
        """
        edit = drafts_.edit_of({"content": content, **fields})
        name = _id(memory_id)
        return saving.edit(self._engine, "update", {name: edit}, allow_secret=allow_secret)[name]

    def delete(self, memory_id: Memory | str) -> Memory:
        """Delete a memory and return what it was; `undo` and `restore` bring it back, `erase` removes its history."""
        return saving.delete(self._engine, "delete", [_id(memory_id)])[0]

    def supersede(self, old: Memory | str, new: Memory | str) -> Memory:
        """Say that one memory replaces another, which stays readable and ranks below; returns the new one."""
        return upkeep.supersede(self._engine, _id(old), _id(new))

    def deprecate(self, memory_id: Memory | str, see: Memory | str | None = None) -> Memory:
        """Mark a memory as outdated, with the one to read instead; returns it."""
        return upkeep.deprecate(self._engine, _id(memory_id), see and _id(see))

    def archive(self, memory_id: Memory | str) -> Memory:
        """Take a memory out of search until its status is asked for; returns it."""
        name = _id(memory_id)
        return saving.edit(self._engine, "archive", {name: stamp.Edit(status="archived")})[name]

    def cleanup(
        self,
        older_than: float,
        type: MemoryType | str | None = None,
        *,
        dry_run: bool = False,
        namespace: str | None = None,
        all: bool = False,
    ) -> list[Memory]:
        """Delete the memories created more than so many days ago, as one action that `undo` takes back."""
        scope = self.scope(namespace=namespace or (None if all else self.workspace.namespace), all=all)
        return upkeep.cleanup(self._engine, older_than, type, scope, dry_run=dry_run)

    # ── search ──────────────────────────────────────────────────────────────────────────────────────────────────

    def search(
        self,
        query: str = "",
        type: MemoryType | str | Sequence[str] | None = None,
        project: str | None = None,
        source_tool: str | None = None,
        source_repo: str | None = None,
        tags: Sequence[str] | str | None = None,
        metadata_filter: Mapping[str, object] | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int | None = None,
        min_relevance: float | None = None,
        **more: object,
    ) -> list[SearchResult]:
        """The memories that answer a query, most relevant first; an empty query lists by recency.

        `more` takes status, namespace, all, as_of, author, branch, session_id and offset. Memories of unmerged branches
        come last, those of other working trees not at all, unless branch="any". Raises InvalidInput.
        """
        filters = {"type": type, "project": project, "source_tool": source_tool, "source_repo": source_repo}
        filters |= {"tags": tags, "metadata": metadata_filter, "since": since, "until": until}
        return list(
            self.ask(self._query(query, limit, min_relevance=min_relevance, **filters, **more)).results
        )

    def ask(self, query: SearchQuery, *, noted: bool = True) -> Answer:
        """Answer a query with everything a surface needs to say about it; `noted` unless somebody is still typing."""
        answer = standing.ask(self._engine, query)
        if noted and query.text.strip():
            self._engine.shown("found", [one.memory for one in answer.results])
        return answer

    def scope(
        self, *, namespace: str | None = None, project: str = "", source_repo: str = "", all: bool = False
    ) -> Scope:
        """The namespaces that a query sees: the current and the global one, unless something else is named."""
        return lookup.scope_of(
            self._engine, namespace=namespace, project=project, source_repo=source_repo, everywhere=all
        )

    def listing(self, query: SearchQuery, *, counted: bool = True) -> Listing:
        """Memories by time, newest first, with how many there are in all, unless they need not be `counted`."""
        return standing.listing(self._engine, query, counted=counted)

    def list_recent(
        self,
        type: MemoryType | str | Sequence[str] | None = None,
        source_repo: str | None = None,
        limit: int = 20,
        **filters: object,
    ) -> list[Memory]:
        """The newest memories; takes the same filters as `search`."""
        return list(
            self.listing(self._query("", limit, type=type, source_repo=source_repo, **filters)).memories
        )

    def _query(self, text: str, limit: int | None, **given: object) -> SearchQuery:
        most = int(self.settings.number("search.limit")) if limit is None else limit
        return drafts_.query_of(text, most, given, self.scope)

    def recall(self, memory_id: Memory | str) -> Memory:
        """The memory of this id, or of a unique prefix of it; raises MemoryNotFound, AmbiguousId."""
        with self._engine.store.reading() as view:
            memory = cast("Memory", view.memory(view.resolve(_id(memory_id))))
        self._engine.shown("recalled", [memory])
        return memory

    def get(self, memory_id: Memory | str) -> Memory | None:
        """The memory of this id, or None."""
        try:
            return self.recall(memory_id)
        except MemoryNotFound:
            return None

    def links(self, memory_id: str) -> Links:
        """What a memory names and which memories it is connected with."""
        return lookup.links(self._engine, memory_id)

    # ── lineage ─────────────────────────────────────────────────────────────────────────────────────────────────

    def why(self, place: str, limit: int = 10) -> Explanation:
        """Why code is as it is: the memories and commits behind ``path``, ``path:12-30`` or ``path::symbol``."""
        return why_.why(self._engine, place, limit)

    def about_file(self, path: str, limit: int = 10) -> list[Behind]:
        """The memories that are attached to a file or folder, name it, or name what it defines, surest first."""
        return list(why_.about_file(self._engine, path, limit).memories)

    # ── history ─────────────────────────────────────────────────────────────────────────────────────────────────

    def history(self, memory_id: str) -> list[Revision]:
        """The revisions of a memory, oldest first; deleted memories have theirs too."""
        return history.history(self._engine, memory_id)

    def log(self, limit: int = 20) -> list[Revision]:
        """The latest changes of all memories, newest first."""
        return history.log(self._engine, limit)

    def diff(self, memory_id: str, at: str | int | None = None) -> str:
        """What a revision changed, as a unified diff; the last one unless `at` names another."""
        return history.diff(self._engine, memory_id, at)

    def restore(self, memory_id: str, at: str | int | None = None) -> Memory:
        """Make a memory what it was at a revision; without one, undelete it or go back by one."""
        return history.restore(self._engine, memory_id, at)

    def undo(self) -> Undone:
        """Take back the last thing done on this device; what somebody changed since is left alone and named."""
        return history.undo(self._engine)

    def erase(self, memory_id: str) -> Erased:
        """Remove a memory or a session and its history for ever, and look again whether anything of it is left."""
        erased = history.erase(self._engine, memory_id)
        left = self._forget_page(erased.id)
        return erased._replace(found=[*erased.found, *left]) if left else erased

    # ── upkeep ──────────────────────────────────────────────────────────────────────────────────────────────────

    def close(self) -> None:
        """Close the store; the object may be used again and then opens it anew."""
        self._stop_indexing()
        self._engine.store.close()
        self._mirror_later()

    def __enter__(self) -> ContextFS:
        """Use as a context manager that closes the store."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

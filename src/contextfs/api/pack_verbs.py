"""The verbs that put memories into a prompt or a document: context packs, onboarding, code review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import onboarding, packing, reviewing
    from contextfs.api.engine import Engine
    from contextfs.domain.onboarding import Onboarding
    from contextfs.domain.pack import ContextPack
    from contextfs.domain.review import Review
    from contextfs.domain.session import Session
else:
    packing, reviewing = Later("contextfs.api.packing"), Later("contextfs.api.reviewing")
    onboarding = Later("contextfs.api.onboarding")


class PackVerbs:
    """What a ContextFS hands to a model, or to a person who is new."""

    _engine: Engine

    def context(
        self,
        task: str = "",
        *,
        budget: int = 2000,
        files: Sequence[str] | str = (),
        session: Session | str | None = None,
        exclude: Mapping[str, str] | Iterable[str] = (),
        min_relevance: float | None = None,
        quick: bool = False,
    ) -> ContextPack:
        """The memories that a task needs, in a text of at most so many tokens, which is empty where none is relevant.

        `files` are what the task is about; without a task and files it is what `session_start` gives. Memories saved in
        `session` and those in `exclude` are left out; as a mapping of ids to content hashes, only while they say the
        same. With `quick` no model is loaded and nothing that is due is made up for. Raises InvalidInput.
        """
        return packing.context(
            self._engine,
            task,
            budget,
            files=files,
            session=session,
            exclude=exclude,
            min_relevance=min_relevance,
            quick=quick,
        )

    def session_start(
        self,
        *,
        budget: int = 1000,
        session: Session | str | None = None,
        exclude: Mapping[str, str] | Iterable[str] = (),
        quick: bool = False,
    ) -> ContextPack:
        """What a session should know from its beginning: how the last one ended, decisions, tasks, what changed."""
        return packing.context(self._engine, "", budget, session=session, exclude=exclude, quick=quick)

    def pr(self, span: str = "", limit: int = 15) -> Review:
        """The memories that matter to a change, for its review, in sections by why they do.

        `span` is ``BASE..HEAD``; by default all that goes beyond the default branch, committed or not.
        """
        return reviewing.review(self._engine, span, limit)

    def onboard(self, project: str = "") -> Onboarding:
        """What somebody who is new should know in five days, as values and as one Markdown document."""
        return onboarding.onboard(self._engine, project)

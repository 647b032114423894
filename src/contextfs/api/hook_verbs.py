"""The verbs that switch capture and injection off and on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import pausing
    from contextfs.api.engine import Engine
    from contextfs.api.pausing import Pause
else:
    pausing = Later("contextfs.api.pausing")


class HookVerbs:
    """What a ContextFS can do with what happens behind somebody's back."""

    _engine: Engine

    def pause(self, lasting: str | float | None = None, *, repo: bool = False) -> Pause:
        """Capture nothing and put nothing into prompts, everywhere or in this repository, until `resume` or for a time.

        `lasting` is seconds, or a text such as ``2h``. What somebody saves or asks for goes on. Raises InvalidInput.
        """
        where = self._engine.settings.data_dir, self._engine.workspace.cwd
        return pausing.pause(*where, repo=repo, lasting=lasting)

    def resume(self, *, repo: bool = False) -> list[Pause]:
        """Capture and inject again; returns the pauses that end with it, with `repo` only that of this repository."""
        return pausing.resume(self._engine.settings.data_dir, self._engine.workspace.cwd, repo=repo)

    def pauses(self) -> list[Pause]:
        """The pauses that hold here."""
        return pausing.pauses(self._engine.settings.data_dir, self._engine.workspace.cwd)

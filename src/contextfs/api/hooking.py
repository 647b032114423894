"""Hooking: what is done when a host says that a session began, a prompt came, a tool ran or a turn ended.

It stands on the path of every prompt, so nothing here waits: a store that is locked is read and not written to, one
that is missing or of another version is left alone, and nothing is asked of a model.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from contextfs.api.engine import Engine
from contextfs.api.pausing import paused
from contextfs.domain.digest import digest
from contextfs.domain.fence import CLOSE, without_fences
from contextfs.errors import ContextFSError
from contextfs.lazy import Later
from contextfs.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contextfs.api import capturing, packing, touching
    from contextfs.domain.pack import ContextPack
else:  # each event needs one of them
    packing, touching = Later("contextfs.api.packing"), Later("contextfs.api.touching")
    capturing = Later("contextfs.api.capturing")

SURFACE = "hook"
LONGEST = 8_000
"""Characters that every host takes whole."""
TOOLS = (
    "The tools contextfs_search and contextfs_save find more and keep what is settled; where they are not listed,"
    " search for them."
)
_TASK = 4_000
"""Characters of a prompt that are looked for: its beginning and its end, between which people paste."""


class Injected(NamedTuple):
    """What is to be put before the model."""

    text: str
    session: str
    used: tuple[tuple[str, str, int], ...] = ()
    """(memory id, hash of its text, tokens) of what is in it."""


class Hooks:
    """What the events of one host in one directory do."""

    def __init__(self, cwd: str, tool: str, *, patience: float | None) -> None:
        self._settings = Settings()
        self._engine = Engine(self._settings, cwd=cwd, tool=tool, surface=SURFACE, patience=patience)
        self._cwd, self._tool = cwd, tool

    @property
    def is_paused(self) -> bool:
        """Whether somebody has switched capture and injection off."""
        return paused(self._settings.data_dir, self._cwd)

    def session(self, name: str) -> str:
        """The id that a session of the host has here; an import of its transcript gives it the same one."""
        return digest(f"session\0{self._tool}\0{name}")[:32] if name else ""

    # ── before the model ────────────────────────────────────────────────────────────────────────────────────────

    def at_start(self, session: str, *, anew: bool) -> Injected | None:
        """What a session starts with; `anew` where it has lost what it was given, as after a compaction."""
        if anew:
            self.forget_given(session)
        found = self._inject("", session)
        return found and found._replace(text=_with_tools(found.text))

    def at_prompt(self, prompt: str, session: str) -> Injected | None:
        """What is known about a prompt and was not given in this session yet."""
        task = without_fences(prompt).strip()  # a few hosts show us again what we gave them
        if len(task) > _TASK:
            task = f"{task[: _TASK // 2]}\n{task[-_TASK // 2 :]}"
        return self._inject(task, session) if task else None

    def _inject(self, task: str, session: str) -> Injected | None:
        if not self._settings.flag("hook.inject") or not os.path.exists(self._engine.store.path):
            return None
        given = self._engine.usage.given(session)
        budget = int(self._settings.number("hook.budget"))
        pack: ContextPack = packing.build(
            self._engine,
            task,
            budget,
            session=session or None,
            exclude=given,
            quick=True,
            share=packing.UNASKED,
        )
        if not pack.text:
            return None
        used = tuple((one.id, one.content_hash, one.tokens) for one in (*pack.items, *pack.named))
        return Injected(pack.text, session, used)

    def given(self, injected: Injected) -> None:
        """Note that this has reached the host."""
        self._engine.usage.note_sized("injected", injected.used, injected.session)

    def forget_given(self, session: str) -> None:
        """Note that a session may be given everything again."""
        if session and os.path.isdir(self._settings.data_dir):
            self._engine.usage.forget_given(session)

    # ── capture ─────────────────────────────────────────────────────────────────────────────────────────────────

    def touched(self, session: str, tool: str, arguments: Mapping[str, object] | str) -> None:
        """Note the files that a tool call changed."""
        if session and self._captures and os.path.exists(self._engine.store.path):
            touching.note(self._engine, session, tool, arguments)

    def capture(self, transcript: str, *, seconds: float) -> str:
        """Take in what is new in the transcript; returns the id of its session, empty where there is none."""
        if not self._captures:
            return ""
        done = capturing.capture(self._engine, self._tool, transcript, seconds=seconds)
        if done.messages:
            capturing.recognise(self._engine, done.session)
        return done.session

    @property
    def _captures(self) -> bool:
        return self._settings.flag("hook.capture")

    def over(self, session: str) -> None:
        """The session is over; nobody waits for what is done then."""
        if session:
            capturing.finish(self._engine, session)
        capturing.tidy(self._engine)

    def upgrade(self) -> None:
        """Bring a store of an older version up to date, while nobody waits."""
        try:
            with self._engine.store.reading():
                pass
        except ContextFSError:
            return

    def close(self) -> None:
        """Close the store."""
        self._engine.store.close()


def _with_tools(text: str) -> str:
    """The pack with the names of the tools, which some hosts do not list before somebody looks for them."""
    longer = text.replace(CLOSE, f"\n{TOOLS}\n{CLOSE}")
    return longer if len(longer) <= LONGEST else text

"""Engine: the rooms that one ContextFS is wired from, opened when they are first needed."""

from __future__ import annotations

import contextlib
import os
from functools import cached_property
from typing import TYPE_CHECKING

from contextfs.capture.embedder import Embedder
from contextfs.domain.clock import Timestamp, now_micros
from contextfs.domain.namespaces import GLOBAL
from contextfs.domain.recorder import CLIENT, Recorder
from contextfs.embedding.provider import ProviderSettings
from contextfs.errors import StoreError
from contextfs.lazy import Later
from contextfs.settings import Settings
from contextfs.store.store import Store
from contextfs.workspace import Workspace, locate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contextfs.api import usage as usage_
    from contextfs.api.usage import Ledger
    from contextfs.capture import door as door_
    from contextfs.capture import stamp
    from contextfs.capture.door import Door
    from contextfs.domain.memory import Memory
else:  # what only a write needs, and what only a note needs
    usage_ = Later("contextfs.api.usage")
    door_, stamp = Later("contextfs.capture.door"), Later("contextfs.capture.stamp")


class Engine:
    """Settings, workspace, store, embedder and write door of one ContextFS."""

    def __init__(
        self,
        settings: Settings,
        *,
        cwd: str,
        namespace: str = "",
        tool: str = "",
        client: str = "",
        surface: str,
        patience: float | None = None,
    ) -> None:
        self.settings = settings
        self.store = Store(settings.data_dir, patience=patience)
        self._where = (cwd, namespace, tool, client, surface)
        self.client = ""
        """What records through this object; a server that serves several says so call by call."""
        self.began: dict[str, str] = {}
        """Recording client -> id of the session that it has begun through this object."""

    @property
    def recorder(self) -> Recorder:
        """Whose session is the current one."""
        here, client = self.workspace, CLIENT.get() or self.client
        return Recorder(here.namespace, here.tool, client, self.began.get(client, ""))

    def shown(self, kind: str, memories: Sequence[Memory]) -> None:
        """Note in the usage ledger that memories were shown to whoever is served; never fails."""
        if memories:
            self.usage.note(kind, memories, self.began.get(CLIENT.get() or self.client, ""))

    def idle_since(self) -> int:
        """The moment, in microseconds, before which a session without a message counts as over."""
        return now_micros() - int(self.settings.number("session.idle") * 3_600_000_000)

    @cached_property
    def workspace(self) -> Workspace:
        """Where we are."""
        cwd, namespace, tool, client, surface = self._where
        return locate(
            self.settings,
            cwd,
            namespace=namespace,
            tool=tool,
            client=client,
            surface=surface,
            cache=_Remembered(self.store),
        )

    @cached_property
    def former_namespaces(self) -> tuple[str, ...]:
        """The namespaces this repository had before it got a first commit or another remote."""
        here = self.workspace
        if not here.identity:
            return ()
        key = f"namespaces:{here.identity}"
        known = self.store.remembered(key).split()
        if here.namespace not in known:
            with contextlib.suppress(StoreError):  # a store that cannot be written to can still be searched
                self.store.remember(key, " ".join((*known, here.namespace)))
        return tuple(name for name in known if name != here.namespace)

    def namespaces_at(self, directory: str) -> tuple[str, ...]:
        """The namespaces that a query sees from another directory: its own, those it had before, and the global one."""
        _, namespace, tool, client, surface = self._where
        known = _Remembered(self.store)
        there = locate(
            self.settings,
            directory,
            namespace=namespace,
            tool=tool,
            client=client,
            surface=surface,
            cache=known,
        )
        former = self.store.remembered(f"namespaces:{there.identity}").split() if there.identity else ()
        return tuple(dict.fromkeys((there.namespace, *former, GLOBAL)))

    @cached_property
    def usage(self) -> Ledger:
        """What was put in front of somebody."""
        return usage_.Ledger(self.settings, self.store.usage)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding provider in use."""
        return Embedder(self.provider_settings)

    @property
    def provider_settings(self) -> ProviderSettings:
        """What the providers of the chain are built from."""
        settings, models = self.settings, os.path.join(self.settings.data_dir, "models")
        return ProviderSettings(
            cache_directory=os.path.join(self.settings.data_dir, "cache"),
            models_directory=models,
            choice=settings.text("embedding.provider"),
            url=settings.text("embedding.url"),
            model=settings.text("embedding.model"),
            api_key=settings.text("embedding.api_key"),
            timeout=settings.number("embedding.timeout"),
        )

    @cached_property
    def door(self) -> Door:
        """The way to write."""
        return door_.Door(self.store, self.embedder.at_save)

    @property
    def defaults(self) -> stamp.Defaults:
        """What a draft leaves out."""
        here = self.workspace
        _ = self.former_namespaces  # what is saved now must be found when the repository has got another name
        return stamp.Defaults(
            namespace=here.namespace,
            project=here.project,
            source_tool=here.tool,
            source_repo=here.repo,
            branch=here.branch,
            commit=here.commit,
            author=here.author,
            device=self.store.device,
        )

    def look_again(self) -> None:
        """Notice what changed outside: the branch, a commit, a setting, a model that was installed meanwhile."""
        self.__dict__.pop("workspace", None)
        self.__dict__.pop("former_namespaces", None)
        before = self.provider_settings
        self.settings.reload()
        if self.provider_settings != before or self.embedder.better_than_chosen():
            self.forget_provider()

    def forget_provider(self) -> None:
        """Choose the provider anew, after a setting or a model has changed."""
        self.__dict__.pop("embedder", None)
        self.__dict__.pop("door", None)


class _Remembered:
    """The workspace's cache, kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, key: str) -> str | None:
        """What was kept under this key."""
        return self._store.remembered(key) or None

    def put(self, key: str, value: str) -> None:
        """Keep a value, unless the store cannot be written to now; it is then worked out again the next time."""
        with contextlib.suppress(StoreError):
            self._store.remember(key, value)


def now() -> Timestamp:
    """This moment."""
    return Timestamp.from_micros(now_micros())

"""The inbox as ContextFS has it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import inbox as inbox_
    from contextfs.api.engine import Engine
    from contextfs.api.inbox import Inbox
else:
    inbox_ = Later("contextfs.api.inbox")


class InboxVerbs:
    """What waits for an answer."""

    _engine: Engine

    @cached_property
    def inbox(self) -> Inbox:
        """List, accept and reject what was recognised in conversations as worth remembering."""
        return inbox_.Inbox(self._engine)

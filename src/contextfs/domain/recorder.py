"""Recorder: who asks for the session that is going on; light, since every save asks."""

from __future__ import annotations

from contextvars import ContextVar
from typing import NamedTuple

CLIENT: ContextVar[str] = ContextVar("client", default="")
"""The process that is recorded, where one server serves several; "" takes whatever session is going on."""


class Recorder(NamedTuple):
    """Whose session is the current one."""

    namespace: str
    tool: str
    client: str = ""
    """The recording process; where it is named, only its own sessions are current."""
    session: str = ""
    """The id of the session that it has begun itself, which comes first."""

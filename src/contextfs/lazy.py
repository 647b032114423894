"""Modules that are loaded when they are first used, so that a command pays only for the verb it carries out."""

from __future__ import annotations

from importlib import import_module


class Later:
    """Stands for a module and loads it at the first look into it.

    Written beside a real import under TYPE_CHECKING, so that type checkers and the layer check see the truth:

        if TYPE_CHECKING:
            from contextfs.api import history
        else:
            history = Later("contextfs.api.history")
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> object:
        """The attribute of the module, kept here for the next time."""
        found = self.__dict__[attribute] = getattr(import_module(self._name), attribute)
        return found

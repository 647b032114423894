"""An error as the model shall read it: what was wrong and what it can do about it, in terms of its tools."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from inspect import signature
from typing import Any

from contextfs.errors import ContextFSError, InvalidInput, MemoryNotFound, NamespaceNotFound, SecretRefused

_HINTS: Mapping[type[ContextFSError], str] = {
    MemoryNotFound: "Find its id with contextfs_search or contextfs_list; all=true looks in every namespace.",
    NamespaceNotFound: "contextfs_list with all=true shows memories with their namespaces.",
    SecretRefused: "Replace the secret by a reference to where it is kept and call again. Only the user can allow it,"
    " with: contextfs save --allow-secret",
}


def explained(error: ContextFSError) -> str:
    """What went wrong and what to do next."""
    hint = _HINTS.get(type(error), error.hint)
    if hint == InvalidInput.hint:  # it names a command's help, which says nothing about a tool
        hint = ""
    return " ".join(part for part in (error.message, hint) if part)


def bad_arguments(tool: str, problems: Iterable[Mapping[str, Any]]) -> str:
    """Which arguments of a call cannot be used, and why."""
    told = "; ".join(f"{_place(problem['loc'])}: {_reason(problem)}" for problem in problems)
    return f"{tool} cannot use these arguments: {told}."


def unknown_arguments(tool: str, unknown: Iterable[str], known: Iterable[str]) -> str:
    """Which arguments of a call do not exist, and which do."""
    return f"{tool} has no argument {', '.join(map(repr, unknown))}. It takes: {', '.join(known)}."


def bad_prompt(name: str, given: Collection[str], known: Mapping[str, Callable[..., object]]) -> str:
    """Why a prompt cannot be filled in: there is none of this name, or its arguments are others; empty if neither."""
    if name not in known:
        return f"There is no prompt {name!r}. There are: {', '.join(known)}."
    arguments = signature(known[name]).parameters
    unknown = [one for one in given if one not in arguments]
    if unknown:
        return unknown_arguments(f"The prompt {name}", unknown, arguments)
    missing = [one for one, row in arguments.items() if row.default is row.empty and one not in given]
    return f"The prompt {name} needs {' and '.join(missing)}." if missing else ""


def unusable_answer(tool: str) -> str:
    """What to say when the client's answer to a question does not fit the question."""
    return (
        f"{tool} asked the user, and the client answered with something that does not fit the question; nothing was"
        " done. Ask the user to run it on the command line."
    )


def broken(tool: str, log: str) -> str:
    """What to say when the fault is ours."""
    return f"{tool} failed by a fault of contextfs, not of your arguments; nothing more is known here. Log: {log}"


def _place(loc: Iterable[object]) -> str:
    return ".".join(map(str, loc)) or "arguments"


def _reason(problem: Mapping[str, Any]) -> str:
    message = str(problem["msg"])
    message = message[:1].lower() + message[1:]
    if problem["type"] == "missing":
        return "required"
    shown = repr(problem.get("input"))
    return f"{message}, not {shown if len(shown) <= 60 else shown[:57] + '...'}"

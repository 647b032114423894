"""Whether an installation works, found out by doing what the host would do.

The configured server is started and asked for its tools; the configured hook commands get an event to answer, on a
store of their own that is thrown away. What is tried is what stands in the files, not what we would write there.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from contextfs.api import ContextFS
from contextfs.errors import ContextFSError, InvalidInput
from contextfs.integrations.install import applying, jsonc, plugins, scripts
from contextfs.integrations.install.hooks import elsewhere
from contextfs.integrations.install.host import Host
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.planning import commands_of, holds, ours
from contextfs.integrations.install.wanted import NAME, Item, Member, Script, Table, Wanted, Whole

SERVER_SECONDS, HOOK_SECONDS = 30, 15
_PAUSE = 0.25
_PATIENT = 10_000
"""Milliseconds that a hook may take while it is tried: whether it is quick is not what is asked here."""


class Finding(NamedTuple):
    """One thing that was tried."""

    host: str
    what: str
    works: bool
    detail: str


def check(host: Host, place: Place, scope: str) -> list[Finding]:
    """Everything that can be tried of one host; empty when contextfs is not installed there."""
    found: list[Finding] = []
    for wanted in host.wanted(place, scope):
        try:
            text = applying.read(wanted.path)
            if text is None or NAME not in text or not _mentioned(text, wanted):
                found += [Finding(host.name, wanted.path, False, "has no entry of contextfs")] * (
                    not wanted.only_if_there
                )
                continue
            if not holds(text, wanted):
                found.append(
                    Finding(host.name, wanted.path, True, "differs from what `contextfs install` would write")
                )
            found += _tried(host, wanted, text, place)
        except ContextFSError as error:
            found.append(Finding(host.name, wanted.path, False, error.message))
    if all(each.detail == "has no entry of contextfs" for each in found):
        return []
    twice = plugins.is_enabled(host, place)
    return [*found, Finding(host.name, host.title, False, plugins.TWICE)] if twice else found


def _mentioned(text: str, wanted: Wanted) -> bool:
    """Whether anything of ours stands in a file."""
    if isinstance(wanted.entries[0], Script):
        return bool(scripts.lines_in(text))
    return any(True for _ in _entries(text, wanted))


def _entries(text: str, wanted: Wanted) -> Iterable[tuple[str, object]]:
    """What stands in a file of ours: ("server", its entry) and ("hook", its command), one for each event."""
    if wanted.path.endswith(".toml"):
        values: Mapping[str, object] = _toml(text, wanted.path)
    else:
        values = jsonc.Document(text, wanted.path).value
    for entry in wanted.entries:
        if isinstance(entry, Member | Table):
            there = jsonc.value_at(values, entry.path)
            yield from [("server", there)] if isinstance(there, dict) else []
        elif isinstance(entry, Item):
            for command in ours(jsonc.value_at(values, entry.path)):
                yield "hook", command
        elif isinstance(entry, Whole):
            for command in commands_of(values):
                yield "hook", command


def _toml(text: str, path: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{path} is not valid TOML: {error}.") from None


def _tried(host: Host, wanted: Wanted, text: str, place: Place) -> list[Finding]:
    if isinstance(wanted.entries[0], Script):
        return [_script(host, wanted.path, scripts.lines_in(text))]
    found: list[Finding] = []
    for kind, entry in _entries(text, wanted):
        if kind == "server":
            words, environ = _words(cast("Mapping[str, object]", entry))
            works, detail = tools_of(words, {**os.environ, **environ}, place.project)
            found.append(Finding(host.name, f"{' '.join(words)} as {NAME}", works, detail))
        elif not cast("str", entry).startswith("& "):  # the same command, for PowerShell
            works, detail = _hook(cast("str", entry), place)
            found.append(Finding(host.name, cast("str", entry), works, detail))
    return found


def _words(entry: Mapping[str, object]) -> tuple[list[str], dict[str, str]]:
    """The words and the environment by which an entry starts its server."""
    command = entry.get("command")
    words = (
        [str(w) for w in cast("list[object]", command)] if isinstance(command, list) else [str(command or "")]
    )
    arguments = entry.get("args")
    words += [str(w) for w in cast("list[object]", arguments)] if isinstance(arguments, list) else []
    environ = entry.get("env") or entry.get("environment")
    pairs: Mapping[str, object] = cast("Mapping[str, object]", environ) if isinstance(environ, dict) else {}
    return words, {name: str(value) for name, value in pairs.items()}


_ASKED = (
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "contextfs-install-check", "version": "1"},
        },
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
)


def tools_of(words: Sequence[str], environ: Mapping[str, str], cwd: str) -> tuple[bool, str]:
    """Start a server as a host does and ask for its tools; whether it answered, and what."""
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            cwd=cwd,
        )
    except (OSError, ValueError) as error:
        return False, f"cannot be started: {getattr(error, 'strerror', None) or error}"
    timer = threading.Timer(SERVER_SECONDS, process.kill)
    timer.start()
    try:
        tools = _asked(process)
    except (OSError, ValueError):
        tools = None
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        _close(process)
    if tools is None:
        return False, "started, but did not list its tools"
    return True, f"starts and offers {len(tools)} tools"


def _close(process: subprocess.Popen[bytes]) -> None:
    """Close our ends of the pipes of a process that has ended."""
    for stream in (process.stdin, process.stdout):
        try:
            if stream:
                stream.close()
        except OSError:
            continue  # what was not yet written is lost with the process


def _asked(process: subprocess.Popen[bytes]) -> list[object] | None:
    """The tools that a server lists, or None."""
    if process.stdin is None or process.stdout is None:
        return None
    for message in _ASKED:
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()
        if "id" not in message:
            continue
        answer: object = {}
        while not isinstance(answer, dict) or cast("dict[str, object]", answer).get("id") != message["id"]:
            line = process.stdout.readline()
            if not line:
                return None
            answer = json.loads(line)
        result = cast("dict[str, object]", answer).get("result")
        tools = cast("dict[str, object]", result).get("tools") if isinstance(result, dict) else None
        if isinstance(tools, list):
            return cast("list[object]", tools)
    return None


_SAMPLE = "Decided to try an installation by doing what its host does, because a file that looks right proves little."
_STARTS = "hook session-start"
"""The event at which every host that has hooks puts text before the model."""


def _hook(command: str, place: Place) -> tuple[bool, str]:
    """Run a hook command by the shell with a small event; whether it answered as hooks must, and what."""
    with tempfile.TemporaryDirectory(prefix="contextfs-check-", ignore_cleanup_errors=True) as folder:
        data = os.path.join(folder, "data")
        if _STARTS in command:
            with ContextFS(data_dir=data, cwd=folder) as ctx:
                ctx.save(_SAMPLE, type="decision")
        try:
            done = _run(elsewhere(command), folder, data, place)
        except subprocess.TimeoutExpired:
            return False, f"did not end within {HOOK_SECONDS} seconds"
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return False, f"ended with code {done.returncode}: {said[-1] if said else 'no message'}"
    try:
        answer = json.dumps(json.loads(done.stdout or b"{}"))
    except ValueError:
        return False, "printed something that is no JSON"
    if _STARTS not in command:
        return True, "runs"
    found = _SAMPLE in answer
    return found, "puts memories before the model" if found else "runs, but puts no memory before the model"


def _run(command: str, folder: str, data: str, place: Place) -> subprocess.CompletedProcess[bytes]:
    event = {
        "session_id": "contextfs-install-check",
        "cwd": folder,
        "prompt": "Is this installation right?",
        "source": "startup",
    }
    patient = {"CONTEXTFS_DATA_DIR": data, "CONTEXTFS_HOOK_DEADLINE": str(_PATIENT)}
    return subprocess.run(  # noqa: S602 - a host runs it by the shell, too, from the same file
        command,
        shell=True,
        input=json.dumps(event).encode(),
        capture_output=True,
        cwd=place.project,
        env={**os.environ, **patient},
        timeout=HOOK_SECONDS,
        check=False,
    )


def _script(host: Host, path: str, lines: str) -> Finding:
    """Run our lines of a hook of git, and what they start, in a repository that is thrown away."""
    if not os.access(path, os.X_OK):
        return Finding(host.name, path, False, "is not executable, so git does not run it")
    if "post-commit" not in os.path.basename(path):
        return Finding(host.name, path, True, "is there")
    with tempfile.TemporaryDirectory(prefix="contextfs-check-") as folder:
        kept = _remembered(lines, folder)
    detail = (
        "a commit is remembered" if kept else "runs, but a commit that fixes something was not remembered"
    )
    return Finding(host.name, path, kept, detail)


def _remembered(lines: str, folder: str) -> bool:
    """Whether a commit becomes a memory when our lines run after it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ |= {"CONTEXTFS_DATA_DIR": os.path.join(folder, "data"), "GIT_REFLOG_ACTION": ""}
    who = ("-c", "user.name=check", "-c", "user.email=check@localhost", "-c", "core.hooksPath=/dev/null")
    made = ("commit", "-q", "--allow-empty", "-m", "fix: the check of an installation")
    for words in (("init", "-q"), made):
        subprocess.run(("git", *who, *words), cwd=folder, env=environ, capture_output=True, check=False)
    subprocess.run(("sh", "-c", elsewhere(lines)), cwd=folder, env=environ, capture_output=True, check=False)
    for _ in range(int(HOOK_SECONDS / _PAUSE)):
        time.sleep(_PAUSE)
        with ContextFS(data_dir=os.path.join(folder, "data"), cwd=folder) as ctx:
            if ctx.list_recent(limit=1, all=True):
                time.sleep(_PAUSE)  # the process that saved it is just closing its files
                return True
    return False

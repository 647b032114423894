"""`contextfs hook EVENT [--client NAME]`: the one command that every host calls.

Whatever happens, it ends with 0, prints an answer in the shape of its host or nothing, and keeps to its deadline. Where
a process is there that has everything loaded (`hook_helper`), that one is asked. Else a child does the work, and the
parent does nothing but wait: neither a statement of SQLite that does not return, nor git that hangs, nor a crash of a
library can hold it up or speak through it. Windows has no `fork`; there a thread watches.

This module runs at every prompt before anything is known, so it loads next to nothing.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False  # `typing` costs more than what is done here
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

WHOLE = b"\0"
"""Ends an answer that was written to its end; JSON has no such byte."""
REFUSED = b"?"
"""What a helper answers that was started in another environment."""
END_OF_HEAD = b"\0"
LATE = "late-prompts"
"""The file in the data directory that holds when prompts got nothing for lack of time, in seconds since 1970."""
_LATE_BYTES = 1 << 15
_USUAL = 0.3
_OF_A_TURN = 3.0
"""Seconds for events at which nobody waits to go on typing."""
_DETACHED = 40
_STDIN = 64 << 20
"""Bytes of an input that are read; the answer of a tool may be long."""
_PROMPTS = frozenset((
    "session-start", "SessionStart", "sessionStart",
    "user-prompt", "UserPromptSubmit", "BeforeAgent", "userPromptSubmitted", "beforeSubmitPrompt",
    "post-tool", "PostToolUse", "AfterTool", "postToolUse", "afterFileEdit",
))  # fmt: skip
"""Events at which somebody waits, in every spelling; a test holds them equal to the table of hosts."""
_ENDS = frozenset(("session-end", "SessionEnd", "sessionEnd"))
_OWN = frozenset(("CONTEXTFS_HOOK_DEADLINE", "CONTEXTFS_SOURCE_TOOL"))
"""Variables that may differ between the hook and the process that helps it."""
_HANDED_ON = 1 << 20
"""Bytes of an input that a helper is given; a longer one would hold up those whom it serves."""
_GIT = frozenset(("GIT_DIR", "GIT_WORK_TREE"))


def main(arguments: Sequence[str]) -> None:
    """Serve one event and end the process with 0."""
    try:
        _run(arguments, time.monotonic())
    except BaseException:  # noqa: BLE001, S110 - a host must not notice that anything went wrong
        pass
    finally:
        os._exit(0)


def _run(arguments: Sequence[str], began: float) -> None:
    _fill_the_standard_streams()
    _end_well()
    event, client = _parsed(arguments)
    if not event:
        return
    until = began + _deadline(event)
    data = _input(until)
    if data is None:
        return
    if event in _PROMPTS and _can_be_handed_on(data) and _helped(event, client, data, until):
        return
    if hasattr(os, "fork"):
        _guarded(event, client, data, until)
    else:
        _watched(event, client, data, until)


def _parsed(arguments: Sequence[str]) -> tuple[str, str]:
    """The event and the client; an event that no host knows does no harm either."""
    event = client = ""
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word == "--client":
            client = rest.pop(0) if rest else ""
        elif word.startswith("--client="):
            client = word.partition("=")[2]
        elif not word.startswith("-") and not event:
            event = word
    return event, client


def _fill_the_standard_streams() -> None:
    """Put something in the place of closed standard streams, or the next file that is opened would be taken for one."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _end_well(child: int = 0) -> None:
    """Let a signal that ends this process end it with 0, and the child with it."""

    def leave(_signal: int, _frame: object) -> None:
        try:
            if child:
                os.killpg(child, 9)
        finally:
            os._exit(0)

    signals: Any = __import__("_signal")  # the module around it costs a third of a bare interpreter
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        if hasattr(signals, name):
            signals.signal(getattr(signals, name), leave)


def _deadline(event: str) -> float:
    """Seconds until the answer must be there."""
    if event not in _PROMPTS:
        return _OF_A_TURN
    if not os.environ.get("CONTEXTFS_HOOK_DEADLINE") and not os.path.exists(_config()):
        return _USUAL
    try:
        from contextfs.settings import Settings

        return Settings().number("hook.deadline") / 1000
    except Exception:  # noqa: BLE001 - a setting that cannot be read is told by every other command
        return _USUAL


def _data_dir() -> str:
    return os.path.expanduser(os.environ.get("CONTEXTFS_DATA_DIR") or os.path.join("~", ".contextfs"))


def _config() -> str:
    return os.path.join(_data_dir(), "config.toml")


def _input(until: float) -> bytes | None:
    """What the host says; None where it has not said all when the time is over."""
    if sys.platform == "win32":  # where only sockets can be waited for; a thread watches over the whole
        return b""
    parts: list[bytes] = []
    size = 0
    while size < _STDIN:
        part = _read(0, until)
        if part is None:
            return None
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _read(number: int, until: float) -> bytes | None:
    """The next bytes of an open file; None when the time is over."""
    from select import select

    left = until - time.monotonic()
    if left <= 0 or not select([number], [], [], left)[0]:
        return None
    return os.read(number, 1 << 16)


def _print(answer: bytes) -> None:
    rest = answer + b"\n"
    while rest:
        rest = rest[os.write(1, rest) :]


# ── a process that has everything loaded ────────────────────────────────────────────────────────────────────────────


def sockets_in(data_dir: str) -> list[str]:
    """Where helpers listen, or have listened."""
    try:
        names = os.listdir(data_dir)
    except OSError:
        return []
    return [os.path.join(data_dir, one) for one in names if one.startswith("hook-") and one.endswith(".sock")]


def head_of(version: str, environ: Mapping[str, str]) -> str:
    """What a hook and its helper must have in common: the version, and what settings come from."""
    named = (name for name in environ if name.startswith("CONTEXTFS_") or name in _GIT)
    given = (f"{name}={environ[name]!r}" for name in sorted(named) if name not in _OWN)
    return "\n".join((version, *given))


def _can_be_handed_on(data: bytes) -> bool:
    """Whether a helper can do it: the host names its directory, since a helper works in another one, and is brief."""
    if len(data) > _HANDED_ON:
        return False
    return b'"cwd"' in data or b'"workspace_roots"' in data


def _helped(event: str, client: str, data: bytes, until: float) -> bool:
    """Whether a helper has taken the event, whatever it answered."""
    paths = sockets_in(_data_dir())
    if not paths:
        return False
    from contextfs._version import __version__

    head = "\n".join((event, client, head_of(__version__, os.environ))).encode("utf-8", "surrogateescape")
    for path in paths:
        answer = _asked(path, head + END_OF_HEAD + data, until)
        if answer is not None and answer != REFUSED:
            if answer.endswith(WHOLE):
                _print(answer[: -len(WHOLE)])
            return True
    return False


def _asked(path: str, question: bytes, until: float) -> bytes | None:
    """What a helper answers until the time is over; None where none listens."""
    socket = _sockets()
    helper = socket.socket(socket.AF_UNIX)
    parts: list[bytes] = []
    try:
        helper.settimeout(max(0.001, until - time.monotonic()))
        helper.connect(path)
    except (OSError, AttributeError):
        return None
    try:
        helper.sendall(question)
        helper.shutdown(socket.SHUT_WR)
        while part := helper.recv(1 << 16):
            parts.append(part)
            helper.settimeout(max(0.001, until - time.monotonic()))
    except OSError:
        return b""
    return b"".join(parts)


def _sockets() -> Any:
    """The sockets of the interpreter; the module around them costs half a bare interpreter."""
    try:
        return __import__("_socket")
    except ImportError:
        return __import__("socket")


# ── a child that works and a parent that waits ──────────────────────────────────────────────────────────────────────


def _guarded(event: str, client: str, data: bytes, until: float) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _child(
            event, client, data, writing, _DETACHED if event in _ENDS else int(until - time.monotonic()) + 2
        )
    os.close(writing)
    if event in _ENDS:
        return
    _end_well(child)
    answer = b""
    while part := _read(reading, until):
        answer += part
    if answer.endswith(WHOLE):
        _print(answer[: -len(WHOLE)])
    if not _ended(child, until) and not answer.endswith(WHOLE) and event in _PROMPTS:
        _note_late()


def _child(event: str, client: str, data: bytes, writing: int, seconds: int) -> None:
    """Do the work and end; never returns."""
    try:
        os.setsid()  # so that what it starts ends with it, and a host that ends its group does not end it
        _silence()
        _limit(seconds)
        _serve(event, client, data, lambda answer: _send(writing, answer))
    except BaseException:  # noqa: BLE001, S110 - as in the parent
        pass
    finally:
        os._exit(0)


def _silence() -> None:
    """Neither a warning nor a library speaks to the host."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)


def _limit(seconds: int) -> None:
    """Let the kernel end this process, should its parent have been killed before it could."""
    import signal

    for each in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(each, signal.SIG_DFL)
    signal.alarm(seconds)


def _send(writing: int, answer: bytes) -> None:
    rest = answer + WHOLE
    while rest:
        rest = rest[os.write(writing, rest) :]
    os.close(writing)


def _ended(child: int, until: float) -> bool:
    """Wait for the child, which has little left to do, and end it with all that it has started when time is over.

    Returns whether it ended by itself.
    """
    pause = 0.0005
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > until:
            os.killpg(child, 9)
            return False
        time.sleep(pause)
        pause = min(0.01, pause * 2)
    return True


def _note_late() -> None:
    """Note that a prompt got nothing because it took too long, so that the status can tell why nothing comes."""
    path = os.path.join(_data_dir(), LATE)
    if os.path.isdir(_data_dir()) and (not os.path.exists(path) or os.path.getsize(path) < _LATE_BYTES):
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(file, b"%d\n" % time.time())
        os.close(file)


# ── one process and a thread that watches ───────────────────────────────────────────────────────────────────────────


def _watched(event: str, client: str, data: bytes, until: float) -> None:
    from threading import Lock, Thread

    speaking = Lock()

    def watch() -> None:
        time.sleep(max(0.0, until - time.monotonic()))
        with speaking:  # never in the middle of an answer
            os._exit(0)

    def say(answer: bytes) -> None:
        with speaking:
            _print(answer)

    Thread(target=watch, daemon=True).start()
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - until the process ends
    while part := os.read(0, 1 << 16):
        data += part
    _serve(event, client, data, say)


def _serve(event: str, client: str, data: bytes, say: Callable[[bytes], None]) -> None:
    from contextfs.integrations.hook_events import read_event, serve

    told = read_event(event, client, data, os.environ)
    if told is not None:
        serve(told, say)

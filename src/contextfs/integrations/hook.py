"""`contextfs hook EVENT [--client NAME]`: the one command that every host calls.

Whatever happens, it ends with 0, prints an answer in the host's shape or nothing at all, and keeps to its deadline. So
the work is done by a child process, and the parent does nothing but wait: neither a statement of SQLite that does not
return, nor git that hangs, nor a crash of a library can hold it up or speak through it. Windows has no `fork`; there
a thread watches.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence

from contextfs.integrations.hosts import PROMPT, SESSION_END, SESSION_START, TOOL

_WHOLE = b"\0"
"""Ends an answer that was written to its end; JSON has no such byte."""
_USUAL = 0.3
_OF_A_TURN = 3.0
"""Seconds for events at which nobody waits to go on typing."""
_DETACHED = 40
_STDIN = 64 << 20
"""Bytes of an input that are read; the answer of a tool may be long."""


def main(arguments: Sequence[str]) -> None:
    """Serve one event and end the process with 0."""
    try:
        began = time.monotonic()
        _fill_the_standard_streams()
        event, client = _parsed(arguments)
        if event and hasattr(os, "fork"):
            _guarded(event, client, began)
        elif event:
            _watched(event, client)
    except BaseException:  # noqa: BLE001, S110 - a host must not notice that anything went wrong
        pass
    finally:
        os._exit(0)


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


def _deadline(event: str) -> float:
    """Seconds until the answer must be there."""
    from contextfs.integrations.hosts import HOSTS, our_event

    ours = next((name for host in HOSTS if (name := our_event(host, event))), event)
    if ours not in {PROMPT, SESSION_START, TOOL}:
        return _OF_A_TURN
    try:
        from contextfs.settings import Settings

        return Settings().number("hook.deadline") / 1000
    except Exception:  # noqa: BLE001 - a setting that cannot be read is told by every other command
        return _USUAL


# ── a child that works and a parent that waits ──────────────────────────────────────────────────────────────────────


def _guarded(event: str, client: str, began: float) -> None:
    until = began + _deadline(event)
    detached = event in {SESSION_END, "SessionEnd", "sessionEnd"}
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _child(event, client, writing, detached=detached)
    os.close(writing)
    if detached:
        return
    answer = _collected(reading, until)
    if answer.endswith(_WHOLE):
        _print(answer[: -len(_WHOLE)])
    _ended(child, until)


def _child(event: str, client: str, writing: int, *, detached: bool) -> None:
    """Do the work and end; never returns."""
    try:
        os.setsid()  # so that what it starts ends with it, and a host that ends its group does not end it
        _silence()
        _limit(_DETACHED if detached else int(_OF_A_TURN) + 1)
        _serve(event, client, lambda answer: _send(writing, answer))
    except BaseException:  # noqa: BLE001, S110 - as in the parent
        pass
    finally:
        os._exit(0)


def _silence() -> None:
    """Neither a warning nor a library speaks to the host."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def _limit(seconds: int) -> None:
    """Let the kernel end this process, should its parent have been killed before it could."""
    import signal

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)


def _send(writing: int, answer: bytes) -> None:
    rest = answer + _WHOLE
    while rest:
        rest = rest[os.write(writing, rest) :]
    os.close(writing)


def _collected(reading: int, until: float) -> bytes:
    """What the child says until it has said all, or the time is over."""
    from select import select

    parts: list[bytes] = []
    while (left := until - time.monotonic()) > 0:
        if not select([reading], [], [], left)[0]:
            break
        part = os.read(reading, 1 << 16)
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def _ended(child: int, until: float) -> None:
    """Wait for the child, which has little left to do, and end it with all that it has started when time is over."""
    pause = 0.0005
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > until:
            os.killpg(child, 9)
            return
        time.sleep(pause)
        pause = min(0.01, pause * 2)


# ── one process and a thread that watches ───────────────────────────────────────────────────────────────────────────


def _watched(event: str, client: str) -> None:
    from threading import Lock, Thread

    speaking = Lock()
    seconds = _deadline(event)

    def watch() -> None:
        time.sleep(seconds)
        with speaking:  # never in the middle of an answer
            os._exit(0)

    def say(answer: bytes) -> None:
        with speaking:
            _print(answer)

    Thread(target=watch, daemon=True).start()
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - until the process ends
    _serve(event, client, say)


# ── both ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _serve(event: str, client: str, say: Callable[[bytes], None]) -> None:
    from contextfs.integrations.hook_events import read_event, serve

    told = read_event(event, client, _input(), os.environ)
    if told is not None:
        serve(told, say)


def _input() -> bytes:
    parts: list[bytes] = []
    size = 0
    while size < _STDIN and (part := os.read(0, 1 << 16)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _print(answer: bytes) -> None:
    rest = answer + b"\n"
    while rest:
        rest = rest[os.write(1, rest) :]

"""Afterwards: what is started when a front door closes and not waited for; loading it costs a save nothing else."""

from __future__ import annotations

import os
import sys


def refresh_mirror(data_dir: str) -> None:
    """Start a process that brings the mirror of a data directory up to date."""
    if not sys.executable:
        return
    command = [sys.executable, "-m", "contextfs", "export", "--mirror"]
    environ = {**os.environ, "CONTEXTFS_DATA_DIR": data_dir}
    try:
        _start(command, environ)
    except OSError:  # the memory is saved; the next writer tries again
        return


def _start(command: list[str], environ: dict[str, str]) -> None:
    if sys.platform == "win32":
        import subprocess  # only Windows needs it

        detached = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        subprocess.Popen(
            command,
            env=environ,
            creationflags=detached,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return
    _reap()
    nothing = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    # A group of its own: Ctrl-C in the terminal is meant for the command that is already done.
    _STARTED.append(os.posix_spawn(command[0], command, environ, file_actions=nothing, setpgroup=0))


_STARTED: list[int] = []


def _reap() -> None:
    """Take leave of those that have ended, so that a program that lives on does not collect them."""
    if sys.platform == "win32":
        return
    for process in list(_STARTED):
        try:
            ended, _ = os.waitpid(process, os.WNOHANG)
        except ChildProcessError:
            ended = process
        if ended:
            _STARTED.remove(process)

"""`python -m contextfs` and the `contextfs` script are the command line.

A command runs for a moment and ends, many times a day, so what a long-lived process needs is left out here: what
must start faster than click can be loaded is served before it, and the interpreter is not taken apart at the end.
"""

from __future__ import annotations

import sys

_LOST = 74
"""The exit code when all was done but the output, as in `cli.main`."""
_GARBAGE = 50_000
"""Objects made before the garbage collector looks; by itself it would look some forty times during the imports."""


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        if sys.argv[1:] in (["-h"], ["--help"]):
            _help()
        elif sys.argv[1:2] == ["hook"] and not {"-h", "--help"} & set(sys.argv):
            _hook()
        else:
            _run()
    except KeyboardInterrupt:  # it came before click was there to catch it, or while the process was ending
        _stop(130, "Aborted.")


def _help() -> None:
    from contextfs.cli.table import front_page

    try:
        if sys.stdout:
            sys.stdout.write(front_page())
            sys.stdout.flush()
    except BrokenPipeError:
        _stop(_LOST, "")
    except OSError as error:
        _stop(_LOST, f"Error: The help could not be written: {error.strerror}.")


def _hook() -> None:
    import gc

    gc.disable()
    from contextfs.integrations.hook import main as hook

    hook(sys.argv[2:])


def _run() -> None:
    import gc

    gc.set_threshold(_GARBAGE)
    from contextfs.cli.main import run

    _leave(run())


def _stop(code: int, words: str) -> None:
    """End now, with a word on standard error: what is still to be written cannot be."""
    import os

    if sys.stderr and words:
        sys.stderr.write(words + "\n")
        sys.stderr.flush()
    os._exit(code)


def _leave(code: int) -> None:
    """End the process at once: taking the interpreter apart takes as long as starting it, and every store is closed.

    Other threads, where there are any, are waited for in the ordinary way.
    """
    import atexit
    import os
    import threading

    if threading.active_count() > 1:
        sys.exit(code)
    atexit._run_exitfuncs()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - there is no public way
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream:
                stream.flush()
        except (OSError, ValueError):  # the disk is full, or nobody reads it any more
            code = code or _LOST
    os._exit(code)


if __name__ == "__main__":
    main()

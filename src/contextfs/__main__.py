"""`python -m contextfs` and the `contextfs` script are the command line.

What must start faster than click can be loaded is served here before it.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] in (["-h"], ["--help"]):
        from contextfs.cli.table import front_page

        sys.stdout.write(front_page())
        return
    from contextfs.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()

"""`python -m contextfs` and the `contextfs` script are the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    # Imported here, so that what must start faster than click can be served before it.
    from contextfs.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()

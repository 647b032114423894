"""Our lines in the scripts that git runs: put behind the first line of a shell script, and taken out again.

They come first, since a script may end anywhere. A script in another language cannot hold them: it is kept beside,
under another name, and a script of ours runs it after our lines, with its arguments and with its outcome.
"""

from __future__ import annotations

import re

BEGIN, END = "# >>> contextfs >>>", "# <<< contextfs <<<"
ASIDE = ".before-contextfs"
"""What is added to the name of a script that was moved aside."""
_OURS = re.compile(rf"^{re.escape(BEGIN)}.*?^{re.escape(END)}[^\n]*\n?", re.MULTILINE | re.DOTALL)
_SHELL = re.compile(r"#!\s*\S*?(?:/env\s+(?:-S\s+)?)?(?:\S*/)?(?:ba|da|z|k|a|mk)?sh\b")
_HEAD = "#!/bin/sh\n"
_CHAIN = f'exec "$0{ASIDE}" "$@"\n'


def is_shell(text: str) -> bool:
    """Whether a script can hold our lines: it names a shell, or nothing, which git takes for one."""
    return not text.startswith("#!") or _SHELL.match(text) is not None


def block(lines: str) -> str:
    """Our lines with their marks."""
    return f"{BEGIN} put here by `contextfs install git`, which takes it out again with --uninstall\n{lines}{END}\n"


def with_lines(text: str | None, lines: str) -> str:
    """The script with our lines in it."""
    if text is None:
        return _HEAD + block(lines)
    if not is_shell(text):
        return _HEAD + block(lines) + _CHAIN
    if _OURS.search(text):
        return _OURS.sub(lambda _: block(lines), text, count=1)
    first, _, rest = text.partition("\n")
    return f"{first}\n{block(lines)}{rest}" if text.startswith("#!") else block(lines) + text


def without_lines(text: str) -> str | None:
    """The script without our lines; None when nothing but our own is left."""
    left = _OURS.sub("", text)
    return None if left.strip() in {"", _HEAD.strip()} or is_chain(text) else left


def is_chain(text: str) -> bool:
    """Whether a script is ours and runs one that was moved aside."""
    return text.endswith(_CHAIN) and bool(_OURS.search(text))


def lines_in(text: str) -> str:
    """Our lines as they stand in a script, or an empty text."""
    found = _OURS.search(text)
    return found[0] if found else ""

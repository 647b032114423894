"""Citations: the places in the code that a memory names, read from its files and its text (pure).

Word by word with plain string methods, since it runs on every save. What is found only claims to be a place; whether
there is or was such a file is for others to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from contextfs.domain.memory import Memory

FIELD = "cited:"
"""Prefix of the fields of the change log that hold the blob id a cited file had when the memory was saved."""
ALL_LOOKED_AT = FIELD
"""The field that tells that each place a memory names was looked for at its save: what has no blob was no file."""
MOST = 20
"""Places looked at of one memory."""
_OPENING, _CLOSING = "\"'`([{<*", "\"'`)]}>*.,;!?:"
_FOREIGN = frozenset("<>|*\"'`(){}$,;=@\\?")
_PLAIN_NAMES = frozenset(
    """
    Brewfile CODEOWNERS Containerfile Dockerfile Fastfile Gemfile Jenkinsfile Justfile LICENSE Makefile Pipfile Podfile
    Procfile README Rakefile Snakefile Vagrantfile
    """.split()  # noqa: SIM905 - a list literal would be twenty quoted words
)
"""Files that have neither an ending nor a directory in their names."""
_WITH_HEADINGS = (".md", ".mdx", ".markdown")
_KINDS = frozenset(("class", "def", "fn", "func", "function", "interface", "method", "struct", "trait"))


class Citation(NamedTuple):
    """A file, some of its lines or one of its symbols, as a memory names it."""

    path: str
    start: int = 0
    end: int = 0
    symbol: str = ""

    def __str__(self) -> str:
        """As one types it."""
        if self.symbol:
            return self.path + (self.symbol if self.is_heading else f"::{self.symbol}")
        if not self.start:
            return self.path
        return f"{self.path}:{self.start}" + (f"-{self.end}" if self.end != self.start else "")

    @property
    def is_part(self) -> bool:
        """Whether it is some of a file, and not all of it."""
        return bool(self.start or self.symbol)

    @property
    def is_heading(self) -> bool:
        """Whether it is what stands below a heading: the symbol is then its anchor, such as `#alpha`."""
        return self.symbol.startswith("#")


def citations(memory: Memory, root: str = "") -> list[Citation]:
    """The places that a memory names, its files first; a file is left out where a part of it is named.

    With the root of a working tree, absolute paths that lead into it are places too.
    """
    given = [Citation(path) for one in memory.files if (path := _inside(one, root)) and not _is_outside(path)]
    found = dict.fromkeys([*given, *(one for _, one in _named(f"{memory.summary} {memory.content}", root))])
    parts = {one.path for one in found if one.is_part}
    return [one for one in found if one.is_part or one.path not in parts][:MOST]


def may_cite(memory: Memory) -> bool:
    """Whether a memory can have citations: it names places, or files by absolute paths, whatever the root was."""
    if citations(memory):
        return True
    absolute = (word.lstrip(_OPENING).startswith("/") for word in memory.content.split() if "/" in word)
    return any(one.startswith("/") for one in memory.files) or "](/" in memory.content or any(absolute)


def spelled(text: str, root: str = "") -> list[tuple[str, Citation]]:
    """The words of a text that name places, as they are written there."""
    return list(_named(text, root))


def parsed(place: str) -> Citation:
    """The citation that is written like this, as `str` writes it."""
    path, marked, symbol = place.partition("::")
    if marked:
        return Citation(path, symbol=symbol)
    path, marked, anchor = place.partition("#")
    if marked and path.lower().endswith(_WITH_HEADINGS):
        return Citation(path, symbol=f"#{anchor}")
    path, _, lines = place.rpartition(":")
    start, end = _lines(lines)
    return Citation(path, start, end) if path and start else Citation(place)


def names(text: str) -> list[str]:
    """What a text may mean as functions and classes: `quoted` words, and those beside `function` or the like."""
    found: dict[str, None] = {}
    words = text.split()
    for at, raw in enumerate(words):
        word = raw.lstrip(_OPENING).rstrip(_CLOSING).removesuffix("(")
        if not word.replace(".", "").replace("::", "").isidentifier():
            continue
        quoted = raw.lstrip("([{<*").startswith("`") and "`" in raw[1:]
        beside = {
            one.lower().strip(_CLOSING) for one in (*words[max(at - 1, 0) : at], *words[at + 1 : at + 2])
        }
        if (quoted or "(" in raw[1:] or (len(word) > 2 and beside & _KINDS)) and word.lower() not in _KINDS:
            found[word] = None
    return list(found)


def _named(text: str, root: str = "") -> Iterator[tuple[str, Citation]]:
    plain = any(name in text for name in _PLAIN_NAMES)
    for raw in text.split():
        if "." in raw or "/" in raw or plain:
            word = raw.partition("](")[2].partition(")")[0] if "](" in raw else raw.lstrip(_OPENING)
            word = word.rstrip(_CLOSING)
            if 3 <= len(word) <= 260 and "://" not in word:
                for one in _cited(word if word[0] != "/" else _inside(word, root)):
                    yield word, one


def _inside(path: str, root: str) -> str:
    """An absolute path into the working tree, from its root."""
    return path[len(root) + 1 :] if root and path.startswith(f"{root}/") else path


def _cited(word: str) -> Iterator[Citation]:
    path, marked, symbol = word.partition("::")
    start = end = 0
    if marked:
        symbol = symbol.removesuffix("()").removesuffix("(")
        if not symbol.replace(".", "").replace("::", "").isidentifier():
            return
    else:
        path, lines, symbol = _apart(word)
        start, end = _lines(lines)
        if lines and not start:
            return
    path = path.removeprefix("./")
    if _is_path(path):
        yield Citation(path, start, end, symbol)


def _apart(word: str) -> tuple[str, str, str]:
    """`a.py:10-20`, `a.py:12:5`, `a.py:L10-L20`, `a.py#L10-L20`, `a.md#alpha`: the path, the lines and the anchor."""
    path, marked, rest = word.partition("#")
    if marked and rest[:1] == "L" and rest[1:2].isdigit():
        return path, rest.replace("L", ""), ""
    if marked and path.lower().endswith(_WITH_HEADINGS) and rest.replace("-", "").replace("_", "").isalnum():
        return path, "", f"#{rest.lower()}"
    path, _, rest = word.partition(":")
    rest = rest.replace("L", "")
    return path, rest if "-" in rest else rest.partition(":")[0], ""


def _lines(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    last = last or first
    if not (first.isdecimal() and last.isdecimal() and len(first) < 8 and len(last) < 8):
        return 0, 0
    start, end = int(first), int(last)
    return (start, end) if 1 <= start <= end else (0, 0)


def _is_outside(path: str) -> bool:
    """Whether a path leads out of the repository; nothing there is anybody's citation, and nothing there is read."""
    return path.startswith(("/", "~")) or path[1:2] == ":" or ".." in path.split("/")


def _is_path(path: str) -> bool:
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2]
    if not name or _FOREIGN & set(path) or _is_outside(path):
        return False
    return ending.isalnum() and not ending.isdigit() if "." in name else "/" in path or name in _PLAIN_NAMES

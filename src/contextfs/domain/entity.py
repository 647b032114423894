"""Entities: the named things that memories are about, however each of them spells the name.

`AuthService`, `auth service`, `auth_service` and `src/auth/auth_service.py` have one key and are one entity. Nothing is
stored for that: a memory names what its text, its files and its record name, and only what a person decided about
names (this is the same as that, call it so) is a subject of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, cast

from contextfs.domain.kinds import KINDS
from contextfs.domain.memory import Memory, Mention
from contextfs.domain.text import split_identifier
from contextfs.lazy import Later

TYPE_CHECKING = False
if TYPE_CHECKING:
    import unicodedata
else:  # what only names beyond ASCII need
    unicodedata = Later("unicodedata")

_NAMELESS = frozenset(
    ("__init__", "__main__", "index", "main", "mod", "lib", "readme", "init", "types", "test")
)
"""File names that every folder has; the folder names the thing."""
_TOO_COMMON = frozenset(
    ("self", "this", "none", "null", "true", "false", "todo", "error", "string", "object")
)
_MARKED = re.compile(r"[a-z]\w{0,9}(?:\+\+|#)|\.net", re.IGNORECASE)
"""Names whose mark is all that tells them from a letter or a word: C++, F#, .NET."""
NO_FILES = frozenset(
    ("node.js", "vue.js", "next.js", "nuxt.js", "express.js", "react.js", "d3.js", "asp.net", "socket.io")
)
"""Products that look like the name of a file."""


class Naming(NamedTuple):
    """One memory naming one entity, and where in the memory it does."""

    name: str
    source: str
    """``record``, ``link``, ``file``, ``symbol`` or ``known``: what says that this is a name."""
    type: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """What all spellings of the name share."""
        return key_of(self.name)


class Note(NamedTuple):
    """What one memory says of an entity."""

    text: str
    at: datetime | None
    memory: str


class Relation(NamedTuple):
    """How an entity stands to another one, and the memories that say so."""

    kind: str
    """``depends on``, ``needed by``, ``part of``, ``has part``, ``supersedes``, ``superseded by``, ``decided with`` or
    ``mentioned with``."""
    other: str
    memories: Sequence[str]


class Choice(NamedTuple):
    """One decision, and the memory that it stands in: one of type decision, or a record."""

    decision: str
    rationale: str
    memory: Memory


class EntityInfo(NamedTuple):
    """One entity in a list."""

    name: str
    type: str
    memories: int
    aliases: Sequence[str] = ()


class Knowledge(NamedTuple):
    """Everything that is known of one entity."""

    name: str
    type: str
    aliases: Sequence[str]
    """The other spellings that memories use, the most used first."""
    notes: Sequence[Note]
    """Oldest first, as the understanding grew."""
    decisions: Sequence[Choice]
    """What was decided about it, the newest first."""
    memories: Sequence[Memory]
    """All memories that name it, newest first; those with the decisions are among them."""
    relations: Sequence[Relation]
    sources: Mapping[str, int]
    """Where the name comes from -> in how many memories."""


class Named(NamedTuple):
    """What a person decided about a name: how the entity is called, and which keys mean it."""

    id: str
    namespace: str
    name: str
    type: str = ""
    words: tuple[str, ...] = ()
    """The names that mean it, each as its words in lower case: ``auth service``."""

    @property
    def keys(self) -> frozenset[str]:
        """The keys of those names."""
        return frozenset(map(key_of, self.words))


def pieces(name: str) -> list[str]:
    """The words of a name in lower case; of a path, those of its last part that says something."""
    text = _composed(name).strip().rstrip("()")
    if _MARKED.fullmatch(text):
        return [text.lower()]
    if text.lower() in NO_FILES:
        return split_identifier(text)
    if "/" in text or "\\" in text:
        parts = [part for part in text.replace("\\", "/").split("/") if part]
        stem = parts[-1].partition(".")[0] if parts and not parts[-1].startswith(".") else "".join(parts[-1:])
        text = parts[-2] if stem.lower() in _NAMELESS and len(parts) > 1 else stem
    elif text.count(".") == 1 and text.rpartition(".")[2].islower() and len(text.rpartition(".")[2]) <= 4:
        text = text.partition(".")[0] or text  # a file without its folder
    found = split_identifier(text)
    return found or [text.lower()] if text else []


@lru_cache(4096)
def key_of(name: str) -> str:
    """What all spellings of a name share; "" for what names nothing. The same name is asked about several times."""
    return bare("".join(pieces(name))).casefold()


class _Bare(dict[int, int]):
    """Letter -> the letter without its accents; of scripts that have accents, and one for one, so that places stay."""

    def __missing__(self, code: int) -> int:
        plain = unicodedata.normalize("NFD", chr(code)) if code < 0x590 or 0x1E00 <= code < 0x2000 else ""
        self[code] = ord(plain[0]) if plain else code
        return self[code]


_BARE = _Bare()


def bare(text: str) -> str:
    """The text with its letters as they are without accents, each in the place that it has in the composed text."""
    return text if text.isascii() else _composed(text).translate(_BARE)


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def namings(memory: Memory, mentions: Iterable[Mention]) -> list[Naming]:
    """What a memory names, the surest source of each key first; names that say nothing are left out."""
    found: dict[str, Naming] = {}
    for one in (*_of_record(memory), *_of_mentions(mentions), *_known(memory)):
        key = one.key
        if _says_something(one, key):
            found.setdefault(key, one)
    return list(found.values())


def _says_something(one: Naming, key: str) -> bool:
    """Whether a key is a name; two letters are one where somebody says so, or with a mark: UI, C#."""
    long_enough = len(key) > 2 or (bool(key) and (one.source == "record" or not key.isalnum()))
    return long_enough and key not in _TOO_COMMON and not key.isdigit()


def _of_record(memory: Memory) -> Iterator[Naming]:
    listed = memory.structured.get("entities") if memory.structured else None
    for each in cast("Sequence[object]", listed) if isinstance(listed, list) else ():
        if isinstance(each, Mapping):
            one = cast("Mapping[str, object]", each)
            name = str(one.get("name") or "")
            if name:
                yield Naming(name, "record", str(one.get("type") or ""), str(one.get("notes") or ""))


def _of_mentions(mentions: Iterable[Mention]) -> Iterator[Naming]:
    for mention in mentions:
        if mention.kind == "link":
            yield Naming(mention.name, "link")
        elif mention.kind == "entity":
            yield Naming(mention.name, "record")
        elif mention.kind == "file":
            yield Naming(mention.name, "file", "file")
        elif mention.kind == "symbol":
            # A method is a part of what it is called on: that is the thing, and it is spelled with a capital.
            owner = mention.name.partition(".")[0]
            name = owner if "." in mention.name and owner[:1].isupper() else mention.name
            yield Naming(name, "symbol", "class" if name[:1].isupper() else "")


WELL_KNOWN = {name: kind for kind, names in reversed(KINDS.items()) for name in names}
"""Name of a product in small letters -> what it is."""
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9.+#]*[A-Za-z0-9+#]")


def _known(memory: Memory) -> Iterator[Naming]:
    """Well-known products; written with a capital or not, but `go` and `spring` only where they cannot be words."""
    for word in dict.fromkeys(_WORDS.findall(f"{memory.summary} {memory.content}")):
        kind = WELL_KNOWN.get(word.lower())
        if kind and (word[0].isupper() or len(word) > 6):
            yield Naming(word, "known", kind)


def spelled(names: Iterable[str]) -> re.Pattern[str]:
    """What finds these names in a `bare` text, in any spelling: humps, blanks, hyphens, underscores."""
    forms = {r"[\W_]{0,2}".join(re.escape(bare(one)) for one in pieces(name)) for name in names}
    forms |= {re.escape(bare("".join(pieces(name)))) for name in names}
    either = "|".join(sorted(forms - {""}, key=len, reverse=True))
    # C is not meant where C++ or C# stands.
    return re.compile(rf"(?<![^\W_])(?:{either})(?![^\W_]|\+\+|#)", re.IGNORECASE)


def spellings(pattern: re.Pattern[str], texts: Iterable[str]) -> Counter[str]:
    """How often each spelling stands in the texts."""
    found: Counter[str] = Counter()
    for text in map(_composed, texts):
        for place in pattern.finditer(bare(text)):
            found[" ".join(text[place.start() : place.end()].split())] += 1
    return found

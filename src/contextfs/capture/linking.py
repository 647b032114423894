"""Linking: what a memory names — files, symbols, other memories, wiki links — as mentions.

Read word by word with plain string methods: this runs on every save, and compiling patterns would cost more than
reading the text. What is found is only a pointer; a file or symbol that does not exist does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from contextfs.domain.compounds import is_compound
from contextfs.domain.memory import Memory, Mention

MOST = 200
"""Mentions kept of one memory; a pasted log names thousands of things that nobody will look for."""

_SOURCE = frozenset(
    """
    bash bat bib c cc cfg clj cmake conf cpp cs css csv cxx dart dockerfile ex exs env fish fs go gradle graphql h
    hcl hpp hs htm html ini ipynb java jl js json json5 jsonc jsonl jsx kt kts less lock log lua m md mdx mjs mk ml
    mm nim nix php pl proto ps1 py pyi r rb rs rst sass scala scss sh sol sql svelte svg swift tex tf tfvars toml ts
    tsv tsx txt vue wasm xml yaml yml zig zsh
    """.split()  # noqa: SIM905 - a list literal would be a hundred quoted words
)
"""Endings by which a name without a directory is known for a file."""
_FILES = frozenset(
    ("Makefile", "Dockerfile", "Jenkinsfile", "Justfile", "Procfile", "Vagrantfile", "Gemfile")
)
_OPENING, _CLOSING = "\"'`([{<*", "\"'`)]}>*.,;:!?"
_HEX = frozenset("0123456789abcdef")
_POINTING = frozenset(
    ("memory", "memories", "see", "supersedes", "superseded", "replaces", "deprecated", "by", "id")
)
# Words with a dot or a hump that name no code.
_PROSE = frozenset(
    ("e.g", "i.e", "a.k.a", "etc", "vs", "node.js", "vue.js", "next.js", "asp.net", "d3.js", "three.js")
)


def mentions_in(memory: Memory) -> tuple[Mention, ...]:
    """What a memory names: the files it was given, then what its summary and its content mention."""
    given = [Mention("file", path) for path in memory.files]
    found = dict.fromkeys((*given, *_of_record(memory.structured)))
    for mention in mentions(f"{memory.summary}\n{memory.content}"):
        if len(found) >= MOST:
            break
        if mention.name != memory.id:
            found[mention] = None
    return tuple(found)


def _of_record(structured: Mapping[str, object]) -> Iterator[Mention]:
    """What a record lists as its entities; their names need not look like names of code."""
    listed = structured.get("entities") if structured else None
    for each in cast("list[object]", listed) if isinstance(listed, list) else ():
        name = cast("Mapping[str, object]", each).get("name") if isinstance(each, Mapping) else None
        if isinstance(name, str) and name.strip():
            yield Mention("entity", name.strip())


def mentions(text: str) -> Iterator[Mention]:
    """What a text mentions, in its order; the same thing may come twice."""
    if "[[" in text:
        yield from _links(text)
    if "ession " in text:
        yield from _sessions(text)
    before = ""
    for raw in text.split():
        if raw.isalpha() and raw[1:].islower() and raw not in _FILES:
            before = raw.lower()
            continue  # what most words are
        word = raw.lstrip(_OPENING).rstrip(_CLOSING)
        if 3 <= len(word) <= 260 and (not word[1:].islower() or not word.isalpha() or _is_special(word, raw)):
            mention = _mention(word, raw, before)
            if mention:
                yield mention
        before = word.lower()


def _sessions(text: str) -> Iterator[Mention]:
    from contextfs.capture.session_names import session_names  # few texts speak of sessions

    return (Mention("session", name) for name in session_names(text))


def _links(text: str) -> Iterator[Mention]:
    """`[[name]]` and `[[name|as it is shown]]`."""
    place = text.find("[[")
    while place >= 0:
        end = text.find("]]", place, place + 400)  # far enough for any name, and never the whole text again
        name = text[place + 2 : end].partition("|")[0].strip() if end > 0 else ""
        if name and len(name.splitlines()) == 1 and "[" not in name:
            yield Mention("link", name)
        place = text.find("[[", place + 2)


def _is_special(word: str, raw: str) -> bool:
    """Whether a plain word can name something all the same."""
    return "(" in raw or word in _FILES


def _mention(word: str, raw: str, before: str) -> Mention | None:
    if word.startswith("memory://"):
        return Mention("memory", word[9:]) if _is_id(word[9:]) else None
    if "://" in word or "@" in word or "[[" in raw:
        return None
    if before in _POINTING and _is_id(word):
        return Mention("memory", word)
    if "." in word or "file" in word:  # all the names of files without an ending have it
        path = _as_file(word)
        if path:
            return Mention("file", path)
    if "_" in word or "(" in raw or "`" in raw or word[1:] != word[1:].lower():
        symbol = _as_symbol(word, raw)
        return Mention("symbol", symbol) if symbol else None
    return None


def _is_id(word: str) -> bool:
    return 8 <= len(word) <= 32 and set(word) <= _HEX and any(letter.isdigit() for letter in word)


def _as_file(word: str) -> str:
    """The path that a word is, without `./` and a line number; "" when it is none."""
    drive, word = (word[:2], word[2:]) if word[1:3] in {":\\", ":/"} else ("", word)
    path, _, place = word.partition(":")
    if place and not place.replace(":", "").replace("-", "").isdigit():
        return ""
    path = drive + path.partition("#")[0].replace("\\", "/").removeprefix("./")
    name = path.rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    if name in _FILES or name.startswith(".env"):
        return path
    if not dot or not ending or any(mark in path for mark in "<>|*\"'`(){}$,;=") or word.lower() in _PROSE:
        return ""
    if "/" in path:
        return path if ending.isalnum() and not ending.isdigit() and "//" not in path else ""
    known = ending.lower() in _SOURCE and stem and _is_file_stem(stem)
    return path if known else ""


def _is_file_stem(stem: str) -> bool:
    return all(letter.isalnum() or letter in "._-@+" for letter in stem)


def _as_symbol(word: str, raw: str) -> str:
    """The identifier that a word is: `TokenManager`, `max_connections`, `UserService.getPreferences()`, `retry()`."""
    name, call, _ = word.partition("=")[0].partition("(")
    name = name.removeprefix("self.").removeprefix("this.")
    if name[:1] == name[-1:] == "_" and "__" not in name:  # emphasis, as Markdown writes it
        name = name[1:-1]
    parts = name.split(".")
    if not name.isascii() or not all(map(_is_identifier, parts)) or name.lower() in _PROSE:
        return ""
    if call or any(map(_is_telling, parts)) or raw.rstrip(".,;:!?`").endswith("()"):
        return name
    quoted = raw.startswith("`") and "`" in raw[1:]
    return name if quoted and (len(parts) > 1 or not name.islower()) else ""


def _is_identifier(part: str) -> bool:
    return part.isidentifier() and bool(part.strip("_0123456789"))


def _is_telling(part: str) -> bool:
    """Whether a name has the shape of one in code: `max_connections`, `TokenManager`."""
    return "_" in part.strip("_") or (not part[1:].islower() and is_compound(part))

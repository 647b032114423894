"""How each kind of file becomes passages; a new kind of file is one row here.

The reader's name is kept with what it read: where another reader takes over, as when tree-sitter is installed, the
file is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from contextfs.domain.indexed import FileRead, Passage, Source
from contextfs.indexing import code, grammar, prose, records, symbols
from contextfs.indexing.choosing import content_verdict, text_of

RULES = "2"
"""Part of each reader's name; change it whenever the same file would become other passages."""
_PROSE = frozenset(("md", "markdown", "mdx", "rst", "adoc", "org"))
_SETTINGS = frozenset(
    ("toml", "ini", "cfg", "conf", "yaml", "yml", "json", "json5", "jsonc", "properties", "env")
)
_PLAIN = frozenset(
    ("txt", "csv", "tsv", "log", "html", "htm", "xml", "svg", "po", "css", "scss", "less", "tex")
)

_READERS: dict[str, Callable[[str], Sequence[Passage]]] = {
    "prose": prose.by_headings,
    "settings": records.settings,
    "sql": records.sql,
    "notebook": records.notebook,
    "lines": prose.by_lines,
}


def reader_of(path: str) -> str:
    """The name of the reader of a file with this name."""
    name = path.rpartition("/")[2].lower()
    ending = name.rpartition(".")[2] if "." in name else ""
    if ending in _PROSE:
        kind = "prose"
    elif ending in _SETTINGS:
        kind = "settings"
    elif ending in _PLAIN:
        kind = "lines"
    elif ending in {"sql", "ipynb"}:
        kind = {"sql": "sql", "ipynb": "notebook"}[ending]
    else:
        language = grammar.language_of(name)
        kind = f"tree-sitter:{language}" if language else "shape"
    return f"{kind}:{RULES}"


def read(path: str, source: Source, data: bytes) -> FileRead:
    """A file as passages, or why it has none."""
    verdict = content_verdict(data)
    if verdict:
        return FileRead(path, source, verdict)
    return FileRead(path, source, "", passages(source.reader, text_of(data)))


def passages(reader: str, text: str) -> Sequence[Passage]:
    """What this reader makes of a text."""
    kind, _, language = reader.rpartition(":")[0].partition(":")
    if kind in _READERS:
        return _READERS[kind](text)
    found = grammar.definitions(text, language) if kind == "tree-sitter" else None
    if found is None:
        found = symbols.definitions(text)
    return code.passages(text, found) if found else prose.by_lines(text)

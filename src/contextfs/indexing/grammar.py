"""Definitions by tree-sitter, where `contextfs[index]` is installed; the shape of the lines tells them elsewhere.

No table of languages' node types is kept: in every grammar a definition is a node whose type says so and that has a
field `name`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from contextfs.indexing.symbols import Definition

_LANGUAGES = {
    **dict.fromkeys(("py", "pyi"), "python"),
    **dict.fromkeys(("js", "jsx", "mjs", "cjs"), "javascript"),
    **dict.fromkeys(("ts", "mts", "cts"), "typescript"),
    "tsx": "tsx",
    "go": "go",
    "rs": "rust",
    "java": "java",
    "kt": "kotlin",
    "rb": "ruby",
    "php": "php",
    "c": "c",
    "h": "c",
    **dict.fromkeys(("cc", "cpp", "cxx", "hpp", "hh"), "cpp"),
    "cs": "csharp",
    "swift": "swift",
    "scala": "scala",
    "sh": "bash",
    "lua": "lua",
    "ex": "elixir",
    "exs": "elixir",
    "zig": "zig",
    "dart": "dart",
}
_DEFINES = (
    "definition",
    "declaration",
    "_item",
    "_spec",
    "method",
    "function",
    "class",
    "module",
    "struct",
    "interface",
)
_NOT = (
    "parameter",
    "variable",
    "call",
    "field_declaration",
    "import",
    "type_alias",
    "use_",
    "package",
    "declarator",
    "import_spec",
)
_FUNCTIONS = ("arrow_function", "function_expression", "function")
"""What a variable must be given to be a definition."""


@cache
def installed() -> bool:
    """Whether the grammars are there."""
    from importlib.util import find_spec

    return find_spec("tree_sitter_language_pack") is not None


def language_of(name: str) -> str:
    """The language whose grammar reads a file of this name; empty where there is none."""
    ending = name.rpartition(".")[2]
    return _LANGUAGES.get(ending, "") if installed() else ""


@cache
def _parser(language: str) -> Any:
    try:
        return import_module("tree_sitter_language_pack").get_parser(language)
    except (ImportError, LookupError, ValueError, OSError):  # a release without this grammar
        return None


def definitions(text: str, language: str) -> list[Definition] | None:
    """The definitions of a source text; None where there is no grammar or it does not understand the text."""
    parser = _parser(language)
    if parser is None:
        return None
    root = parser.parse(text.encode("utf-8", "replace")).root_node
    found: list[Definition] = []
    nodes = [root]
    while nodes:
        node = nodes.pop()
        one = _definition(node)
        if one:
            found.append(one)
        nodes += reversed(node.named_children)
    found.sort(key=lambda one: (one.start, -one.end))
    return found or None


def _definition(node: Any) -> Definition | None:
    kind = str(node.type)
    given = node.child_by_field_name("value") if kind == "variable_declarator" else None
    if given is not None and given.type in _FUNCTIONS:
        kind = "function"
    if not any(word in kind for word in _DEFINES) or any(word in kind for word in _NOT):
        return None
    name = _name(node)
    if not name:
        return None
    return Definition(name, node.start_point[0] + 1, node.end_point[0] + 1)


def _name(node: Any) -> str:
    """The name of a definition; in C it stands inside the declarator."""
    named = node.child_by_field_name("name") or node.child_by_field_name("type")
    if node.child_by_field_name("name") is None:
        inner = node.child_by_field_name("declarator")
        while inner is not None:
            named = inner
            inner = inner.child_by_field_name("declarator")
    return named.text.decode("utf-8", "replace")[:80] if named is not None else ""

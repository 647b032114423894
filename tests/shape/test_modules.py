"""The house rules that a machine can check on every module of the package."""

from __future__ import annotations

import ast
import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Module

    Function = ast.FunctionDef | ast.AsyncFunctionDef

FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "helper", "misc", "manager", "base", "core"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60

# A foreign library is met in one room, so that replacing it, or its next major version, is one room's work.
ROOM_OF_LIBRARY = {
    "apsw": ("store", "exchange"),  # ours, and the files of other programs
    "yaml": ("exchange",),
    "click": ("cli",),
    "mcp": ("mcp",),
    "mcp_types": ("mcp",),
    "pydantic": ("mcp",),
    "starlette": ("mcp", "web"),
    "uvicorn": ("mcp", "web"),
    "tokenizers": ("embedding",),
    "safetensors": ("embedding",),
    "onnxruntime": ("embedding",),
    "wordllama": ("embedding",),
    "minijinja": ("web",),
    "mistune": ("web",),
    "nh3": ("web",),
    "jsonschema": ("web",),
    "psycopg": ("sync",),
}


def functions(module: Module) -> Iterator[tuple[str, int]]:
    """Each function of a module with its length in lines, its docstring and decorators not counted."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{module.name}: {node.name}", length(node)


def length(node: Function) -> int:
    """How many lines of a function are signature and code."""
    docstring = node.body[0] if ast.get_docstring(node) else None
    said = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - said


def imported(module: Module) -> Iterator[str]:
    """The top-level package of every import in a module, at the top or inside a function."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_no_module_is_named_for_nothing(source_modules: list[Module]) -> None:
    """A module's name says what it is for; a drawer for everything is refused."""
    names = {
        module.name: {part.removesuffix(".py") for part in module.path.parts} for module in source_modules
    }
    assert [name for name, parts in names.items() if parts & FORBIDDEN_NAMES] == []


def test_modules_fit_on_a_few_screens(source_modules: list[Module]) -> None:
    """No module is longer than 400 lines."""
    long = {module.name: module.text.count("\n") for module in source_modules}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_MODULE} == {}


def test_functions_fit_on_one_screen(source_modules: list[Module]) -> None:
    """No function is longer than 60 lines."""
    lengths = dict(entry for module in source_modules for entry in functions(module))
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_functions_are_short_as_a_rule(source_modules: list[Module]) -> None:
    """Half of all functions have at most 8 lines and nine in ten at most 25."""
    lengths = sorted(lines for module in source_modules for _, lines in functions(module))
    assert statistics.median(lengths) <= 8
    assert lengths[int(len(lengths) * 0.9)] <= 25


def test_every_module_says_what_it_is_for(source_modules: list[Module]) -> None:
    """Every module opens with a docstring."""
    assert [module.name for module in source_modules if not ast.get_docstring(module.tree)] == []


def test_annotations_cost_nothing_at_start(source_modules: list[Module]) -> None:
    """Every module that has code defers its annotations, which then are never evaluated at start."""
    with_code = [module for module in source_modules if len(module.tree.body) > 1]
    assert [m.name for m in with_code if "from __future__ import annotations" not in m.text] == []


def test_foreign_libraries_stay_in_their_room(source_modules: list[Module]) -> None:
    """A library that only one room needs is imported in that room alone."""
    strays: list[str] = []
    for module in source_modules:
        room = module.name.split("/")[2]
        strays += [
            f"{module.name} imports {library}"
            for library in imported(module)
            if library in ROOM_OF_LIBRARY and room not in ROOM_OF_LIBRARY[library]
        ]
    assert strays == []


def test_the_package_does_not_know_of_its_tests(source_modules: list[Module]) -> None:
    """No module asks whether it is being tested."""
    words = ("PYTEST_CURRENT_TEST", 'sys.modules["pytest"]', "import pytest", "_called_from_test")
    assert [m.name for m in source_modules if any(word in m.text for word in words)] == []

"""Tests are sentences, and each of them can fail."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Module

    Function = ast.FunctionDef | ast.AsyncFunctionDef

CHECKS = re.compile(r"^(assert_|check|expect|raises$|warns$|fail$)")


def each_test(modules: list[Module]) -> Iterator[tuple[str, Function]]:
    """Every test function of the tree with the name a message shows."""
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield f"{module.name}: {node.name}", node


def can_fail(test: Function) -> bool:
    """Whether a test asserts something, itself or through an aid that is named for it."""
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if CHECKS.match(name):
                return True
    return False


def test_every_test_says_what_it_holds_us_to(modules_of_tests: list[Module]) -> None:
    """The first line of every test's docstring is a sentence."""
    silent: list[str] = []
    for name, test in each_test(modules_of_tests):
        first = (ast.get_docstring(test) or "").partition("\n\n")[0]
        if not first.endswith((".", "?", "!")):
            silent.append(name)
    assert silent == []


def test_every_test_can_fail(modules_of_tests: list[Module]) -> None:
    """Every test asserts something."""
    assert [name for name, test in each_test(modules_of_tests) if not can_fail(test)] == []

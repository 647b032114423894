"""Each kind of file as the passages that somebody would point at."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.indexed import Passage, Source
from contextfs.domain.text import lines_of
from contextfs.indexing import grammar, readers, symbols
from contextfs.indexing.choosing import LARGEST, content_verdict, name_verdict, text_of
from contextfs.indexing.code import passages as code_passages
from contextfs.indexing.windows import MOST


def read(path: str, text: str) -> list[Passage]:
    return list(readers.passages(readers.reader_of(path), text))


def places(found: list[Passage]) -> list[tuple[str, int, int]]:
    return [(one.name, one.start, one.end) for one in found]


CLASS = '''"""Module."""
import os

@cache
class Store:
    """Keeps things."""

    limit = 3

    # why it is so
    @property
    def size(self):
        """How many."""
        return len(self.items)
''' + "".join(
    f"\n    def method_{n}(self, given):\n        '''Do number {n}.'''\n        return given * {n} + {'x' * 60}\n"
    for n in range(12)
)


def test_a_large_class_is_taken_apart() -> None:
    """Its head, and each method with its comments and the signature of the class above it."""
    found = read("store.py", CLASS)
    assert places(found)[:3] == [("", 1, 2), ("Store", 4, 8), ("Store.size", 10, 14)]
    assert found[2].text.startswith("    # why it is so")
    assert found[2].context == "class Store:"
    assert [one.name for one in found[3:]] == [f"Store.method_{n}" for n in range(12)]


def test_a_small_class_stays_whole() -> None:
    """One passage says more than three lines of it."""
    assert places(read("a.py", "class A:\n    def f(self):\n        x = 1\n        return x\n")) == [
        ("A", 1, 4)
    ]


def test_a_long_function_says_what_it_is_in_every_part() -> None:
    """Parts after the first carry the signature."""
    body = "".join(f"    step_{n} = compute({n}, options)\n\n" for n in range(120))
    found = read("a.py", f"def run(options):\n{body}    return step_1\n")
    assert len(found) > 2
    assert {one.name for one in found} == {"run"}
    assert found[0].context == ""
    assert {one.context for one in found[1:]} == {"def run(options):"}
    assert all(len(one.text) <= MOST for one in found)


def test_markdown_by_headings() -> None:
    """Each section under the headings that lead to it; code inside fences has none."""
    text = (
        "# Guide\n\nHello.\n\n## Install\n\n```sh\n# not a heading\npip install x\n```\n\n## Use\n\nRun it.\n"
    )
    found = read("guide.md", text)
    assert places(found) == [("Guide", 1, 3), ("Guide > Install", 5, 10), ("Guide > Use", 12, 14)]
    assert found[1].context == "Guide"


def test_underlined_headings() -> None:
    """As reStructuredText has them."""
    found = read("guide.rst", "Guide\n=====\n\nHello.\n\nInstall\n-------\n\nRun pip.\n")
    assert places(found) == [("Guide", 1, 4), ("Guide > Install", 6, 9)]


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("a.toml", "[tool.ruff]\nline-length = 110\n", ["tool.ruff"]),
        ("a.yaml", "services:\n  web:\n    image: x\nvolumes:\n  - data\n", ["services, volumes"]),
        ("a.json", '{\n  "name": "x",\n  "scripts": {\n    "test": "y"\n  }\n}\n', ["name, scripts"]),
        ("a.sql", "CREATE TABLE a(\n  id INT\n);\nCREATE INDEX b ON a(id);\n", ["a, b"]),
        ("notes.txt", "Some words\n", [""]),
    ],
)
def test_settings_and_statements_have_names(path: str, text: str, names: list[str]) -> None:
    """Those of their sections, keys and tables; small neighbours share a passage."""
    assert [one.name for one in read(path, text)] == names


def test_a_notebook_by_its_cells() -> None:
    """With the lines of the file, where an editor opens it."""
    cells = [
        {"cell_type": "markdown", "source": ["# Load\n", "the data"]},
        {"cell_type": "code", "source": "frame = read_csv('a')\nframe.head()", "outputs": []},
    ]
    text = json.dumps({"cells": cells, "nbformat": 4}, indent=1)
    found = read("a.ipynb", text)
    assert [one.text for one in found] == ["# Load\nthe data", "frame = read_csv('a')\nframe.head()"]
    assert [
        "# Load" in lines_of(text)[found[0].start - 1],
        "read_csv" in lines_of(text)[found[1].start - 1],
    ] == [
        True,
        True,
    ]


@pytest.mark.parametrize("text", ["", "{", '{"cells": 3}', '{"cells": [1]}', "[]"])
def test_a_broken_notebook_is_read_by_lines(text: str) -> None:
    """No file stops the run."""
    assert all(one.kind == "lines" for one in read("a.ipynb", text))


@given(
    text=st.text(max_size=400),
    ending=st.sampled_from(["py", "md", "rst", "toml", "json", "sql", "ipynb", "txt", "zz"]),
)
def test_any_text_becomes_passages_of_its_own_lines(text: str, ending: str) -> None:
    """Whatever a file holds: no error, places inside the file, and text that stands there."""
    lines = lines_of(text)
    for one in read(f"a.{ending}", text):
        assert 1 <= one.start <= one.end
        if one.kind != "cell":
            assert one.end <= len(lines)
            assert one.text == "\n".join(lines[one.start - 1 : one.end])


def test_every_line_that_says_something_is_in_a_passage() -> None:
    """Of code, exactly once."""
    found = read("store.py", CLASS)
    covered = sorted(line for one in found for line in range(one.start, one.end + 1))
    wanted = [n for n, line in enumerate(CLASS.splitlines(), 1) if any(map(str.isalnum, line))]
    assert set(wanted) <= set(covered)
    assert len(covered) == len(set(covered))


@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        ("src/app.py", ""),
        ("yarn.lock", "lock file"),
        ("web/node_modules/a/index.js", "vendored"),
        ("logo.PNG", "binary"),
        ("app.min.js", "generated"),
        ("api_pb2.py", "generated"),
        ("Makefile", ""),
        ("vendored.py", ""),
        ("png", ""),
    ],
)
def test_names_that_are_not_worth_reading(path: str, verdict: str) -> None:
    """Told without opening the file."""
    assert name_verdict(path) == verdict


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (b"x = 1\n", ""),
        (b"a\0b", "binary"),
        ("text".encode("utf-16"), ""),
        (b"// Code generated by protoc-gen-go. DO NOT EDIT.\n", "generated"),
        (b"x" * (LARGEST + 1), "too large"),
        (b"var a=1;" * 2000, "generated"),
    ],
)
def test_contents_that_are_not_worth_keeping(data: bytes, verdict: str) -> None:
    """Told from how they begin."""
    assert content_verdict(data) == verdict
    assert readers.read("a.zz", Source(b"", readers.reader_of("a.zz")), data).verdict == verdict


def test_encodings() -> None:
    """What people wrote, whatever their editor made of it."""
    assert [text_of("grün".encode(name)) for name in ("utf-8", "utf-8-sig", "utf-16", "latin-1")] == [
        "grün"
    ] * 4


SAMPLES = {
    "python": "def f(a):\n    x = 1\n    return a\n\nclass A(B):\n    def g(self):\n        return 1\n",
    "go": "package x\n\nfunc (s *Server) Run(a int) error {\n\treturn nil\n}\n\n"
    "type Server struct {\n\tName string\n}\n",
    "typescript": "export class A {\n  run(x: number) {\n    return x\n  }\n}\n"
    "export const f = (a) => {\n  return a\n}\n",
    "c": "static int *parse(const char *s)\n{\n    return 0;\n}\n",
    "rust": "impl Foo {\n    fn bar(&self) -> u8 {\n        1\n    }\n}\n",
}
NAMES = {
    "python": ["f", "A", "g"],
    "go": ["Run", "Server"],
    "typescript": ["A", "run", "f"],
    "c": ["parse"],
    "rust": ["Foo", "bar"],
}


@pytest.mark.parametrize("language", SAMPLES)
def test_grammars_and_shapes_find_the_same_definitions(language: str) -> None:
    """Where the grammars are installed; the shape of the lines alone misses only short methods without a keyword."""
    wanted = NAMES[language]
    by_shape = [one.name for one in symbols.definitions(SAMPLES[language])]
    assert set(by_shape) <= set(wanted)
    assert len(by_shape) >= len(wanted) - 1
    if not grammar.installed():
        pytest.skip("the grammars of contextfs[index] are not installed")
    found = grammar.definitions(SAMPLES[language], language)
    assert found is not None
    assert [one.name for one in found] == wanted
    assert code_passages(SAMPLES[language], found)

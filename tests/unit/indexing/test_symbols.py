"""Where definitions begin and end, in the languages that people write."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.indexing import symbols

PYTHON = '''\
class Token:
    """A token."""

    async def refresh(
        self,
        grace: int = 30,
    ) -> str:
        if grace:
            return self.go(grace)

        return ""

    def drop(self): ...


LIMIT = 3
'''
TYPESCRIPT = """\
export class TokenManager extends Base {
  constructor(private store: Store) {
    this.store = store;
  }

  async refresh(token: string) {
    if (token) {
      return this.go(token);
    }
  }
}

export const useToken = (id: number): string => {
  return String(id);
};
"""
GO = """\
func (s *Server) Handle(w http.ResponseWriter) error {
\tif err := s.go(); err != nil {
\t\treturn err
\t}
\treturn nil
}

type Config struct {
\tName string
}
"""
RUST_AND_C = """\
pub(crate) async fn go<T>(x: T) -> u8 {
    1
}

int main(int argc, char **argv)
{
    return add(1, 2);
}
"""
RUBY = """\
module Auth
  class Token
    def refresh
      1
    end
  end
end
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PYTHON, [("Token", 1, 13), ("refresh", 4, 11), ("drop", 13, 13)]),
        (
            TYPESCRIPT,
            [("TokenManager", 1, 11), ("constructor", 2, 4), ("refresh", 6, 10), ("useToken", 13, 15)],
        ),
        (GO, [("Handle", 1, 6), ("Config", 8, 10)]),
        (RUST_AND_C, [("go", 1, 3), ("main", 5, 8)]),
        (RUBY, [("Auth", 1, 7), ("Token", 2, 6), ("refresh", 3, 5)]),
    ],
)
def test_definitions_have_their_lines(text: str, expected: list[tuple[str, int, int]]) -> None:
    """Each definition is found with its first and its last line, long signatures and nested ones too."""
    assert [tuple(one) for one in symbols.definitions(text)] == expected


def test_a_method_is_found_in_its_class() -> None:
    """A qualified name is looked for inside the class it names, and nowhere else."""
    assert symbols.find(PYTHON, "Token.refresh") == symbols.Definition("refresh", 4, 11)
    assert symbols.find(RUBY, "Auth::Token#refresh") == symbols.Definition("refresh", 3, 5)
    assert symbols.find(PYTHON, "Other.refresh") is None
    assert symbols.find(PYTHON, "nothing") is None
    assert symbols.find(PYTHON, "...") is None


RUST = """\
pub struct Pool<T> {
    free: Vec<T>,
}

impl<T: Clone> Pool<T> {
    pub fn acquire(&mut self) -> Option<T> {
        self.free.pop()
    }
}

impl<T> Drop for Pool<T> {
    fn drop(&mut self) {}
}
"""
RUBY_OUTSIDE = """\
module Pay
  class Refund
    def self.process!(order)
      order
    end
  end
end

class Pay::Ledger
  def empty?
    true
  end
end
"""
GO_AND_CPP = """\
func (c *Client) Listen() {
}

func (s *Server[T]) Listen() {
}

Server makeServer() {
}

void net::Server::close() {
}
"""
GNU_C = """\
static int
add (int a,
     int b)
{
  return a + b;
}

call (me);
"""
SHELL = """\
deploy() {
  echo go
}
roll-back () { echo back; }
"""


@pytest.mark.parametrize(
    ("text", "symbol", "lines"),
    [
        (RUST, "Pool::acquire", (6, 8)),
        (RUST, "Pool.drop", (12, 12)),
        (RUBY_OUTSIDE, "Pay::Refund", (2, 6)),
        (RUBY_OUTSIDE, "Refund.process!", (3, 5)),
        (RUBY_OUTSIDE, "Pay::Ledger#empty?", (10, 12)),
        (GO_AND_CPP, "Client.Listen", (1, 2)),
        (GO_AND_CPP, "Server.Listen", (4, 5)),
        (GO_AND_CPP, "net::Server::close", (10, 11)),
        (GO_AND_CPP, "Server.makeServer", None),
        (GNU_C, "add", (1, 6)),
        (GNU_C, "call", None),
        (SHELL, "deploy", (1, 3)),
        (SHELL, "roll-back", (4, 4)),
    ],
)
def test_a_name_is_found_as_its_language_writes_it(
    text: str, symbol: str, lines: tuple[int, int] | None
) -> None:
    """Methods of Rust, Ruby, Go and C++ belong to their types wherever they stand."""
    found = symbols.find(text, symbol)
    assert (found and (found.start, found.end)) == lines


def test_lines_know_what_they_belong_to() -> None:
    """The definitions around some lines come innermost first, then those that begin among them."""
    assert [one.name for one in symbols.around(PYTHON, 8, 9)] == ["refresh", "Token"]
    assert [one.name for one in symbols.around(PYTHON, 9, 13)] == ["Token", "drop"]
    assert symbols.around(PYTHON, 16, 16) == []


def test_python_is_read_as_its_own_parser_reads_it(source_files: list[Path]) -> None:
    """On the modules of this package, at least 98 of 100 definitions have the lines that Python's parser gives them."""
    right = whole = 0
    for path in source_files:
        text = path.read_text(encoding="utf-8")
        found = {(one.name, one.start): one.end for one in symbols.definitions(text)}
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                whole += 1
                right += found.get((node.name, node.lineno)) == node.end_lineno
    assert whole > 500
    assert right / whole >= 0.98, f"{right} of {whole}"


@given(st.text())
def test_any_text_has_definitions_or_none(text: str) -> None:
    """Nothing makes the reader fail, and every block lies within the text."""
    lines = len(text.splitlines())
    assert all(1 <= one.start <= one.end <= lines for one in symbols.definitions(text))


@pytest.fixture(scope="module")
def source_files() -> list[Path]:
    return sorted((Path(__file__).parents[3] / "src" / "contextfs").rglob("*.py"))


def test_looking_for_one_name_finds_what_all_of_them_say() -> None:
    """A name that is looked for by itself is found where the list of all definitions has it first."""
    for path in sorted((Path(symbols.__file__).parent.parent / "api").glob("*.py"))[:12]:
        text = path.read_text(encoding="utf-8")
        known = symbols.definitions(text)
        for name in dict.fromkeys(one.name for one in known):
            assert symbols.find(text, name) == next(one for one in known if one.name == name)

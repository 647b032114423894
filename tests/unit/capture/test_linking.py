"""What a memory names is found, and plain prose names nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.capture.linking import MOST, mentions, mentions_in
from contextfs.domain.memory import Memory, Mention


def named(text: str) -> list[tuple[str, str]]:
    return [(mention.kind, mention.name) for mention in mentions(text)]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("in src/auth/token_manager.py it is", "src/auth/token_manager.py"),
        ("see `src/app.py:42`.", "src/app.py"),
        ("src/app.py:42:7: error", "src/app.py"),
        ("(./tests/unit/test_x.py)", "tests/unit/test_x.py"),
        ("run docker-compose.yml", "docker-compose.yml"),
        ("README.md,", "README.md"),
        ("**config.toml**", "config.toml"),
        ("the Makefile", "Makefile"),
        ("cp .env.example", ".env.example"),
        (r"C:\code\app.py", "C:/code/app.py"),
        (r"src\app.ts", "src/app.ts"),
        ("docs/how-to.md#install", "docs/how-to.md"),
        ("__init__.py", "__init__.py"),
        ("/etc/nginx/nginx.conf", "/etc/nginx/nginx.conf"),
    ],
)
def test_files(text: str, path: str) -> None:
    """A path or a file name is found without its line number, its marks and a leading ./."""
    assert named(text) == [("file", path)]


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("the TokenManager class", "TokenManager"),
        ("UserService.getPreferences() fails", "UserService.getPreferences"),
        ("set max_connections=50", "max_connections"),
        ("CONTEXTFS_DATA_DIR is", "CONTEXTFS_DATA_DIR"),
        ("call `retry()` here", "retry"),
        ("calls retry(fn) twice", "retry"),
        ("`HTTPServer` is", "HTTPServer"),
        ("self._cache.get(key)", "_cache.get"),
        ("`redis.Redis`", "redis.Redis"),
        ("getUserById", "getUserById"),
    ],
)
def test_symbols(text: str, symbol: str) -> None:
    """Names in code are known by their humps, underscores, calls or backticks."""
    assert named(text) == [("symbol", symbol)]


@pytest.mark.parametrize(
    "text",
    [
        "Plain prose and/or a few words, with a hyphen-ated one.",
        "PostgreSQL, FastAPI, GitHub, JavaScript, OAuth2, Node.js and iOS",
        "1000 req/min, 30s/10s, 5/8.5, 2024/01/15, v1.2.3, 3.11, P99, us-east-1, $3.50",
        "https://example.org/x/y.py and git@github.com:company/backend.git",
        "e.g. this, i.e. that, etc.",
        "commit 3f9c12ab77e0 and see commit 3f9c12ab",
        "See facade, see deadbeef, memory abc123",
        'pip install -e ".[dev]"',
        "[[]] [[\n]] [[ unclosed",
        "Größe東京_x",
    ],
)
def test_prose_names_nothing(text: str) -> None:
    """Products, units, versions, addresses and dates are no files and no symbols."""
    assert named(text) == []


def test_memories_and_links() -> None:
    """An id behind a word that points is a memory, and a name in double brackets is a link."""
    assert named("See memory 3f9c12ab for it") == [("memory", "3f9c12ab")]
    assert named("supersedes `3f9c12ab77e04d5e9c8b7a6f5e4d3c2b`.") == [
        ("memory", "3f9c12ab77e04d5e9c8b7a6f5e4d3c2b")
    ]
    assert named("memory://3f9c12ab77e0") == [("memory", "3f9c12ab77e0")]
    assert named("[[auth design|the design]] and [[ x ]]") == [("link", "auth design"), ("link", "x")]


def test_a_memory_names_its_files_first_and_each_thing_once() -> None:
    """Given files come before what summary and content mention, nothing twice, and never the memory itself."""
    memory = Memory(
        "TokenManager in src/a.py, see memory 3f9c12ab77e04d5e9c8b7a6f5e4d3c2b; TokenManager again",
        summary="About src/b.py",
        files=["src/a.py"],
        id="3f9c12ab77e04d5e9c8b7a6f5e4d3c2b",
    )
    assert mentions_in(memory) == (
        Mention("file", "src/a.py"),
        Mention("file", "src/b.py"),
        Mention("symbol", "TokenManager"),
    )


def test_a_pasted_log_names_a_bounded_number_of_things() -> None:
    """However much a text names, only so many mentions are kept."""
    log = "\n".join(f"at module_{number}.call() (src/file{number}.js:{number}:1)" for number in range(2_000))
    assert len(mentions_in(Memory(log))) == MOST


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    """Any text is read without an error, and what it names is not empty and has no line break."""
    for mention in mentions(text):
        assert mention.name.strip()
        assert len(mention.name.splitlines()) == 1


@given(
    st.lists(st.sampled_from(["src/a.py", "TokenManager", "[[x]]", "max_tx"]), max_size=6),
    st.sampled_from([" ", ", ", "\n", "; "]),
)
def test_what_stands_in_a_list_is_found(things: list[str], between: str) -> None:
    """Whatever stands between them, all things of a list are found."""
    assert {mention.name for mention in mentions(between.join(things))} == {
        thing.strip("[]") for thing in things
    }

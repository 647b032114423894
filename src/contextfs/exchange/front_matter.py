"""The YAML block at the head of a Markdown file, read and written; the rest of the file is left as it is.

Words keep their meaning as YAML 1.2 has it: `no` is a text and a date stays as it was typed. What is written is read
back as the same values by any YAML program, because it is quoted wherever one of the two versions would see more in
it. A block that refers to its own parts is not read: a few lines of such references can unfold to gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

import yaml

from contextfs.errors import UnreadableSource

_YAML: Any = yaml  # its stubs leave `parse` half untyped
_LIMIT = 1 << 21
_FENCE = re.compile(r"---[ \t]*(\r?\n)")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_WIDE = 1_000_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_RESOLVERS = (
    ("tag:yaml.org,2002:null", re.compile(r"~|null|Null|NULL|"), ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:bool", re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF")),
    ("tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)"), list("-+0123456789")),
    (
        "tag:yaml.org,2002:float",
        re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"),
        list("-+0123456789"),
    ),
)


class _Reader(_LOADER):
    """YAML 1.2's few plain words instead of YAML 1.1's many."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own way to say it


class _Writer(_DUMPER):
    """Quotes what either version would take for something else than a text, and repeats what is the same."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML asks for each value
        """The same value twice is written twice."""
        return True


class _Block(dict[str, object]):
    """A mapping that is written one name a line, however short it is."""


def _lines_of(writer: Any, block: _Block) -> Any:
    return writer.represent_mapping("tag:yaml.org,2002:map", list(block.items()), flow_style=False)


_Writer.add_representer(_Block, _lines_of)
for _tag, _pattern, _first in _RESOLVERS:
    _exact = re.compile(f"(?:{_pattern.pattern})\\Z")
    _Reader.add_implicit_resolver(_tag, _exact, _first)
    _Writer.add_implicit_resolver(_tag, _exact, _first)


class Page(NamedTuple):
    """A Markdown file in its two parts."""

    fields: Mapping[str, Any]
    body: str
    newline: str = "\n"
    """How the lines of its block end, which tells an editor that rewrote the whole file."""


def split(text: str) -> Page:
    """The block and what follows it; a file without one is all body. Raises UnreadableSource for a broken block."""
    opening = _FENCE.match(text)
    closing = _END.search(text, opening.end()) if opening else None
    if not opening or not closing:
        return Page({}, text)
    return Page(_read(text[opening.end() : closing.start()]), text[closing.end() :], opening[1])


def write(fields: Mapping[str, object], body: str) -> str:
    """A Markdown file of a block and a body, which `split` takes apart again without a difference."""
    block = yaml.dump(
        _Block(fields),
        Dumper=_Writer,
        sort_keys=False,
        allow_unicode=True,
        width=_WIDE,
        default_flow_style=None,
    )
    return f"---\n{block}---\n{body}"


def _events(block: str) -> Iterator[object]:
    return cast("Iterator[object]", _YAML.parse(block, Loader=_LOADER))


def _read(block: str) -> Mapping[str, Any]:
    if len(block) > _LIMIT:
        raise UnreadableSource(f"The block at the head has {len(block):,} characters; that is too long.")
    try:
        if "*" in block and any(isinstance(one, yaml.AliasEvent) for one in _events(block)):
            raise UnreadableSource("The block at the head refers to its own parts; such YAML is not read.")
        found: object = yaml.load(block, Loader=_Reader)  # noqa: S506 - a safe loader with fewer words
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        told = " ".join(str(error).split())[:200]
        raise UnreadableSource(f"The block at the head is not YAML: {told}") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise UnreadableSource("The block at the head is not a list of `name: value` lines.")
    return {str(key): value for key, value in cast("dict[object, Any]", found).items()}

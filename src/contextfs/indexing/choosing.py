"""Which tracked files are worth reading: by their names first, then by how they begin (pure)."""

from __future__ import annotations

import re

LARGEST = 1 << 20
"""Bytes of a file that is read; a larger one was not written by hand."""

_LOCKS = frozenset(
    """
    package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock cargo.lock poetry.lock
    uv.lock pdm.lock pipfile.lock composer.lock gemfile.lock podfile.lock mix.lock go.sum flake.lock pubspec.lock
    packages.lock.json gradle.lockfile
    """.split()  # noqa: SIM905 - a list literal would be twenty quoted words
)
_VENDORED = frozenset(
    """
    node_modules bower_components vendor vendored third_party third-party thirdparty _vendor site-packages .yarn
    __pycache__ .venv
    """.split()  # noqa: SIM905 - the same
)
_BINARY = frozenset(
    """
    png jpg jpeg gif bmp ico webp tif tiff psd svgz pdf zip gz bz2 xz zst 7z tar tgz jar war whl so dylib dll exe o a
    obj lib class pyc pyo wasm bin dat db sqlite sqlite3 mp3 mp4 mov avi ogg wav flac webm ttf otf woff woff2 eot doc
    docx xls xlsx ppt pptx odt ods npy npz pkl pickle parquet onnx safetensors pt pth h5 mo gpg pfx p12 jks keystore
    """.split()  # noqa: SIM905 - the same
)
_GENERATED_NAME = re.compile(
    r"\.min\.(?:js|css|mjs)$|\.(?:map|snap)$|[._]pb2?(?:_grpc)?\.(?:py|go|cc|h|rb|pyi)$|\.pb\.go$|\.g\.(?:dart|cs)$"
    r"|\.generated\.[a-z]+$|_generated\.[a-z]+$|\.bundle\.js$|\.designer\.cs$",
    re.IGNORECASE,
)
_GENERATED_HEAD = re.compile(
    r"@generated\b|\bcode generated\b.{0,80}\bdo not edit\b|\bautomatically generated\b.{0,80}\bdo not (?:edit|modify)"
    r"|\bauto-?generated (?:file|code|by)\b|\bthis file (?:is|was) (?:auto(?:matically)?[- ])?generated\b",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 1500
_LONG_LINES = 400
"""Characters of an average line from which on a program wrote it."""


def name_verdict(path: str) -> str:
    """Why a file of this name is not read; empty when it is."""
    lower = path.lower()
    *folders, name = lower.split("/")
    if name in _LOCKS:
        return "lock file"
    if not _VENDORED.isdisjoint(folders):
        return "vendored"
    if name.rpartition(".")[2] in _BINARY and "." in name:
        return "binary"
    return "generated" if _GENERATED_NAME.search(name) else ""


def content_verdict(data: bytes) -> str:
    """Why this content is not read; empty when it is."""
    if len(data) > LARGEST:
        return "too large"
    if b"\0" in data[:8192] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "binary"
    head = data[:_HEAD].decode("utf-8", "replace")
    if _GENERATED_HEAD.search(head):
        return "generated"
    lines = data.count(b"\n") + 1
    return "generated" if len(data) > 5000 and len(data) / lines > _LONG_LINES else ""


def text_of(data: bytes) -> str:
    """The content as text, whatever encoding it is in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")

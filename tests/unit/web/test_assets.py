"""What is served beside the pages is what it was when it was looked at."""

from __future__ import annotations

import hashlib
from importlib.resources import files

from contextfs.web.assets import VENDORED, address, names

STATIC = files("contextfs.web").joinpath("static")


def test_the_libraries_are_as_they_came() -> None:
    """Every file of the vendored libraries has the hash that is written down, and each has its licence beside it."""
    there = {one.name for one in STATIC.joinpath("vendor").iterdir() if one.name.endswith(".js")}
    assert there == set(VENDORED)
    for name, wanted in VENDORED.items():
        content = STATIC.joinpath("vendor", name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == wanted, name
        licence = STATIC.joinpath("vendor", name.rpartition("-")[0] + ".LICENSE")
        assert "copy" in licence.read_text(encoding="utf-8").lower()


def test_no_asset_reaches_outside() -> None:
    """Our own style and scripts name no other host."""
    for name in names():
        if not name.startswith("vendor/"):
            text = STATIC.joinpath(name).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert "http://" not in text, name
            assert "https://" not in text, name


def test_an_address_changes_with_its_file() -> None:
    """A browser may keep a file for ever, since a changed one has another address."""
    assert address("style.css").startswith("/static/style.css?v=")
    assert address("style.css") != address("app.js").replace("app.js", "style.css")

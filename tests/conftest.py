"""What several tests share: one installation with the bundled dataset, and its face."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib.plugins.sparql import processor
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.sparql import Query

from graph.settings import Settings
from graph.store.embedded import EmbeddedReader
from graph.workers.nurseries import Nurseries
from graph.workers.pool import Limits, WorkerPool
from graph.workspace import Workspace
from service.app import create_app
from tests.terminal import run
from tests.visitor import Visitor, serving


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return an installation that holds the bundled dataset; no test writes to it."""
    installation = Workspace(Settings(home=Path(tmp_path_factory.mktemp("home"))))
    installation.load(installation.build())
    return installation


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the bundled dataset as the command loads it; no test writes to it."""
    place = tmp_path_factory.mktemp("loaded")
    assert run(place, "load").exit_code == 0
    return place


@pytest.fixture(scope="session")
def store(workspace: Workspace) -> EmbeddedReader:
    """Return a reader of the bundled dataset."""
    reader = workspace.store.reader()
    assert isinstance(reader, EmbeddedReader)
    return reader


@pytest.fixture(scope="session")
def pool(workspace: Workspace) -> Iterator[WorkerPool]:
    """Return workers of the installation."""
    limits = Limits(seconds=20)
    nurseries = Nurseries(workspace.settings.home / "store", limits, size=2, memory_tier=False)
    yield WorkerPool(nurseries.sockets, limits)
    nurseries.close()


@pytest.fixture(scope="session")
def app(workspace: Workspace, pool: WorkerPool) -> Flask:
    """Return the pages of the installation."""
    return create_app(workspace, pool.ask)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Return a visitor of a running service with the bundled dataset."""
    with serving(tmp_path_factory.mktemp("live")) as (_, visitor):
        yield visitor


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a visitor who has not been there before."""
    return app.test_client()


@pytest.fixture
def empty(tmp_path: Path, pool: WorkerPool) -> FlaskClient:
    """Return a visitor of an installation into which nothing was loaded."""
    return create_app(Workspace(Settings(home=tmp_path)), pool.ask).test_client()


@pytest.fixture
def parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have rdflib parse a query once: pySHACL hands it the same text for every node."""
    monkeypatch.setattr(processor, "parseQuery", lambda text: text)
    monkeypatch.setattr(processor, "translateQuery", _translated)


def _translated(text: str, base: str | None = None, names: Mapping[str, Any] = {}) -> Query:
    return _parsed(text, base, frozenset(names.items()))


@cache
def _parsed(text: str, base: str | None, names: frozenset[tuple[str, Any]]) -> Query:
    return translateQuery(parseQuery(text), base, dict(names))

"""What several tests share: one installation with the bundled dataset, and its face."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.settings import Settings
from graph.store.embedded import EmbeddedReader
from graph.workspace import Workspace
from service import create_app


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return an installation that holds the bundled dataset; no test writes to it."""
    installation = Workspace(Settings(home=Path(tmp_path_factory.mktemp("home"))))
    installation.load(installation.build())
    return installation


@pytest.fixture(scope="session")
def store(workspace: Workspace) -> EmbeddedReader:
    """Return a reader of the bundled dataset."""
    return workspace.store.reader()


@pytest.fixture(scope="session")
def app(workspace: Workspace) -> Flask:
    """Return the service of the installation."""
    return create_app(workspace)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a visitor who has not been there before."""
    return app.test_client()


@pytest.fixture
def empty(tmp_path: Path) -> FlaskClient:
    """Return a visitor of an installation into which nothing was loaded."""
    return create_app(Workspace(Settings(home=tmp_path))).test_client()

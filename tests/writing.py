"""A service that can be written to, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from graph.settings import Settings
from graph.store.embedded import EmbeddedReader
from graph.store.interface import AnswerForm
from graph.workers.wire import Request
from graph.workers.writer import WriterProcess
from graph.workers.writing import Writing
from graph.workspace import Workspace
from service.app import create_app
from service.writes import graph_store, outcomes, update

ADMIN = "bootstrap-token-for-tests"
BEARER = {"Authorization": f"Bearer {ADMIN}"}
TURTLE = {**BEARER, "Content-Type": "text/turtle"}
UPDATES = {**BEARER, "Content-Type": "application/sparql-update"}


@dataclass
class Served:
    """An application with a writer."""

    app: Flask
    workspace: Workspace
    writer: WriterProcess
    writing: Writing

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def ask(self, pattern: str) -> bool:
        """Return whether the newest version holds a pattern, the default graph being its own."""
        query = f"ASK {{ {pattern} }}"
        reader = self.workspace.store.reader()
        assert isinstance(reader, EmbeddedReader)
        return bool(reader._engine.query(query))

    def count(self) -> int:
        return self.workspace.store.version().number


def _no_queries(query: Request) -> tuple[AnswerForm, bytes]:
    raise NotImplementedError


@contextmanager
def served(folder: Path, settings: Settings | None = None) -> Iterator[Served]:
    """Start a service on a home in a folder."""
    settings = replace(settings or Settings(admin_token=ADMIN), home=folder / "home")
    workspace = Workspace(settings)
    sockets = folder / "sockets"
    sockets.mkdir(parents=True, exist_ok=True)
    (sockets / "writer").unlink(missing_ok=True)
    writer = WriterProcess(settings, sockets)
    way = Writing(sockets, 30.0)
    app = create_app(workspace, _no_queries)
    outcomes.install(app, workspace, way)
    for part in (update, graph_store):
        if part.blueprint.name not in app.blueprints:
            app.register_blueprint(part.blueprint)
    try:
        yield Served(app, workspace, writer, way)
    finally:
        writer.close()

"""All parts that machines follow, put into an application."""

from __future__ import annotations

from flask import Flask

from graph.workspace import Workspace
from service.front.counters import Counters
from service.publishing import (
    catalog,
    developers,
    examples,
    metrics,
    names,
    openapi,
    prefixes,
    sitemap,
    void,
)
from service.publishing.publication import Publication

_PARTS = (void, catalog, examples, prefixes, names, sitemap, openapi, developers, metrics)


def install(app: Flask, workspace: Workspace, counters: Counters | None) -> None:
    """Let an application describe itself and what it serves.

    Args:
        app: The application.
        workspace: The installation that is described.
        counters: What counts its requests; ``None`` if nothing does.
    """
    app.extensions["publication"] = Publication.of(workspace, counters)
    for part in _PARTS:
        app.register_blueprint(part.blueprint)

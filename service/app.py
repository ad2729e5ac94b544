"""The application: read from here, and every import leads down."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Flask, request

from graph.errors import MandateGraphError
from graph.languages import Language
from graph.library.question import Library, read_library
from graph.records.schema import read_schema
from graph.store.interface import Version
from graph.workers.writing import Writing
from graph.workspace import Workspace
from service import headers, languages, operations, problems
from service.addresses import Addresses
from service.dataset import dataset_of
from service.front.counters import Counters
from service.judging import Judging
from service.pages import (
    audits,
    calendar,
    compare,
    home,
    lists,
    questions,
    schema,
    search,
    sparql,
    thing_pages,
)
from service.pages.cells import language_name
from service.pages.evaluation import Evaluate
from service.pages.order import orders
from service.publishing import changes, dumps, following, ldes, parts
from service.remembering import Recent, Remembered
from service.searching import Searches
from service.serving import reader
from service.writes import graph_store, outcomes, update

MAX_BODY = 200_000
"""Bytes of the body of a request."""


def create_app(
    workspace: Workspace,
    evaluate: Evaluate,
    library: Library | None = None,
    writer: Writing | None = None,
    counters: Counters | None = None,
) -> Flask:
    """Return the service of one installation.

    Args:
        workspace: The installation; its store may be empty, and may be written
            to by others while the service runs.
        evaluate: Answers the queries of strangers.
        library: The questions; those that ship with the product if ``None``.
        writer: The way to what writes; nothing can be written if ``None``.
        counters: What counts requests; they are not counted if ``None``.
    """
    app = Flask("service")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["dataset"] = dataset_of(workspace.store)
    app.extensions["searches"] = Searches(workspace.searches)
    app.extensions["evaluate"] = evaluate
    app.extensions["judging"] = Judging(workspace)
    app.extensions["library"] = read_library() if library is None else library
    app.extensions["addresses"] = Addresses(workspace.settings.base)
    app.extensions["workspace"] = workspace
    app.extensions["releases"] = workspace.releases
    app.extensions["remembered"] = Remembered()
    app.extensions["views"] = Recent(following.KEPT)
    app.extensions["orders"] = orders(read_schema())
    languages.install(app)
    problems.install(app)
    headers.install(app)
    app.context_processor(_frame)
    outcomes.install(app, workspace, writer)
    parts.install(app, workspace, counters)
    pages = (home, audits, questions, calendar, thing_pages, compare, lists, search, sparql, schema)
    for part in (*pages, operations, dumps, changes, ldes, update, graph_store):
        app.register_blueprint(part.blueprint)
    return app


def _frame() -> dict[str, object]:
    """Return what every page shows around its content."""
    return {
        "language": languages.language(),
        "alternates": _alternates(),
        "language_name": language_name,
        "dataset": _version(),
        "program": operations.program_version(),
    }


def _version() -> Version | None:
    """Return the version that is shown, ``None`` on a page that says why there is none."""
    try:
        return reader().version
    except MandateGraphError:
        return None


def _alternates() -> list[tuple[Language, str]]:
    """Return the address of the present page in each language.

    It is put together from the request, and not by ``url_for``, which takes
    some names of fields for orders to itself.
    """
    # A second slash at the beginning would make a host of the next word.
    path = request.script_root + quote("/" + request.path.lstrip("/"), safe="/:@!$&'()*+,;=~")
    fields = [(name, text) for name, text in request.args.items(multi=True) if name != "lang"]
    return [
        (spoken, f"{path}?{urlencode([*fields, ('lang', code)])}")
        for code, spoken in languages.languages().items()
    ]

"""What all ways to write have in common: limits, log, outcomes.

An application whose writer is missing refuses to write and is otherwise whole.
"""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Flask, Response, current_app

from graph.errors import (
    ContentError,
    EngineAwayError,
    Finding,
    MandateGraphError,
    ShapesError,
    StoreBusyError,
    StoreError,
    TooManyWritesError,
    WriteError,
    WriteTimeoutError,
)
from graph.tokens import Token
from graph.workers.writing import Write, Writing, Written
from graph.workspace import Workspace
from graph.writes import Entry, WriteLog
from service.languages import language
from service.problems import problem
from service.statuses import status_of

_TRY_AGAIN = {
    TooManyWritesError: "2",
    StoreBusyError: "2",
    EngineAwayError: "5",
    WriteTimeoutError: "30",
}


def install(app: Flask, workspace: Workspace, writing: Writing | None) -> None:
    """Give an application what its writing parts need.

    Args:
        app: The application.
        workspace: The installation that is written to.
        writing: The way to its writer; ``None`` if nothing can be written.
    """
    app.extensions["writing"] = writing
    app.extensions["tokens"] = workspace.tokens
    app.extensions["write_log"] = workspace.log
    app.extensions["max_body"] = workspace.settings.max_body_mb << 20
    app.extensions["temporary"] = workspace.settings.home / "temporary"


def tell_failures(blueprint: Blueprint) -> None:
    """Have a blueprint answer writes that were not done with problem documents."""
    blueprint.register_error_handler(WriteError, failure)
    blueprint.register_error_handler(StoreError, failure)


def do(write: Write, token: Token, graph: str | None) -> Written:
    """Do a write for the holder of a token, and log it.

    Args:
        write: The write.
        token: The token.
        graph: The graph that is named outside the text of an update, for the log.

    Raises:
        MandateGraphError: If it was not done; see ``Writing.do``.
    """
    writing: Writing | None = current_app.extensions["writing"]
    log: WriteLog = current_app.extensions["write_log"]
    if writing is None:
        raise StoreError("This service only reads.")
    try:
        done = writing.do(write)
    except MandateGraphError as error:
        log.add(Entry(token.name, write.kind, graph, type(error).__name__, detail=str(error)))
        raise
    log.add(Entry(token.name, write.kind, graph, "done", done.before, done.after))
    return done


def answer(done: Written, status: int) -> Response:
    """Return the answer to a write that was done: the version it led to."""
    response = Response(status=status)
    if status == 204:
        del response.headers["Content-Type"]
    else:
        response.set_data(f'{{"version": {done.after}}}\n')
        response.mimetype = "application/json"
    response.headers["Dataset-Version"] = str(done.after)
    response.headers["Cache-Control"] = "no-store"
    return response


def failure(error: MandateGraphError) -> Response:
    """Return the answer to a write that was not done."""
    status = status_of(error)
    facts: dict[str, object] = {}
    if isinstance(error, ContentError):
        facts = {"line": error.line, "column": error.column}
    elif isinstance(error, ShapesError):
        facts = {"findings": [_told(found, language().code) for found in error.findings]}
    response = problem(status, str(error), **facts)
    if type(error) in _TRY_AGAIN:
        response.headers["Retry-After"] = _TRY_AGAIN[type(error)]
    return response


def _told(found: Finding, language: str) -> dict[str, str]:
    facts = asdict(found) | {"message": found.said_in(language)}
    del facts["translations"]
    return facts

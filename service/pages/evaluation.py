"""Where a stranger's query is evaluated: in a worker, never in the process that serves pages."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app

from graph.store.interface import AnswerForm
from graph.workers.wire import Request as Query

Evaluate = Callable[[Query], tuple[AnswerForm, bytes]]
"""Takes a query, returns the form and the bytes of its whole answer; see ``WorkerPool.ask``."""


def evaluate(query: str) -> tuple[AnswerForm, bytes]:
    """Return the whole answer to a query, solutions as JSON and a graph as Turtle.

    Raises:
        QueryError: If the query cannot be answered as it is written, or at the moment.
    """
    found: Evaluate = current_app.extensions["evaluate"]
    return found(Query(query, "json", "turtle"))

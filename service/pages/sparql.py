"""The SPARQL page: a form, and the answer as a table."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph
from flask import Blueprint, Response, make_response, render_template, request
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions

from graph.errors import QueryError, QuerySyntaxError
from graph.store.interface import AnswerForm, Table
from graph.vocabulary import PREFIXES
from service.formats import GRAPHS, RESULTS
from service.front.exchange import Request
from service.front.protocol import Asked, read
from service.languages import language
from service.pages.evaluation import evaluate
from service.pages.tables import Shown, shown_solutions
from service.statuses import status_of

blueprint = Blueprint("sparql", __name__)

EXAMPLE = """
SELECT ?act ?name (COUNT(?mandate) AS ?mandates)
WHERE {
  ?mandate a mg:Mandate ; mg:underAct ?act .
  ?act rdfs:label ?name .
  FILTER(LANG(?name) = "en")
}
GROUP BY ?act ?name
ORDER BY DESC(?mandates) ?act
"""
_SHOWN_GRAPH = 100_000
_LINES_BEFORE = 2


@dataclass(frozen=True)
class Answered:
    """An answer on a page: one of a table, a truth value and a graph as Turtle."""

    table: Shown | None = None
    truth: bool | None = None
    graph: str = ""
    cut: bool = False


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Show the form, and the answer to a query on a page; programs are answered elsewhere."""
    headers = {name.lower(): text for name, text in request.headers}
    asked = read(
        Request(request.method, request.path, request.query_string, headers, ""),
        request.get_data() if request.method == "POST" else b"",
    )
    response = _page(asked)
    response.vary.add("Accept")
    return response


def _page(asked: Asked) -> Response:
    query = asked.query
    answered, error = None, None
    if query is not None and query.strip():
        try:
            answered = _shown(evaluate(query))
        except QueryError as failure:
            error = failure
    page = render_template(
        "sparql.html",
        query=_head() + EXAMPLE if query is None else query,
        asked=query,
        answered=answered,
        error=error,
        excerpt=_excerpt(query or "", error),
        formats=GRAPHS if answered and answered.graph else RESULTS,
    )
    return make_response(page, status_of(error) if error else 200)


def _shown(answer: tuple[AnswerForm, bytes]) -> Answered:
    form, body = answer
    if form == "graph":
        text = body.decode()
        return Answered(graph=text[:_SHOWN_GRAPH] or "#", cut=len(text) > _SHOWN_GRAPH)
    found = pyoxigraph.parse_query_results(body, format=QueryResultsFormat.JSON)
    if isinstance(found, QueryBoolean):
        return Answered(truth=bool(found))
    return Answered(table=shown_solutions(_table(found), language()))


def _table(solutions: QuerySolutions) -> Table:
    variables = solutions.variables
    columns = tuple(variable.value for variable in variables)
    return Table(columns, tuple(tuple(row[v] for v in variables) for row in solutions))


def _excerpt(query: str, error: QueryError | None) -> str:
    """Return the lines around the one that an error speaks of, a mark below its column."""
    if not isinstance(error, QuerySyntaxError) or not error.line or not error.column:
        return ""
    lines = query.splitlines()
    if error.line > len(lines):
        return ""
    first = max(0, error.line - _LINES_BEFORE - 1)
    numbered = [f"{number + 1:>4}  {lines[number]}" for number in range(first, error.line)]
    return "\n".join([*numbered, " " * (error.column + 5) + "^"])


def _head() -> str:
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())

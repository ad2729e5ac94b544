"""The SPARQL endpoint: results for programs, a form and a table for people."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph
from flask import Blueprint, Response, make_response, render_template
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions
from werkzeug.exceptions import BadRequest

from graph.errors import QueryError, QuerySyntaxError
from graph.store.interface import GraphFormat, ResultFormat, Serialized, Table
from graph.vocabulary import PREFIXES
from service.evaluation import evaluate
from service.languages import language
from service.negotiate import GRAPHS, PAGE, RESULTS, Format, accepted, not_acceptable, page_wanted
from service.problems import status_of
from service.protocol import Asked, read_asked
from service.serving import reader
from service.tables import Shown, shown_solutions

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
class Formats:
    """How solutions and how a graph are to be written; ``None`` if the request takes none."""

    results: Format[ResultFormat] | None
    graph: Format[GraphFormat] | None


@dataclass(frozen=True)
class Answered:
    """An answer on a page: one of a table, a truth value and a graph as Turtle."""

    table: Shown | None = None
    truth: bool | None = None
    graph: str = ""
    cut: bool = False


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query, or show the form."""
    asked = read_asked()
    if asked.format == "html" or (not asked.format and page_wanted(machine=(*RESULTS, *GRAPHS))):
        response = _page(asked)
    else:
        response = _results(asked)
    response.vary.add("Accept")
    return response


def _results(asked: Asked) -> Response:
    if not (asked.query or "").strip():
        raise BadRequest("There is no query; give it as “query”.")
    formats = _formats(asked)
    if formats.results is None and formats.graph is None:
        raise not_acceptable((*RESULTS, *GRAPHS, PAGE))
    results, graph = formats.results or RESULTS[0], formats.graph or GRAPHS[0]
    answer = evaluate(asked.query or "", reader(), results.name, graph.name)
    chosen = formats.graph if answer.form == "graph" else formats.results
    if chosen is None:
        raise not_acceptable(GRAPHS if answer.form == "graph" else RESULTS)
    response = make_response(answer.body)
    response.mimetype = chosen.media_type
    return response


def _formats(asked: Asked) -> Formats:
    """Return the formats that ``format`` names, else those that Accept likes best."""
    if not asked.format:
        return Formats(accepted(RESULTS), accepted(GRAPHS))
    return Formats(
        next((form for form in RESULTS if form.is_called(asked.format)), None),
        next((form for form in GRAPHS if form.is_called(asked.format)), None),
    )


def _page(asked: Asked) -> Response:
    query = asked.query
    answered, error = None, None
    if query is not None and query.strip():
        try:
            answered = _shown(evaluate(query, reader(), "json", "turtle"))
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


def _shown(answer: Serialized) -> Answered:
    if answer.form == "graph":
        text = answer.body.decode()
        return Answered(graph=text[:_SHOWN_GRAPH] or "#", cut=len(text) > _SHOWN_GRAPH)
    found = pyoxigraph.parse_query_results(answer.body, format=QueryResultsFormat.JSON)
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

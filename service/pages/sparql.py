"""The SPARQL page: a form, and the answer as a table or a chart."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pyoxigraph
from flask import Blueprint, Response, jsonify, make_response, render_template, request
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions

from graph.errors import QueryError, QuerySyntaxError
from graph.languages import best
from graph.store.interface import AnswerForm, Table
from graph.terms.ontology import read_terms
from graph.vocabulary import PREFIXES, declared
from service.built import built_script
from service.charts.choosing import chart, suited
from service.charts.drawing import Drawing
from service.formats import GRAPHS, RESULTS
from service.front.exchange import Request
from service.front.protocol import Asked, read
from service.headers import style_nonce
from service.languages import gettext, language
from service.pages.evaluation import evaluate
from service.pages.questions import question_groups
from service.pages.tables import Shown, shown_solutions
from service.pages.wording import usual_terms
from service.serving import library
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


@blueprint.get("/sparql/terms.json")
def terms() -> Response:
    """Send what an editor can offer: prefixes, and terms with their names in words."""
    code = language().code
    known = [{"name": name, "label": label} for name, label in usual_terms().items()]
    for term in read_terms().values():
        label = term.labels[best(term.labels, code)] if term.labels else ""
        definition = term.definitions[best(term.definitions, code)] if term.definitions else ""
        known.append({"name": term.written, "label": label, "definition": definition})
    return jsonify({"prefixes": PREFIXES, "terms": known})


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
        query=_beginning() if query is None else query,
        asked=query,
        answered=answered,
        error=error,
        excerpt=_excerpt(query or "", error),
        formats=GRAPHS if answered and answered.graph else RESULTS,
        chart=_chart(answered.table) if answered and answered.table else None,
        examples=question_groups(library(), language()),
        editor=_editor(),
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


def _chart(table: Shown) -> Drawing | None:
    return chart(suited(table), gettext("Answer"), table, (), language())


@dataclass(frozen=True)
class Editor:
    """What the editor needs that takes the place of the plain field, where it was built."""

    script: str
    nonce: str
    phrases: str


def _editor() -> Editor | None:
    script = built_script("editor")
    if not script:
        return None
    phrases = {"Completions": gettext("Completions"), "Diagnostics": gettext("Mistakes")}
    return Editor(script, style_nonce(), json.dumps(phrases, ensure_ascii=False))


def _beginning() -> str:
    """Return what stands in the form before anything was asked: an example, or one of many."""
    chosen = library().questions.get(request.args.get("example", ""))
    return chosen.bound({}, language().code) if chosen else declared() + EXAMPLE

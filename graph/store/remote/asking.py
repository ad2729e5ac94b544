"""Asking an engine, and reading what it answers: whole, or as it comes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TypeVar, cast
from urllib.parse import urlencode

import pyoxigraph
from pyoxigraph import (
    Literal,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
)
from SPARQLWrapper import JSON, POST, SELECT, SPARQLWrapper

from graph.errors import EngineError, MandateGraphError, QueryRefusedError, QuerySyntaxError
from graph.sparql.guard import Look, check_query
from graph.sparql.outside import calls_service
from graph.store.interface import AnswerForm, GraphFormat, ResultFormat, Table
from graph.store.reading import GRAPH_FORMATS, RESULT_FORMATS
from graph.store.remote.engine import Engine
from graph.store.remote.line import Complaint, Line, Reply, Sent, Task, check_status
from graph.store.syntax import refuse_service, syntax_error
from graph.vocabulary import PREFIXES, well_known

T = TypeVar("T")
Fields = Sequence[tuple[str, str]]

FORM = "application/x-www-form-urlencoded"
_RESULTS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
}
_GRAPHS = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
_PLACE = re.compile(r"line:?\s*(\d+),?\s*col(?:umn)?:?\s*(\d+)", re.IGNORECASE)
_DECIMAL = well_known("xsd", "decimal")
_ACCEPT_RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_ACCEPT_GRAPHS = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"

Found = QuerySolutions | QueryBoolean | Iterator[Quad]
"""An answer of which only the beginning was read."""


class _Wrapper(SPARQLWrapper):
    """SPARQLWrapper, which puts requests together, on a line that keeps to a time.

    Its own way to send follows redirects with the credentials, and takes a new
    connection for each request.
    """

    def __init__(self, line: Line, task: Task) -> None:
        super().__init__(line.engine.query, returnFormat=JSON)
        self.setMethod(POST)
        self._line = line
        self._task = task

    def _parseQueryType(self, query: str) -> str:  # noqa: N802 - its name
        """Return the form, which we know: it would take a variable ?addressee for an update."""
        return SELECT

    def reply(self, query: str) -> Reply:
        """Send a query, and return the reply, of which only the head is there."""
        self.setQuery(query)
        request = self._createRequest()
        body = cast(bytes, request.data)
        sent = Sent("POST", request.full_url, body, dict(request.header_items()))
        return self._line.send(sent, self._task)


def select(line: Line, query: str, fields: Fields = (), seconds: float | None = None) -> Table:
    """Return the solutions of a SELECT query that the product itself wrote.

    Args:
        line: The way to the engine.
        query: The query.
        fields: What else the request says.
        seconds: How long it may take; what the settings say if ``None``.

    Raises:
        QuerySyntaxError: If the text is not a SELECT query.
        EngineError: If the engine does not answer.
    """
    task = Task(seconds or line.engine.seconds)
    wrapper = _Wrapper(line, task)
    for name, text in fields:
        wrapper.addParameter(name, text)
    with _reading(wrapper.reply(query), line.engine, solutions=True) as found:
        if not isinstance(found, QuerySolutions):
            raise QuerySyntaxError("The query is not a SELECT query.")
        variables = found.variables
        columns = tuple(variable.value for variable in variables)
        rows = (tuple(_usual(row[v]) for v in variables) for row in found)
        return Table(columns, tuple(rows))


def triples(line: Line, query: str, fields: Fields = ()) -> list[Triple]:
    """Return the graph that a CONSTRUCT query of the product itself makes."""
    with asked(line, query, fields, Task(line.engine.seconds), graph=True) as found:
        return [
            Triple(quad.subject, quad.predicate, _usual(quad.object))
            for quad in cast(Iterator[Quad], found)
        ]


def admitted(query: str, base: str = "") -> Look:
    """Return what a look at a stranger's query shows, if it may be handed to an engine elsewhere.

    Args:
        query: The query.
        base: What relative IRIs in it are resolved against.

    Raises:
        QuerySyntaxError: If it asks another server, and is not SPARQL.
        QueryRefusedError: If it asks another server, or is longer or deeper than is answered.
    """
    look = check_query(query)
    # The engine would ask the other server: it is not even shown the text.
    if calls_service(query):
        refuse_service(query, base)
    return look


@contextmanager
def asked(
    line: Line, query: str, fields: Fields, task: Task, *, graph: bool = False
) -> Iterator[Found]:
    """Ask any query, and give what the engine answers to be read as it comes.

    Args:
        line: The way to the engine.
        query: The query; nothing looks at its text.
        fields: What else the request says.
        task: How long it may take, and the way to stop it.
        graph: Whether the answer is a graph.

    Raises:
        QueryError: If the engine says that the query is wrong.
        EngineError: If it does not answer, or the answer does not come to its end.
    """
    body = urlencode([("query", query), *fields, *line.engine.limit(task.left())]).encode()
    accept = _ACCEPT_GRAPHS if graph else _ACCEPT_RESULTS
    sent = Sent("POST", line.engine.query, body, {"Content-Type": FORM, "Accept": accept})
    with _reading(line.send(sent, task), line.engine, solutions=not graph) as found:
        yield found


def write(found: Found, output: IO[bytes], results: ResultFormat, graph: GraphFormat) -> None:
    """Write an answer in one of our formats, as it comes."""
    if isinstance(found, QuerySolutions | QueryBoolean):
        found.serialize(output=output, format=RESULT_FORMATS[results])
    else:
        plain = (quad.triple for quad in found)
        chosen = GRAPH_FORMATS[graph]
        pyoxigraph.serialize(plain, output=output, format=chosen, prefixes=PREFIXES)


def form_of(found: Found) -> AnswerForm:
    """Return the form of an answer."""
    if isinstance(found, QuerySolutions):
        return "solutions"
    return "boolean" if isinstance(found, QueryBoolean) else "graph"


def _usual(term: T) -> T | Literal:
    """Return a term with decimals as the built-in store writes them: engines change their form.

    Example:
        >>> _usual(Literal("3.0", datatype=_DECIMAL)).value
        '3'
    """
    if isinstance(term, Literal) and term.datatype == _DECIMAL and "." in term.value:
        return Literal(term.value.rstrip("0").rstrip(".") or "0", datatype=_DECIMAL)
    return term


@contextmanager
def _reading(reply: Reply, engine: Engine, *, solutions: bool) -> Iterator[Found]:
    """Give an answer to be read, and make sure that it came to its end."""
    whole = False
    try:
        check_status(reply, engine)
        yield _parsed(reply, solutions=solutions)
        # What is left is the end of the transport; its breaking off is found out here.
        while reply.read():
            pass
        whole = True
    except Complaint as complaint:
        raise complaint_error(complaint) from None
    except MandateGraphError:
        raise
    except (SyntaxError, ValueError, EOFError) as error:
        raise reply.fault or EngineError(
            "The engine that holds the data answered with what cannot be read."
        ) from (None if reply.fault else error)
    finally:
        reply.close(reusable=whole)


def _parsed(reply: Reply, *, solutions: bool) -> Found:
    source = cast(IO[bytes], reply)
    if solutions and (results := _RESULTS.get(reply.media_type)):
        found: QuerySolutions | QueryBoolean
        found = pyoxigraph.parse_query_results(source, format=results)
        return found
    if not solutions and (graph := _GRAPHS.get(reply.media_type)):
        return cast(Iterator[Quad], pyoxigraph.parse(source, format=graph))
    raise EngineError("The engine that holds the data answered in a format not asked for.")


def complaint_error(complaint: Complaint, noun: str = "query") -> MandateGraphError:
    """Return what the engine says of a query or update as an error of ours."""
    if complaint.status != 400:
        return EngineError("The engine that holds the data failed; see its log.")
    if complaint.text.startswith("error at "):
        return syntax_error(complaint.text, noun)
    place = _PLACE.search(complaint.text)
    if not place:
        return QueryRefusedError(f"The engine does not take the {noun}; see how it is written.")
    line, column = int(place[1]), int(place[2])
    message = f"The {noun} is not SPARQL at line {line}, column {column}."
    return QuerySyntaxError(message, line, column)

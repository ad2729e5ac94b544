"""Queries over an Oxigraph database that nobody changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

import pyoxigraph
from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
)

from graph.errors import QueryRefusedError, QuerySyntaxError
from graph.sparql.exists import nested
from graph.sparql.guard import check_query, names_graphs, speaks_of_graphs
from graph.sparql.outside import calls_service
from graph.store.interface import (
    AnswerForm,
    GraphFormat,
    ResultFormat,
    Serialized,
    Table,
    Version,
)
from graph.store.syntax import refuse_service, syntax_error
from graph.vocabulary import PREFIXES

RESULT_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}
_MAX_UNKNOWN = 20
_UNKNOWN_FUNCTION = re.compile(r"custom function <?([^\s<>]+)>? is not supported")


Answerable = QuerySolutions | QueryBoolean | QueryTriples
"""The engine's answer, of which nothing has been worked out yet."""


class EngineReader:
    """Answers queries over one version held by an Oxigraph database."""

    def __init__(
        self, engine: pyoxigraph.Store, version: Version, union: pyoxigraph.Store | None = None
    ) -> None:
        """Keep the database, which must not change any more, and the union of its graphs."""
        self._engine = engine
        self._version = version
        self._union = union

    @property
    def version(self) -> Version:
        """The version that every answer rests on."""
        return self._version

    @property
    def engine(self) -> pyoxigraph.Store:
        """The database, for looking at statements one by one; it must not be changed."""
        return self._engine

    def select(self, query: str) -> Table:
        """Return the solutions of a SELECT query that the product itself wrote.

        Raises:
            QuerySyntaxError: If the text is not a SELECT query.
        """
        solutions = self._evaluate(query, graphs=speaks_of_graphs(query))
        if not isinstance(solutions, QuerySolutions):
            raise QuerySyntaxError("The query is not a SELECT query.")
        columns = tuple(variable.value for variable in solutions.variables)
        # Asking a solution for its variables one by one takes ten times as long.
        rows = tuple(tuple(solution) for solution in solutions)
        return Table(columns, rows)

    def serialize(self, query: str, results: ResultFormat, graph: GraphFormat) -> Serialized:
        """Return the whole answer to any query, in the format that fits its form.

        Raises:
            QuerySyntaxError: If the text is not SPARQL; it says where.
            QueryRefusedError: If the query reaches outside the store, or is too
                long or too deep.
        """
        found = self._evaluate(query, graphs=check_query(query).graphs)
        if isinstance(found, QueryTriples):
            body = pyoxigraph.serialize(found, format=GRAPH_FORMATS[graph], prefixes=PREFIXES)
            return Serialized("graph", body or b"")
        form: AnswerForm = "boolean" if isinstance(found, QueryBoolean) else "solutions"
        return Serialized(form, found.serialize(format=RESULT_FORMATS[results]) or b"")

    def dump(self, output: IO[bytes], form: GraphFormat, graph: str | None = None) -> None:
        """Write all statements of a graph to a file, or of all graphs.

        Args:
            output: The file.
            form: The format; only N-Quads and TriG can hold all graphs.
            graph: The name of the graph, empty for the default graph; ``None`` for all.
        """
        chosen = GRAPH_FORMATS[form]
        if graph is None:
            self._engine.dump(output, format=chosen, prefixes=PREFIXES)
            return
        node = NamedNode(graph) if graph else DefaultGraph()
        if graph and form in {"nquads", "trig"}:
            quads = self._engine.quads_for_pattern(None, None, None, node)
            pyoxigraph.serialize(quads, output=output, format=chosen, prefixes=PREFIXES)
        else:
            self._engine.dump(output, format=chosen, from_graph=node, prefixes=PREFIXES)

    def _evaluate(self, query: str, *, graphs: bool) -> Answerable:
        """Start an evaluation, of the union where the query speaks of no graph."""
        if self._union is None or graphs:
            return evaluate(self._engine, query)
        return evaluate(self._union, query, union=False)

    def describe(self, iri: str) -> tuple[Quad, ...]:
        """Return the statements with that IRI as subject, in the order of their text."""
        return tuple(sorted(self._engine.quads_for_pattern(NamedNode(iri), None, None), key=str))


def evaluate(
    engine: pyoxigraph.Store,
    query: str,
    default_graphs: Sequence[NamedNode] | None = None,
    named_graphs: Sequence[NamedNode] | None = None,
    *,
    base: str = "",
    union: bool = True,
) -> Answerable:
    """Start the evaluation of a query.

    Args:
        engine: What is asked.
        query: SPARQL text that has passed ``check_query``.
        default_graphs: The graphs a request names as default graph, in place of
            the union or of what FROM names.
        named_graphs: The graphs it names as named graphs; all others are then hidden.
        base: What relative IRIs are resolved against, if not empty.
        union: Whether the default graph is the union of all graphs, where neither
            the request nor the query names graphs; else it is the dataset's own.

    Raises:
        QuerySyntaxError: If the text is not SPARQL; it says where.
        QueryForbiddenError: If it asks another server.
        QueryRefusedError: If the engine cannot do it.

    Source:
        SPARQL 1.1 Protocol, section 2.1.4: the graphs of a request win.
    """
    if calls_service(query):
        refuse_service(query, base)
    dataset: dict[str, Any] = {
        "use_default_graph_as_union": union and not names_graphs(query),
    }
    if default_graphs is not None or named_graphs is not None:
        dataset = {
            "default_graph": list(default_graphs or ()),
            "named_graphs": list(named_graphs or ()),
        }
    options = {"base_iri": base or None, **dataset}
    quick = nested(query)
    if quick != query:
        # A mistake is told of the text that was sent.
        with suppress(QuerySyntaxError):
            return _evaluate(engine, quick, options, {})
    return _evaluate(engine, query, options, {})


def _evaluate(
    engine: pyoxigraph.Store,
    query: str,
    options: Mapping[str, Any],
    unknown: Mapping[NamedNode, Any],
) -> Answerable:
    """Evaluate a query; a call of a function that the engine does not know is an error there.

    Source:
        SPARQL 1.1 Query Language, section 17.2: an error of an expression does not
        end the query.
    """
    try:
        return engine.query(query, custom_functions=dict(unknown), **options)
    except SyntaxError as error:
        raise syntax_error(str(error)) from error
    except RuntimeError as error:
        found = _UNKNOWN_FUNCTION.search(str(error))
        if not found or len(unknown) >= _MAX_UNKNOWN:
            raise QueryRefusedError(f"The query cannot be evaluated: {error}.") from error
        return _evaluate(engine, query, options, {**unknown, NamedNode(found[1]): _no_value})


def _no_value(*_: object) -> None:
    """Stand for a function that is not known: it has no value, whatever it is given."""

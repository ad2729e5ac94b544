"""Reading a dataset that an engine elsewhere holds."""

from __future__ import annotations

import io
from typing import IO

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from graph.store.interface import GraphFormat, ResultFormat, Serialized, Table, Version
from graph.store.reading import GRAPH_FORMATS
from graph.store.remote.asking import admitted, asked, form_of, triples, write
from graph.store.remote.line import Task
from graph.store.remote.remote import Remote
from graph.vocabulary import PREFIXES


class RemoteReader:
    """Answers queries through an engine.

    ``version`` is that which was known when the reader was made: an answer may
    be newer, as an engine does not keep old versions for us.
    """

    def __init__(self, remote: Remote, version: Version) -> None:
        """Keep the engine."""
        self._remote = remote
        self._version = version

    @property
    def version(self) -> Version:
        """The oldest version that an answer can rest on."""
        return self._version

    def select(self, query: str) -> Table:
        """Return the solutions of a SELECT query that the product itself wrote.

        Raises:
            QuerySyntaxError: If the text is not a SELECT query.
            EngineError: If the engine does not answer.
        """
        return self._remote.select(query)

    def serialize(self, query: str, results: ResultFormat, graph: GraphFormat) -> Serialized:
        """Return the whole answer to any query, in the format that fits its form.

        Raises:
            QueryError: If the query is wrong, or asks for what is refused.
            EngineError: If the engine does not answer.
        """
        look = admitted(query)
        remote = self._remote
        task = Task(remote.engine.seconds)
        output = io.BytesIO()
        with asked(remote.line, query, remote.fields(query), task, graph=look.is_graph) as found:
            form = form_of(found)
            write(found, output, results, graph)
        return Serialized(form, output.getvalue())

    def dump(self, output: IO[bytes], form: GraphFormat, graph: str | None = None) -> None:
        """Write all statements of a graph to a file, or of all graphs.

        Args:
            output: The file.
            form: The format; only N-Quads, TriG and JSON-LD can hold all graphs.
            graph: The name of the graph, empty for the default graph, which holds nothing
                here; ``None`` for all.
        """
        names = sorted(self._version.graphs) if graph is None else filter(None, [graph])
        many = graph is None or form in {"nquads", "trig"}
        quads = (
            quad if many else Quad(quad.subject, quad.predicate, quad.object)
            for name in names
            for quad in graph_quads(self._remote, name)
        )
        chosen = GRAPH_FORMATS[form]
        pyoxigraph.serialize(quads, output=output, format=chosen, prefixes=PREFIXES)

    def describe(self, iri: str) -> tuple[Quad, ...]:
        """Return the statements with that IRI as subject, in the order of their text."""
        node = NamedNode(iri)
        query = f"SELECT ?p ?o ?g {{ GRAPH ?g {{ {node} ?p ?o }} }}"
        own = NamedNode(self._remote.engine.name)
        found = (
            Quad(node, predicate, value, name)
            for predicate, value, name in self._remote.select(query).rows
            if isinstance(predicate, NamedNode)
            and isinstance(value, NamedNode | BlankNode | Literal | Triple)
            and isinstance(name, NamedNode | BlankNode)
            and name != own
        )
        return tuple(sorted(found, key=str))


def graph_quads(remote: Remote, name: str) -> list[Quad]:
    """Return the statements of one graph, in that graph."""
    node = NamedNode(name)
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {node} {{ ?s ?p ?o }} }}"
    # Named in the text: no list of graphs is needed to keep our own out.
    fields = [("named-graph-uri", name)] if remote.ground() == "listed" else []
    return [
        Quad(found.subject, found.predicate, found.object, node)
        for found in triples(remote.line, query, fields)
    ]

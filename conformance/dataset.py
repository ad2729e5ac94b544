"""RDF: read from files and answers, put into a service, and asked back from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDFS, Namespace
from rdflib.term import BNode, Node, URIRef

from conformance.endpoint import Answer, Client
from conformance.errors import MismatchError
from conformance.manifests import Case, Copy

UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
ALL = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
JSON = "application/sparql-results+json"


def read(copy: Copy, path: Path) -> list[ox.Quad]:
    """Return the statements of a file; its blank nodes are like those of no other file."""
    data = ox.parse(
        path=path,
        format=ox.RdfFormat.from_extension(path.suffix[1:]),
        base_iri=copy.iri(path),
        rename_blank_nodes=True,
    )
    return list(data)


class Contents:
    """A dataset to be: statements, and the graphs that exist even if they are empty."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.graphs: dict[ox.NamedNode | ox.BlankNode | ox.DefaultGraph, list[ox.Quad]] = (
            defaultdict(list)
        )

    def add(self, quads: Iterable[ox.Quad], name: str | None = None) -> None:
        """Add statements; with a name, to the graph of that name whatever theirs is."""
        graph = None if name is None else ox.NamedNode(name)
        if graph:
            self.graphs[graph].extend([])
        for quad in quads:
            self.graphs[graph or quad.graph_name].append(quad)

    def dataset(self) -> ox.Dataset:
        """Return the statements, each in its graph."""
        return ox.Dataset(
            ox.Quad(quad.subject, quad.predicate, quad.object, graph)
            for graph, quads in self.graphs.items()
            for quad in quads
        )

    def update(self) -> str:
        """Return one request that makes this, and nothing else, what a service holds."""
        named = [graph for graph in self.graphs if not isinstance(graph, ox.DefaultGraph)]
        blocks = [self._block(graph, quads) for graph, quads in self.graphs.items() if quads]
        return " ;\n".join(
            ["DROP ALL"]
            + [f"CREATE SILENT GRAPH {graph}" for graph in named]
            + [f"INSERT DATA {{\n{''.join(blocks)}}}"]
        )

    def _block(self, graph: object, quads: Iterable[ox.Quad]) -> str:
        triples = [quad.triple for quad in quads]
        text = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        return text if isinstance(graph, ox.DefaultGraph) else f"GRAPH {graph} {{\n{text}}}\n"


def described(case: Case, node: Node | None, default: URIRef, named: URIRef) -> Contents:
    """Return the data that a node describes: files for the default graph and for named ones."""
    copy = case.manifest.copy
    contents = Contents()
    for file in case.objects(default, node):
        contents.add(read(copy, copy.path(str(file))))
    for entry in case.objects(named, node):
        file, name = entry, entry
        if isinstance(entry, BNode):
            file = case.value(UT.graph, entry) or entry
            name = case.value(RDFS.label, entry) or file
        contents.add(read(copy, copy.path(str(file))), str(name))
    return contents


def load(client: Client, contents: Contents) -> None:
    """Make the service hold some contents and nothing else.

    Raises:
        MismatchError: If the service refuses.
    """
    text = contents.update()
    if client.holds == text:
        return
    answer = client.change(text)
    if not answer.good:
        raise MismatchError(f"The data cannot be loaded: status {answer.status}.")
    client.holds = text


def held(client: Client) -> ox.Dataset:
    """Return all that the service holds, asked in one query.

    Raises:
        MismatchError: If it does not say, or says nonsense.
    """
    answer = client.ask(ALL, JSON)
    if answer.status != 200:
        raise MismatchError(f"The dataset cannot be asked back: status {answer.status}.")
    try:
        rows = ox.parse_query_results(answer.body, ox.QueryResultsFormat.JSON)
        assert isinstance(rows, ox.QuerySolutions)  # noqa: S101 - narrows a type
        return ox.Dataset(
            ox.Quad(row["s"], row["p"], row["o"], row["g"] or ox.DefaultGraph()) for row in rows
        )
    except (SyntaxError, ValueError) as error:
        raise MismatchError(f"The dataset asked back cannot be read: {error}.") from error


def graph(answer: Answer, base: str = "urn:answer:") -> ox.Dataset:
    """Return the RDF of an answer; ``base`` is what its relative IRIs are relative to.

    Raises:
        MismatchError: If it is no RDF, or not what its media type says.
    """
    form = ox.RdfFormat.from_media_type(answer.media_type)
    if form is None:
        raise MismatchError(f"RDF is expected, not {answer.media_type or 'an unnamed type'}.")
    try:
        return ox.Dataset(ox.parse(answer.body, format=form, base_iri=base))
    except (SyntaxError, ValueError) as error:
        raise MismatchError(f"The answer is no {form.name}: {error}.") from error

"""What the endpoint says of itself, made from what it really does.

Source:
    SPARQL 1.1 Service Description, https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.store.interface import Version
from graph.store.reading import GRAPH_FORMATS
from graph.vocabulary import PREFIXES, TYPE
from service.formats import GRAPHS, QUADS, RESULTS, best, listed, named
from service.front.exchange import Request, Response
from service.front.refusals import Refusal

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"

_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
    "nquads": "N-Quads",
    "trig": "TriG",
}

Node = NamedNode | BlankNode | Literal


@dataclass(frozen=True)
class Description:
    """What is described: the address, the version, and how the default graph is made.

    ``writable`` says whether updates are taken at all.
    """

    address: str
    version: Version
    union: bool
    writable: bool

    def triples(self) -> Iterator[Triple]:
        """Yield the description."""
        service, dataset = BlankNode("service"), BlankNode("dataset")
        graph = BlankNode("default")
        yield _say(service, TYPE, NamedNode(SD + "Service"))
        yield _say(service, NamedNode(SD + "endpoint"), NamedNode(self.address))
        for language in ("SPARQL11Query", *(("SPARQL11Update",) if self.writable else ())):
            yield _say(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + language))
        if self.union:
            yield _say(service, NamedNode(SD + "feature"), NamedNode(SD + "UnionDefaultGraph"))
        for offered in (*RESULTS, *GRAPHS, *QUADS):
            written = NamedNode(FORMATS + _FORMAT_NAMES[offered.name])
            yield _say(service, NamedNode(SD + "resultFormat"), written)
        yield _say(service, NamedNode(SD + "defaultDataset"), dataset)
        yield _say(dataset, TYPE, NamedNode(SD + "Dataset"))
        yield _say(dataset, NamedNode(SD + "defaultGraph"), graph)
        yield _say(graph, TYPE, NamedNode(SD + "Graph"))
        for number, name in enumerate(sorted(filter(None, self.version.graphs))):
            node = BlankNode(f"graph{number}")
            yield _say(dataset, NamedNode(SD + "namedGraph"), node)
            yield _say(node, TYPE, NamedNode(SD + "NamedGraph"))
            yield _say(node, NamedNode(SD + "name"), NamedNode(name))


class Describer:
    """Answers requests for the description of the service."""

    def __init__(self, describe: Callable[[str], Description]) -> None:
        """Keep what returns the present description, given the address of the request."""
        self._describe = describe

    def answer(self, request: Request, wanted: str) -> Response:
        """Return the description in the format a request wants.

        Raises:
            Refusal: 406 if it wants none that there is.
        """
        chosen = named(GRAPHS, wanted) if wanted else best(GRAPHS, request.header("accept"))
        if chosen is None:
            raise Refusal(406, listed(GRAPHS))
        prefixes = {"sd": SD, "void": VOID, "rdf": PREFIXES["rdf"]}
        body = pyoxigraph.serialize(
            self._describe(request.address).triples(),
            format=GRAPH_FORMATS[chosen.name],
            prefixes=prefixes,
        )
        headers = (("Content-Type", chosen.content_type), ("Access-Control-Allow-Origin", "*"))
        return Response(200, (*headers, ("Vary", "Accept")), body or b"")


def _say(subject: NamedNode | BlankNode, predicate: NamedNode, value: Node) -> Triple:
    return Triple(subject, predicate, value)

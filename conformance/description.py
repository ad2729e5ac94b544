"""Tests of the service description, which its manifest only names.

What they want is in section 2 of SPARQL 1.1 Service Description, and the
schema in its section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyoxigraph as ox

from conformance.dataset import graph
from conformance.endpoint import Client, Request
from conformance.errors import MismatchError
from conformance.manifests import Case

SD = "http://www.w3.org/ns/sparql-service-description#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
ACCEPT = "text/turtle, application/rdf+xml;q=0.9, application/n-triples;q=0.8"

SCHEMA = {
    "endpoint": ("Service", ""),
    "feature": ("Service", "Feature"),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime"),
    "defaultSupportedEntailmentProfile": ("Service", "EntailmentProfile"),
    "entailmentRegime": ("NamedGraph", "EntailmentRegime"),
    "supportedEntailmentProfile": ("NamedGraph", "EntailmentProfile"),
    "extensionFunction": ("Service", "Function"),
    "extensionAggregate": ("Service", "Aggregate"),
    "languageExtension": ("Service", "Feature"),
    "supportedLanguage": ("Service", "Language"),
    "propertyFeature": ("Service", "Feature"),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "resultFormat": ("Service", ""),
    "inputFormat": ("Service", ""),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"),
    "name": ("NamedGraph", ""),
    "graph": ("NamedGraph", "Graph"),
}
"""Each property with the class of its subjects and that of its values, if it is one of these."""

NAMES = {
    "SPARQL10Query": "Language",
    "SPARQL11Query": "Language",
    "SPARQL11Update": "Language",
    "DereferencesURIs": "Feature",
    "UnionDefaultGraph": "Feature",
    "RequiresDataset": "Feature",
    "EmptyGraphs": "Feature",
    "BasicFederatedQuery": "Feature",
}
"""The instances that the schema names, with their classes."""

NARROWER = {"Dataset": "GraphCollection"}
ADDRESSES = {"endpoint", "name", "resultFormat", "inputFormat"}
"""Properties whose values are IRIs, and not nodes with properties of their own."""


def description(client: Client, case: Case) -> None:
    """Run one of the three tests of the service description.

    Raises:
        MismatchError: If the description is missing, or not as it should be.
    """
    answer = client.send(Request("GET", client.endpoint.query, {"Accept": ACCEPT}))
    if not answer.good:
        raise MismatchError(f"The status is {answer.status}.")
    # A relative IRI in the description is one under the address it comes from.
    told = graph(answer, client.endpoint.query)
    for fault in TESTS[case.name.partition("#")[2]](told, client.endpoint.query):
        raise MismatchError(fault, actual=told)


def _returns_rdf(data: ox.Dataset, address: str) -> Iterator[str]:
    if len(data) == 0:
        yield f"There is no description at {address}."


def _has_endpoint(data: ox.Dataset, address: str) -> Iterator[str]:
    told = [quad.object for quad in data.quads_for_predicate(ox.NamedNode(SD + "endpoint"))]
    if ox.NamedNode(address) not in told:
        yield f"No sd:endpoint is {address}."


def _conforms(data: ox.Dataset, address: str) -> Iterator[str]:
    for quad in data:
        name = _local(quad.predicate)
        if name:
            yield from _property_faults(data, quad, name)
        if quad.predicate == TYPE and _local(quad.object) not in _classes():
            yield f"The schema has no class {quad.object}."
    for node in _named_graphs(data):
        names = list(data.quads_for_subject(node))
        if sum(quad.predicate == ox.NamedNode(SD + "name") for quad in names) != 1:
            yield f"The named graph {node} has no name, or several."
    if len({quad.subject for quad in _endpoints(data, address)}) > 1:
        yield "Several services have one endpoint."


def _property_faults(data: ox.Dataset, quad: ox.Quad, name: str) -> Iterator[str]:
    if name not in SCHEMA:
        yield f"The schema has no property {name}."
        return
    domain, range_ = SCHEMA[name]
    if isinstance(quad.object, ox.Literal | ox.Triple):
        yield f"The value of sd:{name} is {quad.object}."
        return
    if name in ADDRESSES and not isinstance(quad.object, ox.NamedNode):
        yield f"The value of sd:{name} is no IRI."
    for node, wanted in ((quad.subject, domain), (quad.object, range_)):
        told = _told(data, node)
        if wanted and told and wanted not in told:
            yield f"{node} should be a sd:{wanted}, but is {', '.join(sorted(told))}."


def _told(data: ox.Dataset, node: ox.NamedNode | ox.BlankNode | ox.Triple) -> set[str]:
    """Return the schema's classes that a node is said to be in."""
    names = {_local(quad.object) for quad in data.quads_for_subject(node) if quad.predicate == TYPE}
    names |= {NAMES.get(_local(node), "")}
    return (names | {NARROWER.get(name, "") for name in names}) - {""}


def _named_graphs(data: ox.Dataset) -> set[ox.NamedNode | ox.BlankNode]:
    typed = {quad.subject for quad in data.quads_for_object(ox.NamedNode(SD + "NamedGraph"))}
    values = {quad.object for quad in data.quads_for_predicate(ox.NamedNode(SD + "namedGraph"))}
    return {node for node in typed | values if isinstance(node, ox.NamedNode | ox.BlankNode)}


def _endpoints(data: ox.Dataset, address: str) -> Iterator[ox.Quad]:
    for quad in data.quads_for_object(ox.NamedNode(address)):
        if _local(quad.predicate) == "endpoint":
            yield quad


def _local(node: object) -> str:
    """Return the local name of a term of the schema, empty for other terms."""
    value = node.value if isinstance(node, ox.NamedNode) else ""
    return value.removeprefix(SD) if value.startswith(SD) else ""


def _classes() -> set[str]:
    return {name for pair in SCHEMA.values() for name in pair}


TESTS: dict[str, Callable[[ox.Dataset, str], Iterator[str]]] = {
    "returns-rdf": _returns_rdf,
    "has-endpoint-triple": _has_endpoint,
    "conforms-to-schema": _conforms,
}
"""What each test looks for; every fault it yields is one too many."""

"""The ontology and its concept schemes as a graph beside those of the sources."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from graph.resources import folder, texts
from graph.vocabulary import CONCEPT, well_known

GRAPH_KEY = "ontology"
"""The key under which the graph of the ontology is named."""


@cache
def ontology_quads(graph: NamedNode) -> tuple[Quad, ...]:
    """Return the statements of all Turtle files of the ontology, in one graph."""
    return tuple(
        Quad(quad.subject, quad.predicate, quad.object, graph)
        for text in texts(folder("ontology"), ".ttl").values()
        for quad in pyoxigraph.parse(text, format=RdfFormat.TURTLE)
    )


def notations() -> dict[str, frozenset[str]]:
    """Return the notations of each concept scheme, by the scheme's name."""
    in_scheme, notation = well_known("skos", "inScheme"), well_known("skos", "notation")
    codes: dict[object, str] = {}
    schemes: dict[object, str] = {}
    for quad in ontology_quads(NamedNode("urn:x-ontology")):
        if quad.predicate == notation and isinstance(quad.object, Literal):
            codes[quad.subject] = quad.object.value
        elif quad.predicate == in_scheme and isinstance(quad.object, NamedNode):
            schemes[quad.subject] = quad.object.value.removeprefix(CONCEPT)
    found: dict[str, set[str]] = defaultdict(set)
    for subject, scheme in schemes.items():
        if subject in codes:
            found[scheme].add(codes[subject])
    return {scheme: frozenset(names) for scheme, names in found.items()}

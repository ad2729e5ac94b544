"""How much of what the dataset holds, counted once a version.

A statement that stands in several graphs counts once in each, a thing once.
Counting what is of which property reads every statement once; all else is read
from indexes, so that a million statements take seconds, and nothing the second
time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.links import HEAD, leading_out
from graph.store.interface import ReadStore, value
from graph.vocabulary import LABEL, TYPE


@dataclass(frozen=True)
class LinkSet:
    """How many links there are by one property to names that begin with one address."""

    property: str
    target: str
    count: int


@dataclass(frozen=True)
class Figures:
    """The counts of one version; classes and properties by IRI, labels by language tag.

    ``entities`` are the things that have a class; ``labelled`` those with a label
    in whatever language, of which ``labels`` says how many have one in each.
    """

    triples: int
    entities: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]
    labelled: int
    labels: Mapping[str, int]
    links: tuple[LinkSet, ...]


def read_figures(store: ReadStore, base: str) -> Figures:
    """Count what a store holds; names that begin with ``base`` are not foreign."""
    properties = _counts(store, "SELECT ?key (COUNT(*) AS ?count) { ?s ?key ?o } GROUP BY ?key")
    classes = _counts(
        store,
        f"SELECT ?key (COUNT(DISTINCT ?s) AS ?count) {{ ?s {TYPE} ?key FILTER(isIRI(?key)) }} "
        "GROUP BY ?key",
    )
    labels = _counts(
        store,
        f"SELECT ?key (COUNT(DISTINCT ?s) AS ?count) "
        f"{{ ?s {LABEL} ?label BIND(LANG(?label) AS ?key) FILTER(?key != '') }} GROUP BY ?key",
    )
    return Figures(
        sum(properties.values()),
        _count(store, f"SELECT (COUNT(DISTINCT ?s) AS ?count) {{ ?s {TYPE} ?class }}"),
        classes,
        properties,
        _count(store, f"SELECT (COUNT(DISTINCT ?s) AS ?count) {{ ?s {LABEL} ?label }}"),
        labels,
        _links(store, base),
    )


def _links(store: ReadStore, base: str) -> tuple[LinkSet, ...]:
    query = f"""{HEAD} SELECT ?property ?target (COUNT(*) AS ?count) {{
      {leading_out(base)}
      BIND(REPLACE(STR(?o), "^([a-z]+://[^/]+/).*$", "$1") AS ?target)
    }} GROUP BY ?property ?target ORDER BY ?property ?target"""
    return tuple(
        LinkSet(value(row["property"]), value(row["target"]), int(value(row["count"])))
        for row in store.select(query).records()
    )


def _counts(store: ReadStore, query: str) -> Mapping[str, int]:
    found = {value(row["key"]): int(value(row["count"])) for row in store.select(query).records()}
    return dict(sorted(found.items()))


def _count(store: ReadStore, query: str) -> int:
    return int(value(store.select(query).rows[0][0]))

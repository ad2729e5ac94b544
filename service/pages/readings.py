"""What is read from the graph for the page about one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.store.interface import ReadStore, Term, value
from graph.vocabulary import declared

MAX_ROWS = 200
"""How many statements of a paragraph, and things that point at a thing, are shown."""

_HEAD = declared("mg", "rdf") + "SELECT "
_ABOUT = """ WHERE {
  { ?node rdf:subject ?subject ; rdf:predicate ?property ; rdf:object ?object }
  UNION
  { ?node mg:gapSubject ?subject ; mg:gapProperty ?property ; mg:gapState ?object .
    BIND(1 AS ?gap) }
"""
_PLACE = """
  ?node mg:inSource ?source . OPTIONAL { ?source mg:citedAs ?cited }
  OPTIONAL { ?node mg:inParagraph ?paragraph . ?paragraph mg:paragraphNumber ?number }
  OPTIONAL { ?node mg:assertedBy ?editor }
  OPTIONAL { ?node mg:underRule ?rule }
}
"""
_LINKS = """
  ?thing ?property ?target .
  FILTER NOT EXISTS { ?thing a mg:Statement }
  FILTER NOT EXISTS { ?thing a mg:Gap }
"""


@dataclass(frozen=True)
class Place:
    """Where something is stated; what is not stated or does not apply is empty text."""

    source: str
    cited: str
    paragraph: str
    number: str
    editor: str
    rule: str


@dataclass(frozen=True)
class Stated:
    """One fact, or one state of not knowing it if ``gap``, and one place that states it."""

    subject: str
    property: str
    object: Term
    gap: bool
    place: Place


@dataclass(frozen=True)
class Some:
    """The first of what was found, and how much there is in all."""

    stated: tuple[Stated, ...]
    count: int


@dataclass(frozen=True)
class Link:
    """A thing that points at another, of which kind it is, and by which property."""

    thing: str
    kind: str
    property: str


def stated_about(node: NamedNode, store: ReadStore) -> tuple[Stated, ...]:
    """Return every statement and gap whose subject is a thing, in a stable order."""
    query = (
        f"{_HEAD} * {_ABOUT} VALUES ?subject {{ {node} }} {_PLACE}"
        "ORDER BY ?property STR(?object) LANG(?object) ?cited ?number STR(?paragraph) STR(?node)"
    )
    return tuple(_stated(record) for record in store.select(query).records())


def stated_in(paragraph: NamedNode, store: ReadStore) -> Some:
    """Return what a paragraph states of whatever thing, the first ``MAX_ROWS`` of it."""
    here = f"?node mg:inParagraph {paragraph} ."
    count = _number(store, f"{_HEAD} (COUNT(*) AS ?count) {_ABOUT} {here} }}")
    if not count:
        return Some((), 0)
    query = (
        f"{_HEAD} ?subject ?property ?object ?gap {_ABOUT} {here} }}"
        f"ORDER BY ?subject ?property STR(?object) LANG(?object) LIMIT {MAX_ROWS}"
    )
    return Some(tuple(_stated(record) for record in store.select(query).records()), count)


def links_to(node: NamedNode, store: ReadStore) -> tuple[tuple[Link, ...], int]:
    """Return what points at a thing, the first ``MAX_ROWS``, and how much there is in all.

    Statements and gaps, which point at everything they are about, do not count.
    """
    where = f"VALUES ?target {{ {node} }} {_LINKS}"
    pairs = f"SELECT DISTINCT ?thing ?property {{ {where} }}"
    count = _number(store, f"{_HEAD} (COUNT(*) AS ?count) {{ {pairs} }}")
    # The few that are shown are chosen first: only their kinds are looked up.
    query = (
        f"{_HEAD} ?thing ?property (MIN(STR(?type)) AS ?kind) {{ {{ {pairs} "
        f"ORDER BY ?property ?thing LIMIT {MAX_ROWS} }} ?thing a ?type }} "
        "GROUP BY ?thing ?property ORDER BY ?property ?kind ?thing"
    )
    found = tuple(
        Link(value(record["thing"]), value(record["kind"]), value(record["property"]))
        for record in store.select(query).records()
    )
    return found, count


def _stated(record: Mapping[str, Term | None]) -> Stated:
    fields = ("source", "cited", "paragraph", "number", "editor", "rule")
    place = Place(*(value(record.get(name)) for name in fields))
    found = record["object"]
    return Stated(
        value(record["subject"]),
        value(record["property"]),
        Literal("") if found is None else found,
        record.get("gap") is not None,
        place,
    )


def _number(store: ReadStore, query: str) -> int:
    return int(value(store.select(query).rows[0][0]))

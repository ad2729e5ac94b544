"""What is read from the graph for the page about one thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.batches import listed
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
# One look at the kinds of a thing; two of these filters would be two.
_LINKS = """?thing ?property %s .
  FILTER NOT EXISTS { ?thing a ?aside FILTER(?aside IN (mg:Statement, mg:Gap)) }"""


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
    where = _LINKS % node
    query = (
        f"{_HEAD} ?property (COUNT(DISTINCT ?thing) AS ?count) {{ {where} }} "
        "GROUP BY ?property ORDER BY ?property"
    )
    counts = {value(row[0]): int(value(row[1])) for row in store.select(query).rows}
    whole, left = list[str](), MAX_ROWS
    for name, count in counts.items():
        if count > left:
            break
        whole.append(name)
        left -= count
    found = _linked(whole, where, store)
    cut = [name for name in counts if name not in whole][:1] if left else []
    # The engine sorts slowly: only what does not fit is sorted by it.
    for name in cut:
        here = f"VALUES ?property {{ {NamedNode(name)} }} {where}"
        some = f"SELECT DISTINCT ?thing ?property {{ {here} }} ORDER BY ?thing LIMIT {left}"
        found += _linked(cut, f"{{ {some} }}", store)
    found.sort(key=lambda link: (link.property, link.kind, link.thing))
    return tuple(found), sum(counts.values())


def _linked(properties: Iterable[str], where: str, store: ReadStore) -> list[Link]:
    """Return what points at a thing by some properties, each with the first of its kinds."""
    names = listed(properties)
    if not names:
        return []
    query = (
        f"{_HEAD} ?thing ?property ?type "
        f"{{ VALUES ?property {{ {names} }} {where} ?thing a ?type }}"
    )
    kinds: dict[tuple[Term | None, str], str] = {}
    for thing, name, kind in store.select(query).rows:
        key = thing, value(name)
        kinds[key] = min(kinds.get(key, value(kind)), value(kind))
    return [Link(value(thing), kind, name) for (thing, name), kind in kinds.items()]


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

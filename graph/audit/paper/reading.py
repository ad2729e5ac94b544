"""What is read from the graph for a paper: names, acts, mandates with all that hangs on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal

from graph.audit.model import Words
from graph.batches import batches, listed
from graph.shacl.model import Select
from graph.store.interface import value
from graph.vocabulary import declared

_BATCH = 500
_HEAD = declared("mg", "rdf", "rdfs", "skos")

_NAMES = "SELECT ?thing ?name { VALUES ?thing { %s } ?thing rdfs:label ?name }"
_ACTS = """SELECT ?act ?cited ?key { VALUES ?act { %s }
  OPTIONAL { ?act mg:citedAs ?cited } OPTIONAL { ?act mg:sortKey ?key } }"""
_PARAGRAPHS = (
    "SELECT ?paragraph ?number { VALUES ?paragraph { %s } ?paragraph mg:paragraphNumber ?number }"
)
_MANDATES = """SELECT DISTINCT ?act ?mandate ?key ?number ?paragraph { VALUES ?act { %s }
  ?mandate a mg:Mandate ; mg:underAct ?act ; mg:setOutIn ?paragraph .
  ?paragraph mg:paragraphNumber ?number .
  OPTIONAL { ?mandate mg:sortKey ?key } }"""
_SUMMARIES = """SELECT DISTINCT ?mandate ?name { VALUES ?act { %s }
  ?mandate a mg:Mandate ; mg:underAct ?act ; mg:summary ?name }"""
_LINKS = """SELECT DISTINCT ?mandate ?property ?value { VALUES ?act { %s }
  VALUES ?property { mg:addressee mg:due mg:actionVerb }
  ?mandate a mg:Mandate ; mg:underAct ?act ; ?property ?value }"""
_GAPS = """SELECT DISTINCT ?mandate ?property ?value { VALUES ?act { %s }
  VALUES ?property { mg:addressee mg:due mg:actionVerb }
  ?mandate a mg:Mandate ; mg:underAct ?act .
  ?gap mg:gapSubject ?mandate ; mg:gapProperty ?property ; mg:gapState ?value }"""
_UPDATES = """SELECT DISTINCT ?mandate ?update ?day ?status ?gap ?document ?cited ?number {
  VALUES ?act { %s }
  ?mandate a mg:Mandate ; mg:underAct ?act . ?update mg:onAsk ?mandate ; mg:reportedOn ?day .
  { ?node rdf:subject ?update ; rdf:predicate mg:progressStatus ; rdf:object ?status }
  UNION { ?node mg:gapSubject ?update ; mg:gapProperty mg:progressStatus ; mg:gapState ?gap }
  ?node mg:inSource ?document . OPTIONAL { ?document mg:citedAs ?cited }
  OPTIONAL { ?node mg:inParagraph/mg:paragraphNumber ?number } }"""
_FUNDING = """SELECT DISTINCT ?mandate ?arrangement ?funder ?gap ?amount ?currency {
  VALUES ?act { %s }
  ?mandate a mg:Mandate ; mg:underAct ?act .
  ?arrangement mg:fundsActivity/mg:carriesOut ?mandate .
  OPTIONAL { ?arrangement mg:funder ?funder }
  OPTIONAL { ?node mg:gapSubject ?arrangement ; mg:gapProperty mg:funder ; mg:gapState ?gap }
  OPTIONAL { ?arrangement mg:amount ?amount } OPTIONAL { ?arrangement mg:currency ?currency } }"""
_POSITIONS = """SELECT DISTINCT ?act ?position ?day ?required ?mobilized ?missing ?currency {
  VALUES ?act { %s }
  ?position a mg:FundingPosition ; mg:underAct ?act .
  OPTIONAL { ?position mg:asOf ?day } OPTIONAL { ?position mg:amountRequired ?required }
  OPTIONAL { ?position mg:amountMobilized ?mobilized }
  OPTIONAL { ?position mg:amountMissing ?missing }
  OPTIONAL { ?position mg:currency ?currency } }"""

Record = Mapping[str, str]
"""A row by the names of its columns; unbound cells are empty."""


@dataclass(frozen=True)
class Reading:
    """The rows that speak of some acts, as the queries above name their columns.

    ``summaries`` are the texts of each mandate by language.
    """

    mandates: tuple[Record, ...] = ()
    links: tuple[Record, ...] = ()
    gaps: tuple[Record, ...] = ()
    updates: tuple[Record, ...] = ()
    funding: tuple[Record, ...] = ()
    positions: tuple[Record, ...] = ()
    summaries: Mapping[str, Words] = field(default_factory=dict)


def read_acts(select: Select, acts: Iterable[str]) -> Reading:
    """Return all that is read about the mandates of some acts."""
    wanted = tuple(acts)
    return Reading(
        mandates=tuple(_records(select, _MANDATES, wanted)),
        links=tuple(_records(select, _LINKS, wanted)),
        gaps=tuple(_records(select, _GAPS, wanted)),
        updates=tuple(_records(select, _UPDATES, wanted)),
        funding=tuple(_records(select, _FUNDING, wanted)),
        positions=tuple(_records(select, _POSITIONS, wanted)),
        summaries=_texts(select, _SUMMARIES, wanted),
    )


def read_names(select: Select, iris: Iterable[str]) -> Mapping[str, Words]:
    """Return the labels of things by language; a thing without one is left out."""
    return _texts(select, _NAMES, sorted(set(iris)))


def read_symbols(select: Select, acts: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """Return how each act is cited, and the text that puts it in its place in a list.

    Either is empty where the graph does not say.
    """
    rows = _records(select, _ACTS, sorted(set(acts)))
    return {row["act"]: (row["cited"], row["key"]) for row in rows}


def read_numbers(select: Select, paragraphs: Iterable[str]) -> Mapping[str, str]:
    """Return the printed number of each paragraph."""
    rows = _records(select, _PARAGRAPHS, sorted(set(paragraphs)))
    return {row["paragraph"]: row["number"] for row in rows}


def _records(select: Select, query: str, iris: Iterable[str]) -> Iterator[Record]:
    """Yield the rows of a query about some things, in the order of their text."""
    for batch in batches(iris, _BATCH):
        rows = [
            {name: value(cell) for name, cell in record.items()}
            for record in select(_HEAD + query % listed(batch)).records()
        ]
        yield from sorted(rows, key=lambda row: tuple(row.values()))


def _texts(select: Select, query: str, iris: Iterable[str]) -> Mapping[str, Words]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for batch in batches(iris, _BATCH):
        rows = [
            (value(thing), text.language or "", text.value)
            for thing, text in select(_HEAD + query % listed(batch)).rows
            if isinstance(text, Literal)
        ]
        for thing, language, text in sorted(rows):
            found[thing].setdefault(language, text)
    return found

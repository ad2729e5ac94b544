"""What the graph says of events, deadlines and what is due, looked up once for a calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pyoxigraph import Literal

from graph.calendar.entries import Source, Words
from graph.library.answer import sources
from graph.store.interface import ReadStore, Term, value
from graph.vocabulary import LABEL, TYPE, declared, mg

Key = TypeVar("Key")
_Ordered = tuple[str, str, Source]

_HEAD = declared("mg", "rdf", "rdfs")

_EVENT = (
    "startDate", "endDate", "datePrecision", "eventState", "previousStartDate",
    "place", "hostCountry", "serves", "summary",
)  # fmt: skip
_DEADLINE = ("earliest", "latest", "hangsOn", "dueText")
_DUE = ("due", "underAct")
_DATING = ("startDate", "endDate", "previousStartDate", "earliest", "latest", "hangsOn", "due")

_PLACES = (
    "{ ?event a mg:Event ; mg:place|mg:hostCountry ?thing } UNION "
    "{ ?event a mg:Event ; mg:place/mg:inCountry ?thing }"
)
_CITED = """SELECT ?act ?cited {
  ?act a mg:Act ; mg:citedAs ?cited OPTIONAL { ?act mg:sortKey ?key }
} ORDER BY ?key ?cited"""
_STATED = """SELECT DISTINCT ?thing ?object ?source ?cited ?number ?order ?editor ?rule {
  ?node rdf:predicate PROPERTY ; rdf:subject ?thing ; rdf:object ?object ; mg:inSource ?source .
  ?source mg:citedAs ?cited .
  OPTIONAL { ?node mg:inParagraph ?paragraph . ?paragraph mg:paragraphNumber ?number
    OPTIONAL { ?paragraph mg:sortKey ?order } }
  OPTIONAL { ?node mg:assertedBy/rdfs:label ?editor FILTER(LANG(?editor) = "en") }
  OPTIONAL { ?node mg:underRule ?rule }
}"""


class Thing:
    """What is said of one thing, by property."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._values: dict[str, list[Term]] = defaultdict(list)

    def add(self, predicate: str, found: Term) -> None:
        """Add one value."""
        self._values[predicate].append(found)

    def texts(self, predicate: str) -> tuple[str, ...]:
        """Return the values of one of our properties as text, in the order of the text."""
        return tuple(sorted(value(found) for found in self._values.get(mg(predicate).value, ())))

    def first(self, predicate: str) -> str:
        """Return the first value of one of our properties, empty if there is none."""
        return next(iter(self.texts(predicate)), "")

    def words(self, predicate: str) -> Words:
        """Return the texts of a property by language; of several in one language the first."""
        iri = LABEL.value if predicate == "label" else mg(predicate).value
        texts = [term for term in self._values.get(iri, ()) if isinstance(term, Literal)]
        found: dict[str, str] = {}
        for text in sorted(texts, key=lambda text: (text.language or "", text.value)):
            found.setdefault(text.language or "", text.value)
        return found

    def is_a(self, name: str) -> bool:
        """Return whether it is of one of our classes."""
        return mg(name) in self._values.get(TYPE.value, ())


@dataclass(frozen=True)
class Facts:
    """Things by IRI; ``acts`` are citations by IRI in the order of lists.

    ``stated`` says by thing where its dates are stated, and by thing and deadline
    where it is stated that one is due at the other.
    """

    events: Mapping[str, Thing]
    deadlines: Mapping[str, Thing]
    dues: Mapping[str, Thing]
    places: Mapping[str, Thing]
    acts: Mapping[str, str]
    stated: Mapping[str, tuple[Source, ...]]
    due_stated: Mapping[tuple[str, str], tuple[Source, ...]]


def read_facts(store: ReadStore) -> Facts:
    """Return everything that calendars are made of."""
    cited = store.select(_HEAD + _CITED).records()
    stated, due_stated = _stated(store)
    return Facts(
        _things(store, "?thing a mg:Event", _EVENT),
        _things(store, "?thing a mg:Deadline", _DEADLINE),
        _things(store, "?thing mg:due ?anything", _DUE),
        _things(store, _PLACES, ("inCountry",)),
        {value(record["act"]): value(record["cited"]) for record in cited},
        stated,
        due_stated,
    )


def _things(store: ReadStore, pattern: str, properties: Iterable[str]) -> Mapping[str, Thing]:
    """Return things that fit a pattern, with their classes, names and some properties.

    Each property is asked for by itself: that stays an index look-up, however much
    else the graph says.
    """
    found: dict[str, Thing] = defaultdict(Thing)
    for predicate in (TYPE, LABEL, *map(mg, properties)):
        select = f"SELECT ?thing ?value {{ {{ SELECT DISTINCT ?thing {{ {pattern} }} }} "
        for record in store.select(f"{_HEAD}{select} ?thing {predicate} ?value }}").records():
            if record["value"] is not None:
                found[value(record["thing"])].add(predicate.value, record["value"])
    return dict(found)


def _stated(
    store: ReadStore,
) -> tuple[Mapping[str, tuple[Source, ...]], Mapping[tuple[str, str], tuple[Source, ...]]]:
    days = {source.iri: source.date for source in sources(store)}
    things: dict[str, list[_Ordered]] = defaultdict(list)
    pairs: dict[tuple[str, str], list[_Ordered]] = defaultdict(list)
    for name in _DATING:
        query = _STATED.replace("PROPERTY", str(mg(name)))
        for record in store.select(_HEAD + query).records():
            source = Source(
                value(record["source"]),
                value(record["cited"]),
                value(record["number"]),
                days.get(value(record["source"]), ""),
                value(record["editor"]),
                value(record["rule"]),
            )
            ordered = (source.cited, value(record["order"]), source)
            if name == "due":
                pairs[value(record["thing"]), value(record["object"])].append(ordered)
            else:
                things[value(record["thing"])].append(ordered)
    return _settled(things), _settled(pairs)


def _settled(found: Mapping[Key, list[_Ordered]]) -> dict[Key, tuple[Source, ...]]:
    return {
        key: tuple(_judged_once(source for *_, source in sorted(listed)))
        for key, listed in found.items()
    }


def _judged_once(found: Iterable[Source]) -> Iterator[Source]:
    """Yield each place once: as judged there, where anything in it is."""
    places: dict[tuple[str, str], Source] = {}
    for source in found:
        place = (source.iri, source.paragraph)
        if place not in places or (source.editor and not places[place].editor):
            places[place] = source
    yield from places.values()

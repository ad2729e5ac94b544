"""The page about one thing: everything the graph says of it, and which paragraph says so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.errors import UnknownThingError
from graph.languages import best
from graph.store.interface import ReadStore, Term
from graph.vocabulary import CONCEPT, TYPE, mg
from service.pages.cells import Cell, name_cell, term_cell
from service.pages.names import Name
from service.pages.order import LAST, Order
from service.pages.readings import Link, Place, Stated, links_to, stated_about, stated_in
from service.pages.sheets.tongues import Tongues, name_all

_HIDDEN = {TYPE.value, mg("sortKey").value}
_PRECISION = mg("datePrecision").value


@dataclass(frozen=True)
class Citation:
    """Where a fact is stated, and who asserts it where that took judgement."""

    document: Cell
    paragraph: Cell | None
    editor: Cell | None
    rule: str


@dataclass(frozen=True)
class Fact:
    """One value of a property, or one state of not knowing it."""

    value: Cell
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Property:
    """A property of a thing; ``others`` are its values in languages that are not shown first."""

    name: Cell
    facts: tuple[Fact, ...]
    others: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Here:
    """What a paragraph states of one thing."""

    thing: Cell
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Links:
    """The things of one kind that point at a thing by one property, in natural order."""

    property: Cell
    kind: Cell
    things: tuple[Cell, ...]


@dataclass(frozen=True)
class Thing:
    """What the page shows; the counts are of all, even if not all are listed.

    ``classes`` are the IRIs of its kinds.
    """

    iri: str
    name: Cell
    classes: tuple[str, ...]
    kinds: tuple[Cell, ...]
    properties: tuple[Property, ...]
    gaps: tuple[Property, ...]
    here: tuple[Here, ...]
    here_count: int
    links: tuple[Links, ...]
    link_count: int


def read_thing(node: NamedNode, store: ReadStore, tongues: Tongues, order: Order) -> Thing:
    """Return everything that the page about a thing shows, its properties in an order.

    Raises:
        UnknownThingError: If no statement is about it.
    """
    triples = [(quad.predicate.value, quad.object) for quad in store.describe(node.value)]
    if not triples:
        raise UnknownThingError(f"Nothing is known about {node.value}.")
    about = stated_about(node, store)
    here = stated_in(node, store)
    links, link_count = links_to(node, store)
    wanted = {node.value, *_iris_of(triples), *_iris_in((*about, *here.stated)), *_ends(links)}
    named = name_all(wanted, store, tongues)
    writer = _Writer(named, tongues, order, _precision(triples))
    return Thing(
        node.value,
        name_cell(node.value, writer.names[node.value], tongues.page),
        tuple(sorted(_classes(triples))),
        writer.kinds(triples),
        writer.properties(triples, about),
        writer.gaps(about),
        writer.here(here.stated),
        here.count,
        writer.links(links),
        link_count,
    )


@dataclass(frozen=True)
class _Writer:
    """Writes terms and places in one language, with the names that were looked up."""

    names: Mapping[str, Name]
    tongues: Tongues
    order: Order
    precision: str

    def kinds(self, triples: Iterable[tuple[str, Term]]) -> tuple[Cell, ...]:
        """Return the classes of a thing, which lead to their definitions."""
        return tuple(self._named(iri) for iri in sorted(_classes(triples)))

    def properties(
        self, triples: Iterable[tuple[str, Term]], about: Iterable[Stated]
    ) -> tuple[Property, ...]:
        """Return the properties by name; facts no source states come without citations."""
        places: dict[tuple[str, Term], list[Place]] = defaultdict(list)
        for name, term in triples:
            if name not in _HIDDEN:
                places[name, term] = []
        for stated in about:
            if not stated.gap and stated.property not in _HIDDEN:
                places[stated.property, stated.object].append(stated.place)
        return self._grouped(places)

    def gaps(self, about: Iterable[Stated]) -> tuple[Property, ...]:
        """Return the properties whose value is known not to be known."""
        places: dict[tuple[str, Term], list[Place]] = defaultdict(list)
        for stated in about:
            if stated.gap:
                places[stated.property, stated.object].append(stated.place)
        return self._grouped(places)

    def here(self, stated: Iterable[Stated]) -> tuple[Here, ...]:
        """Return what a paragraph states, by the things it speaks of."""
        things: dict[str, dict[tuple[str, Term], list[Place]]] = defaultdict(dict)
        for found in stated:
            if found.property not in _HIDDEN:
                things[found.subject][found.property, found.object] = []
        shown = [Here(self._named(iri), self._grouped(facts)) for iri, facts in things.items()]
        return tuple(sorted(shown, key=lambda entry: natural(entry.thing.text)))

    def links(self, links: Iterable[Link]) -> tuple[Links, ...]:
        """Return the things that point at a thing, by property and kind."""
        groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        for link in links:
            groups[link.property, link.kind].append(link.thing)
        shown = [
            Links(self._named(name), self._named(kind), self._sorted(things))
            for (name, kind), things in groups.items()
        ]
        return tuple(
            sorted(shown, key=lambda group: natural(f"{group.property.text} {group.kind.text}"))
        )

    def _grouped(self, places: Mapping[tuple[str, Term], Sequence[Place]]) -> tuple[Property, ...]:
        groups: dict[str, list[tuple[Term, Sequence[Place]]]] = defaultdict(list)
        for (name, term), found in places.items():
            groups[name].append((term, found))
        shown = [
            (self.order.get(name, LAST), self._property(name, facts))
            for name, facts in groups.items()
        ]
        shown.sort(key=lambda pair: (pair[0], natural(pair[1].name.text)))
        return tuple(entry for _, entry in shown)

    def _property(self, name: str, facts: Iterable[tuple[Term, Sequence[Place]]]) -> Property:
        ordered = sorted(
            ((term, self._fact(term, places)) for term, places in facts),
            key=lambda pair: natural(pair[1].value.text),
        )
        tongues = {_tongue(term) for term, _ in ordered} - {""}
        first = best(tongues, self.tongues.data) if tongues else ""
        return Property(
            self._named(name),
            tuple(fact for term, fact in ordered if _tongue(term) in {first, ""}),
            tuple(fact for term, fact in ordered if _tongue(term) not in {first, ""}),
        )

    def _fact(self, term: Term, places: Sequence[Place]) -> Fact:
        cell = term_cell(term, self.names, self.tongues.page, self.precision)
        return Fact(cell, tuple(self._citation(place) for place in places))

    def _citation(self, place: Place) -> Citation:
        document = name_cell(place.source, Name(place.cited or place.source), self.tongues.page)
        paragraph = Name(place.number)
        return Citation(
            document,
            name_cell(place.paragraph, paragraph, self.tongues.page) if place.number else None,
            self._named(place.editor) if place.editor else None,
            place.rule,
        )

    def _named(self, iri: str) -> Cell:
        return name_cell(iri, self.names.get(iri), self.tongues.page)

    def _sorted(self, things: Iterable[str]) -> tuple[Cell, ...]:
        cells = [self._named(iri) for iri in things]
        return tuple(sorted(cells, key=lambda cell: natural(cell.text)))


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts numbers in a text by their value.

    Example:
        >>> sorted(["Res.10", "Res.2"], key=natural)
        ['Res.2', 'Res.10']
    """
    parts = re.split(r"(\d+)", text.casefold())
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def _classes(triples: Iterable[tuple[str, Term]]) -> set[str]:
    return {
        term.value for name, term in triples if name == TYPE.value and isinstance(term, NamedNode)
    }


def _precision(triples: Iterable[tuple[str, Term]]) -> str:
    """Return how exact the dates of a thing are, ``"day"`` if it does not say."""
    prefix = f"{CONCEPT}date-precision/"
    for name, term in triples:
        if name == _PRECISION and isinstance(term, NamedNode):
            return term.value.removeprefix(prefix)
    return "day"


def _tongue(term: Term) -> str:
    return (term.language or "") if isinstance(term, Literal) else ""


def _iris_of(triples: Iterable[tuple[str, Term]]) -> set[str]:
    named = {term.value for _, term in triples if isinstance(term, NamedNode)}
    return named | {name for name, _ in triples}


def _iris_in(stated: Iterable[Stated]) -> set[str]:
    found: set[str] = set()
    for one in stated:
        found |= {one.subject, one.property, one.place.editor}
        if isinstance(one.object, NamedNode):
            found.add(one.object.value)
    return found - {""}


def _ends(links: Iterable[Link]) -> set[str]:
    return {iri for link in links for iri in (link.thing, link.kind, link.property)}

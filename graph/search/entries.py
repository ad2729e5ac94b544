"""Putting together what the index holds of one thing, from facts about it and its neighbours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from graph.search import vocabulary as v
from graph.search.model import Dimension, Entry, Field, Text
from graph.search.symbols import flat, key_of, keys_of_act
from graph.vocabulary import TYPE

_DIGITS = re.compile(r"\d+")
_ORDER: dict[Field, int] = {"text": 0, "label": 1, "name": 2, "symbol": 3}


class Facts:
    """What is known of things, by thing and property; IRIs and values alike are text here."""

    def __init__(self, broader: Mapping[str, Collection[str]]) -> None:
        """Start with nothing but which class is directly narrower than which."""
        self._values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._linked: dict[str, set[str]] = defaultdict(set)
        self._stated: dict[str, set[tuple[Field, str, str]]] = defaultdict(set)
        self._broader = broader
        self._above = lru_cache(maxsize=None)(self._find_above)

    def add(self, thing: str, name: str, value: object) -> None:
        """Take in one statement; values that are neither IRIs nor literals are passed over."""
        if isinstance(value, NamedNode | Literal):
            self._values[thing][name].add(value.value)
        if isinstance(value, NamedNode) and name != TYPE.value:
            self._linked[thing].add(value.value)

    def state(self, thing: str, kind: Field, document: str, paragraph: str) -> None:
        """Take in where a text of a thing is stated; ``paragraph`` may be empty."""
        self._stated[thing].add((kind, document, paragraph))
        self._linked[thing] |= {document, paragraph} - {""}

    def targets(self, things: Iterable[str]) -> set[str]:
        """Return what things are linked to."""
        return set().union(*(self._linked.get(thing, ()) for thing in things))

    def all(self, thing: str, *names: str) -> list[str]:
        """Return the values of properties in the order of their text."""
        known = self._values.get(thing)
        return sorted(set().union(*(known.get(name, ()) for name in names))) if known else []

    def first(self, thing: str, *names: str) -> str:
        """Return the first value of properties, those named first before others; else nothing."""
        known = self._values.get(thing, {})
        return next((min(known[name]) for name in names if known.get(name)), "")

    def is_a(self, thing: str, kind: str) -> bool:
        """Return whether the graph says that a thing is of a class."""
        return kind in self._values.get(thing, {}).get(TYPE.value, ())

    def narrowest(self, kinds: Collection[str]) -> str:
        """Return the class that is narrower than the others, the first if there are several."""
        above = set().union(*(self._above(kind) for kind in kinds))
        return min(set(kinds) - above or kinds, default="")

    def places(self, thing: str) -> Iterator[tuple[str, str]]:
        """Yield documents and paragraphs that state a text of a thing, first of the weightiest."""
        found = self._stated.get(thing, ())
        ranked = sorted(
            (
                _ORDER[kind],
                not paragraph,
                self.first(document, v.CITED_AS),
                document,
                self.first(paragraph, v.SORT_KEY),
                paragraph,
            )
            for kind, document, paragraph in found
        )
        yield from ((document, paragraph) for _, _, _, document, _, paragraph in ranked)

    def _find_above(self, kind: str) -> frozenset[str]:
        found: set[str] = set()
        ahead = list(self._broader.get(kind, ()))
        while ahead:
            broader = ahead.pop()
            if broader not in found and broader != kind:
                found.add(broader)
                ahead += self._broader.get(broader, ())
        return frozenset(found)


def entry(iri: str, texts: Collection[Text], facts: Facts) -> Entry:
    """Return what the index holds of a thing."""
    kinds = facts.all(iri, TYPE.value)
    act = _act(iri, facts)
    document, paragraph = _place(iri, facts)
    ordered = sorted(texts, key=lambda text: (_ORDER[text.field], text.language, text.text))
    return Entry(
        iri,
        facts.narrowest(kinds),
        tuple(ordered),
        act,
        facts.first(act, v.CITED_AS),
        document,
        paragraph,
        tuple(sorted(_facets(iri, kinds, act, facts))),
        tuple(sorted(_keys(iri, facts))),
        natural_key(facts.first(iri, v.SORT_KEY) or iri),
    )


def natural_key(text: str) -> str:
    """Return a text that sorts as text the way its numbers sort by value.

    Example:
        >>> natural_key("Res.10") > natural_key("Res.2")
        True
    """
    return _DIGITS.sub(lambda match: f"{len(match[0].lstrip('0')):02}{match[0].lstrip('0')}", text)


def _act(iri: str, facts: Facts) -> str:
    """Return the act a thing is, is part of, or stands under; the first if it is several."""
    if facts.is_a(iri, v.ACT):
        return iri
    acts = [act for act in facts.all(iri, *v.TO_ACT) if facts.is_a(act, v.ACT)]
    return min(acts, key=lambda act: (natural_key(facts.first(act, v.SORT_KEY)), act), default="")


def _place(iri: str, facts: Facts) -> tuple[str, str]:
    """Return the document and the paragraph, as they are cited, that a thing is to be read in."""
    paragraph = iri if facts.is_a(iri, v.PARAGRAPH) else facts.first(iri, v.SET_OUT_IN)
    document = facts.first(paragraph, v.PARAGRAPH_OF)
    if not document:
        document, paragraph = next(facts.places(iri), ("", ""))
    return facts.first(document, v.CITED_AS), facts.first(paragraph, v.NUMBER)


def _facets(
    iri: str, kinds: Iterable[str], act: str, facts: Facts
) -> Iterator[tuple[Dimension, str]]:
    yield from (("kind", kind) for kind in kinds)
    bodies = facts.all(iri, *v.TO_BODY) or facts.all(act, v.ADOPTED_BY)
    yield from (("body", body) for body in bodies)
    day = facts.first(iri, *v.TO_DATE) or facts.first(act, *v.TO_DATE)
    if re.match(r"\d{4}-", day):
        yield "year", day[:4]
    for other in (iri, *facts.all(iri, *v.TO_AGENCY)):
        near = (other, *facts.all(other, v.PART_OF))
        yield from {("agency", agency) for agency in near if facts.is_a(agency, v.AGENCY)}
    countries = facts.all(iri, *v.TO_COUNTRY)
    for place in facts.all(iri, v.PLACE):
        countries += facts.all(place, *v.TO_COUNTRY)
    if facts.is_a(iri, v.COUNTRY):
        countries.append(iri)
    yield from {("country", country) for country in countries if facts.is_a(country, v.COUNTRY)}


def _keys(iri: str, facts: Facts) -> Iterable[str]:
    """Return the keys under which a citation finds a thing."""
    if facts.is_a(iri, v.ACT):
        kinds = (v.KINDS_OF_ACT.get(kind, "") for kind in facts.all(iri, TYPE.value))
        spellings = facts.all(iri, v.SYMBOL, v.CITED_AS, v.DESIGNATION)
        return keys_of_act(spellings, max(kinds, default=""))
    return {f"symbol {key_of(flat(symbol))}" for symbol in facts.all(iri, v.SYMBOL)}

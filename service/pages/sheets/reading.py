"""What is read for a table of a sheet: its rows, and the facts and gaps of each with sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.batches import listed
from graph.store.interface import ReadStore, Term, value
from graph.vocabulary import declared, mg
from service.pages.readings import Place
from service.pages.sheets.sections import DATES, Section

MAX_PARTS = 1_000
"""How many things that hang on the rows of one table are read."""

HEAD = declared("mg", "rdf", "rdfs")

_STATED = """SELECT ?subject ?property ?object ?source ?paragraph ?editor ?rule {
  VALUES ?subject { %s } %s
  ?node mg:inSource ?source . OPTIONAL { ?node mg:inParagraph ?paragraph }
  OPTIONAL { ?node mg:assertedBy ?editor } OPTIONAL { ?node mg:underRule ?rule }
}"""
_FACTS = """?node rdf:subject ?subject ; rdf:predicate ?property ; rdf:object ?object
  FILTER(?property IN (%s))"""
_GAPS = "?node mg:gapSubject ?subject ; mg:gapProperty ?property ; mg:gapState ?object ."


@dataclass(frozen=True)
class Found:
    """A value, or a state of not knowing it if ``gap``, and the places that state it."""

    object: Term
    gap: bool
    places: tuple[Place, ...]


Facts = Mapping[tuple[str, str], tuple[Found, ...]]
"""What was found, by the IRIs of subject and property."""


@dataclass(frozen=True)
class Rows:
    """The rows of a section: the first of them, how many there are in all, what hangs on them.

    ``query`` asks SPARQL for all of them.
    ``parts`` are the things that hang on a row, by the row and the path to them.
    """

    things: tuple[str, ...]
    count: int
    parts: Mapping[tuple[str, str], tuple[str, ...]]
    query: str


def read_rows(section: Section, thing: NamedNode, store: ReadStore) -> Rows:
    """Return the rows of a section on the page of a thing."""
    pattern = section.pattern.replace("THING", str(thing))
    query = (
        f"{HEAD} SELECT ?row (MIN(?place) AS ?key) {{ {pattern} "
        f"OPTIONAL {{ ?row {section.order} ?place }} }} "
        f"GROUP BY ?row ORDER BY ?key STR(?row) LIMIT {section.limit + 1}"
    )
    found = tuple(value(row[0]) for row in store.select(query).rows)
    count = len(found)
    if count > section.limit:
        query = f"{HEAD} SELECT (COUNT(DISTINCT ?row) AS ?count) {{ {pattern} }}"
        count = int(value(store.select(query).rows[0][0]))
    things = found[: section.limit]
    paths = {column.path for column in section.columns if column.path} if things else set()
    parts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted(paths):
        query = (
            f"{HEAD} SELECT DISTINCT ?row ?part {{ VALUES ?row {{ {listed(things)} }} "
            f"?row {path} ?part }} ORDER BY ?row ?part LIMIT {MAX_PARTS}"
        )
        for record in store.select(query).records():
            parts[value(record["row"]), path].append(value(record["part"]))
    every = (
        f"{declared('mg', 'rdfs')}SELECT DISTINCT ?row ?name {{\n  {pattern}\n  "
        'OPTIONAL { ?row rdfs:label ?name FILTER(LANG(?name) = "en") }\n}'
    )
    return Rows(things, count, {key: tuple(part) for key, part in parts.items()}, every)


def read_facts(subjects: Iterable[str], properties: Iterable[str], store: ReadStore) -> Facts:
    """Return what is stated of some properties of things, and every gap in what is known of them.

    Args:
        subjects: IRIs of the things.
        properties: Local names of the properties; how exact dates are is read with the dates.
        store: Where it is read.
    """
    wanted, names = sorted(set(subjects)), set(properties)
    if not wanted:
        return {}
    if names & set(DATES):
        names.add("datePrecision")
    terms = ", ".join(str(mg(name)) for name in sorted(names))
    places: dict[tuple[str, str, Term, bool], list[Place]] = defaultdict(list)
    # Two queries: a union of both takes longer.
    records = [
        (gap, record)
        for gap, pattern in ((False, _FACTS % terms), (True, _GAPS))
        for record in store.select(HEAD + _STATED % (listed(wanted), pattern)).records()
    ]
    cited = _texts({value(record["source"]) for _, record in records}, "citedAs", store)
    numbers = read_numbers({value(record["paragraph"]) for _, record in records} - {""}, store)
    for gap, record in records:
        term = record["object"]
        if term is not None:
            key = (value(record["subject"]), value(record["property"]), term, gap)
            places[key].append(_place(record, cited, numbers))
    found: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for (subject, name, term, gap), stated in places.items():
        ordered = tuple(sorted(set(stated), key=lambda place: (place.cited, place.number)))
        found[subject, name].append(Found(term, gap, ordered))
    return {key: tuple(values) for key, values in found.items()}


def read_numbers(paragraphs: Iterable[str], store: ReadStore) -> Mapping[str, str]:
    """Return the printed numbers of paragraphs."""
    return _texts(paragraphs, "paragraphNumber", store)


def _texts(things: Iterable[str], name: str, store: ReadStore) -> Mapping[str, str]:
    """Return the value of a property of things that has no more than one."""
    wanted = sorted(set(things))
    if not wanted:
        return {}
    query = (
        f"SELECT ?thing ?text {{ VALUES ?thing {{ {listed(wanted)} }} ?thing {mg(name)} ?text }}"
    )
    return {value(row[0]): value(row[1]) for row in store.select(query).rows}


def _place(
    record: Mapping[str, Term | None], cited: Mapping[str, str], numbers: Mapping[str, str]
) -> Place:
    source, paragraph = value(record["source"]), value(record["paragraph"])
    return Place(
        source,
        cited.get(source, ""),
        paragraph,
        numbers.get(paragraph, ""),
        value(record["editor"]),
        value(record["rule"]),
    )

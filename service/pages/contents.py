"""What the dataset holds, for the home page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from babel.numbers import format_decimal

from graph.dates import shown_date
from graph.languages import Language, noted
from graph.library.answer import sources, value
from graph.store.interface import ReadStore
from graph.vocabulary import CONCEPT, PREFIXES, mg
from service.addresses import addresses
from service.languages import gettext
from service.pages.cells import Cell, name_cell
from service.pages.names import names
from service.pages.things import natural

COUNTED = {
    "Act": noted("acts"),
    "Mandate": noted("mandates"),
    "FundingArrangement": noted("funding arrangements"),
    "Country": noted("countries"),
    "Event": noted("events"),
    "Deliverable": noted("outputs"),
    "ProgressUpdate": noted("progress updates"),
    "Statement": noted("statements with their source"),
}
"""The kinds of thing the home page counts, in its order."""

LISTED = {
    "Act": noted("Acts"),
    "Agency": noted("Agencies"),
    "Country": noted("Countries"),
    "Event": noted("Events"),
}
"""The kinds of thing the home page lists, in its order."""

MAX_LISTED = 60
"""How many things of a kind the home page lists; the page of the class has more."""

_HEAD = f"PREFIX mg: <{PREFIXES['mg']}> SELECT "


@dataclass(frozen=True)
class Count:
    """How many things there are of a kind, and the kind in words."""

    shown: str
    noun: str
    kind: Cell


@dataclass(frozen=True)
class Source:
    """A document that was read: its name, its date in words, the languages it was read in."""

    name: Cell
    cited: str
    date: str
    day: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """Things of one kind by name, and how many there are in all."""

    heading: str
    count: int
    things: tuple[Cell, ...]
    kind: Cell


@dataclass(frozen=True)
class Contents:
    """What the home page says of the dataset; ``gaps`` counts states of not knowing by notation."""

    counts: tuple[Count, ...]
    gaps: Mapping[str, int]
    sources: tuple[Source, ...]
    kinds: tuple[Kind, ...]


def read_contents(store: ReadStore, language: Language) -> Contents:
    """Return what the dataset holds, in the words of a language."""
    numbers = _counts(store)
    counts = tuple(
        Count(_grouped(numbers[name], language), gettext(noun), _kind(name))
        for name, noun in COUNTED.items()
    )
    return Contents(counts, _gaps(store), _sources(store, language), _kinds(store, language))


def _grouped(number: int, language: Language) -> str:
    return format_decimal(number, locale=language.locale)


def _kind(name: str) -> Cell:
    """Return a cell that leads to the page of one of our classes."""
    return Cell(name, href=addresses().href(mg(name).value))


def _counts(store: ReadStore) -> Mapping[str, int]:
    listed = " ".join(f"mg:{name}" for name in COUNTED)
    query = (
        f"{_HEAD} ?kind (COUNT(DISTINCT ?thing) AS ?count) "
        f"{{ VALUES ?kind {{ {listed} }} ?thing a ?kind }} GROUP BY ?kind"
    )
    found: dict[str, int] = defaultdict(int)
    for record in store.select(query).records():
        found[value(record["kind"]).removeprefix(mg("").value)] = int(value(record["count"]))
    return found


def _gaps(store: ReadStore) -> Mapping[str, int]:
    query = f"{_HEAD} ?state (COUNT(?gap) AS ?count) {{ ?gap mg:gapState ?state }} GROUP BY ?state"
    prefix = f"{CONCEPT}gap/"
    found: dict[str, int] = defaultdict(int)
    for record in store.select(query).records():
        found[value(record["state"]).removeprefix(prefix)] = int(value(record["count"]))
    return found


def _sources(store: ReadStore, language: Language) -> tuple[Source, ...]:
    found = sources(store)
    called = names([source.iri for source in found], store, language.code)
    read_in: dict[str, list[str]] = defaultdict(list)
    query = (
        f"{_HEAD} DISTINCT ?source ?tongue {{ ?source mg:hasEdition/mg:inLanguage ?tongue }} "
        "ORDER BY ?tongue"
    )
    for record in store.select(query).records():
        read_in[value(record["source"])].append(value(record["tongue"]))
    return tuple(
        Source(
            name_cell(source.iri, called.get(source.iri), language),
            source.cited_as,
            shown_date(source.date, language),
            source.date,
            tuple(read_in[source.iri]),
        )
        for source in found
    )


def _kinds(store: ReadStore, language: Language) -> tuple[Kind, ...]:
    listed = " ".join(f"mg:{name}" for name in LISTED)
    query = (
        f"{_HEAD} DISTINCT ?kind ?thing ?key {{ VALUES ?kind {{ {listed} }} ?thing a ?kind "
        "OPTIONAL { ?thing mg:sortKey ?key } } ORDER BY ?kind ?key ?thing"
    )
    members: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for record in store.select(query).records():
        kind = value(record["kind"]).removeprefix(mg("").value)
        members[kind].append((value(record["key"]), value(record["thing"])))
    wanted = [iri for things in members.values() for _, iri in things]
    called = names(wanted, store, language.code)
    kinds = []
    for name, heading in LISTED.items():
        cells = [(key, name_cell(iri, called[iri], language)) for key, iri in members[name]]
        cells.sort(key=lambda pair: (pair[0] == "", pair[0], natural(pair[1].text)))
        shown = tuple(cell for _, cell in cells[:MAX_LISTED])
        kinds.append(Kind(gettext(heading), len(cells), shown, _kind(name)))
    return tuple(kinds)

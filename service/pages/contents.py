"""What the dataset holds, for the home page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal
from flask import url_for

from graph.dates import shown_date
from graph.languages import Language, noted
from graph.library.answer import Source as Document
from graph.library.answer import sources
from graph.store.interface import ReadStore, value
from graph.vocabulary import CONCEPT, declared, mg
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
"""How many things of a kind the home page lists; the list of the kind has all."""

MAX_SOURCES = 20
"""How many documents the home page lists, the newest."""

_HEAD = declared("mg") + "SELECT "


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
    """Things of one kind by name, and how many there are in all; ``href`` leads to all."""

    heading: str
    count: int
    things: tuple[Cell, ...]
    href: str


@dataclass(frozen=True)
class Contents:
    """What the home page says of the dataset; ``gaps`` counts states of not knowing by notation.

    ``sources`` are the newest documents that were read, ``read`` is how many there
    are in all, ``oldest`` and ``newest`` their dates in words.
    """

    counts: tuple[Count, ...]
    gaps: Mapping[str, int]
    sources: tuple[Source, ...]
    kinds: tuple[Kind, ...]
    read: int
    oldest: str
    newest: str


def read_contents(store: ReadStore, language: Language) -> Contents:
    """Return what the dataset holds, in the words of a language."""
    numbers = _counts(store)
    counts = tuple(
        Count(_grouped(numbers[name], language), gettext(noun), Cell(name, href=_list(name)))
        for name, noun in COUNTED.items()
    )
    read = sources(store)
    days = [shown_date(source.date, language) for source in read if source.date]
    return Contents(
        counts,
        _gaps(store),
        _sources(read[-MAX_SOURCES:], store, language),
        _kinds(numbers, store, language),
        len(read),
        days[0] if days else "",
        days[-1] if days else "",
    )


def _grouped(number: int, language: Language) -> str:
    return format_decimal(number, locale=language.locale)


def _list(name: str) -> str:
    """Return the address of all things of one of our classes."""
    return url_for("lists.page", kind=name)


def _counts(store: ReadStore) -> Mapping[str, int]:
    listed = " ".join(f"mg:{name}" for name in {**COUNTED, **LISTED})
    query = (
        f"{_HEAD} ?kind (COUNT(?thing) AS ?count) "
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


def _sources(found: Sequence[Document], store: ReadStore, language: Language) -> tuple[Source, ...]:
    called = names([source.iri for source in found], store, language.code)
    read_in: dict[str, list[str]] = defaultdict(list)
    listed = " ".join(f"<{source.iri}>" for source in found)
    query = (
        f"{_HEAD} DISTINCT ?source ?tongue {{ VALUES ?source {{ {listed} }} "
        "?source mg:hasEdition/mg:inLanguage ?tongue } ORDER BY ?tongue"
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


def _kinds(numbers: Mapping[str, int], store: ReadStore, language: Language) -> tuple[Kind, ...]:
    kinds = []
    for name, heading in LISTED.items():
        query = (
            f"{_HEAD} ?thing ?key {{ ?thing a mg:{name} OPTIONAL {{ ?thing mg:sortKey ?key }} }} "
            f"ORDER BY ?key ?thing LIMIT {MAX_LISTED}"
        )
        members = [(value(row[1]), value(row[0])) for row in store.select(query).rows]
        called = names((iri for _, iri in members), store, language.code)
        cells = [(key, name_cell(iri, called[iri], language)) for key, iri in members]
        cells.sort(key=lambda pair: (pair[0] == "", pair[0], natural(pair[1].text)))
        things = tuple(cell for _, cell in cells)
        kinds.append(Kind(gettext(heading), numbers[name], things, _list(name)))
    return tuple(kinds)

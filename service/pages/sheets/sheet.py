"""The sheet of a thing: its head and its tables, read for all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.store.interface import ReadStore
from graph.vocabulary import mg
from service.pages.cells import Cell
from service.pages.sheets.reading import Facts, Found, Rows, read_facts, read_numbers, read_rows
from service.pages.sheets.sections import HEADS, SECTIONS, Section
from service.pages.sheets.tables import Legend, SheetTable, Sourced, TableWriter
from service.pages.sheets.tongues import Tongues, name_all

_NAME = 60
"""Characters that a name has at most, as a rule."""


@dataclass(frozen=True)
class Line:
    """One property in the head of a sheet."""

    heading: str
    values: tuple[Sourced, ...]

    @property
    def is_long(self) -> bool:
        """Whether a value is a sentence, which wants more room than a name."""
        return any(len(one.cell.text) > _NAME for one in self.values)


@dataclass(frozen=True)
class Sheet:
    """What leads the page of a thing; empty for a kind that has no sheet."""

    head: tuple[Line, ...]
    legend: tuple[tuple[str, Cell], ...]
    tables: tuple[SheetTable, ...]


def read_sheet(
    thing: NamedNode, kinds: Collection[str], store: ReadStore, tongues: Tongues
) -> Sheet:
    """Return the sheet of a thing.

    Args:
        thing: The thing.
        kinds: IRIs of its classes.
        store: Where everything is read.
        tongues: The languages of the page and of the data.
    """
    local = {iri.rpartition("/")[2] for iri in kinds}
    head = tuple(name for kind, names in HEADS.items() if kind in local for name in names)
    read = [
        (section, read_rows(section, thing, store))
        for section in SECTIONS
        if local & set(section.kinds)
    ]
    if not head and not read:
        return Sheet((), (), ())
    writer = _writer(thing, head, read, store, tongues)
    legend = Legend(tongues)
    lines = tuple(_lines(thing, head, writer, legend))
    tables = tuple(writer.table(section, rows) for section, rows in read if rows.things)
    return Sheet(lines, legend.entries, tables)


def _writer(
    thing: NamedNode,
    head: Iterable[str],
    read: Iterable[tuple[Section, Rows]],
    store: ReadStore,
    tongues: Tongues,
) -> TableWriter:
    subjects, properties = {thing.value}, set(head)
    for section, rows in read:
        subjects |= {*rows.things, *(part for parts in rows.parts.values() for part in parts)}
        properties |= {column.property for column in section.columns}
    facts = read_facts(subjects, properties, store)
    objects = _objects(facts)
    numbers = read_numbers(
        (iri for (_, name), found in facts.items() if name == mg("setOutIn").value
         for iri in _iris(found)),
        store,
    )  # fmt: skip
    wanted = {*subjects, *objects, *(mg(name).value for name in properties)}
    return TableWriter(facts, name_all(wanted, store, tongues), numbers, tongues)


def _objects(facts: Facts) -> set[str]:
    """Return everything that a table may have to name: values, properties, editors."""
    found: set[str] = set()
    for (_, name), values in facts.items():
        found |= {name, *_iris(values)}
        found |= {place.editor for one in values for place in one.places if place.editor}
    return found


def _iris(values: Iterable[Found]) -> set[str]:
    objects = (one.object for one in values)
    return {term.value for term in objects if isinstance(term, NamedNode)}


def _lines(
    thing: NamedNode, head: Iterable[str], writer: TableWriter, legend: Legend
) -> Iterable[Line]:
    for name in head:
        values = writer.values(thing.value, name, legend)
        if values:
            heading = writer.names[mg(name).value].text
            yield Line(heading[:1].upper() + heading[1:], values)

"""From what was read to tables of cells, each value with marks that lead to its sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from string import ascii_uppercase

from pyoxigraph import Literal, NamedNode

from graph.languages import best
from graph.store.interface import Term
from graph.vocabulary import CONCEPT, mg
from service.languages import gettext
from service.pages.cells import Cell, name_cell, term_cell
from service.pages.names import Name
from service.pages.readings import Place
from service.pages.sheets.reading import Facts, Found, Rows
from service.pages.sheets.sections import DATES, Column, Section
from service.pages.sheets.tongues import Tongues

_PRECISION = mg("datePrecision").value
_ABSENT = f"{CONCEPT}gap/known-absent"


@dataclass(frozen=True)
class Mark:
    """What stands beside a value: the letter of a document and a paragraph, and where they lead.

    ``text`` is what the mark says in full; ``editor`` and ``rule`` are who judged, and how.
    """

    letter: str
    number: str
    href: str
    text: str
    editor: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Sourced:
    """A value and its marks."""

    cell: Cell
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Heading:
    """The heading of a column, and whether its values are numbers."""

    text: str
    name: str
    numbers: bool = False


@dataclass(frozen=True)
class SheetTable:
    """A table as a page shows it; ``legend`` are the documents by their letters.

    ``count`` is of all rows, and ``query`` asks SPARQL for them.
    """

    id: str
    heading: str
    columns: tuple[Heading, ...]
    rows: tuple[tuple[tuple[Sourced, ...], ...], ...]
    count: int
    legend: tuple[tuple[str, Cell], ...]
    query: str


@dataclass
class Legend:
    """Gives the documents of one table their letters, as they come up."""

    tongues: Tongues
    _letters: dict[str, tuple[str, Cell]] = field(default_factory=dict)

    def mark(self, place: Place, names: Mapping[str, Name]) -> Mark:
        """Return the mark of a place."""
        cited = place.cited or place.source
        if place.source not in self._letters:
            cell = name_cell(place.source, Name(cited), self.tongues.page)
            self._letters[place.source] = (_letter(len(self._letters)), cell)
        letter, document = self._letters[place.source]
        href = name_cell(place.paragraph, None, self.tongues.page).href if place.paragraph else ""
        text = cited
        if place.number:
            text = self._words % {"document": cited, "number": place.number}
        editor = names[place.editor].text if place.editor in names else ""
        return Mark(letter, place.number, href or document.href, text, editor, place.rule)

    @cached_property
    def _words(self) -> str:
        return gettext("%(document)s, paragraph %(number)s")

    @property
    def entries(self) -> tuple[tuple[str, Cell], ...]:
        """The documents, each with its letter."""
        return tuple(self._letters.values())


@dataclass(frozen=True)
class TableWriter:
    """Writes tables from what was read for all of them."""

    facts: Facts
    names: Mapping[str, Name]
    numbers: Mapping[str, str]
    tongues: Tongues

    def table(self, section: Section, rows: Rows) -> SheetTable:
        """Return the table of a section; columns that are empty throughout are left out."""
        legend = Legend(self.tongues)
        cells = [
            [self._values(column, row, rows, legend) for column in section.columns]
            for row in rows.things
        ]
        kept = [index for index in range(len(section.columns)) if any(row[index] for row in cells)]
        headings = [self._heading(section.columns[index], cells, index) for index in kept]
        shown = [tuple(row[index] for index in kept) for row in cells]
        if section.named:
            headings.insert(0, Heading(gettext("Name"), "label"))
            shown = [
                ((self._name(row),), *values)
                for row, values in zip(rows.things, shown, strict=True)
            ]
        if section.gaps:
            headings.append(Heading(gettext("Not known"), "gaps"))
            shown = [
                (*values, self._gaps(row)) for row, values in zip(rows.things, shown, strict=True)
            ]
        return SheetTable(
            section.id,
            gettext(section.heading),
            tuple(headings),
            tuple(shown),
            rows.count,
            legend.entries,
            rows.query,
        )

    def values(self, subject: str, name: str, legend: Legend) -> tuple[Sourced, ...]:
        """Return the values of a property of a thing; of texts those in one language."""
        found = self.facts.get((subject, mg(name).value), ())
        shown = _in_one_language(found, self.tongues.data)
        precision = self._precision(subject) if name in DATES else "day"
        sourced = [self._sourced(one, name, precision, legend) for one in shown]
        return tuple(sorted(sourced, key=lambda one: (one.cell.look == "gap", one.cell.text)))

    def _values(self, column: Column, row: str, rows: Rows, legend: Legend) -> tuple[Sourced, ...]:
        subjects = rows.parts.get((row, column.path), ()) if column.path else (row,)
        return tuple(
            _once(one for s in subjects for one in self.values(s, column.property, legend))
        )

    def _sourced(self, found: Found, name: str, precision: str, legend: Legend) -> Sourced:
        cell = term_cell(found.object, self.names, self.tongues.page, precision)
        if found.gap:
            cell = Cell(f"({cell.text})", "gap")
        elif name == "setOutIn" and isinstance(found.object, NamedNode):
            number = self.numbers.get(found.object.value, "")
            # The paragraph is its own source.
            return Sourced(replace(cell, text=number or cell.text, look="text"))
        return Sourced(cell, tuple(legend.mark(place, self.names) for place in found.places))

    def _precision(self, subject: str) -> str:
        found = self.facts.get((subject, _PRECISION), ())
        return str(found[0].object).strip("<>").rpartition("/")[2] if found else "day"

    def _name(self, iri: str) -> Sourced:
        return Sourced(name_cell(iri, self.names.get(iri), self.tongues.page))

    def _gaps(self, row: str) -> tuple[Sourced, ...]:
        """Return the properties that nobody knows; what is known not to be is known."""
        names = sorted(
            name
            for (subject, name), found in self.facts.items()
            if subject == row and any(one.gap and _iri(one.object) != _ABSENT for one in found)
        )
        return tuple(self._name(name) for name in names)

    def _heading(
        self, column: Column, cells: Sequence[Sequence[tuple[Sourced, ...]]], index: int
    ) -> Heading:
        looks = {one.cell.look for row in cells for one in row[index]}
        iri = mg(column.property).value
        name = self.names[iri].text if iri in self.names else column.property
        text = gettext(column.heading) if column.heading else name[:1].upper() + name[1:]
        return Heading(text, column.property, "number" in looks and looks <= {"number", "gap"})


def _in_one_language(found: Iterable[Found], language: str) -> list[Found]:
    """Return what was found, of texts only those in the best language there is."""
    every = list(found)
    spoken = {one.object.language or "" for one in every if isinstance(one.object, Literal)} - {""}
    first = best(spoken, language) if spoken else ""
    return [
        one
        for one in every
        if not isinstance(one.object, Literal) or (one.object.language or "") in {first, ""}
    ]


def _once(values: Iterable[Sourced]) -> Iterator[Sourced]:
    """Yield each value once, with the marks of all; a gap only where there is no value."""
    merged: dict[Cell, dict[Mark, None]] = {}
    for one in values:
        merged.setdefault(one.cell, {}).update(dict.fromkeys(one.marks))
    known = any(cell.look != "gap" for cell in merged)
    for cell, marks in merged.items():
        if cell.look != "gap" or not known:
            yield Sourced(cell, tuple(marks))


def _letter(index: int) -> str:
    return ascii_uppercase[index] if index < len(ascii_uppercase) else str(index + 1)


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else ""

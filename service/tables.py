"""An answer as a table for people: fewer columns than the data, and every cell leads on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_percent
from pyoxigraph import Literal, NamedNode

from graph.library.answer import value
from graph.library.formats import visible_columns
from graph.store.interface import ReadStore, Table, Term
from graph.vocabulary import PREFIXES
from service.cells import EMPTY, Cell, name_cell, term_cell
from service.languages import Language
from service.names import Name, names
from service.wording import column_heading

MAX_ROWS = 500
"""How many rows a page shows; the files hold all."""

_WHOLE_ROW = ("summary", "label", "name")
_DATES = {"start", "end"}
_CITED = f"PREFIX mg: <{PREFIXES['mg']}> SELECT ?thing ?cited {{ ?thing mg:citedAs ?cited }}"


@dataclass(frozen=True)
class Column:
    """A column: its heading in words, its name in the data, and whether it holds numbers."""

    heading: str
    name: str
    numbers: bool


@dataclass(frozen=True)
class Shown:
    """A table as a page shows it; a cell may hold several values. ``count`` is of all rows."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[tuple[Cell, ...], ...], ...]
    count: int


def shown_answer(table: Table, store: ReadStore, language: Language) -> Shown:
    """Return the answer to a question as a page shows it.

    A code gives way to the name beside it, a sub-paragraph stands with its
    paragraph, a name leads to its thing and a paragraph number to the paragraph.
    """
    rows = tuple(table.records())[:MAX_ROWS]
    cited = {value(row["cited"]): value(row["thing"]) for row in store.select(_CITED).records()}
    iris = {term.value for row in rows for term in row.values() if isinstance(term, NamedNode)}
    writer = _RowWriter(
        _hidden_things(table), cited, names(iris, store, language.code), language
    )
    columns = _columns(table)
    cells = tuple(tuple(writer.cells(name, row) for name in columns) for row in rows)
    shown = tuple(
        Column(column_heading(name), name, _all_numbers(cells, index))
        for index, name in enumerate(columns)
    )
    return Shown(shown, cells, len(table.rows))


def shown_solutions(table: Table, language: Language) -> Shown:
    """Return any solutions as a page shows them: variables as they are, IRIs in short."""
    rows = table.rows[:MAX_ROWS]
    cells = tuple(
        tuple((term_cell(term, {}, language),) if term is not None else (EMPTY,) for term in row)
        for row in rows
    )
    columns = tuple(
        Column(name, name, _all_numbers(cells, index)) for index, name in enumerate(table.columns)
    )
    return Shown(columns, cells, len(table.rows))


def _columns(table: Table) -> list[str]:
    """Return the columns that are shown: a name takes the place of its code."""
    visible = [table.columns[index] for index in visible_columns(table)]
    shown: list[str] = []
    for name in visible:
        words = f"{name}Name"
        if words in visible:
            shown.append(words)
        elif name not in shown and name != "subparagraph":
            shown.append(name)
    return shown


def _hidden_things(table: Table) -> Mapping[str, str]:
    """Return, for the columns that describe a whole row, the column with its thing."""
    hidden = [
        name
        for index, name in enumerate(table.columns)
        if index not in visible_columns(table)
        and name != "source"
        and f"{name}Name" not in table.columns
    ]
    return {name: hidden[0] for name in _WHOLE_ROW if hidden and name in table.columns}


def _all_numbers(rows: tuple[tuple[tuple[Cell, ...], ...], ...], index: int) -> bool:
    looks = {cell.look for row in rows for cell in row[index]} - {"empty"}
    return looks == {"number"}


@dataclass(frozen=True)
class _RowWriter:
    hidden: Mapping[str, str]
    cited: Mapping[str, str]
    names: Mapping[str, Name]
    language: Language

    def cells(self, column: str, row: Mapping[str, Term | None]) -> tuple[Cell, ...]:
        """Return what stands in a column of a row."""
        term = row[column]
        if term is None:
            return (EMPTY,)
        if column.endswith("Symbols") and isinstance(term, Literal):
            return tuple(self._cited(part) for part in term.value.split("; "))
        if column.endswith("Symbol") or column == "document":
            return (self._cited(value(term)),)
        if column == "share" and isinstance(term, Literal):
            share = format_percent(Decimal(term.value), "#,##0.#%", locale=self.language.locale)
            return (Cell(share, "number", value=term.value),)
        precision = value(row.get("precision")) if column in _DATES else "day"
        cell = term_cell(self._with_letter(column, term, row), self.names, self.language, precision)
        return (self._linked(cell, self._thing(column, row)),)

    def _with_letter(self, column: str, term: Term, row: Mapping[str, Term | None]) -> Term:
        letter = value(row.get("subparagraph"))
        return Literal(f"{value(term)} ({letter})") if column == "operativeParagraph" and letter else term

    def _thing(self, column: str, row: Mapping[str, Term | None]) -> str:
        """Return the IRI that a cell leads to, empty if it leads nowhere."""
        if column == "paragraph":
            return value(row.get("source"))
        thing = row.get(self.hidden.get(column, column.removesuffix("Name")))
        return thing.value if isinstance(thing, NamedNode) else ""

    def _linked(self, cell: Cell, iri: str) -> Cell:
        if cell.href or not iri:
            return cell
        href = name_cell(iri, None, self.language).href
        return Cell(cell.text, cell.look, href, False, cell.language, cell.value)

    def _cited(self, text: str) -> Cell:
        iri = self.cited.get(text, "")
        return name_cell(iri, Name(text), self.language) if iri else Cell(text)

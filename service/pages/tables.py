"""An answer as a table for people: fewer columns than the data, and every cell leads on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from babel.numbers import format_percent
from pyoxigraph import Literal, NamedNode

from graph.languages import Language
from graph.store.interface import ReadStore, Table, Term, value
from graph.vocabulary import declared
from service.pages.cells import EMPTY, Cell, name_cell, term_cell
from service.pages.names import Name, names
from service.pages.wording import column_heading

MAX_ROWS = 500
"""How many rows of an answer to any query a page shows; the files hold all."""

_WHOLE_ROW = ("summary", "label", "name")
_IN_WORDS = {
    "name": "thing",
    "arrangement": "partnership",
    "dueText": "deadline",
    "statement": "update",
}
_BESIDE = {"source", "subparagraph"}
_DATES = {"start", "end"}
_NUMBERED = {"paragraph", "operativeParagraph"}
_HEAD = declared("mg") + "SELECT "
_CITED = _HEAD + "?thing ?cited { ?thing mg:citedAs ?cited }"
_NUMBERS = (
    _HEAD + "?thing ?cited ?number "
    "{ ?thing mg:paragraphOf/mg:citedAs ?cited ; mg:paragraphNumber ?number }"
)


@dataclass(frozen=True)
class Column:
    """A column: its heading in words, its name in the data, and whether it holds numbers.

    ``href`` sorts the rows by it; ``order`` is how they are sorted by it now, as
    ``aria-sort`` has it.
    """

    heading: str
    name: str
    numbers: bool
    href: str = ""
    order: str = ""


@dataclass(frozen=True)
class Shown:
    """A table as a page shows it; a cell may hold several values.

    ``count`` is of all rows. ``document`` is the document that every row rests
    on, where it is one and the same; it then has no column.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[tuple[Cell, ...], ...], ...]
    count: int
    document: Cell | None = None


def shown_answer(table: Table, store: ReadStore, language: Language) -> Shown:
    """Return the answer to a question as a page shows it.

    A code gives way to the name beside it, a sub-paragraph stands with its
    paragraph, a name leads to its thing and a paragraph number to the paragraph.
    """
    rows = tuple(table.records())
    iris = {term.value for row in rows for term in row.values() if isinstance(term, NamedNode)}
    writer = _RowWriter(
        _described(table),
        _cited(store),
        _numbers(table, store),
        names(iris, store, language.code),
        language,
    )
    columns = _columns(table)
    documents = {value(row["document"]) for row in rows} if "document" in columns else set()
    common = writer.cells("document", rows[0])[0] if len(documents) == 1 < len(rows) else None
    if common:
        columns.remove("document")
    cells = tuple(tuple(writer.cells(name, row) for name in columns) for row in rows)
    shown = tuple(
        Column(column_heading(name), name, _all_numbers(cells, index))
        for index, name in enumerate(columns)
    )
    return Shown(shown, cells, len(table.rows), common)


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
    """Return the columns that are shown: a name takes the place of its thing or code."""
    described = set(_described(table).values())
    shown: list[str] = []
    for index, name in enumerate(table.columns):
        words = f"{name}Name"
        if words in table.columns:
            shown.append(words)
        elif name not in {*shown, *described, *_BESIDE} and (
            not table.rows or any(row[index] is not None for row in table.rows)
        ):
            shown.append(name)
    return shown


def _described(table: Table) -> Mapping[str, str]:
    """Return, for the columns that describe a thing in words, the column that holds the thing."""
    things = [
        name
        for index, name in enumerate(table.columns)
        if name != "source"
        and f"{name}Name" not in table.columns
        and any(isinstance(row[index], NamedNode) for row in table.rows)
    ]
    found = {
        words: thing for words, thing in _IN_WORDS.items() if {words, thing} <= set(table.columns)
    }
    if things:
        found |= {name: things[0] for name in _WHOLE_ROW if name in table.columns}
    return found


def _all_numbers(rows: tuple[tuple[tuple[Cell, ...], ...], ...], index: int) -> bool:
    looks = {cell.look for row in rows for cell in row[index]} - {"empty"}
    return looks == {"number"}


@dataclass(frozen=True)
class _RowWriter:
    described: Mapping[str, str]
    cited: Mapping[str, str]
    numbers: Mapping[tuple[str, str], str]
    names: Mapping[str, Name]
    language: Language

    def cells(self, column: str, row: Mapping[str, Term | None]) -> tuple[Cell, ...]:
        """Return what stands in a column of a row."""
        term = row[column]
        if term is None:
            return (EMPTY,)
        if column.endswith("Symbols") and isinstance(term, Literal):
            return tuple(self._cited(part) for part in term.value.split("; "))
        if column == "statedIn":
            return tuple(cell for part in value(term).split("; ") for cell in self._places(part))
        if column.endswith("Symbol") or column == "document":
            return (self._cited(value(term)),)
        if column == "share" and isinstance(term, Literal):
            share = format_percent(Decimal(term.value), "#,##0.#%", locale=self.language.locale)
            return (Cell(share, "number", value=term.value),)
        precision = value(row.get("precision")) if column in _DATES else "day"
        cell = term_cell(_with_letter(column, term, row), self.names, self.language, precision)
        if column in _NUMBERED:
            cell = replace(cell, look="text")
        elif cell.text[:1] == "(" and cell.text[-1:] == ")":
            return (replace(cell, look="gap"),)
        return (self._linked(cell, self._thing(column, row)),)

    def _thing(self, column: str, row: Mapping[str, Term | None]) -> str:
        """Return the IRI that a cell leads to, empty if it leads nowhere."""
        if column == "paragraph":
            return value(row.get("source"))
        thing = row.get(self.described.get(column, column.removesuffix("Name")))
        return thing.value if isinstance(thing, NamedNode) else ""

    def _linked(self, cell: Cell, iri: str) -> Cell:
        if cell.href or not iri:
            return cell
        href = name_cell(iri, None, self.language).href
        return replace(cell, href=href)

    def _places(self, text: str) -> tuple[Cell, ...]:
        """Return a document and the numbers of paragraphs after it, each leading to its own."""
        document, _, numbers = text.rpartition(": ")
        if document not in self.cited:
            return (self._cited(text),)
        listed = numbers.split(", ")
        paragraphs = [
            replace(
                self._linked(Cell(number), self.numbers.get((document, number), "")), after=", "
            )
            for number in listed
        ]
        paragraphs[-1] = replace(paragraphs[-1], after="; ")
        return (replace(self._cited(document), after=": "), *paragraphs)

    def _cited(self, text: str) -> Cell:
        iri = self.cited.get(text, "")
        return name_cell(iri, Name(text), self.language) if iri else Cell(text)


def _cited(store: ReadStore) -> Mapping[str, str]:
    """Return the acts and documents by what answers print to name them."""
    return {value(row["cited"]): value(row["thing"]) for row in store.select(_CITED).records()}


def _numbers(table: Table, store: ReadStore) -> Mapping[tuple[str, str], str]:
    """Return paragraphs by document and number, for a table that lists several in one cell."""
    if "statedIn" not in table.columns:
        return {}
    return {
        (value(row["cited"]), value(row["number"])): value(row["thing"])
        for row in store.select(_NUMBERS).records()
    }


def _with_letter(column: str, term: Term, row: Mapping[str, Term | None]) -> Term:
    """Return the number of an operative paragraph with the letter of its sub-paragraph."""
    letter = value(row.get("subparagraph"))
    if column == "operativeParagraph" and letter:
        return Literal(f"{value(term)} ({letter})")
    return term

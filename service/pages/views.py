"""One view of an answer: what is left of its rows, in which order, and which page of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from graph.errors import ParameterError
from service.pages.cells import Cell
from service.pages.tables import Column, Shown
from service.pages.things import natural

PAGE = 100
"""Rows of one page."""

FIELDS = ("filter", "sort", "page")
"""The fields of an address that choose a view; no parameter of a question is called so."""

Row = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class View:
    """What is asked for; ``sort`` is the name of a column, with a minus for the other way round."""

    filter: str = ""
    sort: str = ""
    page: int = 1

    def fields(self, **changes: str | int) -> Mapping[str, str]:
        """Return the fields of an address that asks for this view, or for one that differs."""
        new = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {"filter": new.filter, "sort": new.sort, "page": str(new.page)}
        return {
            name: text for name, text in pairs.items() if text and (name, text) != ("page", "1")
        }


@dataclass(frozen=True)
class Viewed:
    """A page of rows; ``matching`` are all rows that the filter left, ``pages`` all pages."""

    table: Shown
    matching: int
    page: int
    pages: int
    first: int


def view_asked(args: Mapping[str, str]) -> View:
    """Return the view that the fields of an address ask for.

    Raises:
        ParameterError: If the page is not a number from 1 up.
    """
    page = args.get("page", "").strip() or "1"
    if not re.fullmatch(r"[1-9][0-9]{0,8}", page):
        raise ParameterError("page", f"page must be a number from 1 up; it is “{page}”.")
    return View(args.get("filter", "").strip(), args.get("sort", "").strip(), int(page))


def matching(shown: Shown, view: View) -> Shown:
    """Return a table with the rows that a view keeps, in its order.

    Raises:
        ParameterError: If it is sorted by a column that there is not.
    """
    rows = _filtered(shown.rows, view.filter)
    if view.sort:
        index = _column(shown.columns, view.sort.removeprefix("-"))
        rows = tuple(sorted(rows, key=lambda row: _key(row[index])))
        if view.sort.startswith("-"):
            # What is empty comes last in either order.
            rows = tuple(sorted(rows[::-1], key=lambda row: not _text(row[index])))
    return replace(shown, rows=rows)


def viewed(kept: Shown, view: View) -> Viewed:
    """Return the page of a table that a view asks for; the last if it asks for more than all."""
    pages = max(1, -(-len(kept.rows) // PAGE))
    page = min(view.page, pages)
    first = (page - 1) * PAGE
    rows = kept.rows[first : first + PAGE]
    table = replace(kept, rows=rows, count=len(rows))
    return Viewed(table, len(kept.rows), page, pages, first + 1)


def _filtered(rows: tuple[Row, ...], words: str) -> tuple[Row, ...]:
    wanted = words.casefold().split()
    if not wanted:
        return rows
    texts = (" ".join(_text(cells) for cells in row).casefold() for row in rows)
    return tuple(
        row for row, text in zip(rows, texts, strict=True) if all(word in text for word in wanted)
    )


def _column(columns: tuple[Column, ...], name: str) -> int:
    names = [column.name for column in columns]
    if name not in names:
        raise ParameterError(
            "sort", f"There is no column “{name}” to sort by; there are {', '.join(names)}."
        )
    return names.index(name)


def _key(cells: tuple[Cell, ...]) -> tuple[object, ...]:
    """Return what a row sorts by: numbers and dates by their value, empty cells last."""
    text = _text(cells)
    if not text:
        return (2,)
    cell = cells[0]
    if cell.look == "number" and cell.value:
        return (0, Decimal(cell.value))
    if cell.look == "date" and cell.value:
        return (1, natural(cell.value))
    return (1, natural(text))


def _text(cells: tuple[Cell, ...]) -> str:
    return "; ".join(cell.text for cell in cells if cell.text)

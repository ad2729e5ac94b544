"""An answer as an Excel workbook: the table, and what it is an answer to."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from pyoxigraph import Literal

from graph.audit.paper.archives import settled
from graph.languages import best
from graph.library.answer import Answer
from graph.store.interface import Term, value
from graph.vocabulary import PREFIXES

_XSD = PREFIXES["xsd"]
_NUMBERS = {_XSD + name for name in ("integer", "decimal", "double", "float")}
_NOT_IN_CELLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST = 32_767
"""Characters that a cell can hold."""

_WIDEST = 60
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FIRST_YEAR = 1900
"""The first year whose days a workbook can hold."""


def answer_xlsx(answer: Answer) -> bytes:
    """Return an answer as a workbook; the same answer gives the same bytes.

    Columns are those of the contract. Numbers are numbers and dates are dates;
    everything else is text and stays it, though it begin as a formula does. The
    second sheet says what was asked, of what, and which sources were read.
    """
    book = Workbook()
    # The time of writing would make other bytes of the same answer.
    book.properties.created = book.properties.modified = _LONG_AGO
    book.properties.creator = "Mandate Graph"
    table = book.active
    if not isinstance(table, Worksheet):
        raise TypeError("A new workbook has a sheet.")
    _table(table, answer)
    _about(book.create_sheet("about"), answer)
    out = io.BytesIO()
    book.save(out)
    return settled(out.getvalue())


def _table(sheet: Worksheet, answer: Answer) -> None:
    sheet.title = "answer"
    sheet.sheet_view.rightToLeft = answer.language == "ar"
    for column, name in enumerate(answer.table.columns, 1):
        cell = sheet.cell(1, column)
        _write_text(cell, name)
        cell.font = Font(bold=True)
    widths = [len(name) for name in answer.table.columns]
    for number, row in enumerate(answer.table.rows, 2):
        for column, term in enumerate(row, 1):
            if term is not None:
                _write(sheet.cell(number, column), term)
                widths[column - 1] = max(widths[column - 1], len(value(term)))
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(width + 2, _WIDEST)
    sheet.freeze_panes = "A2"
    if answer.table.rows:
        sheet.auto_filter.ref = sheet.dimensions


def _about(sheet: Worksheet, answer: Answer) -> None:
    question = answer.question
    sheet.sheet_view.rightToLeft = answer.language == "ar"
    lines = [
        ("question", question.id),
        ("title", question.title[best(question.title, answer.language)]),
        ("explanation", question.explanation[best(question.explanation, answer.language)]),
        ("language", answer.language),
        *((f"parameter {name}", text) for name, text in sorted(answer.values.items())),
        ("version", f"{answer.version.number} {answer.version.content}"),
        *(("source", f"{s.cited_as} {s.date} {s.iri}") for s in answer.sources),
    ]
    for number, (name, text) in enumerate(lines, 1):
        _write_text(sheet.cell(number, 1), name)
        _write_text(sheet.cell(number, 2), text)
        sheet.cell(number, 2).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 20
    sheet.column_dimensions["B"].width = 100


def _write(cell: Cell | MergedCell, term: Term) -> None:
    """Write a term; what is not the number or date it claims to be is written as text."""
    text = value(term)
    datatype = term.datatype.value if isinstance(term, Literal) else ""
    if datatype in _NUMBERS and re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text):
        number = Decimal(text)
        cell.value = int(number) if number == number.to_integral_value() else number
    elif datatype == _XSD + "date" and (day := _day(text)):
        cell.value = day
        cell.number_format = "yyyy-mm-dd"
    else:
        _write_text(cell, text)


def _write_text(cell: Cell | MergedCell, text: str) -> None:
    """Write a text that nothing takes for a formula, not even when the cell is edited."""
    text = _NOT_IN_CELLS.sub("", text)[:_LONGEST]
    cell.value = text
    if isinstance(cell, Cell):
        cell.data_type = "s"
        if text[:1] in {"=", "+", "-", "@"}:
            cell.quotePrefix = True


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year > _FIRST_YEAR else None

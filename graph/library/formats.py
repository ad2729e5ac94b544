"""An answer as a file or on a terminal: CSV, JSON, a table of characters."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from graph.library.answer import Answer
from graph.store.interface import Table, Term, value
from graph.vocabulary import PREFIXES

_NUMBERS = {PREFIXES["xsd"] + name for name in ("integer", "decimal", "double")}
_FORMULA = frozenset("=+-@\t\r")
_WIDEST_CELL = 48


def answer_csv(table: Table) -> str:
    """Return a table as CSV with CRLF, header first, columns in the contract's order.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.

    Source:
        RFC 4180; CSV injection, OWASP.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.columns)
    writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def answer_json(answer: Answer) -> str:
    """Return an answer as a JSON object.

    ``rows`` are objects by column, numbers as numbers and unbound cells as
    ``null``. ``fallbacks`` name the cells that are in another language than the
    one asked for. ``sources`` are the documents that were read.
    """
    document = {
        "question": answer.question.id,
        "title": _word(answer.question.title, answer.language),
        "language": answer.language,
        "parameters": dict(answer.values),
        "version": {"number": answer.version.number, "content": answer.version.content},
        "sources": [
            {"iri": found.iri, "citedAs": found.cited_as, "date": found.date or None}
            for found in answer.sources
        ],
        "empty": answer.emptiness or None,
        "columns": list(answer.table.columns),
        "rows": [
            {name: _json(cell) for name, cell in record.items()}
            for record in answer.table.records()
        ],
        "fallbacks": [
            {"row": number, "column": name, "language": cell.language}
            for number, record in enumerate(answer.table.records())
            for name, cell in record.items()
            if isinstance(cell, Literal) and cell.language not in {None, answer.language}
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def answer_text(answer: Answer) -> str:
    """Return an answer for a terminal: title, table, number of rows, what it covers.

    A column that holds nothing but IRIs is left out.
    """
    table = answer.table
    shown = visible_columns(table)
    title = _word(answer.question.title, answer.language)
    lines = [title, ""]
    if table.rows:
        lines += grid(
            [table.columns[index] for index in shown],
            [[_marked(row[index], answer.language) for index in shown] for row in table.rows],
        )
    noun = "row" if len(table.rows) == 1 else "rows"
    count = f"{len(table.rows)} {noun}" if table.rows else f"No rows: {answer.emptiness}."
    read = "; ".join(f"{found.cited_as} ({found.date})" for found in answer.sources if found.date)
    lines += ["", count, f"Read from: {read}." if read else "Read from: nothing yet."]
    return "\n".join(lines) + "\n"


def harmless(text: str) -> str:
    """Return a text with an apostrophe in front if a spreadsheet would run it as a formula.

    Example:
        >>> harmless("=1+1")
        "'=1+1"
    """
    return f"'{text}" if text[:1] in _FORMULA else text


def grid(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table of characters; long cells are cut."""
    cells = [[_short(text) for text in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(header, *cells, strict=True)]
    rule = "  ".join("-" * width for width in widths)
    return [_line(header, widths), rule, *(_line(row, widths) for row in cells)]


def visible_columns(table: Table) -> tuple[int, ...]:
    """Return the columns a person wants to see: those that hold more than IRIs."""
    return tuple(
        index
        for index in range(len(table.columns))
        if not table.rows or any(_says_something(row[index]) for row in table.rows)
    )


def _says_something(cell: Term | None) -> bool:
    return cell is not None and not isinstance(cell, NamedNode)


def _harmless(cell: Term | None) -> str:
    numeric = isinstance(cell, Literal) and cell.datatype.value in _NUMBERS
    return value(cell) if numeric else harmless(value(cell))


def _json(cell: Term | None) -> str | int | float | None:
    if cell is None:
        return None
    if isinstance(cell, Literal) and cell.datatype.value in _NUMBERS:
        number = float(cell.value)
        return int(number) if number.is_integer() else number
    return value(cell)


def _word(words: object, language: str) -> str:
    known = words if isinstance(words, dict) else {}
    return str(known.get(language) or known.get("en", ""))


def _marked(cell: Term | None, language: str) -> str:
    """Return a cell with the language in brackets where it is not the one asked for."""
    text = value(cell)
    if isinstance(cell, Literal) and cell.language not in {None, language}:
        return f"{text} [{cell.language}]"
    return text


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
    return "  ".join(padded).rstrip()


def _short(text: str) -> str:
    text = " ".join(text.split())
    while _width(text) > _WIDEST_CELL:
        text = text[: max(1, len(text) - max(2, (_width(text) - _WIDEST_CELL) // 2))] + "…"
        if _width(text) > _WIDEST_CELL:
            text = text[:-1]
    return text


def _width(text: str) -> int:
    """Return the columns a text takes on a terminal; East Asian wide letters take two."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    marks = sum(unicodedata.combining(letter) > 0 for letter in text)
    return len(text) + wide - marks

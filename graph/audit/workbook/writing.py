"""What somebody wrote into a cell, as the text that a table would hold."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

from graph.audit.workbook.opening import Raw
from graph.records.cells import CellProblem
from graph.records.schema import Column

_THOUSANDS = re.compile(r"-?\d{1,3}(?:[ ,.'’\u00a0\u202f\u2009]\d{3})+(?:[.,]\d+)?")
_LONGEST = 10_000


def text_of(raw: Raw, column: Column | None = None) -> str:
    """Return the text of a cell.

    A date that a spreadsheet made becomes year-month-day, a number its digits.

    Args:
        raw: The cell.
        column: What it must hold, ``None`` for text that names or numbers something.

    Raises:
        CellProblem: If it holds what no table may hold.
    """
    value = raw.value
    if raw.kind == "f" or not isinstance(value, str | bool | int | float | date | time | None):
        raise CellProblem(raw.text, "is a formula; write the value itself")
    if raw.kind == "e":
        raise CellProblem(raw.text, "is an error of the spreadsheet; write the value itself")
    match value:
        case None:
            return ""
        case bool():
            raise CellProblem(raw.text, "is a truth value; write the value as text")
        case date() | time():
            return _date(raw, column)
        case int() | float():
            return _number(value)
        case _:
            return _text(value, column)


def _date(raw: Raw, column: Column | None) -> str:
    value = raw.value
    if column is not None and column.type != "date":
        raise CellProblem(
            raw.text, "was made a date by the spreadsheet; set the cell to text, and write it again"
        )
    if isinstance(value, datetime):
        if value.time() != time.min:
            raise CellProblem(
                raw.text, "is a time of day; write the date alone, such as 2019-05-31"
            )
        value = value.date()
    if not isinstance(value, date):
        raise CellProblem(raw.text, "is no date; write year-month-day, such as 2019-05-31")
    return value.isoformat()


def _number(value: float) -> str:
    """Return a number in digits.

    Example:
        >>> _number(1858000.0), _number(0.1), _number(1e21)
        ('1858000', '0.1', '1000000000000000000000')
    """
    if isinstance(value, float) and not value.is_integer():
        return format(Decimal(repr(value)), "f")
    return str(int(value))


def _text(value: str, column: Column | None) -> str:
    text = value.replace("\r\n", "\n").replace("\u00a0", " ").strip()
    if len(text) > _LONGEST:
        raise CellProblem(text[:40] + "…", f"has more than {_LONGEST:,} characters")
    if column is not None and column.type == "decimal" and _THOUSANDS.fullmatch(value.strip()):
        digits = re.sub(r"[^\d-]", "", re.split(r"[.,](?=\d{1,2}$)", value.strip())[0])
        # “1.858” may be less than two: only several groups, or another mark, show thousands.
        if not re.fullmatch(r"-?\d+\.\d+", text):
            raise CellProblem(text, f"sets thousands apart; write digits alone, such as {digits}")
    return text

"""A copy of a workbook in which the cells that cannot be taken are marked."""

from __future__ import annotations

import io
import warnings
from collections import defaultdict
from collections.abc import Iterable

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from graph.audit.paper.workbook_layout import META
from graph.errors import CellFault

WRONG = "FFF4B6AE"
STALE = "FFD9D9D9"
"""Colours of cells that are wrong, and of findings that are open no more."""

_AUTHOR = "Mandate Graph"
_LONGEST = 2_000


def marked(content: bytes, faults: Iterable[CellFault], stale: Iterable[CellFault]) -> bytes:
    """Return the workbook with a colour and a comment at each cell that a fault names.

    Marks of an earlier copy go. Everything that was entered stays as it is; a
    formula stays a formula.

    Args:
        content: A workbook of ours that could be read.
        faults: The wrong cells.
        stale: The findings that are open no more.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content))
    _clear(book)
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    colours: dict[tuple[str, str], str] = {}
    for colour, several in ((STALE, stale), (WRONG, faults)):
        for fault in several:
            place = (fault.sheet, fault.cell)
            told[place].append(fault.message)
            colours[place] = colour
    for (sheet, cell), messages in told.items():
        target = book[sheet][cell]
        target.fill = PatternFill("solid", fgColor=colours[sheet, cell])
        comment = Comment("\n".join(messages)[:_LONGEST], _AUTHOR)
        comment.width, comment.height = 320, 120
        target.comment = comment
    for number, found in enumerate(book.worksheets):
        if found.sheet_state == "visible" and found.title in {place[0] for place in told}:
            book.active = number
            break
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _clear(book: openpyxl.Workbook) -> None:
    """Take out the marks of an earlier copy."""
    for sheet in book.worksheets:
        if sheet.title == META:
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == _AUTHOR:
                    cell.comment = None
                    if cell.fill.fgColor.rgb in {WRONG, STALE}:
                        cell.fill = PatternFill()

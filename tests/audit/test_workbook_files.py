"""Files that are no workbook of ours, or none any more, and files that would do harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

import openpyxl
import pytest

from graph.audit.paper.workbook_layout import KEYS, META
from graph.audit.workbook import opening
from graph.audit.workbook.opening import open_book
from graph.errors import ContentError
from tests.audit.workbook.writer import SHEET, asked, written

MONEY = ("funding.amount", "funding.currency")
GOOD = {"source": "ed-report-eb1-resumed", "source_paragraph": "23"}
AMOUNT = asked(MONEY, "funding/aacid-bfa", {"value": 250000, **GOOD})
PLACE = asked(["events.place"], "event/eb-1", {"value": "nairobi", **GOOD})


def damaged(change: Callable[[openpyxl.Workbook], object]) -> bytes:
    return written([AMOUNT], change)


def repacked(content: bytes, name: str, text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            if item.filename != name:
                new.writestr(item, old.read(item))
        new.writestr(name, text)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/workbook.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(300):
            part.write(b" " * (1 << 20))
    return out.getvalue()


def ods() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    return out.getvalue()


def plain(**sheets: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaa">]><x>&a;</x>'
HIDDEN = ENTITIES.decode().encode("utf-16")
BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "is no workbook"),
    "text": (lambda: b"finding,value\n", "is no workbook; save it as an Excel workbook"),
    "a cut file": (lambda: written([AMOUNT])[:2000], "is no workbook"),
    "old Excel, or a password": (lambda: b"\xd0\xcf\x11\xe0" + b"0" * 600, "has a password"),
    "OpenDocument": (ods, "is an OpenDocument file"),
    "another archive": (lambda: repacked(ods(), "mimetype", b"x"), "is no workbook"),
    "a bomb": (bomb, "unpacks to more"),
    "macros": (lambda: repacked(written([AMOUNT]), "xl/vbaProject.bin", b"x"), "holds macros"),
    "entities": (
        lambda: repacked(written([AMOUNT]), "xl/sharedStrings.xml", ENTITIES),
        "XML that is not read here",
    ),
    "entities in another encoding": (
        lambda: repacked(written([AMOUNT]), "xl/sharedStrings.xml", HIDDEN),
        "XML that is not read here",
    ),
    "broken XML": (
        lambda: repacked(written([AMOUNT]), "xl/workbook.xml", b"<workbook>"),
        "cannot be read",
    ),
    "another tool’s": (lambda: plain(Sheet=[["a", "b"], [1, 2]]), "is no workbook of findings"),
    "no keys": (lambda: damaged(lambda book: book[SHEET].delete_rows(2)), "hidden second row"),
    "no hidden sheet": (lambda: damaged(lambda book: book.remove(book[META])), "hidden sheet"),
    "a column less": (
        lambda: damaged(lambda book: book[SHEET].delete_cols(KEYS.index("source") + 1)),
        "has lost its column ‘source’",
    ),
    "another layout": (
        lambda: damaged(lambda book: book[META].__setitem__("B1", 99)),
        "by another version of the product",
    ),
}


@pytest.mark.parametrize(("make", "message"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_workbook_of_ours_is_refused(make: Callable[[], bytes], message: str) -> None:
    with pytest.raises(ContentError, match=message):
        open_book(make())


def test_a_workbook_may_not_be_larger_than_one_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    content = written([AMOUNT, PLACE])
    monkeypatch.setattr(opening, "MAX_ROWS", 3)
    with pytest.raises(ContentError, match="more than 3 rows"):
        open_book(content)
    monkeypatch.setattr(opening, "MAX_BYTES", 100)
    with pytest.raises(ContentError, match="megabytes"):
        open_book(content)

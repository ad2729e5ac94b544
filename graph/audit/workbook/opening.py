"""From the bytes of a file to the rows of a workbook of ours, or a sentence that says why not.

The file comes from strangers: what could bring down a reader is refused before
one sees it, and no more of it is looked at than a workbook of ours can hold.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from graph.audit.paper.workbook_layout import KEYS, LAYOUT, META, TO_FILL
from graph.errors import ContentError

MAX_BYTES = 32 << 20
"""Bytes of a file."""

MAX_UNPACKED = 256 << 20
"""Bytes of all that is packed in a file."""

MAX_PARTS = 1_000
"""Parts that are packed in a file; a workbook of ours has some 20."""

MAX_ROWS = 100_000
"""Rows of one sheet."""

MAX_COLUMNS = 50
"""Columns of one sheet that are looked at."""

NEEDED = ("finding", "iri", *TO_FILL)
"""The columns without which a sheet cannot be read; the others only inform."""

_OLD = b"\xd0\xcf\x11\xe0"
_KEY_ROWS = 10
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SAVE = "save it as an Excel workbook (.xlsx), without a password and without macros"


@dataclass(frozen=True)
class Raw:
    """What stands in one cell; ``kind`` is the letter of the file for it, ``f`` for a formula."""

    value: object
    kind: str
    cell: str

    @property
    def empty(self) -> bool:
        """Whether nothing stands there."""
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())

    @property
    def text(self) -> str:
        """What stands there, as text without spaces around it."""
        return "" if self.value is None else str(self.value).strip()


_Line = tuple[int, tuple[Raw, ...]]
"""A row that holds something, with its number."""


@dataclass(frozen=True)
class FilledRow:
    """One row of an owner's sheet, its cells by the keys of their columns."""

    sheet: str
    number: int
    cells: Mapping[str, Raw]

    @property
    def finding(self) -> str:
        """The id of the finding."""
        return self.cells["finding"].text

    @property
    def filled(self) -> bool:
        """Whether anything was entered."""
        return not all(self.cells[key].empty for key in TO_FILL)


@dataclass(frozen=True)
class Book:
    """A workbook of ours: what its hidden sheet says, and the rows of all owners.

    ``findings`` are the ids that were written into it. ``lost`` names sheets whose
    row of keys is gone.
    """

    facts: Mapping[str, str]
    findings: frozenset[str]
    rows: tuple[FilledRow, ...]

    @property
    def run(self) -> str:
        """The name of the audit that it was written for."""
        return self.facts.get("run", "")


def open_book(content: bytes) -> Book:
    """Return what a file holds.

    Raises:
        ContentError: If it is no workbook, none of ours, or one that was taken apart.
    """
    _check(content)
    with warnings.catch_warnings():
        # What openpyxl does not keep, such as lists in cells, is of no account here.
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            sheets = {sheet.title: list(_cells(sheet)) for sheet in book.worksheets}
        except ContentError:
            raise
        # There is no telling what a broken file makes openpyxl raise.
        except Exception as error:
            raise ContentError(f"The workbook cannot be read; {_SAVE}.") from error
    return _book(sheets)


def _check(content: bytes) -> None:
    """Refuse what no reader should be given."""
    if len(content) > MAX_BYTES:
        raise ContentError(f"The workbook has more than {MAX_BYTES >> 20} megabytes.")
    if content.startswith(_OLD):
        raise ContentError(f"The file is an old Excel file or has a password; {_SAVE}.")
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
    except (BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise ContentError(f"The file is no workbook; {_SAVE}.") from error


def _check_parts(archive: ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise ContentError("The workbook unpacks to more than a workbook of findings can hold.")
    if any(part.flag_bits & 1 for part in parts):
        raise ContentError(f"The file has a password; {_SAVE}.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise ContentError(f"The workbook holds macros; {_SAVE}.")
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:100]:
        raise ContentError(f"The file is an OpenDocument file; {_SAVE}.")
    if "xl/workbook.xml" not in names:
        raise ContentError(f"The file is no workbook; {_SAVE}.")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            text = archive.read(part)
            # Another encoding could hide a declaration; spreadsheet programs write UTF-8.
            if not text.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") or _DECLARATION.search(
                text
            ):
                raise ContentError(f"The workbook holds XML that is not read here; {_SAVE}.")


def _cells(sheet: Worksheet) -> Iterator[_Line]:
    """Yield the rows of a sheet that hold anything."""
    rows = sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS)
    for number, row in enumerate(rows, 1):
        if all(cell.value is None for cell in row):
            continue
        if number > MAX_ROWS:
            raise ContentError(f"The sheet ‘{sheet.title}’ has more than {MAX_ROWS:,} rows.")
        yield (
            number,
            tuple(
                Raw(cell.value, cell.data_type, f"{get_column_letter(column)}{number}")
                for column, cell in enumerate(row, 1)
            ),
        )


def _book(sheets: Mapping[str, list[_Line]]) -> Book:
    facts, listed = _meta(sheets.get(META, []))
    rows: list[FilledRow] = []
    with_keys = 0
    for title, cells in sheets.items():
        keys = _keys(cells)
        if keys is not None:
            with_keys += 1
            rows.extend(_rows(title, cells, keys))
        elif title in set(listed.values()):
            raise ContentError(
                f"The sheet ‘{title}’ has lost its hidden second row; copy your entries into a "
                "fresh copy of the workbook."
            )
    if not facts and not with_keys:
        raise ContentError("This is no workbook of findings; “mandategraph audit” writes them.")
    if not facts.get("run"):
        raise ContentError(
            f"The workbook has lost its hidden sheet ‘{META}’; copy your entries into a fresh copy."
        )
    if facts.get("layout") != str(LAYOUT):
        raise ContentError(
            "The workbook was written by another version of the product; write it again, and copy "
            "your entries into it."
        )
    return Book(facts, frozenset(listed), tuple(rows))


def _meta(cells: list[_Line]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return what the hidden sheet says, and the title of the sheet of each finding."""
    facts: dict[str, str] = {}
    listed: dict[str, str] = {}
    rows = iter([raw.text for raw in row] for _, row in cells)
    for row in rows:
        if row[:1] == ["findings"]:
            break
        if len(row) > 1 and row[0]:
            facts[row[0]] = row[1]
    for row in rows:
        if len(row) > 2 and row[2]:
            listed[row[2]] = row[0]
    return facts, listed


def _keys(cells: list[_Line]) -> tuple[int, Mapping[str, int]] | None:
    """Return the row of keys and the place of each, ``None`` if there is no such row."""
    for number, row in cells[:_KEY_ROWS]:
        places = {raw.text: place for place, raw in enumerate(row) if raw.text in KEYS}
        if len(places) > 1 and {"finding", "value"} & set(places):
            return number, places
    return None


def _rows(
    title: str, cells: list[_Line], keys: tuple[int, Mapping[str, int]]
) -> Iterator[FilledRow]:
    first, places = keys
    for key in NEEDED:
        if key not in places:
            raise ContentError(
                f"The sheet ‘{title}’ has lost its column ‘{key}’; copy your entries into a fresh "
                "copy of the workbook."
            )
    for number, row in cells:
        if number <= first:
            continue
        found = {
            key: row[place] if place < len(row) else _missing(place, number)
            for key, place in places.items()
        }
        if not all(raw.empty for raw in found.values()):
            yield FilledRow(title, number, found)


def _missing(place: int, number: int) -> Raw:
    return Raw(None, "n", f"{get_column_letter(place + 1)}{number}")

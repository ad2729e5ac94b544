"""From CSV files to rows, with every fault that one row can show."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources.abc import Traversable

from graph.errors import Fault
from graph.records.cells import CellProblem, Unknown, Value, parse_cell, parse_paragraphs
from graph.records.schema import Column, Schema, TableSchema
from graph.vocabulary import LANGUAGES

Cells = Mapping[str, tuple[Value, ...] | Unknown]


@dataclass(frozen=True)
class Row:
    """What one source says, in its paragraphs, about the thing that a key names.

    ``cells`` holds the filled columns by name; text in several languages is
    one tuple; ``unread`` names the columns whose cells are faulty. ``number`` is
    the line of the file as a spreadsheet counts it.
    """

    table: str
    number: int
    key: str
    cells: Cells
    source: str
    paragraphs: tuple[str, ...]
    asserted_by: str
    rule: str
    unread: frozenset[str] = frozenset()

    def first(self, column: str) -> str:
        """Return the first value of a column as written, empty if there is none."""
        match self.cells.get(column):
            case (Value(text=text), *_):
                return text
            case _:
                return ""


@dataclass(frozen=True)
class Lost:
    """Stands for rows that could not be read at all."""


Found = Row | Fault | Lost


@dataclass(frozen=True)
class Reading:
    """The rows of all files in the order of tables and lines, and the faults met on the way.

    ``incomplete`` names the tables of which some row could not be read at all:
    a key that seems to be missing there may be in such a row.
    """

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    incomplete: frozenset[str]


def read_tables(place: Traversable, schema: Schema) -> Reading:
    """Read every CSV file of a folder.

    Args:
        place: A folder with files named after the tables, such as ``acts.csv``.
            Tables without a file are empty; files of other names are faults.
        schema: The tables to expect.

    Returns:
        All rows that could be read, even beside faults, so that one run can
        report every fault there is.
    """
    rows: list[Row] = []
    faults: list[Fault] = []
    incomplete: set[str] = set()
    for entry in sorted(place.iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".csv"):
            continue
        table = schema.tables.get(entry.name.removesuffix(".csv"))
        if table is None:
            faults.append(_unknown_file(entry.name, schema))
            continue
        for found in _read_file(entry, table):
            if isinstance(found, Row):
                rows.append(found)
            elif isinstance(found, Fault):
                faults.append(found)
            else:
                incomplete.add(table.name)
    return Reading(tuple(rows), tuple(faults), frozenset(incomplete))


def _unknown_file(name: str, schema: Schema) -> Fault:
    near = get_close_matches(name.removesuffix(".csv"), schema.tables, 1)
    hint = f"; did you mean {near[0]}.csv?" if near else ""
    return Fault(name, 0, "", "", f"is not the name of a table{hint}")


def _read_file(entry: Traversable, table: TableSchema) -> Iterator[Found]:
    try:
        text = entry.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = "is not UTF-8 here; save the file as “CSV UTF-8”"
        yield Fault(entry.name, line, "", "", message)
        yield Lost()
        return
    try:
        yield from _read_text(entry.name, text, table)
    except csv.Error as error:
        yield Fault(entry.name, 0, "", "", f"cannot be read as CSV ({error}); save it again")
        yield Lost()


def _read_text(name: str, text: str, table: TableSchema) -> Iterator[Found]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [cell.strip() for cell in next(reader, [])]
    if problems := tuple(_header_faults(name, header, table)):
        yield from problems
        yield Lost()
        return
    last = reader.line_num
    for line in reader:
        number, last = last + 1, reader.line_num
        if not any(cell.strip() for cell in line):
            continue
        if len(line) > len(header):
            message = f"has {len(line)} cells where the header has {len(header)}; quote commas"
            yield Fault(name, number, "", "", message)
            yield Lost()
            continue
        values = {
            column: cell.strip() for column, cell in zip(header, line, strict=False) if cell.strip()
        }
        yield from _read_row(name, number, values, table)


def _header_faults(name: str, header: list[str], table: TableSchema) -> Iterator[Fault]:
    if not any(header):
        yield Fault(name, 1, "", "", f"needs the header {','.join(table.headers)}")
        return
    for column in sorted({cell for cell in header if header.count(cell) > 1}):
        yield Fault(name, 1, column, "", "stands twice in the header; keep one")
    for column in header:
        if column not in table.headers:
            near = get_close_matches(column, table.headers, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield Fault(name, 1, column, "", f"is not a column of this table{hint}")
    for column in sorted(table.required_headers - set(header)):
        yield Fault(name, 1, column, "", "is missing; add the column")


def _read_row(
    name: str, number: int, values: Mapping[str, str], table: TableSchema
) -> Iterator[Found]:
    faults: list[Fault] = []
    cells: dict[str, tuple[Value, ...] | Unknown] = {}
    for column in table.columns:
        try:
            found = _parse_column(column, values)
        except CellProblem as problem:
            faults.append(Fault(name, number, column.name, problem.value, problem.message))
            continue
        if found:
            cells[column.name] = found
    try:
        paragraphs = parse_paragraphs(values.get("paragraph", ""))
    except CellProblem as problem:
        faults.append(Fault(name, number, "paragraph", problem.value, problem.message))
        paragraphs = ()
    unread = frozenset(fault.column for fault in faults)
    if "rule" in values and "asserted_by" not in values:
        message = "is empty beside a rule; write who judged"
        faults.append(Fault(name, number, "asserted_by", "", message))
    misplaced = tuple(_place_faults(name, number, values, table, paragraphs))
    yield from faults
    yield from misplaced
    if misplaced:
        yield Lost()
    else:
        source = values["source"]
        key = values["key"] if table.keyed else f"{source}#{paragraphs[0]}"
        judge, rule = values.get("asserted_by", ""), values.get("rule", "")
        yield Row(table.name, number, key, cells, source, paragraphs, judge, rule, unread)


def _parse_column(column: Column, values: Mapping[str, str]) -> tuple[Value, ...] | Unknown | None:
    if not column.languages:
        text = values.get(column.name)
        return parse_cell(column, text) if text else None
    found: list[Value] = []
    for language in LANGUAGES:
        text = values.get(f"{column.name}_{language}")
        if text is None:
            continue
        parsed = parse_cell(column, text, language)
        if isinstance(parsed, Unknown):
            return parsed
        found.extend(parsed)
    return tuple(found) or None


def _place_faults(
    name: str,
    number: int,
    values: Mapping[str, str],
    table: TableSchema,
    paragraphs: Iterable[str],
) -> Iterator[Fault]:
    if "source" not in values:
        yield Fault(name, number, "source", "", "is empty; write the key of the source document")
    if table.keyed and "key" not in values:
        yield Fault(name, number, "key", "", "is empty; write a short key")
    if not table.keyed and len(tuple(paragraphs)) != 1:
        yield Fault(name, number, "paragraph", "", "must hold the number of one paragraph")

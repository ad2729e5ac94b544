"""What only shows with all rows at hand: references, duplicates, what is required."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from graph.errors import Fault
from graph.records.cells import Unknown, Value
from graph.records.reader import Reading, Row
from graph.records.schema import SOURCE_TABLES, Column, Schema

PARAGRAPHS = "paragraphs"
EDITORS = "editors"


@dataclass(frozen=True)
class Known:
    """What references may name: keys per table, notations per concept scheme.

    Of the ``incomplete`` tables not all keys are known.
    """

    keys: Mapping[str, Collection[str]]
    notations: Mapping[str, Collection[str]]
    incomplete: Collection[str]


def known_keys(rows: Iterable[Row]) -> dict[str, set[str]]:
    """Return the keys of every table that has rows."""
    keys: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        keys[row.table].add(row.key)
    return dict(keys)


def check_rows(
    reading: Reading, schema: Schema, notations: Mapping[str, Collection[str]]
) -> tuple[Fault, ...]:
    """Return every fault that rows show when held against each other.

    Args:
        reading: The rows of all tables.
        schema: Their tables.
        notations: The notations of each concept scheme, by the scheme's name.

    Returns:
        Faults in the order of the rows; those of missing values last.
    """
    rows = reading.rows
    known = Known(known_keys(rows), notations, reading.incomplete)
    faults = [fault for row in rows for fault in row_faults(row, schema, known)]
    faults.extend(_duplicates(rows))
    faults.extend(_ambiguous_keys(rows, schema))
    faults.extend(_missing_values(rows, schema))
    return tuple(faults)


def row_faults(row: Row, schema: Schema, known: Known) -> Iterator[Fault]:
    """Yield what a row refers to and is not known."""
    for column in schema.tables[row.table].columns:
        cell = row.cells.get(column.name, ())
        for value in () if isinstance(cell, Unknown) else cell:
            yield from _value_faults(row, column, value, schema, known)
    yield from _reference_faults(row, "source", row.source, SOURCE_TABLES, known)
    if row.table != PARAGRAPHS:
        for number in row.paragraphs:
            yield from _paragraph_faults(row, "paragraph", number, known)
    if row.asserted_by:
        yield from _reference_faults(row, "asserted_by", row.asserted_by, (EDITORS,), known)


def _value_faults(
    row: Row, column: Column, value: Value, schema: Schema, known: Known
) -> Iterator[Fault]:
    if column.type == "reference":
        targets = schema.targets(column)
        yield from _reference_faults(row, column.name, value.text, targets, known)
    elif column.type == "paragraph":
        yield from _paragraph_faults(row, column.name, value.text, known)
    elif column.type == "concept":
        notations = known.notations.get(column.scheme, ())
        if value.text not in notations:
            choice = _choice(value.text, notations)
            message = f"is not in the scheme {column.scheme}; write {choice}"
            yield Fault(_file(row), row.number, column.name, value.text, message)


def _reference_faults(
    row: Row, column: str, key: str, tables: tuple[str, ...], known: Known
) -> Iterator[Fault]:
    if any(key in known.keys.get(table, ()) for table in tables):
        return
    if any(table in known.incomplete for table in tables):
        return
    candidates = [key for table in tables for key in known.keys.get(table, ())]
    where = tables[0] if len(tables) == 1 else f"one of {', '.join(tables)}"
    message = f"is not a key of {where}; write {_choice(key, candidates)}, or add the row"
    yield Fault(_file(row), row.number, column, key, message)


def _paragraph_faults(row: Row, column: str, number: str, known: Known) -> Iterator[Fault]:
    if PARAGRAPHS in known.incomplete:
        return
    if f"{row.source}#{number}" not in known.keys.get(PARAGRAPHS, ()):
        message = f"is not a paragraph of {row.source} in {PARAGRAPHS}.csv; add it there first"
        yield Fault(_file(row), row.number, column, number, message)


def _choice(value: str, candidates: Collection[str]) -> str:
    near = get_close_matches(value, candidates, 3, 0.5)
    if near:
        return " or ".join(near)
    if candidates and len(candidates) <= 12:
        return "one of " + ", ".join(sorted(candidates))
    return "a key that exists"


def _duplicates(rows: Iterable[Row]) -> Iterator[Fault]:
    seen: dict[tuple[str, str, str, tuple[str, ...]], int] = {}
    for row in rows:
        place = (row.table, row.key, row.source, row.paragraphs)
        if place in seen:
            column = "paragraph" if row.table == PARAGRAPHS else "key"
            message = f"says again what row {seen[place]} says from the same place; keep one row"
            yield Fault(_file(row), row.number, column, row.key.split("#")[-1], message)
        seen.setdefault(place, row.number)


def _ambiguous_keys(rows: Iterable[Row], schema: Schema) -> Iterator[Fault]:
    """Yield keys that two tables share although one column may refer to either."""
    together: dict[str, set[str]] = defaultdict(set)
    for table in schema.tables.values():
        for column in table.columns:
            targets = schema.targets(column)
            for target in targets:
                together[target].update(targets)
    owner: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        for other in together[row.table] - {row.table}:
            if row.key in owner[other]:
                message = f"is a key of {owner[other][row.key]} too; give one of them another key"
                yield Fault(_file(row), row.number, "key", row.key, message)
        owner[row.table].setdefault(row.key, row.table)


def _missing_values(rows: Iterable[Row], schema: Schema) -> Iterator[Fault]:
    things: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        things[row.table, row.key].append(row)
    for (name, key), about in things.items():
        for column in schema.tables[name].columns:
            if column.required and not any(_fills(row, column) for row in about):
                hint = "write a value"
                if column.gap:
                    hint += ", or (not stated), (none) or (not captured)"
                elif column.languages:
                    hint = "write the English text"
                message = f"is empty for {key}; {hint}"
                yield Fault(_file(about[0]), about[0].number, column.headers[0], "", message)


def _fills(row: Row, column: Column) -> bool:
    if column.name in row.unread:
        return True
    cell = row.cells.get(column.name)
    if not column.languages or cell is None or isinstance(cell, Unknown):
        return cell is not None
    return any(value.language == "en" for value in cell)


def _file(row: Row) -> str:
    return f"{row.table}.csv"

"""What the cells of one row answer: columns of a table, with the text for each.

``value`` answers the main cell of a rule, ``further`` the next. Where one text
each is not enough, or another cell is the right one, either of them may name
columns: ``scope: global``, or several, one a line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from graph.audit.model import Rule
from graph.audit.workbook.opening import Raw
from graph.audit.workbook.writing import text_of
from graph.errors import AuditError
from graph.records.cells import CellProblem
from graph.records.schema import Column, Schema, TableSchema
from graph.resources import folder
from graph.vocabulary import LANGUAGES

PLACES = ("source", "paragraph")
"""Columns of every table that say where a row is stated; the row has cells of its own for them."""

_TONGUE = re.compile(rf"(?P<text>.*\S)\s+@(?P<language>{'|'.join(LANGUAGES)})", re.DOTALL)


@dataclass(frozen=True)
class Recipe:
    """How one row makes a new record of a table.

    ``links`` says, by the table of the thing, which columns lead back to it: to
    the thing itself (``.``) or to what a property of it leads to. ``value`` and
    ``further`` name the columns that these cells answer if the rule does not say
    so; ``names`` says that ``value`` names the record, which is there already.
    ``defaults`` are texts of columns that nobody filled; names in braces stand
    for the thing and for other columns.
    """

    links: Mapping[str, Mapping[str, str]]
    value: str = ""
    further: str = ""
    names: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Demand:
    """What a rule asks to be entered, in which table; ``columns`` are those of its cells.

    ``recipe`` is there if it takes a new record.
    """

    table: TableSchema
    columns: tuple[str, ...]
    recipe: Recipe | None

    @property
    def answerable(self) -> bool:
        """Whether one row of a workbook can answer it at all."""
        return bool(self.columns) or (self.recipe is not None and self.recipe.names)


@dataclass(frozen=True)
class Entered:
    """A text for one column, and the cell of the workbook that it was written in."""

    column: Column
    text: str
    language: str
    key: str


class Refused(Exception):  # noqa: N818 - becomes a fault, which knows the sheet
    """A cell that cannot be read: its key, and what is wrong."""

    def __init__(self, key: str, problem: CellProblem) -> None:
        """Keep both."""
        self.key = key
        self.problem = problem
        super().__init__(problem.message)


@cache
def recipes() -> Mapping[str, Recipe]:
    """Return the recipes by table."""
    text = folder("graph", "audit", "workbook").joinpath("records.toml").read_text("utf-8")
    return {name: Recipe(**entry) for name, entry in tomllib.loads(text).items()}


def demand_of(rule: Rule, schema: Schema, thing_table: str) -> Demand:
    """Return what a rule asks to be entered about a thing of a table.

    Raises:
        AuditError: If no one row can answer it; it says which table can.
    """
    main = rule.new_record or (rule.answers[0].partition(".")[0] if rule.answers else "")
    table = schema.tables.get(main)
    recipe = recipes().get(rule.new_record) if rule.new_record else None
    links = recipe.links.get(thing_table) if recipe else None
    if (
        table is None
        or (rule.new_record and links is None)
        or (not rule.new_record and main != thing_table)
    ):
        where = f"the table {main}" if table else "the tables"
        raise AuditError(f"takes more than one row; enter it in {where}")
    cells = [cell.partition(".")[2] for cell in rule.answers if cell.startswith(f"{main}.")]
    own = [name for name in cells if name not in (links or {})]
    if recipe and not recipe.names:
        own = _unique((*own[:1], recipe.value, recipe.further, *own[1:]), links or {})
        if rule.answers and rule.answers[0].partition(".")[2] in (links or {}):
            own = _unique((recipe.value, recipe.further, *own), links or {})
    return Demand(table, tuple(own), recipe)


def _unique(names: Iterable[str], links: Mapping[str, str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name and name not in links]


def entered(demand: Demand, value: Raw, further: Raw) -> Iterator[Entered]:
    """Yield the texts that two cells hold, with the columns they are for.

    Raises:
        Refused: If a cell cannot be read, or names what it cannot answer.
    """
    main = "key" if demand.recipe and demand.recipe.names else next(iter(demand.columns), "")
    rest = [name for name in demand.columns if name != main]
    yield from _cell("value", value, main, demand)
    yield from _cell("further", further, next(iter(rest), ""), demand)


def _cell(key: str, raw: Raw, header: str, demand: Demand) -> Iterator[Entered]:
    if raw.empty:
        return
    try:
        named = tuple(_named(raw, demand))
        for name, text in named:
            yield _one(key, name, text, demand)
        if named:
            return
        if not header:
            raise CellProblem(raw.text, "answers nothing here; clear the cell")
        column = _column(header, demand.table)[0]
        text = text_of(raw, column)
        yield _one(key, header, text, demand)
    except CellProblem as problem:
        raise Refused(key, problem) from problem


def _named(raw: Raw, demand: Demand) -> Iterator[tuple[str, str]]:
    """Yield the columns that a cell names, and what it says for each."""
    if not isinstance(raw.value, str) or raw.kind == "f":
        return
    allowed = set(demand.columns)
    if demand.recipe:
        allowed |= {header for column in demand.table.columns for header in _headers(column)}
    names = "|".join(sorted(map(re.escape, allowed), key=len, reverse=True))
    if not names:
        return
    parts = re.split(rf"(?:^|[\n;])[ \t]*({names})[ \t]*:(?!//)", text_of(raw))
    if len(parts) == 1:
        return
    if parts[0].strip():
        raise CellProblem(parts[0].strip(), "stands before the first name; name its column, too")
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        if not text.strip():
            raise CellProblem(raw.text, f"says nothing for {name}; write it or take the name out")
        yield name, text.strip()


def _headers(column: Column) -> tuple[str, ...]:
    return (column.name, *column.headers)


def _one(key: str, header: str, text: str, demand: Demand) -> Entered:
    column, language = _column(header, demand.table)
    if column.type == "text":
        text = " ".join(text.split())
        if found := _TONGUE.fullmatch(text):
            text, language = found["text"], found["language"]
    elif "\n" in text:
        text = "; ".join(filter(None, map(str.strip, text.split("\n"))))
    return Entered(column, text, language, key)


def _column(header: str, table: TableSchema) -> tuple[Column, str]:
    """Return the column that a header stands for, and its language if it is of text."""
    if header in PLACES:
        return Column(header, "paragraph" if header == "paragraph" else "key", ""), ""
    for column in table.columns:
        if header == column.name:
            return column, "en" if column.languages else ""
        if header in column.headers:
            return column, header.removeprefix(f"{column.name}_")
    raise CellProblem(header, f"is not a column of the table {table.name}")

"""What each table holds, read from ``graph/tables/*.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from graph.resources import folder, texts
from graph.vocabulary import LANGUAGES

ColumnType = Literal[
    "key", "class", "string", "text", "decimal", "date", "iri", "choice",
    "concept", "reference", "paragraph",
]  # fmt: skip

SOURCE_COLUMNS = ("source", "paragraph", "asserted_by", "rule")
"""The columns that close every table: where a row is stated, and who judged what it adds."""

SOURCE_TABLES = ("acts", "documents")
"""The tables whose rows may be named as a source."""


@dataclass(frozen=True)
class Column:
    """One column of a table, or a group of six when it holds text in languages.

    ``predicate`` is the local name of the property that it states; ``gap``
    admits the reserved cells; ``judged`` says that a value may be a judgement of
    ``asserted_by``; ``many`` admits several values with ``;``.
    """

    name: str
    type: ColumnType
    help: str
    predicate: str = ""
    required: bool = False
    languages: bool = False
    many: bool = False
    gap: bool = False
    judged: bool = False
    scheme: str = ""
    family: str = ""
    pattern: str = ""
    example: str = ""
    tables: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    classes: Mapping[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> tuple[str, ...]:
        """The header cells of the column: its name, or one per language."""
        if self.languages:
            return tuple(f"{self.name}_{language}" for language in LANGUAGES)
        return (self.name,)


@dataclass(frozen=True)
class TableSchema:
    """One table: the class of its things, the path of their IRIs, its columns in order."""

    name: str
    title: str
    description: str
    rdf_class: str
    path: str
    columns: tuple[Column, ...]
    family: str = ""

    @property
    def keyed(self) -> bool:
        """Whether a key column names the things; a paragraph is named by where it stands."""
        return any(column.type == "key" for column in self.columns)

    @property
    def headers(self) -> tuple[str, ...]:
        """The header row of the file."""
        own = tuple(header for column in self.columns for header in column.headers)
        return own + SOURCE_COLUMNS

    @property
    def required_headers(self) -> frozenset[str]:
        """The header cells without which the table cannot be read."""
        needed = {column.headers[0] for column in self.columns if column.required}
        if self.keyed:
            needed.add("key")
        return frozenset(needed | {"source", "paragraph"})


@dataclass(frozen=True)
class Schema:
    """All tables, by the name of their file."""

    tables: Mapping[str, TableSchema]

    def targets(self, column: Column) -> tuple[str, ...]:
        """Return the tables in which a reference of the column may be found."""
        if not column.family:
            return column.tables
        return tuple(name for name, table in self.tables.items() if table.family == column.family)


def read_schema() -> Schema:
    """Return the schema that ships with the package, tables in the order of their names."""
    tables = {}
    for name, text in texts(folder("graph", "tables"), ".toml").items():
        document = tomllib.loads(text)
        columns = tuple(_column(entry) for entry in document.pop("columns"))
        document["rdf_class"] = document.pop("class")
        document.pop("key", None)
        tables[name] = TableSchema(name=name, columns=columns, **document)
    return Schema(tables)


def _column(entry: dict[str, object]) -> Column:
    entry["predicate"] = entry.pop("property", "")
    for name in ("tables", "choices"):
        if isinstance(values := entry.get(name), list):
            entry[name] = tuple(values)
    return Column(**entry)  # type: ignore[arg-type]

"""From a folder of tables to the graphs of its sources."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import pyoxigraph
from pyoxigraph import Quad, RdfFormat

from graph.build.ontology import notations
from graph.build.statements import RowBuilder
from graph.errors import Fault, TableError
from graph.identifiers import Minter
from graph.records.check import check_rows, known_keys
from graph.records.reader import Row, read_tables
from graph.records.schema import Schema, read_schema


@dataclass(frozen=True)
class SourceGraph:
    """Everything one source states, under the name of its graph.

    ``text`` is N-Quads with sorted lines: the same facts give the same bytes.
    ``digest`` is the SHA-256 of these bytes, in hexadecimal.
    """

    name: str
    text: bytes
    digest: str

    @classmethod
    def of(cls, name: str, quads: Iterable[Quad]) -> SourceGraph:
        """Return the graph of a name that holds these quads, doubles left out."""
        text = pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS) or b""
        return cls.of_lines(name, text.splitlines())

    @classmethod
    def of_lines(cls, name: str, lines: Iterable[bytes]) -> SourceGraph:
        """Return the graph of a name that holds these lines of N-Quads, doubles left out."""
        text = b"".join(line + b"\n" for line in sorted(set(lines)))
        return cls(name, text, hashlib.sha256(text).hexdigest())


def build_tables(place: Traversable, base: str) -> tuple[SourceGraph, ...]:
    """Build the graphs of all sources that a folder of tables holds.

    Args:
        place: The folder; see ``graph/data/README.md`` for its files.
        base: The instance base IRI, which ends with a slash.

    Returns:
        One graph per source, in the order of their names.

    Raises:
        TableError: If any cell is wrong; it lists every fault, and nothing is built.
    """
    schema = read_schema()
    rows = checked_rows(place, schema)
    minter = Minter(base)
    builder = RowBuilder(schema, minter, known_keys(rows))
    quads: Mapping[str, list[Quad]] = defaultdict(list)
    for row in rows:
        quads[minter.graph(row.source).value].extend(builder.quads(row))
    return tuple(SourceGraph.of(name, quads[name]) for name in sorted(quads))


def checked_rows(place: Traversable, schema: Schema) -> tuple[Row, ...]:
    """Return the rows of a folder of tables, in which nothing is wrong.

    Raises:
        TableError: If anything is; it lists every fault.
    """
    reading = read_tables(place, schema)
    faults = reading.faults + check_rows(reading, schema, notations())
    if not reading.rows and not faults:
        names = ", ".join(f"{name}.csv" for name in schema.tables)
        faults = (Fault("the folder", 0, "", "", f"holds no rows; it needs some of {names}"),)
    if faults:
        raise TableError(faults)
    return reading.rows

"""Results of queries: those that the suites expect and those that come, in one form."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from conformance.dataset import graph, read
from conformance.endpoint import Answer
from conformance.errors import MismatchError
from conformance.manifests import Copy

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = Mapping[str, Term]

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
DOUBLE = ox.NamedNode("http://www.w3.org/2001/XMLSchema#double")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
CSV = "text/csv"
FORMATS = {
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
MEDIA_TYPES = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".tsv": "text/tab-separated-values",
    ".csv": CSV,
}
"""What a query is asked for, by the name of the file that holds what is expected."""


@dataclass(frozen=True)
class Solutions:
    """A table; a variable that a row does not bind is not in it."""

    variables: frozenset[str]
    rows: tuple[Row, ...]
    ordered: bool = False

    def __str__(self) -> str:
        """Return the names and one row a line."""
        rows = [
            ", ".join(f"?{name} = {term}" for name, term in sorted(row.items()))
            for row in self.rows
        ]
        return "\n".join([f"({', '.join(sorted(self.variables))})", *rows])


Result = Solutions | bool | ox.Dataset


def expected(copy: Copy, path: Path) -> Result:
    """Return the result that a file of the suites holds."""
    if path.suffix in MEDIA_TYPES:
        return _results(path.read_bytes(), MEDIA_TYPES[path.suffix])
    quads = read(copy, path)
    return _described(quads) if any(RS in str(quad) for quad in quads) else ox.Dataset(quads)


def received(answer: Answer) -> Result:
    """Return the result that an answer holds.

    Raises:
        MismatchError: If it holds none, or not in the form that it says.
    """
    if answer.media_type not in (*FORMATS, CSV):
        return graph(answer)
    try:
        return _results(answer.body, answer.media_type)
    except (SyntaxError, ValueError) as error:
        raise MismatchError(f"The answer is no {answer.media_type}: {error}.") from error


def _results(body: bytes, media_type: str) -> Result:
    if media_type == CSV:
        return _separated(body.decode())
    results = ox.parse_query_results(body, FORMATS[media_type])
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    names = [variable.value for variable in results.variables]
    rows = [{name: row[name] for name in names if row[name] is not None} for row in results]
    return Solutions(frozenset(names), tuple(rows))


def _separated(text: str) -> Solutions:
    """Return the rows of CSV, which does not tell IRIs from literals, and unbound from empty."""
    names, *lines = csv.reader(text.splitlines(keepends=True))
    return Solutions(
        frozenset(names),
        tuple(
            {name: _cell(cell) for name, cell in zip(names, line, strict=True)} for line in lines
        ),
    )


def _cell(text: str) -> Term:
    """Return a term for a cell, which does not tell a number from a string that looks like one."""
    if text.startswith("_:"):
        return ox.BlankNode("b" + text[2:].encode().hex())
    return ox.Literal(text, datatype=DOUBLE if _NUMBER.fullmatch(text) else None)


def _described(quads: list[ox.Quad]) -> Solutions | bool:
    """Return a result that is described in RDF, in the vocabulary of the first suites."""
    data = ox.Dataset(quads)

    def values(node: Term | None, name: str) -> list[Term]:
        found = data.quads_for_predicate(ox.NamedNode(RS + name))
        return [quad.object for quad in found if node is None or quad.subject == node]

    for value in values(None, "boolean"):
        return str(value).startswith('"true"')
    solutions = values(None, "solution")
    indexes = {node: index.value for node in solutions for index in values(node, "index")}  # type: ignore[union-attr]
    solutions.sort(key=lambda node: int(indexes.get(node, 0)))
    rows = [
        {
            str(values(binding, "variable")[0].value): values(binding, "value")[0]  # type: ignore[union-attr]
            for binding in values(node, "binding")
        }
        for node in solutions
    ]
    names = {str(name.value) for name in values(None, "resultVariable")}  # type: ignore[union-attr]
    return Solutions(frozenset(names), tuple(rows), ordered=bool(indexes))

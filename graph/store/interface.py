"""What a store can do, whichever engine is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal as OneOf
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

Term = NamedNode | BlankNode | Literal | Triple
ResultFormat = OneOf["json", "xml", "csv", "tsv"]
GraphFormat = OneOf["turtle", "ntriples", "rdfxml", "jsonld", "nquads", "trig"]
AnswerForm = OneOf["solutions", "boolean", "graph"]


def value(term: Term | None) -> str:
    """Return a cell as text: an IRI, the written form of a value, or nothing.

    Example:
        >>> value(NamedNode("urn:x")), value(Literal("a", language="en")), value(None)
        ('urn:x', 'a', '')
    """
    return term.value if isinstance(term, NamedNode | Literal) else ""


@dataclass(frozen=True)
class Table:
    """The solutions of a SELECT query.

    Columns are in the query's own order, rows in the order the query asks for;
    a variable that a solution leaves unbound is ``None``.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def records(self) -> Iterator[Mapping[str, Term | None]]:
        """Yield each row by the names of its columns."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))


@dataclass(frozen=True)
class Serialized:
    """A whole answer as bytes, and whether it holds solutions, a truth value or a graph."""

    form: AnswerForm
    body: bytes


@dataclass(frozen=True)
class Version:
    """The state of the dataset after a write that was committed.

    ``number`` counts committed writes from 1; ``content`` is a SHA-256 over the
    names and contents of all graphs, so that equal data have equal content
    wherever they were loaded (a graph too big to be looked through at every change
    has the digest of its history instead); ``graphs`` maps each graph to its own
    digest, the default graph, if it holds anything, under the empty name.
    """

    number: int
    content: str
    graphs: Mapping[str, str]


class ReadStore(Protocol):
    """Answers queries over one version of the dataset.

    The default graph of a query is the union of all graphs.
    """

    @property
    def version(self) -> Version:
        """The version that every answer of this store rests on."""
        ...

    def select(self, query: str) -> Table:
        """Return the solutions of a SELECT query that the product itself wrote.

        Raises:
            QuerySyntaxError: If the text is not a SELECT query.
        """
        ...

    def serialize(self, query: str, results: ResultFormat, graph: GraphFormat) -> Serialized:
        """Return the whole answer to any query, in the format that fits its form.

        Args:
            query: SPARQL 1.1 text, within the limits of ``graph.sparql.guard``.
            results: What solutions and truth values are written in.
            graph: What the graph of a CONSTRUCT or DESCRIBE query is written in.

        Raises:
            QuerySyntaxError: If the text is not SPARQL; it says where.
            QueryRefusedError: If the query reaches outside the store, or is too
                long or too deep.
        """
        ...

    def describe(self, iri: str) -> tuple[Quad, ...]:
        """Return the statements with that IRI as subject, in the order of their text."""
        ...

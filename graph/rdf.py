"""Reading RDF that strangers send, and RDF files that are loaded.

What could bring down a parser, or make it grow out of all proportion to what it
was given, is refused before one sees it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat

from graph.build.dataset import SourceGraph
from graph.errors import ContentError
from graph.store.reading import GRAPH_FORMATS

MAX_NESTING = 256
"""Objects and lists of JSON-LD, or triple terms, that may be open at once."""

SUFFIXES = {
    ".ttl": "turtle",
    ".nt": "ntriples",
    ".rdf": "rdfxml",
    ".owl": "rdfxml",
    ".jsonld": "jsonld",
    ".nq": "nquads",
    ".trig": "trig",
}
"""The format of a file by the end of its name."""

_JSON_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)
_TERM_BRACKET = re.compile(
    rb"\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'"
    rb"|<[^<>\s\"]*+>|\#[^\n\r]*+|<<|>>",
    re.DOTALL,
)
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """RDF in one format of ``GRAPH_FORMATS``; ``base`` is what its relative IRIs stand on."""

    format: str
    base: str | None
    body: bytes


def read_triples(documents: tuple[Document, ...]) -> tuple[Quad, ...]:
    """Return the statements of documents that are to go into one graph.

    Blank nodes of different documents are different.

    Raises:
        ContentError: If one cannot be read, or names graphs of its own.
    """
    found: list[Quad] = []
    for document in documents:
        check_content(document)
        try:
            parsed = pyoxigraph.parse(
                document.body,
                format=GRAPH_FORMATS[document.format],
                base_iri=document.base,
                rename_blank_nodes=len(documents) > 1,
            )
            found.extend(parsed)
        except (SyntaxError, ValueError) as error:
            raise content_error(error) from error
    if any(not isinstance(quad.graph_name, DefaultGraph) for quad in found):
        raise ContentError("The data names graphs of its own; send the statements of one graph.")
    return tuple(found)


def check_content(document: Document) -> None:
    """Refuse what no parser should be given.

    Raises:
        ContentError: It says what is wrong.
    """
    try:
        document.body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = document.body.count(b"\n", 0, error.start) + 1
        raise ContentError(f"The data is not UTF-8 text (line {line}).", line) from error
    match document.format:
        case "rdfxml":
            if _DECLARATION.search(document.body):
                raise ContentError("RDF/XML with a DOCTYPE or ENTITY declaration is refused.")
        case "jsonld":
            _check_depth(document.body, _JSON_BRACKET, b"[{", b"]}")
        case _:
            _check_depth(document.body, _TERM_BRACKET, b"<<", b">>")


def content_error(error: SyntaxError | ValueError) -> ContentError:
    """Return a parser's complaint as ours, with the line and column it names."""
    if not isinstance(error, SyntaxError):
        return ContentError(f"The data cannot be read: {error}.")
    text = str(error.msg).rstrip(".")
    return ContentError(f"The data cannot be read: {text}.", error.lineno, error.offset)


def read_file(path: Path, graph: str) -> Iterator[SourceGraph]:
    """Yield each graph that an RDF file holds, to take the place of the graph of that name.

    The file is read as a stream; memory is taken for the text of its statements.

    Args:
        path: The file; the end of its name says the format.
        graph: The graph for statements that are in none; empty if there may be none.

    Raises:
        ContentError: If it cannot be read, or a statement is in no graph.
        OSError: If there is no such file.
    """
    lines: dict[str, list[bytes]] = defaultdict(list)
    for name, line in _lines(path, graph):
        lines[name].append(line)
    for name in sorted(lines):
        yield SourceGraph.of_lines(name, lines.pop(name))


def _lines(path: Path, graph: str) -> Iterator[tuple[str, bytes]]:
    known = GRAPH_FORMATS[SUFFIXES[path.suffix.lower()]]
    chosen = NamedNode(graph) if graph else None
    base = path.absolute().as_uri()
    if known == RdfFormat.RDF_XML and _DECLARATION.search(path.read_bytes()):
        raise ContentError("RDF/XML with a DOCTYPE or ENTITY declaration is refused.")
    try:
        for quad in pyoxigraph.parse(path=str(path), format=known, base_iri=base):
            name = quad.graph_name
            if isinstance(name, DefaultGraph):
                if chosen is None:
                    raise ContentError(
                        f"{path.name} holds statements that are in no graph; say with --graph "
                        "where they belong."
                    )
                name, quad = chosen, Quad(quad.subject, quad.predicate, quad.object, chosen)
            if not isinstance(name, NamedNode):
                raise ContentError(f"{path.name} holds a graph that has no IRI ({name}).")
            yield name.value, f"{quad} .".encode()
    except SyntaxError as error:
        raise content_error(error) from error


def _check_depth(body: bytes, brackets: re.Pattern[bytes], opening: bytes, closing: bytes) -> None:
    depth = 0
    for match in brackets.finditer(body):
        if match[0] in opening:
            depth += 1
        elif match[0] in closing:
            depth -= 1
        if depth > MAX_NESTING:
            raise ContentError(f"The data is nested more than {MAX_NESTING} deep.")

"""The formats of answers to queries, and which of them a request wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from graph.sparql.guard import query_form
from graph.store.interface import GraphFormat, ResultFormat
from service.front.refusals import Refusal


@dataclass(frozen=True)
class Format:
    """One way of writing an answer.

    ``results`` and ``graph`` are what a worker is told; only that which fits
    the form of the query is looked at. ``title`` is what people call it.
    """

    name: str
    media_type: str
    title: str
    suffix: str
    also: tuple[str, ...] = ()
    results: ResultFormat = "json"
    graph: GraphFormat = "turtle"

    @property
    def content_type(self) -> str:
        """The value of Content-Type; text says that it is UTF-8."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


RESULTS = (
    Format("json", "application/sparql-results+json", "JSON", "srj", ("application/json",)),
    Format(
        "xml",
        "application/sparql-results+xml",
        "XML",
        "srx",
        ("application/xml", "text/xml"),
        results="xml",
    ),
    Format("csv", "text/csv", "CSV", "csv", results="csv"),
    Format("tsv", "text/tab-separated-values", "TSV", "tsv", results="tsv"),
)
"""For solutions and truth values; the first where anything will do."""

GRAPHS = (
    Format("turtle", "text/turtle", "Turtle", "ttl", ("application/x-turtle",)),
    Format(
        "ntriples",
        "application/n-triples",
        "N-Triples",
        "nt",
        ("text/plain",),
        graph="ntriples",
    ),
    Format("rdfxml", "application/rdf+xml", "RDF/XML", "rdf", ("application/xml",), graph="rdfxml"),
    Format(
        "jsonld", "application/ld+json", "JSON-LD", "jsonld", ("application/json",), graph="jsonld"
    ),
    Format("nquads", "application/n-quads", "N-Quads", "nq", graph="nquads"),
    Format("trig", "application/trig", "TriG", "trig", ("application/x-trig",), graph="trig"),
)
"""For graphs; the first where anything will do."""


def chosen_format(query: str, named: str, accept: str) -> Format:
    """Return the format that an answer to a query is written in.

    Args:
        query: The query; its form decides between results and graphs.
        named: What a parameter such as ``format`` says, which wins; else empty.
        accept: The Accept header, empty if there is none.

    Raises:
        Refusal: With status 406, naming what there is.
    """
    offered = GRAPHS if query_form(query) in {"CONSTRUCT", "DESCRIBE"} else RESULTS
    found = _named(offered, named) if named else best(offered, accept)
    if found is None:
        known = ", ".join(f"{item.name} ({item.media_type})" for item in offered)
        raise Refusal(406, f"The answer can be given as {known}.")
    return found


def best(offered: Sequence[Format], accept: str) -> Format | None:
    """Return the offered format that an Accept header likes best, ``None`` if it takes none.

    The most specific range decides about each format, so ``q=0`` excludes what
    a wildcard lets in; between equals the order offered decides.

    Source:
        RFC 9110, section 12.5.1.
    """
    ranges = parse_accept_header(_bare(accept), MIMEAccept)
    if not ranges:
        return offered[0]
    weighed = [(_quality(ranges, item), -place) for place, item in enumerate(offered)]
    quality, place = max(weighed)
    return offered[-place] if quality > 0 else None


def _quality(ranges: MIMEAccept, item: Format) -> float:
    exactly = [_exactly(ranges, other) for other in item.also]
    return max(float(ranges.quality(item.media_type)), *exactly, 0.0)


def _exactly(ranges: MIMEAccept, media_type: str) -> float:
    """Return the quality of a media type that is named itself, not by a wildcard."""
    return next((float(q) for name, q in ranges if name.lower() == media_type), 0.0)


def _bare(accept: str) -> str:
    """Return an Accept header without parameters other than q, which no format here has."""
    items = []
    for item in accept.split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        quality = [part for part in parameters if part.lower().startswith("q=")]
        if name:
            items.append(";".join([name.lower(), *quality[:1]]))
    return ",".join(items)


def _named(offered: Sequence[Format], name: str) -> Format | None:
    wanted = name.lower()
    return next(
        (
            item
            for item in offered
            if wanted in {item.name, item.suffix, item.media_type, item.title.lower(), *item.also}
        ),
        None,
    )

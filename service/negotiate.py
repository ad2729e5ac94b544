"""From what a request accepts to one format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable

from graph.store.interface import GraphFormat, ResultFormat

Name = TypeVar("Name", bound=str, covariant=True)


@dataclass(frozen=True)
class Format(Generic[Name]):
    """A way of writing an answer: its name, media type, file suffix, other media types.

    ``title`` is what people call it.
    """

    name: Name
    media_type: str
    suffix: str
    aliases: tuple[str, ...] = ()
    title: str = ""

    def is_called(self, text: str) -> bool:
        """Return whether a text names the format: by name, suffix or media type."""
        return text.lower() in {self.name, self.suffix, self.media_type}


PAGE: Format[str] = Format("html", "text/html", "html", ("application/xhtml+xml",))

RESULTS: tuple[Format[ResultFormat], ...] = (
    Format("json", "application/sparql-results+json", "json", ("application/json",), title="JSON"),
    Format(
        "xml", "application/sparql-results+xml", "xml", ("application/xml", "text/xml"), title="XML"
    ),
    Format("csv", "text/csv", "csv", title="CSV"),
    Format("tsv", "text/tab-separated-values", "tsv", title="TSV"),
)
"""How solutions and truth values are written; the first where anything will do."""

GRAPHS: tuple[Format[GraphFormat], ...] = (
    Format("turtle", "text/turtle", "ttl", ("application/x-turtle",), title="Turtle"),
    Format("ntriples", "application/n-triples", "nt", ("text/plain",), title="N-Triples"),
    Format("jsonld", "application/ld+json", "jsonld", ("application/json",), title="JSON-LD"),
    Format(
        "rdfxml", "application/rdf+xml", "rdf", ("application/xml", "text/xml"), title="RDF/XML"
    ),
)
"""How graphs are written; the first where anything will do."""


def accepted(offered: Sequence[Format[Name]]) -> Format[Name] | None:
    """Return the offered format that the request likes best, ``None`` if it accepts none.

    The most specific range decides about each format, so that ``q=0`` excludes
    what a wildcard would let in; between equals the order offered decides.
    Parameters such as ``charset`` are not looked at.

    Source:
        RFC 9110, section 12.5.1.
    """
    ranges = MIMEAccept(
        [(item.partition(";")[0].strip(), quality) for item, quality in request.accept_mimetypes]
    )
    if not ranges:
        return offered[0]
    best, liking = None, 0.0
    for candidate in offered:
        quality = max(
            ranges.quality(candidate.media_type),
            *(_exactly(ranges, alias) for alias in candidate.aliases),
            0.0,
        )
        if quality > liking:
            best, liking = candidate, quality
    return best


def page_wanted(*, machine: Sequence[Format[str]]) -> bool:
    """Return whether the request would rather have a page than any of the machine's formats."""
    return accepted((*machine, PAGE)) is PAGE


def not_acceptable(offered: Sequence[Format[str]]) -> NotAcceptable:
    """Return the error that names what there is."""
    known = ", ".join(f"{item.media_type} ({item.name})" for item in offered)
    return NotAcceptable(f"No format that was asked for can be given. There are: {known}.")


def _exactly(ranges: MIMEAccept, media_type: str) -> float:
    """Return the quality of a media type that is named itself, not by a wildcard."""
    return next((quality for item, quality in ranges if item.lower() == media_type), 0.0)

"""The formats of answers, and which of them an Accept header likes best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from graph.store.interface import GraphFormat, ResultFormat

Name = TypeVar("Name", bound=str, covariant=True)
Offered = TypeVar("Offered", bound="Format[str]")


# Each format is one object, compared as such: a look-up need not hash its fields.
@dataclass(frozen=True, eq=False)
class Format(Generic[Name]):
    """A way of writing an answer: its name, media type, file suffix, other media types.

    ``title`` is what people call it.
    """

    name: Name
    media_type: str
    suffix: str
    aliases: tuple[str, ...] = ()
    title: str = ""

    @property
    def content_type(self) -> str:
        """The value of Content-Type; text says that it is UTF-8."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type

    def is_called(self, text: str) -> bool:
        """Return whether a text names the format: by name, suffix or media type."""
        return text.lower() in {self.name, self.suffix, self.media_type}


PAGE: Format[str] = Format("html", "text/html", "html", ("application/xhtml+xml",))

RESULTS: tuple[Format[ResultFormat], ...] = (
    Format("json", "application/sparql-results+json", "json", ("application/json",), title="JSON"),
    Format(
        "xml",
        "application/sparql-results+xml",
        "xml",
        ("application/xml", "text/xml"),
        title="XML",
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

QUADS: tuple[Format[GraphFormat], ...] = (
    Format("nquads", "application/n-quads", "nq", title="N-Quads"),
    Format("trig", "application/trig", "trig", ("application/x-trig",), title="TriG"),
)
"""How datasets are written, and graphs too where they are asked for."""


@lru_cache(maxsize=1024)
def best(offered: tuple[Offered, ...], accept: str) -> Offered | None:
    """Return the offered format that an Accept header likes best, ``None`` if it takes none.

    The most specific range decides about each format, so that ``q=0`` excludes
    what a wildcard would let in; between equals the order offered decides.
    Parameters such as ``charset`` are not looked at.

    Source:
        RFC 9110, section 12.5.1.
    """
    ranges = MIMEAccept(
        [
            (item.partition(";")[0].strip(), quality)
            for item, quality in parse_accept_header(accept, MIMEAccept)
        ]
    )
    if not ranges:
        return offered[0]
    liked, liking = None, 0.0
    for candidate in offered:
        quality = max(
            float(ranges.quality(candidate.media_type)),
            *(_exactly(ranges, alias) for alias in candidate.aliases),
            0.0,
        )
        if quality > liking:
            liked, liking = candidate, quality
    return liked


def named(offered: Sequence[Offered], name: str) -> Offered | None:
    """Return the offered format that a text names, ``None`` if there is none."""
    return next((item for item in offered if item.is_called(name)), None)


def listed(offered: Sequence[Format[str]]) -> str:
    """Return a sentence that names the formats there are."""
    known = ", ".join(f"{item.media_type} ({item.name})" for item in offered)
    return f"No format that was asked for can be given. There are: {known}."


def _exactly(ranges: MIMEAccept, media_type: str) -> float:
    """Return the quality of a media type that is named itself, not by a wildcard."""
    return next((float(q) for item, q in ranges if item.lower() == media_type), 0.0)

"""Putting together a small graph, and sending it in the format that is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph
from flask import Response, make_response
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.languages import noted
from graph.store.interface import GraphFormat
from graph.store.reading import GRAPH_FORMATS
from graph.vocabulary import PREFIXES, TYPE
from service.languages import languages
from service.negotiate import GRAPHS, Format, accepted, not_acceptable

__all__ = ["DATE_TIME", "Statements", "count", "in_every_language", "noted", "respond", "term"]

Node = NamedNode | BlankNode
Value = Node | Literal

VOCABULARIES = {
    **PREFIXES,
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "formats": "http://www.w3.org/ns/formats/",
    "lime": "http://www.w3.org/ns/lemon/lime#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
}
"""The prefixes of the descriptions, by their usual names."""

DATE_TIME = NamedNode(PREFIXES["xsd"] + "dateTime")
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def term(text: str) -> NamedNode:
    """Return a term that is written with one of the prefixes.

    Example:
        >>> term("void:Dataset").value
        'http://rdfs.org/ns/void#Dataset'
    """
    prefix, _, name = text.partition(":")
    return NamedNode(VOCABULARIES[prefix] + name)


def media_type(text: str) -> NamedNode:
    """Return the name of a media type in the register of IANA."""
    return NamedNode(MEDIA_TYPES + text)


def count(number: int) -> Literal:
    """Return a number of things."""
    return Literal(number)


def words(texts: Mapping[str, str]) -> tuple[Literal, ...]:
    """Return texts by language as literals."""
    return tuple(Literal(text, language=tag) for tag, text in texts.items())


def in_every_language(message: str) -> tuple[Literal, ...]:
    """Return a message of the interface in all its languages."""
    return words({code: one.words.gettext(message) for code, one in languages().items()})


class Statements:
    """A graph that is being put together; statements keep their order."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.triples: list[Triple] = []

    def say(self, subject: Node, *properties: tuple[str, Value | Iterable[Value]]) -> Node:
        """Say something of a subject.

        Args:
            subject: The subject.
            properties: Pairs of a property with prefix and a value, or several.

        Returns:
            The subject.
        """
        for name, given in properties:
            found = (given,) if isinstance(given, NamedNode | BlankNode | Literal) else given
            self.triples += [Triple(subject, term(name), value) for value in found]
        return subject

    def a(self, subject: Node, *classes: str) -> Node:
        """Say which classes a subject is of, and return it."""
        self.triples += [Triple(subject, TYPE, term(name)) for name in classes]
        return subject

    def by_subject(self) -> list[Triple]:
        """Return the statements, those of one subject together."""
        groups: dict[object, list[Triple]] = {}
        for triple in self.triples:
            groups.setdefault(triple.subject, []).append(triple)
        return [triple for group in groups.values() for triple in group]


def _namespaces(triple: Triple) -> Iterator[str]:
    terms = (triple.subject, triple.predicate, triple.object)
    typed = (term.datatype if isinstance(term, Literal) else term for term in terms)
    for term in typed:
        if isinstance(term, NamedNode):
            yield term.value[: max(term.value.rfind("/"), term.value.rfind("#")) + 1]


def respond(statements: Statements, suffix: str = "") -> Response:
    """Send a graph in the format that a suffix names, else in the one that is accepted.

    Raises:
        NotFound: If the suffix is that of no format.
        NotAcceptable: If none that there is will do.
    """
    form = suffixed(suffix) if suffix else accepted(GRAPHS)
    if form is None:
        raise not_acceptable(GRAPHS)
    triples = statements.by_subject()
    used = {iri for triple in triples for iri in _namespaces(triple)}
    prefixes = {name: iri for name, iri in VOCABULARIES.items() if iri in used}
    body = pyoxigraph.serialize(triples, format=GRAPH_FORMATS[form.name], prefixes=prefixes)
    response = make_response(body or b"")
    response.headers["Content-Type"] = form.content_type
    if not suffix:
        response.vary.add("Accept")
    return response


def suffixed(suffix: str) -> Format[GraphFormat] | None:
    """Return the format of graphs with a suffix."""
    return next((form for form in GRAPHS if form.suffix == suffix), None)

"""The same judgement by pySHACL, which is slow and is what ours is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from unittest.mock import patch

import pyoxigraph
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple
from pyshacl import validate

from graph.shacl.document import Document
from graph.shacl.model import Result
from graph.shacl.paths import spelled
from graph.shacl.queries import AUDIT
from graph.shacl.vocabulary import sh
from graph.store.interface import Term
from graph.vocabulary import ONTOLOGY, TYPE

_HELD = "urn:x-shape:"
"""Begins the IRIs that property shapes without one get, since pySHACL makes up new blank nodes."""


def reference(
    shapes: Iterable[str], data: Iterable[Quad], occasion: Mapping[str, Term] | None = None
) -> tuple[Result, ...]:
    """Return what pySHACL finds, in the words of ``Judge``.

    In two things the two differ. Where values are compared that have no order, such as
    a date that is none, SHACL wants a result, and pySHACL compares how they are
    written. And Oxigraph keeps an xsd:byte as the integer it is, so that a demand for
    sh:datatype xsd:byte is met by nothing in its stores.

    It takes minutes from some ten thousand statements on. Statements about
    statements (triple terms) are left out, as are directions of texts.

    Args:
        shapes: Turtle texts.
        data: The data; what graph a statement is in makes no difference.
        occasion: What stands in for the patterns of an occasion.
    """
    document = Document.of(shapes)
    named, holders = _with_names(document)
    triples = [_plain(quad) for quad in data if not isinstance(quad.object, Triple)]
    for name, term in (occasion or {}).items():
        triples.append(Triple(NamedNode(AUDIT), NamedNode(ONTOLOGY + name), term))
    with patch.object(rdflib, "NORMALIZE_LITERALS", False):
        _, report, _ = validate(
            _graph(triples), shacl_graph=_graph(named), advanced=False, inference="none"
        )
        if not isinstance(report, rdflib.Graph):
            raise ValueError(f"pySHACL gave no report: {report}")
        text = report.serialize(format="nt")
    return _results(Document.of([text]), holders)


def _with_names(document: Document) -> tuple[list[Triple], dict[str, str]]:
    """Return the shapes with an IRI for every property shape, and the named holder of each."""
    names: dict[object, NamedNode] = {}
    for quad in document.store.quads_for_pattern(None, sh("property"), None):
        if isinstance(quad.object, BlankNode):
            names[quad.object] = NamedNode(_HELD + quad.object.value)
    holders: dict[str, str] = {}
    triples = []
    for quad in document.store:
        subject, value = names.get(quad.subject, quad.subject), names.get(quad.object, quad.object)
        if quad.predicate == sh("property") and isinstance(value, NamedNode):
            holders[value.value] = subject.value if isinstance(subject, NamedNode) else ""
        assert not isinstance(subject, Triple)  # noqa: S101 - narrows a type
        triples.append(Triple(subject, quad.predicate, value))
    return triples, holders


def _results(report: Document, holders: Mapping[str, str]) -> tuple[Result, ...]:
    found = set()
    inner = {quad.object for quad in report.store.quads_for_pattern(None, sh("detail"), None)}
    for result in report.subjects(TYPE, sh("ValidationResult")):
        if result in inner:
            continue
        (focus,) = report.values(result, sh("focusNode"))
        (component,) = report.values(result, sh("sourceConstraintComponent"))
        (shape,) = report.values(result, sh("sourceShape"))
        paths = report.values(result, sh("resultPath"))
        values = report.values(result, sh("value"))
        name = shape.value if isinstance(shape, NamedNode) else ""
        while name.startswith(_HELD):
            name = holders.get(name, "")
        found.add(
            Result(
                str(focus),
                name,
                component.value if isinstance(component, NamedNode) else "",
                spelled(report.path(paths[0])) if paths else "",
                str(values[0]) if values else "",
            )
        )
    return tuple(sorted(found))


def _graph(triples: Iterable[Triple]) -> rdflib.Graph:
    text = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    return rdflib.Graph().parse(data=text, format="nt")


def _plain(quad: Quad) -> Triple:
    """Return a statement as RDF 1.1 has it."""
    found = quad.object
    if isinstance(found, Literal) and found.direction is not None:
        found = Literal(found.value, language=found.language)
    return Triple(quad.subject, quad.predicate, found)

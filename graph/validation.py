"""Whether the structure shapes hold after a change, looked at where it changed something.

What is validated are the things whose statements changed and, where a thing's
types changed, those that refer to it: other things cannot have become wrong. Each
is looked at with all its statements in every graph, and with the types of
everything it speaks of.

Queries tell which things may be wrong, however many there are. Only these are given
to pySHACL, which has the words for it and takes milliseconds for each. In a store
without the ontology, queries suspect what speaks of its concepts as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple
from pyshacl import validate
from rdflib import RDF, RDFS, SH, Graph, URIRef
from rdflib import Literal as Text
from rdflib.term import Node

from graph.batches import batches
from graph.build.ontology import ontology_quads
from graph.errors import Finding, ShapesError
from graph.languages import DEFAULT, best
from graph.resources import folder, texts
from graph.shacl.judging import Judge
from graph.shacl.running import closed
from graph.store.comparison import Difference, graph_node
from graph.store.interface import Version
from graph.store.reading import EngineReader
from graph.vocabulary import TYPE, mg, well_known

MAX_FINDINGS = 1_000
"""Findings that are told; all are counted as one refusal."""

_FEW = 100
"""Things up to which pySHACL is told what to look at; it takes their number times that of all."""

_BATCH = 1_000
"""Things that pySHACL is given at once; it may be that all are well."""

_NO_VERSION = Version(0, "", {})
_SUBCLASS = well_known("rdfs", "subClassOf")
_UNUSED = {NamedNode(str(SH.name)), mg("reason"), mg("fix")}
"""What shapes tell people beside their message; every write would carry it along."""


class StructureCheck:
    """Refuses states that break the structure shapes; a ``Check`` of the store."""

    def __init__(self) -> None:
        """Read the shapes and the ontology."""
        self._shapes = Graph()
        for text in texts(folder("shapes", "structure"), ".ttl").values():
            statements = pyoxigraph.parse(text, format=RdfFormat.TURTLE)
            _add(self._shapes, (quad for quad in statements if quad.predicate not in _UNUSED))
        self._classes = Graph()
        ontology = ontology_quads(NamedNode("urn:x-ontology"))
        _add(self._classes, (quad for quad in ontology if quad.predicate == _SUBCLASS))
        self._types = {quad.subject: quad for quad in ontology if quad.predicate == TYPE}
        self._targets = self._target_classes()
        self._target_paths = [
            NamedNode(str(path)) for path in self._shapes.objects(None, SH.targetSubjectsOf)
        ]
        self._judge = Judge(texts(folder("shapes", "structure"), ".ttl").values())
        self._below = closed(
            (str(narrow), str(wide))
            for narrow, wide in self._classes.subject_objects(RDFS.subClassOf)
        )

    def __call__(self, engine: pyoxigraph.Store, difference: Difference) -> None:
        """Look at the state after a change.

        Raises:
            ShapesError: If a shape of severity Violation is broken; it lists the breaches.
        """
        select = EngineReader(engine, _NO_VERSION).select
        focus = self._judge.suspects(select, self._focus(engine, difference), self._below)
        found: list[Finding] = []
        for suspects in batches(sorted(focus), _BATCH):
            found += self._look(engine, set(suspects))
            if len(found) >= MAX_FINDINGS:
                break
        if found:
            raise ShapesError(tuple(sorted(found)[:MAX_FINDINGS]))

    def _look(self, engine: pyoxigraph.Store, focus: set[str]) -> list[Finding]:
        """Return what is wrong with things, in words."""
        data = Graph() + self._classes
        _add(data, self._around(engine, focus))
        # pySHACL adds to the shapes that it is given.
        conforms, report, _ = validate(
            data,
            shacl_graph=Graph() + self._shapes,
            advanced=False,
            inference="none",
            inplace=True,
            allow_warnings=True,
            focus_nodes=[URIRef(node) for node in focus] if len(focus) <= _FEW else None,
        )
        if conforms or not isinstance(report, Graph):
            return []
        return [found for found in _findings(report) if found.focus in focus]

    def _around(self, engine: pyoxigraph.Store, focus: Iterable[str]) -> Iterator[Quad]:
        """Yield the statements of things, and the types of what they speak of."""
        objects: set[NamedNode] = set()
        for node in focus:
            for quad in engine.quads_for_pattern(NamedNode(node), None, None):
                yield quad
                if isinstance(quad.object, NamedNode):
                    objects.add(quad.object)
        for thing in objects:
            yield from engine.quads_for_pattern(thing, TYPE, None)
            if thing in self._types:
                yield self._types[thing]

    def _target_classes(self) -> frozenset[NamedNode]:
        found: set[Node] = set()
        for target in self._shapes.objects(None, SH.targetClass):
            found.update(
                item
                for item in self._classes.transitive_subjects(RDFS.subClassOf, target)
                if item is not None
            )
        return frozenset(NamedNode(str(item)) for item in found)

    def _focus(self, engine: pyoxigraph.Store, difference: Difference) -> Iterator[str]:
        """Yield the IRIs of the things to look at that a shape has as target."""
        candidates = {NamedNode(iri) for iri in difference.subjects}
        for iri in difference.retyped:
            referring = engine.quads_for_pattern(None, None, NamedNode(iri))
            candidates.update(q.subject for q in referring if isinstance(q.subject, NamedNode))
        for name in difference.whole:
            yield from self._targets_in(engine, name)
        for candidate in candidates:
            types = {quad.object for quad in engine.quads_for_pattern(candidate, TYPE, None)}
            if types & self._targets or any(
                any(True for _ in engine.quads_for_pattern(candidate, path, None))
                for path in self._target_paths
            ):
                yield candidate.value

    def _targets_in(self, engine: pyoxigraph.Store, name: str) -> Iterator[str]:
        graph = graph_node(name)
        patterns = [(TYPE, target) for target in self._targets]
        for predicate, found in (*patterns, *((path, None) for path in self._target_paths)):
            for quad in engine.quads_for_pattern(None, predicate, found, graph):
                if isinstance(quad.subject, NamedNode):
                    yield quad.subject.value


def _add(graph: Graph, quads: Iterable[Quad]) -> None:
    triples = (_plain(quad) for quad in quads if not isinstance(quad.object, Triple))
    text = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)
    graph.parse(data=text or b"", format="nt")


def _plain(quad: Quad) -> Triple:
    """Return a statement as RDF 1.1 has it: rdflib knows no direction of texts."""
    found = quad.object
    if isinstance(found, Literal) and found.direction is not None:
        found = Literal(found.value, language=found.language)
    return Triple(quad.subject, quad.predicate, found)


def _findings(report: Graph) -> Iterator[Finding]:
    for result in report.subjects(RDF.type, SH.ValidationResult):
        if report.value(result, SH.resultSeverity) != SH.Violation:
            continue
        value = report.value(result, SH.value)
        messages = {
            text.language or DEFAULT: str(text)
            for text in report.objects(result, SH.resultMessage)
            if isinstance(text, Text)
        }
        yield Finding(
            _text(report.value(result, SH.focusNode)),
            _text(report.value(result, SH.resultPath)),
            value.n3() if value is not None else "",
            _text(report.value(result, SH.sourceShape)),
            messages.pop(best(messages, DEFAULT)),
            tuple(sorted(messages.items())),
        )


def _text(node: Node | None) -> str:
    return str(node) if isinstance(node, URIRef) else ""

"""From a graph of shapes to the rules that are to be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import BlankNode, NamedNode

from graph.shacl.conditions import All, Condition
from graph.shacl.constraints import Constraints
from graph.shacl.document import BrokenShapeError, Document, Node
from graph.shacl.model import (
    ClassTarget,
    NodeTarget,
    PropertyTarget,
    Route,
    Rule,
    ShapeSet,
    Target,
)
from graph.shacl.paths import joined
from graph.shacl.vocabulary import KNOWN, NO_CONSTRAINTS, SH, TARGETS, sh
from graph.store.interface import Term
from graph.vocabulary import TYPE, mg, well_known

APPLIES_TO = mg("appliesTo")
"""Says of a shape which of its focus nodes the demand is addressed to, by another shape."""

_CLASS = well_known("rdfs", "Class")
_MAX_DEPTH = 32


def read_shapes(document: Document, occasion: Mapping[str, Term]) -> ShapeSet:
    """Return the rules among shapes, and why other shapes cannot be judged.

    Args:
        document: The shapes.
        occasion: What stands in for the patterns of an occasion; see ``queries``.
    """
    return _Reader(document, occasion).read()


@dataclass(frozen=True)
class _Place:
    """Where a shape is met: how its focus nodes are come by, and the nearest name above it."""

    name: str
    route: Route
    depth: int = 0


class _Reader:
    def __init__(self, document: Document, occasion: Mapping[str, Term]) -> None:
        self._document = document
        self._constraints = Constraints(document, occasion)
        self._unjudged: dict[str, str] = {}
        self._rules: dict[tuple[Node, str], Rule] = {}
        self._targets: dict[Node, list[Target]] = {}

    def read(self) -> ShapeSet:
        for shape in self._roots():
            try:
                targets = list(self._targets_of(shape))
            except BrokenShapeError as error:
                self._break_all(shape, str(error))
                continue
            for target in targets:
                self._visit(shape, _Place("", Route(target)))
        self._look_for_slips()
        rules = tuple(r for r in self._rules.values() if r.shape not in self._unjudged)
        return ShapeSet(rules, dict(sorted(self._unjudged.items())))

    def _roots(self) -> list[Node]:
        found: set[Node] = set()
        for name in TARGETS:
            found.update(self._document.subjects(sh(name)))
        for shape in self._shapes():
            if _CLASS in self._document.values(shape, TYPE):
                found.add(shape)
        return sorted(found, key=str)

    def _shapes(self) -> set[Node]:
        kinds = (sh("NodeShape"), sh("PropertyShape"))
        return {shape for kind in kinds for shape in self._document.subjects(TYPE, kind)}

    def _targets_of(self, shape: Node) -> Iterator[Target]:
        document = self._document
        for name in TARGETS:
            for term in document.values(shape, sh(name)):
                if name == "targetNode":
                    if isinstance(term, BlankNode):
                        raise BrokenShapeError("A target is a blank node.")
                    yield NodeTarget(term)
                elif name == "targetClass":
                    yield ClassTarget(document.iri(term, name))
                else:
                    yield PropertyTarget(document.iri(term, name), name == "targetObjectsOf")
        if _CLASS in document.values(shape, TYPE) and isinstance(shape, NamedNode):
            yield ClassTarget(shape.value)

    def _visit(self, shape: Node, place: _Place) -> None:
        """Take in a shape and the property shapes it holds, by one way of coming to it."""
        name = shape.value if isinstance(shape, NamedNode) else place.name
        place = replace(place, name=name, depth=place.depth + 1)
        try:
            if place.depth > _MAX_DEPTH:
                raise BrokenShapeError("It holds itself.")
            if self._document.truth(shape, "deactivated"):
                return
            self._add(shape, place)
            path = self._constraints.path(shape)
            inner = self._document.nodes(shape, sh("property"))
            further = Route(place.route.target, joined(place.route.path, path))
            for one in inner:
                if not self._document.values(one, sh("path")):
                    raise BrokenShapeError("A value of sh:property has no sh:path.")
            for one in inner:
                self._visit(one, replace(place, route=further))
        except BrokenShapeError as error:
            self._break_all(shape, str(error), name)

    def _add(self, shape: Node, place: _Place) -> None:
        known = self._rules.get((shape, place.name))
        if known is not None:
            routes = dict.fromkeys((*known.routes, place.route))
            self._rules[shape, place.name] = replace(known, routes=tuple(routes))
            return
        path, checks = self._constraints.path(shape), self._constraints.checks(shape)
        queries = tuple(self._constraints.queries(shape))
        if checks or queries:
            self._rules[shape, place.name] = Rule(
                place.name, path, (place.route,), checks, queries, self._applies(shape)
            )

    def _applies(self, shape: Node) -> Condition | None:
        shapes = self._document.nodes(shape, APPLIES_TO)
        if not shapes:
            return None
        return All(tuple(self._constraints.conformance(one) for one in shapes))

    def _break_all(self, shape: Node, why: str, name: str = "") -> None:
        """Take a shape and all property shapes that are only reached through it as not judged."""
        seen: set[Node] = set()
        open_ = [(shape, shape.value if isinstance(shape, NamedNode) else name)]
        while open_:
            node, name = open_.pop()
            if node in seen:
                continue
            seen.add(node)
            if name:
                self._unjudged.setdefault(name, why)
            for value in self._document.values(node, sh("property")):
                if isinstance(value, NamedNode | BlankNode):
                    inner = value.value if isinstance(value, NamedNode) else name
                    open_.append((value, inner))

    def _look_for_slips(self) -> None:
        """Name what is called a shape and says something of SHACL's that is not known.

        A misspelt target would otherwise leave a shape out without a word.
        """
        for shape in sorted(self._shapes(), key=str):
            unknown = self._document.parameters(shape) - KNOWN - NO_CONSTRAINTS
            if unknown and isinstance(shape, NamedNode):
                names = ", ".join(f"{SH}{name}" for name in sorted(unknown))
                self._break_all(shape, f"It says {names}, which is not supported.")

"""The constraints of one shape as checks, and a whole shape as a condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pyoxigraph import BlankNode, NamedNode

from graph.shacl.conditions import (
    All,
    Always,
    AmongAtMost,
    AsFocus,
    AtLeast,
    Compares,
    Comparison,
    Condition,
    ExactlyOne,
    HasDatatype,
    HasLength,
    IsAmong,
    IsFocus,
    IsInstance,
    IsKind,
    Matches,
    Not,
    OnlyInItsLanguage,
    OnPath,
    PrecedesAll,
    Solves,
    Some,
    SpeaksIn,
    every,
)
from graph.shacl.document import BrokenShapeError, Document, Node
from graph.shacl.model import Check, Query
from graph.shacl.paths import Path, Step
from graph.shacl.queries import check_embedded, written_query
from graph.shacl.vocabulary import KNOWN, NO_CONSTRAINTS, SEVERAL, SH, component, sh
from graph.store.interface import Term

MAX_COUNT = 12
"""The highest number of values that is told apart: each is one ``EXISTS`` inside another."""

_KINDS = {
    "IRI": IsKind(("IRI",)),
    "BlankNode": IsKind(("BLANK",)),
    "Literal": IsKind(("LITERAL",)),
    "BlankNodeOrIRI": IsKind(("BLANK", "IRI")),
    "BlankNodeOrLiteral": IsKind(("BLANK", "LITERAL")),
    "IRIOrLiteral": IsKind(("IRI", "LITERAL")),
}
_ORDERS: dict[str, Comparison] = {
    "minInclusive": ">=",
    "minExclusive": ">",
    "maxInclusive": "<=",
    "maxExclusive": "<",
    "minLength": ">=",
    "maxLength": "<=",
    "lessThan": "<",
    "lessThanOrEquals": "<=",
}


class Constraints:
    """Reads what single shapes demand.

    Raises:
        BrokenShapeError: Every method, if a shape cannot be judged.
    """

    def __init__(self, document: Document, occasion: Mapping[str, Term]) -> None:
        """Take the shapes, and what they are judged for."""
        self._document = document
        self._occasion = occasion
        self._open: list[Node] = []
        self._name = ""
        self._readers: dict[str, Callable[[Node, Term, Path | None], Iterator[Check]]] = {
            **dict.fromkeys(
                ["class", "datatype", "nodeKind", "pattern", "languageIn", "in"], self._simple
            ),
            **dict.fromkeys(
                ["minInclusive", "minExclusive", "maxInclusive", "maxExclusive"], self._simple
            ),
            **dict.fromkeys(["minLength", "maxLength"], self._simple),
            **dict.fromkeys(["not", "and", "or", "xone", "node"], self._logical),
            **dict.fromkeys(["lessThan", "lessThanOrEquals", "disjoint"], self._pair),
            "equals": self._equals,
            "minCount": self._min_count,
            "maxCount": self._max_count,
            "uniqueLang": self._unique_lang,
            "hasValue": self._has_value,
            "qualifiedValueShape": self._qualified,
        }

    def path(self, shape: Node) -> Path | None:
        """Return the path of a property shape, ``None`` for a node shape."""
        found = self._document.one(shape, "path")
        return None if found is None else self._document.path(found)

    def checks(self, shape: Node) -> tuple[Check, ...]:
        """Return the constraints of a shape that are not written in SPARQL."""
        path = self.path(shape)
        found: list[Check] = []
        for name in self._parameters(shape):
            values = self._document.values(shape, sh(name))
            if len(values) > 1 and name in KNOWN - SEVERAL:
                raise BrokenShapeError(f"It has several values of sh:{name}.")
            for value in values:
                if name in self._readers:
                    self._name = name
                    found += self._readers[name](shape, value, path)
        return tuple(found)

    def queries(self, shape: Node) -> Iterator[Query]:
        """Yield the constraints of a shape that are written in SPARQL."""
        for node in self._document.nodes(shape, sh("sparql")):
            if self._document.truth(node, "deactivated"):
                continue
            select = self._document.one(node, "select")
            if select is None:
                raise BrokenShapeError("A SPARQL constraint has no sh:select.")
            text = self._document.literal(select, "select").value
            prefixes = dict(self._document.prefixes(node))
            yield written_query(text, prefixes, self.path(shape), self._occasion)

    def conformance(self, shape: Node) -> Condition:
        """Return what must hold of a node that is to conform to a shape."""
        if shape in self._open:
            raise BrokenShapeError("It refers to itself.")
        self._open.append(shape)
        try:
            return self._conformance(shape)
        finally:
            self._open.pop()

    def _conformance(self, shape: Node) -> Condition:
        document = self._document
        if document.truth(shape, "deactivated"):
            return Always(True)
        path = self.path(shape)
        parts = [every(check.over, check.demand) for check in self.checks(shape)]
        for query in self.queries(shape):
            check_embedded(query)
            parts.append(Not(Solves(query.text)))
        for inner in document.nodes(shape, sh("property")):
            if not document.values(inner, sh("path")):
                raise BrokenShapeError("A value of sh:property has no sh:path.")
            parts.append(every(path, self.conformance(inner)))
        return AsFocus(All(tuple(parts)))

    def _parameters(self, shape: Node) -> list[str]:
        said = self._document.parameters(shape)
        custom = self._document.custom_parameters(shape)
        if custom:
            raise BrokenShapeError(f"It says {custom[0]}, of a constraint component of its own.")
        unknown = said - KNOWN - NO_CONSTRAINTS
        if unknown:
            names = ", ".join(f"{SH}{name}" for name in sorted(unknown))
            raise BrokenShapeError(f"It says {names}, which is not supported.")
        needed = {"flags": "pattern", "qualifiedMinCount": "qualifiedValueShape"}
        needed["qualifiedMaxCount"] = "qualifiedValueShape"
        for name, other in needed.items():
            if name in said and other not in said:
                raise BrokenShapeError(f"It says sh:{name} and no sh:{other}.")
        return sorted(said)

    def _simple(self, shape: Node, value: Term, path: Path | None) -> Iterator[Check]:
        name = self._name
        yield Check(component(_capital(name)), path, self._test(shape, name, value), True)

    def _test(self, shape: Node, name: str, value: Term) -> Condition:
        document = self._document
        match name:
            case "class":
                return IsInstance(document.iri(value, name))
            case "datatype":
                return HasDatatype(document.iri(value, name))
            case "nodeKind":
                kind = document.iri(value, name).removeprefix(SH)
                if kind not in _KINDS:
                    raise BrokenShapeError(f"{value} is no kind of node.")
                return _KINDS[kind]
            case "pattern":
                flags = document.one(shape, "flags")
                marks = "" if flags is None else document.literal(flags, "flags").value
                return Matches(document.literal(value, name).value, marks)
            case "languageIn":
                ranges = [document.literal(item, name).value for item in document.items(value)]
                return SpeaksIn(tuple(ranges))
            case "in":
                return IsAmong(tuple(document.items(value)))
            case "minLength" | "maxLength":
                return HasLength(_ORDERS[name], document.number(value, name))
        return Compares(_ORDERS[name], document.literal(value, name))

    def _logical(self, shape: Node, value: Term, path: Path | None) -> Iterator[Check]:
        name = self._name
        if name in ("not", "node"):
            parts = [self._refers(value)]
        else:
            parts = [self._refers(item) for item in self._document.items(value)]
        demand: Condition
        match name:
            case "not":
                demand = Not(parts[0])
            case "or":
                demand = Some(tuple(parts))
            case "xone":
                demand = ExactlyOne(tuple(parts))
            case _:
                demand = All(tuple(parts))
        yield Check(component(_capital(name)), path, demand, True)

    def _refers(self, value: Term) -> Condition:
        store = self._document.store
        if isinstance(value, NamedNode | BlankNode) and any(
            True for _ in store.quads_for_pattern(value, None, None)
        ):
            return self.conformance(value)
        raise BrokenShapeError(f"{value} is no shape.")

    def _pair(self, shape: Node, value: Term, path: Path | None) -> Iterator[Check]:
        name = self._name
        iri = self._document.iri(value, name)
        if name == "disjoint":
            yield Check(component("Disjoint"), path, Not(OnPath(Step(iri))), True)
            return
        if path is None:
            raise BrokenShapeError(f"sh:{name} needs a path.")
        yield Check(component(_capital(name)), path, PrecedesAll(_ORDERS[name], iri), True)

    def _equals(self, shape: Node, value: Term, path: Path | None) -> Iterator[Check]:
        other = Step(self._document.iri(value, "equals"))
        yield Check(component("Equals"), path, OnPath(other), True)
        here = IsFocus() if path is None else OnPath(path)
        yield Check(component("Equals"), other, here, True)

    def _min_count(self, shape: Node, value: Term, path: Path | None) -> Iterator[Check]:
        demand = AtLeast(self._count(value), self._needed(path), Always(True))
        if demand.count:
            yield Check(component("MinCount"), None, demand, False)

    def _max_count(self, shape: Node, value: Term, path: Path | None) -> Iterator[Check]:
        over = self._needed(path)
        yield Check(component("MaxCount"), over, AmongAtMost(self._count(value), over), False)

    def _unique_lang(self, shape: Node, value: Term, path: Path | None) -> Iterator[Check]:
        if self._document.truth(shape, "uniqueLang"):
            over = self._needed(path)
            yield Check(component("UniqueLang"), over, OnlyInItsLanguage(over), False)

    def _has_value(self, shape: Node, value: Term, path: Path | None) -> Iterator[Check]:
        demand: Condition = IsAmong((value,))
        if path is not None:
            demand = AtLeast(1, path, demand)
        yield Check(component("HasValue"), None, demand, False)

    def _qualified(self, shape: Node, value: Term, path: Path | None) -> Iterator[Check]:
        over = self._needed(path)
        parts = [self._refers(value)]
        if self._document.truth(shape, "qualifiedValueShapesDisjoint"):
            parts += [Not(self._refers(other)) for other in self._siblings(shape, value)]
        said = self._document.parameters(shape)
        if not said & {"qualifiedMinCount", "qualifiedMaxCount"}:
            raise BrokenShapeError("It says sh:qualifiedValueShape without a number.")
        counted = All(tuple(parts))
        least, most = (self._document.one(shape, f"qualified{end}Count") for end in ("Min", "Max"))
        if least is not None and (count := self._count(least)):
            demand: Condition = AtLeast(count, over, counted)
            yield Check(component("QualifiedMinCount"), None, demand, False)
        if most is not None:
            demand = Not(AtLeast(self._count(most) + 1, over, counted))
            yield Check(component("QualifiedMaxCount"), None, demand, False)

    def _siblings(self, shape: Node, value: Term) -> list[Term]:
        found: set[Term] = set()
        for holder in self._document.subjects(sh("property"), shape):
            for sibling in self._document.nodes(holder, sh("property")):
                found.update(self._document.values(sibling, sh("qualifiedValueShape")))
        return sorted(found - {value}, key=str)

    def _count(self, value: Term) -> int:
        count = self._document.number(value, self._name)
        if count > MAX_COUNT:
            raise BrokenShapeError(f"Numbers of values above {MAX_COUNT} are not supported.")
        return count

    def _needed(self, path: Path | None) -> Path:
        if path is None:
            raise BrokenShapeError(f"sh:{self._name} needs a path.")
        return path


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]

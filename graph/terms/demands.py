"""What the shapes ask of the things of each class, property by property."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Literal, NamedNode

from graph.audit.profiles import profile_names, read_shapes
from graph.resources import folder, texts
from graph.shacl.document import Document, Node
from graph.shacl.vocabulary import sh
from graph.terms.ontology import read_terms
from graph.vocabulary import PREFIXES, SHAPES

STRUCTURE = "structure"
"""The profile that says of which properties and values a thing is made."""

IN_A_LANGUAGE = PREFIXES["rdf"] + "langString"
_VALUES = (sh("class"), sh("datatype"))


@dataclass(frozen=True)
class Demand:
    """One property shape; names and messages are by language.

    ``classes`` are those whose things it is about, ``values`` the classes and
    datatypes a value may be of. ``least`` and ``most`` are numbers of values,
    ``most`` is ``None`` for any. ``property`` is empty if it is about a path of
    several.
    """

    id: str
    profile: str
    classes: tuple[str, ...]
    property: str
    names: Mapping[str, str]
    messages: Mapping[str, str]
    severity: str
    values: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Member:
    """A property of a class, as all its demands together have it."""

    property: str
    values: tuple[str, ...]
    least: int
    most: int | None


@cache
def read_demands() -> tuple[Demand, ...]:
    """Return the property shapes of all profiles, in the order of profiles and names."""
    return tuple(
        demand
        for profile in profile_names()
        for demand in _Reader(Document.of(read_shapes(profile).texts), profile).demands()
    )


@cache
def read_members() -> Mapping[str, tuple[Member, ...]]:
    """Return the properties of each class by its IRI, in the order in which shapes list them."""
    found: dict[str, dict[str, list[Demand]]] = {}
    order = _order()
    demands = (d for d in read_demands() if d.profile == STRUCTURE and d.property)
    for demand in sorted(demands, key=lambda d: order.get(d.id, len(order))):
        for kind in demand.classes:
            found.setdefault(kind, {}).setdefault(demand.property, []).append(demand)
    return {
        kind: tuple(_member(name, demands) for name, demands in members.items())
        for kind, members in found.items()
    }


def _member(name: str, demands: list[Demand]) -> Member:
    bounds = [demand.most for demand in demands if demand.most is not None]
    term = read_terms().get(name)
    if term and term.single:
        bounds.append(1)
    values = dict.fromkeys(value for demand in demands for value in demand.values)
    least = max(demand.least for demand in demands)
    return Member(name, tuple(values), least, min(bounds, default=None))


def _order() -> Mapping[str, int]:
    """Return the places at which property shapes are first written."""
    found: dict[str, int] = {}
    for text in texts(folder("shapes", STRUCTURE), ".ttl").values():
        for word in text.split():
            if word.startswith("mgsh:"):
                found.setdefault(word.removeprefix("mgsh:").rstrip(",;."), len(found))
    return found


@dataclass(frozen=True)
class _Reader:
    document: Document
    profile: str

    def demands(self) -> Iterator[Demand]:
        holders: dict[Node, list[str]] = {}
        for shape in self.document.subjects(sh("targetClass")):
            classes = self._iris(shape, "targetClass")
            for one in self.document.nodes(shape, sh("property")):
                holders.setdefault(one, []).extend(classes)
        for shape, classes in sorted(holders.items(), key=lambda pair: str(pair[0])):
            if isinstance(shape, NamedNode):
                yield self._demand(shape, tuple(sorted(set(classes))))

    def _demand(self, shape: NamedNode, classes: tuple[str, ...]) -> Demand:
        path = self._iris(shape, "path")
        return Demand(
            shape.value.removeprefix(SHAPES),
            self.profile,
            classes,
            path[0] if path else "",
            self._words(shape, "name"),
            self._words(shape, "message"),
            next(iter(self._iris(shape, "severity")), "").partition("#")[2].lower(),
            tuple(dict.fromkeys(self._values(shape))),
            max(
                self._number(shape, "minCount") or 0, self._number(shape, "qualifiedMinCount") or 0
            ),
            self._number(shape, "maxCount"),
        )

    def _values(self, shape: Node) -> Iterator[str]:
        """Yield what a value may be of, alternatives included."""
        for name in _VALUES:
            for value in self.document.values(shape, name):
                if isinstance(value, NamedNode):
                    yield value.value
        if self.document.values(shape, sh("languageIn")):
            yield IN_A_LANGUAGE
        for start in self.document.values(shape, sh("or")):
            for item in self.document.items(start):
                if not isinstance(item, Literal):
                    yield from self._values(item)  # type: ignore[arg-type]

    def _iris(self, shape: Node, name: str) -> list[str]:
        found = self.document.values(shape, sh(name))
        return [value.value for value in found if isinstance(value, NamedNode)]

    def _words(self, shape: Node, name: str) -> Mapping[str, str]:
        found = self.document.values(shape, sh(name))
        return {v.language or "": v.value for v in found if isinstance(v, Literal)}

    def _number(self, shape: Node, name: str) -> int | None:
        found = self.document.values(shape, sh(name))
        return int(found[0].value) if found and isinstance(found[0], Literal) else None

"""What judging data by shapes hands on, and what shapes are made of once they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph.shacl.conditions import Condition
from graph.shacl.paths import Path
from graph.store.interface import Table, Term

Select = Callable[[str], Table]
"""Answers a SELECT query; the default graph is the union of all graphs."""


@dataclass(frozen=True, order=True)
class Result:
    """One breach of a shape, as a ``sh:ValidationResult`` has it.

    ``focus`` and ``value`` are written as N-Triples write terms, ``path`` as
    SPARQL writes property paths; empty if there is none. ``shape`` and
    ``component`` are IRIs. A property shape without an IRI goes by the nearest
    named shape that holds it.
    """

    focus: str
    shape: str
    component: str
    path: str
    value: str


@dataclass(frozen=True)
class Judgement:
    """What came of judging data by shapes.

    ``results`` are sorted, each once. ``applicable`` holds, by the IRI of a
    shape, the focus nodes it applied to (IRIs as they are, others as N-Triples
    write them); an empty set says that there was nothing to judge. ``unjudged``
    says, by the IRI of a shape, why it could not be judged; such a shape is in
    neither of the other two.
    """

    results: tuple[Result, ...]
    applicable: Mapping[str, frozenset[str]]
    unjudged: Mapping[str, str]


@dataclass(frozen=True)
class ClassTarget:
    """The instances of a class and of the classes below it."""

    iri: str


@dataclass(frozen=True)
class PropertyTarget:
    """The subjects of a property; if ``inverse``, its objects."""

    iri: str
    inverse: bool


@dataclass(frozen=True)
class NodeTarget:
    """One node."""

    term: Term


Target = ClassTarget | PropertyTarget | NodeTarget


@dataclass(frozen=True)
class Route:
    """How focus nodes are come by: from a target, and on by a path if there is one."""

    target: Target
    path: Path | None = None


@dataclass(frozen=True)
class Check:
    """One constraint: ``demand`` must hold of every node on ``over``.

    Without ``over`` it must hold of the focus node itself. ``tells`` says
    whether a result names the node of which it does not hold.
    """

    component: str
    over: Path | None
    demand: Condition
    tells: bool


@dataclass(frozen=True)
class Query:
    """A constraint written in SPARQL: every solution is a breach.

    ``text`` has its prefixes, and what stands for the occasion has been replaced.
    """

    text: str


@dataclass(frozen=True)
class Rule:
    """One shape to be judged, with the nodes it is about.

    ``shape`` is its IRI, or that of the nearest named shape that holds it;
    ``applies`` says to which of the nodes the demand is addressed, ``None`` for all.
    """

    shape: str
    path: Path | None
    routes: tuple[Route, ...]
    checks: tuple[Check, ...]
    queries: tuple[Query, ...]
    applies: Condition | None


@dataclass(frozen=True)
class ShapeSet:
    """Shapes that were read: the rules, and by IRI why others cannot be judged."""

    rules: tuple[Rule, ...]
    unjudged: Mapping[str, str]

"""Which queries judge a set of rules, and how their solutions are read.

A rule is not asked for by a query of its own where one can serve many: all
constraints on the values of one property are looked at in one pass over that
property, whatever their targets, since a value that satisfies what is demanded of
it need not be known to belong to a target; all constraints on the focus nodes of
one target are looked at in one pass over that target. Each query returns breaches
only, so that little is held in memory beside the focus nodes themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.shacl.conditions import Always, AtLeast, Condition, IsAmong, IsInstance, Some
from graph.shacl.model import (
    Check,
    ClassTarget,
    NodeTarget,
    PropertyTarget,
    Query,
    Result,
    Route,
    Rule,
)
from graph.shacl.paths import Alternative, Path, Sequence, Step, inverse, may_stay, spelled, triple
from graph.shacl.queries import injected
from graph.shacl.vocabulary import component
from graph.shacl.writing import Writer
from graph.store.interface import Table, Term
from graph.vocabulary import TYPE

Reader = Callable[[Table], Iterator[Result]]
Key = tuple[Route, Condition | None]
"""A set of focus nodes: how they are come by, and which of them are meant."""


@dataclass(frozen=True)
class Job:
    """One query, the rules it judges, and how its solutions become results."""

    text: str
    rules: tuple[Rule, ...]
    read: Reader


@dataclass(frozen=True)
class Census:
    """One query for the focus nodes of a key, as ``?this``."""

    text: str
    key: Key


class Planner:
    """Writes the queries for one hierarchy of classes."""

    def __init__(self, below: Mapping[str, tuple[str, ...]], among: Iterable[str] = ()) -> None:
        """Take what lies below each class.

        Args:
            below: The classes below a class, itself included.
            among: The focus nodes to look at, as N-Triples write them; all if there is none.
        """
        self._below = below
        nodes = " ".join(among)
        self._among = f"VALUES ?this {{ {nodes} }} " if nodes else ""

    def jobs(self, rules: Iterable[Rule]) -> list[Job]:
        """Return the queries that judge rules."""
        scans: dict[Step, list[tuple[Rule, Check]]] = defaultdict(list)
        foci: dict[Route, list[tuple[Rule, Check]]] = defaultdict(list)
        found: list[Job] = []
        for rule in rules:
            winding: dict[Path, list[Check]] = defaultdict(list)
            for check in rule.checks:
                if isinstance(check.over, Step):
                    scans[check.over].append((rule, check))
                elif check.over is not None:
                    winding[check.over].append(check)
                else:
                    for route in rule.routes:
                        foci[route].append((rule, check))
            for path, checks in winding.items():
                found += self._winding(rule, path, checks)
            for query in rule.queries:
                found += [self._written(rule, query, route) for route in rule.routes]
        found += [self._scan(step, cases) for step, cases in scans.items()]
        found += [self._focus(route, cases) for route, cases in foci.items()]
        return found

    def census(self, key: Key) -> Census:
        """Return the query for the focus nodes of a key."""
        route, condition = key
        said = ""
        if condition is not None:
            said = f" FILTER({Writer(self._below).write(condition, '?this', '?this')})"
        start = self._start(route)
        return Census(f"SELECT ?this WHERE {{ {start}{said} }}", key)

    def _scan(self, step: Step, cases: list[tuple[Rule, Check]]) -> Job:
        """Look at all values of a property, and at the target only where one is wrong."""
        writer = Writer(self._below)
        holders: dict[Condition, dict[tuple[Route, ...], None]] = defaultdict(dict)
        for rule, check in cases:
            holders[check.demand][rule.routes] = None
        demands = {demand: f"?d{number}" for number, demand in enumerate(holders)}
        members = {routes: f"?m{number}" for number, routes in enumerate(_all_routes(cases))}
        said = {one: writer.write(one, "?value", "?this") for one in demands}
        belongs = {one: writer.write(membership(one), "?this", "?this") for one in members}
        wrong = [
            f"(!({said[demand]}) && ({' || '.join(belongs[routes] for routes in held)}))"
            for demand, held in holders.items()
        ]
        columns = [f"({said[one]} AS {name})" for one, name in demands.items()]
        columns += [f"({belongs[one]} AS {name})" for one, name in members.items()]
        text = (
            f"SELECT ?this ?value {' '.join(columns)} WHERE {{ {self._among}"
            f"{triple(step, '?this', '?value')} FILTER({' || '.join(wrong)}) }}"
        )
        told = [(rule, check, demands[check.demand], members[rule.routes]) for rule, check in cases]

        def read(table: Table) -> Iterator[Result]:
            for row in table.records():
                for rule, check, demand, member in told:
                    if _true(row[member[1:]]) and not _true(row[demand[1:]]):
                        yield _result(rule, check, row)

        return Job(text, _rules(cases), read)

    def _focus(self, route: Route, cases: list[tuple[Rule, Check]]) -> Job:
        """Look at all focus nodes that are come by in one way."""
        return self._checked(self._start(route), "?this", cases)

    def _winding(self, rule: Rule, path: Path, checks: list[Check]) -> Iterator[Job]:
        """Look at the values on a path that is more than one property."""
        parts = path.parts if isinstance(path, Alternative) else (path,)
        for route in rule.routes:
            for part in parts:
                start = f"{self._start(route)} {_triples(part)}"
                yield self._checked(start, "?value", [(rule, check) for check in checks])
            if isinstance(route.target, NodeTarget) and may_stay(path):
                # The data need not speak of such a node, and paths begin at nodes of the data.
                start = f"{self._start(route)} BIND(?this AS ?value)"
                yield self._checked(start, "?value", [(rule, check) for check in checks])

    def _checked(self, start: str, node: str, cases: list[tuple[Rule, Check]]) -> Job:
        writer = Writer(self._below)
        names = {demand: f"?d{n}" for n, demand in enumerate({c.demand: None for _, c in cases})}
        said = {demand: writer.write(demand, node, "?this") for demand in names}
        columns = " ".join(f"({said[one]} AS {name})" for one, name in names.items())
        wrong = " || ".join(f"!({one})" for one in said.values())
        value = "" if node == "?this" else node
        text = f"SELECT ?this {value} {columns} WHERE {{ {start} FILTER({wrong}) }}"

        def read(table: Table) -> Iterator[Result]:
            for row in table.records():
                for rule, check in cases:
                    if not _true(row[names[check.demand][1:]]):
                        yield _result(rule, check, row)

        return Job(text, _rules(cases), read)

    def _written(self, rule: Rule, query: Query, route: Route) -> Job:
        pattern = self._start(route)
        distinct = f"{{ SELECT DISTINCT ?this WHERE {{ {pattern} }} }}"

        def read(table: Table) -> Iterator[Result]:
            for row in table.records():
                this, value, path = row["this"], row.get("value"), row.get("path")
                if value is None and rule.path is None:
                    value = this
                told = str(path) if isinstance(path, NamedNode) else spelled(rule.path)
                # A value of another kind than RDF 1.1 has is still shown as it is written.
                yield Result(
                    str(this), rule.shape, component("SPARQL"), told, str(value) if value else ""
                )

        return Job(injected(query, pattern, distinct), (rule,), read)

    def _start(self, route: Route) -> str:
        """Return a pattern for the focus nodes; it may give one twice."""
        if self._among:
            # Few nodes are faster looked up one by one than among all that have the class.
            belongs = Writer(self._below).write(membership((route,)), "?this", "?this")
            return f"{self._among}FILTER({belongs}) "
        if route.path is None:
            return self._targets(route, "?this")
        start = self._targets(route, "?focusRoot")
        return f"{start} {triple(route.path, '?focusRoot', '?this')} ."

    def _targets(self, route: Route, node: str) -> str:
        match route.target:
            case ClassTarget(iri):
                classes = self._below.get(iri, (iri,))
                if len(classes) == 1:
                    return f"{node} {TYPE} <{iri}> ."
                listed = " ".join(f"<{one}>" for one in classes)
                return f"VALUES ?focusClass {{ {listed} }} {node} {TYPE} ?focusClass ."
            case PropertyTarget(iri, backwards):
                return f"{triple(Step(iri, backwards), node, '?focusValue')} ."
            case NodeTarget(term):
                return f"VALUES {node} {{ {term} }}"


def membership(routes: tuple[Route, ...]) -> Condition:
    """Return the condition that a node is come by in one of several ways."""
    return Some(tuple(_membership(route) for route in routes))


def _membership(route: Route) -> Condition:
    found: Condition
    match route.target:
        case ClassTarget(iri):
            found = IsInstance(iri)
        case PropertyTarget(iri, backwards):
            found = AtLeast(1, Step(iri, backwards), Always(True))
        case NodeTarget(term):
            found = IsAmong((term,))
    return found if route.path is None else AtLeast(1, inverse(route.path), found)


def _triples(path: Path) -> str:
    """Return the patterns for a path from ``?this`` to ``?value``, one for each part."""
    parts = path.parts if isinstance(path, Sequence) else (path,)
    nodes = ["?this", *(f"?step{number}" for number in range(1, len(parts))), "?value"]
    ends = zip(parts, nodes, nodes[1:], strict=False)
    return " . ".join(triple(part, start, end) for part, start, end in ends)


def _all_routes(cases: list[tuple[Rule, Check]]) -> list[tuple[Route, ...]]:
    return list(dict.fromkeys(rule.routes for rule, _ in cases))


def _rules(cases: list[tuple[Rule, Check]]) -> tuple[Rule, ...]:
    return tuple(dict.fromkeys(rule for rule, _ in cases))


def _true(term: Term | None) -> bool:
    return isinstance(term, Literal) and term.value == "true"


def _result(rule: Rule, check: Check, row: Mapping[str, Term | None]) -> Result:
    value = ""
    if check.tells:
        value = str(row["value"] if check.over is not None else row["this"])
    return Result(str(row["this"]), rule.shape, check.component, spelled(rule.path), value)

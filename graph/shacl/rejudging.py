"""Judging again what a change can have made come out otherwise, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import TypeVar

from pyoxigraph import NamedNode, Quad

from graph.shacl.changes import affected, check_nodes
from graph.shacl.model import Judgement, Rule, Select, ShapeSet
from graph.shacl.plans import Planner
from graph.shacl.running import Run, hierarchy, keys
from graph.shacl.traces import Trace, traces_of_key, traces_of_rule
from graph.store.interface import Term

T = TypeVar("T")
Below = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Dependence:
    """What shapes look at: for their focus nodes, and for whether these meet the demand."""

    below: Below
    traces: frozenset[Trace]
    outcome: Mapping[str, frozenset[Trace]]
    belonging: Mapping[str, frozenset[Trace]]

    @classmethod
    def of(cls, rules: Iterable[Rule], below: Below) -> _Dependence:
        """Find it out for one hierarchy of classes."""
        outcome: dict[str, set[Trace]] = defaultdict(set)
        belonging: dict[str, set[Trace]] = defaultdict(set)

        def classes(iri: str) -> tuple[str, ...]:
            return below.get(iri, (iri,))

        for rule in rules:
            outcome[rule.shape] |= traces_of_rule(rule, classes)
            for key in keys([rule]):
                belonging[rule.shape] |= traces_of_key(key, classes)
        return cls(
            below,
            frozenset().union(*outcome.values(), *belonging.values()),
            {shape: frozenset(found) for shape, found in outcome.items()},
            {shape: frozenset(found) for shape, found in belonging.items()},
        )


class Rejudging:
    """Follows changes up for one set of shapes."""

    def __init__(self, shapes: ShapeSet) -> None:
        """Take the shapes."""
        self._shapes = shapes
        self._known: _Dependence | None = None

    def judge(self, select: Select, before: Judgement, changed: Iterable[Quad]) -> Judgement:
        """Return what all data come to after a change; see ``Judge.rejudge``.

        Raises:
            TooMuchError: If everything is to be judged again.
        """
        dependence = self._dependence(hierarchy(select))
        found = affected(select, dependence.traces, changed)
        # What could not be judged before may be judged now.
        again = set(before.unjudged.keys() - self._shapes.unjudged.keys())
        foci: dict[str, frozenset[Term]] = {}
        for shape, traces in dependence.outcome.items():
            touched, belonging = found.of(traces), found.of(dependence.belonging[shape])
            if touched is None or belonging is None:
                again.add(shape)
            elif shape not in again and (touched or belonging):
                foci[shape] = touched | belonging
        found_now = before
        if foci:
            nodes = frozenset().union(*foci.values())
            part = self._part(select, dependence.below, foci.keys(), nodes)
            found_now = _replaced(before, part, foci.keys(), nodes)
        if again:
            part = self._part(select, dependence.below, again)
            found_now = _added(_dropped(found_now, again), part)
        return found_now

    def _dependence(self, below: Below) -> _Dependence:
        known = self._known
        if known is None or known.below != below:
            known = self._known = _Dependence.of(self._shapes.rules, below)
        return known

    def _part(
        self, select: Select, below: Below, shapes: Iterable[str], nodes: Iterable[Term] = ()
    ) -> Judgement:
        """Judge some shapes, of some focus nodes if any are named."""
        nodes = list(nodes)
        check_nodes(nodes)
        chosen = set(shapes)
        run = Run(select, Planner(below, sorted(map(str, nodes))), {})
        run.judge([rule for rule in self._shapes.rules if rule.shape in chosen])
        return run.judgement()


def _replaced(
    before: Judgement, part: Judgement, shapes: Iterable[str], nodes: Iterable[Term]
) -> Judgement:
    """Return a judgement with what a part says of some focus nodes in regard to some shapes."""
    chosen, nodes = set(shapes), list(nodes)
    written = {str(node) for node in nodes}
    names = {node.value if isinstance(node, NamedNode) else str(node) for node in nodes}
    applicable = dict(before.applicable)
    shared: dict[tuple[int, frozenset[str]], frozenset[str]] = {}
    for shape, now in part.applicable.items():
        known = before.applicable[shape]
        if names & known != now:
            place = (id(known), now)
            if place not in shared:
                shared[place] = (known - names) | now
            applicable[shape] = shared[place]
    kept = [one for one in before.results if one.shape not in chosen or one.focus not in written]
    rest = _dropped(Judgement(tuple(kept), applicable, before.unjudged), part.unjudged.keys())
    return Judgement(
        tuple(sorted([*rest.results, *part.results])),
        rest.applicable,
        _sorted({**rest.unjudged, **part.unjudged}),
    )


def _dropped(judgement: Judgement, shapes: Set[str]) -> Judgement:
    """Return a judgement that says nothing of some shapes."""
    if not shapes:
        return judgement
    return Judgement(
        tuple(result for result in judgement.results if result.shape not in shapes),
        {shape: some for shape, some in judgement.applicable.items() if shape not in shapes},
        {shape: why for shape, why in judgement.unjudged.items() if shape not in shapes},
    )


def _added(one: Judgement, other: Judgement) -> Judgement:
    """Return two judgements about different shapes as one."""
    return Judgement(
        tuple(sorted([*one.results, *other.results])),
        _sorted({**one.applicable, **other.applicable}),
        _sorted({**one.unjudged, **other.unjudged}),
    )


def _sorted(found: dict[str, T]) -> dict[str, T]:
    return {name: found[name] for name in sorted(found)}

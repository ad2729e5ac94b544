"""Judging data by shapes, wherever the data can be asked by SPARQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode, Quad

from graph.shacl.changes import TooMuchError
from graph.shacl.document import Document
from graph.shacl.model import ClassTarget, Judgement, Route, Rule, Select
from graph.shacl.plans import Planner
from graph.shacl.reading import read_shapes
from graph.shacl.rejudging import Rejudging
from graph.shacl.running import Run, Told, hierarchy
from graph.store.interface import Term
from graph.vocabulary import TYPE

MANY = 2_000
"""Things from which on it is faster to ask about all there are."""


class Judge:
    """Judges data by a set of shapes; it may be used by several threads."""

    def __init__(self, shapes: Iterable[str], occasion: Mapping[str, Term] | None = None) -> None:
        """Read the shapes.

        Args:
            shapes: Turtle texts.
            occasion: What the shapes are judged for, by the local names of the
                properties they ask for it with, such as ``asOf``.

        Raises:
            ProfileError: If a text is not Turtle. A single shape that cannot be
                judged is told of by each judgement instead.
        """
        self._shapes = read_shapes(Document.of(shapes), occasion or {})
        self._rejudging = Rejudging(self._shapes)

    def judge(self, select: Select, threads: int = 1, told: Told | None = None) -> Judgement:
        """Return what all data come to.

        Memory is taken for the results and for the focus nodes of each target,
        about a hundred bytes each.

        Args:
            select: Answers queries; asked by several threads if there are several.
            threads: How many queries to have answered at the same time.
            told: Called in this thread.

        Raises:
            MandateGraphError: If the data cannot be asked at all.
        """
        run = Run(select, Planner(hierarchy(select)), self._shapes.unjudged)
        run.judge(self._shapes.rules, threads, told)
        return run.judgement()

    def rejudge(
        self, select: Select, before: Judgement, added: Iterable[Quad], removed: Iterable[Quad]
    ) -> Judgement:
        """Return what all data come to after a change: the same as ``judge``, found faster.

        Only focus nodes are judged again for which the change can have made a
        difference; everything, if classes were put below others or the change is big.

        Args:
            select: Asks for the state after the change.
            before: The judgement of the state before it, by this judge.
            added: The statements that are new.
            removed: The statements that are gone.

        Raises:
            MandateGraphError: If the data cannot be asked at all.
        """
        try:
            return self._rejudging.judge(select, before, [*added, *removed])
        except TooMuchError:
            return self.judge(select)

    def suspects(
        self, select: Select, nodes: Iterable[str], below: Mapping[str, tuple[str, ...]]
    ) -> frozenset[str]:
        """Return which of some things break a rule, or might, as far as can be said.

        Args:
            select: Answers queries.
            nodes: IRIs.
            below: The classes below each class that has any, itself first.
        """
        wanted = sorted(set(nodes))
        if not wanted:
            return frozenset()
        if len(wanted) > MANY:
            return self._breaking(select, Planner(below), self._shapes.rules, wanted)
        written = [f"<{one}>" for one in wanted]
        rules = self._rules_about(select, written, below)
        return self._breaking(select, Planner(below, written), rules, wanted)

    def _rules_about(
        self, select: Select, written: list[str], below: Mapping[str, tuple[str, ...]]
    ) -> list[Rule]:
        """Return the rules that can have some nodes as their targets."""
        text = f"SELECT DISTINCT ?kind WHERE {{ VALUES ?this {{ {' '.join(written)} }} "
        rows = select(f"{text} ?this {TYPE} ?kind }}").rows
        kinds = {kind.value for (kind,) in rows if isinstance(kind, NamedNode)}

        def possible(route: Route) -> bool:
            target = route.target
            if route.path is not None or not isinstance(target, ClassTarget):
                return True
            return not kinds.isdisjoint(below.get(target.iri, (target.iri,)))

        return [rule for rule in self._shapes.rules if any(map(possible, rule.routes))]

    def _breaking(
        self, select: Select, planner: Planner, rules: Iterable[Rule], nodes: list[str]
    ) -> frozenset[str]:
        results, unjudged = Run(select, planner, self._shapes.unjudged).look(rules)
        if unjudged:
            return frozenset(nodes)
        return frozenset({result.focus[1:-1] for result in results}.intersection(nodes))

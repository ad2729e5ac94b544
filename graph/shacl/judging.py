"""Judging data by shapes, wherever the data can be asked by SPARQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import Quad

from graph.shacl.changes import TooMuchError
from graph.shacl.document import Document
from graph.shacl.model import Judgement, Select
from graph.shacl.plans import Planner
from graph.shacl.reading import read_shapes
from graph.shacl.rejudging import Rejudging
from graph.shacl.running import Run, Told, hierarchy
from graph.store.interface import Term


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

"""What was measured, cell by cell, and the ratios between contenders."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest

from bench.client import Timing
from bench.contenders import OURS

MANY = 16
CLIENTS = (1, MANY)


@dataclass(frozen=True)
class Cell:
    """One thing that is measured: a query, sent again or anew, by a number of clients."""

    query: str
    distinct: bool
    clients: int


Figure = Callable[[Timing], float]


def rate(timing: Timing) -> float:
    """Answers a second."""
    return timing.rate


def middle(timing: Timing) -> float:
    """The time within which half of the answers came."""
    return timing.percentile(0.5)


def late(timing: Timing) -> float:
    """The time within which all but one in a hundred answers came."""
    return timing.percentile(0.99)


@dataclass
class Results:
    """The timings of all rounds, by cell and contender."""

    timings: dict[Cell, dict[str, list[Timing]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def add(self, cell: Cell, contender: str, timing: Timing) -> None:
        """Keep what one round measured."""
        self.timings[cell][contender].append(timing)

    def ratio(self, cell: Cell, other: str, figure: Figure = rate) -> float | None:
        """Return ours to theirs: the median over the rounds, ``None`` if one was not measured."""
        ratios = []
        for mine, theirs in self._rounds(cell, other):
            if mine and theirs and figure(theirs):
                ratios.append(figure(mine) / figure(theirs))
        return statistics.median(ratios) if ratios else None

    def difference(self, cell: Cell, other: str, figure: Figure) -> float | None:
        """Return ours less theirs: the median over the rounds."""
        rounds = [(mine, theirs) for mine, theirs in self._rounds(cell, other) if mine and theirs]
        if not rounds:
            return None
        return statistics.median(figure(mine) - figure(theirs) for mine, theirs in rounds)

    def value(self, cell: Cell, contender: str, figure: Figure) -> float | None:
        """Return the median of one contender over the rounds."""
        found = [figure(timing) for timing in self.timings[cell].get(contender, ())]
        return statistics.median(found) if found else None

    def failures(self) -> dict[str, int]:
        """Return how many answers were not good, by contender."""
        found: dict[str, int] = defaultdict(int)
        for contenders in self.timings.values():
            for name, timings in contenders.items():
                found[name] += sum(timing.failures for timing in timings)
        return {name: count for name, count in found.items() if count}

    def _rounds(self, cell: Cell, other: str) -> list[tuple[Timing | None, Timing | None]]:
        found = self.timings.get(cell, {})
        return list(zip_longest(found.get(OURS, ()), found.get(other, ())))

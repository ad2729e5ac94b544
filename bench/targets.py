"""The targets, and whether a run reached them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.cells import MANY, Cell, Results, middle
from bench.contenders import DIRECT, NATIVE, RDFLIB
from bench.queryset import STREAM

SLOW_SECONDS = 0.005
COMPLETENESS = ("silence", "unfinished")


@dataclass(frozen=True)
class Streamed:
    """One contender's large answer: the medians of all rounds."""

    first_byte: float
    bytes_a_second: float
    extra_memory: float


@dataclass(frozen=True)
class Target:
    """One target: what was wanted, what was measured (``None``: it was not)."""

    text: str
    wanted: float
    measured: float | None
    at_most: bool = False
    unit: str = " ×"

    def __str__(self) -> str:
        """Say whether it was reached, and by how much."""
        bound = "at most" if self.at_most else "at least"
        goal = f"{self.text}: {bound} {self.wanted:g}{self.unit}"
        if self.measured is None:
            return f"  not measured  {goal}"
        reached = self.measured <= self.wanted if self.at_most else self.measured >= self.wanted
        share = self.measured / self.wanted
        verdict = "reached" if reached else "MISSED"
        return f"  {verdict:13} {goal}; it is {self.measured:.3g}{self.unit} ({share:.2f} of it)"


def targets(
    results: Results, streams: dict[str, Streamed], start: float | None
) -> Iterator[Target]:
    """Yield all targets with what was measured."""
    yield from _repeated(results)
    yield from _distinct(results)
    yield from _against_rdflib(results)
    yield from _streamed(streams)
    yield Target("start to first answer from the durable copy", 5, start, at_most=True, unit=" s")


def _repeated(results: Results) -> Iterator[Target]:
    for query, wanted in (("lookup", 1.0), ("rows-1000", 15.0), ("dashboard", 200.0)):
        ratio = results.ratio(Cell(query, False, MANY), NATIVE)
        yield Target(f"repeated {query}, requests a second to {NATIVE}", wanted, ratio)


def _distinct(results: Results) -> Iterator[Target]:
    for cell in results.timings:
        alone = results.value(Cell(cell.query, True, 1), DIRECT, middle)
        if cell.distinct and alone and alone >= SLOW_SECONDS:
            text = f"distinct {cell.query}, {_by(cell.clients)}, requests a second to {NATIVE}"
            yield Target(text, 0.9, results.ratio(cell, NATIVE))
    for clients in (1, MANY):
        cell = Cell("lookup", True, clients)
        text = f"distinct lookup, {_by(clients)}, requests a second to {NATIVE}"
        yield Target(text, 0.3, results.ratio(cell, NATIVE))
    above = results.difference(Cell("lookup", True, 1), NATIVE, middle)
    above = above * 1000 if above is not None else None
    yield Target(f"distinct lookup, time above {NATIVE}", 2, above, at_most=True, unit=" ms")


def _against_rdflib(results: Results) -> Iterator[Target]:
    for group, wanted in ((COMPLETENESS, 40.0), (None, 7.0)):
        found = [
            (ratio, cell)
            for cell in results.timings
            if cell.distinct
            and (cell.query in COMPLETENESS) == (group is not None)
            and (ratio := results.ratio(cell, RDFLIB)) is not None
        ]
        worst, cell = min(found, key=lambda pair: pair[0], default=(None, None))
        what = "with NOT EXISTS" if group else "everything else"
        where = f" (worst: {cell.query}, {_by(cell.clients)})" if cell else ""
        yield Target(f"distinct, {what}{where}, to {RDFLIB}", wanted, worst)


def _streamed(streams: dict[str, Streamed]) -> Iterator[Target]:
    ours, native = streams.get("ours"), streams.get(NATIVE)
    first = ours.first_byte * 1000 if ours else None
    ratio = ours.bytes_a_second / native.bytes_a_second if ours and native else None
    extra = ours.extra_memory / 1e6 if ours else None
    yield Target(f"{STREAM}, first byte", 20, first, at_most=True, unit=" ms")
    yield Target(f"{STREAM}, bytes a second to {NATIVE}", 1, ratio)
    yield Target(f"{STREAM}, extra memory", 20, extra, at_most=True, unit=" MB")


def _by(clients: int) -> str:
    return f"{clients} clients" if clients > 1 else "1 client"

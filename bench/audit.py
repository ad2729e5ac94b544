"""Judging by queries compared with pySHACL, and alone at a size that pySHACL does not finish.

First both judge the same data, with faults, at a size that pySHACL finishes; they
must find the same. Then the larger size is judged alone, with one thread and with
two, and judged again after ten mandates were changed, which must come to the same
as judging everything. Times of a machine that others use are worth little, so the
time of the processors is printed as well.

Usage::

    python -m bench.audit [--statements 1000000] [--reference 20000] [--profile NAME]
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from bench.generate import generate
from graph.resources import folder, texts
from graph.shacl.judging import Judge
from graph.shacl.model import Judgement
from graph.shacl.reference import reference
from graph.store.interface import Table, Version
from graph.store.reading import EngineReader
from graph.vocabulary import PREFIXES, TYPE, mg

CHANGED = 10
"""Mandates that are changed before judging again."""

_DATE = NamedNode(PREFIXES["xsd"] + "date")
OCCASION = {
    "asOf": Literal("2010-01-01", datatype=_DATE),
    "since": Literal("2009-01-01", datatype=_DATE),
}
T = TypeVar("T")


@dataclass(frozen=True)
class Took:
    """Seconds that something took: by the clock, and of all processors."""

    wall: float
    processor: float


class Asked:
    """A store in memory that adds up the processor time its answers took."""

    def __init__(self, data: Path) -> None:
        """Load N-Quads."""
        self.store = pyoxigraph.Store()
        self.store.bulk_load(path=str(data), format=RdfFormat.N_QUADS)
        self._reader = EngineReader(self.store, Version(1, "", {}))
        self._lock = threading.Lock()
        self.seconds, self.queries = 0.0, 0

    def select(self, query: str) -> Table:
        """Answer a query."""
        start = time.thread_time()
        found = self._reader.select(query)
        with self._lock:
            self.seconds += time.thread_time() - start
            self.queries += 1
        return found


def main() -> None:
    """Run the comparison from the command line."""
    given = _arguments()
    shapes = list(texts(folder("shapes", given.profile), ".ttl").values())
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        _compare(shapes, Path(place) / "small.nq", given.reference)
        _large(shapes, Path(place) / "large.nq", given.statements)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare judging by queries with pySHACL.")
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--reference", type=int, default=20_000, help="statements for pySHACL")
    parser.add_argument("--profile", default="board")
    return parser.parse_args()


def _compare(shapes: list[str], data: Path, statements: int) -> None:
    """Let both judge the same data, and print how they compare.

    Raises:
        SystemExit: If they find different things.
    """
    size = generate(data, statements, faults=True)
    asked = Asked(data)
    judge = Judge(shapes, OCCASION)
    ours, taken = _timed(lambda: judge.judge(asked.select))
    theirs, needed = _timed(lambda: reference(shapes, asked.store, OCCASION))
    rules = len(ours.applicable)
    print(f"{size.statements:,} statements, {rules} rules, {len(ours.results)} results")
    if ours.unjudged:
        print(f"{len(ours.unjudged)} rules were not judged: {', '.join(sorted(ours.unjudged))}")
    if ours.results != theirs:
        raise SystemExit("pySHACL finds something else.")
    print(f"{'':24} {'seconds':>9} {'processor':>9}")
    _print("pySHACL", needed)
    _print("queries", taken)
    wall, processor = needed.wall / taken.wall, needed.processor / taken.processor
    print(f"{'pySHACL / queries':24} {wall:9.0f} {processor:9.0f}\n")


def _large(shapes: list[str], data: Path, statements: int) -> None:
    size = generate(data, statements, faults=True)
    asked = Asked(data)
    loaded = _memory("VmRSS")
    # From here on the most memory is counted anew: loading takes more than is kept.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    judge = Judge(shapes, OCCASION)
    print(f"{size.statements:,} statements\n{'':24} {'seconds':>9} {'processor':>9}")
    found, taken = _timed(lambda: judge.judge(asked.select))
    _print("everything, 1 thread", taken)
    found, taken = _timed(lambda: judge.judge(asked.select, 2))
    _print("everything, 2 threads", taken)
    extra = _memory("VmHWM") - loaded
    print(f"{len(found.results)} results; {extra:.0f} MB beside {loaded:.0f} MB with the data")
    _again(judge, asked, found)


def _again(judge: Judge, asked: Asked, before: Judgement) -> None:
    """Change a few mandates, and print what judging again takes."""
    removed = list(_of_some_mandates(asked.store))
    added = [Quad(quad.subject, quad.predicate, mg("nothing"), quad.graph_name) for quad in removed]
    for quad in removed:
        asked.store.remove(quad)
    asked.store.extend(added)
    # What the shapes look at is found out once.
    judge.rejudge(asked.select, before, added, removed)
    asked.seconds, asked.queries = 0.0, 0
    after, taken = _timed(lambda: judge.rejudge(asked.select, before, added, removed))
    seconds, queries = asked.seconds, asked.queries
    _print(f"{CHANGED} mandates changed", taken)
    print(f"{seconds * 1000:.1f} ms of the engine in {queries} queries")
    if after != judge.judge(asked.select):
        raise SystemExit("Judging again came to something else than judging everything.")


def _of_some_mandates(store: pyoxigraph.Store) -> Iterable[Quad]:
    mandates = sorted(
        {quad.subject for quad in store.quads_for_pattern(None, TYPE, mg("Mandate"))}, key=str
    )
    for mandate in mandates[:: max(1, len(mandates) // CHANGED)][:CHANGED]:
        for name in ("addressee", "actionVerb", "due"):
            yield from list(store.quads_for_pattern(mandate, mg(name), None))


def _timed(work: Callable[[], T]) -> tuple[T, Took]:
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    return found, Took(time.perf_counter() - wall, time.process_time() - processor)


def _memory(name: str) -> float:
    """Return what the system says of the memory of this process, in megabytes."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1000
    raise SystemExit(f"The system does not tell {name}.")


def _print(name: str, took: Took) -> None:
    print(f"{name:24} {took.wall:9.3f} {took.processor:9.3f}", flush=True)


if __name__ == "__main__":
    main()

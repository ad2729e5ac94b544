"""The service compared with two others and with its engine, on the same data, in turn.

Compared are this service; ``oxigraph serve`` in memory; ``rdflib-endpoint`` in
memory; and pyoxigraph called directly, which is the limit. The data come from
``bench.generate``, the queries from ``bench/queries``. First all must give the
same answers. Then, in each round, every query is sent to one after the other:
the same text again and again, and a new text each time; by 1 client and by 16.
A machine that is slow for a while is slow for all of them, so only ratios of one
round count; printed is their median over the rounds, of which the first does not
count: a process that has just been forked copies each page of memory that it uses.
The last lines say which targets were reached.

Usage::

    python -m bench.service [--statements 1000000] [--rounds 3] [--quick] [--without NAME]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from pathlib import Path

from bench.answers import comparable
from bench.cells import CLIENTS, MANY, Cell, Results
from bench.client import Stream, Timing
from bench.contenders import (
    DIRECT,
    NATIVE,
    OURS,
    RDFLIB,
    Contender,
    Direct,
    Endpoint,
    MissingError,
    Shape,
    start_native,
    start_ours,
    start_rdflib,
)
from bench.generate import Size, generate
from bench.processes import Peak, end_in_order
from bench.queryset import STREAM, Query, read_queries
from bench.tables import print_results, print_streams, print_targets
from bench.targets import Streamed

SECONDS, QUICK_SECONDS = 0.6, 0.2
SETTLE_SECONDS = 120.0
TOO_SLOW = 3.0
"""Seconds for one answer to one client beyond which a contender is not asked by many at once."""


def main() -> None:
    """Run the benchmark from the command line."""
    given = _arguments()
    end_in_order()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as running:
        data = Path(folder) / "data.nq"
        size = generate(data, given.statements)
        _say(f"{size.statements:,} statements, {size.acts:,} acts")
        contenders = [
            running.enter_context(closing(contender))
            for contender in _started(Path(folder), data, given.without)
        ]
        seconds = QUICK_SECONDS if given.quick else SECONDS
        bench = Benchmark(contenders, size, 1 if given.quick else given.rounds, seconds)
        bench.check()
        bench.measure()
        streams = bench.stream()
        print_results(bench.results, [contender.name for contender in contenders])
        print_streams(streams)
        print_targets(bench.results, streams, _restarted(contenders, Path(folder)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the service with others.")
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one short round that counts")
    parser.add_argument(
        "--without", action="append", default=[], choices=(OURS, NATIVE, RDFLIB, DIRECT)
    )
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _started(folder: Path, data: Path, without: Iterable[str]) -> Iterable[Contender]:
    """Start all contenders that are to be had, and say which are not."""
    starts: dict[str, Callable[[], Contender]] = {
        # All clients are on one address here, which must not count as one client.
        OURS: lambda: start_ours(folder / "home", data, per_client=1000),
        NATIVE: lambda: start_native(folder, data),
        RDFLIB: lambda: start_rdflib(folder, data),
        DIRECT: lambda: Direct(data),
    }
    for name, start in starts.items():
        if name in without:
            continue
        try:
            contender = start()
        except MissingError as error:
            print(f"{name} is left out: {error}")
            continue
        if isinstance(contender, Endpoint):
            # Some go on to load, or to prepare, after their first answer.
            contender.server.settle(patience=300)
        _say(f"{name} has started")
        yield contender


class Benchmark:
    """One run: contenders that hold the same data, and what is measured of them."""

    def __init__(
        self, contenders: list[Contender], size: Size, rounds: int, seconds: float
    ) -> None:
        """Keep what is to be measured; ``seconds`` is how long each load lasts."""
        self.results = Results()
        self._contenders = contenders
        self._queries = read_queries()
        self._size = size
        self._rounds = rounds
        self._seconds = seconds
        self._number = 1
        self._slow: set[tuple[str, str]] = set()

    def check(self) -> None:
        """Ask everybody everything once.

        Raises:
            SystemExit: If two give different answers.
        """
        for query in self._queries.values():
            text = query.text(0, self._size.acts)
            answers = {c.name: comparable(query, c.ask(query, text)) for c in self._contenders}
            first, *others = answers
            for other in others:
                if answers[other] != answers[first]:
                    raise SystemExit(f"{first} and {other} answer {query.name} differently.")
        _say("all give the same answers")
        for contender in self._contenders:
            # What one does after its start, such as an index for searching, is not measured.
            if isinstance(contender, Endpoint) and not contender.server.settle(SETTLE_SECONDS):
                _say(f"{contender.name} has not come to rest")

    def measure(self) -> None:
        """Measure every cell in every round, each contender in turn."""
        for number in range(self._rounds + 1):
            for query in self._queries.values():
                if query.name != STREAM:
                    self._measure_query(query, number)
            _say(f"round {number} of {self._rounds}" if number else "warm")

    def _measure_query(self, query: Query, turn: int) -> None:
        place = turn % len(self._contenders)
        turned = self._contenders[place:] + self._contenders[:place]
        for clients in CLIENTS:
            for distinct in (False, True):
                cell = Cell(query.name, distinct, clients)
                for contender in turned:
                    timing = self._measure_cell(cell, query, contender)
                    if turn and timing:
                        self.results.add(cell, contender.name, timing)

    def _measure_cell(self, cell: Cell, query: Query, contender: Contender) -> Timing | None:
        """Measure a cell, unless it would take too long."""
        known_as_slow = (contender.name, cell.query) in self._slow
        if known_as_slow and cell.clients == MANY:
            return None
        load = Shape(cell.distinct, cell.clients, self._seconds)
        first = self._number if cell.distinct else 0
        timing = contender.measure(query, self._size.acts, first, load)
        self._number += len(timing.latencies) + cell.clients if cell.distinct else 0
        if cell.clients == 1 and timing.percentile(0.5) > TOO_SLOW:
            self._slow.add((contender.name, cell.query))
        return timing

    def stream(self) -> dict[str, Streamed]:
        """Read the one large answer from each server, one after the other, in every round."""
        servers = [c for c in self._contenders if isinstance(c, Endpoint) and c.name != RDFLIB]
        streams: dict[str, list[Stream]] = defaultdict(list)
        extra: dict[str, list[int]] = defaultdict(list)
        for number in range(self._rounds + 1):
            for server in servers:
                self._number += 1
                with Peak(server.server) as peak:
                    found = server.stream(self._queries[STREAM], self._number)
                if number:
                    streams[server.name].append(found)
                    extra[server.name].append(peak.extra)
        return {
            name: Streamed(
                statistics.median(found.first_byte for found in rounds),
                statistics.median(found.bytes / found.seconds for found in rounds),
                statistics.median(extra[name]),
            )
            for name, rounds in streams.items()
        }


def _restarted(contenders: list[Contender], folder: Path) -> float | None:
    """Return the seconds that this service takes from its start to its first answer."""
    for contender in contenders:
        if contender.name == OURS and isinstance(contender, Endpoint):
            contender.server.close()
            with closing(start_ours(folder / "home", None)) as again:
                return again.started
    return None


if __name__ == "__main__":
    main()

"""The engine called directly; these functions run in a process that holds the data."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, QueryTriples, RdfFormat, Store

from bench.client import Timing
from bench.queryset import Query

_HELD: list[Store] = []


def load(data: Path) -> None:
    """Load N-Quads into memory."""
    store = Store()
    store.bulk_load(path=str(data), format=RdfFormat.N_QUADS)
    _HELD.append(store)


def ready() -> int:
    """Return the number of statements, which is known once the data are loaded."""
    return len(_HELD[0])


def answer(text: str) -> bytes:
    """Return the answer to a query as bytes, in the formats that servers are asked for."""
    found = _HELD[0].query(text, use_default_graph_as_union=True)
    if isinstance(found, QueryTriples):
        return pyoxigraph.serialize(found, format=RdfFormat.N_TRIPLES) or b""
    if isinstance(found, QueryBoolean):
        return b"true" if found else b"false"
    return found.serialize(format=QueryResultsFormat.JSON) or b""


def run(query: Query, acts: int, first: int, step: int, threads: int, seconds: float) -> Timing:
    """Ask again and again from a number of threads; ``step`` is 0 to repeat the same text."""
    timings = [Timing() for _ in range(threads)]
    start = time.perf_counter()

    def work(timing: Timing, number: int) -> None:
        while not timing.latencies or time.perf_counter() - start < seconds:
            began = time.perf_counter()
            answer(query.text(number, acts))
            timing.latencies.append(time.perf_counter() - began)
            number += step * threads

    workers = [
        threading.Thread(target=work, args=(timing, first + step * offset))
        for offset, timing in enumerate(timings)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    latencies = [latency for timing in timings for latency in timing.latencies]
    return Timing(time.perf_counter() - start, latencies)

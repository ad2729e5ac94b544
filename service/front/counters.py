"""How many requests there were of which kind, how they ended and how long they took.

Every process that takes requests counts for itself, in a file that the others
can read: whichever is asked for the figures can tell them for all. A client
library for metrics would do the same with a file a metric and a lock a count;
what is counted here is fixed, so that one small array holds it.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from bisect import bisect_left
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.front.exchange import Application, Receive, Scope, Send

KINDS = ("page", "data", "question", "sparql", "graph", "other")
STATUSES = (2, 3, 4, 5)
BOUNDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the classes of durations, in seconds; the last class has none."""

_KINDS = {
    "": "page",
    "page": "page",
    "id": "data",
    "data": "data",
    "concept": "data",
    "ontology": "data",
    "graph": "data",
    "questions": "question",
    "sparql": "sparql",
    "graphs": "graph",
    "update": "graph",
}
_CLASSES = len(BOUNDS) + 1
_ROW = len(STATUSES) + _CLASSES + 1
_SIZE = len(KINDS) * _ROW * 8


@dataclass(frozen=True)
class Kind:
    """What was counted of one kind of request.

    ``ended`` are numbers by the first digit of the status, ``durations`` by
    class, and ``seconds`` the sum of all durations.
    """

    name: str
    ended: tuple[int, ...]
    durations: tuple[int, ...]
    seconds: float


class Counters:
    """Counts in one process; tells the sums over all processes that share a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        """Begin to count; without a folder nobody else hears of it."""
        self._folder = folder
        if folder is None:
            memory = mmap.mmap(-1, _SIZE)
        else:
            with (folder / f"counters-{os.getpid()}").open("w+b") as file:
                file.truncate(_SIZE)
                memory = mmap.mmap(file.fileno(), _SIZE)
        self._cells = memoryview(memory).cast("d")

    def add(self, kind: str, status: int, seconds: float) -> None:
        """Count one request; called from one thread."""
        start = KINDS.index(kind) * _ROW
        if status // 100 in STATUSES:
            self._cells[start + STATUSES.index(status // 100)] += 1
        self._cells[start + len(STATUSES) + bisect_left(BOUNDS, seconds)] += 1
        self._cells[start + _ROW - 1] += seconds

    def kinds(self) -> tuple[Kind, ...]:
        """Return what all processes counted, those that have ended included."""
        sums = [0.0] * (len(KINDS) * _ROW)
        for cells in self._all():
            sums = [one + other for one, other in zip(sums, cells, strict=True)]
        return tuple(
            _kind(name, sums[at * _ROW : (at + 1) * _ROW]) for at, name in enumerate(KINDS)
        )

    def _all(self) -> list[tuple[float, ...]]:
        if self._folder is None:
            return [tuple(map(float, self._cells))]
        files = sorted(self._folder.glob("counters-*"))
        found = [file.read_bytes() for file in files]
        # A process that has just started may not have made room yet.
        return [struct.unpack(f"{_SIZE // 8}d", cells) for cells in found if len(cells) == _SIZE]


def _kind(name: str, row: list[float]) -> Kind:
    ended, durations = row[: len(STATUSES)], row[len(STATUSES) : -1]
    return Kind(name, tuple(map(int, ended)), tuple(map(int, durations)), row[-1])


class Counted:
    """Counts the requests that pass it on their way to an application."""

    def __init__(self, application: Application, counters: Counters) -> None:
        """Stand before an application."""
        self._application = application
        self._counters = counters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and note how it ended."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._application(scope, receive, noting)
        finally:
            self._counters.add(kind_of(scope["path"]), status, time.perf_counter() - began)


def kind_of(path: str) -> str:
    """Return the kind of a request for a path.

    Example:
        >>> kind_of("/questions/mandates.csv"), kind_of("/health")
        ('question', 'other')
    """
    return _KINDS.get(path[1:].partition("/")[0], "other")

"""The log of changes: what each version added and removed, and what that comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad

from graph.errors import HistoryMissingError
from graph.history.files import PatchFiles
from graph.history.patch import Header, patch_lines, quads_of, statements, version_id
from graph.store.interface import Version
from graph.store.snapshots import NOTHING, Snapshots, read_version
from graph.writes import WriteLog


@dataclass(frozen=True)
class Changes:
    """What leads from one version to another; no statement is in both sets.

    ``whole`` names graphs whose statements were not told apart in a version
    between: anything may have changed in them, and none of their statements is
    listed.
    """

    added: frozenset[Quad] = frozenset()
    removed: frozenset[Quad] = frozenset()
    whole: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LogEntry:
    """One version: when it was committed, by whom, and how much it changed.

    ``who`` and ``what`` are the ``who`` and ``kind`` that the log of writes has; both
    are empty if it does not say.
    """

    header: Header
    who: str = ""
    what: str = ""

    @property
    def number(self) -> int:
        """The number of the version."""
        return self.header.number


class ChangeLog:
    """The changes of one store, for reading; any number of processes may read while one writes."""

    def __init__(self, store: Path, writes: WriteLog | None = None) -> None:
        """Name what is read; nothing is opened yet.

        Args:
            store: The folder of the store.
            writes: The log that says who wrote; ``None`` if nobody asks.
        """
        self._files = PatchFiles(store)
        self._snapshots = Snapshots(store)
        self._writes = writes

    def entries(self) -> Iterator[LogEntry]:
        """Yield the versions that the log reaches, newest first.

        Raises:
            HistoryError: If a patch cannot be read.
        """
        authors = self._writes.authors() if self._writes else {}
        for header in self._headers():
            author = authors.get(header.number)
            yield LogEntry(header, author.who, author.kind) if author else LogEntry(header)

    def reaches(self) -> int:
        """Return the number of the oldest version from which changes are known."""
        number = self._newest().number
        for header in self._headers():
            number = header.number - 1
        return number

    def oldest(self) -> int:
        """Return the number of the oldest version whose patch is kept; 0 if there is none."""
        return min(self._files.numbers(), default=0)

    def between(self, old: int, new: int) -> Changes | None:
        """Return what leads from a version to another, whichever is the later.

        A statement that was added and removed again, or the other way round, is
        in neither set.

        Returns:
            The changes; ``None`` if the log does not reach back that far, or
            there was no such version.

        Raises:
            HistoryError: If a patch cannot be read.
        """
        if old > new:
            found = self.between(new, old)
            return Changes(found.removed, found.added, found.whole) if found else None
        headers = self.headers(old, new)
        if headers is None:
            return None
        added, removed = self._net(headers)
        whole = frozenset(name for header in headers for name in header.whole)
        return Changes(_outside(whole, added), _outside(whole, removed), whole)

    def patch(self, old: int, new: int) -> Iterator[bytes]:
        """Yield the lines of one patch that leads from a version to another.

        Raises:
            HistoryMissingError: If the log does not reach back that far, there
                was no such version, or statements were not told apart between.
            HistoryError: If a patch cannot be read.
        """
        headers = self.headers(min(old, new), max(old, new))
        if headers is None:
            raise HistoryMissingError(
                f"The history does not lead from version {old} to {new}; it reaches from "
                f"{self.reaches()} to {self._newest().number}."
            )
        if whole := sorted({name or "the default graph" for one in headers for name in one.whole}):
            raise HistoryMissingError(
                "Between these versions statements were not told apart in a big graph: "
                f"{', '.join(whole)}. Take the whole graph with “mandategraph dump”."
            )
        if not headers:
            return
        added, removed = self._net(headers)
        first, last = headers[0].prev, headers[-1].id
        if old > new:
            added, removed, first, last = removed, added, last, first
        graphs = tuple(sorted({name for header in headers for name in header.graphs}))
        header = replace(
            headers[-1],
            id=last,
            prev=first,
            number=new,
            graphs=graphs,
            added=len(added),
            removed=len(removed),
        )
        yield from patch_lines(header, sorted(removed), sorted(added))

    def headers(self, old: int, new: int) -> tuple[Header, ...] | None:
        """Return the headers of the patches that lead from a version to a later one, in order.

        ``None`` if the log does not have them all.
        """
        if not 0 <= old <= new <= self._newest().number:
            return None
        found = []
        for header in self._headers():
            if header.number <= old:
                break
            if header.number <= new:
                found.append(header)
        return tuple(reversed(found)) if len(found) == new - old else None

    def statements(self, header: Header) -> Iterator[tuple[bool, bytes]]:
        """Yield what one patch did: each statement as N-Quads, and whether it was added.

        Raises:
            HistoryError: If the patch cannot be read, or is kept no more.
        """
        yield from statements(self._files.lines(header.number))

    def _net(self, headers: Iterable[Header]) -> tuple[set[bytes], set[bytes]]:
        added: set[bytes] = set()
        removed: set[bytes] = set()
        for header in headers:
            for is_added, line in self.statements(header):
                here, there = (added, removed) if is_added else (removed, added)
                if line in there:
                    there.remove(line)
                else:
                    here.add(line)
        return added, removed

    def _newest(self) -> Version:
        for _ in range(3):
            if snapshot := self._snapshots.newest():
                with suppress(FileNotFoundError):
                    return read_version(snapshot)
        return NOTHING

    def _headers(self) -> Iterator[Header]:
        """Yield headers from the newest version back, as far as each leads to the one after it."""
        newest = self._newest()
        expected = version_id(newest)
        for number in range(newest.number, 0, -1):
            header = self._files.header(number)
            if header is None or header.id != expected:
                return
            yield header
            expected = header.prev


def _outside(graphs: frozenset[str], lines: set[bytes]) -> frozenset[Quad]:
    """Return the statements that are in none of these graphs."""
    names = {NamedNode(name) if name else DefaultGraph() for name in graphs}
    return frozenset(quad for quad in quads_of(lines) if quad.graph_name not in names)

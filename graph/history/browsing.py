"""One version of the history, looked at piece by piece: its facts, the things it changed.

A long patch is read from the disk as often as it takes and never held whole: of a
version that loaded a million statements, one page costs as much memory as of one
that loaded a few ten thousand, beside the names of what is in it. Who keeps the view
of a short one has its next page at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import DefaultGraph, NamedNode, Quad

from graph.errors import HistoryMissingError
from graph.history.apart import Line, first_term, taken_apart
from graph.history.facts import FactChange, stated_in
from graph.history.log import ChangeLog, LogEntry
from graph.history.patch import quads_of


@dataclass(frozen=True)
class FactPage:
    """Some of the facts that a version added and removed, and how many there are in all."""

    facts: tuple[FactChange, ...]
    count: int


class VersionView:
    """What one version changed, all of it or what speaks of chosen things."""

    def __init__(self, log: ChangeLog, entry: LogEntry, things: Set[str] | None = None) -> None:
        """Look through the patch once.

        Args:
            log: The log of changes.
            entry: The version.
            things: IRIs; a fact counts if one of them is its subject or object.
                ``None`` for all facts.

        Raises:
            HistoryError: If the patch cannot be read, or is kept no more.
        """
        self.entry = entry
        self._patch = taken_apart(log, entry.header)
        self._chosen = None if things is None else {f"<{thing}>".encode() for thing in things}

    def counts(self) -> tuple[int, int]:
        """Return how many facts were added, and how many removed."""
        counts = [0, 0]
        for is_added, _ in self._facts():
            counts[is_added] += 1
        return counts[True], counts[False]

    def pairs(self) -> dict[tuple[bytes, bytes], list[int]]:
        """Return how many facts were added and removed, by subject and by object if that is an IRI.

        Terms are as N-Quads writes them; the object is empty if it is no IRI.
        """
        found: dict[tuple[bytes, bytes], list[int]] = defaultdict(lambda: [0, 0])
        for is_added, line in self._facts():
            subject, other = _ends(line)
            found[subject, other if other.startswith(b"<") else b""][not is_added] += 1
        return found

    def facts(self, first: int, most: int) -> FactPage:
        """Return some of the facts, removed ones before added ones.

        Args:
            first: How many facts to pass over.
            most: How many to return at most.
        """
        count = sum(1 for _ in self._facts())
        lines = list(islice(self._facts(), first, first + most))
        stated = {side: self._stated(side, lines) for side in (False, True)}
        facts = tuple(_fact(self.entry, line, stated[line[0]]) for line in lines)
        return FactPage(facts, count)

    def things(self) -> tuple[str, ...]:
        """Return the IRIs of what has facts that changed, in the order of the IRIs."""
        found = {first_term(line) for _, line in self._facts()}
        return tuple(sorted(name[1:-1].decode() for name in found if name.startswith(b"<")))

    def _facts(self) -> Iterator[Line]:
        facts, chosen = self._patch.facts(), self._chosen
        if chosen is None:
            return facts
        return (line for line in facts if not chosen.isdisjoint(_ends(line[1])))

    def _stated(self, side: bool, wanted: list[Line]) -> dict[tuple[str, str, str, str], set[str]]:
        """Return the paragraphs of facts of one side, as far as the version says so."""
        subjects = {first_term(line) for is_added, line in wanted if is_added is side}
        said = self._patch.said(subjects)
        return stated_in(quads_of(line for is_added, line in said if is_added is side))


def states(
    log: ChangeLog, now: frozenset[Quad], number: int, newest: int, things: Set[str]
) -> frozenset[Quad]:
    """Return the statements about things as they were in an earlier version.

    Args:
        log: The log of changes.
        now: The statements about the things in the newest version.
        number: The number of the version.
        newest: That of the newest version.
        things: Their IRIs.

    Statements of graphs that were not told apart since are as they are now.

    Raises:
        HistoryMissingError: If the log does not lead from there to the newest version.
        HistoryError: If a patch cannot be read.
    """
    subjects = {f"<{thing}>".encode() for thing in things}
    state = set(now)
    headers = log.headers(number, newest)
    if headers is None:
        raise HistoryMissingError(f"The history does not lead back to version {number}.")
    for header in reversed(headers):
        sides: dict[bool, list[bytes]] = {False: [], True: []}
        for is_added, line in log.statements(header):
            if first_term(line) in subjects:
                sides[is_added].append(line)
        state.difference_update(quads_of(sides[True]))
        state.update(quads_of(sides[False]))
    return frozenset(state)


def _fact(
    entry: LogEntry, line: Line, stated: dict[tuple[str, str, str, str], set[str]]
) -> FactChange:
    is_added, text = line
    quad = next(quads_of([text]))
    graph = quad.graph_name
    assert not isinstance(quad.predicate, DefaultGraph)  # noqa: S101 - narrows a type
    key = (str(quad.subject), str(quad.predicate), str(quad.object), str(graph))
    subject = quad.subject
    return FactChange(
        entry,
        is_added,
        subject.value if isinstance(subject, NamedNode) else str(subject),
        quad.predicate.value,
        quad.object,
        graph.value if isinstance(graph, NamedNode) else "",
        tuple(sorted(stated.get(key, ()))),
    )


def _ends(line: bytes) -> tuple[bytes, bytes]:
    """Return the subject of a statement and its object, of a literal perhaps a part."""
    subject, _, rest = line.split(b" ", 2)
    return subject, first_term(rest)

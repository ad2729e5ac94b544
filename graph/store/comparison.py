"""What a change did to each graph, statement by statement, and what that means for checks.

Statements are lines of N-Quads without the end of the line, as the engine writes
them: equal statements are equal lines. A blank node is known by the label that
the store gave it, which it keeps for as long as it is in the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, cast

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat

DEFAULT = ""
"""The name of the default graph among the names of graphs."""

MAX_COMPARED = 8_000_000
"""Bytes, as N-Triples, of a graph that is compared line by line before and after a change."""

MAX_ITEMIZED = 2_000_000
"""Statements of a graph up to which a change that goes through all of them lists what it did."""

_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


@dataclass(frozen=True)
class GraphDelta:
    """The statements that a graph has gained and lost; none is in both."""

    added: frozenset[bytes] = frozenset()
    removed: frozenset[bytes] = frozenset()

    @classmethod
    def of(cls, old: Collection[bytes], new: Collection[bytes]) -> GraphDelta:
        """Return what leads from the statements of a graph to others."""
        before, after = frozenset(old), frozenset(new)
        return cls(after - before, before - after)

    def __bool__(self) -> bool:
        """Return whether anything differs."""
        return bool(self.added or self.removed)

    def size(self) -> int:
        """Return the bytes of all statements."""
        return sum(map(len, self.added)) + sum(map(len, self.removed))


Delta = Mapping[str, GraphDelta | None]
"""What differs in each graph, by its name; ``None`` where statements are not told apart."""


@dataclass(frozen=True)
class Difference:
    """What a change did, for checks: the IRIs of subjects whose statements differ.

    ``retyped`` are those of them whose types differ; ``whole`` names the graphs
    in which every subject may differ.
    """

    subjects: frozenset[str] = frozenset()
    retyped: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()

    @classmethod
    def of(cls, delta: Delta) -> Difference:
        """Return what a delta says of subjects.

        Where more differs in a graph than is compared, looking at its subjects
        one by one takes longer than looking at the whole graph.
        """
        subjects: set[str] = set()
        retyped: set[str] = set()
        whole = set()
        for name, found in delta.items():
            if found is None or found.size() > MAX_COMPARED:
                whole.add(name)
                continue
            for line in found.added | found.removed:
                subject, predicate, _ = line.split(b" ", 2)
                if subject.startswith(b"<"):
                    iri = subject[1:-1].decode()
                    subjects.add(iri)
                    if predicate == _TYPE:
                        retyped.add(iri)
        return cls(frozenset(subjects), frozenset(retyped), frozenset(whole))


class _TooMuch(Exception):  # noqa: N818 - no fault, only a way to stop
    """More was written than is gathered."""


class _Gathered:
    """A file that takes as much as is compared, and no more."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        self.data += data
        if len(self.data) > MAX_COMPARED:
            raise _TooMuch
        return len(data)

    def flush(self) -> None:
        pass


def graph_node(name: str) -> NamedNode | DefaultGraph:
    """Return the node that an engine knows a graph by."""
    return NamedNode(name) if name != DEFAULT else DefaultGraph()


def lines_of(quads: Iterable[Quad]) -> Iterator[bytes]:
    """Yield statements as lines."""
    for quad in quads:
        yield f"{quad} .".encode()


def graph_lines(database: pyoxigraph.Store, name: str) -> frozenset[bytes] | None:
    """Return the statements of a graph, ``None`` if they are too many to be compared."""
    gathered = _Gathered()
    try:
        database.dump(
            cast(IO[bytes], gathered), format=RdfFormat.N_TRIPLES, from_graph=graph_node(name)
        )
    except _TooMuch:
        return None
    end = f" <{name}> .".encode() if name != DEFAULT else b" ."
    return frozenset(line.removesuffix(b" .") + end for line in bytes(gathered.data).splitlines())


def digest_of(lines: frozenset[bytes]) -> str:
    """Return the digest of a graph, as ``SourceGraph`` has it."""
    return hashlib.sha256(b"".join(line + b"\n" for line in sorted(lines))).hexdigest()


def compared(
    before: Mapping[str, frozenset[bytes] | None],
    after: Mapping[str, frozenset[bytes] | None],
    gone: Iterable[str],
) -> Delta:
    """Return what differs between the statements of graphs before and after a change.

    Args:
        before: The graphs that were there; ``None`` for one that is too big.
        after: The graphs that may have changed, likewise.
        gone: The graphs that are there no more.
    """
    found: dict[str, GraphDelta | None] = {}
    for name in {*before, *after, *gone}:
        old, new = before.get(name, frozenset()), after.get(name, frozenset())
        delta = None if old is None or new is None else GraphDelta.of(old, new)
        if delta is None or delta:
            found[name] = delta
    return found

"""The union of all graphs, each statement once, in a database of its own.

The engine takes a statement that two graphs make for two statements of their
union, and counts it twice. So a second database is kept beside that of the
graphs; queries that speak of no graph are asked of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat

from graph.store.comparison import Delta, GraphDelta, graph_node

SMALL = 1 << 20
"""Bytes of N-Triples that are added one by one; more are sorted first, into files of their own."""

_BLANK = b"_:"
_END = b" ."


def fill(union: pyoxigraph.Store, graphs: pyoxigraph.Store) -> int:
    """Put the statements of all graphs into an empty union, and return their bytes as text."""
    size = 0
    for node in (DefaultGraph(), *graphs.named_graphs()):
        text = graphs.dump(format=RdfFormat.N_TRIPLES, from_graph=node) or b""
        put(union, text, DefaultGraph())
        size += len(text)
    return size


def follow(
    union: pyoxigraph.Store, graphs: pyoxigraph.Store, delta: Delta, before: Path | None
) -> int:
    """Bring a union to the present state of the graphs.

    Args:
        union: The union of the graphs as they were.
        graphs: The graphs as they are.
        delta: What differs.
        before: The database of the graphs as they were; for graphs that are too
            big for their delta to be told.

    Returns:
        The bytes of what was added, as text.
    """
    removed: set[bytes] = set()
    added: set[bytes] = set()
    for name, told in delta.items():
        found = _compared(name, graphs, before) if told is None else told
        end = f" <{name}>".encode() + _END if name and told is not None else _END
        added |= {line.removesuffix(end) for line in found.added}
        removed |= {line.removesuffix(end) for line in found.removed}
    text = b"".join(line + _END + b"\n" for line in added)
    if len(text) > SMALL:
        put(union, text, DefaultGraph())
    else:
        union.extend(pyoxigraph.parse(text, format=RdfFormat.N_TRIPLES))
    lost = b"".join(line + _END + b"\n" for line in removed - added)
    forget(union, graphs, pyoxigraph.parse(lost, format=RdfFormat.N_TRIPLES))
    return len(text)


def settle(union: pyoxigraph.Store, place: Path, added: int) -> None:
    """Have a union merge its files, which is read a third faster after that, if it pays.

    That takes as long as the union is large, so it is done when much of it is new:
    all the merging of a union that grows takes no longer than a few times that of
    the last.

    Args:
        union: The union.
        place: Where it is on the disk.
        added: The bytes that were added to it, as text.
    """
    if added > SMALL and 2 * added > sum(file.stat().st_size for file in place.glob("*.sst")):
        union.optimize()


def forget(union: pyoxigraph.Store, graphs: pyoxigraph.Store, quads: Iterable[Quad]) -> None:
    """Take those statements out of a union that no graph makes."""
    for quad in quads:
        held = graphs.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        if next(iter(held), None) is None:
            union.remove(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()))


def put(store: pyoxigraph.Store, text: bytes, node: NamedNode | DefaultGraph) -> None:
    """Add N-Triples to a graph. Blank nodes keep their names, which several graphs may share."""
    if _BLANK in text:
        parsed = pyoxigraph.parse(text, format=RdfFormat.N_TRIPLES)
        store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object, node) for quad in parsed)
    else:
        store.bulk_load(text, format=RdfFormat.N_TRIPLES, to_graph=node, lenient=True)


def _compared(name: str, graphs: pyoxigraph.Store, before: Path | None) -> GraphDelta:
    """Return what differs in a graph, as N-Triples."""
    node = graph_node(name)
    now = graphs.dump(format=RdfFormat.N_TRIPLES, from_graph=node) or b""
    then = b""
    if before:
        old = pyoxigraph.Store.read_only(str(before))
        then = old.dump(format=RdfFormat.N_TRIPLES, from_graph=node) or b""
    return GraphDelta.of(then.splitlines(), now.splitlines())

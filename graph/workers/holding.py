"""The dataset in memory, as workers ask it.

The engine takes a triple that two graphs hold for two triples of their union,
and would count it twice. So there are two stores: one that keeps the graphs
apart, and one that holds each triple of the union once.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat

from graph.errors import QueryRefusedError
from graph.store.comparison import graph_node
from graph.store.interface import Version
from graph.store.reading import Answerable, evaluate
from graph.workers.wire import Request

_NAME_OF_GRAPH = re.compile(rb" <[^<>\n]*> \.$", re.MULTILINE)
_BLANK = b"_:"


class Holding(Protocol):
    """A version of the dataset that can be asked."""

    def ask(self, request: Request) -> Answerable:
        """Start the evaluation of a query; see ``graph.store.reading.evaluate``."""
        ...


class OnDisk:
    """A version as its snapshot holds it."""

    def __init__(self, snapshot: Path | None, *, union: bool) -> None:
        """Open a snapshot; nothing is there if it is ``None``."""
        self._engine = pyoxigraph.Store()
        if snapshot:
            self._engine = pyoxigraph.Store.read_only(str(snapshot / "data"))
        self._union = union

    def ask(self, request: Request) -> Answerable:
        """Start the evaluation of a query."""
        return _asked(self._engine, request, union=self._union)


class InMemory:
    """The newest version that was read from disk; brought up to date graph by graph."""

    def __init__(self, *, union: bool) -> None:
        """Begin with nothing, version 0."""
        self.version = Version(0, "", {})
        self._graphs = pyoxigraph.Store()
        self._union = pyoxigraph.Store() if union else None

    def ask(self, request: Request) -> Answerable:
        """Start the evaluation of a query, in the store that answers it rightly and fastest."""
        named = request.default_graphs is not None or request.named_graphs is not None
        if self._union is None or named or request.graphs:
            return _asked(self._graphs, request, union=self._union is not None)
        return evaluate(self._union, request.query, base=request.base, union=False)

    def read(self, snapshot: Path, version: Version) -> None:
        """Go over to the version of a snapshot.

        Raises:
            OSError: If the snapshot was removed meanwhile.
        """
        disk = pyoxigraph.Store.read_only(str(snapshot / "data"))
        if self.version.number == 0 and "" not in version.graphs:
            self._fill(disk)
        else:
            self._change(disk, version)
        for name in version.graphs:
            node = graph_node(name)
            if isinstance(node, NamedNode):
                self._graphs.add_graph(node)
        self.version = version

    def _fill(self, disk: pyoxigraph.Store) -> None:
        text = disk.dump(format=RdfFormat.N_QUADS) or b""
        if _BLANK in text:
            self._graphs.bulk_extend(disk)
        else:
            self._graphs.bulk_load(text, format=RdfFormat.N_QUADS, lenient=True)
        if self._union is not None:
            triples = _NAME_OF_GRAPH.sub(b" .", text)
            del text
            _put(self._union, triples, DefaultGraph())

    def _change(self, disk: pyoxigraph.Store, version: Version) -> None:
        gone = self.version.graphs.keys() - version.graphs.keys()
        changed = [
            name for name, digest in version.graphs.items()
            if self.version.graphs.get(name) != digest
        ]  # fmt: skip
        for name in (*sorted(gone), *sorted(changed)):
            self._forget(graph_node(name))
        for name in changed:
            node = graph_node(name)
            text = disk.dump(format=RdfFormat.N_TRIPLES, from_graph=node) or b""
            _put(self._graphs, text, node)
            if self._union is not None:
                _put(self._union, text, DefaultGraph())

    def _forget(self, node: NamedNode | DefaultGraph) -> None:
        """Take a graph out, and from the union those of its triples that no other graph holds."""
        old = list(self._graphs.quads_for_pattern(None, None, None, node))
        self._graphs.remove_graph(node)
        if self._union is None:
            return
        for quad in old:
            same = self._graphs.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            if next(iter(same), None) is None:
                self._union.remove(
                    pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())
                )


def _asked(engine: pyoxigraph.Store, request: Request, *, union: bool) -> Answerable:
    return evaluate(
        engine,
        request.query,
        _nodes(request.default_graphs),
        _nodes(request.named_graphs),
        base=request.base,
        union=union,
    )


def _put(store: pyoxigraph.Store, text: bytes, node: NamedNode | DefaultGraph) -> None:
    """Add N-Triples to a graph. Blank nodes keep their names, which several graphs may share."""
    if _BLANK in text:
        parsed = pyoxigraph.parse(text, format=RdfFormat.N_TRIPLES)
        store.bulk_extend(
            pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, node) for quad in parsed
        )
    else:
        store.bulk_load(text, format=RdfFormat.N_TRIPLES, to_graph=node, lenient=True)


def _nodes(iris: tuple[str, ...] | None) -> list[NamedNode] | None:
    if iris is None:
        return None
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryRefusedError(f"A graph is not named by an IRI: {error}.") from error

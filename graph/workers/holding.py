"""The dataset in memory, as workers ask it.

The engine takes a triple that two graphs hold for two triples of their union,
and would count it twice. So there are two stores: one that keeps the graphs
apart, and one that holds each triple of the union once.
"""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode

from graph.errors import QueryRefusedError
from graph.store.comparison import graph_node
from graph.store.interface import Version
from graph.store.reading import Answerable, evaluate
from graph.store.snapshots import open_union
from graph.store.texts import GraphTexts
from graph.store.union import forget, put
from graph.workers.wire import Request


class Holding(Protocol):
    """A version of the dataset that can be asked."""

    def ask(self, request: Request) -> Answerable:
        """Start the evaluation of a query; see ``graph.store.reading.evaluate``."""
        ...


class OnDisk:
    """A version as its snapshot holds it."""

    def __init__(self, snapshot: Path | None, *, union: bool) -> None:
        """Open a snapshot; nothing is there if it is ``None``."""
        self._graphs = pyoxigraph.Store()
        self._union = None
        self._is_union = union
        if snapshot:
            self._graphs = pyoxigraph.Store.read_only(str(snapshot / "data"))
            self._union = open_union(snapshot) if union else None

    def ask(self, request: Request) -> Answerable:
        """Start the evaluation of a query."""
        return _asked(self._graphs, self._union, request, union=self._is_union)


class InMemory:
    """The newest version that was read from disk; brought up to date graph by graph."""

    def __init__(self, *, union: bool) -> None:
        """Begin with nothing, version 0."""
        self.version = Version(0, "", {})
        self._graphs = pyoxigraph.Store()
        self._union = pyoxigraph.Store() if union else None

    def ask(self, request: Request) -> Answerable:
        """Start the evaluation of a query."""
        return _asked(self._graphs, self._union, request, union=self._union is not None)

    def read(self, snapshot: Path, version: Version) -> None:
        """Go over to the version of a snapshot.

        Raises:
            OSError: If the snapshot was removed meanwhile.
        """
        disk = pyoxigraph.Store.read_only(str(snapshot / "data"))
        gone = self.version.graphs.keys() - version.graphs.keys()
        changed = [
            name for name, digest in version.graphs.items()
            if self.version.graphs.get(name) != digest
        ]  # fmt: skip
        for name in (*sorted(gone), *sorted(changed)):
            self._forget(graph_node(name))
        texts = GraphTexts(snapshot)
        # The two stores are filled side by side.
        with ThreadPoolExecutor(1) as beside:
            for name in changed:
                text = texts.of(disk, name, version.graphs[name])
                self._add(text, graph_node(name), beside)
        texts.forget(version.graphs)
        self.version = version

    def _add(self, text: bytes, node: NamedNode | DefaultGraph, beside: Executor) -> None:
        united = None
        if self._union is not None:
            united = beside.submit(put, self._union, text, DefaultGraph())
        put(self._graphs, text, node)
        if isinstance(node, NamedNode):
            self._graphs.add_graph(node)
        if united:
            united.result()

    def _forget(self, node: NamedNode | DefaultGraph) -> None:
        """Take a graph out, and from the union those of its triples that no other graph holds."""
        old = list(self._graphs.quads_for_pattern(None, None, None, node))
        self._graphs.remove_graph(node)
        if self._union is not None:
            forget(self._union, self._graphs, old)


def _asked(
    graphs: pyoxigraph.Store, united: pyoxigraph.Store | None, request: Request, *, union: bool
) -> Answerable:
    """Start an evaluation, in the store that answers it rightly and fastest."""
    named = request.default_graphs is not None or request.named_graphs is not None
    if united is not None and not named and not request.graphs:
        return evaluate(united, request.query, base=request.base, union=False)
    return evaluate(
        graphs,
        request.query,
        _nodes(request.default_graphs),
        _nodes(request.named_graphs),
        base=request.base,
        union=union,
    )


def _nodes(iris: tuple[str, ...] | None) -> list[NamedNode] | None:
    if iris is None:
        return None
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryRefusedError(f"A graph is not named by an IRI: {error}.") from error

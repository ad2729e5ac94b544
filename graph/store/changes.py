"""What can be done to the dataset, and what each change leaves behind.

A change is applied to the writer's database; if anything goes wrong that
database is thrown away, so that a change need not undo what it began.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat

from graph.build.dataset import SourceGraph
from graph.errors import (
    PreconditionError,
    QueryRefusedError,
    UnknownGraphError,
)
from graph.sparql.updates import check_update, touched_graphs, without_loads
from graph.store.comparison import (
    DEFAULT,
    MAX_ITEMIZED,
    Delta,
    GraphDelta,
    compared,
    digest_of,
    graph_lines,
    graph_node,
    lines_of,
)
from graph.store.interface import Version
from graph.store.reading import syntax_error

EMPTY = hashlib.sha256(b"").hexdigest()
"""The digest of a graph that holds nothing."""


@dataclass(frozen=True)
class Committed:
    """The versions before and after a write; the same if it changed nothing."""

    before: Version
    after: Version


@dataclass(frozen=True)
class Condition:
    """What must hold of a graph before it is written to.

    ``tags`` are digests one of which the graph must have, ``but_not`` digests
    that it must not have; ``exists`` says whether it must be there.
    """

    graph: str
    exists: bool | None = None
    tags: tuple[str, ...] | None = None
    but_not: tuple[str, ...] = ()

    def check(self, version: Version) -> None:
        """Raise ``PreconditionError`` if the condition does not hold."""
        digest = version.graphs.get(self.graph, EMPTY if self.graph == DEFAULT else None)
        if self.exists is not None and self.exists != (digest is not None):
            state = "is there already" if digest is not None else "is not there"
            raise PreconditionError(f"The graph {state}; nothing was written.")
        if (self.tags is not None and digest not in self.tags) or digest in self.but_not:
            raise PreconditionError("The graph is at another state; read it again.")


class Change(Protocol):
    """Something that can be done to the dataset."""

    def is_done(self, old: Version) -> bool:
        """Return whether the dataset is already as the change would leave it."""
        ...

    def touched(self) -> frozenset[str] | None:
        """Return the names of the graphs it may touch, ``None`` if it may be any."""
        ...

    def tells(self) -> bool:
        """Return whether it can tell what it did; else that is found by comparing."""
        ...

    def apply(self, database: pyoxigraph.Store) -> Delta:
        """Do it, and return what it did if it tells, nothing if it does not."""
        ...

    def seed(self) -> bytes:
        """Return what tells this change from others, for the digests of big graphs."""
        ...


@dataclass(frozen=True)
class ReplaceGraphs:
    """Puts each graph in the place of the graph of that name."""

    graphs: tuple[SourceGraph, ...]

    def is_done(self, old: Version) -> bool:
        """Return whether every graph is there already."""
        return all(old.graphs.get(graph.name) == graph.digest for graph in self.graphs)

    def touched(self) -> frozenset[str]:
        """Return the names of the graphs."""
        return frozenset(graph.name for graph in self.graphs)

    def tells(self) -> bool:
        """Return that it can tell."""
        return True

    def apply(self, database: pyoxigraph.Store) -> Delta:
        """Replace them, those that are there already included."""
        delta: dict[str, GraphDelta | None] = {}
        for graph in self.graphs:
            old = _clear(database, graph.name)
            if isinstance(name := graph_node(graph.name), NamedNode):
                database.add_graph(name)
            delta[graph.name] = _itemized(old, _load(database, graph.text))
        return delta

    def seed(self) -> bytes:
        """Return the digests of the graphs: equal data have equal digests."""
        return b""

    def digests(self) -> Mapping[str, str]:
        """Return the digest of each graph, which is known beforehand."""
        return {graph.name: graph.digest for graph in self.graphs}


@dataclass(frozen=True)
class Update:
    """Does all operations of a SPARQL update, which may come from a stranger.

    Relative IRIs in it stand on ``base``, if there is one.
    """

    text: str
    base: str = ""

    def is_done(self, old: Version) -> bool:
        """Refuse a text that no engine should be given; whether it is done is not known.

        Raises:
            QueryRefusedError: If it asks for what is not allowed.
        """
        check_update(self.text)
        return False

    def touched(self) -> frozenset[str] | None:
        """Return the graphs that the text names."""
        return touched_graphs(self.text)

    def tells(self) -> bool:
        """Return that the engine does not tell."""
        return False

    def apply(self, database: pyoxigraph.Store) -> Delta:
        """Do the update.

        Raises:
            QuerySyntaxError: If the text is not a SPARQL update.
            QueryRefusedError: If an operation fails.
        """
        run_update(database, self.text, self.base)
        return {}

    def seed(self) -> bytes:
        """Return the text."""
        return self.text.encode()


@dataclass(frozen=True)
class _OneGraph:
    name: str

    def is_done(self, old: Version) -> bool:
        """Return that there is something to do."""
        return False

    def touched(self) -> frozenset[str]:
        """Return the name of the graph."""
        return frozenset({self.name})

    def tells(self) -> bool:
        """Return that it can tell."""
        return True


@dataclass(frozen=True)
class AddToGraph(_OneGraph):
    """Adds statements, none of them in a graph of its own, to one graph."""

    quads: tuple[Quad, ...] = field(repr=False)

    def apply(self, database: pyoxigraph.Store) -> Delta:
        """Add them; blank nodes are told apart from those that are there."""
        name = graph_node(self.name)
        if isinstance(name, NamedNode):
            database.add_graph(name)
        text = pyoxigraph.serialize(
            (quad.triple for quad in self.quads), format=RdfFormat.N_TRIPLES
        )
        parsed = pyoxigraph.parse(text or b"", format=RdfFormat.N_TRIPLES, rename_blank_nodes=True)
        placed = {Quad(q.subject, q.predicate, q.object, name) for q in parsed}
        new = [quad for quad in placed if quad not in database]
        database.bulk_extend(new)
        return {self.name: GraphDelta(frozenset(lines_of(new)))}

    def seed(self) -> bytes:
        """Return the statements."""
        return "\n".join(map(str, self.quads)).encode()


@dataclass(frozen=True)
class DeleteGraph(_OneGraph):
    """Removes a graph with all its statements; the default graph becomes empty."""

    def is_done(self, old: Version) -> bool:
        """Return whether the default graph is empty.

        Raises:
            UnknownGraphError: If there is no graph of that name.
        """
        if self.name == DEFAULT:
            return DEFAULT not in old.graphs
        if self.name not in old.graphs:
            raise UnknownGraphError("There is no graph of that name.")
        return False

    def apply(self, database: pyoxigraph.Store) -> Delta:
        """Remove it."""
        return {self.name: _itemized(_clear(database, self.name), ())}

    def seed(self) -> bytes:
        """Return nothing: the graph will be gone."""
        return b""


@dataclass(frozen=True)
class PatchGraph(_OneGraph):
    """Does a SPARQL update that sees one graph as its default graph, and no other."""

    text: str = field(repr=False)
    base: str = ""

    def is_done(self, old: Version) -> bool:
        """Refuse a text that no engine should be given."""
        check_update(self.text)
        return False

    def apply(self, database: pyoxigraph.Store) -> Delta:
        """Do the update on a copy of the graph, and put the outcome in its place.

        Raises:
            QuerySyntaxError: If the text is not a SPARQL update.
            QueryRefusedError: If an operation fails, or writes to another graph.
        """
        name = graph_node(self.name)
        alone = pyoxigraph.Store()
        found = database.quads_for_pattern(None, None, None, name)
        alone.bulk_extend(Quad(q.subject, q.predicate, q.object) for q in found)
        run_update(alone, self.text, self.base)
        if any(True for _ in alone.named_graphs()):
            raise QueryRefusedError("The update names another graph; send it to /update.")
        old = _clear(database, self.name)
        if isinstance(name, NamedNode):
            database.add_graph(name)
        new = [Quad(q.subject, q.predicate, q.object, name) for q in alone]
        database.bulk_extend(new)
        lines = frozenset(lines_of(new)) if len(new) <= MAX_ITEMIZED else None
        return {self.name: _itemized(old, lines)}

    def seed(self) -> bytes:
        """Return the text."""
        return self.text.encode()


def apply(change: Change, database: pyoxigraph.Store, old: Version) -> tuple[Version, Delta]:
    """Make a change in a database that holds a version.

    Returns:
        The version that the database then holds, and what differs. The old
        graphs with their digests say that nothing does.
    """
    touched = change.touched()
    looked_at = () if change.tells() else _of(touched, old.graphs)
    before = {name: graph_lines(database, name) for name in looked_at}
    delta = change.apply(database)
    present = {_name(graph) for graph in database.named_graphs()}
    new = present - old.graphs.keys()
    candidates = (present if touched is None else touched & present) | new | {DEFAULT}
    known = change.digests() if isinstance(change, ReplaceGraphs) else {}
    if change.tells():
        same = {n for n in old.graphs if delta.get(n, GraphDelta()) == GraphDelta()}
        candidates -= same | known.keys()
    # A graph that was too big is taken to be so still: looking takes time.
    big = {name for name, lines in before.items() if lines is None}
    after = {name: None if name in big else graph_lines(database, name) for name in candidates}
    if not change.tells():
        delta = compared(before, after, old.graphs.keys() - present)
    kept = {name: digest for name, digest in old.graphs.items() if name in present | {DEFAULT}}
    seed = change.seed()
    found = {
        name: _chained(old.graphs.get(name, ""), seed) if lines is None else digest_of(lines)
        for name, lines in after.items()
    }
    graphs = {**kept, **found, **known}
    if graphs.get(DEFAULT) == EMPTY:
        del graphs[DEFAULT]
    return _next_version(old, graphs), delta


def run_update(engine: pyoxigraph.Store, text: str, base: str = "") -> None:
    """Do an update that has passed ``check_update``, as far as it fetches nothing.

    Raises:
        QuerySyntaxError: If the text is not a SPARQL update; it says where.
        QueryRefusedError: If an operation fails, such as creating a graph that is there.
    """
    try:
        engine.update(without_loads(text), base_iri=base or None)
    except SyntaxError as error:
        raise syntax_error(str(error), "update") from error
    except RuntimeError as error:
        if "does not exist" in str(error):
            raise UnknownGraphError(f"The update cannot be done: {error}.") from error
        if "already exists" in str(error):
            raise PreconditionError(f"The update cannot be done: {error}.") from error
        raise QueryRefusedError(f"The update cannot be done: {error}.") from error


def _of(touched: frozenset[str] | None, graphs: Mapping[str, str]) -> Iterable[str]:
    return graphs if touched is None else (touched | {DEFAULT}) & graphs.keys()


def _name(graph: NamedNode | pyoxigraph.BlankNode) -> str:
    return graph.value if isinstance(graph, NamedNode) else str(graph)


def _clear(database: pyoxigraph.Store, name: str) -> list[Quad]:
    """Remove a graph and return the statements it had."""
    node = graph_node(name)
    # Removing a big graph at once takes time that grows faster than the graph.
    found = list(database.quads_for_pattern(None, None, None, node))
    for quad in found:
        database.remove(quad)
    database.remove_graph(node)
    return found


def _load(database: pyoxigraph.Store, text: bytes) -> frozenset[bytes] | None:
    """Add N-Quads, and return the statements as the store has them, ``None`` if they are many."""
    if text.count(b"\n") > MAX_ITEMIZED:
        database.bulk_load(text, format=RdfFormat.N_QUADS)
        return None
    if b"_:" not in text:
        database.bulk_load(text, format=RdfFormat.N_QUADS)
        return frozenset(text.splitlines())
    # The engine would give blank nodes labels that it does not tell.
    quads = list(pyoxigraph.parse(text, format=RdfFormat.N_QUADS, rename_blank_nodes=True))
    database.bulk_extend(quads)
    return frozenset(lines_of(quads))


def _itemized(old: Collection[Quad], new: Collection[bytes] | None) -> GraphDelta | None:
    """Return what leads from statements to others, ``None`` if they are too many to be listed."""
    if new is None or len(old) > MAX_ITEMIZED:
        return None
    return GraphDelta.of(frozenset(lines_of(old)), new)


def _chained(digest: str, seed: bytes) -> str:
    """Return the digest of a big graph that a change was made in: that of its history."""
    return hashlib.sha256(digest.encode() + b"\n" + seed).hexdigest()


def _next_version(old: Version, graphs: Mapping[str, str]) -> Version:
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(graphs.items()))
    return Version(old.number + 1, hashlib.sha256(lines.encode()).hexdigest(), graphs)

"""Telling an engine of a change, and of the version it leads to, in one request."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from urllib.parse import quote

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat

from graph.build.dataset import SourceGraph
from graph.errors import QueryRefusedError
from graph.sparql.guard import located_tokens
from graph.sparql.updates import touched_graphs, without_loads
from graph.store.changes import (
    AddToGraph,
    Change,
    DeleteGraph,
    PatchGraph,
    ReplaceGraphs,
    Update,
)
from graph.store.comparison import DEFAULT
from graph.store.embedded import Check
from graph.store.interface import Version
from graph.store.remote.copies import Outcome, tried
from graph.store.remote.remote import Remote

MAX_UPDATE = 32 << 20
"""Bytes of one update; what is larger goes graph by graph, if the engine has a graph store."""

_N_TRIPLES = "application/n-triples"


def send(remote: Remote, change: Change, old: Version, check: Check | None) -> bool:
    """Have an engine make a change, and return whether there was anything to do.

    Args:
        remote: The engine.
        change: The change.
        old: The version before it.
        check: What the outcome has to pass, if anything; it is then worked out
            here, on copies of the graphs that the change touches.

    Raises:
        WriteError: If it cannot be made, or its outcome may not be published.
        QueryError: If the text of an update is wrong.
        EngineError: If the engine was not reached; nothing was done.
    """
    _refuse_strays(change, remote.engine.name)
    if check or isinstance(change, PatchGraph):
        outcome = tried(remote, change, old, check)
        if outcome.digests:
            _put(remote, outcome, old)
        return bool(outcome.digests)
    match change:
        case ReplaceGraphs():
            _put(remote, Outcome(_apart(change.graphs), dict(change.digests())), old)
        case DeleteGraph():
            _put(remote, Outcome((), {change.name: None}), old)
        case AddToGraph():
            _add(remote, change, old)
        case Update():
            _update(remote, change, old)
        case _:
            raise NotImplementedError
    return True


def _refuse_strays(change: Change, own: str) -> None:
    touched = change.touched() or frozenset()
    if own in touched:
        raise QueryRefusedError("That graph holds the version of the dataset; name another.")
    if DEFAULT in touched and not isinstance(change, Update):
        raise QueryRefusedError("Statements must be in a graph that has a name; name one.")


def _put(remote: Remote, outcome: Outcome, old: Version) -> None:
    """Put graphs in the place of those of their names, remove those that are gone."""
    size = sum(len(graph.text) for graph in outcome.graphs)
    if size > MAX_UPDATE and remote.engine.graphs:
        _put_one_by_one(remote, outcome, old)
        return
    state, kept = remote.state, remote.ground() == "kept"
    parted = state.parted(sorted(outcome.digests.keys() & old.graphs.keys())) if kept else ""
    joined = state.joined(graph.name for graph in outcome.graphs) if kept else ""
    drops = [f"DROP SILENT GRAPH {NamedNode(name)} ;\n" for name in sorted(outcome.digests)]
    data = b"".join(map(_block, outcome.graphs))
    stamp = joined + state.stamped(outcome.digests, old.number)
    inserted = b"INSERT DATA {\n" + data + b"} ;\n" if data else b""
    remote.update((parted + "".join(drops)).encode() + inserted + stamp.encode())


def _put_one_by_one(remote: Remote, outcome: Outcome, old: Version) -> None:
    """Put graphs in place one after the other; each is whole, and counts as a version."""
    address = remote.engine.graphs
    joint = "&" if "?" in address else "?"
    state, kept = remote.state, remote.ground() == "kept"
    for graph in outcome.graphs:
        place = f"{address}{joint}graph={quote(graph.name, safe='')}"
        if kept and graph.name in old.graphs:
            remote.update(f"{state.parted([graph.name])}\n".encode())
        remote.write("PUT", place, _triples(graph), _N_TRIPLES)
        joined = state.joined([graph.name]) if kept else ""
        stamp = state.stamped({graph.name: graph.digest}, old.number)
        remote.update((joined + stamp).encode())
    gone = {name: digest for name, digest in outcome.digests.items() if digest is None}
    if gone:
        _put(remote, Outcome((), gone), old)


def _add(remote: Remote, change: AddToGraph, old: Version) -> None:
    lines = (f"{quad.triple} .\n" for quad in change.quads)
    name, text = NamedNode(change.name), "".join(lines)
    digest = _chained(old.graphs.get(change.name, ""), change.seed())
    joined = remote.state.joined([change.name]) if remote.ground() == "kept" else ""
    stamp = joined + remote.state.stamped({change.name: digest}, old.number)
    data = f"INSERT DATA {{ GRAPH {name} {{\n{text}}} }} ;\n" if text else ""
    remote.update((data + stamp).encode())


def _update(remote: Remote, change: Update, old: Version) -> None:
    """Hand an update on; what its graphs hold afterwards is known to the engine alone."""
    text = without_loads(change.text)
    if change.base:
        text = f"BASE <{change.base}> {text}"
    touched = touched_graphs(change.text)
    if touched is None:
        seed = f"{old.content}\n{change.text}"
        stamp = remote.state.stamped_anew(seed, old.number)
    else:
        digests: dict[str, str | None] = {
            name: _chained(old.graphs.get(name, ""), change.seed())
            for name in touched
            if name != DEFAULT
        }
        stamp = remote.state.stamped(digests, old.number, if_there=True)
    if remote.ground() == "kept":
        stamp = f"{remote.state.kept()} ;\n{stamp}"
    last = [token.text for token in located_tokens(text)][-1:]
    remote.update(f"{text}\n{'' if last == [';'] else ';'}\n{stamp}".encode())


def _chained(digest: str, seed: bytes) -> str:
    """Return the digest of a graph that a change was made in: that of its history."""
    return hashlib.sha256(digest.encode() + b"\n" + seed).hexdigest()


def _block(graph: SourceGraph) -> bytes:
    return f"GRAPH {NamedNode(graph.name)} {{\n".encode() + _triples(graph) + b"}\n"


def _triples(graph: SourceGraph) -> bytes:
    """Return the statements without the name of their graph: a line ends nowhere else."""
    return graph.text.replace(f" {NamedNode(graph.name)} .\n".encode(), b" .\n")


def _apart(graphs: Iterable[SourceGraph]) -> tuple[SourceGraph, ...]:
    """Return graphs whose blank nodes have different labels, as one request needs them."""
    return tuple(graph if b"_:" not in graph.text else _renamed(graph) for graph in graphs)


def _renamed(graph: SourceGraph) -> SourceGraph:
    quads = pyoxigraph.parse(graph.text, format=RdfFormat.N_QUADS, rename_blank_nodes=True)
    text = pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS) or b""
    return SourceGraph(graph.name, text, graph.digest)

"""Trying a change on copies of the graphs it touches, before the engine is told of it.

An engine elsewhere publishes a change the moment it does it. So where the outcome
must be looked at first, the graphs that the change names are fetched, the change is
made here as the built-in store makes it, and what came out is what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat

from graph.batches import batches
from graph.build.dataset import SourceGraph
from graph.errors import QueryRefusedError
from graph.store.changes import Change, apply
from graph.store.comparison import DEFAULT, Difference, graph_node
from graph.store.embedded import Check
from graph.store.interface import Version
from graph.store.remote.asking import triples
from graph.store.remote.reader import graph_quads
from graph.store.remote.remote import Remote
from graph.vocabulary import TYPE

MAX_COPIED = 2_000_000
"""Statements of graphs that are copied to try a change on."""

_AT_ONCE = 500
_ELSEWHERE = NamedNode("urn:x-mandategraph:elsewhere")
"""The graph of a copy that holds what graphs that are not copied say."""


@dataclass(frozen=True)
class Outcome:
    """What a change leaves: the graphs that differ, and the digest of each, ``None`` if gone."""

    graphs: tuple[SourceGraph, ...]
    digests: Mapping[str, str | None]


def tried(remote: Remote, change: Change, old: Version, check: Check | None) -> Outcome:
    """Make a change on copies, look at the outcome, and return it.

    Raises:
        QueryRefusedError: If the change does not say which graphs it touches, or
            puts statements in none, or the graphs are too large.
        WriteError: If the outcome may not be published.
    """
    touched = change.touched()
    if touched is None:
        raise QueryRefusedError(
            "The update does not name the graphs it writes to, and its outcome could not be "
            "checked; name them, or set MANDATEGRAPH_VALIDATE_WRITES=off."
        )
    copy, held = _copied(remote, touched, old)
    version, delta = apply(change, copy, Version(old.number, old.content, held))
    if DEFAULT in version.graphs:
        raise QueryRefusedError("Statements must be in a graph that has a name; name one.")
    if version.graphs == held:
        return Outcome((), {})
    if check:
        difference = Difference.of(delta)
        _fetch_around(remote, copy, touched, difference)
        check(copy, difference)
    changed = {name: d for name, d in version.graphs.items() if held.get(name) != d}
    gone = dict.fromkeys(held.keys() - version.graphs.keys())
    graphs = tuple(SourceGraph(name, _text(copy, name), d) for name, d in sorted(changed.items()))
    return Outcome(graphs, changed | gone)


def _copied(
    remote: Remote, touched: frozenset[str], old: Version
) -> tuple[pyoxigraph.Store, dict[str, str]]:
    copy = pyoxigraph.Store()
    held = {name: old.graphs[name] for name in sorted(touched & old.graphs.keys())}
    for name in held:
        copy.add_graph(NamedNode(name))
        copy.bulk_extend(graph_quads(remote, name))
        if len(copy) > MAX_COPIED:
            raise QueryRefusedError(
                f"The graphs hold more than {MAX_COPIED:,} statements, too many to be checked."
            )
    return copy, held


def _text(copy: pyoxigraph.Store, name: str) -> bytes:
    quads = copy.quads_for_pattern(None, None, None, graph_node(name))
    return pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS) or b""


def _fetch_around(
    remote: Remote, copy: pyoxigraph.Store, touched: frozenset[str], difference: Difference
) -> None:
    """Fetch what the structure check looks at and the copied graphs do not hold.

    That is, from all other graphs: what is said of the things that changed and,
    where types changed, of those that refer to them; and the types of what these
    speak of.
    """
    fetch = _Fetch(remote, copy, touched)
    subjects = {NamedNode(iri) for iri in difference.subjects}
    for name in difference.whole:
        quads = copy.quads_for_pattern(None, None, None, graph_node(name))
        subjects.update(q.subject for q in quads if isinstance(q.subject, NamedNode))
    retyped = [NamedNode(iri) for iri in difference.retyped]
    fetch("?s ?p ?thing", retyped)
    for iri in retyped:
        referring = copy.quads_for_pattern(None, None, iri)
        subjects.update(q.subject for q in referring if isinstance(q.subject, NamedNode))
    fetch("?thing ?p ?o", subjects)
    found = {
        quad.object
        for subject in subjects
        for quad in copy.quads_for_pattern(subject, None, None)
        if isinstance(quad.object, NamedNode)
    }
    fetch(f"?thing {TYPE} ?o", found)


@dataclass(frozen=True)
class _Fetch:
    remote: Remote
    copy: pyoxigraph.Store
    touched: frozenset[str]

    def __call__(self, pattern: str, things: Iterable[NamedNode]) -> None:
        """Fetch statements of a pattern about things, some at a time."""
        passed = [*sorted(filter(None, self.touched)), self.remote.engine.name]
        names = ", ".join(str(NamedNode(name)) for name in passed)
        for some in batches(sorted(things, key=str), _AT_ONCE):
            listed = " ".join(map(str, some))
            query = (
                f"CONSTRUCT {{ {pattern} }} WHERE {{ VALUES ?thing {{ {listed} }} "
                f"GRAPH ?g {{ {pattern} }} FILTER(?g NOT IN ({names})) }}"
            )
            found = triples(self.remote.line, query, self.remote.fields(query))
            self.copy.bulk_extend(
                Quad(item.subject, item.predicate, item.object, _ELSEWHERE) for item in found
            )

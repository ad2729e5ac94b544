"""The graph of our own that holds the version of the dataset, as SPARQL.

It has one statement with the number of the version, and one for each published
graph with its digest. Every write of ours carries the change of these with it, in
the same request; the number is counted up by the engine, so that two nodes that
write at once do not count one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode

from graph.batches import listed
from graph.store.interface import Table, Term, Version

Ground = OneOf["union", "kept", "listed", "own"]
"""What a query is asked of that names no graphs: the engine's default graph, which it makes the
union of all graphs, or in which we keep one; the published graphs, listed; or its default graph,
whatever that is."""


class State:
    """The texts that read and write the version in the graph of one name."""

    def __init__(self, name: str) -> None:
        """Name the graph."""
        self.name = name
        self._graph = f"<{name}>"
        self._number = f"<{name}#number>"
        self._digest = f"<{name}#digest>"
        self._seen = f"<{name}> <{name}#seen> true"
        self._twin = f"<{name}/twin>"
        self._kept = f"GRAPH <{name}> {{ <{name}> <{name}#kept> true }}"

    @property
    def asks_number(self) -> str:
        """The query for the number alone."""
        return f"SELECT ?n {{ GRAPH {self._graph} {{ {self._graph} {self._number} ?n }} }}"

    @property
    def asks_all(self) -> str:
        """The query for everything: each statement of the graph."""
        return f"SELECT ?s ?p ?o {{ GRAPH {self._graph} {{ ?s ?p ?o }} }}"

    @property
    def asks_graphs(self) -> str:
        """The query for the names of all other graphs that hold anything; it takes a while."""
        return (
            "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } "
            f"FILTER(isIRI(?g) && ?g NOT IN ({self._graph}, {self._twin})) }}"
        )

    @property
    def asks_planted(self) -> str:
        """The query for how many graphs hold the statement that was planted in two."""
        return f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ {self._seen} }} }}"

    @property
    def asks_seen(self) -> str:
        """The query for how often the default graph shows it: once in a union, which is a set."""
        return f"SELECT (COUNT(*) AS ?n) {{ {self._seen} }}"

    @property
    def asks_kept(self) -> str:
        """The question whether we keep the union in the engine's default graph."""
        return f"ASK {{ {self._kept} }}"

    @property
    def asks_strays(self) -> str:
        """The question whether the default graph holds what no other does."""
        return "ASK { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }"

    def planted(self) -> str:
        """Return the update that puts one statement into two graphs of our own."""
        graphs = " ".join(f"GRAPH {g} {{ {self._seen} }}" for g in (self._graph, self._twin))
        return f"INSERT DATA {{ {graphs} }}"

    def kept(self) -> str:
        """Return the update that makes the default graph the union, and says that it is kept so."""
        others = f"FILTER(?g NOT IN ({self._graph}, {self._twin}))"
        return (
            "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o "
            f"FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} {others} }} }} ;\n"
            f"INSERT {{ ?s ?p ?o }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} {others} "
            "FILTER NOT EXISTS { ?s ?p ?o } } ;\n"
            f"INSERT DATA {{ {self._kept} }}"
        )

    def parted(self, names: Iterable[str]) -> str:
        """Return the operations that take graphs out of the union, before they change."""
        return "".join(
            f"DELETE {{ ?s ?p ?o }} WHERE {{ GRAPH {node} {{ ?s ?p ?o }} FILTER NOT EXISTS "
            f"{{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != {node}) }} }} ;\n"
            for node in map(NamedNode, names)
        )

    def joined(self, names: Iterable[str]) -> str:
        """Return the operations that put graphs into the union, after they changed."""
        return "".join(
            f"INSERT {{ ?s ?p ?o }} WHERE {{ GRAPH {node} {{ ?s ?p ?o }} }} ;\n"
            for node in map(NamedNode, names)
        )

    def begun(self) -> str:
        """Return the update that makes the graph, and publishes what the engine holds already."""
        return (
            f"INSERT {{ GRAPH {self._graph} {{ ?g {self._digest} ?d }} }} WHERE {{ "
            f"{{ {self.asks_graphs} }} BIND(SHA256(STR(?g)) AS ?d) "
            f"FILTER NOT EXISTS {{ GRAPH {self._graph} {{ {self._graph} {self._number} ?n }} }} }} "
            f";\nINSERT {{ GRAPH {self._graph} {{ {self._graph} {self._number} 0 }} }} WHERE {{ "
            f"FILTER NOT EXISTS {{ GRAPH {self._graph} {{ {self._graph} {self._number} ?n }} }} }}"
        )

    def stamped(
        self, digests: Mapping[str, str | None], least: int, *, if_there: bool = False
    ) -> str:
        """Return the operations that say what became of graphs, and count the version up.

        Args:
            digests: The new digest of each graph that was written to, ``None`` if it is gone.
            least: The number of the version before, as far as we know.
            if_there: Whether a graph is published only if it holds anything then.
        """
        names = listed(sorted(digests))
        pairs = " ".join(
            f"({NamedNode(name)} {Literal(digest)})"
            for name, digest in sorted(digests.items())
            if digest
        )
        there = "FILTER EXISTS { GRAPH ?g { ?s ?p ?o } }" if if_there else ""
        return (
            f"DELETE {{ GRAPH {self._graph} {{ ?g {self._digest} ?d }} }} WHERE {{ "
            f"VALUES ?g {{ {names} }} GRAPH {self._graph} {{ ?g {self._digest} ?d }} }} ;\n"
            f"INSERT {{ GRAPH {self._graph} {{ ?g {self._digest} ?d }} }} WHERE {{ "
            f"VALUES (?g ?d) {{ {pairs} }} {there} }} ;\n" + self._counted(least)
        )

    def stamped_anew(self, seed: str, least: int) -> str:
        """Return the operations that publish what there is after a write that may touch any graph.

        Args:
            seed: What tells this write from others.
            least: The number of the version before, as far as we know.
        """
        mark = Literal(hashlib.sha256(seed.encode()).hexdigest())
        return (
            f"DELETE {{ GRAPH {self._graph} {{ ?g {self._digest} ?d }} }} WHERE {{ "
            f"GRAPH {self._graph} {{ ?g {self._digest} ?d }} }} ;\n"
            f"INSERT {{ GRAPH {self._graph} {{ ?g {self._digest} ?d }} }} WHERE {{ "
            f"{{ {self.asks_graphs} }} BIND(SHA256(CONCAT(STR(?g), {mark})) AS ?d) }} ;\n"
            + self._counted(least)
        )

    def _counted(self, least: int) -> str:
        return (
            f"DELETE {{ GRAPH {self._graph} {{ {self._graph} {self._number} ?old }} }} "
            f"INSERT {{ GRAPH {self._graph} {{ {self._graph} {self._number} ?new }} }} WHERE {{ "
            f"OPTIONAL {{ GRAPH {self._graph} {{ {self._graph} {self._number} ?old }} }} "
            f"BIND(COALESCE(?old, 0) AS ?seen) "
            f"BIND(IF(?seen > {least}, ?seen, {least}) + 1 AS ?new) }}"
        )

    def version(self, table: Table) -> Version:
        """Return the version that the answer to ``asks_all`` tells."""
        number, graphs = 0, {}
        for record in table.records():
            subject, predicate, found = (record.get(name) for name in "spo")
            if not isinstance(found, Literal) or not isinstance(subject, NamedNode):
                continue
            if str(predicate) == self._number:
                number = max(number, whole_number(found))
            elif str(predicate) == self._digest:
                graphs[subject.value] = found.value
        return Version(number, content_of(graphs), graphs)


def whole_number(term: Term | None) -> int:
    """Return the whole number that a term is, 0 if it is none."""
    return int(term.value) if isinstance(term, Literal) and term.value.isdecimal() else 0


def content_of(graphs: Mapping[str, str]) -> str:
    """Return the digest of a dataset whose graphs have these digests; see ``Version``."""
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(graphs.items()))
    return hashlib.sha256(lines.encode()).hexdigest()

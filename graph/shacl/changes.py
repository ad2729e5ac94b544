"""Which focus nodes a change of the data may have made come out otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from graph.shacl.model import Select
from graph.shacl.traces import Trace
from graph.store.interface import Term
from graph.vocabulary import well_known

MOST = 2_000
"""Changed statements, or focus nodes, from which on everything is judged again."""

_SUBCLASS = well_known("rdfs", "subClassOf")


class TooMuchError(Exception):
    """A change that is not worth following up, or cannot be. It never leaves this package."""


@dataclass(frozen=True)
class Affected:
    """Focus nodes by trace; ``whole`` are traces for which it may be any focus node."""

    nodes: Mapping[Trace, frozenset[Term]]
    whole: frozenset[Trace]

    def of(self, traces: Iterable[Trace]) -> frozenset[Term] | None:
        """Return the focus nodes for some traces, ``None`` if it may be any."""
        chosen = set(traces)
        if chosen & self.whole:
            return None
        return frozenset().union(*(self.nodes[one] for one in chosen & self.nodes.keys()))


def affected(select: Select, traces: Iterable[Trace], changed: Iterable[Quad]) -> Affected:
    """Return the focus nodes that are affected by changed statements.

    Args:
        select: Asks for the state after the change.
        traces: What is looked at.
        changed: The statements that were added or removed.

    Raises:
        TooMuchError: If everything is to be judged again.
    """
    by_property: dict[str, list[Quad]] = defaultdict(list)
    for number, quad in enumerate(changed):
        if quad.predicate == _SUBCLASS or number >= MOST:
            raise TooMuchError
        by_property[quad.predicate.value].append(quad)
    nodes: dict[Trace, frozenset[Term]] = {}
    whole: set[Trace] = set()
    chains: dict[tuple[str, ...], dict[Trace, set[Term]]] = defaultdict(dict)
    for trace in traces:
        seeds = _seeds(trace, by_property.get(trace.step.iri, ()))
        if seeds and trace.chain is None:
            whole.add(trace)
        elif seeds and trace.chain is not None:
            chains[trace.chain][trace] = seeds
    for chain, seeds_of in chains.items():
        nodes |= _walked(select, chain, seeds_of)
    return Affected(nodes, frozenset(whole))


def _seeds(trace: Trace, quads: Iterable[Quad]) -> set[Term]:
    found: set[Term] = set()
    for quad in quads:
        here: Term | Triple
        here, there = quad.subject, quad.object
        if trace.step.inverse:
            here, there = quad.object, quad.subject
        if trace.classes is not None and not (
            isinstance(there, NamedNode) and there.value in trace.classes
        ):
            continue
        found.add(here)
    return found


def _walked(
    select: Select, chain: tuple[str, ...], seeds_of: Mapping[Trace, set[Term]]
) -> dict[Trace, frozenset[Term]]:
    seeds = set().union(*seeds_of.values())
    check_nodes(seeds)
    if not chain:
        return {trace: frozenset(found) for trace, found in seeds_of.items()}
    reached: dict[Term, set[Term]] = defaultdict(set)
    listed = " ".join(sorted(map(str, seeds)))
    text = f"SELECT ?this ?seed WHERE {{ VALUES ?seed {{ {listed} }} {' . '.join(chain)} }}"
    for this, seed in select(text).rows:
        if this is not None and seed is not None:
            reached[seed].add(this)
    return {
        trace: frozenset().union(*(reached[seed] for seed in found if seed in reached))
        for trace, found in seeds_of.items()
    }


def check_nodes(nodes: Iterable[Term]) -> None:
    """Raise ``TooMuchError`` unless nodes can be named in a query, and are not too many."""
    for number, node in enumerate(nodes):
        if number >= MOST or isinstance(node, BlankNode | Triple):
            raise TooMuchError
        if isinstance(node, Literal) and node.direction is not None:
            raise TooMuchError

"""The acts before and after an act, as citations lead from one to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.batches import listed
from graph.dates import shown_date
from graph.store.interface import ReadStore, value
from service.pages.cells import Cell, name_cell
from service.pages.sheets.reading import HEAD
from service.pages.sheets.tongues import Tongues, name_all

STEPS = 3
"""How many citations lead away from the act at most."""

MAX_ACTS = 12
"""How many acts are shown on either side."""

_EARLIER = """SELECT DISTINCT ?near ?far ?kind ?day {
  VALUES ?near { %s }
  { ?citation mg:citing ?near } UNION { ?part mg:paragraphOf ?near . ?citation mg:citing ?part }
  ?citation mg:cited ?far ; mg:citationKind ?kind . ?far a mg:Act
  OPTIONAL { ?far mg:adoptedOn ?day }
} ORDER BY ?near DESC(?day) STR(?far) LIMIT 100"""
_LATER = """SELECT DISTINCT ?near ?far ?kind ?day {
  VALUES ?near { %s }
  ?citation mg:cited ?near ; mg:citing ?place ; mg:citationKind ?kind .
  OPTIONAL { ?place mg:paragraphOf ?whole } BIND(COALESCE(?whole, ?place) AS ?far)
  ?far a mg:Act OPTIONAL { ?far mg:adoptedOn ?day }
} ORDER BY ?near DESC(?day) STR(?far) LIMIT 100"""


@dataclass(frozen=True)
class Link:
    """One act of a chain: how many citations away, and which kind the first of them has.

    ``key`` names the act in the address of a comparison; ``day`` is its date in
    words.
    """

    act: Cell
    key: str
    kind: Cell
    via: Cell | None
    day: str
    steps: int


@dataclass(frozen=True)
class Chain:
    """The acts that an act builds on, and those that build on it, the nearest first."""

    key: str
    earlier: tuple[Link, ...]
    later: tuple[Link, ...]


@dataclass(frozen=True)
class _Step:
    near: str
    far: str
    kind: str
    day: str
    steps: int


def read_chain(act: NamedNode, base: str, store: ReadStore, tongues: Tongues) -> Chain:
    """Return the chain of an act.

    Args:
        act: The act.
        base: What the IRIs of acts begin with; the rest is their key.
        store: Where citations are read.
        tongues: The languages of the page and of the data.
    """
    earlier, later = (_walk(act.value, query, store) for query in (_EARLIER, _LATER))
    wanted = {iri for step in (*earlier, *later) for iri in (step.near, step.far, step.kind)}
    called = name_all(wanted, store, tongues) if wanted else {}

    def cell(iri: str) -> Cell:
        return name_cell(iri, called.get(iri), tongues.page)

    def links(steps: Iterable[_Step]) -> tuple[Link, ...]:
        return tuple(
            Link(
                cell(step.far),
                step.far.removeprefix(base),
                cell(step.kind),
                cell(step.near) if step.steps > 1 else None,
                shown_date(step.day, tongues.page) if step.day else "",
                step.steps,
            )
            for step in steps
        )

    return Chain(act.value.removeprefix(base), links(earlier), links(later))


def _walk(act: str, query: str, store: ReadStore) -> list[_Step]:
    """Return the acts that citations lead to, each once, by the shortest way."""
    known, edge, found = {act}, [act], list[_Step]()
    for steps in range(1, STEPS + 1):
        rows = store.select(HEAD + query % listed(edge)).records() if edge else ()
        edge = []
        for record in rows:
            far = value(record["far"])
            if far not in known and len(found) < MAX_ACTS:
                known.add(far)
                edge.append(far)
                near, kind = value(record["near"]), value(record["kind"])
                found.append(_Step(near, far, kind, value(record["day"]), steps))
    return found

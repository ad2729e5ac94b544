"""From what a version changed to the things of which the index may now say something else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from graph.batches import batches, listed
from graph.history.log import Changes
from graph.search.vocabulary import CHAIN, HANDED_ON, REACHING
from graph.store.interface import ReadStore
from graph.vocabulary import declared, mg, well_known

MOST = 20_000
"""Of more things than that, building the index from the beginning takes no longer."""

_BATCH = 400
_SUBCLASS = well_known("rdfs", "subClassOf").value
_NODES = {
    *(well_known("rdf", name).value for name in ("subject", "predicate", "object")),
    mg("inSource").value,
    mg("inParagraph").value,
}
_SUBJECT = well_known("rdf", "subject").value
_HEAD = declared("mg", "rdf")
_LINKED = """SELECT DISTINCT ?thing WHERE {
  VALUES ?other { %(things)s } VALUES ?property { %(properties)s } ?thing ?property ?other
}"""
_STATED_IN = """SELECT DISTINCT ?thing WHERE {
  VALUES ?other { %(things)s } VALUES ?place { mg:inSource mg:inParagraph }
  ?node ?place ?other ; rdf:subject ?thing
}"""
_STATED = (
    """SELECT DISTINCT ?thing WHERE { VALUES ?node { %(things)s } ?node rdf:subject ?thing }"""
)


def touched(changes: Changes, store: ReadStore) -> frozenset[str] | None:
    """Return the things of which the index may say something else after changes.

    Args:
        changes: What was added and removed.
        store: The state after them.

    Returns:
        IRIs; ``None`` if these are too many, or the changes do not tell.
    """
    quads = [*changes.added, *changes.removed]
    if changes.whole or any(_predicate(quad) == _SUBCLASS for quad in quads):
        return None
    things = set(_subjects(quads))
    nodes = {_iri(quad.subject) for quad in quads if _predicate(quad) in _NODES} - {""}
    things |= _asked(store, _STATED, nodes) if len(nodes) <= MOST else set()
    handing = {_iri(quad.subject) for quad in quads if _predicate(quad) in HANDED_ON} - {""}
    reached = set(handing)
    for _ in range(CHAIN):
        if max(len(things), len(reached), len(nodes)) > MOST:
            return None
        handing = _asked(store, _LINKED, handing) | _asked(store, _STATED_IN, handing)
        handing -= reached
        reached |= handing
    things |= reached
    return frozenset(things) if len(things) <= MOST else None


def _subjects(quads: Iterable[Quad]) -> Iterator[str]:
    """Yield what statements are about: their subjects, and of what nodes say where it is stated."""
    for quad in quads:
        if iri := _iri(quad.subject):
            yield iri
        if _predicate(quad) == _SUBJECT and (about := _iri(quad.object)):
            yield about


def _asked(store: ReadStore, query: str, things: Collection[str]) -> set[str]:
    found: set[str] = set()
    for batch in batches(sorted(things), _BATCH):
        text = _HEAD + query % {"things": listed(batch), "properties": listed(REACHING)}
        found |= {_iri(row[0]) for row in store.select(text).rows}
    return found - {""}


def _predicate(quad: Quad) -> str:
    return _iri(quad.predicate)


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""

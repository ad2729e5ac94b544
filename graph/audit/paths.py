"""SHACL property paths as SPARQL writes them.

Source:
    SHACL, section 2.3.1, and SPARQL 1.1, section 9.1.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.errors import AuditError
from graph.vocabulary import well_known

Node = NamedNode | BlankNode | Literal | Triple

_SH = "http://www.w3.org/ns/shacl#"
_SUFFIXES = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
_DEEPEST = 20


def path_text(store: pyoxigraph.Store, node: Node, depth: int = 0) -> str:
    """Return the path that a node of the shapes stands for.

    Raises:
        AuditError: If it is no path.
    """
    if isinstance(node, NamedNode):
        return str(node)
    if not isinstance(node, BlankNode) or depth > _DEEPEST:
        raise AuditError("A shape has a path that is none.")
    items = [path_text(store, item, depth + 1) for item in _items(store, node)]
    if items:
        return f"({'/'.join(items)})"
    for quad in store.quads_for_pattern(node, None, None):
        name = quad.predicate.value.removeprefix(_SH)
        if name == "inversePath":
            return f"^{path_text(store, quad.object, depth + 1)}"
        if name == "alternativePath":
            parts = _items(store, quad.object)
            return f"({'|'.join(path_text(store, part, depth + 1) for part in parts)})"
        if name in _SUFFIXES:
            return f"{path_text(store, quad.object, depth + 1)}{_SUFFIXES[name]}"
    raise AuditError("A shape has a path that is none.")


def _items(store: pyoxigraph.Store, node: Node) -> Iterator[Node]:
    """Yield the items of a list, nothing if the node is none."""
    seen: set[Node] = set()
    while isinstance(node, BlankNode) and node not in seen:
        seen.add(node)
        first = next(store.quads_for_pattern(node, well_known("rdf", "first"), None), None)
        rest = next(store.quads_for_pattern(node, well_known("rdf", "rest"), None), None)
        if first is None or rest is None:
            return
        yield first.object
        node = rest.object

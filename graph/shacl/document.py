"""Shapes as a graph: the values, lists, paths and plain parameters in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store

from graph.errors import ProfileError
from graph.shacl.paths import Alternative, Path, Repeated, Sequence, Step, inverse
from graph.shacl.vocabulary import SH, sh
from graph.store.interface import Term
from graph.vocabulary import PREFIXES, well_known

Node = NamedNode | BlankNode

_FIRST, _REST, _NIL = (well_known("rdf", name) for name in ("first", "rest", "nil"))
_OWL_IMPORTS = NamedNode(PREFIXES["owl"] + "imports")
_REPEATED = {
    "zeroOrMorePath": (True, True),
    "oneOrMorePath": (False, True),
    "zeroOrOnePath": (True, False),
}


class BrokenShapeError(Exception):
    """A shape cannot be judged; the message says why. It never leaves this package."""


@dataclass(frozen=True)
class Document:
    """The statements of shapes."""

    store: Store

    @classmethod
    def of(cls, texts: Iterable[str]) -> Document:
        """Read Turtle texts.

        Raises:
            ProfileError: If one is not Turtle.
        """
        store = Store()
        for text in texts:
            try:
                parsed = pyoxigraph.parse(text, format=RdfFormat.TURTLE, rename_blank_nodes=True)
                store.extend(parsed)
            except SyntaxError as error:
                raise ProfileError(f"The shapes cannot be read: {error}") from error
        return cls(store)

    @classmethod
    def of_quads(cls, quads: Iterable[Quad]) -> Document:
        """Take statements as they are."""
        store = Store()
        store.extend(quads)
        return cls(store)

    def values(self, node: Node, predicate: NamedNode) -> list[Term]:
        """Return the values of a property, in the order of their text."""
        found = (quad.object for quad in self.store.quads_for_pattern(node, predicate, None))
        return sorted(set(found), key=str)

    def subjects(self, predicate: NamedNode, value: Term | None = None) -> list[Node]:
        """Return what has a property, in the order of their text."""
        found = self.store.quads_for_pattern(None, predicate, value)
        return sorted({_node(quad.subject) for quad in found}, key=str)

    def parameters(self, node: Node) -> set[str]:
        """Return the local names of what SHACL properties a node has."""
        found = (quad.predicate.value for quad in self.store.quads_for_pattern(node, None, None))
        return {iri.removeprefix(SH) for iri in found if iri.startswith(SH)}

    def custom_parameters(self, node: Node) -> list[str]:
        """Return what properties a node has that are parameters of components declared here."""
        found = {
            path.value
            for holder in self.subjects(sh("parameter"))
            for parameter in self.nodes(holder, sh("parameter"))
            for path in self.values(parameter, sh("path"))
            if isinstance(path, NamedNode)
        }
        return sorted(path for path in found if self.values(node, NamedNode(path)))

    def nodes(self, node: Node, predicate: NamedNode) -> list[Node]:
        """Return the values of a property, none of which may be a literal."""
        return [_node(value) for value in self.values(node, predicate)]

    def one(self, node: Node, name: str) -> Term | None:
        """Return the value of a SHACL property that may have only one."""
        found = self.values(node, sh(name))
        if len(found) > 1:
            raise BrokenShapeError(f"It has several values of sh:{name}.")
        return found[0] if found else None

    def iri(self, term: Term, name: str) -> str:
        """Return the IRI that the value of a SHACL property is."""
        if not isinstance(term, NamedNode):
            raise BrokenShapeError(f"sh:{name} must be an IRI, not {term}.")
        return term.value

    def literal(self, term: Term, name: str) -> Literal:
        """Return the literal that the value of a SHACL property is."""
        if not isinstance(term, Literal):
            raise BrokenShapeError(f"sh:{name} must be a literal, not {term}.")
        return term

    def number(self, term: Term, name: str) -> int:
        """Return the whole number, from 0 on, that the value of a SHACL property is."""
        text = self.literal(term, name).value
        if not text.isascii() or not text.isdigit():
            raise BrokenShapeError(f"sh:{name} must be a whole number, not {term}.")
        return int(text)

    def truth(self, node: Node, name: str) -> bool:
        """Return the truth value of a SHACL property, false if there is none."""
        found = self.one(node, name)
        if found is None:
            return False
        text = self.literal(found, name).value
        if text not in ("true", "false", "1", "0"):
            raise BrokenShapeError(f"sh:{name} must be true or false, not {found}.")
        return text in ("true", "1")

    def items(self, node: Term) -> list[Term]:
        """Return the items of a list."""
        found: list[Term] = []
        seen: set[Term] = set()
        while node != _NIL:
            if isinstance(node, Literal) or node in seen:
                raise BrokenShapeError("A list is malformed.")
            seen.add(node)
            first, rest = (self.values(_node(node), part) for part in (_FIRST, _REST))
            if len(first) != 1 or len(rest) != 1:
                raise BrokenShapeError("A list is malformed.")
            found.append(first[0])
            node = rest[0]
        return found

    def path(self, term: Term, above: tuple[Term, ...] = ()) -> Path:
        """Return the property path that a node stands for."""
        if isinstance(term, NamedNode):
            return Step(term.value)
        if term in above:
            raise BrokenShapeError("A path contains itself.")
        node = _node(term)
        said = self.parameters(node)
        inner = (*above, term)
        if self.values(node, _FIRST):
            if said:
                raise BrokenShapeError("A path is a list and something else as well.")
            return Sequence(self._parts(node, inner))
        if len(said) != 1:
            raise BrokenShapeError("A path must be an IRI, a list or one kind of path.")
        (name,) = said
        value = self.one(node, name)
        if value is None:
            raise BrokenShapeError(f"sh:{name} has no value.")
        match name:
            case "inversePath":
                return inverse(self.path(value, inner))
            case "alternativePath":
                return Alternative(self._parts(value, inner))
        if name not in _REPEATED:
            raise BrokenShapeError(f"sh:{name} is no kind of path.")
        optional, many = _REPEATED[name]
        return Repeated(self.path(value, inner), optional, many)

    def _parts(self, start: Term, above: tuple[Term, ...]) -> tuple[Path, ...]:
        parts = tuple(self.path(item, above) for item in self.items(start))
        if len(parts) < 2:
            raise BrokenShapeError("A path of several parts has less than two.")
        return parts

    def prefixes(self, node: Node) -> Iterator[tuple[str, str]]:
        """Yield the prefixes that a constraint declares, and those of what it imports."""
        seen: set[Node] = set()
        open_ = self.nodes(node, sh("prefixes"))
        while open_:
            place = open_.pop()
            if place in seen:
                continue
            seen.add(place)
            open_ += self.nodes(place, _OWL_IMPORTS)
            for declared in self.nodes(place, sh("declare")):
                prefix, namespace = (self.one(declared, part) for part in ("prefix", "namespace"))
                if not isinstance(prefix, Literal) or not isinstance(namespace, Literal):
                    raise BrokenShapeError("A sh:declare lacks its prefix or namespace.")
                yield prefix.value, namespace.value


def _node(term: Term) -> Node:
    if not isinstance(term, NamedNode | BlankNode):
        raise BrokenShapeError(f"{term} stands where a node is expected.")
    return term

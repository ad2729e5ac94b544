"""What shapes demand of a node, as formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as OneOf

from graph.shacl.paths import Path
from graph.store.interface import Term

Comparison = OneOf["<", "<=", ">", ">="]


@dataclass(frozen=True)
class Always:
    """Holds of every node, or of none."""

    holds: bool


@dataclass(frozen=True)
class All:
    """All of the parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Some:
    """At least one of the parts holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class ExactlyOne:
    """One of the parts holds, and no other."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The other condition does not hold."""

    of: Condition


@dataclass(frozen=True)
class IsKind:
    """The node is an IRI, a blank node or a literal, whichever are named."""

    kinds: tuple[OneOf["IRI", "BLANK", "LITERAL"], ...]


@dataclass(frozen=True)
class HasDatatype:
    """The node is a literal of a datatype, and well formed."""

    iri: str


@dataclass(frozen=True)
class IsInstance:
    """The node is an instance of a class, or of one below it."""

    iri: str


@dataclass(frozen=True)
class Compares:
    """The node stands in that order to a literal."""

    order: Comparison
    bound: Term


@dataclass(frozen=True)
class HasLength:
    """The text of the node has at least or at most a number of characters."""

    order: Comparison
    length: int


@dataclass(frozen=True)
class Matches:
    """The text of the node matches a regular expression."""

    pattern: str
    flags: str


@dataclass(frozen=True)
class SpeaksIn:
    """The node is a text in one of the languages."""

    ranges: tuple[str, ...]


@dataclass(frozen=True)
class IsAmong:
    """The node is one of the terms."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class AtLeast:
    """As many different nodes as that are on the path, and satisfy the condition."""

    count: int
    path: Path
    of: Condition


@dataclass(frozen=True)
class PrecedesAll:
    """The node comes before all values that the focus node has for a property."""

    order: Comparison
    iri: str


@dataclass(frozen=True)
class OnPath:
    """The node is on that path from the focus node."""

    path: Path


@dataclass(frozen=True)
class IsFocus:
    """The node is the focus node itself."""


@dataclass(frozen=True)
class AsFocus:
    """The condition holds of the node taken as a focus node."""

    of: Condition


@dataclass(frozen=True)
class Solves:
    """A query, with its prefixes, has a solution with the node as ``$this``."""

    text: str


@dataclass(frozen=True)
class OnlyInItsLanguage:
    """No other node on the path from the focus node has the node's language."""

    path: Path


@dataclass(frozen=True)
class AmongAtMost:
    """The node is one of at most so many on the path from the focus node."""

    count: int
    path: Path


Condition = (
    Always
    | All
    | Some
    | ExactlyOne
    | Not
    | IsKind
    | HasDatatype
    | IsInstance
    | Compares
    | HasLength
    | Matches
    | SpeaksIn
    | IsAmong
    | AtLeast
    | PrecedesAll
    | OnPath
    | IsFocus
    | AsFocus
    | Solves
    | OnlyInItsLanguage
    | AmongAtMost
)


def every(path: Path | None, of: Condition) -> Condition:
    """Return the condition that another holds of every node on a path, or of the node itself."""
    return of if path is None else Not(AtLeast(1, path, Not(of)))


def within(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and all that it is made of."""
    yield condition
    match condition:
        case All(parts) | Some(parts) | ExactlyOne(parts):
            for part in parts:
                yield from within(part)
        case Not(of) | AsFocus(of) | AtLeast(_, _, of):
            yield from within(of)

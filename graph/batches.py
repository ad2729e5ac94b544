"""Many things, asked about some at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from pyoxigraph import NamedNode

Thing = TypeVar("Thing")


def batches(things: Iterable[Thing], most: int) -> Iterator[list[Thing]]:
    """Yield things in their order, at most so many at once.

    Example:
        >>> list(batches("abcde", 2))
        [['a', 'b'], ['c', 'd'], ['e']]
    """
    rest = iter(things)
    while some := list(islice(rest, most)):
        yield some


def listed(iris: Iterable[str]) -> str:
    """Return IRIs as SPARQL writes them in a list of values.

    Example:
        >>> listed(["urn:a", "urn:b"])
        '<urn:a> <urn:b>'
    """
    return " ".join(str(NamedNode(iri)) for iri in iris)

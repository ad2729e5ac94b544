"""A patch taken apart: its facts, and the statement nodes that say where they are stated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from typing import Protocol

from graph.history.log import ChangeLog
from graph.history.patch import Header
from graph.vocabulary import well_known

_SUBJECT = f" {well_known('rdf', 'subject')} ".encode()
_HELD = 50_000
"""Statements up to which a patch is held; about 10 MB."""

Line = tuple[bool, bytes]
"""A statement as N-Quads, and whether it was added."""


class Apart(Protocol):
    """A patch taken apart."""

    def facts(self) -> Iterator[Line]:
        """Yield what is no part of a statement node, in the order of the patch."""
        ...

    def said(self, subjects: Set[bytes]) -> Iterator[Line]:
        """Yield the statement nodes that speak of facts about some subjects."""
        ...


def taken_apart(log: ChangeLog, header: Header) -> Apart:
    """Return a patch taken apart; a short one is held, a long one read as often as it takes.

    Raises:
        HistoryError: If the patch cannot be read, or is kept no more.
    """
    return _Held(tuple(log.statements(header))) if is_short(header) else _Read(log, header)


def is_short(header: Header) -> bool:
    """Return whether a patch is short enough to be held."""
    return header.added + header.removed <= _HELD


class _Held:
    def __init__(self, lines: tuple[Line, ...]) -> None:
        nodes = _nodes(lines)
        self._facts = tuple(line for line in lines if first_term(line[1]) not in nodes)
        self._said: dict[bytes, list[Line]] = defaultdict(list)
        for line in lines:
            if subject := nodes.get(first_term(line[1])):
                self._said[subject].append(line)

    def facts(self) -> Iterator[Line]:
        return iter(self._facts)

    def said(self, subjects: Set[bytes]) -> Iterator[Line]:
        for subject in subjects & self._said.keys():
            yield from self._said[subject]


class _Read:
    def __init__(self, log: ChangeLog, header: Header) -> None:
        self._log = log
        self._header = header
        self._nodes = _nodes(self._lines())

    def facts(self) -> Iterator[Line]:
        return (line for line in self._lines() if first_term(line[1]) not in self._nodes)

    def said(self, subjects: Set[bytes]) -> Iterator[Line]:
        return (line for line in self._lines() if self._nodes.get(first_term(line[1])) in subjects)

    def _lines(self) -> Iterator[Line]:
        return self._log.statements(self._header)


def first_term(line: bytes) -> bytes:
    """Return the first term of what N-Quads writes."""
    return line.split(b" ", 1)[0]


def _nodes(lines: Iterable[Line]) -> dict[bytes, bytes]:
    """Return the statement nodes, each with the subject of the fact that it speaks of."""
    return {first_term(line): line.split(b" ", 3)[2] for _, line in lines if _SUBJECT in line}

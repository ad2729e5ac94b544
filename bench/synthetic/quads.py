"""N-Quads as text: terms, and things with the statement nodes that say where they are stated.

Text is put together by hand because a generator that makes objects of terms is
ten times slower; what it may hold is narrow enough (no quotation marks, no
line ends) that nothing needs to be escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from graph.settings import DEFAULT_BASE
from graph.vocabulary import CONCEPT, ONTOLOGY, PREFIXES

Facts = Iterable[tuple[str, str]]
"""Predicates and objects, each as it is written in N-Quads."""

_ODD = 0x9E3779B97F4A7C15F39D
_STATEMENT_KEYS = 1 << 80


def mg(name: str) -> str:
    """Return a term of the ontology."""
    return f"<{ONTOLOGY}{name}>"


def concept(scheme: str, notation: str) -> str:
    """Return a concept of a scheme."""
    return f"<{CONCEPT}{scheme}/{notation}>"


def thing(path: str, key: str) -> str:
    """Return an instance.

    Example:
        >>> thing("act", "AS1/3/Res.2")
        '<https://w3id.org/mandategraph/id/act/AS1/3/Res.2>'
    """
    return f"<{DEFAULT_BASE}id/{path}/{key}>"


def inner(subject: str, rest: str) -> str:
    """Return what lies below an instance, such as a paragraph below its document."""
    return f"{subject[:-1]}/{rest}>"


def text(value: str, language: str = "en") -> str:
    """Return a text in a language."""
    return f'"{value}"@{language}'


def typed(value: object, datatype: str) -> str:
    """Return a number or date.

    Example:
        >>> typed(3, "integer")
        '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    return f'"{value}"^^<{PREFIXES["xsd"]}{datatype}>'


def plain(value: str) -> str:
    """Return a text that is in no language, such as a symbol."""
    return f'"{value}"'


TYPE = f"<{PREFIXES['rdf']}type>"
LABEL = f"<{PREFIXES['rdfs']}label>"
_SUBJECT, _PREDICATE, _OBJECT = (
    f"<{PREFIXES['rdf']}{name}>" for name in ("subject", "predicate", "object")
)
_STATEMENT, _IN_SOURCE, _IN_PARAGRAPH = mg("Statement"), mg("inSource"), mg("inParagraph")
_ASSERTED_BY, _UNDER_RULE = mg("assertedBy"), mg("underRule")

EDITORS = thing("editor", "bench-editors")
JUDGED = {
    mg("theme"): "R3",
    mg("carriesOut"): "R2",
    mg("onAsk"): "R2",
    mg("evidence"): "R4",
    mg("progressStatus"): "R1",
}
"""The properties whose values are judgements, and the rule they are judged by."""


@dataclass(frozen=True)
class Place:
    """Where facts are stated: a document, the paragraph if one is meant, and their graph."""

    source: str
    graph: str
    paragraph: str = ""

    def at(self, number: object) -> Place:
        """Return the place of a paragraph of the same document."""
        return Place(self.source, self.graph, inner(self.source, f"paragraph/{number}"))


class Writer:
    """Writes things to a file and counts the statements; holds at most one document."""

    def __init__(self, file: IO[str]) -> None:
        """Write to a file that takes text."""
        self._file = file
        self._parts: list[str] = []
        self._nodes = 0
        self.statements = 0

    def thing(self, subject: str, place: Place, facts: Facts) -> str:
        """Write facts about a thing, and for each the node that says where it is stated."""
        for predicate, value in facts:
            self.line(subject, predicate, value, place.graph)
            self._provenance(subject, predicate, value, place)
        return subject

    def gap(self, subject: str, place: Place, predicate: str, state: str) -> None:
        """Write that a value is known to be absent, or was looked for and not found."""
        node = self._node("gap")
        self.line(node, TYPE, mg("Gap"), place.graph)
        self.line(node, mg("gapSubject"), subject, place.graph)
        self.line(node, mg("gapProperty"), predicate, place.graph)
        self.line(node, mg("gapState"), concept("gap", state), place.graph)
        self._stated(node, place)

    def line(self, subject: str, predicate: str, value: str, graph: str) -> None:
        """Write one statement without saying where it is stated."""
        self._parts.append(f"{subject} {predicate} {value} {graph} .\n")

    def flush(self) -> None:
        """Hand on what was gathered."""
        self.statements += len(self._parts)
        self._file.write("".join(self._parts))
        self._parts.clear()

    def lines(self, lines: Iterable[str]) -> None:
        """Write statements that are N-Quads already, each with its line end."""
        self._parts += lines

    def _provenance(self, subject: str, predicate: str, value: str, place: Place) -> None:
        graph, node = place.graph, self._node("statement")
        self._parts += (
            f"{node} {TYPE} {_STATEMENT} {graph} .\n",
            f"{node} {_SUBJECT} {subject} {graph} .\n",
            f"{node} {_PREDICATE} {predicate} {graph} .\n",
            f"{node} {_OBJECT} {value} {graph} .\n",
        )
        self._stated(node, place)
        if rule := JUDGED.get(predicate):
            self.line(node, _ASSERTED_BY, EDITORS, graph)
            self.line(node, _UNDER_RULE, plain(rule), graph)

    def _stated(self, node: str, place: Place) -> None:
        self.line(node, _IN_SOURCE, place.source, place.graph)
        if place.paragraph:
            self.line(node, _IN_PARAGRAPH, place.paragraph, place.graph)

    def _node(self, kind: str) -> str:
        """Return a node of its own; its key looks as random as those of the dataset."""
        self._nodes += 1
        return thing(kind, f"{self._nodes * _ODD % _STATEMENT_KEYS:020x}")

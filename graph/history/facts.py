"""The history of things: which facts about them came and went, and where these are stated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad

from graph.history.log import ChangeLog, LogEntry
from graph.history.patch import quads_of
from graph.store.interface import Term
from graph.vocabulary import mg, well_known

_SUBJECT = well_known("rdf", "subject")
_PREDICATE = well_known("rdf", "predicate")
_OBJECT = well_known("rdf", "object")
_PARAGRAPH = mg("inParagraph")
_REIFIES = f" {_SUBJECT} ".encode()


@dataclass(frozen=True)
class FactChange:
    """A fact that a version added or removed.

    ``source`` is the name of the graph that states it, one graph a source, and
    ``paragraphs`` are the IRIs of the paragraphs it is read from, as far as the
    same version says so.
    """

    entry: LogEntry
    is_added: bool
    subject: str
    predicate: str
    object: Term
    source: str
    paragraphs: tuple[str, ...] = ()


def changes_of(
    log: ChangeLog, things: frozenset[str], entries: Iterable[LogEntry]
) -> Iterator[FactChange]:
    """Yield the facts that speak of any of these things, as subject or as object.

    Args:
        log: The log of changes.
        things: IRIs.
        entries: The versions to look at, in the order that is wanted.

    Raises:
        HistoryError: If a patch cannot be read, or is kept no more.
    """
    marks = tuple(f"<{thing}>".encode() for thing in things)
    for entry in entries:
        for is_added in (False, True):
            lines = [line for side, line in log.statements(entry.header) if side is is_added]
            yield from _facts(entry, is_added, lines, things, marks)


def _facts(
    entry: LogEntry,
    is_added: bool,
    lines: Collection[bytes],
    things: frozenset[str],
    marks: tuple[bytes, ...],
) -> Iterator[FactChange]:
    """Yield the facts among the statements of one side of a patch."""
    nodes = {line.split(b" ", 1)[0] for line in lines if _REIFIES in line}
    near = [line for line in lines if any(mark in line for mark in marks)]
    names = {line.split(b" ", 1)[0] for line in near} & nodes
    stated = stated_in(quads_of(line for line in lines if line.split(b" ", 1)[0] in names))
    for quad in quads_of(line for line in near if line.split(b" ", 1)[0] not in nodes):
        if not _speaks_of(quad, things):
            continue
        source = quad.graph_name
        assert not isinstance(quad.predicate, DefaultGraph)  # noqa: S101 - narrows a type
        key = (str(quad.subject), str(quad.predicate), str(quad.object), str(source))
        yield FactChange(
            entry,
            is_added,
            _name(quad.subject),
            quad.predicate.value,
            quad.object,
            source.value if isinstance(source, NamedNode) else "",
            tuple(sorted(stated.get(key, ()))),
        )


def stated_in(quads: Iterable[Quad]) -> dict[tuple[str, str, str, str], set[str]]:
    """Return the paragraphs of each fact that a reification node speaks of."""
    nodes: dict[tuple[str, str], dict[NamedNode, list[Term]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for quad in quads:
        nodes[str(quad.subject), str(quad.graph_name)][quad.predicate].append(quad.object)
    found: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for (_, graph), facts in nodes.items():
        for subject in facts[_SUBJECT]:
            for predicate in facts[_PREDICATE]:
                for thing in facts[_OBJECT]:
                    key = (str(subject), str(predicate), str(thing), graph)
                    found[key].update(_name(place) for place in facts[_PARAGRAPH])
    return found


def _speaks_of(quad: Quad, things: frozenset[str]) -> bool:
    return any(
        isinstance(term, NamedNode) and term.value in things for term in (quad.subject, quad.object)
    )


def _name(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)

"""Where in the record things belong: their acts, operative paragraphs, names and gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal

from graph.audit.model import ITSELF, STATES, State, Words
from graph.batches import batches
from graph.shacl.model import Select
from graph.store.interface import value
from graph.vocabulary import CONCEPT, LABEL, mg

UNNAMED = "und"
"""The language of what is the same in all: the number of a paragraph."""

_AT_ONCE = 500


@dataclass(frozen=True)
class GapKey:
    """The value that is absent: of which thing, for which property."""

    thing: str
    property: str


def places(select: Select, path: str, things: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return where a path leads from each of the things that it leads anywhere from."""
    wanted = frozenset(things)
    if path == ITSELF:
        return {thing: (thing,) for thing in wanted}
    if not path or not wanted:
        return {}
    found: dict[str, set[str]] = defaultdict(set)
    for start, end in _pairs(select, f"?this {path} ?place", wanted):
        found[start].add(end)
    return {thing: tuple(sorted(ends)) for thing, ends in found.items()}


def gaps(select: Select, things: Iterable[str]) -> Mapping[GapKey, State]:
    """Return why values of things are absent, where a source was read for them.

    Where sources differ, what says most counts: that there is none, before that
    the source is silent, before that no source was read.
    """
    pattern = (
        f"?gap {mg('gapSubject')} ?this ; {mg('gapProperty')} ?property ; {mg('gapState')} ?state"
    )
    found: dict[GapKey, State] = {}
    for chunk in batches(sorted(set(things)), _AT_ONCE):
        query = f"SELECT ?this ?property ?state WHERE {{ {_values(chunk)} {pattern} }}"
        for thing, about, name in select(query).rows:
            key = GapKey(value(thing), value(about))
            state = _state(value(name))
            old = found.get(key)
            if state and (old is None or STATES.index(state) < STATES.index(old)):
                found[key] = state
    return found


def names(select: Select, things: Iterable[str]) -> Mapping[str, Words]:
    """Return what things are called, by language; a paragraph by its printed number."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    pattern = (
        f"{{ ?this {LABEL} ?name }} UNION {{ ?this {mg('paragraphNumber')} ?name "
        f"FILTER NOT EXISTS {{ ?this {LABEL} ?label }} }}"
    )
    for chunk in batches(sorted(set(things)), _AT_ONCE):
        rows = select(f"SELECT ?this ?name WHERE {{ {_values(chunk)} {pattern} }}").rows
        for thing, name in rows:
            language = name.language if isinstance(name, Literal) else None
            known = found[value(thing)].setdefault(language or UNNAMED, value(name))
            # Where sources call it differently, every run must choose the same.
            found[value(thing)][language or UNNAMED] = min(known, value(name))
    return found


def _pairs(select: Select, pattern: str, wanted: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the solutions of a pattern in ``?this`` and ``?place`` for the things wanted."""
    if len(wanted) <= _AT_ONCE:
        queries = [f"SELECT ?this ?place WHERE {{ {_values(wanted)} {pattern} }}"]
    else:
        # A list of many things costs the engine more than looking at all of them.
        queries = [f"SELECT ?this ?place WHERE {{ {pattern} }}"]
    for query in queries:
        for start, end in select(query).rows:
            if (thing := value(start)) in wanted:
                yield thing, value(end)


def _values(things: Iterable[str]) -> str:
    return f"VALUES ?this {{ {' '.join(f'<{thing}>' for thing in sorted(things))} }}"


def _state(iri: str) -> State:
    found = iri.removeprefix(f"{CONCEPT}gap/")
    return next((state for state in STATES if state == found), "")

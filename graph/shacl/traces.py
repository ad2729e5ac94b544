"""Where a rule looks: the statements it depends on, and the way back from each to its focus nodes.

A trace names a property, and the patterns that lead from a focus node to a
statement with it. Of a rule that a changed statement makes come out otherwise for
some focus node, a trace finds that node in the state after the change, whether
the statement was added or removed: of all changed statements that made the
difference, one is nearest to the focus node, and nothing on the way to it changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from graph.shacl.conditions import (
    All,
    AmongAtMost,
    AsFocus,
    AtLeast,
    Condition,
    ExactlyOne,
    IsInstance,
    Not,
    OnlyInItsLanguage,
    OnPath,
    PrecedesAll,
    Solves,
    Some,
)
from graph.shacl.model import Query, Rule
from graph.shacl.parsing import parsed
from graph.shacl.paths import (
    Alternative,
    Path,
    Repeated,
    Sequence,
    Step,
    inverse,
    joined,
    may_stay,
    triple,
)
from graph.shacl.plans import Key, membership
from graph.shacl.scopes import THIS, mentions
from graph.shacl.tree import Expression, Group, Optional, Pattern, Selection, Union
from graph.vocabulary import TYPE


@dataclass(frozen=True)
class Trace:
    """A property that is looked at, from where.

    ``chain`` are patterns that lead from ``?this`` to ``?seed``, the subject of
    the statement (its object if the step is inverse); empty if that is the focus
    node itself, ``None`` if it cannot be said how they hang together. If there
    are ``classes``, only statements with one of them at the other end matter.
    """

    chain: tuple[str, ...] | None
    step: Step
    classes: frozenset[str] | None = None


Classes = Callable[[str], tuple[str, ...]]
"""Gives a class and those below it."""


def traces_of_key(key: Key, classes: Classes) -> frozenset[Trace]:
    """Return what it depends on whether a node is among the focus nodes of a key."""
    route, applies = key
    found = set(_condition(membership((route,)), None, None, classes))
    if applies is not None:
        found.update(_condition(applies, None, None, classes))
    return frozenset(found)


def traces_of_rule(rule: Rule, classes: Classes) -> frozenset[Trace]:
    """Return what it depends on whether a focus node meets a rule."""
    found: set[Trace] = set()
    for check in rule.checks:
        if check.over is not None:
            found.update(_along(None, check.over))
        for end in {None} if check.over is None else _ends(None, check.over):
            found.update(_condition(check.demand, end, None, classes))
    for query in rule.queries:
        found.update(_query(query))
    return frozenset(found)


def _occurrences(path: Path) -> Iterator[tuple[Path | None, Step]]:
    """Yield each property of a path, with the paths that lead to its statements.

    A path that may stay where it is counts as none as well: an engine finds a node
    on it only as long as other statements speak of that node.
    """
    match path:
        case Step():
            yield None, path
        case Sequence(parts):
            yield from _in_sequence(parts)
        case Alternative(parts):
            for part in parts:
                yield from _occurrences(part)
        case Repeated(inner, _, many):
            for prefix, step in _occurrences(inner):
                yield prefix, step
                if many:
                    yield joined(Repeated(inner, True, True), prefix), step


def _in_sequence(parts: tuple[Path, ...]) -> Iterator[tuple[Path | None, Step]]:
    starts: set[Path | None] = {None}
    for part in parts:
        for prefix, step in _occurrences(part):
            for start in starts:
                yield joined(start, prefix), step
        starts = {end for start in starts for end in _ends(start, part)}


def _ends(start: Path | None, path: Path) -> set[Path | None]:
    """Return the ways to the nodes on a path, from where another leads."""
    return {joined(start, path), start} if may_stay(path) else {joined(start, path)}


def _along(start: Path | None, path: Path) -> Iterator[Trace]:
    for prefix, step in _occurrences(path):
        yield Trace(_chain(joined(start, prefix)), step)


def _chain(path: Path | None) -> tuple[str, ...]:
    if path is None:
        return ()
    parts = path.parts if isinstance(path, Sequence) else (path,)
    nodes = [THIS, *(f"?step{number}" for number in range(1, len(parts))), "?seed"]
    # Written from the end on, which is what is known.
    return tuple(
        triple(inverse(part), end, start)
        for part, start, end in reversed(list(zip(parts, nodes, nodes[1:], strict=False)))
    )


def _condition(
    condition: Condition, at: Path | None, focus: Path | None, classes: Classes
) -> Iterator[Trace]:
    """Yield what a condition looks at, of a node on a path and of what it is a value of."""
    match condition:
        case All(parts) | Some(parts) | ExactlyOne(parts):
            for part in parts:
                yield from _condition(part, at, focus, classes)
        case Not(of):
            yield from _condition(of, at, focus, classes)
        case AsFocus(of):
            yield from _condition(of, at, at, classes)
        case AtLeast(_, path, of):
            yield from _along(at, path)
            for end in _ends(at, path):
                yield from _condition(of, end, at, classes)
        case _:
            yield from _relation(condition, at, focus, classes)


def _relation(
    condition: Condition, at: Path | None, focus: Path | None, classes: Classes
) -> Iterator[Trace]:
    match condition:
        case PrecedesAll(_, iri):
            yield from _along(focus, Step(iri))
        case OnPath(path) | OnlyInItsLanguage(path) | AmongAtMost(_, path):
            yield from _along(focus, path)
        case IsInstance(iri):
            yield Trace(_chain(at), Step(TYPE.value), frozenset(classes(iri)))
        case Solves(text):
            for trace in _query(Query(text)):
                yield _further(at, trace)


def _further(at: Path | None, trace: Trace) -> Trace:
    """Return a trace that begins at the nodes on a path as one that begins at the focus node."""
    if at is None or trace.chain is None:
        return trace
    if not trace.chain:
        return Trace(_chain(at), trace.step)
    # Both have names for what lies between, which must not be taken for the same.
    before = [re.sub(r"\?step", "?before", part) for part in _chain(at)]
    return Trace(
        (
            *(re.sub(r"\?this\b", "?middle", part) for part in trace.chain),
            *(re.sub(r"\?seed\b", "?middle", part) for part in before),
        ),
        trace.step,
    )


def _query(query: Query) -> Iterator[Trace]:
    yield from _group(parsed(query.text).group, ())


def _group(group: Group, around: tuple[Pattern, ...]) -> Iterator[Trace]:
    """Yield what a group looks at; ``around`` must hold of whatever it contributes to."""
    here = (*around, *(one for one in group.elements if isinstance(one, Pattern)))
    for element in group.elements:
        match element:
            case Pattern():
                yield from _pattern(element, here)
            case Expression(_, groups, _) | Union(groups):
                for inner in groups:
                    yield from _group(inner, here)
            case Optional(inner):
                yield from _group(inner, here)
            case Selection(variables, inner, _, _):
                # Its variables are its own; only the focus node is surely the same.
                if mentions(inner) and (variables is None or THIS in variables):
                    yield from _group(inner, ())
                else:
                    for trace in _group(inner, ()):
                        yield Trace(None, trace.step)


def _pattern(pattern: Pattern, around: tuple[Pattern, ...]) -> Iterator[Trace]:
    """Yield the traces of a pattern, from whichever of its ends is nearer to the focus node."""
    others = [one for one in around if one != pattern]
    ways = [(_way(pattern.subject, others), pattern.subject, pattern.path)]
    ways.append((_way(pattern.object, others), pattern.object, inverse(pattern.path)))
    known = [(chain, node, path) for chain, node, path in ways if chain is not None]
    if not known:
        for _, step in _occurrences(pattern.path):
            yield Trace(None, step)
        return
    chain, node, path = min(known, key=lambda way: len(way[0]))
    for prefix, step in _occurrences(path):
        if prefix is None:
            yield Trace(_seeded(chain, node), step)
        else:
            yield Trace((triple(inverse(prefix), "?seed", node), *chain), step)


def _seeded(chain: tuple[str, ...], node: str) -> tuple[str, ...]:
    return tuple(re.sub(rf"{re.escape(node)}\b", "?seed", part) for part in chain)


def _way(node: str, patterns: Iterable[Pattern]) -> tuple[str, ...] | None:
    """Return the shortest chain of patterns from a node to ``?this``, ``None`` if there is none."""
    if not node.startswith("?"):
        return None
    links = [
        one
        for one in patterns
        if one.subject.startswith("?") and one.object.startswith("?") and not may_stay(one.path)
    ]
    reached: dict[str, tuple[str, ...]] = {THIS: ()}
    edge = [THIS]
    while edge and node not in reached:
        further: list[str] = []
        for one in links:
            for near, far, path in (
                (one.subject, one.object, inverse(one.path)),
                (one.object, one.subject, one.path),
            ):
                if near in edge and far not in reached:
                    reached[far] = (triple(path, far, near), *reached[near])
                    further.append(far)
        edge = further
    return reached.get(node)

"""When a result is the one that a test expects.

Blank nodes may have other names, as long as one name always stands for the same
node. Numbers and booleans are the same if their types and values are, however
they are written: the suites mark the test that wants them written the same with
``mf:NoCanonicalizationOfNumerics``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal

import pyoxigraph as ox

from conformance.results import Result, Row, Solutions, Term

Names = Mapping[str, str]
"""Blank nodes that are expected, and those that stand for them."""

XSD = "http://www.w3.org/2001/XMLSchema#"
_FORMS = {
    "boolean": re.compile(r"true|false|0|1"),
    "double": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE),
    "decimal": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)"),
    "integer": re.compile(r"[+-]?\d+"),
}
_LIKE = {
    "float": "double",
    "nonPositiveInteger": "integer",
    "negativeInteger": "integer",
    "nonNegativeInteger": "integer",
    "positiveInteger": "integer",
    "long": "integer",
    "int": "integer",
    "short": "integer",
    "byte": "integer",
    "unsignedLong": "integer",
    "unsignedInt": "integer",
    "unsignedShort": "integer",
    "unsignedByte": "integer",
}
"""Types that are written like another one."""


def same(expected: Result, actual: Result, *, lax: bool = False, exact: bool = False) -> bool:
    """Return whether a result is equivalent to the one expected.

    Args:
        expected: It also says whether the order of rows matters.
        actual: What came.
        lax: Whether duplicates that are expected may be missing, as REDUCED allows.
        exact: Whether numbers must be written the same.
    """
    if not exact:
        expected, actual = _valued(expected), _valued(actual)
    if isinstance(expected, Solutions) and isinstance(actual, Solutions):
        return _same_solutions(expected, actual, lax)
    if isinstance(expected, ox.Dataset) and isinstance(actual, ox.Dataset):
        return _canonical(expected) == _canonical(actual)
    return type(expected) is type(actual) and expected == actual


def _valued(result: Result) -> Result:
    """Return a result whose numbers and booleans are written in one way."""
    if isinstance(result, Solutions):
        rows = [{name: _value(term) for name, term in row.items()} for row in result.rows]
        return Solutions(result.variables, tuple(rows), result.ordered)
    if isinstance(result, ox.Dataset):
        quads = [(q.subject, q.predicate, _value(q.object), q.graph_name) for q in result]
        return ox.Dataset(ox.Quad(*quad) for quad in quads)
    return result


def _value(term: Term) -> Term:
    if isinstance(term, ox.Triple):
        return ox.Triple(term.subject, term.predicate, _value(term.object))
    if not isinstance(term, ox.Literal) or not term.datatype.value.startswith(XSD):
        return term
    name = term.datatype.value.removeprefix(XSD)
    kind = _LIKE.get(name, name)
    text = term.value.strip()
    if kind not in _FORMS or not _FORMS[kind].fullmatch(text):
        return term
    if kind == "boolean":
        text = "true" if text in ("true", "1") else "false"
    elif kind == "double":
        text = repr(float(text))
    else:
        text = format(Decimal(text).normalize() + 0, "f")
    return ox.Literal(text, datatype=term.datatype)


def _canonical(dataset: ox.Dataset) -> ox.Dataset:
    renamed = ox.Dataset(dataset)
    renamed.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return renamed


def _same_solutions(expected: Solutions, actual: Solutions, lax: bool) -> bool:
    if expected.variables != actual.variables:
        return False
    if lax:
        wanted, found = _counted(expected), _counted(actual)
        return wanted.keys() == found.keys() and all(found[row] <= wanted[row] for row in found)
    if len(expected.rows) != len(actual.rows):
        return False
    if expected.ordered:
        return _in_order(expected, actual)
    return _in_any_order(list(expected.rows), list(actual.rows))


def _counted(solutions: Solutions) -> Counter[frozenset[tuple[str, Term]]]:
    return Counter(frozenset(row.items()) for row in solutions.rows)


def _in_order(expected: Solutions, actual: Solutions) -> bool:
    names: Names | None = {}
    for wanted, found in zip(expected.rows, actual.rows, strict=True):
        names = _matched(wanted, found, names)
        if names is None:
            return False
    return True


def _in_any_order(expected: list[Row], actual: list[Row]) -> bool:
    """Return whether rows can be paired, trying only those that look alike."""
    alike: dict[str, list[Row]] = defaultdict(list)
    for row in actual:
        alike[_look(row)].append(row)
    if Counter(map(_look, expected)) != Counter(map(_look, actual)):
        return False
    open_rows = [row for row in expected if "_:" in _look(row)]
    return _paired(open_rows, alike, {})


def _paired(expected: list[Row], alike: dict[str, list[Row]], names: Names) -> bool:
    if not expected:
        return True
    candidates = alike[_look(expected[0])]
    for position, candidate in enumerate(candidates):
        extended = _matched(expected[0], candidate, names)
        if extended is not None:
            del candidates[position]
            if _paired(expected[1:], alike, extended):
                return True
            candidates.insert(position, candidate)
    return False


def _look(row: Row) -> str:
    """Return a row as text in which all blank nodes are the same."""
    return repr(sorted((name, _shown(term)) for name, term in row.items()))


def _shown(term: Term) -> str:
    if isinstance(term, ox.Triple):
        return f"<<( {_shown(term.subject)} {term.predicate} {_shown(term.object)} )>>"
    return "_:" if isinstance(term, ox.BlankNode) else str(term)


def _matched(expected: Row, actual: Row, names: Names | None) -> Names | None:
    """Return the names with those that make two rows the same, ``None`` if nothing does."""
    if names is None or expected.keys() != actual.keys():
        return None
    for name in expected:
        names = _matched_term(expected[name], actual[name], names)
        if names is None:
            return None
    return names


def _matched_term(expected: Term, actual: Term, names: Names) -> Names | None:
    if isinstance(expected, ox.Triple) and isinstance(actual, ox.Triple):
        subject = _matched_term(expected.subject, actual.subject, names)
        if subject is None or expected.predicate != actual.predicate:
            return None
        return _matched_term(expected.object, actual.object, subject)
    if isinstance(expected, ox.BlankNode) and isinstance(actual, ox.BlankNode):
        if expected.value in names:
            return names if names[expected.value] == actual.value else None
        if actual.value in names.values():
            return None
        return {**names, expected.value: actual.value}
    return names if expected == actual else None

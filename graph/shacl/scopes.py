"""Whether a query gives for all focus nodes at once what it gives for one after the other.

SHACL fills in ``$this`` wherever it stands, even in the innermost filter. When
the query is joined to its focus nodes instead, a filter or an assignment sees
``?this`` only if it is bound in the very group that they are in.
"""

from __future__ import annotations

from graph.shacl.document import BrokenShapeError
from graph.shacl.tree import (
    Element,
    Expression,
    Group,
    Optional,
    Pattern,
    Selection,
    Union,
    Values,
)

THIS = "?this"


def check_scopes(query: Selection) -> None:
    """Look at a query to which a pattern for the focus nodes will be joined at the start.

    Raises:
        BrokenShapeError: If that would not come to the same.
    """
    if query.variables is not None and THIS not in query.variables:
        raise BrokenShapeError("Its query does not select $this.")
    _check_selection(query, frozenset({THIS}))


def _check_selection(query: Selection, bound: frozenset[str]) -> None:
    if query.cut:
        raise BrokenShapeError("Its query has a LIMIT or OFFSET, which is not supported.")
    if query.grouped is not None and THIS not in query.grouped:
        raise BrokenShapeError("Its query counts without GROUP BY $this.")
    _check_group(query.group, bound)


def _check_group(group: Group, bound: frozenset[str]) -> None:
    """Look at a group; ``bound`` is what its filters can see from outside."""
    whole = bound | bound_in(group)
    so_far = bound
    for element in group.elements:
        match element:
            case Expression(variables, groups, name):
                seen = so_far if name else whole
                mentioned = THIS in variables or any(map(mentions, groups))
                if mentioned and THIS not in seen:
                    raise BrokenShapeError(
                        "Its query uses $this where no pattern of the same group binds it."
                    )
                for asked in groups:
                    check_asked(asked)
            case Union(groups):
                for inner in groups:
                    _check_group(inner, frozenset())
            case Optional(inner):
                _check_group(inner, so_far)
            case Selection() as query if mentions(query.group):
                if query.variables is None or THIS not in query.variables:
                    raise BrokenShapeError("Its query has a SELECT that uses $this and hides it.")
                _check_selection(query, frozenset())
        so_far |= _bound_by(element)


def check_asked(group: Group) -> None:
    """Look at the group of an EXISTS, in which everything from outside is filled in."""
    for element in group.elements:
        match element:
            case Expression(_, groups, _) | Union(groups):
                for inner in groups:
                    check_asked(inner)
            case Optional(inner):
                check_asked(inner)
            case Selection() as query if mentions(query.group):
                raise BrokenShapeError("Its query has a SELECT with $this inside an EXISTS.")


def bound_in(group: Group) -> frozenset[str]:
    """Return the variables that every solution of a group has."""
    found: frozenset[str] = frozenset()
    for element in group.elements:
        found |= _bound_by(element)
    return found


def _bound_by(element: Element) -> frozenset[str]:
    match element:
        case Pattern(subject, _, value):
            return frozenset(node for node in (subject, value) if node.startswith("?"))
        case Values(variables):
            return variables
        case Expression(_, _, name):
            return frozenset({name} if name else ())
        case Union(groups):
            return frozenset.intersection(*map(bound_in, groups))
        case Selection(variables, group, _, _):
            inner = bound_in(group)
            return inner if variables is None else inner & variables
    return frozenset()


def mentions(group: Group) -> bool:
    """Return whether ``?this`` stands anywhere in a group."""
    for element in group.elements:
        match element:
            case Pattern(subject, _, value) if THIS in (subject, value):
                return True
            case Values(variables) if THIS in variables:
                return True
            case Expression(variables, groups, name):
                if THIS in variables or name == THIS or any(map(mentions, groups)):
                    return True
            case Union(groups) if any(map(mentions, groups)):
                return True
            case Optional(inner) | Selection(_, inner, _, _) if mentions(inner):
                return True
    return False

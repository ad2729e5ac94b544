"""Conditions as SPARQL expressions.

Each expression is true or false and never an error. What is asked about other
nodes is put as ``EXISTS`` with a single pattern, one inside the other: engines
look that up for each node, whereas many work out a whole join for each when there
are two patterns in one ``EXISTS``. No solutions are counted, since a triple may be
in several graphs and be found in each: “at least two” is “one, and another one”.
"""

from __future__ import annotations

from collections.abc import Mapping

from graph.shacl.conditions import (
    All,
    Always,
    AmongAtMost,
    AsFocus,
    AtLeast,
    Compares,
    Comparison,
    Condition,
    ExactlyOne,
    HasDatatype,
    HasLength,
    IsAmong,
    IsFocus,
    IsInstance,
    IsKind,
    Matches,
    Not,
    OnlyInItsLanguage,
    OnPath,
    PrecedesAll,
    Solves,
    Some,
    SpeaksIn,
)
from graph.shacl.parsing import where
from graph.shacl.paths import Alternative, Path, Sequence, triple
from graph.vocabulary import PREFIXES, TYPE

XSD = PREFIXES["xsd"]
LANG_STRING = PREFIXES["rdf"] + "langString"

_NUMERIC = {
    "decimal": None,
    "integer": None,
    "float": None,
    "double": None,
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
}
_LEXICAL = {
    "integer": r"^[+-]?[0-9]+$",
    "decimal": r"^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$",
    "gYear": r"^-?[0-9]{4,}(Z|[+-][0-9]{2}:[0-9]{2})?$",
    "gYearMonth": r"^-?[0-9]{4,}-(0[1-9]|1[0-2])(Z|[+-][0-9]{2}:[0-9]{2})?$",
    "gMonth": r"^--(0[1-9]|1[0-2])(Z|[+-][0-9]{2}:[0-9]{2})?$",
}
_FAR = {
    "boolean": "true",
    "date": "9999-12-31",
    "dateTime": "9999-12-31T00:00:00Z",
    "time": "12:00:00",
}
_KINDS = {"IRI": "isIRI", "BLANK": "isBlank", "LITERAL": "isLiteral"}


class Writer:
    """Writes conditions as SPARQL expressions.

    ``below`` gives the classes below a class, itself included, as far as there
    are others than itself.
    """

    def __init__(self, below: Mapping[str, tuple[str, ...]]) -> None:
        """Start with no variable used."""
        self._below = below
        self._used = 0

    def classes(self, iri: str) -> tuple[str, ...]:
        """Return a class and those below it."""
        return self._below.get(iri, (iri,))

    def fresh(self) -> str:
        """Return a variable that has not been used."""
        self._used += 1
        # No query that is written by hand is likely to have such a variable.
        return f"?otherNode{self._used}"

    def write(self, condition: Condition, node: str, focus: str) -> str:
        """Return the expression that says the condition of a node.

        Args:
            condition: What is to hold.
            node: The variable of the node.
            focus: The variable of the focus node that the node is a value of.
        """
        match condition:
            case Always(holds):
                return "true" if holds else "false"
            case All(parts):
                return self._linked(parts, " && ", "true", node, focus)
            case Some(parts):
                return self._linked(parts, " || ", "false", node, focus)
            case ExactlyOne(parts):
                ones = [f"IF({self.write(part, node, focus)}, 1, 0)" for part in parts]
                return f"({' + '.join(ones) or '0'} = 1)"
            case Not(of):
                return f"!({self.write(of, node, focus)})"
            case AsFocus(of):
                return self.write(of, node, node)
        return self._relation(condition, node, focus)

    def _relation(self, condition: Condition, node: str, focus: str) -> str:
        """Write what a node has to do with others."""
        match condition:
            case AtLeast(count, path, of):
                return self._at_least(count, path, of, node)
            case PrecedesAll(order, iri):
                return self._precedes(order, iri, node, focus)
            case OnPath(path):
                other = self.fresh()
                return self.exists(path, focus, other, f"sameTerm({other}, {node})")
            case IsFocus():
                return f"sameTerm({node}, {focus})"
            case OnlyInItsLanguage(path):
                return self._only_in_its_language(path, node, focus)
            case AmongAtMost(count, path):
                return f"!{self._others(count, path, node, focus, (node,))}"
            case IsInstance(iri):
                return self._is_instance(iri, node)
            case Solves(text):
                return f"EXISTS {{ {where(text, node, self.fresh()[1:])} }}"
        return f"COALESCE({_test(condition, node)}, false)"

    def exists(self, path: Path, start: str, end: str, expression: str) -> str:
        """Return the expression that a node on the path from ``start`` satisfies another.

        Args:
            path: The path.
            start: The variable it starts from, which is bound.
            end: The variable of the node.
            expression: What is said of the node.
        """
        match path:
            case Sequence((only,)):
                return self.exists(only, start, end, expression)
            case Sequence((first, *rest)):
                middle = self.fresh()
                further = self.exists(Sequence(tuple(rest)), middle, end, expression)
                return self.exists(first, start, middle, further)
            case Alternative(parts):
                found = [self.exists(part, start, end, expression) for part in parts]
                return f"({' || '.join(found)})"
        said = "" if expression == "true" else f" FILTER({expression})"
        return f"EXISTS {{ {triple(path, start, end)}{said} }}"

    def _linked(
        self, parts: tuple[Condition, ...], link: str, empty: str, node: str, focus: str
    ) -> str:
        written = [self.write(part, node, focus) for part in parts]
        if len(written) < 2:
            return written[0] if written else empty
        return f"({link.join(written)})"

    def _at_least(
        self, count: int, path: Path, of: Condition, node: str, found: tuple[str, ...] = ()
    ) -> str:
        if count <= 0:
            return "true"
        other = self.fresh()
        said = [f"!sameTerm({other}, {one})" for one in found]
        said.append(self.write(of, other, node))
        if count > 1:
            said.append(self._at_least(count - 1, path, of, node, (*found, other)))
        return self.exists(path, node, other, _and(said))

    def _others(self, count: int, path: Path, node: str, focus: str, found: tuple[str, ...]) -> str:
        """Say that there are as many nodes on the path beside those found."""
        if count <= 0:
            return "true"
        other = self.fresh()
        said = [f"!sameTerm({other}, {one})" for one in found]
        if count > 1:
            said.append(self._others(count - 1, path, node, focus, (*found, other)))
        return self.exists(path, focus, other, _and(said))

    def _precedes(self, order: Comparison, iri: str, node: str, focus: str) -> str:
        other = self.fresh()
        said = f"!COALESCE({node} {order} {other}, false)"
        return f"!EXISTS {{ {focus} <{iri}> {other} FILTER({said}) }}"

    def _only_in_its_language(self, path: Path, node: str, focus: str) -> str:
        other = self.fresh()
        same = f"COALESCE(LCASE(LANG({node})) = LCASE(LANG({other})), false)"
        twin = self.exists(path, focus, other, f"{same} && !sameTerm({node}, {other})")
        return f'!(COALESCE(LANG({node}) != "", false) && {twin})'

    def _is_instance(self, iri: str, node: str) -> str:
        # A few lookups are faster than one over all types of the node.
        found = [f"EXISTS {{ {node} {TYPE} <{one}> }}" for one in self.classes(iri)]
        if len(found) == 1:
            return found[0]
        if len(found) <= 4:
            return f"({' || '.join(found)})"
        kind = self.fresh()
        listed = ", ".join(f"<{one}>" for one in self.classes(iri))
        return f"EXISTS {{ {node} {TYPE} {kind} FILTER({kind} IN ({listed})) }}"


def _and(said: list[str]) -> str:
    return " && ".join(part for part in said if part != "true") or "true"


def _test(condition: Condition, node: str) -> str:
    """Return an expression about the node alone, which may be an error."""
    match condition:
        case IsKind(kinds):
            return " || ".join(f"{_KINDS[kind]}({node})" for kind in kinds)
        case HasDatatype(iri):
            return f"DATATYPE({node}) = <{iri}>{_well_formed(iri, node)}"
        case Compares(order, bound):
            return f"{node} {order} {bound}"
        case HasLength(order, length):
            return f"STRLEN(STR({node})) {order} {length}"
        case Matches(pattern, flags):
            return f"REGEX(STR({node}), {quoted(pattern)}, {quoted(flags)})"
        case SpeaksIn(ranges):
            found = [f"LANGMATCHES(LANG({node}), {quoted(one)})" for one in ranges]
            return " || ".join(found) or "false"
        case IsAmong(terms):
            return " || ".join(f"sameTerm({node}, {term})" for term in terms) or "false"
    raise AssertionError(condition)


def quoted(text: str) -> str:
    r"""Return a text as SPARQL writes it.

    Example:
        >>> quoted('a"b\\d')
        '"a\\"b\\\\d"'
    """
    marks = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return f'"{"".join(marks.get(letter, letter) for letter in text)}"'


def _well_formed(iri: str, node: str) -> str:
    """Return what else must hold of a literal of a datatype.

    Dates and times are compared with one that is, which is an error for those that
    are none: SPARQL 1.1 leaves it to engines whether dates have an order, and all do.
    """
    if not iri.startswith(XSD):
        return f' && LANG({node}) != ""' if iri == LANG_STRING else ""
    name = iri.removeprefix(XSD)
    lexical = f"REGEX(STR({node}), {quoted(_LEXICAL[name])})" if name in _LEXICAL else ""
    if name in _NUMERIC:
        least, most = _NUMERIC[name] or (None, None)
        bounds = f" && {node} >= {least}" if least is not None else ""
        bounds += f" && {node} <= {most}" if most is not None else ""
        # Engines that calculate with limited precision know big numbers by their text only.
        numeric = f"(isNumeric({node}) || {lexical})" if lexical else f"isNumeric({node})"
        return f" && {numeric}{bounds}"
    if name in _FAR:
        other = f'"{_FAR[name]}"^^<{iri}>'
        return f" && ({node} < {other} || {node} >= {other})"
    return f" && {lexical}" if lexical else ""

"""The terms of SHACL that shapes are read by."""

from __future__ import annotations

from pyoxigraph import NamedNode

SH = "http://www.w3.org/ns/shacl#"


def sh(name: str) -> NamedNode:
    """Return a term of SHACL."""
    return NamedNode(SH + name)


def component(name: str) -> str:
    """Return the IRI of a constraint component.

    Example:
        >>> component("MinCount")
        'http://www.w3.org/ns/shacl#MinCountConstraintComponent'
    """
    return f"{SH}{name}ConstraintComponent"


TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")

NO_CONSTRAINTS = {
    *TARGETS,
    "path",
    "property",
    "name",
    "description",
    "order",
    "group",
    "defaultValue",
    "message",
    "severity",
    "deactivated",
}
"""What a shape may say that demands nothing."""

KNOWN = {
    "class",
    "datatype",
    "nodeKind",
    "minCount",
    "maxCount",
    "minExclusive",
    "minInclusive",
    "maxExclusive",
    "maxInclusive",
    "minLength",
    "maxLength",
    "pattern",
    "flags",
    "languageIn",
    "uniqueLang",
    "equals",
    "disjoint",
    "lessThan",
    "lessThanOrEquals",
    "not",
    "and",
    "or",
    "xone",
    "node",
    "qualifiedValueShape",
    "qualifiedValueShapesDisjoint",
    "qualifiedMinCount",
    "qualifiedMaxCount",
    "hasValue",
    "in",
    "sparql",
}
"""The parameters of the constraints that can be judged."""

SEVERAL = {"class", "not", "and", "or", "xone", "node", "hasValue", "sparql", "property"} | {
    "equals",
    "disjoint",
    "lessThan",
    "lessThanOrEquals",
    "qualifiedValueShape",
}
"""The parameters that may have several values, each a constraint of its own."""

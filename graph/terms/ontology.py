"""The classes and properties of the ontology, and the concepts, as their Turtle files have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal as OneOf

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat

from graph.resources import folder, texts
from graph.vocabulary import CONCEPT, LABEL, ONTOLOGY, PREFIXES, TYPE

Kind = OneOf["class", "property", "scheme", "concept"]

_KINDS: Mapping[str, Kind] = {
    PREFIXES["owl"] + "Class": "class",
    PREFIXES["owl"] + "DatatypeProperty": "property",
    PREFIXES["owl"] + "ObjectProperty": "property",
    PREFIXES["skos"] + "ConceptScheme": "scheme",
    PREFIXES["skos"] + "Concept": "concept",
}
_LABELS = {LABEL.value, PREFIXES["skos"] + "prefLabel"}
_DEFINITION = PREFIXES["skos"] + "definition"
_ABOVE = PREFIXES["rdfs"] + "subClassOf"
_SINGLE = NamedNode(PREFIXES["owl"] + "FunctionalProperty")


@dataclass(frozen=True)
class Term:
    """One term; labels and definitions are by language.

    ``module`` is the name of its file, such as ``"money"`` or ``"concepts/verb"``;
    ``above`` are the classes it is a kind of. A thing has one value of a ``single``
    property at most.
    """

    iri: str
    kind: Kind
    module: str
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    above: tuple[str, ...] = ()
    single: bool = False

    @property
    def written(self) -> str:
        """The term as a query writes it: with a prefix where its name has no slash."""
        if self.iri.startswith(CONCEPT):
            return f"<{self.iri}>"
        return f"mg:{self.iri.removeprefix(ONTOLOGY)}"


@cache
def read_terms() -> Mapping[str, Term]:
    """Return the terms of the ontology by IRI, in the order of modules and then of IRIs."""
    modules = texts(folder("ontology"), ".ttl")
    return {term.iri: term for module, text in modules.items() for term in _terms(module, text)}


def _terms(module: str, text: str) -> Iterator[Term]:
    kinds: dict[str, Kind] = {}
    above: dict[str, list[str]] = defaultdict(list)
    single: set[str] = set()
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    definitions: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in pyoxigraph.parse(text, format=RdfFormat.TURTLE):
        subject, name, found = quad.subject, quad.predicate.value, quad.object
        if not isinstance(subject, NamedNode):
            continue
        if quad.predicate == TYPE and isinstance(found, NamedNode) and found.value in _KINDS:
            kinds[subject.value] = _KINDS[found.value]
        elif found == _SINGLE:
            single.add(subject.value)
        elif name == _ABOVE and isinstance(found, NamedNode):
            above[subject.value].append(found.value)
        elif name in _LABELS and isinstance(found, Literal):
            labels[subject.value][found.language or ""] = found.value
        elif name == _DEFINITION and isinstance(found, Literal):
            definitions[subject.value][found.language or ""] = found.value
    for iri in sorted(kinds):
        yield Term(
            iri,
            kinds[iri],
            module,
            labels[iri],
            definitions[iri],
            tuple(sorted(above[iri])),
            iri in single,
        )

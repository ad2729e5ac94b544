"""How a term of the ontology is named, what the shapes ask of it, and where the data use it."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.languages import NAMES, Language, noted
from graph.store.interface import ReadStore, value
from graph.terms.demands import Demand, read_demands
from graph.terms.ontology import Term, read_terms
from graph.vocabulary import TYPE
from service.languages import gettext
from service.pages.cells import Cell, name_cell, term_cell
from service.pages.forms import Words, words
from service.pages.names import names
from service.pages.schema import schema_name

EXAMPLES = 5
"""Things, or values, that are shown as examples."""

_PROFILES = {
    "board": noted("before a governing body"),
    "languages": noted("in six languages"),
    "publication": noted("for publication"),
    "structure": noted("structure"),
}
_SEVERITIES = {
    "violation": noted("must"),
    "warning": noted("should"),
    "info": noted("may"),
}


@dataclass(frozen=True)
class Label:
    """The name of a term in one language, empty if it has none there."""

    tag: str
    language: str
    text: str


@dataclass(frozen=True)
class Rule:
    """A demand of the shapes, and of which classes it is asked."""

    name: Words
    message: Words
    classes: tuple[Cell, ...]
    profile: str
    severity: str


@dataclass(frozen=True)
class Example:
    """A use in the data; of a class the thing alone."""

    thing: Cell
    value: Cell | None


@dataclass(frozen=True)
class Use:
    """What the page about a term shows beside the facts; ``count`` is of all uses."""

    labels: tuple[Label, ...]
    members: tuple[Cell, ...]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    count: int


def read_use(iri: str, store: ReadStore, spoken: Language) -> Use | None:
    """Return how a class or property is used, ``None`` for anything else."""
    term = read_terms().get(iri)
    if term is None or term.kind not in {"class", "property"}:
        return None
    demands = [demand for demand in read_demands() if _concerns(demand, term)]
    linked = dict.fromkeys(
        other
        for demand in demands
        for other in ([demand.property] if term.kind == "class" else demand.classes)
        if other
    )
    return Use(
        tuple(Label(tag, name, term.labels.get(tag, "")) for tag, name in NAMES.items()),
        tuple(schema_name(other, spoken) for other in linked),
        tuple(_rule(demand, spoken) for demand in demands),
        _examples(term, store, spoken),
        _count(term, store),
    )


def _concerns(demand: Demand, term: Term) -> bool:
    return term.iri in demand.classes if term.kind == "class" else term.iri == demand.property


def _rule(demand: Demand, spoken: Language) -> Rule:
    return Rule(
        words(demand.names, spoken),
        words(demand.messages, spoken),
        tuple(schema_name(iri, spoken) for iri in demand.classes),
        gettext(_PROFILES[demand.profile]) if demand.profile in _PROFILES else demand.profile,
        gettext(_SEVERITIES.get(demand.severity, _SEVERITIES["violation"])),
    )


def _pattern(term: Term) -> str:
    node = NamedNode(term.iri)
    return f"?thing {TYPE} {node}" if term.kind == "class" else f"?thing {node} ?value"


def _count(term: Term, store: ReadStore) -> int:
    found = store.select(f"SELECT (COUNT(*) AS ?count) {{ {_pattern(term)} }}")
    return int(value(found.rows[0][0]))


def _examples(term: Term, store: ReadStore, spoken: Language) -> tuple[Example, ...]:
    """Return the first uses that come; any will do, and putting all in order takes long."""
    query = f"SELECT * {{ {_pattern(term)} . FILTER(isIRI(?thing)) }} LIMIT {EXAMPLES}"
    records = sorted(store.select(query).records(), key=lambda row: value(row["thing"]))
    terms = [found for row in records for found in row.values()]
    named = names({t.value for t in terms if isinstance(t, NamedNode)}, store, spoken.code)
    return tuple(
        Example(
            name_cell(value(row["thing"]), named.get(value(row["thing"])), spoken),
            term_cell(row["value"], named, spoken) if term.kind == "property" else None,
        )
        for row in records
    )

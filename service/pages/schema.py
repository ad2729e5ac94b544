"""The schema page: what the graph is made of, drawn from the shapes and told as a list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flask import Blueprint, render_template

from graph.languages import Language, best, noted
from graph.terms.demands import IN_A_LANGUAGE, Member, read_members
from graph.terms.ontology import Term, read_terms
from service.charts.classes import Box, Diagram, Line, diagram
from service.languages import gettext, language
from service.pages.cells import Cell, name_cell
from service.pages.forms import Words, words
from service.pages.names import Name
from service.pages.wording import short_name, term_name

blueprint = Blueprint("schema", __name__)

_MODULES = {
    "acts": noted("Acts and documents"),
    "mandates": noted("Mandates"),
    "work": noted("Work and progress"),
    "money": noted("Money"),
    "bodies": noted("Bodies and partners"),
    "events": noted("Events and deadlines"),
    "countries": noted("Places"),
    "provenance": noted("Statements and sources"),
    "audit": noted("Audits"),
}


@dataclass(frozen=True)
class Property:
    """A property of a class: its name, the kinds of its values, how many there may be."""

    name: Cell
    values: tuple[Cell, ...]
    number: str


@dataclass(frozen=True)
class Entry:
    """A class with its properties."""

    name: Cell
    definition: Words
    above: tuple[Cell, ...]
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Module:
    """The classes of one subject; the drawing shows the same as the entries."""

    name: str
    heading: str
    drawing: Diagram
    entries: tuple[Entry, ...]


@blueprint.get("/schema")
def page() -> str:
    """Show the classes of the ontology by subject, and what leads from one to another."""
    return render_template("schema.html", modules=_modules(language()))


def number_of(member: Member) -> str:
    """Return how many values a property has, as class diagrams write it."""
    if member.least == member.most:
        return str(member.least)
    return f"{member.least}–{member.most or '∞'}"


def schema_name(iri: str, spoken: Language) -> Cell:
    """Return a class, property or datatype by its name in a language."""
    if iri == IN_A_LANGUAGE:
        return Cell(gettext("text in a language"))
    term = read_terms().get(iri)
    if term is None:
        return name_cell(iri, Name(term_name(iri) or short_name(iri)), spoken)
    tongue = best(term.labels, spoken.code)
    return name_cell(iri, Name(term.labels[tongue], tongue), spoken)


def _modules(spoken: Language) -> tuple[Module, ...]:
    found: dict[str, list[Term]] = defaultdict(list)
    for term in read_terms().values():
        if term.kind == "class":
            found[term.module].append(term)
    ordered = [name for name in _MODULES if name in found]
    return tuple(_module(name, found[name], spoken) for name in ordered)


def _module(name: str, terms: list[Term], spoken: Language) -> Module:
    heading = gettext(_MODULES[name])
    entries = tuple(_entry(term, spoken) for term in terms)
    boxes = [_box(term, entry) for term, entry in zip(terms, entries, strict=True)]
    told = gettext("Classes with their properties; arrows lead to the classes of the values.")
    return Module(name, heading, diagram(heading, told, boxes, spoken.direction == "rtl"), entries)


def _entry(term: Term, spoken: Language) -> Entry:
    members = read_members().get(term.iri, ())
    return Entry(
        schema_name(term.iri, spoken),
        words(term.definitions, spoken),
        tuple(schema_name(iri, spoken) for iri in term.above if iri in read_terms()),
        tuple(
            Property(
                schema_name(member.property, spoken),
                tuple(schema_name(iri, spoken) for iri in member.values),
                number_of(member),
            )
            for member in members
        ),
    )


def _box(term: Term, entry: Entry) -> Box:
    members = read_members().get(term.iri, ())
    lines = [
        Line(
            _line(found),
            tuple(iri for iri in member.values if iri in read_terms()),
            found.number,
        )
        for member, found in zip(members, entry.properties, strict=True)
    ]
    kinds = [iri for iri in term.above if iri in read_terms()]
    for iri, cell in zip(kinds, entry.above, strict=True):
        lines.insert(0, Line(gettext("a kind of: %(name)s") % {"name": cell.text}, (iri,)))
    return Box(term.iri, entry.name.text, entry.name.href, tuple(lines))


def _line(found: Property) -> str:
    values = ", ".join(cell.text for cell in found.values)
    return f"{found.name.text}: {values}" if values else found.name.text

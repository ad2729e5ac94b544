"""What one row becomes: facts about a thing, and where each of them is stated.

The pattern for provenance is the same everywhere: one node per fact and
source, with the reification terms of RDF, which any RDF 1.1 tool can read and
any SPARQL 1.1 engine can ask for (``bench/provenance.py`` compares it with the
reifiers of RDF 1.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from graph.identifiers import Minter
from graph.records.cells import Unknown, Value
from graph.records.check import EDITORS, PARAGRAPHS
from graph.records.reader import Row
from graph.records.schema import SOURCE_TABLES, Column, Schema, TableSchema
from graph.vocabulary import LABEL, TYPE, concept, mg, well_known

Node = NamedNode | Literal

ALIAS = well_known("skos", "altLabel")
_SUBJECT, _PREDICATE, _OBJECT = (
    well_known("rdf", name) for name in ("subject", "predicate", "object")
)
_PREDICATES = {"label": LABEL, "alias": ALIAS}


@dataclass(frozen=True)
class Fact:
    """One triple about a thing; ``judged`` if its column may hold a judgement."""

    subject: NamedNode
    predicate: NamedNode
    object: Node
    judged: bool = False


@dataclass(frozen=True)
class Place:
    """Where a row is stated, and who asserts what it adds by judgement."""

    source: NamedNode
    paragraphs: tuple[NamedNode, ...]
    asserted_by: NamedNode | None
    rule: str


class RowBuilder:
    """Turns rows into quads; knows in which table each key is found."""

    def __init__(self, schema: Schema, minter: Minter, keys: Mapping[str, set[str]]) -> None:
        """Keep what references are resolved with; ``keys`` holds the keys of each table."""
        self._schema = schema
        self._minter = minter
        self._keys = keys

    def quads(self, row: Row) -> Iterator[Quad]:
        """Yield the facts of a row, the gaps it admits, and the sources of both."""
        table = self._schema.tables[row.table]
        graph = self._minter.graph(row.source)
        place = self._place(row)
        thing = self._thing(row, table, place)
        for fact in self._facts(row, table, thing, place):
            yield Quad(fact.subject, fact.predicate, fact.object, graph)
            yield from self._provenance(fact, place, graph)
        for column in table.columns:
            if isinstance(cell := row.cells.get(column.name), Unknown):
                yield from self._gap(thing, column, cell, place, graph)

    def _place(self, row: Row) -> Place:
        source = self._referred(row.source, SOURCE_TABLES)
        paragraphs = tuple(self._minter.paragraph(source, number) for number in row.paragraphs)
        editor = self._referred(row.asserted_by, (EDITORS,)) if row.asserted_by else None
        return Place(source, paragraphs, editor, row.rule)

    def _thing(self, row: Row, table: TableSchema, place: Place) -> NamedNode:
        if row.table == PARAGRAPHS:
            return place.paragraphs[0]
        return self._minter.thing(table.path, row.key)

    def _referred(self, key: str, tables: tuple[str, ...]) -> NamedNode:
        name = next(name for name in tables if key in self._keys.get(name, ()))
        return self._minter.thing(self._schema.tables[name].path, key)

    def _facts(
        self, row: Row, table: TableSchema, thing: NamedNode, place: Place
    ) -> Iterator[Fact]:
        yield Fact(thing, TYPE, mg(table.rdf_class))
        if row.table == PARAGRAPHS:
            yield from _paragraph_facts(thing, place, row.paragraphs[0])
        for column in table.columns:
            cell = row.cells.get(column.name, ())
            for value in () if isinstance(cell, Unknown) else cell:
                yield from self._value_facts(thing, column, value, place)

    def _value_facts(
        self, thing: NamedNode, column: Column, value: Value, place: Place
    ) -> Iterator[Fact]:
        if column.type == "key":
            return
        if column.type == "class":
            name = column.classes[value.text]
            yield Fact(thing, TYPE, mg(name))
            return
        predicate = predicate_of(column)
        yield Fact(thing, predicate, self._object(column, value, place), column.judged)

    def _object(self, column: Column, value: Value, place: Place) -> Node:
        match column.type:
            case "text":
                return Literal(value.text, language=value.language)
            case "date" | "decimal":
                return Literal(value.text, datatype=well_known("xsd", column.type))
            case "iri":
                return NamedNode(value.text)
            case "concept":
                return concept(column.scheme, value.text)
            case "reference":
                return self._referred(value.text, self._schema.targets(column))
            case "paragraph":
                return self._minter.paragraph(place.source, value.text)
            case _:
                return Literal(value.text)

    def _provenance(self, fact: Fact, place: Place, graph: NamedNode) -> Iterator[Quad]:
        judge = place.asserted_by if fact.judged else None
        parts = (fact.subject, fact.predicate, fact.object, place.source, *place.paragraphs)
        node = self._minter.node("statement", *parts, *((judge,) if judge else ()))
        yield Quad(node, TYPE, mg("Statement"), graph)
        yield Quad(node, _SUBJECT, fact.subject, graph)
        yield Quad(node, _PREDICATE, fact.predicate, graph)
        yield Quad(node, _OBJECT, fact.object, graph)
        yield from _stated(node, place, graph)
        if judge:
            yield Quad(node, mg("assertedBy"), judge, graph)
            if place.rule:
                yield Quad(node, mg("underRule"), Literal(place.rule), graph)

    def _gap(
        self, thing: NamedNode, column: Column, cell: Unknown, place: Place, graph: NamedNode
    ) -> Iterator[Quad]:
        predicate = mg(column.predicate)
        state = concept("gap", cell.state)
        node = self._minter.node("gap", thing, predicate, state, place.source, *place.paragraphs)
        yield Quad(node, TYPE, mg("Gap"), graph)
        yield Quad(node, mg("gapSubject"), thing, graph)
        yield Quad(node, mg("gapProperty"), predicate, graph)
        yield Quad(node, mg("gapState"), state, graph)
        yield from _stated(node, place, graph)


def predicate_of(column: Column) -> NamedNode:
    """Return the property that a column states."""
    return _PREDICATES.get(column.predicate) or mg(column.predicate)


def _stated(node: NamedNode, place: Place, graph: NamedNode) -> Iterator[Quad]:
    yield Quad(node, mg("inSource"), place.source, graph)
    for paragraph in place.paragraphs:
        yield Quad(node, mg("inParagraph"), paragraph, graph)


def _paragraph_facts(thing: NamedNode, place: Place, number: str) -> Iterator[Fact]:
    """Yield what a paragraph's place says of it: document, printed number, sort key."""
    head, *letters = number.split("/")
    printed = head + "".join(f"({letter})" for letter in letters)
    yield Fact(thing, mg("paragraphOf"), place.source)
    if printed.isdigit():
        yield Fact(thing, mg("paragraphNumber"), Literal(int(printed)))
    else:
        yield Fact(thing, mg("paragraphNumber"), Literal(printed))
    order = "/".join(part.zfill(4) for part in (head, *letters))
    yield Fact(thing, mg("sortKey"), Literal(order))

"""The whole way back: from a workbook that people filled in to one graph of statements."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode, Quad

from graph.audit.model import Finding, Rule
from graph.audit.workbook.answering import Answer, answer
from graph.audit.workbook.demands import Refused
from graph.audit.workbook.known import Dataset, new_key
from graph.audit.workbook.opening import Book, FilledRow
from graph.build.dataset import SourceGraph
from graph.build.statements import RowBuilder, predicate_of
from graph.errors import CellFault
from graph.records.cells import CellProblem, Unknown, Value
from graph.records.check import EDITORS, PARAGRAPHS, row_faults
from graph.records.reader import Row
from graph.records.schema import SOURCE_TABLES

_WORKBOOK = "workbook"


@dataclass(frozen=True)
class Standing:
    """What audits say of findings: ``then`` when the workbook was written, ``now`` of the dataset.

    Both by id; ``then`` is empty if that audit is not kept here. ``unjudged`` names
    rules that could not be judged now: of their findings it is not known whether
    they are still open.
    """

    rules: Mapping[str, Rule]
    then: Mapping[str, Finding]
    now: Mapping[str, Finding]
    unjudged: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answers:
    """What a workbook comes to.

    ``graph`` holds what is new, ``None`` if nothing is. ``answered`` counts its rows,
    ``repeated`` those that say what is there already. ``faults`` are wrong cells,
    ``stale`` rows whose finding is open no more. ``editors`` are the names of those
    who were not known before.
    """

    graph: SourceGraph | None
    answered: int
    repeated: int
    faults: tuple[CellFault, ...]
    stale: tuple[CellFault, ...]
    editors: tuple[str, ...]


def read_answers(book: Book, standing: Standing, dataset: Dataset) -> Answers:
    """Return what the filled rows of a workbook state.

    Args:
        book: The workbook.
        standing: Which findings there were and are.
        dataset: The present version.
    """
    reader = _Reader(book, standing, dataset)
    filled = [row for row in book.rows if row.filled]
    reader.check_doubles(filled)
    for row in filled:
        reader.read(row)
    return reader.answers()


@dataclass
class _Reader:
    """Takes one row after the other; faults do not keep it from looking at the rest."""

    book: Book
    standing: Standing
    dataset: Dataset
    faults: list[CellFault] = field(default_factory=list)
    stale: list[CellFault] = field(default_factory=list)
    found: list[Answer] = field(default_factory=list)
    late: list[tuple[Answer, CellFault]] = field(default_factory=list)
    doubled: set[str] = field(default_factory=set)

    def check_doubles(self, filled: Iterable[FilledRow]) -> None:
        """Refuse findings that two rows answer."""
        rows: dict[str, list[FilledRow]] = defaultdict(list)
        for row in filled:
            rows[row.finding].append(row)
        for finding, several in rows.items():
            if finding and len(several) > 1:
                self.doubled.add(finding)
                first = several[0]
                for row in several[1:]:
                    message = f"is answered in {first.sheet}, row {first.number}, too; keep one row"
                    self.faults.append(_fault(row, "finding", finding, message))

    def read(self, row: FilledRow) -> None:
        """Take one row: an answer, a fault, or a finding that is open no more."""
        finding = self._finding(row)
        if finding is None or row.finding in self.doubled:
            return
        if not self.dataset.describe(finding.thing):
            message = "is about something that is no longer in the dataset; the row was left out"
            self.stale.append(_fault(row, "finding", finding.id, message))
            return
        late = finding.id not in self.standing.now and finding.rule not in self.standing.unjudged
        try:
            found = answer(row, finding, self.standing.rules[finding.rule], self.dataset)
            self._check_references(found)
        except Refused as refused:
            if late:
                self.stale.append(_late(row, finding))
            else:
                problem = refused.problem
                self.faults.append(_fault(row, refused.key, problem.value, problem.message))
            return
        if late:
            self.late.append((found, _late(row, finding)))
        else:
            self.found.append(found)

    def _finding(self, row: FilledRow) -> Finding | None:
        name = row.finding
        found = self.standing.now.get(name) or self.standing.then.get(name)
        if found is None or found.rule not in self.standing.rules:
            if name in self.book.findings:
                message = "is open no more, or its rule was changed; the row was left out"
                self.stale.append(_fault(row, "finding", name, message))
            else:
                message = "is no finding of this audit; copy the row from a fresh workbook"
                self.faults.append(_fault(row, "finding", name, message))
            return None
        thing = row.cells["iri"].text
        if thing and thing != found.thing:
            message = (
                f"belongs to another row: the finding is about {found.thing}; were some columns "
                "sorted without the others?"
            )
            self.faults.append(_fault(row, "finding", name, message))
            return None
        return found

    def _check_references(self, found: Answer) -> None:
        """Refuse keys, words and paragraphs that are not known."""
        schema = self.dataset.schema
        table = schema.tables[found.row.table]
        needed = {target for column in table.columns for target in schema.targets(column)}
        known = self.dataset.known((*needed, *SOURCE_TABLES, PARAGRAPHS))
        # What only an editor vouches for is stated in the workbook itself.
        documents = {*known.keys["documents"], _WORKBOOK}
        known = replace(known, keys={**known.keys, "documents": documents})
        row = replace(found.row, asserted_by="", source=found.row.source or _WORKBOOK)
        for fault in row_faults(row, schema, known):
            key = found.cells.get(fault.column, _own_cell(fault.column))
            raise Refused(key, CellProblem(fault.value, fault.message))
        if found.row.asserted_by:
            try:
                self.dataset.editor(found.row.asserted_by)
            except CellProblem as problem:
                raise Refused("entered_by", problem) from problem

    def answers(self) -> Answers:
        """Return what the rows come to together."""
        builder = _Builder(self.book, self.dataset, (*self.found, *(late for late, _ in self.late)))
        for late, fault in self.late:
            if not self.dataset.holds(builder.quads(late)):
                self.stale.append(fault)
        repeated = sum(self.dataset.holds(builder.quads(late)) for late, _ in self.late)
        self.faults.extend(_conflicts(self.found, builder, self.dataset))
        new = [one for one in self.found if not self.dataset.holds(builder.quads(one))]
        graph, editors = builder.graph(new)
        order = {(row.sheet, row.number): place for place, row in enumerate(self.book.rows)}

        def sorted_(faults: Iterable[CellFault]) -> tuple[CellFault, ...]:
            return tuple(sorted(faults, key=lambda f: (order.get(_at(f), 0), f.cell, f.message)))

        return Answers(
            None if self.faults else graph,
            len(new),
            repeated + len(self.found) - len(new),
            sorted_(self.faults),
            sorted_(self.stale),
            editors,
        )


class _Builder:
    """Makes statements of answers as those of tables are made, in a graph of the workbook's own."""

    def __init__(self, book: Book, dataset: Dataset, found: Iterable[Answer]) -> None:
        self._book = book
        self._dataset = dataset
        self._made: dict[tuple[str, int], tuple[Quad, ...]] = {}
        found = tuple(found)
        self._editors = self._new_editors(found)
        told = sorted(json.dumps(_told(one), ensure_ascii=False) for one in found)
        digest = hashlib.sha256("\n".join([book.run, *told]).encode()).hexdigest()[:16]
        self._document = f"{_WORKBOOK}-{digest}"
        self.name = dataset.minter.graph(f"{_WORKBOOK}/{digest}")
        keys = _Keys(dataset, {"documents": {self._document}, EDITORS: set(self._editors.values())})
        self._rows = RowBuilder(dataset.schema, dataset.minter, keys)

    def quads(self, found: Answer) -> tuple[Quad, ...]:
        """Return the statements of one answer."""
        place = (found.filled.sheet, found.filled.number)
        if place not in self._made:
            self._made[place] = self._placed(self._row(found))
        return self._made[place]

    def graph(self, found: Iterable[Answer]) -> tuple[SourceGraph | None, tuple[str, ...]]:
        """Return the graph of some answers, and the names of editors who are new in it."""
        found = tuple(found)
        quads = [quad for one in found for quad in self.quads(one)]
        names = sorted({one.row.asserted_by for one in found} & set(self._editors))
        if names or any(not one.row.source for one in found):
            quads += self._placed(self._own_document())
        for name in names:
            quads += self._placed(self._editor(name))
        return (SourceGraph.of(self.name.value, quads) if quads else None), tuple(names)

    def _placed(self, row: Row) -> tuple[Quad, ...]:
        return tuple(
            Quad(quad.subject, quad.predicate, quad.object, self.name)
            for quad in self._rows.quads(row)
        )

    def _row(self, found: Answer) -> Row:
        name = found.row.asserted_by
        editor = (self._editors.get(name) or self._dataset.editor(name)) if name else ""
        return replace(found.row, source=found.row.source or self._document, asserted_by=editor)

    def _own_document(self) -> Row:
        label = f"Workbook of the audit {self._book.run}, as it was filled in"
        cells: dict[str, tuple[Value, ...] | Unknown] = {
            "kind": (Value("document"),),
            "label": (Value(label, "en"),),
            "document_kind": (Value(_WORKBOOK),),
            "cited_as": (Value(label),),
        }
        return Row("documents", 0, self._document, cells, self._document, (), "", "")

    def _editor(self, name: str) -> Row:
        label: dict[str, tuple[Value, ...] | Unknown] = {"label": (Value(name, "en"),)}
        return Row(EDITORS, 0, self._editors[name], label, self._document, (), "", "")

    def _new_editors(self, found: Iterable[Answer]) -> Mapping[str, str]:
        names = sorted({one.row.asserted_by for one in found} - {""})
        keys: dict[str, str] = {}
        for name in names:
            if not self._dataset.editor(name):
                keys[name] = new_key(name, {*self._dataset.keys(EDITORS), *keys.values()})
        return keys


class _Keys(dict[str, set[str]]):
    """The keys of every table, looked up when one is asked for."""

    def __init__(self, dataset: Dataset, added: Mapping[str, set[str]]) -> None:
        super().__init__()
        self._dataset = dataset
        self._added = added

    def get(self, table: str, default: object = None) -> set[str]:
        if table not in self:
            self[table] = self._dataset.keys(table) | self._added.get(table, set())
        return self[table]


def _conflicts(found: Iterable[Answer], builder: _Builder, dataset: Dataset) -> Iterator[CellFault]:
    """Yield answers that differ from what is there, or from each other, where there may be one."""
    given: dict[tuple[str, str, str], tuple[object, Answer]] = {}
    for one in found:
        table = dataset.schema.tables[one.row.table]
        single = {
            predicate_of(column): column
            for column in table.columns
            if column.predicate and not column.many and column.name in one.cells
        }
        for quad in builder.quads(one):
            column = single.get(quad.predicate)
            if column is None or not isinstance(quad.subject, NamedNode):
                continue
            place = (quad.subject.value, quad.predicate.value, _tongue(quad.object))
            key = one.cells[column.name]
            value = one.filled.cells[key].text
            held = next(
                (
                    other.object
                    for other in dataset.describe(quad.subject.value)
                    if other.predicate == quad.predicate
                    and _tongue(other.object) == place[2]
                    and other.object != quad.object
                ),
                None,
            )
            if held is not None:
                shown = _shown(held, dataset)
                message = (
                    f"differs from ‘{shown}’, which is recorded; correct the table {table.name}"
                )
                yield _fault(one.filled, key, value, message)
            before = given.setdefault(place, (quad.object, one))
            if before[0] != quad.object:
                where = before[1].filled
                message = f"differs from what {where.sheet}, row {where.number} says; keep one"
                yield _fault(one.filled, key, value, message)


def _tongue(term: object) -> str:
    return (term.language or "") if isinstance(term, Literal) else ""


def _shown(term: object, dataset: Dataset) -> str:
    if isinstance(term, NamedNode):
        return dataset.place(term.value)[1] or term.value.rpartition("/")[2]
    return term.value if isinstance(term, Literal) else str(term)


def _told(found: Answer) -> list[object]:
    """Return what an answer says, in a form that is the same however the file was saved."""
    row = found.row
    cells = {name: [row.table, str(cell)] for name, cell in sorted(row.cells.items())}
    return [found.finding, row.key, cells, row.source, row.paragraphs, row.asserted_by]


def _own_cell(column: str) -> str:
    match column:
        case "paragraph":
            return "source_paragraph"
        case "source":
            return "source"
        case _:
            return "value"


def _fault(row: FilledRow, key: str, value: str, message: str) -> CellFault:
    return CellFault(row.sheet, row.cells[key].cell, value, message)


def _late(row: FilledRow, finding: Finding) -> CellFault:
    message = "was answered otherwise since the workbook was written; the row was left out"
    return _fault(row, "finding", finding.id, message)


def _at(fault: CellFault) -> tuple[str, int]:
    return fault.sheet, int("".join(letter for letter in fault.cell if letter.isdigit()))

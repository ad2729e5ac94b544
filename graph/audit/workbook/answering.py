"""From the cells of one row to the row of a table that answers its finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.audit.model import Finding, Rule
from graph.audit.workbook.demands import (
    PLACES,
    Demand,
    Entered,
    Recipe,
    Refused,
    demand_of,
    entered,
)
from graph.audit.workbook.known import Dataset
from graph.audit.workbook.opening import FilledRow
from graph.audit.workbook.writing import text_of
from graph.errors import AuditError
from graph.records.cells import CellProblem, Unknown, Value, parse_cell, parse_paragraphs
from graph.records.reader import Row

WHOLE = "(whole document)"
"""What stands in place of a paragraph for what a title page, say, states."""

_OPEN = "not-captured"


@dataclass(frozen=True)
class Stated:
    """Where a row is stated: the key of a document, paragraphs of it, and who entered it.

    ``source`` is empty for what an editor asserts without a document.
    """

    source: str
    paragraphs: tuple[str, ...]
    entered_by: str


@dataclass(frozen=True)
class Answer:
    """What answers a finding: a row of a table, and the cell each of its columns was written in.

    ``row.source`` is empty if only an editor vouches for it, and ``row.asserted_by``
    holds the name as it was written.
    """

    finding: str
    filled: FilledRow
    row: Row
    cells: Mapping[str, str]


def answer(filled: FilledRow, finding: Finding, rule: Rule, dataset: Dataset) -> Answer:
    """Return the answer that a row gives to its finding.

    Raises:
        Refused: If a cell is wrong; it names the first.
    """
    table, key = dataset.place(finding.thing)
    try:
        demand = demand_of(rule, dataset.schema, table)
    except AuditError as error:
        raise Refused("value", CellProblem("", str(error))) from error
    texts = tuple(entered(demand, filled.cells["value"], filled.cells["further"]))
    places = {text.column.name: text for text in texts if text.column.name in PLACES}
    columns = [text for text in texts if text.column.name not in (*PLACES, "key")]
    cells = _parsed(columns)
    if not texts:
        raise Refused("value", CellProblem("", "is empty; write the value, or clear the row"))
    stated = _stated(filled, places, cells, columns, dataset)
    written = {text.column.name: text.key for text in texts}
    if demand.recipe:
        named = next((text for text in texts if text.column.name == "key"), None)
        key, extra = _record(demand, demand.recipe, finding, named, cells, dataset)
        cells = {**cells, **extra}
    row = Row(
        demand.table.name,
        filled.number,
        key,
        cells,
        stated.source,
        stated.paragraphs,
        stated.entered_by,
        "",
    )
    return Answer(finding.id, filled, row, written)


def _parsed(texts: Iterable[Entered]) -> dict[str, tuple[Value, ...] | Unknown]:
    groups: dict[str, list[Entered]] = defaultdict(list)
    for text in texts:
        groups[text.column.name].append(text)
    found: dict[str, tuple[Value, ...] | Unknown] = {}
    for name, group in groups.items():
        values: list[Value] = []
        for text in group:
            parsed = _cell(text)
            if isinstance(parsed, Unknown):
                if len(group) > 1:
                    problem = CellProblem(text.text, f"and a value are both given for {name}")
                    raise Refused(text.key, problem)
                found[name] = parsed
                break
            values.extend(parsed)
        else:
            _once(name, group, values)
            found[name] = tuple(values)
    return found


def _cell(text: Entered) -> tuple[Value, ...] | Unknown:
    try:
        parsed = parse_cell(text.column, text.text, text.language)
    except CellProblem as problem:
        raise Refused(text.key, problem) from problem
    if parsed == Unknown(_OPEN):
        message = "leaves the finding open; clear the row, or write what a source says"
        raise Refused(text.key, CellProblem(text.text, message))
    return parsed


def _once(name: str, group: Sequence[Entered], values: Sequence[Value]) -> None:
    tongues = [text.language for text in group]
    if len(set(tongues)) < len(tongues) and not group[0].column.many:
        raise Refused(group[-1].key, CellProblem(values[-1].text, f"is a second value for {name}"))


def _stated(
    filled: FilledRow,
    places: Mapping[str, Entered],
    cells: Mapping[str, object],
    texts: Sequence[Entered],
    dataset: Dataset,
) -> Stated:
    """Return where the row is stated; the finding itself may have asked for that."""
    source, number = (_place(filled, places, name) for name in PLACES)
    editor = _read(filled, "entered_by")
    gap = bool(cells) and all(isinstance(cell, Unknown) for cell in cells.values())
    if not source:
        _check_judgement(editor, number, texts, gap)
        return Stated("", (), editor)
    try:
        key = dataset.source(source)
    except CellProblem as problem:
        raise Refused(_key_of(places, "source"), problem) from problem
    if number == WHOLE:
        return Stated(key, (), editor)
    if not number and not gap:
        message = f"is empty; write the number of the paragraph, or {WHOLE} if it is in none"
        raise Refused("source_paragraph", CellProblem("", message))
    try:
        return Stated(key, parse_paragraphs(number), editor)
    except CellProblem as problem:
        raise Refused(_key_of(places, "paragraph"), problem) from problem


def _check_judgement(editor: str, number: str, texts: Sequence[Entered], gap: bool) -> None:
    """Refuse what stands without a document, unless it is a judgement of an editor."""
    message = "is empty; write the document that says so, by its key or symbol"
    if gap:
        message = "is empty; write the document that was read and does not say"
    elif number:
        message = "is empty beside a paragraph; write the document, by its key or symbol"
    elif editor:
        stated = [text.column.name for text in texts if not text.column.judged]
        if texts and not stated:
            return
        names = " and ".join(dict.fromkeys(stated)) or "this"
        message = f"is empty; {names} cannot rest on an editor’s word alone, so write the document"
    raise Refused("source", CellProblem("", message))


def _place(filled: FilledRow, places: Mapping[str, Entered], name: str) -> str:
    cell = "source" if name == "source" else "source_paragraph"
    own = _read(filled, cell)
    given = places[name].text if name in places else ""
    if own and given and own != given:
        message = f"and ‘{given}’ are both given; write the same in both cells"
        raise Refused(cell, CellProblem(own, message))
    return own or given


def _key_of(places: Mapping[str, Entered], name: str) -> str:
    own = "source" if name == "source" else "source_paragraph"
    return places[name].key if name in places else own


def _read(filled: FilledRow, key: str) -> str:
    try:
        return text_of(filled.cells[key])
    except CellProblem as problem:
        raise Refused(key, problem) from problem


def _record(
    demand: Demand,
    recipe: Recipe,
    finding: Finding,
    named: Entered | None,
    cells: Mapping[str, tuple[Value, ...] | Unknown],
    dataset: Dataset,
) -> tuple[str, dict[str, tuple[Value, ...] | Unknown]]:
    """Return the key of the record, and what it needs beside what was entered."""
    table, _ = dataset.place(finding.thing)
    extra: dict[str, tuple[Value, ...] | Unknown] = {
        name: values
        for name, way in recipe.links[table].items()
        if name not in cells and (values := _linked(name, way, finding, demand, dataset))
    }
    if named and (named.text in dataset.keys(demand.table.name)):
        return named.text, extra
    if recipe.names:
        text = named.text if named else ""
        message = f"is not a key of {demand.table.name}; add the row there first, then name it here"
        raise Refused("value", CellProblem(text, message))
    known = {**cells, **extra}
    extra.update(_defaults(demand, recipe, known, dataset.name(finding.thing)))
    _check_whole(demand, {**known, **extra})
    return (named.text if named else f"answer-{finding.id}"), extra


def _linked(
    name: str, way: str, finding: Finding, demand: Demand, dataset: Dataset
) -> tuple[Value, ...]:
    if way == ".":
        return (Value(dataset.place(finding.thing)[1]),)
    keys = dataset.led_to(finding.thing, way)
    column = next(column for column in demand.table.columns if column.name == name)
    if len(keys) > 1 and not column.many:
        message = f"must say which is meant, with “{name}: …”: {', '.join(keys)}"
        raise Refused("further", CellProblem("", message))
    return tuple(map(Value, keys))


def _defaults(
    demand: Demand,
    recipe: Recipe,
    known: Mapping[str, tuple[Value, ...] | Unknown],
    thing: str,
) -> Iterator[tuple[str, tuple[Value, ...] | Unknown]]:
    said = defaultdict(str, thing=thing)
    for name, cell in known.items():
        said[name] = cell[0].text if isinstance(cell, tuple) and cell else "(not stated)"
    for column in demand.table.columns:
        if column.name in recipe.defaults and column.name not in known:
            text = recipe.defaults[column.name].format_map(said)
            yield column.name, parse_cell(column, text, "en" if column.languages else "")


def _check_whole(demand: Demand, cells: Mapping[str, object]) -> None:
    missing = [
        column.name
        for column in demand.table.columns
        if column.required and column.name not in cells
    ]
    if missing:
        table = demand.table.name
        asked = "; ".join(f"{name}: …" for name in missing)
        message = (
            f"needs more, since it makes a new row in the table {table}: add “{asked}”, name a row "
            f"that is there with “key: …”, or enter the row in the table"
        )
        raise Refused("further", CellProblem("", message))

"""Workbooks of findings, read back: what good rows state, and how wrong ones are told."""

from __future__ import annotations

import io
import shutil
import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.audit.paper.workbook_layout import KEYS, META
from graph.audit.workbook.known import Dataset
from graph.audit.workbook.marking import STALE, WRONG, marked
from graph.audit.workbook.opening import open_book
from graph.audit.workbook.reading import Answers, Standing, read_answers
from graph.identifiers import Minter
from graph.records.schema import read_schema
from graph.settings import DEFAULT_BASE
from graph.store.interface import ReadStore
from graph.vocabulary import CONCEPT, ONTOLOGY, TYPE, mg, well_known
from tests.audit.workbook.writer import IDS, SHEET, Asked, asked, standing, written

DATA = Path(__file__).parent / "workbook"
GOOD = {"source": "ed-report-eb1-resumed", "source_paragraph": "23"}
MONEY = ("funding.amount", "funding.currency")


def cases(name: str) -> list[object]:
    found = tomllib.loads((DATA / name).read_text("utf-8"))["case"]
    return [pytest.param(case, id=case["name"]) for case in found]


def case_of(case: Mapping[str, Any], defaults: Mapping[str, Any]) -> Asked:
    thing = case.get("thing", "funding/aacid-bfa")
    cells = {**defaults, **case["cells"]}
    return asked(case.get("answers", MONEY), thing, cells, case.get("new_record", ""))


@pytest.fixture(scope="module")
def dataset(store: ReadStore) -> Dataset:
    return Dataset(store, read_schema(), DEFAULT_BASE)


def read(dataset: Dataset, content: bytes, known: Standing) -> Answers:
    return read_answers(open_book(content), known, dataset)


def read_all(dataset: Dataset, *several: Asked) -> Answers:
    return read(dataset, written(several), standing(several))


def quads_of(answers: Answers) -> list[Quad]:
    assert answers.faults == ()
    assert answers.graph is not None
    found = list(pyoxigraph.parse(answers.graph.text, format=pyoxigraph.RdfFormat.N_QUADS))
    assert {quad.graph_name.value for quad in found} == {answers.graph.name}
    return found


def subject(quad: Quad) -> str:
    assert isinstance(quad.subject, NamedNode)
    return quad.subject.value


def shown(term: object) -> str:
    if isinstance(term, Literal):
        return f"{term.value}@{term.language}" if term.language else term.value
    assert isinstance(term, NamedNode)
    for prefix in (IDS, CONCEPT):
        if term.value.startswith(prefix):
            return term.value.removeprefix(prefix)
    return str(term)


@pytest.mark.parametrize("case", cases("answers.toml"))
def test_a_good_row_states_what_was_entered(dataset: Dataset, case: Mapping[str, Any]) -> None:
    one = case_of(case, {})
    quads = quads_of(read_all(dataset, one))
    record = IDS + case.get("record", one.finding.thing.removeprefix(IDS))
    about = [
        f"{quad.predicate.value.rpartition('/')[2].rpartition('#')[2]} {shown(quad.object)}"
        for quad in quads
        if subject(quad).startswith(record)
    ]
    name = dataset.name(one.finding.thing)
    assert {text.replace("{}", name) for text in case["states"]} <= set(about)
    _check_statements(quads, record, case)
    _check_gaps(quads, case)


def _check_statements(quads: Sequence[Quad], record: str, case: Mapping[str, Any]) -> None:
    """Each fact has a statement node that says where it stands and who judged."""
    nodes: dict[str, dict[str, list[str]]] = {}
    for quad in quads:
        node = nodes.setdefault(subject(quad), {})
        node.setdefault(quad.predicate.value, []).append(shown(quad.object))
    statements = [
        node
        for node in nodes.values()
        if node.get(TYPE.value) == [f"<{ONTOLOGY}Statement>"]
        and node[well_known("rdf", "subject").value][0].startswith(record.removeprefix(IDS))
    ]
    facts = [q for q in quads if subject(q).startswith(record)]
    assert len(statements) == len(facts)
    judged = {}
    for node in statements:
        (source,) = node[mg("inSource").value]
        wanted = case.get("source")
        assert source == wanted if wanted else source.startswith("document/workbook-")
        paragraphs = [f"{source}/paragraph/{number}" for number in case.get("paragraphs", ())]
        assert sorted(node.get(mg("inParagraph").value, [])) == paragraphs
        judged[node[well_known("rdf", "predicate").value][0]] = node.get(mg("assertedBy").value)
    if "editor" in case:
        named = [found for found in judged.values() if found]
        assert named == [[case["editor"]]]


def _check_gaps(quads: Sequence[Quad], case: Mapping[str, Any]) -> None:
    gaps = {q.subject: q.object for q in quads if q.predicate == mg("gapProperty")}
    states = {q.subject: q.object for q in quads if q.predicate == mg("gapState")}
    found = {
        f"{shown(name).strip('<>').removeprefix(ONTOLOGY)} {shown(states[node])[4:]}"
        for node, name in gaps.items()
    }
    assert {case["gap"]} <= found if "gap" in case else True


@pytest.mark.parametrize("case", cases("faults.toml"))
def test_a_wrong_cell_is_told_and_marked(dataset: Dataset, case: Mapping[str, Any]) -> None:
    one = case_of(case, GOOD)
    content = written([one])
    answers = read(dataset, content, standing([one]))
    assert answers.graph is None
    (fault, *_) = answers.faults
    letter = openpyxl.utils.get_column_letter(KEYS.index(case["cell"]) + 1)
    assert (fault.sheet, fault.cell) == (SHEET, f"{letter}3"), fault
    assert case["says"] in str(fault).removeprefix(f"{SHEET}, cell {letter}3: "), fault
    copy = openpyxl.load_workbook(io.BytesIO(marked(content, answers.faults, ())))
    cell = copy[SHEET][fault.cell]
    assert fault.message in cell.comment.text
    assert cell.fill.fgColor.rgb == WRONG


def test_a_marked_copy_can_be_corrected_and_is_clean_then(dataset: Dataset) -> None:
    wrong = asked(MONEY, "funding/aacid-bfa", {"value": "=1", **GOOD})
    content = written([wrong])
    copy = marked(content, read(dataset, content, standing([wrong])).faults, ())
    book = openpyxl.load_workbook(io.BytesIO(copy))
    book[SHEET].cell(3, KEYS.index("value") + 1).value = 250000
    out = io.BytesIO()
    book.save(out)
    assert read(dataset, out.getvalue(), standing([wrong])).faults == ()
    again = openpyxl.load_workbook(io.BytesIO(marked(out.getvalue(), (), ())))
    assert not [cell for row in again[SHEET].iter_rows() for cell in row if cell.comment]


def test_empty_rows_and_empty_workbooks_state_nothing(dataset: Dataset) -> None:
    answers = read_all(dataset, asked(MONEY, "funding/aacid-bfa", {}))
    assert (answers.graph, answers.answered, answers.faults) == (None, 0, ())


AMOUNT = asked(MONEY, "funding/aacid-bfa", {"value": 250000, "further": "USD", **GOOD})
PLACE = asked(["events.place"], "event/eb-1", {"value": "nairobi", **GOOD})


def test_columns_may_stand_in_any_order(dataset: Dataset) -> None:
    turned = read(dataset, written([AMOUNT], keys=KEYS[::-1]), standing([AMOUNT]))
    assert turned.graph == read_all(dataset, AMOUNT).graph


def test_columns_that_only_inform_may_go(dataset: Dataset) -> None:
    keys = [key for key in KEYS if key not in {"severity", "rule", "message", "fix", "state"}]
    content = written([AMOUNT], keys=keys)
    assert read(dataset, content, standing([AMOUNT])).answered == 1


def test_several_rows_make_one_graph_of_the_workbook(dataset: Dataset) -> None:
    answers = read_all(dataset, AMOUNT, PLACE)
    assert answers.answered == 2
    assert answers.graph is not None
    prefix = Minter(DEFAULT_BASE).graph("workbook/").value
    assert answers.graph.name.startswith(prefix)
    other_order = read_all(dataset, PLACE, AMOUNT)
    assert other_order.graph == answers.graph


def test_rows_that_contradict_each_other_are_told(dataset: Dataset) -> None:
    other = asked(["funding.currency"], "funding/aacid-bfa", {"value": "EUR", **GOOD})
    (fault,) = read_all(dataset, AMOUNT, other).faults
    assert f"differs from what {SHEET}, row 3 says" in fault.message


def test_an_unknown_finding_is_told(dataset: Dataset) -> None:
    (fault,) = read(dataset, written([AMOUNT], _lose_listing), standing([PLACE])).faults
    assert "is no finding of this audit" in fault.message


def _lose_listing(book: openpyxl.Workbook) -> None:
    book[META].delete_rows(10, 10)


def test_a_finding_twice_is_told(dataset: Dataset) -> None:
    (fault,) = read_all(dataset, AMOUNT, AMOUNT).faults
    assert fault.cell == "A4"
    assert f"is answered in {SHEET}, row 3, too; keep one row" in fault.message


def test_a_finding_twice_but_empty_once_is_none_of_ours(dataset: Dataset) -> None:
    empty = asked(MONEY, "funding/aacid-bfa", {})
    assert read_all(dataset, AMOUNT, empty).answered == 1


def test_columns_sorted_without_the_others_are_told(dataset: Dataset) -> None:
    def swap(book: openpyxl.Workbook) -> None:
        sheet = book[SHEET]
        sheet["G3"].value, sheet["G4"].value = sheet["G4"].value, sheet["G3"].value

    faults = read(dataset, written([AMOUNT, PLACE], swap), standing([AMOUNT, PLACE])).faults
    assert ["sorted without the others?" in fault.message for fault in faults] == [True, True]


def test_what_is_open_no_more_is_left_out_and_marked(dataset: Dataset) -> None:
    known = standing([AMOUNT, PLACE])
    now = {PLACE.finding.id: PLACE.finding}
    content = written([AMOUNT, PLACE])
    answers = read(dataset, content, Standing(known.rules, known.then, now))
    assert (answers.answered, answers.faults) == (1, ())
    assert {subject(q) for q in quads_of(answers)} & {PLACE.finding.thing}
    (stale,) = answers.stale
    assert "was answered otherwise since the workbook was written" in stale.message
    copy = openpyxl.load_workbook(io.BytesIO(marked(content, (), answers.stale)))
    assert copy[SHEET]["A3"].fill.fgColor.rgb == STALE


def test_a_finding_of_a_rule_that_cannot_be_judged_now_counts_as_open(dataset: Dataset) -> None:
    known = standing([AMOUNT])
    unjudged = Standing(known.rules, known.then, {}, frozenset({AMOUNT.rule.id}))
    assert read(dataset, written([AMOUNT]), unjudged).answered == 1


def test_a_finding_whose_audit_is_not_kept_and_that_is_gone_is_left_out(dataset: Dataset) -> None:
    answers = read(dataset, written([AMOUNT]), Standing({}, {}, {}))
    assert (answers.faults, len(answers.stale)) == ((), 1)


def test_what_is_there_already_is_not_stated_again(dataset: Dataset) -> None:
    cells = {"value": "andalusian-agency", **GOOD}
    there = asked(["funding.funder"], "funding/aacid-bfa", cells)
    for known in (standing([there]), standing([there], still_open=False)):
        answers = read(dataset, written([there]), known)
        assert (answers.graph, answers.answered, answers.repeated) == (None, 0, 1)
        assert (answers.faults, answers.stale) == ((), ())


def test_a_thing_that_is_gone_is_told(dataset: Dataset) -> None:
    gone = asked(MONEY, "funding/nobody", {"value": 1, **GOOD})
    (stale,) = read_all(dataset, gone).stale
    assert "no longer in the dataset" in stale.message


def test_a_sheet_that_claims_a_million_rows_is_read_all_the_same(dataset: Dataset) -> None:
    def stretch(book: openpyxl.Workbook) -> None:
        book[SHEET].cell(1_048_576, 1).number_format = "@"

    content = written([AMOUNT], stretch)
    assert read(dataset, content, standing([AMOUNT])).answered == 1


OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed here")
def test_libreoffice_may_have_saved_it(dataset: Dataset, tmp_path: Path) -> None:
    start = date(2018, 1, 1)
    period = asked(
        ["funding.period_start", "funding.period_end"],
        "funding/aacid-bfa",
        {"value": start, "further": "2021-12-31", **GOOD},
    )
    text = asked(
        ["commitments.outcome_en"],
        "commitment/publish-guidelines",
        {
            "value": "会议 «été»\nзаседание @ru",
            "source": "ed-report-eb1-resumed",
            "source_paragraph": 1,
        },
    )
    several = [AMOUNT, PLACE, period, text]
    source, out = tmp_path / "gaps.xlsx", tmp_path / "out"
    source.write_bytes(written(several))
    command = [str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    words = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(source)]
    subprocess.run([*command, *words], check=True, capture_output=True, timeout=300)
    saved = (out / "gaps.xlsx").read_bytes()
    assert saved != source.read_bytes()
    assert read(dataset, saved, standing(several)).graph == read_all(dataset, *several).graph

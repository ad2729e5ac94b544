"""The command ``load`` with a workbook: an audit, answers, and the audit after them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from graph.audit.auditing import Auditor
from graph.audit.model import Run
from graph.audit.occasion import at_meeting
from graph.audit.paper.workbook_layout import FIRST_ROW, KEYS, META
from graph.audit.profiles import read_shapes
from graph.settings import Settings
from graph.workspace import Workspace
from tests import terminal
from tests.audit.workbook.writer import IDS, SHEET, Asked, book_of, saved

GOOD = {"source": "ed-report-eb1-resumed", "source_paragraph": "23"}
AMOUNT = ("funding.amount", "funding/aacid-bfa")
PERIOD = ("funding.period_start", "funding/aacid-bfa")


def audited(workspace: Workspace) -> Run:
    store = workspace.store.reader()
    shapes = read_shapes("board")
    auditor = Auditor(shapes, at_meeting(store.select, "eb-1-resumed"))
    judgement = auditor.judge(store.select)
    run = auditor.run(store.select, store.version, judgement, datetime(2019, 11, 1, 12, tzinfo=UTC))
    workspace.runs.keep(run, shapes)
    return run


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    """Return an installation that was audited, and its audit."""
    home = tmp_path_factory.mktemp("audited")
    workspace = Workspace(Settings(home=home))
    workspace.load(workspace.build())
    return home, audited(workspace)


@pytest.fixture
def home(first: tuple[Path, Run], tmp_path: Path) -> Path:
    """Return an installation of its own for one test."""
    return Path(shutil.copytree(first[0], tmp_path / "home"))


@pytest.fixture
def run(first: tuple[Path, Run]) -> Run:
    return first[1]


def asked(run: Run, what: tuple[str, str], cells: Mapping[str, Any]) -> Asked:
    """Return the finding about a thing that a cell of the tables answers."""
    answer, thing = what
    for finding in run.findings:
        rule = run.profile.rule(finding.rule)
        if finding.thing == IDS + thing and rule.answers[:1] == (answer,):
            return Asked(rule, finding, cells)
    raise AssertionError(f"no finding about {thing} is answered in {answer}")


def gaps(place: Path, run: Run, *several: Asked) -> Path:
    """Write a workbook of an audit."""
    book = book_of(several)
    facts = {"run": run.id, "content": run.content, "dataset": str(run.dataset)}
    for row in book[META].iter_rows(max_row=8):
        name = str(row[0].value)
        if name in facts:
            row[1].value = facts[name]
    place.write_bytes(saved(book))
    return place


def load(home: Path, *words: str | Path) -> Result:
    return terminal.run(home, "load", *words)


def still_open(home: Path) -> set[str]:
    return {finding.id for finding in audited(Workspace(Settings(home=home))).findings}


def test_answers_close_findings_and_outlive_their_tables(
    home: Path, run: Run, tmp_path: Path
) -> None:
    amount = asked(run, AMOUNT, {"value": 250000, "further": "USD", **GOOD})
    period = asked(run, PERIOD, {})
    file = gaps(tmp_path / "gaps.xlsx", run, amount, period)
    dry = load(home, file, "--dry-run")
    assert (dry.exit_code, "1 graph would change" in dry.stdout) == (0, True), dry.output
    done = load(home, file)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Loaded the answer to one finding. The dataset is at version 2.")
    assert not (tmp_path / "gaps-to-correct.xlsx").exists()
    found = still_open(home)
    assert amount.finding.id not in found
    assert period.finding.id in found
    assert load(home).exit_code == 0
    assert amount.finding.id not in still_open(home)
    again = load(home, file)
    assert "1 were there already" in again.stdout
    assert "findings that are open no more are left out" in again.stderr
    last = (home / "log" / "writes.jsonl").read_text("utf-8").splitlines()[-1]
    assert (json.loads(last)["kind"], json.loads(last)["outcome"]) == ("load gaps", "done")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_workbook_of_an_audit_is_filled_and_loaded(
    home: Path, run: Run, tmp_path: Path, language: str
) -> None:
    file = tmp_path / "gaps.xlsx"
    words = ("audit", "--meeting", "eb-1-resumed", "--lang", language, "--output", file)
    made = terminal.run(home, *words)
    assert file.exists(), made.output
    amount = asked(run, AMOUNT, {"value": 250000, "further": "USD", **GOOD})
    book = openpyxl.load_workbook(file)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=FIRST_ROW):
            if row[0].value == amount.finding.id:
                for key, text in amount.cells.items():
                    row[KEYS.index(key)].value = text
    book.save(file)
    done = load(home, file)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Loaded the answer to one finding.")
    assert amount.finding.id not in still_open(home)


def test_wrong_cells_come_back_marked_and_nothing_is_loaded(
    home: Path, run: Run, tmp_path: Path
) -> None:
    good = asked(run, AMOUNT, {"value": 250000, "further": "USD", **GOOD})
    wrong = asked(run, PERIOD, {"value": "soon", **GOOD})
    file = gaps(tmp_path / "gaps.xlsx", run, good, wrong)
    found = load(home, file)
    assert found.exit_code == 1
    assert f"{SHEET}, cell K4: ‘soon’ is no date; write year-month-day" in found.stderr
    assert "One cell is wrong; nothing was loaded." in found.stderr
    assert Workspace(Settings(home=home)).store.version().number == 1
    copy = openpyxl.load_workbook(tmp_path / "gaps-to-correct.xlsx")
    assert "is no date" in copy[SHEET]["K4"].comment.text
    elsewhere = tmp_path / "marked.xlsx"
    assert load(home, file, "--output", elsewhere).exit_code == 1
    assert elsewhere.exists()


def test_what_was_answered_otherwise_is_left_out_or_refused(
    home: Path, run: Run, tmp_path: Path
) -> None:
    amount = asked(run, AMOUNT, {"value": 250000, "further": "USD", **GOOD})
    assert load(home, gaps(tmp_path / "one.xlsx", run, amount)).exit_code == 0
    other = Asked(amount.rule, amount.finding, {"value": 300000, "further": "USD", **GOOD})
    period = asked(run, PERIOD, {"value": "2018-01-01", "further": "2021-12-31", **GOOD})
    file = gaps(tmp_path / "two.xlsx", run, other, period)
    strict = load(home, file, "--strict")
    assert (strict.exit_code, "nothing was loaded" in strict.stderr) == (1, True)
    assert Workspace(Settings(home=home)).store.version().number == 2
    done = load(home, file)
    assert (done.exit_code, "(1 left out)" in done.stdout) == (0, True), done.output
    assert "was answered otherwise since the workbook was written" in done.stderr
    assert (tmp_path / "two-to-correct.xlsx").exists()


def test_a_workbook_is_known_by_its_content(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "gaps.download"
    book = openpyxl.Workbook()
    book.save(file)
    for words in ([file], [file, "--as", "gaps"]):
        found = load(home, *words)
        assert (found.exit_code, "is no workbook of findings" in found.stderr) == (2, True)
    text = tmp_path / "gaps.xlsx"
    text.write_text("finding,value", "utf-8")
    assert "is no workbook; save it as an Excel workbook" in load(home, text).stderr
    assert load(home, text, text, "--as", "gaps").exit_code == 2
    assert load(home, tmp_path, "--as", "gaps").exit_code == 2


def test_a_dry_run_of_tables_and_rdf_changes_nothing(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.nq"
    file.write_text("<urn:s> <urn:p> <urn:o> <urn:g> .\n", "utf-8")
    found = load(home, file, "--dry-run")
    assert found.stdout.startswith("urn:g: 1 statements more, 0 fewer\n1 graph would change")
    found = load(home, "--dry-run")
    assert found.stdout.startswith("0 graphs would change")
    assert load(tmp_path / "new", "--dry-run").exit_code == 0
    assert Workspace(Settings(home=home)).store.version().number == 1

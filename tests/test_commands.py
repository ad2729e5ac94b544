"""The command line, as people and programs use it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from graph.commands.main import commands
from graph.library.question import read_library
from tests.terminal import run

TABLES = Path(__file__).parent / "tables" / "base"


@pytest.fixture(scope="session")
def home(loaded: Path) -> Path:
    return loaded


@pytest.mark.parametrize("identifier", read_library().questions)
def test_every_question_can_be_asked_in_every_format(home: Path, identifier: str) -> None:
    table = run(home, "ask", identifier, "--format", "table")
    assert table.exit_code == 0, table.output
    header = next(csv.reader(io.StringIO(run(home, "ask", identifier).stdout)))
    document = json.loads(run(home, "ask", identifier, "--format", "json").stdout)
    assert document["columns"] == header
    assert document["rows"] or document["empty"]


def test_parameters_are_options(home: Path) -> None:
    found = run(home, "ask", "mandates", "--act", "resolution 1/2", "--lang", "fr")
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert [row["operativeParagraph"] for row in rows] == list("123456789")
    assert {row["actSymbol"] for row in rows} == {"HSP/HA.1/Res.2"}


BAD = {
    "unknown question": (["ask", "funding-per-country"], 2, "Did you mean funding-by-country"),
    "unknown value": (["ask", "mandates", "--act", "HSP/HA.1/Res.9"], 2, "HSP/HA.1/Res."),
    "unknown option": (["ask", "mandates", "--colour", "red"], 2, "No such option"),
    "bad date": (["ask", "deadlines", "--before", "2019"], 2, "year-month-day"),
    "unknown language": (["ask", "mandates", "--lang", "de"], 2, "'de' is not one of"),
    "no such file": (["query", "nowhere.rq"], 2, "nowhere.rq"),
    "no such folder": (["check", "nowhere"], 2, "nowhere"),
}


@pytest.mark.parametrize(("words", "status", "message"), BAD.values(), ids=BAD)
def test_bad_input_gets_a_sentence_and_a_status(
    home: Path, words: list[str], status: int, message: str
) -> None:
    found = run(home, *words)
    assert found.exit_code == status, found.output
    assert message in found.output
    assert "Traceback" not in found.output


def test_queries_are_read_from_standard_input(home: Path) -> None:
    query = "PREFIX mg: <https://w3id.org/mandategraph/ontology/> ASK { ?x a mg:Mandate }"
    assert run(home, "query", "-", "--format", "json", given=query).stdout.strip().endswith("true}")
    graph = run(home, "query", "-", given="CONSTRUCT { <urn:a> <urn:b> 1 } {}")
    assert "<urn:a> <urn:b> 1" in graph.stdout


@pytest.mark.parametrize("query", ["SELECT", "ASK { SERVICE <urn:x> {} }", b"\xff", "ASK {" * 9999])
def test_bad_queries_get_a_sentence(home: Path, query: str | bytes) -> None:
    found = run(home, "query", "-", given=query)
    assert found.exit_code in {1, 2}
    assert found.output.startswith("Error: ")


def test_nothing_loaded_is_told(tmp_path: Path) -> None:
    found = run(tmp_path, "ask", "mandates")
    assert (found.exit_code, "mandategraph load" in found.output) == (2, True)


def test_a_faulty_table_loads_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    shutil.copytree(TABLES, folder)
    text = (folder / "acts.csv").read_text("utf-8")
    (folder / "acts.csv").write_text(text.replace("2019-05-31", "May"), "utf-8")
    found = run(tmp_path, "load", str(folder))
    assert found.exit_code == 1
    assert "acts.csv, row 2, column adopted_on: ‘May’: is no date" in found.output
    assert run(tmp_path, "ask", "mandates").exit_code == 2


def test_a_wrong_setting_is_told(tmp_path: Path) -> None:
    environment = {"MANDATEGRAPH_BASE": "nonsense"}
    found = CliRunner().invoke(commands, ["questions"], env=environment)
    assert (found.exit_code, "MANDATEGRAPH_BASE must be" in found.output) == (2, True)


def test_the_file_that_build_writes_is_what_load_takes(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.nq"
    assert run(home, "build", "--output", str(target)).exit_code == 0
    count = run(home, "query", "-", given="SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    assert count.stdout.split()[1] == str(target.read_bytes().count(b"\n"))

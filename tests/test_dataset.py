"""The bundled dataset: whole, sourced, and in our own words."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from pyoxigraph import Literal

from graph.build.dataset import checked_rows
from graph.records.schema import read_schema
from graph.store.interface import ReadStore, value

PREFIXES = """
PREFIX mg: <https://w3id.org/mandategraph/ontology/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
"""
REPORT = "<https://w3id.org/mandategraph/id/document/ed-report-eb1-resumed>"
SOURCES = Path(__file__).parents[2] / "shared" / "sources"


@pytest.mark.parametrize("number", range(1, 29))
def test_every_paragraph_of_the_report_is_in_the_graph(store: ReadStore, number: int) -> None:
    """Facts about things, beside the paragraph's own record."""
    paragraph = f"{REPORT[:-1]}/paragraph/{number}>"
    query = f"""{PREFIXES}
    SELECT (COUNT(*) AS ?n) {{
      ?statement mg:inParagraph {paragraph} ; rdf:subject ?thing .
      FILTER(?thing != {paragraph})
    }}"""
    count = store.select(query).rows[0][0]
    assert isinstance(count, Literal)
    assert int(count.value) >= 3


@pytest.mark.parametrize(("act", "paragraphs"), [("2", 9), ("3", 4), ("4", 6), ("5", 6)])
def test_every_operative_paragraph_holds_an_ask(
    store: ReadStore, act: str, paragraphs: int
) -> None:
    query = f"""{PREFIXES}
    SELECT DISTINCT ?number {{
      ?ask a mg:Mandate ; mg:setOutIn ?part .
      ?part mg:subparagraphOf? ?paragraph .
      ?paragraph mg:paragraphOf <https://w3id.org/mandategraph/id/act/HSP/HA.1/Res.{act}> ;
        mg:paragraphNumber ?number .
      FILTER(isNumeric(?number))
    }} ORDER BY ?number"""
    numbers = [value(row[0]) for row in store.select(query).rows]
    assert numbers == [str(number) for number in range(1, paragraphs + 1)]


def test_every_fact_of_a_source_says_where_it_is_stated(store: ReadStore) -> None:
    query = f"""{PREFIXES}
    SELECT ?s ?p ?o {{
      ?s ?p ?o
      FILTER(CONTAINS(STR(?s), "/id/"))
      FILTER NOT EXISTS {{ ?s a mg:Statement }}
      FILTER NOT EXISTS {{ ?s a mg:Gap }}
      MINUS {{ ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }}
    }} LIMIT 5"""
    assert store.select(query).rows == ()


def test_every_judgement_names_who_judged_and_the_rule(store: ReadStore) -> None:
    rules = set(re.findall(r"\bR[0-9]+\b", files("graph").joinpath("data/README.md").read_text()))
    query = f"{PREFIXES} SELECT DISTINCT ?rule {{ ?s mg:assertedBy ?who ; mg:underRule ?rule }}"
    used = {value(row[0]) for row in store.select(query).rows}
    assert used
    assert used <= rules, "rules that the README of the data does not state"
    unruled = f"""{PREFIXES}
    SELECT ?s {{ ?s mg:assertedBy ?who FILTER NOT EXISTS {{ ?s mg:underRule ?rule }} }}"""
    assert store.select(unruled).rows == ()


def test_rows_are_in_our_own_words() -> None:
    """No run of fifteen letters of the report, or of ten words of a resolution, is copied.

    Titles and names, which carry over, stand in label, title and alias columns.
    """
    if not SOURCES.exists():
        pytest.skip("the source documents are not beside the checkout")
    report = re.sub(r"\s", "", (SOURCES / "000_001eb2b572bbf63a.txt").read_text("utf-8"))
    registry = SOURCES / "registry" / "paragraphs"
    acts = " ".join(_words(registry / f"HSP_HA.1_Res.{act}.json") for act in (2, 3, 4, 5))
    copied = []
    for row in checked_rows(files("graph").joinpath("data"), read_schema()):
        for name, cell in row.cells.items():
            if name in {"label", "title", "alias", "cited_as"} or not isinstance(cell, tuple):
                continue
            for found in cell:
                chinese = re.findall(r"[\u4e00-\u9fff]{15,}", found.text)
                words = _plain(found.text).split()
                runs = [" ".join(words[i : i + 10]) for i in range(len(words) - 9)]
                if any(run in report for run in chinese) or any(run in acts for run in runs):
                    copied.append(f"{row.table}.csv, row {row.number}, {name}: {found.text}")
    assert copied == []


def _words(file: Path) -> str:
    return _plain(file.read_text("utf-8"))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))

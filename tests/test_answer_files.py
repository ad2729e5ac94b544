"""Answers as files: the workbook and the chart say what the table says."""

from __future__ import annotations

import io
from datetime import datetime
from xml.etree import ElementTree

import openpyxl
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode

from graph.library.answer import Answer
from graph.library.question import read_library
from graph.library.workbook import answer_xlsx
from graph.store.interface import Table, Version
from graph.vocabulary import PREFIXES

LIBRARY = read_library()
DRAWN = ("countries-by-funder", "deliverables", "events", "funding-by-country", "themes")
SVG = "{http://www.w3.org/2000/svg}"
XSD = PREFIXES["xsd"]
CELLS: dict[str, tuple[Literal | NamedNode | None, object, str]] = {
    "formula": (Literal("=1+1"), "=1+1", "s"),
    "plus": (Literal("+41 22"), "+41 22", "s"),
    "minus": (Literal("-"), "-", "s"),
    "at": (Literal("@all"), "@all", "s"),
    "text": (Literal("7"), "7", "s"),
    "whole": (Literal("7", datatype=NamedNode(XSD + "integer")), 7, "n"),
    "negative": (Literal("-2.5", datatype=NamedNode(XSD + "decimal")), -2.5, "n"),
    "not a number": (Literal("NaN", datatype=NamedNode(XSD + "double")), "NaN", "s"),
    "date": (Literal("2019-05-31", datatype=NamedNode(XSD + "date")), datetime(2019, 5, 31), "d"),
    "no date": (Literal("2019-13-31", datatype=NamedNode(XSD + "date")), "2019-13-31", "s"),
    "iri": (NamedNode("urn:a"), "urn:a", "s"),
    "control": (Literal("a\x01b"), "ab", "s"),
    "empty": (None, None, "n"),
}


def answer(name: str) -> Answer:
    table = Table((name,), ((CELLS[name][0],),))
    question = LIBRARY.find("events")
    return Answer(question, {"act": "=1"}, "ar", table, "", (), Version(1, "0" * 64, {}))


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_what_its_term_is(name: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(answer_xlsx(answer(name))))
    cell = book["answer"]["A2"]
    assert (cell.value, cell.data_type) == CELLS[name][1:]
    assert book["answer"]["A1"].value == name


def test_a_workbook_says_what_was_asked_and_is_the_same_each_time() -> None:
    first = answer_xlsx(answer("text"))
    assert first == answer_xlsx(answer("text"))
    about = openpyxl.load_workbook(io.BytesIO(first))["about"]
    said = {row[0].value: row[1] for row in about.iter_rows()}
    assert said["question"].value == "events"
    assert (said["parameter act"].value, said["parameter act"].data_type) == ("=1", "s")


@pytest.mark.parametrize("identifier", LIBRARY.questions)
def test_every_answer_is_a_workbook_of_the_same_rows(client: FlaskClient, identifier: str) -> None:
    response = client.get(f"/questions/{identifier}.xlsx?lang=fr")
    assert response.status_code == 200
    rows = list(openpyxl.load_workbook(io.BytesIO(response.data))["answer"].iter_rows())
    told = client.get(f"/questions/{identifier}.json?lang=fr").get_json()
    assert [cell.value for cell in rows[0]] == told["columns"]
    assert len(rows) == len(told["rows"]) + 1


@pytest.mark.parametrize("identifier", DRAWN)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_chart_is_a_file_that_says_what_it_shows(
    client: FlaskClient, identifier: str, language: str
) -> None:
    response = client.get(f"/questions/{identifier}.svg?lang={language}")
    assert response.mimetype == "image/svg+xml"
    root = ElementTree.fromstring(response.data)  # noqa: S314 - it is our own
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None
    for bar in root.iter(f"{SVG}rect"):
        edge = float(bar.attrib["x"]) + float(bar.attrib["width"])
        assert -0.1 <= float(bar.attrib["x"]) <= edge <= 720.1


def test_bars_have_the_numbers_of_the_table(client: FlaskClient) -> None:
    told = client.get("/questions/countries-by-funder.json").get_json()["rows"]
    root = ElementTree.fromstring(client.get("/questions/countries-by-funder.svg").data)  # noqa: S314
    drawn = [text.text for text in root.iter(f"{SVG}text") if text.attrib["class"] == "value"]
    assert drawn == [str(row["countries"]) for row in told]


def test_countries_are_filled_if_the_answer_names_them(client: FlaskClient) -> None:
    told = client.get("/questions/funding-by-country.json").get_json()["rows"]
    root = ElementTree.fromstring(client.get("/questions/funding-by-country.svg").data)  # noqa: S314
    inside = {text.text for text in root.iter(f"{SVG}text") if text.attrib["class"] == "inside"}
    assert inside == {row["iso3"] for row in told}


def test_the_chart_is_of_the_rows_that_a_filter_leaves(client: FlaskClient) -> None:
    root = ElementTree.fromstring(client.get("/questions/events.svg?filter=Forum").data)  # noqa: S314
    labels = [text.text for text in root.iter(f"{SVG}text") if text.attrib["class"] == "label"]
    assert labels
    assert all("Forum" in (label or "") for label in labels)


def test_an_answer_without_a_chart_says_so(client: FlaskClient) -> None:
    response = client.get("/questions/mandates.svg", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert response.get_json()["detail"] == "This answer has no chart."

"""The same numbers everywhere: read back from every format, and compared with the view model."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from xml.etree import ElementTree

import pyoxigraph
import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from graph.audit.model import Figure
from graph.audit.paper.building import build_paper
from graph.audit.paper.speech import Speech
from graph.audit.paper.view import Paper, Row
from graph.audit.paper.writing import paper_bytes, paper_format
from graph.store.embedded import EmbeddedReader
from tests.audit_samples import sample_comparison, sample_run

Rows = Mapping[str, tuple[str, ...]]
"""Five counts and the share as they are printed, by the name of the rule; "" is all together."""

_ISOLATES = re.compile("[\u200e\u2066-\u2069]")


@pytest.fixture(scope="module", params=["en", "fr", "ar"])
def paper(request: pytest.FixtureRequest, store: EmbeddedReader) -> Paper:
    run = sample_run()
    return build_paper(run, store.select, request.param, comparison=sample_comparison(run))


def written(paper: Paper, suffix: str) -> bytes:
    return paper_bytes(paper, paper_format(suffix))


def counts(figure: Figure) -> tuple[int, ...]:
    return (figure.applicable, figure.passed, figure.failed, figure.waived, figure.unjudged)


def expected(paper: Paper) -> Rows:
    speech = Speech(paper.language)

    def shown(figure: Figure) -> tuple[str, ...]:
        return (*map(str, counts(figure)), plain(speech.completeness(figure)))

    rules = {plain(sheet.name.text): shown(sheet.row.figure) for sheet in paper.rules}
    return {**rules, "": shown(paper.total)}


def plain(text: str) -> str:
    return " ".join(_ISOLATES.sub("", text).split())


def of_tables(tables: list[list[list[str]]], paper: Paper) -> Rows:
    """Return the rows of the table of rules, and the first table with all cases."""
    say = Speech(paper.language).say
    total = next(table for table in tables if table[0][0] == say("Applicable"))
    rules = next(
        table for table in tables if table[0][0] == say("Rule") and table[0][1] == say("Applicable")
    )
    found = {unmarked(row[0]): tuple(row[1:7]) for row in rules[1:]}
    assert found.pop(say("In all")) == tuple(total[1])
    return {**found, "": tuple(total[1])}


def unmarked(text: str) -> str:
    return text.removesuffix(" [en]")


class Tables(HTMLParser):
    """Collects the cells of all tables."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._within = False

    def handle_starttag(self, tag: str, attributes: object) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
            self._within = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._within = False

    def handle_data(self, data: str) -> None:
        if self._within:
            self.tables[-1][-1][-1] += data


def in_html(paper: Paper) -> Rows:
    reader = Tables()
    reader.feed(written(paper, "html").decode())
    cells = [[[plain(cell) for cell in row] for row in table] for table in reader.tables]
    return of_tables(cells, paper)


def in_docx(paper: Paper) -> Rows:
    document = Document(io.BytesIO(written(paper, "docx")))
    cells = [
        [[plain(cell.text) for cell in row.cells] for row in table.rows]
        for table in document.tables
    ]
    return of_tables(cells, paper)


def in_pdf(paper: Paper) -> Rows:
    """Return what the text of the pages has; letters of Arabic do not come back in order."""
    reader = PdfReader(io.BytesIO(written(paper, "pdf")))
    text = plain(" ".join(page.extract_text() for page in reader.pages))
    found = {}
    for name, row in expected(paper).items():
        between = r"\s*" if paper.language.code == "ar" else r"\s"
        numbers = between.join(map(re.escape, row))
        if paper.language.code == "ar" or re.search(f"{re.escape(name)}.{{0,7}}{numbers}", text):
            assert re.search(numbers, text), name
            found[name] = row
    return found


def in_xlsx(paper: Paper) -> Rows:
    say = Speech(paper.language).say
    book = load_workbook(io.BytesIO(written(paper, "xlsx")))
    rows = [[plain(str(cell)) for cell in row] for row in book.worksheets[0].values]
    start = next(number for number, row in enumerate(rows) if row[0] == say("By rule"))
    total = next(row for row in rows if row[0] == say("In all"))
    return {**{row[0]: tuple(row[1:7]) for row in rows[start + 1 :]}, "": tuple(total[1:7])}


def in_json(paper: Paper) -> Rows:
    document = json.loads(written(paper, "json"))
    speech = Speech(paper.language)
    keys = ("applicable", "passed", "failed", "waived", "unjudged")

    def shown(found: Mapping[str, int]) -> tuple[str, ...]:
        figure = Figure(*(found[key] for key in keys))
        assert found["of"] == figure.applicable - figure.waived
        share = figure.completeness
        assert (found["completeness"] is None) == (share is None)
        return (*map(str, counts(figure)), plain(speech.completeness(figure)))

    rules = {plain(rule["name"]["text"]): shown(rule) for rule in document["rules"]}
    return {**rules, "": shown(document["total"])}


def in_txt(paper: Paper) -> Rows:
    lines = written(paper, "txt").decode().splitlines()
    found = {}
    for name, row in expected(paper).items():
        start = name or Speech(paper.language).say("In all")
        line = next(line for line in lines if line.startswith(start) and line.split()[-1].isdigit())
        found[name] = tuple(plain(line.removeprefix(start)).split()[:6])
        assert len(row) == 6
    return found


@pytest.mark.parametrize(
    "read", [in_html, in_docx, in_pdf, in_xlsx, in_json, in_txt], ids=lambda read: read.__name__
)
def test_every_format_has_the_figures_of_the_view_model(
    read: Callable[[Paper], Rows], paper: Paper
) -> None:
    assert read(paper) == expected(paper)


def test_pipelines_get_the_same_counts(paper: Paper) -> None:
    root = ElementTree.fromstring(written(paper, "xml"))  # noqa: S314
    keys = ("tests", "failures", "skipped", "errors")
    figures = {sheet.rule.id: sheet.row.figure for sheet in paper.rules}
    found = {suite.attrib["name"]: [suite.attrib[key] for key in keys] for suite in root}
    found[""] = [root.attrib[key] for key in keys]
    for name, attributes in found.items():
        figure = figures.get(name, paper.total)
        wanted = (figure.applicable, figure.failed, figure.waived, figure.unjudged)
        assert attributes == [str(number) for number in wanted]
    assert len(root.findall(".//failure")) == paper.open
    assert len(root.findall(".//skipped")) == len(paper.accepted)


def test_linked_data_have_the_same_counts(paper: Paper) -> None:
    triples = list(pyoxigraph.parse(written(paper, "ttl"), pyoxigraph.RdfFormat.TURTLE))
    found: dict[str, dict[str, str]] = {}
    for triple in triples:
        name = triple.predicate.value.rpartition("/")[2].rpartition("#")[2]
        found.setdefault(str(triple.subject), {})[name] = getattr(triple.object, "value", "")
    keys = ("applicable", "passed", "failed", "waived", "unjudged")
    measured = {
        facts.get("figureFor", ""): tuple(facts[key] for key in keys)
        for facts in found.values()
        if "applicable" in facts
    }
    assert measured[""] == tuple(map(str, counts(paper.total)))
    for sheet in paper.rules:
        assert measured[sheet.rule.iri] == tuple(map(str, counts(sheet.row.figure)))


def test_every_format_lists_the_same_findings(paper: Paper) -> None:
    identifiers = {entry.finding.id for entry in paper.entries}
    standing = {entry.finding.id for entry in paper.entries if entry.finding.open}
    lines = list(csv.DictReader(io.StringIO(written(paper, "csv").decode())))
    assert {line["finding"] for line in lines} == identifiers
    assert {line["finding"] for line in lines if line["standing"] == "open"} == standing
    severities = Counter(line["severity"] for line in lines if line["standing"] == "open")
    assert severities == {key: number for key, number in paper.severities.items() if number}
    assert {found["id"] for found in json.loads(written(paper, "json"))["list"]} == identifiers
    book = load_workbook(io.BytesIO(written(paper, "xlsx")))
    filled = {
        row[0] for sheet in book.worksheets if sheet["A2"].value == "finding"
        for row in sheet.iter_rows(min_row=3, values_only=True)
    }  # fmt: skip
    assert filled == standing
    turtle = written(paper, "ttl").decode()
    assert all(identifier in turtle for identifier in identifiers)


def test_parts_add_up_to_the_whole(paper: Paper) -> None:
    def summed(rows: list[Row]) -> Figure:
        return sum((row.figure for row in rows), Figure())

    assert summed([sheet.row for sheet in paper.rules]) == paper.total
    assert summed(list(paper.by_owner)) == paper.total
    assert sum(len(owner.entries) for owner in paper.owners) == paper.open
    assert len(paper.entries) == paper.open + len(paper.accepted)
    assert sum(row.open for row in paper.by_owner) == paper.open

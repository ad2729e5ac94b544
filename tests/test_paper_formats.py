"""What each format promises beside its numbers: bytes, safety, directions, layout."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject

from graph.audit.model import Figure
from graph.audit.paper.building import build_paper
from graph.audit.paper.fonts import SCRIPTS, chosen_families
from graph.audit.paper.view import Paper
from graph.audit.paper.workbook_layout import FIRST_ROW, KEY_ROW, KEYS, META, TO_FILL
from graph.audit.paper.writing import FORMATS, PaperFormat, paper_bytes, paper_format, write_paper
from graph.errors import FontError, UnknownFormatError
from graph.store.embedded import EmbeddedReader
from graph.vocabulary import LANGUAGES
from tests.audit_samples import sample_comparison, sample_run

VOID = {"meta", "col", "br", "link"}


def paper_in(language: str, store: EmbeddedReader, rows: int = 300) -> Paper:
    run = sample_run()
    comparison = sample_comparison(run)
    return build_paper(run, store.select, language, comparison=comparison, rows=rows)


@pytest.fixture(scope="module")
def paper(store: EmbeddedReader) -> Paper:
    return paper_in("en", store)


@pytest.fixture(scope="module")
def arabic(store: EmbeddedReader) -> Paper:
    return paper_in("ar", store)


def written(paper: Paper, suffix: str) -> bytes:
    return paper_bytes(paper, paper_format(suffix))


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.suffix)
def test_the_same_run_gives_the_same_bytes(
    known: PaperFormat, paper: Paper, store: EmbeddedReader
) -> None:
    assert paper_bytes(paper, known) == paper_bytes(paper_in("en", store), known)


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.suffix)
def test_a_run_without_anything_can_be_written(known: PaperFormat, store: EmbeddedReader) -> None:
    run = sample_run()
    figures = replace(run.figures, total=Figure(), rules={}, acts={}, bodies={}, owners={})
    empty = replace(run, findings=(), figures=figures, unjudged={}, names={})
    assert paper_bytes(build_paper(empty, store.select), known)


def test_a_file_is_written_in_the_format_of_its_name(paper: Paper, tmp_path: Path) -> None:
    write_paper(paper, tmp_path / "board.csv")
    out = io.BytesIO()
    write_paper(paper, out, "CSV")
    assert (tmp_path / "board.csv").read_bytes() == out.getvalue() == written(paper, "csv")


@pytest.mark.parametrize("name", ["odt", "", "board.odt", "board"])
def test_an_unknown_format_is_told_which_ones_there_are(
    name: str, paper: Paper, tmp_path: Path
) -> None:
    with pytest.raises(UnknownFormatError, match="html, pdf, docx, xlsx, csv, json, ttl, xml, txt"):
        write_paper(paper, tmp_path / "board", name)
    assert not (tmp_path / "board").exists()


class Structure(HTMLParser):
    """Checks that elements are closed in order, and notes addresses, scripts and directions."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self.seen.append((tag, facts))
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_is_whole_and_loads_nothing(language: str, store: EmbeddedReader) -> None:
    text = written(paper_in(language, store), "html").decode()
    reader = Structure()
    reader.feed(text)
    assert reader.open == []
    assert reader.addresses == []
    assert "url(" not in text
    assert "@import" not in text
    root = next(facts for tag, facts in reader.seen if tag == "html")
    assert root == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    assert {facts.get("scope") for tag, facts in reader.seen if tag == "th"} == {"col", "row"}
    anchors = [facts["id"] for _, facts in reader.seen if "id" in facts]
    assert len(anchors) == len(set(anchors))


def test_markup_in_names_stays_text(paper: Paper) -> None:
    assert "=2+3 &lt;b&gt;and &amp; “quotes”" in written(paper, "html").decode()
    assert "=2+3 &lt;b&gt;and &amp; “quotes”" in written(paper, "xml").decode()
    text = " ".join(
        page.extract_text() for page in PdfReader(io.BytesIO(written(paper, "pdf"))).pages
    )
    assert "<b>and & “quotes”" in " ".join(text.split())


def test_symbols_are_set_apart_in_arabic(arabic: Paper) -> None:
    assert '<bdi dir="ltr">HSP/HA.1/Res.5</bdi>' in written(arabic, "html").decode()
    document = Document(io.BytesIO(written(arabic, "docx")))
    text = document.element.xml
    assert "\u200eHSP/HA.1/Res.5\u200e" in text
    assert text.count("<w:bidiVisual/>") == len(document.tables)
    assert all(section._sectPr.find(qn("w:bidi")) is not None for section in document.sections)
    paragraphs = [p for p in document.element.body.iter(qn("w:p")) if p.find(qn("w:r")) is not None]
    assert all(p.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None for p in paragraphs)
    book = load_workbook(io.BytesIO(written(arabic, "xlsx")))
    assert all(sheet.sheet_view.rightToLeft for sheet in book.worksheets if sheet.title != META)


def test_names_in_another_language_are_marked(arabic: Paper) -> None:
    text = written(arabic, "html").decode()
    assert '<span lang="en" dir="auto">Resolution 1/3 on capacity-building</span>' in text
    assert "[<bdi>en</bdi>]" in text
    assert '<w:lang w:val="en-GB"' in Document(io.BytesIO(written(arabic, "docx"))).element.xml


def test_word_has_headings_and_tables_with_heading_rows(paper: Paper) -> None:
    document = Document(io.BytesIO(written(paper, "docx")))
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings[:3] == ["Summary", "Decisions needed", "Mandates by act"]
    captioned = [t for t in document.tables if t._tbl.tblPr.find(qn("w:tblCaption")) is not None]
    assert len(captioned) > 10
    assert all(t.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None for t in captioned)


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_pdf_is_tagged_for_those_who_hear_it(language: str, store: EmbeddedReader) -> None:
    reader = PdfReader(io.BytesIO(written(paper_in(language, store), "pdf")))
    assert cast(DictionaryObject, reader.root_object["/MarkInfo"])["/Marked"]
    assert str(reader.root_object["/Lang"]).startswith(language)
    described = cast(StreamObject, reader.root_object["/Metadata"]).get_data()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in described
    assert len(reader.outline) > 5
    assert reader.metadata is not None
    assert reader.metadata.creation_date == paper_in(language, store).run.taken


def test_a_missing_font_is_named_with_its_package() -> None:
    with pytest.raises(FontError, match="apt-get install fonts-noto-core fonts-noto-cjk"):
        chosen_families("القرار 决议", "ar", ["Libertinus Serif"])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_is_set_in_any_of_its_families(script: object) -> None:
    arabic, chinese = SCRIPTS
    text = "القرار" if script is arabic else "决议"
    wanted = arabic if script is arabic else chinese
    for family in wanted.sans:
        found = chosen_families(text, "en", ["Libertinus Serif", family])
        assert found.sans == ("Libertinus Serif", family)


def test_chinese_letters_come_first_in_a_chinese_paper_only() -> None:
    installed = ["Noto Sans", "Noto Sans CJK SC"]
    assert chosen_families("决议 A", "zh", installed).sans[0] == "Noto Sans CJK SC"
    assert chosen_families("决议 A", "fr", installed).sans[0] == "Noto Sans"


def test_texts_stay_texts_in_spreadsheets(paper: Paper) -> None:
    lines = csv.reader(io.StringIO(written(paper, "csv").decode()))
    assert all(cell[:1] not in set("=+-@") for line in lines for cell in line)
    book = load_workbook(io.BytesIO(written(paper, "xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    risky = [cell for cell in cells if str(cell.value or "").startswith("=2+3")]
    assert risky
    assert all(cell.quotePrefix for cell in risky)


def test_the_workbook_is_laid_out_as_its_reader_expects(paper: Paper) -> None:
    book = load_workbook(io.BytesIO(written(paper, "xlsx")))
    run = paper.run
    meta = book[META]
    assert meta.sheet_state == "hidden"
    rows = list(meta.values)
    facts = {row[0]: row[1] for row in rows[: rows.index(("findings", None, None))]}
    assert facts["run"] == run.id
    assert facts["dataset"] == run.dataset
    listed = rows[rows.index(("findings", None, None)) + 1 :]
    for owner in paper.owners:
        title = next(row[0] for row in listed if row[1] == owner.role)
        sheet = book[str(title)]
        assert tuple(cell.value for cell in sheet[KEY_ROW]) == KEYS
        assert sheet.row_dimensions[KEY_ROW].hidden
        assert sheet.column_dimensions["G"].hidden
        found = [row[0].value for row in sheet.iter_rows(min_row=FIRST_ROW)]
        assert found == [entry.finding.id for entry in owner.entries]
        assert found == [row[2] for row in listed if row[1] == owner.role]


def test_the_cells_to_fill_are_marked_and_take_text(paper: Paper) -> None:
    book = load_workbook(io.BytesIO(written(paper, "xlsx")))
    money = book["Resource mobilization officer"]
    programme = book["Programme manager"]
    for sheet, further in ((money, True), (programme, False)):
        for key in TO_FILL:
            cell = sheet.cell(FIRST_ROW, KEYS.index(key) + 1)
            wanted = key != "further" or further
            assert cell.number_format == "@"
            assert cell.protection.locked is not wanted
            assert (cell.fill.fgColor.rgb == "FFFFF2B3") is wanted


def test_words_of_small_schemes_are_offered(paper: Paper) -> None:
    book = load_workbook(io.BytesIO(written(paper, "xlsx")))
    offered = book["Programme manager"].data_validations.dataValidation
    assert len(offered) == 1
    words = [row[0] for row in book["Words to choose from"].values]
    assert {"in-progress", "completed", "(not stated)"} <= set(words)
    assert offered[0].formula1 == f"'Words to choose from'!$A$2:$A${len(words)}"


def test_sheets_whose_owners_are_called_alike_stay_apart(store: EmbeddedReader) -> None:
    paper = paper_in("en", store)
    long = "Officer for everything that is long and has: signs/in it"
    owners = tuple(replace(owner, name=replace(owner.name, text=long)) for owner in paper.owners)
    book = load_workbook(io.BytesIO(written(replace(paper, owners=owners), "xlsx")))
    assert len(book.sheetnames) == len(owners) + 3
    assert all(len(title) <= 31 for title in book.sheetnames)


def test_long_tables_are_cut_where_people_turn_pages_and_say_so(store: EmbeddedReader) -> None:
    paper = paper_in("en", store, rows=5)
    assert "5 of 26 rows are shown" in written(paper, "html").decode()
    assert written(paper, "csv") == written(paper_in("en", store), "csv")


def test_zip_files_hold_no_time(paper: Paper) -> None:
    for suffix in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(written(paper, suffix))) as archive:
            assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            core = archive.read("docProps/core.xml").decode()
        assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2020-03-10T08:30:00Z"}


def test_a_paper_drawn_from_a_later_version_says_so(store: EmbeddedReader) -> None:
    run = sample_run()
    text = written(build_paper(run, store.select, drawn=8), "html").decode()
    assert "Mandates drawn from version" in text
    assert (
        "Mandates drawn from version"
        not in written(build_paper(run, store.select), "html").decode()
    )

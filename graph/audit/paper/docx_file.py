"""The paper as DOCX, for those who edit it: real headings, heading rows, languages, directions."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from graph.audit.paper.archives import settled
from graph.audit.paper.outline import (
    Block,
    Cell,
    Chapter,
    Heading,
    Keys,
    Line,
    Outline,
    Pairs,
    Span,
    Table,
    Text,
)
from graph.audit.paper.outlining import outline
from graph.audit.paper.speech import Speech
from graph.audit.paper.view import Paper
from graph.audit.paper.wordml import (
    ACCENT,
    KEY_FIGURE,
    QUIET,
    TABLE_HEAD,
    TABLE_TEXT,
    TAGS,
    Grid,
    Writing,
    element,
    field,
    language_mark,
    shaded,
    shared_widths,
)

_MARGIN = Mm(22)
_FONTS = {"ascii": "Calibri", "hAnsi": "Calibri", "eastAsia": "Microsoft YaHei", "cs": "Arial"}
"""Fonts that offices have; programs put others in their place where they are missing."""

_TEXT, _SMALL = "Normal", "Note"
_SIZES = {
    "Normal": 10, "Title": 20, "Subtitle": 13, "Heading 1": 16, "Heading 2": 12, "Caption": 9,
    _SMALL: 8.5, TABLE_TEXT: 8, TABLE_HEAD: 8, KEY_FIGURE: 18,
}  # fmt: skip
"""Styles of paragraphs, in points."""

_COLOURS = dict.fromkeys(("Title", "Heading 1", "Heading 2", TABLE_HEAD, KEY_FIGURE), ACCENT) | {
    "Subtitle": QUIET,
    "Caption": QUIET,
    _SMALL: QUIET,
}
_HEADING = {1: "Heading1", 2: "Heading2"}


def docx_file(paper: Paper) -> bytes:
    """Return the paper as DOCX; the same paper gives the same bytes."""
    whole = outline(paper)
    writer = _Writer(Document(), whole, Speech(paper.language), Writing(paper.language))
    writer.write()
    facts = writer.document.core_properties
    facts.title = f"{whole.title} – {''.join(span.text for span in whole.subtitle)}"
    facts.author = facts.last_modified_by = "Mandate Graph"
    facts.comments = ""
    facts.language = TAGS[paper.language.code]
    facts.created = facts.modified = paper.run.taken.astimezone(UTC).replace(tzinfo=None)
    out = io.BytesIO()
    writer.document.save(out)
    return settled(out.getvalue())


@dataclass(frozen=True)
class _Writer:
    document: DocumentType
    whole: Outline
    speech: Speech
    writing: Writing

    def write(self) -> None:
        self._style()
        self._lay(self.document.sections[0], wide=False)
        self._foot(self.document.sections[0])
        self._paragraph((Span(self.whole.title),), "Title")
        self._paragraph(self.whole.subtitle, "Subtitle")
        for number, chapter in enumerate(self.whole.chapters):
            if number:
                self._lay(self.document.add_section(WD_SECTION.NEW_PAGE), chapter.wide)
            self._chapter(chapter)

    def _chapter(self, chapter: Chapter) -> None:
        page = Mm(297) if chapter.wide else Mm(210)
        width = round(Length(page - 2 * _MARGIN).pt * 20)
        for block in chapter.blocks:
            self._block(block, width)

    def _block(self, block: Block, width: int) -> None:
        match block:
            case Heading():
                self._paragraph(block.line, _HEADING[block.level])
            case Text():
                shade = shaded() if block.kind == "notice" else ""
                self._paragraph(block.line, _SMALL if block.kind == "note" else _TEXT, shade)
            case Pairs():
                rows: list[tuple[Cell, ...]] = [
                    (((Span(term, style="quiet"),),), (line,)) for term, line in block.rows
                ]
                self._grid(Grid(shared_widths(width, (1, 3)), tuple(rows)))
            case Keys():
                self._keys(block, width)
            case Table():
                self._table(block, width)

    def _keys(self, block: Keys, width: int) -> None:
        row: tuple[Cell, ...] = tuple(
            (
                (Span(key.value, symbol=True, style="strong"),),
                (Span(key.label),),
                (Span(key.detail, style="quiet"),),
            )
            for key in block.items
        )
        widths = shared_widths(width, (2, *(1,) * (len(row) - 1)))
        self._grid(Grid(widths, (row,), first_line=KEY_FIGURE))

    def _table(self, block: Table, width: int) -> None:
        if not block.silent:
            self._paragraph((Span(block.caption),), "Caption", "<w:keepNext/>")
        head: tuple[Cell, ...] = tuple(((Span(column.heading),),) for column in block.columns)
        grid = Grid(
            shared_widths(width, (column.share for column in block.columns)),
            (head, *block.rows),
            block.caption,
            frozenset(number for number, column in enumerate(block.columns) if column.numeric),
            frozenset({len(block.rows)} if block.total else ()),
        )
        self._grid(grid, block.left_out)

    def _grid(self, grid: Grid, below: str = "") -> None:
        """Write a table, and a paragraph that keeps it apart from what follows."""
        self._add(self.writing.table(grid))
        self._paragraph((Span(below),) if below else (), _SMALL)

    def _paragraph(self, line: Line, style: str, properties: str = "") -> None:
        self._add(self.writing.paragraph(line, style, properties))

    def _add(self, text: str) -> None:
        self.document.element.body.insert_element_before(element(text), "w:sectPr")

    def _style(self) -> None:
        styles = self.document.styles
        for name in (_SMALL, TABLE_TEXT, TABLE_HEAD, KEY_FIGURE):
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles[_TEXT]
        for name, size in _SIZES.items():
            style = styles[name]
            if isinstance(style, ParagraphStyle):
                self._dress(style, size)
        defaults = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        for old in defaults.findall(qn("w:lang")):
            defaults.remove(old)
        defaults.append(element(language_mark(self.whole.language.code)))

    def _dress(self, style: ParagraphStyle, size: float) -> None:
        style.font.italic = style.font.cs_italic = False
        style.font.bold = style.font.cs_bold = style.name not in {
            _TEXT, _SMALL, TABLE_TEXT, "Subtitle",
        }  # fmt: skip
        if style.name in _COLOURS:
            style.font.color.rgb = RGBColor.from_string(_COLOURS[style.name])
        properties = style.element.get_or_add_rPr()
        for old in (*properties.findall(qn("w:spacing")), *properties.findall(qn("w:rFonts"))):
            properties.remove(old)
        fonts = properties.get_or_add_rFonts()
        for script, font in _FONTS.items():
            fonts.set(qn(f"w:{script}"), font)
        style.font.size = Pt(size)
        for old in properties.findall(qn("w:szCs")):
            properties.remove(old)
        # Arabic letters have a size of their own, which the library does not set.
        properties.find(qn("w:sz")).addnext(element(f'<w:szCs w:val="{round(2 * size)}"/>'))
        if style.name in {TABLE_TEXT, TABLE_HEAD, KEY_FIGURE}:
            style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(1)

    def _lay(self, section: Section, wide: bool) -> None:
        short, long = Mm(210), Mm(297)
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if wide else (short, long)
        section.left_margin = section.right_margin = _MARGIN
        section.top_margin = section.bottom_margin = Mm(20)
        if self.writing.mirrored and section._sectPr.find(qn("w:bidi")) is None:
            section._sectPr.insert_element_before(
                element("<w:bidi/>"), "w:rtlGutter", "w:docGrid", "w:printerSettings"
            )

    def _foot(self, section: Section) -> None:
        told = (*self.whole.subtitle, Span(" · "), Span(self.whole.running), Span(" · "))
        pattern = self.speech.say("Page %(page)s of %(pages)s")
        before, rest = pattern.split("%(page)s")
        between, after = rest.split("%(pages)s")
        run = self.writing.run
        pages = (
            f"{run(Span(before))}{field('PAGE')}{run(Span(between))}{field('NUMPAGES')}"
            f"{run(Span(after))}"
        )
        paragraph = self.writing.paragraph(told, _SMALL).removesuffix("</w:p>")
        empty = section.footer.paragraphs[0]._p
        empty.addprevious(element(f"{paragraph}{pages}</w:p>"))
        empty.getparent().remove(empty)

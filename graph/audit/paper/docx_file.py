"""The paper as DOCX, for those who edit it: real headings, heading rows, languages, directions."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table as DocxTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from graph.audit.paper.archives import settled
from graph.audit.paper.docx_parts import (
    TAGS,
    add_field,
    draw_rules,
    keep_rows_whole,
    mirror_section,
    mirror_table,
    repeat_heading_row,
    run_from_the_right,
    set_fonts,
    shade_paragraph,
    tongue,
)
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

_ACCENT, _QUIET = RGBColor(0x16, 0x32, 0x4A), RGBColor(0x56, 0x61, 0x6E)
_WASH = "EEF2F5"
_MARGIN = Mm(22)
_LEFT_TO_RIGHT = "\u200e"
"""Beside a symbol it keeps what stands around the symbol from turning it round."""


def docx_file(paper: Paper) -> bytes:
    """Return the paper as DOCX; the same paper gives the same bytes."""
    whole = outline(paper)
    writer = _Writer(Document(), whole, Speech(paper.language))
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

    @property
    def mirrored(self) -> bool:
        return self.whole.language.direction == "rtl"

    def write(self) -> None:
        self._style()
        self._lay(self.document.sections[0], wide=False)
        self._foot(self.document.sections[0])
        title = self.document.add_paragraph(style="Title")
        self._line(title, (Span(self.whole.title),))
        self._line(self.document.add_paragraph(style="Subtitle"), self.whole.subtitle)
        for number, chapter in enumerate(self.whole.chapters):
            if number:
                self._lay(self.document.add_section(WD_SECTION.NEW_PAGE), chapter.wide)
            self._chapter(chapter)

    def _chapter(self, chapter: Chapter) -> None:
        section = self.document.sections[-1]
        width = int(section.page_width or 0) - 2 * _MARGIN
        for block in chapter.blocks:
            self._block(block, width)

    def _block(self, block: Block, width: int) -> None:
        match block:
            case Heading():
                self._line(self.document.add_heading(level=block.level), block.line)
            case Text():
                self._text(block)
            case Pairs():
                rows = [(((Span(term, style="quiet"),),), (line,)) for term, line in block.rows]
                self._grid(rows, (1, 3), width)
            case Keys():
                self._keys(block, width)
            case Table():
                self._table(block, width)

    def _text(self, block: Text) -> None:
        paragraph = self.document.add_paragraph()
        self._line(paragraph, block.line)
        if block.kind == "notice":
            shade_paragraph(paragraph, _WASH)
        if block.kind == "note":
            for run in paragraph.runs:
                run.font.size, run.font.color.rgb = Pt(8.5), _QUIET

    def _keys(self, block: Keys, width: int) -> None:
        row = tuple(
            (
                (Span(key.value, symbol=True, style="strong"),),
                (Span(key.label),),
                (Span(key.detail, style="quiet"),),
            )
            for key in block.items
        )
        table = self._grid([row], (2, *(1,) * (len(row) - 1)), width)
        for cell in table.rows[0].cells:
            for run in cell.paragraphs[0].runs:
                run.font.size, run.font.color.rgb = Pt(18), _ACCENT
        self.document.add_paragraph()

    def _table(self, block: Table, width: int) -> None:
        if not block.silent:
            caption = self.document.add_paragraph(style="Caption")
            self._line(caption, (Span(block.caption),))
            caption.paragraph_format.keep_with_next = True
        head: tuple[Cell, ...] = tuple(
            ((Span(column.heading, style="strong"),),) for column in block.columns
        )
        table = self._grid([head, *block.rows], [c.share for c in block.columns], width)
        repeat_heading_row(table, block.caption)
        numeric = [number for number, column in enumerate(block.columns) if column.numeric]
        for number, row in enumerate(table.rows):
            strong = number == 0 or (block.total and number == len(block.rows))
            for position, cell in enumerate(row.cells):
                self._dress(cell, strong, position in numeric)
        if block.left_out:
            self._text(Text((Span(block.left_out),), "note"))
        else:
            self.document.add_paragraph().paragraph_format.space_after = Pt(2)

    def _dress(self, cell: _Cell, strong: bool, numeric: bool) -> None:
        for paragraph in cell.paragraphs:
            if numeric:
                # Word turns right into the end of the line where a paragraph runs from the right.
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            for run in paragraph.runs:
                run.font.size = Pt(8)
                if strong:
                    run.font.bold = True

    def _grid(
        self, rows: Iterable[tuple[Cell, ...]], shares: Iterable[int], width: int
    ) -> DocxTable:
        told, parts = list(rows), list(shares)
        widths = [width * part // sum(parts) for part in parts]
        table: DocxTable = self.document.add_table(len(told), len(parts))
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        table.autofit = False
        if self.mirrored:
            mirror_table(table)
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = wide
        for row, cells in zip(table.rows, told, strict=True):
            for cell, lines, wide in zip(row.cells, cells, widths, strict=True):
                cell.width = wide
                self._cell(cell, lines)
        keep_rows_whole(table)
        draw_rules(table)
        return table

    def _cell(self, cell: _Cell, lines: Cell) -> None:
        for number, line in enumerate(lines or ((),)):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(1)
            self._line(paragraph, line)

    def _line(self, paragraph: Paragraph, line: Line) -> None:
        if self.mirrored:
            run_from_the_right(paragraph)
        for span in line:
            self._span(paragraph, span)
            if span.language:
                self._span(paragraph, Span(f" [{span.language}]", symbol=True, style="quiet"))

    def _span(self, paragraph: Paragraph, span: Span) -> None:
        own = not span.symbol and not span.language
        guard = _LEFT_TO_RIGHT if self.mirrored and not own and span.language != "ar" else ""
        run = paragraph.add_run(f"{guard}{span.text}{guard}")
        run.font.bold = True if span.style == "strong" else None
        if span.style == "quiet":
            run.font.color.rgb = _QUIET
        spoken = span.language or self.whole.language.code
        if span.symbol:
            return
        if spoken == "ar":
            run.font.rtl = True
            run.font.cs_bold = run.font.bold
        run._r.get_or_add_rPr().append(tongue(spoken))

    def _style(self) -> None:
        styles = self.document.styles
        set_fonts(styles["Normal"], Pt(10))
        sizes = {"Title": 24, "Subtitle": 13, "Heading 1": 16, "Heading 2": 12, "Caption": 9}
        for name, size in sizes.items():
            style = styles[name]
            set_fonts(style, Pt(size))
            if isinstance(style, ParagraphStyle):
                style.font.color.rgb = _QUIET if name in {"Subtitle", "Caption"} else _ACCENT
                style.font.italic = False
        defaults = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        for old in defaults.findall(qn("w:lang")):
            defaults.remove(old)
        defaults.append(tongue(self.whole.language.code))

    def _lay(self, section: Section, wide: bool) -> None:
        short, long = Mm(210), Mm(297)
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if wide else (short, long)
        section.left_margin = section.right_margin = _MARGIN
        section.top_margin = section.bottom_margin = Mm(20)
        if self.mirrored:
            mirror_section(section._sectPr)

    def _foot(self, section: Section) -> None:
        paragraph = section.footer.paragraphs[0]
        self._line(
            paragraph, (*self.whole.subtitle, Span(" · "), Span(self.whole.running), Span(" · "))
        )
        pattern = self.speech.say("Page %(page)s of %(pages)s")
        before, rest = pattern.split("%(page)s")
        between, after = rest.split("%(pages)s")
        self._span(paragraph, Span(before))
        add_field(paragraph, "PAGE")
        self._span(paragraph, Span(between))
        add_field(paragraph, "NUMPAGES")
        self._span(paragraph, Span(after))
        for run in paragraph.runs:
            run.font.size, run.font.color.rgb = Pt(8), _QUIET

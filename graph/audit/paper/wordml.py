"""Paragraphs and tables of DOCX as text of WordprocessingML.

Tables of some thousand cells are written this way in the time in which the
library that holds the rest of the document would write some dozen.

Source:
    ISO/IEC 29500-1, section 17: the order of elements is that of the schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.xmlchemy import BaseOxmlElement

from graph.audit.paper.outline import Cell, Line, Span
from graph.languages import Language

ACCENT, QUIET, WASH, RULE = "16324A", "56616E", "EEF2F5", "CFD4DA"

TAGS = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES", "ru": "ru-RU", "zh": "zh-CN", "ar": "ar-SA"}

TABLE_TEXT, TABLE_HEAD, KEY_FIGURE = "TableText", "TableHead", "KeyFigure"
"""Styles of paragraphs in tables, by their ids."""

_LEFT_TO_RIGHT = "\u200e"
"""Beside a symbol it keeps what stands around the symbol from turning it round."""

_NOT_IN_XML = {number: " " for number in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)}


@dataclass(frozen=True)
class Grid:
    """A table: widths in twentieths of a point, rows of cells, how they look.

    The first row heads the table if there is a ``caption``, which is for those
    who hear it. ``numeric`` columns stand at the end of their cells, ``strong``
    rows are bold.
    """

    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    numeric: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()
    first_line: str = TABLE_TEXT


@dataclass(frozen=True)
class Writing:
    """Writes lines in a language and its direction."""

    language: Language

    @property
    def mirrored(self) -> bool:
        """Whether lines run from the right."""
        return self.language.direction == "rtl"

    def paragraph(self, line: Line, style: str, properties: str = "", at_end: bool = False) -> str:
        """Return a paragraph.

        Args:
            line: What stands in it.
            style: The id of its style.
            properties: Elements that come between style and direction.
            at_end: Whether it stands at the end of its lines, not at their beginning.
        """
        bidi = "<w:bidi/>" if self.mirrored else ""
        # In a paragraph that runs from the right, “right” is where lines end.
        side = '<w:jc w:val="right"/>' if at_end else ""
        runs = "".join(map(self.run, line))
        head = f'<w:pPr><w:pStyle w:val="{style}"/>{properties}{bidi}{side}</w:pPr>'
        return f"<w:p>{head}{runs}</w:p>"

    def run(self, span: Span) -> str:
        """Return letters with their language, which is named where it is not the paper's."""
        spoken = span.language or self.language.code
        own = not span.symbol and spoken == self.language.code
        guard = _LEFT_TO_RIGHT if self.mirrored and not own and spoken != span.text else ""
        bold = "<w:b/><w:bCs/>" if span.style == "strong" else ""
        colour = f'<w:color w:val="{QUIET}"/>' if span.style == "quiet" else ""
        rtl = "<w:rtl/>" if spoken == "ar" and not span.symbol else ""
        tongue = "" if span.symbol else language_mark(spoken)
        text = escape(f"{guard}{span.text}{guard}".translate(_NOT_IN_XML))
        run = (
            f"<w:r><w:rPr>{bold}{colour}{rtl}{tongue}</w:rPr>"
            f'<w:t xml:space="preserve">{text}</w:t></w:r>'
        )
        if not span.language:
            return run
        return run + self.run(Span(f" [{span.language}]", symbol=True, style="quiet"))

    def table(self, grid: Grid) -> str:
        """Return a table with thin lines between rows, which are not broken between pages."""
        visual = "<w:bidiVisual/>" if self.mirrored else ""
        caption = f"<w:tblCaption w:val={quoteattr(grid.caption)}/>" if grid.caption else ""
        sides = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/>'
            for side in ("top", "bottom", "insideH")
        )
        head = (
            f'<w:tblPr>{visual}<w:tblW w:w="{sum(grid.widths)}" w:type="dxa"/>'
            f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/>'
            '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
            f'</w:tblCellMar><w:tblLook w:firstRow="1" w:noVBand="1"/>{caption}</w:tblPr>'
        )
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid.widths)
        rows = "".join(self._row(grid, number, row) for number, row in enumerate(grid.rows))
        return f"<w:tbl>{head}<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"

    def _row(self, grid: Grid, number: int, row: Sequence[Cell]) -> str:
        heading = bool(grid.caption) and number == 0
        repeated = "<w:tblHeader/>" if heading else ""
        style = TABLE_HEAD if heading or number in grid.strong else TABLE_TEXT
        first = style if grid.first_line == TABLE_TEXT else grid.first_line
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f"{self._cell(cell, (first, style), column in grid.numeric)}</w:tc>"
            for column, (cell, width) in enumerate(zip(row, grid.widths, strict=True))
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"

    def _cell(self, cell: Cell, styles: tuple[str, str], numeric: bool) -> str:
        first, style = styles
        return "".join(
            self.paragraph(line, style if number else first, at_end=numeric)
            for number, line in enumerate(cell or ((),))
        )


def language_mark(code: str) -> str:
    """Return the mark of a language, for proofing, hyphenation and reading aloud."""
    tag = TAGS.get(code, code)
    eastern = tag if code == "zh" else "zh-CN"
    return f'<w:lang w:val={quoteattr(tag)} w:eastAsia="{eastern}" w:bidi="ar-SA"/>'


def field(code: str) -> str:
    """Return a field that the program fills in, such as ``PAGE``."""
    return f'<w:fldSimple w:instr="{code}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def shaded() -> str:
    """Return the property of a paragraph that stands on a ground of its own."""
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{WASH}"/>'


def element(text: str) -> BaseOxmlElement:
    """Return the element that a text of this module stands for."""
    tag, closed, rest = text.partition(">")
    if tag.endswith("/"):
        return _parsed(f"{tag[:-1]} {nsdecls('w')}/>")
    return _parsed(f"{tag} {nsdecls('w')}{closed}{rest}")


def shared_widths(width: int, shares: Iterable[int]) -> tuple[int, ...]:
    """Return a width shared out."""
    parts = tuple(shares)
    return tuple(width * part // sum(parts) for part in parts)


def _parsed(text: str) -> BaseOxmlElement:
    made: BaseOxmlElement = parse_xml(text)
    return made

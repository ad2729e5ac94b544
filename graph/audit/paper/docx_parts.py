"""Parts of DOCX that its library has no words for."""

from __future__ import annotations

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length
from docx.styles.style import BaseStyle, ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

WESTERN, EASTERN, COMPLEX = "Calibri", "Microsoft YaHei", "Arial"
"""Fonts that offices have; programs put others in their place where they are missing."""

TAGS = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES", "ru": "ru-RU", "zh": "zh-CN", "ar": "ar-SA"}

_RULE = "CFD4DA"
_AFTER_BIDI = (
    "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing",
    "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment",
    "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr",
    "w:pPrChange",
)  # fmt: skip
_AFTER_VISUAL = (
    "w:tblStyleRowBandSize", "w:tblStyleColBandSize", "w:tblW", "w:jc", "w:tblCellSpacing",
    "w:tblInd", "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook",
    "w:tblCaption", "w:tblDescription",
)  # fmt: skip
_AFTER_SECTION_BIDI = ("w:rtlGutter", "w:docGrid", "w:printerSettings", "w:sectPrChange")
_AFTER_SHADE = (
    "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct",
    "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", *_AFTER_BIDI,
)  # fmt: skip


def element(name: str, **attributes: str) -> BaseOxmlElement:
    """Return an element of WordprocessingML with attributes of its namespace."""
    made = OxmlElement(name)
    for key, text in attributes.items():
        made.set(qn(f"w:{key}"), text)
    return made


def run_from_the_right(paragraph: Paragraph) -> None:
    """Let a paragraph begin at the right."""
    properties = paragraph._p.get_or_add_pPr()
    if properties.find(qn("w:bidi")) is None:
        properties.insert_element_before(element("w:bidi"), *_AFTER_BIDI)


def mirror_table(table: Table) -> None:
    """Let the first column of a table stand at the right."""
    table._tbl.tblPr.insert_element_before(element("w:bidiVisual"), *_AFTER_VISUAL)


def mirror_section(properties: BaseOxmlElement) -> None:
    """Let a section run from the right."""
    if properties.find(qn("w:bidi")) is None:
        properties.insert_element_before(element("w:bidi"), *_AFTER_SECTION_BIDI)


def shade_paragraph(paragraph: Paragraph, colour: str) -> None:
    """Give a paragraph a ground of a colour, in hexadecimal digits."""
    shade = element("w:shd", val="clear", color="auto", fill=colour)
    paragraph._p.get_or_add_pPr().insert_element_before(shade, *_AFTER_SHADE)


def repeat_heading_row(table: Table, caption: str) -> None:
    """Repeat the first row on every page, and give the table its caption for those who hear it."""
    table.rows[0]._tr.get_or_add_trPr().append(element("w:tblHeader"))
    table._tbl.tblPr.append(element("w:tblCaption", val=caption))


def keep_rows_whole(table: Table) -> None:
    """Break no row between two pages."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))


def draw_rules(table: Table) -> None:
    """Draw thin lines between rows and nothing else."""
    borders = element("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(element(f"w:{side}", val="single", sz="4", space="0", color=_RULE))
    table._tbl.tblPr.insert_element_before(borders, *_AFTER_VISUAL[7:])


def tongue(code: str) -> BaseOxmlElement:
    """Return the mark of a language for proofing, hyphenation and reading aloud."""
    tag = TAGS.get(code, code)
    return element("w:lang", val=tag, eastAsia=tag if code == "zh" else "zh-CN", bidi="ar-SA")


def set_fonts(style: BaseStyle, size: Length | None = None) -> None:
    """Set a style in the fonts of this module, in a size for all scripts."""
    if not isinstance(style, ParagraphStyle):
        return
    style.font.name = WESTERN
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), EASTERN)
    fonts.set(qn("w:cs"), COMPLEX)
    if size is not None:
        style.font.size = size
        for old in properties.findall(qn("w:szCs")):
            properties.remove(old)
        half_points = str(round(2 * size.pt))
        properties.find(qn("w:sz")).addnext(element("w:szCs", val=half_points))


def add_field(paragraph: Paragraph, code: str) -> None:
    """Add a field that the program fills in, such as ``PAGE``."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("", "1"), ("end", "")):
        run = paragraph.add_run()
        if kind:
            run._r.append(element("w:fldChar", fldCharType=kind))
        elif text == code:
            instruction = element("w:instrText")
            instruction.text = code
            run._r.append(instruction)
        else:
            run.text = text

"""The findings as a workbook to be filled in: one sheet for each owner, readable back."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from math import ceil
from unicodedata import east_asian_width
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from graph.audit.paper.archives import settled
from graph.audit.paper.choices import Choice, Choices, read_choices
from graph.audit.paper.speech import NOTHING, Speech
from graph.audit.paper.view import Entry, Name, OwnerSheet, Paper, Row
from graph.audit.paper.workbook_layout import (
    FIRST_ROW,
    HEADER_ROW,
    KEY_ROW,
    KEYS,
    LAYOUT,
    META,
    TO_FILL,
)

_WIDTHS = (14, 13, 24, 18, 11, 34, 10, 40, 18, 36, 26, 20, 24, 16, 18)
_TITLE_ROOM = 31
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
_NOT_IN_CELLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORMULA = frozenset("=+-@")
_LINE = Side(style="thin", color="FFCFD4DA")
_HEAD = PatternFill("solid", fgColor="FF16324A")
_FILL = PatternFill("solid", fgColor="FFFFF2B3")
_SHUT = PatternFill("solid", fgColor="FFEDEFF2")


def xlsx_file(paper: Paper) -> bytes:
    """Return a workbook: summary, a sheet for each owner, words to choose from.

    The cells to fill are yellow and unlocked, all of them text, so that nothing
    that is typed becomes a date or a formula. ``workbook_layout`` says where what
    stands. The same paper gives the same bytes.
    """
    return _Book(paper, Speech(paper.language), read_choices()).written()


@dataclass(frozen=True)
class _Book:
    paper: Paper
    speech: Speech
    choices: Choices

    def written(self) -> bytes:
        book = Workbook()
        book.remove(book.worksheets[0])
        titles = self._titles()
        self._summary(book.create_sheet(titles[""]))
        ranges = self._list_choices(book, titles["choices"])
        for sheet in self.paper.owners:
            self._owner(
                book.create_sheet(titles[sheet.role], len(book.sheetnames) - 1), sheet, ranges
            )
        self._meta(book.create_sheet(META), titles)
        taken = self.paper.run.taken.astimezone(UTC).replace(tzinfo=None)
        book.properties.created = book.properties.modified = taken
        book.properties.creator = "Mandate Graph"
        book.properties.title = self.speech.say("Completeness of the record of mandates")
        book.properties.language = self.paper.language.code
        out = io.BytesIO()
        # The writer itself, since saving the workbook would put the present time into it.
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            ExcelWriter(book, archive).write_data()
        return settled(out.getvalue())

    def _titles(self) -> Mapping[str, str]:
        """Return a title for each sheet, by the role of its owner; no two are alike."""
        say = self.speech.say
        wanted = {"": say("Summary"), "choices": say("Words to choose from")}
        wanted |= {sheet.role: sheet.name.text for sheet in self.paper.owners}
        taken = {META}
        found = {}
        for key, title in wanted.items():
            plain = _NOT_IN_TITLES.sub(" ", title).strip() or "-"
            candidate, number = plain[:_TITLE_ROOM], 1
            while candidate.casefold() in taken:
                number += 1
                candidate = f"{plain[: _TITLE_ROOM - 4]} {number}"
            taken.add(candidate.casefold())
            found[key] = candidate
        return found

    def _summary(self, sheet: Worksheet) -> None:
        say, run = self.speech.say, self.paper.run
        self._prepare(sheet)
        _put(sheet, 1, 1, say("Completeness of the record of mandates")).font = Font(
            bold=True, size=16, color="FF16324A"
        )
        day = self.speech.day(run.occasion.as_of)
        meeting = self.paper.occasion
        _put(sheet, 2, 1, f"{meeting.text}{self.speech.comma}{day}" if meeting else day)
        _put(sheet, 3, 1, f"{say('Dataset version')}{self.speech.colon}{run.dataset}")
        _put(sheet, 4, 1, f"{say('Run')}{self.speech.colon}{run.id}")
        guide = say(
            "Fill in the yellow cells of the sheet that bears your role, and leave all others as "
            "they are. Name the document and the paragraph in which the value is written."
        )
        sheet.merge_cells("A6:H6")
        _put(sheet, 6, 1, guide).alignment = self._aligned()
        sheet.row_dimensions[6].height = 48
        row = self._figures(
            sheet,
            8,
            say("All cases"),
            [Row("", Name(say("In all")), self.paper.total, self.paper.open)],
        )
        row = self._figures(sheet, row, say("By owner"), self.paper.by_owner)
        self._figures(sheet, row, say("By rule"), [rule.row for rule in self.paper.rules])
        for number, width in enumerate((44, 12, 12, 12, 12, 12, 14, 14), 1):
            sheet.column_dimensions[get_column_letter(number)].width = width

    def _figures(self, sheet: Worksheet, row: int, title: str, rows: Iterable[Row]) -> int:
        """Write a table of figures; return the row after it and an empty one."""
        say = self.speech.say
        headings = (
            title, say("Applicable"), say("Met"), say("Not met"), say("Accepted"),
            say("Not judged"), say("Completeness"), say("Findings"),
        )  # fmt: skip
        self._header(sheet, row, headings)
        for told in rows:
            row += 1
            _put(sheet, row, 1, told.name.text).alignment = self._aligned()
            figure = told.figure
            counts = (
                figure.applicable,
                figure.passed,
                figure.failed,
                figure.waived,
                figure.unjudged,
            )
            for column, number in enumerate(counts, 2):
                sheet.cell(row, column, number)
            share = _put(sheet, row, 7, self.speech.completeness(figure))
            share.alignment = Alignment(horizontal="right")
            sheet.cell(row, 8, told.open)
        return row + 2

    def _owner(self, sheet: Worksheet, owner: OwnerSheet, ranges: Mapping[Choice, str]) -> None:
        self._prepare(sheet)
        self._header(sheet, HEADER_ROW, self._headings())
        for column, key in enumerate(KEYS, 1):
            sheet.cell(KEY_ROW, column, key)
            sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[column - 1]
        sheet.row_dimensions[KEY_ROW].hidden = True
        sheet.column_dimensions[get_column_letter(KEYS.index("iri") + 1)].hidden = True
        sheet.freeze_panes = f"B{FIRST_ROW}"
        for row, entry in enumerate(owner.entries, FIRST_ROW):
            self._entry(sheet, row, entry)
        self._validate(sheet, owner, ranges)
        sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"

    def _headings(self) -> Sequence[str]:
        say = self.speech.say
        return (
            say("Finding"), say("Severity"), say("Rule"), say("Act"), say("Paragraph"),
            say("Thing"), "IRI", say("What is missing"), say("State"), say("What to enter"),
            say("Value"), say("Further value"), say("Source document"), say("Source paragraph"),
            say("Entered by"),
        )  # fmt: skip

    def _entry(self, sheet: Worksheet, row: int, entry: Entry) -> None:
        finding = entry.finding
        message = "\n".join(filter(None, (entry.message.text, finding.value)))
        told = (
            finding.id,
            entry.severity,
            entry.rule_name.text,
            "; ".join(name.text for name in entry.acts),
            "; ".join(name.text for name in entry.paragraphs),
            entry.thing.text,
            finding.thing,
            message,
            entry.state or NOTHING,
            entry.fix.text,
        )
        border = Border(bottom=_LINE)
        for column, text in enumerate(told, 1):
            cell = _put(sheet, row, column, text)
            cell.alignment, cell.border = self._aligned(), border
        sheet.row_dimensions[row].height = _height(told)
        for key in TO_FILL:
            empty = sheet.cell(row, KEYS.index(key) + 1)
            wanted = key != "further" or len(entry.rule.answers) > 1
            empty.fill = _FILL if wanted else _SHUT
            empty.protection = Protection(locked=not wanted)
            empty.number_format = "@"
            empty.alignment, empty.border = self._aligned(), Border(_LINE, _LINE, _LINE, _LINE)

    def _validate(self, sheet: Worksheet, owner: OwnerSheet, ranges: Mapping[Choice, str]) -> None:
        """Offer the words of small schemes where a value is one of them."""
        offered: dict[tuple[str, Choice], DataValidation] = {}
        for row, entry in enumerate(owner.entries, FIRST_ROW):
            for key, answer in zip(("value", "further"), entry.rule.answers, strict=False):
                choice = self.choices.of(answer)
                if choice is None:
                    continue
                if (key, choice) not in offered:
                    offered[key, choice] = self._validation(choice, ranges[choice])
                    sheet.add_data_validation(offered[key, choice])
                offered[key, choice].add(sheet.cell(row, KEYS.index(key) + 1))

    def _validation(self, choice: Choice, cells: str) -> DataValidation:
        # Several values stand in one cell with “;”, which a list would refuse: it only warns then.
        return DataValidation(
            type="list",
            formula1=cells,
            allow_blank=True,
            showErrorMessage=True,
            errorStyle="warning" if choice.many else "stop",
        )

    def _list_choices(self, book: Workbook, title: str) -> Mapping[Choice, str]:
        """Write the words that cells offer on a sheet of their own; return where each list is."""
        sheet = book.create_sheet(title)
        self._prepare(sheet)
        answers = {answer for entry in self.paper.entries for answer in entry.rule.answers[:2]}
        known = {choice for choice in map(self.choices.of, answers) if choice is not None}
        ranges = {}
        for number, choice in enumerate(sorted(known, key=lambda c: (c.scheme, c.gap, c.many))):
            column = 2 * number + 1
            self._header(sheet, 1, (self.speech.say("Word"), self.speech.say("Meaning")), column)
            words = self.choices.words(choice, self.paper.language.code)
            for row, (word, meaning) in enumerate(words, 2):
                _put(sheet, row, column, word)
                _put(sheet, row, column + 1, meaning)
            letter = get_column_letter(column)
            quoted = title.replace("'", "''")
            ranges[choice] = f"'{quoted}'!${letter}$2:${letter}${len(words) + 1}"
            sheet.column_dimensions[letter].width = 26
            sheet.column_dimensions[get_column_letter(column + 1)].width = 34
        sheet.sheet_state = "visible" if ranges else "hidden"
        return ranges

    def _meta(self, sheet: Worksheet, titles: Mapping[str, str]) -> None:
        sheet.sheet_state = "hidden"
        run = self.paper.run
        facts: dict[str, str | int] = {
            "layout": LAYOUT,
            "run": run.id,
            "dataset": run.dataset,
            "content": run.content,
            "profile": run.profile.id,
            "profile_version": run.profile.version,
            "language": self.paper.language.code,
            "taken": run.taken.isoformat(),
        }
        for pair in facts.items():
            sheet.append(pair)
        sheet.append(("findings",))
        for owner in self.paper.owners:
            for entry in owner.entries:
                sheet.append((titles[owner.role], owner.role, entry.finding.id))

    def _header(self, sheet: Worksheet, row: int, headings: Sequence[str], first: int = 1) -> None:
        for column, heading in enumerate(headings, first):
            cell = _put(sheet, row, column, heading)
            cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), _HEAD
            cell.alignment = self._aligned()

    def _prepare(self, sheet: Worksheet) -> None:
        sheet.sheet_view.rightToLeft = self.paper.language.direction == "rtl"
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)

    def _aligned(self) -> Alignment:
        """Return how text stands: from the top, broken into lines, each in its own direction."""
        side = "right" if self.paper.language.direction == "rtl" else "left"
        return Alignment(horizontal=side, vertical="top", wrap_text=True, readingOrder=0)


def _height(texts: Sequence[str]) -> float:
    """Return the height that a row needs, in points: not every program finds it by itself."""
    lines = (
        ceil(sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text) / (width - 2))
        for text, width in zip(texts, _WIDTHS, strict=False)
        if width != _WIDTHS[KEYS.index("iri")]
    )
    return 15.0 * max(1, *lines)


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Cell | MergedCell:
    """Write a text that stays a text, whatever it begins with."""
    cell = sheet.cell(row, column)
    cell.value = _NOT_IN_CELLS.sub(" ", text)
    cell.data_type = "s"
    if text[:1] in _FORMULA:
        cell.quotePrefix = True
    return cell

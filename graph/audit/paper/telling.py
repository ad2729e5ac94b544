"""What the chapters of a paper are told with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.audit.model import Figure
from graph.audit.paper.outline import (
    Cell,
    Column,
    Heading,
    Line,
    Span,
    Table,
    cell,
    joined,
    named,
    symbol,
    words,
)
from graph.audit.paper.speech import Speech
from graph.audit.paper.view import Entry, Name, Paper


@dataclass(frozen=True)
class Telling:
    """What all chapters are told with: a paper and the words of its language."""

    paper: Paper
    speech: Speech

    def cut(self, rows: Sequence[tuple[Cell, ...]]) -> tuple[tuple[tuple[Cell, ...], ...], str]:
        """Return as many rows as a page can bear, and a sentence if these are not all."""
        most = self.paper.rows
        if len(rows) <= most:
            return tuple(rows), ""
        sentence = self.speech.say(
            "%(shown)s of %(all)s rows are shown; the workbook and the CSV file have all of them."
        )
        return tuple(rows[:most]), sentence % {
            "shown": self.speech.number(most),
            "all": self.speech.number(len(rows)),
        }

    def table(
        self, caption: str, columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]]
    ) -> Table:
        """Return a table below a heading of its own, of no more rows than a page can bear."""
        shown, left_out = self.cut(rows)
        return Table(caption, tuple(columns), shown, left_out, silent=True)

    def heading(self, level: int, text: str, anchor: str) -> Heading:
        """Return a heading in the paper's own words."""
        return Heading(level, (words(text),), anchor)

    def out_of(self, figure: Figure) -> str:
        """Return how many cases are passed, out of how many."""
        return self.speech.say("%(passed)s of %(judged)s cases") % {
            "passed": self.speech.number(figure.passed),
            "judged": self.speech.number(figure.applicable - figure.waived),
        }

    def number_cell(self, number: int) -> Cell:
        """Return a number as a cell."""
        return cell(words(self.speech.number(number)))

    def figure_cells(self, figure: Figure) -> tuple[Cell, ...]:
        """Return the cells of ``figure_columns``."""
        counts = (figure.applicable, figure.passed, figure.failed, figure.waived, figure.unjudged)
        share = cell(words(self.speech.completeness(figure)))
        return (*map(self.number_cell, counts), share)

    def figure_columns(self) -> tuple[Column, ...]:
        """Return the columns of a figure: its five counts and the share."""
        say = self.speech.say
        headings = (
            say("Applicable"),
            say("Met"),
            say("Not met"),
            say("Accepted"),
            say("Not judged"),
            say("Completeness"),
        )
        return tuple(
            Column(heading, 7 if heading == headings[-1] else 5, numeric=True)
            for heading in headings
        )

    def where(self, entry: Entry) -> Line:
        """Return the acts and the paragraphs of a finding."""
        return self.place(entry.acts, [name.text for name in entry.paragraphs])

    def place(self, acts: Sequence[Name], paragraphs: Sequence[str]) -> Line:
        """Return acts and paragraphs as one line."""
        cited = joined(map(named, acts), self.speech.comma)
        if not paragraphs:
            return cited
        return (*cited, words(" "), *self.numbered(paragraphs))

    def numbered(self, paragraphs: Sequence[str]) -> Line:
        """Return the numbers of paragraphs, said to be that."""
        before, after = self.speech.say("para. %(numbers)s").split("%(numbers)s")
        return (words(before), symbol(", ".join(paragraphs)), *(words(after),) * bool(after))

    def unjudged_table(self) -> Table:
        """Return the rules that could not be judged, and why."""
        say = self.speech.say
        rows = [
            (cell(named(sheet.name)), cell(Span(sheet.unjudged, self.engine_language)))
            for sheet in self.paper.rules
            if sheet.unjudged
        ]
        columns = (Column(say("Rule"), 8), Column(say("Why not"), 16))
        return self.table(say("Rules that could not be judged"), columns, rows)

    @property
    def engine_language(self) -> str:
        """Return the tag of what engines say, which is English, where the paper is not."""
        return "" if self.paper.language.code == "en" else "en"

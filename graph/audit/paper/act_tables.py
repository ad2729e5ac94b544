"""The mandates of every act, with what the record knows of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from graph.audit.paper.outline import (
    Block,
    Cell,
    Chapter,
    Column,
    Heading,
    Line,
    Style,
    Text,
    cell,
    lines,
    named,
    symbol,
    words,
)
from graph.audit.paper.speech import NOTHING
from graph.audit.paper.telling import Telling
from graph.audit.paper.view import ActSheet, Entry, Mandate, Place, Position

ACTS = 60
"""How many acts have their mandates listed at most where a paper is read page by page."""

SYMBOL = 24
"""How many letters the name of a document has at most to stand in a cell itself."""


@dataclass(frozen=True)
class ActTables(Telling):
    """The chapter of mandates."""

    def chapter(self) -> Chapter:
        """Return the mandates act by act."""
        say, sheets = self.speech.say, self.paper.acts
        blocks: list[Block] = [self.heading(1, say("Mandates by act"), "mandates")]
        if not sheets:
            blocks.append(
                Text((words(say("No mandate is recorded under the acts that were judged.")),))
            )
        for sheet in sheets[:ACTS]:
            blocks += self._act(sheet)
        if len(sheets) > ACTS:
            sentence = say("%(shown)s of %(all)s acts are shown; the JSON file has all of them.")
            counts = {
                "shown": self.speech.number(ACTS),
                "all": self.speech.number(len(sheets)),
            }
            blocks.append(Text((words(sentence % counts),), "note"))
        return Chapter(tuple(blocks), wide=True)

    def _act(self, sheet: ActSheet) -> list[Block]:
        say, figure = self.speech.say, sheet.row.figure
        told = (
            words(say("Completeness") + self.speech.colon),
            symbol(self.speech.completeness(figure)),
            words(f" ({self.out_of(figure)})"),
        )
        account = [self._position(position) for position in sheet.positions]
        title = (symbol(sheet.symbol.text), words(self.speech.colon), named(sheet.title))
        anchor = "act-" + "".join(c if c.isalnum() else "-" for c in sheet.symbol.text)
        columns = (
            Column(say("Para."), 4),
            Column(say("Request"), 14),
            Column(say("Addressee"), 8),
            Column(say("Due"), 7),
            Column(say("Status"), 6),
            Column(say("Funding"), 7),
            Column(say("Evidence"), 7),
            Column(say("Gap"), 11),
        )
        rows = [self._mandate(mandate) for mandate in sheet.mandates]
        caption = say("Mandates under %(act)s") % {"act": sheet.symbol.text}
        return [
            Heading(2, title, anchor),
            Text(told),
            *(Text(line) for line in account),
            self.table(caption, columns, rows),
            *self._legend(sheet),
        ]

    def _position(self, position: Position) -> Line:
        say = self.speech.say
        day = self.speech.day(position.as_of) if position.as_of else say("no date")
        if position.required is position.mobilized is position.missing is None:
            return (words(say("Funding on %(day)s: no figure is stated.") % {"day": day}),)
        sentence = say(
            "Funding on %(day)s: required %(required)s, mobilized %(mobilized)s, missing "
            "%(missing)s."
        )
        told = sentence % {
            "day": day,
            "required": self._money(position.required, position.currency),
            "mobilized": self._money(position.mobilized, position.currency),
            "missing": self._money(position.missing, position.currency),
        }
        return (words(told),)

    def _money(self, amount: Decimal | None, currency: str) -> str:
        if amount is None:
            absent = self.speech.say("not stated")
            return f"({absent})"
        return f"{currency} {self.speech.number(amount)}".strip()

    def _mandate(self, mandate: Mandate) -> tuple[Cell, ...]:
        verb = (named(mandate.verb, "strong"), words(self.speech.colon)) if mandate.verb else ()
        status = lines(mandate.status, self.speech.say("no report"))
        reported = (
            cell(words(self.speech.day(mandate.reported), "quiet")) if mandate.reported else ()
        )
        return (
            cell(symbol(mandate.paragraph)),
            cell(*verb, named(mandate.request)),
            lines(mandate.addressees, NOTHING),
            lines(mandate.due, NOTHING),
            (*status, *reported),
            lines(mandate.funding, NOTHING),
            tuple(map(self._place, mandate.evidence)) or cell(words(NOTHING, "quiet")),
            _gaps(mandate.gaps) or cell(words(NOTHING, "quiet")),
        )

    def _place(self, place: Place) -> Line:
        document = place.document.text
        known = self._sources.get(document)
        shown = symbol(document) if known is None else symbol(f"[{known}]")
        if not place.paragraphs:
            return (shown,)
        return (shown, words(" "), *self.numbered(place.paragraphs))

    @cached_property
    def _sources(self) -> Mapping[str, int]:
        """The documents whose names are too long for a cell, each with a number."""
        cited = (
            place.document.text
            for sheet in self.paper.acts[:ACTS]
            for mandate in sheet.mandates
            for place in mandate.evidence
        )
        long = dict.fromkeys(name for name in cited if len(name) > SYMBOL)
        return {name: number for number, name in enumerate(long, 1)}

    def _legend(self, sheet: ActSheet) -> list[Block]:
        cited = {place.document.text for mandate in sheet.mandates for place in mandate.evidence}
        return [
            Text((symbol(f"[{number}]"), words(" "), symbol(name)), "note")
            for name, number in self._sources.items()
            if name in cited
        ]


def _gaps(entries: Sequence[Entry]) -> Cell:
    """Return what a mandate lacks, a rule that it breaks several times with their number."""
    counts = Counter((entry.rule_name, entry.severity, entry.finding.severity) for entry in entries)
    found: list[Line] = []
    for (name, severity, gravity), count in counts.items():
        style: Style = "strong" if gravity == "violation" else ""
        times = f" × {count}" if count > 1 else ""
        found.append((named(name, style), words(f" ({severity}){times}", "quiet")))
    return tuple(found)

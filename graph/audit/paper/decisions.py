"""What somebody must decide before the meeting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from graph.audit.paper.naming import natural
from graph.audit.paper.outline import (
    Block,
    Cell,
    Chapter,
    Column,
    Text,
    cell,
    named,
    symbol,
    words,
)
from graph.audit.paper.telling import Telling
from graph.audit.paper.view import Entry, Name

PLACES = 8
"""How many places of findings are named at most beside a decision."""


@dataclass(frozen=True)
class Decisions(Telling):
    """The chapter of decisions."""

    def chapter(self) -> Chapter:
        """Return what somebody must decide before the meeting."""
        say = self.speech.say
        blocks: list[Block] = [self.heading(1, say("Decisions needed"), "decisions")]
        if not (self.paper.decisions or self.paper.expiring or self.paper.run.unjudged):
            blocks.append(Text((words(say("Nothing blocks: no decision is needed.")),)))
        if self.paper.decisions:
            blocks += self._to_supply()
        if self.paper.expiring:
            blocks += self._to_renew()
        if self.paper.run.unjudged:
            blocks += self._to_repair()
        return Chapter(tuple(blocks), wide=True)

    def _to_supply(self) -> list[Block]:
        say = self.speech.say
        text = say(
            "Each of these is to be supplied before the meeting, or accepted by somebody with a "
            "reason and a last day."
        )
        columns = (
            Column(say("What is missing"), 8),
            Column(say("Who can supply it"), 7),
            Column(say("What to enter"), 9),
            Column(say("Why it is needed"), 9),
            Column(say("Findings"), 5, numeric=True),
            Column(say("Where"), 10),
        )
        rows = [
            (
                cell(named(decision.message)),
                cell(named(decision.owner)),
                cell(named(decision.fix)),
                (
                    (named(decision.reason),),
                    *cell(symbol(decision.rule.reason_source, "quiet")),
                ),
                self.number_cell(len(decision.entries)),
                self._places(decision.entries),
            )
            for decision in self.paper.decisions
        ]
        return [Text((words(text),)), self.table(say("To be supplied or accepted"), columns, rows)]

    def _places(self, entries: Sequence[Entry]) -> Cell:
        """Return where findings are, act by act."""
        places: dict[tuple[Name, ...], set[str]] = defaultdict(set)
        for entry in entries:
            places[entry.acts] |= {number.text for number in entry.paragraphs}
        found = tuple(
            self.place(acts, sorted(numbers, key=natural)) for acts, numbers in places.items()
        )
        if len(found) <= PLACES:
            return tuple(line for line in found if line)
        more = self.speech.count("and %(count)s more", "and %(count)s more", len(found) - PLACES)
        return (*found[:PLACES], (words(more, "quiet"),))

    def _to_renew(self) -> list[Block]:
        say = self.speech.say
        columns = (
            Column(say("What is missing"), 8),
            Column(say("Thing"), 9),
            Column(say("Accepted by"), 6),
            Column(say("Reason"), 10),
            Column(say("Until"), 6),
        )
        rows = [self._acceptance(entry) for entry in self.paper.expiring]
        return [
            self.heading(2, say("Acceptances that end by the day of the meeting"), "expiring"),
            self.table(say("To be renewed or supplied"), columns, rows),
        ]

    def _acceptance(self, entry: Entry) -> tuple[Cell, ...]:
        """Return who accepted a finding, why and until when."""
        waiver = entry.finding.waiver
        told = (
            (
                cell(words(waiver.author)),
                cell(words(waiver.reason)),
                cell(words(self.speech.day(waiver.expires))),
            )
            if waiver
            else ((), (), ())
        )
        return (cell(named(entry.message)), cell(named(entry.thing)), *told)

    def _to_repair(self) -> list[Block]:
        say = self.speech.say
        return [
            self.heading(2, say("Rules that could not be judged"), "unjudged"),
            Text((words(say("The checks are to be repaired, and the record judged again.")),)),
            self.unjudged_table(),
        ]

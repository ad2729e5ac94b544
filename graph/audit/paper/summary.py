"""The first page: what the paper rests on, the figures, what blocks, what changed."""

from __future__ import annotations

from dataclasses import dataclass

from graph.audit.paper.outline import (
    Block,
    Chapter,
    Column,
    Key,
    Keys,
    Line,
    Pairs,
    Table,
    Text,
    cell,
    named,
    symbol,
    words,
)
from graph.audit.paper.telling import Telling

BLOCKING = 8
"""How many rules are named at most, so that it stays on one page."""


@dataclass(frozen=True)
class Summary(Telling):
    """The summary."""

    def chapter(self) -> Chapter:
        """Return the first page: basis, figures, what blocks, what changed."""
        say = self.speech.say
        blocks: list[Block] = [
            self._basis(),
            Text(
                (
                    words(
                        say(
                            "This paper judges the record: what it holds and what it lacks on "
                            "the day it was taken. It judges no Member State, nor the merits of "
                            "any mandate."
                        )
                    ),
                ),
                "notice",
            ),
            self.heading(1, say("Summary"), "summary"),
            self._keys(),
            Table(
                say("All cases"),
                self.figure_columns(),
                (self.figure_cells(self.paper.total),),
            ),
            Text(
                (
                    words(
                        say(
                            "A case is one rule and one thing it applies to. Completeness is the "
                            "share of cases met among all cases that nobody has accepted."
                        )
                    ),
                ),
                "note",
            ),
            self.heading(2, say("What blocks"), "blocking"),
            self._blocking(),
            self.heading(2, say("What changed since the earlier run"), "change"),
            self._change(),
        ]
        return Chapter(tuple(blocks))

    def _basis(self) -> Pairs:
        say, run = self.speech.say, self.paper.run
        rows: list[tuple[str, Line]] = []
        if self.paper.occasion is not None:
            rows.append((say("Meeting"), (named(self.paper.occasion),)))
        rows.append((say("Judged as of"), (words(self.speech.day(run.occasion.as_of)),)))
        if run.occasion.since is not None:
            rows.append(
                (say("News is what came after"), (words(self.speech.day(run.occasion.since)),))
            )
        version = say("%(number)s, contents") % {"number": run.dataset}
        rows.append((say("Dataset version"), (words(version + " "), symbol(run.content[:12]))))
        if self.paper.drawn != run.dataset:
            rows.append((say("Mandates drawn from version"), (words(str(self.paper.drawn)),)))
        profile = named(self.paper.profile)
        rules = (
            profile,
            words(self.speech.comma + say("version") + " "),
            symbol(run.profile.version[:12]),
        )
        rows.append((say("Rules"), rules))
        rows.append((say("Taken"), (words(self.speech.moment(run.taken)),)))
        rows.append((say("Run"), (symbol(run.id),)))
        return Pairs(tuple(rows))

    def _keys(self) -> Keys:
        speech, paper = self.speech, self.paper
        say, counts = speech.say, paper.severities
        findings = say("findings")
        return Keys(
            (
                Key(
                    speech.completeness(paper.total), say("Completeness"), self.out_of(paper.total)
                ),
                Key(speech.number(counts["violation"]), speech.severity("violation"), findings),
                Key(speech.number(counts["warning"]), speech.severity("warning"), findings),
                Key(speech.number(counts["info"]), speech.severity("info"), findings),
                Key(speech.number(len(paper.accepted)), say("Accepted"), findings),
            )
        )

    def _blocking(self) -> Block:
        say = self.speech.say
        if not self.paper.decisions:
            return Text((words(say("Nothing blocks.")),))
        gravest = sorted(self.paper.decisions, key=lambda d: -len(d.entries))
        rows = tuple(
            (
                cell(named(decision.message)),
                cell(named(decision.owner)),
                self.number_cell(len(decision.entries)),
            )
            for decision in gravest[:BLOCKING]
        )
        columns = (
            Column(say("What is missing"), 14),
            Column(say("Who can supply it"), 9),
            Column(say("Findings"), 4, numeric=True),
        )
        more = ""
        if len(gravest) > BLOCKING:
            more = say("The others are listed under “Decisions needed”.")
        return Table(say("What blocks"), columns, rows, more, silent=True)

    def _change(self) -> Block:
        say, change = self.speech.say, self.paper.change
        if change is None:
            return Text((words(say("This run is not compared with an earlier one.")),))
        counted = (
            (say("New"), change.new),
            (say("Resolved"), change.resolved),
            (say("Still open"), change.still_open),
            (say("Accepted since"), change.waived),
        )
        return Table(
            say("Findings against run %(run)s") % {"run": change.comparison.earlier},
            tuple(Column(label, 5, numeric=True) for label, _ in counted),
            (tuple(self.number_cell(len(entries)) for _, entries in counted),),
        )

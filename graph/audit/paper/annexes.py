"""The annexes: figures, findings by owner, acceptances, change, rules, what was not judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graph.audit.paper.outline import (
    Block,
    Cell,
    Chapter,
    Column,
    Table,
    Text,
    cell,
    joined,
    named,
    symbol,
    words,
)
from graph.audit.paper.speech import NOTHING
from graph.audit.paper.telling import Telling
from graph.audit.paper.view import Entry, OwnerSheet, Row, RuleSheet


class Annexes(Telling):
    """What stands behind the summary."""

    def chapters(self) -> tuple[Chapter, ...]:
        """Return the annexes that have something to say, numbered in their order."""
        say = self.speech.say
        found: list[tuple[str, str, list[Block], bool]] = [
            ("figures", say("Figures"), self._figures(), False),
            ("findings", say("Findings by owner"), self._findings(), True),
            ("accepted", say("Accepted findings"), self._accepted(), True),
            ("changes", say("Changes since the earlier run"), self._changes(), True),
            ("rules", say("Rules"), self._rules(), True),
            ("not-judged", say("What was not judged"), self._not_judged(), False),
        ]
        written = [part for part in found if part[2]]
        return tuple(
            Chapter((self._title(number, title, anchor), *blocks), wide)
            for number, (anchor, title, blocks, wide) in enumerate(written, 1)
        )

    def _title(self, number: int, title: str, anchor: str) -> Block:
        told = self.speech.say("Annex %(number)s: %(title)s") % {"number": number, "title": title}
        return self.heading(1, told, anchor)

    def _figures(self) -> list[Block]:
        say, paper = self.speech.say, self.paper
        by_rule = [sheet.row for sheet in paper.rules]
        parts = (
            (say("By rule"), say("Rule"), by_rule, True),
            (say("By owner"), say("Owner"), paper.by_owner, True),
            (say("By body"), say("Body"), paper.by_body, False),
            (say("By act"), say("Act"), paper.by_act, False),
        )
        blocks: list[Block] = [
            Text(
                (
                    words(
                        say(
                            "Completeness is met / (applicable − accepted); a dash stands where "
                            "there is nothing to share."
                        )
                    ),
                )
            )
        ]
        for caption, heading, rows, summed in parts:
            if rows:
                blocks.append(self._figure_table(caption, heading, rows, summed))
        blocks.append(
            Text(
                (
                    words(
                        say(
                            "A case that belongs to two acts or bodies counts for each of them "
                            "and once in all."
                        )
                    ),
                ),
                "note",
            )
        )
        return blocks

    def _figure_table(self, caption: str, heading: str, rows: Sequence[Row], summed: bool) -> Table:
        told = [(cell(named(row.name)), *self.figure_cells(row.figure)) for row in rows]
        shown, left_out = self.cut(told)
        if summed:
            label = cell(words(self.speech.say("In all"), "strong"))
            shown = (*shown, (label, *self.figure_cells(self.paper.total)))
        columns = (Column(heading, 12), *self.figure_columns())
        return Table(caption, columns, shown, left_out, summed)

    def _findings(self) -> list[Block]:
        blocks: list[Block] = []
        for number, sheet in enumerate(self.paper.owners, 1):
            blocks += self._owner(number, sheet)
        if not blocks:
            blocks.append(Text((words(self.speech.say("No finding is open.")),)))
        return blocks

    def _owner(self, number: int, sheet: OwnerSheet) -> Iterator[Block]:
        count = self.speech.count("%(count)s finding", "%(count)s findings", len(sheet.entries))
        yield self.heading(2, f"{sheet.name.text}{self.speech.colon}{count}", f"owner-{number}")
        rows = [self._finding(entry) for entry in sheet.entries]
        yield self.table(sheet.name.text, self._finding_columns(), rows)

    def _finding_columns(self) -> tuple[Column, ...]:
        say = self.speech.say
        return (
            Column(say("Severity"), 5),
            Column(say("Rule"), 7),
            Column(say("Where"), 7),
            Column(say("Thing"), 9),
            Column(say("What is missing"), 11),
            Column(say("State"), 6),
            Column(say("What to enter"), 10),
        )

    def _finding(self, entry: Entry) -> tuple[Cell, ...]:
        strong = entry.finding.severity == "violation"
        where = self.where(entry)
        return (
            cell(words(entry.severity, "strong" if strong else "")),
            cell(named(entry.rule_name)),
            (where,) if where else cell(words(NOTHING, "quiet")),
            cell(named(entry.thing)),
            (
                *cell(named(entry.message)),
                *cell(symbol(entry.finding.value, "quiet")),
            ),
            cell(words(entry.state or NOTHING)),
            cell(named(entry.fix)),
        )

    def _accepted(self) -> list[Block]:
        if not self.paper.accepted:
            return []
        say = self.speech.say
        columns = (
            Column(say("Rule"), 8),
            Column(say("Where"), 7),
            Column(say("Thing"), 10),
            Column(say("Accepted by"), 7),
            Column(say("Reason"), 12),
            Column(say("Until"), 6),
        )
        rows = [self._acceptance(entry) for entry in self.paper.accepted]
        return [self.table(say("Accepted findings"), columns, rows)]

    def _acceptance(self, entry: Entry) -> tuple[Cell, ...]:
        waiver = entry.finding.waiver
        where = self.where(entry)
        return (
            cell(named(entry.rule_name)),
            (where,) if where else (),
            cell(named(entry.thing)),
            cell(words(waiver.author)) if waiver else (),
            cell(words(waiver.reason)) if waiver else (),
            cell(words(self.speech.day(waiver.expires))) if waiver else (),
        )

    def _changes(self) -> list[Block]:
        change = self.paper.change
        if change is None:
            return []
        say = self.speech.say
        parts = (
            (say("New"), "new", change.new),
            (say("Resolved"), "resolved", change.resolved),
            (say("Accepted since"), "accepted-since", change.waived),
        )
        blocks: list[Block] = []
        for title, anchor, entries in parts:
            if entries:
                blocks.append(self.heading(2, title, anchor))
                rows = [self._finding(entry) for entry in entries]
                blocks.append(self.table(title, self._finding_columns(), rows))
        if change.incomparable:
            blocks.append(self.heading(2, say("What cannot be compared"), "incomparable"))
            text = say("These rules were judged in one of the two runs only:")
            rules = joined(map(named, change.incomparable), self.speech.comma)
            blocks.append(Text((words(f"{text} "), *rules)))
        if not blocks:
            blocks.append(Text((words(say("Nothing changed.")),)))
        return blocks

    def _rules(self) -> list[Block]:
        say = self.speech.say
        columns = (
            Column(say("Rule"), 8),
            Column(say("Severity at most"), 5),
            Column(say("Owner"), 7),
            Column(say("Why it is needed"), 14),
            Column(say("Asked for in"), 6),
            Column(say("Lead time"), 4),
        )
        return [
            Text(
                (
                    words(
                        say(
                            "A rule is information until the meeting is nearer than its lead time, "
                            "then a warning, and blocks in the last third of it."
                        )
                    ),
                )
            ),
            self.table(say("Rules"), columns, [self._rule(sheet) for sheet in self.paper.rules]),
        ]

    def _rule(self, sheet: RuleSheet) -> tuple[Cell, ...]:
        days = sheet.rule.lead_days
        lead = (
            NOTHING if days is None else self.speech.count("%(count)s day", "%(count)s days", days)
        )
        return (
            cell(named(sheet.name)),
            cell(words(sheet.severity)),
            cell(named(sheet.owner)),
            cell(named(sheet.reason)),
            cell(symbol(sheet.rule.reason_source)),
            cell(words(lead)),
        )

    def _not_judged(self) -> list[Block]:
        say = self.speech.say
        blocks: list[Block] = []
        if self.paper.run.unjudged:
            blocks += [
                self.heading(2, say("Rules that could not be judged"), "could-not"),
                self.unjudged_table(),
            ]
        idle = [sheet for sheet in self.paper.rules if sheet.idle]
        if idle:
            text = say(
                "The record holds nothing that these rules apply to. That is no sign of "
                "completeness."
            )
            columns = (Column(say("Rule"), 8), Column(say("Why it is needed"), 16))
            rows = [(cell(named(sheet.name)), cell(named(sheet.reason))) for sheet in idle]
            blocks += [
                self.heading(2, say("Nothing to judge"), "nothing"),
                Text((words(text),)),
                self.table(say("Nothing to judge"), columns, rows),
            ]
        return blocks

"""From a run to a paper: the one place where what a paper says is decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from graph.audit.model import SEVERITIES, Comparison, Figure, Finding, Run
from graph.audit.paper.mandates import Assembly
from graph.audit.paper.naming import Naming, find_names
from graph.audit.paper.reading import read_acts, read_names
from graph.audit.paper.speech import Speech, paper_language
from graph.audit.paper.view import (
    ActSheet,
    Change,
    Decision,
    Entry,
    Name,
    OwnerSheet,
    Paper,
    Row,
    RuleSheet,
)
from graph.settings import DEFAULT_BASE
from graph.shacl.model import Select

ROWS = 300
"""How many rows a table has at most where it is read page by page."""

_NO_CASES = Figure()


def build_paper(
    run: Run,
    select: Select,
    language: str = "en",
    *,
    comparison: Comparison | None = None,
    drawn: int | None = None,
    rows: int = ROWS,
    base: str = DEFAULT_BASE,
) -> Paper:
    """Return what is said about a run.

    Args:
        run: The audit.
        select: Answers queries about mandates and names, best from the version
            of the dataset that was judged.
        language: Code of an official language. What has no name in it is named
            in English, else in any language, and marked.
        comparison: What became of the findings of an earlier run.
        drawn: The version of the dataset that ``select`` answers from, if it is
            not the one that was judged: the paper says so.
        rows: How many rows a table has at most in formats that are read page by page.
        base: What the IRIs of instances begin with.

    Raises:
        KeyError: If the language is not an official one.
    """
    speech = Speech(paper_language(language))
    before = comparison.resolved if comparison else ()
    naming = find_names(run, _known(run, before), select, speech)
    paper = _Builder(run, speech, naming).paper(select, comparison)
    return replace(paper, drawn=drawn or run.dataset, rows=rows, base=base)


def _known(run: Run, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings whose rule the profile still has: of others there are no words."""
    rules = {rule.id for rule in run.profile.rules}
    return tuple(finding for finding in findings if finding.rule in rules)


@dataclass(frozen=True)
class _Builder:
    run: Run
    speech: Speech
    naming: Naming

    def paper(self, select: Select, comparison: Comparison | None) -> Paper:
        run, speech = self.run, self.speech
        entries = self._entries(run.findings)
        standing = tuple(entry for entry in entries if entry.finding.open)
        accepted = tuple(entry for entry in entries if not entry.finding.open)
        severities = Counter(entry.finding.severity for entry in standing)
        occasion = run.occasion
        return Paper(
            language=speech.language,
            run=run,
            drawn=run.dataset,
            rows=ROWS,
            base=DEFAULT_BASE,
            occasion=speech.chosen(occasion.names) if occasion.names else None,
            profile=speech.chosen(run.profile.names, run.profile.id),
            total=run.figures.total,
            severities={severity: severities[severity] for severity in SEVERITIES},
            entries=entries,
            accepted=accepted,
            expiring=tuple(e for e in accepted if _ends(e, run)),
            owners=self._owners(standing),
            decisions=self._decisions(standing),
            acts=self._acts(select, standing),
            rules=self._rules(standing),
            by_act=self._by_act(standing),
            by_body=self._rows(run.figures.bodies, self.naming.capital, Counter()),
            by_owner=self._rows(
                run.figures.owners,
                self.naming.owner,
                Counter(entry.finding.owner for entry in standing),
            ),
            change=self._change(comparison),
        )

    def _entries(self, findings: Iterable[Finding]) -> tuple[Entry, ...]:
        return tuple(map(self.naming.entry, sorted(findings, key=self.naming.gravest_first)))

    def _owners(self, standing: Iterable[Entry]) -> tuple[OwnerSheet, ...]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in standing:
            found[entry.finding.owner].append(entry)
        sheets = [OwnerSheet(role, self.naming.owner(role), tuple(e)) for role, e in found.items()]
        return tuple(sorted(sheets, key=lambda sheet: (sheet.name.text, sheet.role)))

    def _decisions(self, standing: Iterable[Entry]) -> tuple[Decision, ...]:
        found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in standing:
            if entry.finding.severity == "violation":
                found[entry.finding.owner, entry.rule.id].append(entry)
        decisions = [
            Decision(
                entries[0].rule,
                entries[0].message,
                entries[0].owner,
                entries[0].fix,
                self.speech.chosen(entries[0].rule.reasons),
                tuple(entries),
            )
            for entries in found.values()
        ]
        return tuple(sorted(decisions, key=lambda d: (d.owner.text, -len(d.entries), d.rule.id)))

    def _acts(self, select: Select, standing: tuple[Entry, ...]) -> tuple[ActSheet, ...]:
        reading = read_acts(select, sorted(self.run.figures.acts))
        spoken = {row["value"] for row in (*reading.links, *reading.gaps)}
        for row in (*reading.updates, *reading.funding):
            spoken |= {row["gap"], row.get("status", ""), row.get("funder", "")}
        spoken |= {row["mandate"] for row in reading.mandates}
        labels = read_names(select, spoken - {""})
        assembly = Assembly(self.speech, reading, labels, standing, self.run.occasion.as_of)
        mandates, positions = assembly.mandates(), assembly.positions()
        return tuple(
            ActSheet(
                row.key,
                self.naming.act(row.key),
                self.naming.name(row.key),
                row,
                positions.get(row.key, ()),
                mandates[row.key],
            )
            for row in self._by_act(standing)
            if row.key in mandates
        )

    def _rules(self, standing: Iterable[Entry]) -> tuple[RuleSheet, ...]:
        counts = Counter(entry.rule.id for entry in standing)
        sheets = []
        for rule in self.run.profile.rules:
            name = self.speech.chosen(rule.names, rule.id)
            figure = self.run.figures.rules.get(rule.id, _NO_CASES)
            sheets.append(
                RuleSheet(
                    rule,
                    name,
                    self.naming.owner(rule.owner),
                    self.speech.chosen(rule.reasons),
                    self.speech.severity(rule.severity),
                    Row(rule.id, name, figure, counts[rule.id]),
                    self.run.unjudged.get(rule.id, ""),
                )
            )
        return tuple(sheets)

    def _by_act(self, standing: Iterable[Entry]) -> tuple[Row, ...]:
        counts = Counter(iri for entry in standing for iri in set(entry.finding.acts))
        acts = sorted(self.run.figures.acts, key=self.naming.act_order)
        return tuple(
            Row(iri, self.naming.act(iri), self.run.figures.acts[iri], counts[iri]) for iri in acts
        )

    def _rows(
        self, figures: Mapping[str, Figure], named: Callable[[str], Name], counts: Counter[str]
    ) -> tuple[Row, ...]:
        rows = [Row(key, named(key), figure, counts[key]) for key, figure in figures.items()]
        return tuple(sorted(rows, key=lambda row: (row.name.text, row.key)))

    def _change(self, comparison: Comparison | None) -> Change | None:
        if comparison is None:
            return None
        names = {rule.id: rule.names for rule in self.run.profile.rules}
        return Change(
            comparison,
            self._entries(comparison.new),
            self._entries(_known(self.run, comparison.resolved)),
            self._entries(comparison.still_open),
            self._entries(comparison.waived),
            tuple(
                self.speech.chosen(names.get(rule, {}), rule) for rule in comparison.incomparable
            ),
        )


def _ends(entry: Entry, run: Run) -> bool:
    """Return whether a finding is accepted no longer than to the day of the meeting."""
    waiver = entry.finding.waiver
    return waiver is not None and waiver.expires <= run.occasion.as_of

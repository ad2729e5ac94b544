"""From what shapes reported to what people are told: findings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from graph.audit.model import Finding, Occasion, Rule, Severity, State, Waiver, Words
from graph.audit.placing import GapKey
from graph.shacl.model import Result


@dataclass(frozen=True)
class Background:
    """What is known of things beside the shapes' own reports."""

    acts: Callable[[Rule, str], tuple[str, ...]]
    paragraphs: Callable[[Rule, str], tuple[str, ...]]
    gaps: Mapping[GapKey, State]
    names: Mapping[str, Words]


def severity_on(rule: Rule, occasion: Occasion, day: date) -> Severity:
    """Return what a rule's findings come to on a day.

    Far from the meeting they inform; nearer than the lead time they warn; in the
    last third of it, and afterwards, they have their full severity.
    """
    if rule.lead_days is None:
        return rule.severity
    left = (occasion.as_of - day).days
    if left > rule.lead_days:
        return "info"
    if left * 3 > rule.lead_days:
        return "info" if rule.severity == "info" else "warning"
    return rule.severity


def finding_id(rule: Rule, thing: str, value: str) -> str:
    """Return what a finding is called in every run: 12 hexadecimal digits.

    Two findings in a corpus of a million would share one with a chance of 1 in 500.
    """
    text = "\n".join((rule.iri, thing, value))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def make_findings(
    rules: Mapping[str, Rule],
    results: Iterable[Result],
    severities: Mapping[str, Severity],
    background: Background,
) -> tuple[Finding, ...]:
    """Return one finding for each rule, thing and value, in the order of acts and rules.

    Args:
        rules: The rules by the IRIs of their shapes.
        results: What the shapes reported.
        severities: What each rule's findings come to, by its name.
        background: What is known of the things.
    """
    found: dict[str, Finding] = {}
    for result in results:
        rule = rules[result.shape]
        made = _finding(rule, result, severities[rule.id], background)
        found.setdefault(made.id, made)
    return in_order(found.values())


def with_waivers(
    findings: Iterable[Finding], waivers: Iterable[Waiver], day: date
) -> tuple[Finding, ...]:
    """Return the findings with what was accepted: in force on a day, or lapsed before it."""
    by_finding: dict[str, list[Waiver]] = {}
    for waiver in sorted(waivers, key=lambda waiver: (waiver.expires, waiver.id)):
        by_finding.setdefault(waiver.finding, []).append(waiver)
    done: list[Finding] = []
    for finding in findings:
        given = by_finding.get(finding.id, [])
        holding = [waiver for waiver in given if waiver.holds(day)]
        lapsed = [waiver for waiver in given if waiver.expires < day]
        done.append(
            replace(
                finding,
                waiver=holding[-1] if holding else None,
                lapsed=lapsed[-1] if lapsed and not holding else None,
            )
        )
    return tuple(done)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of acts, operative paragraphs, rules and things."""

    def key(found: Finding) -> tuple[object, ...]:
        return (found.acts, found.paragraphs, found.rule, found.thing, found.value)

    return tuple(sorted(findings, key=key))


def _finding(rule: Rule, result: Result, severity: Severity, background: Background) -> Finding:
    thing = result.focus.strip("<>")
    value = "" if result.value == result.focus else result.value
    return Finding(
        id=finding_id(rule, thing, value),
        rule=rule.id,
        severity=severity,
        thing=thing,
        names=background.names.get(thing, {}),
        value=value,
        acts=background.acts(rule, thing),
        paragraphs=background.paragraphs(rule, thing),
        owner=rule.owner,
        state="" if value else _state(rule, thing, background.gaps),
        component=result.component,
    )


def _state(rule: Rule, thing: str, gaps: Mapping[GapKey, State]) -> State:
    recorded = (gaps.get(GapKey(thing, name), "") for name in rule.properties)
    return next((state for state in recorded if state), rule.absence)

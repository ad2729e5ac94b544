"""A run made by hand, small enough to count with one's fingers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from graph.audit.auditing import named
from graph.audit.figures import Scope, count
from graph.audit.findings import finding_id
from graph.audit.model import Finding, Occasion, Profile, Rule, Run, State, Waiver

BASE = "https://example.org/"
ACTS = (f"{BASE}id/act/A", f"{BASE}id/act/B")
BODY = f"{BASE}id/body/board"
TAKEN = datetime(2019, 11, 1, 12, tzinfo=UTC)
OCCASION = Occasion(
    date(2019, 11, 19), date(2019, 5, 31), f"{BASE}id/event/board-1", {"en": "Board"}
)


def rule(name: str, owner: str = "data-maintainer") -> Rule:
    """Return a rule about something of a mandate."""
    iri = f"https://w3id.org/mandategraph/shapes/board/{name}"
    words = {"en": name, "fr": f"{name} (fr)"}
    return Rule(
        name, iri, words, words, words, "A/1", words, owner, "violation", None, ("urn:p",), (), ""
    )


RULES = (rule("MandateShape-due"), rule("MandateShape-progress", "reporting-officer"))
PROFILE = Profile("board", {"en": "Board"}, {"en": "What a board needs"}, "0" * 64, RULES)
THINGS = {f"{BASE}id/mandate/{number}": ACTS[number % 2] for number in range(1, 7)}
SCOPE = Scope({"": {thing: (act,) for thing, act in THINGS.items()}}, dict.fromkeys(ACTS, (BODY,)))


def finding(made_by: Rule, number: int, state: State = "not-stated") -> Finding:
    """Return what a rule says of one of the six mandates."""
    thing = f"{BASE}id/mandate/{number}"
    return Finding(
        id=finding_id(made_by, thing, ""),
        rule=made_by.id,
        severity="warning",
        thing=thing,
        names={"en": f"Mandate {number}", "zh": f"任务 {number}"},
        value="",
        acts=(THINGS[thing],),
        paragraphs=(f"{THINGS[thing]}/paragraph/{number}",),
        owner=made_by.owner,
        state=state,
        component="http://www.w3.org/ns/shacl#MinCountConstraintComponent",
    )


def waiver(found: Finding, expires: date) -> Waiver:
    """Return the acceptance of a finding in October."""
    return Waiver(
        f"{found.id}-20191001", found.id, "A. Clerk", "Not due yet", date(2019, 10, 1), expires
    )


def make_run(
    findings: tuple[Finding, ...],
    unjudged: Mapping[str, str] | None = None,
    first_seen: Mapping[str, str] | None = None,
) -> Run:
    """Return a run in which both rules apply to all six mandates."""
    applicable = {made.id: frozenset(THINGS) for made in RULES}
    run = Run(
        id="",
        profile=PROFILE,
        occasion=OCCASION,
        dataset=7,
        content="c" * 64,
        taken=TAKEN,
        findings=findings,
        figures=count(RULES, applicable, findings, unjudged or {}, SCOPE),
        unjudged=unjudged or {},
        names={ACTS[0]: {"en": "Act A"}, ACTS[1]: {"en": "Act B", "ar": "القرار ب"}},
    )
    return named(run, first_seen or {})


def accepted(found: Finding, expires: date) -> Finding:
    """Return a finding with a waiver, in force or lapsed on the day of the run."""
    given = waiver(found, expires)
    if given.holds(TAKEN.date()):
        return replace(found, waiver=given)
    return replace(found, lapsed=given)

"""What an audit is about and what it found, as every part of the audit hands it on.

Everything here is free of any language: names are kept in all languages that
the record has, and whoever shows them chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Literal as OneOf

Words = Mapping[str, str]
"""A text by language code."""

Severity = OneOf["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")
"""From the gravest down."""

State = OneOf["known-absent", "not-stated", "not-captured", "could-not-judge", ""]
"""Why a value is absent, as the scheme ``gap`` has it.

Empty where nothing is absent and a value that is there is wrong.
"""
STATES: tuple[State, ...] = ("known-absent", "not-stated", "not-captured", "could-not-judge")
"""The states of a gap; where sources differ, the first says most."""


ITSELF = "."
"""The path from a thing to itself, which SPARQL has no word for."""


@dataclass(frozen=True)
class Occasion:
    """What the record is judged for: a meeting, or a day.

    ``as_of`` is the first day of the meeting. ``since`` is the day after which a
    report counts as news: the last day of the meeting before it of the same
    body, ``None`` if the record knows of none. ``meeting`` is the IRI of the
    event, empty if only a day was named.
    """

    as_of: date
    since: date | None = None
    meeting: str = ""
    names: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One demand of a profile, as the person sees it who must meet it.

    ``id`` is the name of its shape in words, such as ``MandateShape-addressee``.
    ``severity`` is what it comes to at most. ``lead_days`` says how long before
    the meeting it begins to be more than information; ``None`` if it always has
    its full severity. ``answers`` names the cells that can answer it, as
    ``table.column``, the main one first; ``new_record`` is the table in which it
    takes a new row to answer it, empty if the row is there. ``reason_source`` is
    the symbol or address of what asks for it. ``absence`` is the state of a gap
    that nothing in the record explains. The paths lead, as SPARQL writes property
    paths, from a thing to its acts and operative paragraphs: empty for none,
    ``ITSELF`` if the thing is one.
    """

    id: str
    iri: str
    names: Words
    messages: Words
    reasons: Words
    reason_source: str
    fixes: Words
    owner: str
    severity: Severity
    lead_days: int | None
    properties: tuple[str, ...]
    answers: tuple[str, ...]
    new_record: str
    absence: State = "not-captured"
    act_path: str = ""
    paragraph_path: str = ""


@dataclass(frozen=True)
class Profile:
    """The rules of one folder of shapes, in the order of their names.

    ``version`` is a digest of the texts of the shapes.
    """

    id: str
    names: Words
    explanations: Words
    version: str
    rules: tuple[Rule, ...]

    def rule(self, identifier: str) -> Rule:
        """Return the rule of that name.

        Raises:
            KeyError: If there is none.
        """
        return {rule.id: rule for rule in self.rules}[identifier]


@dataclass(frozen=True)
class Waiver:
    """A finding that somebody accepted until a day, that day included."""

    id: str
    finding: str
    author: str
    reason: str
    given: date
    expires: date

    def holds(self, day: date) -> bool:
        """Return whether it is in force on a day."""
        return self.given <= day <= self.expires


@dataclass(frozen=True)
class Finding:
    """One demand that one thing does not meet.

    ``id`` is the same in every run. ``severity`` is that of the day. ``value``
    is the wrong value as N-Triples write it, empty where one is absent. ``acts``
    and ``paragraphs`` are the IRIs of the acts and operative paragraphs that the
    thing belongs to. ``owner`` is the role that can supply what is missing, as
    the scheme ``role`` has it. ``first_seen`` names the run. ``waiver`` is in
    force on the day of the run, ``lapsed`` was until before it. ``component`` is the
    IRI of the SHACL constraint component that reported it.
    """

    id: str
    rule: str
    severity: Severity
    thing: str
    names: Words
    value: str
    acts: tuple[str, ...]
    paragraphs: tuple[str, ...]
    owner: str
    state: State
    first_seen: str = ""
    waiver: Waiver | None = None
    lapsed: Waiver | None = None
    component: str = ""

    @property
    def open(self) -> bool:
        """Whether nobody has accepted it."""
        return self.waiver is None


@dataclass(frozen=True)
class Figure:
    """How many cases (a rule and a thing it applies to) there are, and how they came out.

    ``applicable`` is the sum of the others.
    """

    applicable: int = 0
    passed: int = 0
    failed: int = 0
    waived: int = 0
    unjudged: int = 0

    @property
    def completeness(self) -> Fraction | None:
        """Passed cases among those that nobody has accepted; ``None`` if there is none."""
        judged = self.applicable - self.waived
        return Fraction(self.passed, judged) if judged else None

    def __add__(self, other: Figure) -> Figure:
        """Return both together."""
        return Figure(
            self.applicable + other.applicable,
            self.passed + other.passed,
            self.failed + other.failed,
            self.waived + other.waived,
            self.unjudged + other.unjudged,
        )


@dataclass(frozen=True)
class Figures:
    """The figures of a run, in all and apart; ``acts`` and ``bodies`` by IRI.

    A case that belongs to two acts counts once in ``total`` and once for each.
    """

    total: Figure
    rules: Mapping[str, Figure]
    acts: Mapping[str, Figure]
    bodies: Mapping[str, Figure]
    owners: Mapping[str, Figure]


@dataclass(frozen=True)
class Run:
    """One audit: what was judged by which rules, for which occasion, with which outcome.

    ``id`` follows from the occasion, the profile and the contents that were
    judged: the same data give the same run. ``dataset`` and ``content`` are the
    number and the digest of the version of the dataset. ``unjudged`` says, by
    rule, why it could not be judged. ``names`` holds the names of the acts,
    paragraphs and bodies that are spoken of, by IRI.
    """

    id: str
    profile: Profile
    occasion: Occasion
    dataset: int
    content: str
    taken: datetime
    findings: tuple[Finding, ...]
    figures: Figures
    unjudged: Mapping[str, str]
    names: Mapping[str, Words]


@dataclass(frozen=True)
class Comparison:
    """What became of the findings of an earlier run; findings by their place in the later run.

    ``resolved`` are findings of the earlier run that are no longer there.
    ``waived`` are open in the earlier run and accepted in the later. ``incomparable``
    names the rules that only one of the runs could judge, whose findings are left out.
    """

    earlier: str
    new: tuple[Finding, ...]
    resolved: tuple[Finding, ...]
    still_open: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    incomparable: tuple[str, ...]

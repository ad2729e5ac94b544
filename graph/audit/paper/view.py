"""What a paper says, before any format: every number and every name, in one language.

All writers read these values and none counts for itself, so that the same
figure stands in every format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from graph.audit.model import Comparison, Figure, Finding, Rule, Run, Severity
from graph.languages import Language


@dataclass(frozen=True)
class Name:
    """What something is called; ``language`` is empty unless it is another than the paper's.

    ``symbol`` marks what is not a word of any language, such as the symbol of a
    document: it is set apart in a text that runs the other way.
    """

    text: str
    language: str = ""
    symbol: bool = False


@dataclass(frozen=True)
class Entry:
    """One finding in words: ``finding`` as the run has it, and what a person reads.

    ``message`` says what is missing, ``fix`` what to enter. ``state`` is empty
    where a value is there and wrong.
    """

    finding: Finding
    rule: Rule
    severity: str
    rule_name: Name
    thing: Name
    acts: tuple[Name, ...]
    paragraphs: tuple[Name, ...]
    owner: Name
    message: Name
    state: str
    fix: Name


@dataclass(frozen=True)
class Row:
    """The cases of one act, body, owner or rule; ``open`` counts the findings that stand.

    ``key`` is the IRI of an act or body, the notation of an owner, the id of a rule.
    """

    key: str
    name: Name
    figure: Figure
    open: int


@dataclass(frozen=True)
class OwnerSheet:
    """What one owner can supply, gravest first; nothing that is accepted."""

    role: str
    name: Name
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Decision:
    """One demand that blocks, and who can meet it; ``entries`` are the findings behind it."""

    rule: Rule
    message: Name
    owner: Name
    fix: Name
    reason: Name
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Place:
    """Where something is written; no paragraph stands for the document as a whole."""

    document: Name
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Mandate:
    """One mandate as the record has it; what is not recorded is an empty tuple.

    A state of not knowing stands as a name in round brackets. ``reported`` is the
    day that the status speaks of. ``gaps`` are the open findings on it.
    """

    iri: str
    paragraph: str
    verb: Name | None
    request: Name
    addressees: tuple[Name, ...]
    due: tuple[Name, ...]
    status: tuple[Name, ...]
    reported: date | None
    funding: tuple[Name, ...]
    evidence: tuple[Place, ...]
    gaps: tuple[Entry, ...]


@dataclass(frozen=True)
class Position:
    """What an act needs and has on a day, in one currency; ``None`` where not stated."""

    as_of: date | None
    currency: str
    required: Decimal | None
    mobilized: Decimal | None
    missing: Decimal | None


@dataclass(frozen=True)
class ActSheet:
    """One act with its mandates in the order of its paragraphs."""

    iri: str
    symbol: Name
    title: Name
    row: Row
    positions: tuple[Position, ...]
    mandates: tuple[Mandate, ...]


@dataclass(frozen=True)
class Change:
    """What became of the findings of an earlier run; ``incomparable`` are rules left out."""

    comparison: Comparison
    new: tuple[Entry, ...]
    resolved: tuple[Entry, ...]
    still_open: tuple[Entry, ...]
    waived: tuple[Entry, ...]
    incomparable: tuple[Name, ...]


@dataclass(frozen=True)
class RuleSheet:
    """One rule in words, with its figures; ``unjudged`` says why it could not be judged."""

    rule: Rule
    name: Name
    owner: Name
    reason: Name
    severity: str
    row: Row
    unjudged: str

    @property
    def idle(self) -> bool:
        """Whether the record holds nothing that the rule applies to."""
        return not self.unjudged and self.row.figure.applicable == 0


@dataclass(frozen=True)
class Paper:
    """All that is said about a run, in one language.

    ``severities`` counts the open findings; ``accepted`` are those that somebody
    accepted, ``owners`` hold the others. ``drawn`` is the version of the dataset
    that the mandates were read from. ``rows`` limits every table of the formats
    that are read page by page; files for machines and workbooks are whole. ``base``
    begins the IRIs of instances.
    """

    language: Language
    run: Run
    drawn: int
    rows: int
    base: str
    occasion: Name | None
    profile: Name
    total: Figure
    severities: Mapping[Severity, int]
    entries: tuple[Entry, ...]
    accepted: tuple[Entry, ...]
    expiring: tuple[Entry, ...]
    owners: tuple[OwnerSheet, ...]
    decisions: tuple[Decision, ...]
    acts: tuple[ActSheet, ...]
    rules: tuple[RuleSheet, ...]
    by_act: tuple[Row, ...]
    by_body: tuple[Row, ...]
    by_owner: tuple[Row, ...]
    change: Change | None

    @property
    def open(self) -> int:
        """How many findings nobody has accepted."""
        return sum(self.severities.values())

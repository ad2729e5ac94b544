"""A run, read back from the statements that ``graph.audit.report`` made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from pyoxigraph import Literal, NamedNode, Quad

from graph.audit.findings import in_order
from graph.audit.model import (
    SEVERITIES,
    STATES,
    Figure,
    Figures,
    Finding,
    Occasion,
    Profile,
    Run,
    Waiver,
    Words,
)
from graph.audit.placing import UNNAMED
from graph.audit.report import COUNTS, DQV, RUNS
from graph.errors import StoreError
from graph.shacl.vocabulary import SH
from graph.vocabulary import CONCEPT, LABEL, ONTOLOGY, SHAPES, well_known

_GENERATED = well_known("prov", "generatedAtTime").value
_KINDS = ("rule", "act", "body", "owner")

Facts = Mapping[str, list[NamedNode | Literal]]
"""The objects of one subject by the IRIs of properties."""


def read_run(quads: Iterable[Quad], profile: Profile) -> Run:
    """Return the run that statements describe.

    Args:
        quads: The statements of one run.
        profile: The profile it was made by, in the version of that time.

    Raises:
        StoreError: If they describe no run.
    """
    about: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    iri = ""
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            about[quad.subject.value][quad.predicate.value].append(quad.object)
            if quad.predicate.value == f"{ONTOLOGY}profileVersion":
                iri = quad.subject.value
    try:
        return _Reader(about, iri, profile).run()
    except (KeyError, IndexError, ValueError, StopIteration) as error:
        raise StoreError("A run that was kept is not as it was written.") from error


class _Reader:
    """Puts one run together."""

    def __init__(self, about: Mapping[str, Facts], iri: str, profile: Profile) -> None:
        self._about = about
        self._iri = iri
        self._profile = profile
        self._rules = {rule.iri: rule.id for rule in profile.rules}
        self._waivers: dict[str, list[Waiver]] = defaultdict(list)
        for subject, facts in about.items():
            for finding in facts.get(f"{ONTOLOGY}waives", ()):
                self._waivers[finding.value].append(_waiver(subject, finding.value, facts))

    def run(self) -> Run:
        head = self._about[self._iri]
        taken = datetime.fromisoformat(head[_GENERATED][0].value)
        day = taken.date()
        findings = in_order(self._finding(node.value, day) for node in head.get(f"{SH}result", ()))
        figures = self._figures()
        spoken = {*figures.acts, *figures.bodies}
        for found in findings:
            spoken.update(found.acts, found.paragraphs)
        return Run(
            id=self._iri.rpartition(RUNS)[2],
            profile=self._profile,
            occasion=self._occasion(head),
            dataset=int(_mg(head, "datasetVersion")),
            content=_mg(head, "datasetContent"),
            taken=taken,
            findings=findings,
            figures=figures,
            unjudged=self._unjudged(),
            names={iri: words for iri in spoken if (words := self._words(iri))},
        )

    def _occasion(self, head: Facts) -> Occasion:
        since = _mg(head, "since")
        meeting = _mg(head, "auditOf")
        return Occasion(
            date.fromisoformat(_mg(head, "asOf")),
            date.fromisoformat(since) if since else None,
            meeting,
            self._words(meeting) if meeting else {},
        )

    def _finding(self, node: str, day: date) -> Finding:
        facts = self._about[node]
        severity = facts[f"{SH}resultSeverity"][0].value.removeprefix(SH).lower()
        state = _mg(facts, "absence").removeprefix(f"{CONCEPT}gap/")
        thing = facts[f"{SH}focusNode"][0].value
        waivers = self._waivers.get(node, [])
        value = facts.get(f"{SH}value")
        return Finding(
            id=_mg(facts, "findingId"),
            rule=self._rules[facts[f"{SH}sourceShape"][0].value],
            severity=next(known for known in SEVERITIES if known == severity),
            thing=thing,
            names=self._words(thing),
            value=str(value[0]) if value else "",
            acts=_all(facts, "aboutAct"),
            paragraphs=_all(facts, "aboutParagraph"),
            owner=_mg(facts, "owner").removeprefix(f"{CONCEPT}role/"),
            state=next((known for known in STATES if known == state), ""),
            first_seen=_mg(facts, "firstSeenIn").rpartition(RUNS)[2],
            waiver=next((waiver for waiver in waivers if waiver.holds(day)), None),
            lapsed=next((waiver for waiver in waivers if waiver.expires < day), None),
            component=facts[f"{SH}sourceConstraintComponent"][0].value,
        )

    def _figures(self) -> Figures:
        found: dict[str, dict[str, Figure]] = {kind: {} for kind in ("all", *_KINDS)}
        for facts in self._about.values():
            if metric := facts.get(f"{DQV}isMeasurementOf"):
                kind = metric[0].value.rpartition("-by-")[2]
                found[kind][self._measured(kind, _mg(facts, "figureFor"))] = _figure(facts)
        rules, acts, bodies, owners = (dict(sorted(found[kind].items())) for kind in _KINDS)
        return Figures(found["all"][""], rules, acts, bodies, owners)

    def _measured(self, kind: str, iri: str) -> str:
        if kind == "rule":
            return self._rules[iri]
        return iri.removeprefix(f"{CONCEPT}role/") if kind == "owner" else iri

    def _unjudged(self) -> Mapping[str, str]:
        found = {}
        for facts in self._about.values():
            if why := _mg(facts, "whyUnjudged"):
                shape = _mg(facts, "figureFor")
                found[self._rules.get(shape, shape.removeprefix(SHAPES))] = why
        return dict(sorted(found.items()))

    def _words(self, iri: str) -> Words:
        labels = self._about.get(iri, {}).get(LABEL.value, ())
        return {
            label.language or UNNAMED: label.value for label in labels if isinstance(label, Literal)
        }


def _waiver(iri: str, finding: str, facts: Facts) -> Waiver:
    return Waiver(
        iri.rpartition("/")[2],
        finding.rpartition("/")[2],
        _mg(facts, "acceptedBy"),
        _mg(facts, "reason"),
        date.fromisoformat(_mg(facts, "acceptedOn")),
        date.fromisoformat(_mg(facts, "waivedUntil")),
    )


def _figure(facts: Facts) -> Figure:
    return Figure(*(int(_mg(facts, count)) for count in COUNTS))


def _mg(facts: Facts, name: str) -> str:
    """Return the one value of a property of ours, empty if there is none."""
    found = facts.get(ONTOLOGY + name)
    return found[0].value if found else ""


def _all(facts: Facts, name: str) -> tuple[str, ...]:
    return tuple(sorted(found.value for found in facts.get(ONTOLOGY + name, ())))

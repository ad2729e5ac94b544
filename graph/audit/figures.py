"""Counting cases: a rule and a thing that it applies to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graph.audit.model import Figure, Figures, Finding, Rule


@dataclass(frozen=True)
class Tally:
    """How many things there are: in all, for each act and for each body."""

    total: int
    acts: Mapping[str, int]
    bodies: Mapping[str, int]


@dataclass
class Scope:
    """What cases are counted by: ``acts`` holds, by path, the acts of things; ``bodies`` of acts.

    What it has counted once it does not count again: rules share the things
    they apply to.
    """

    acts: Mapping[str, Mapping[str, tuple[str, ...]]]
    bodies: Mapping[str, tuple[str, ...]]
    _known: dict[tuple[str, frozenset[str]], Tally] = field(default_factory=dict)

    def acts_of(self, rule: Rule, thing: str) -> tuple[str, ...]:
        """Return the acts that a thing belongs to, as a rule sees it."""
        return self.acts.get(rule.act_path, {}).get(thing, ())

    def tally(self, rule: Rule, things: frozenset[str]) -> Tally:
        """Return how many of the things belong where, as a rule sees it."""
        key = (rule.act_path, things)
        if key not in self._known:
            self._known[key] = self._count(self.acts.get(rule.act_path, {}), things)
        return self._known[key]

    def _count(self, places: Mapping[str, tuple[str, ...]], things: frozenset[str]) -> Tally:
        together = Counter(places[thing] for thing in things & places.keys())
        acts: Counter[str] = Counter()
        bodies: Counter[str] = Counter()
        for several, number in together.items():
            for act in several:
                acts[act] += number
            for body in {body for act in several for body in self.bodies.get(act, ())}:
                bodies[body] += number
        return Tally(len(things), acts, bodies)


def count(
    rules: Iterable[Rule],
    applicable: Mapping[str, frozenset[str]],
    findings: Iterable[Finding],
    unjudged: Mapping[str, str],
    scope: Scope,
) -> Figures:
    """Return the figures of one run.

    A thing fails a rule if any finding is open, and is waived if all are
    accepted. A rule that could not be judged counts as one case, as nobody knows
    to how many things it applies.

    Args:
        rules: All rules of the profile.
        applicable: The things each rule applies to, by its name.
        findings: What was found.
        unjudged: The rules that could not be judged, by their names.
        scope: Where things belong.
    """
    outcomes = _outcomes(findings)
    by_rule: dict[str, Figure] = {}
    acts, bodies, owners = _Sums(), _Sums(), _Sums()
    for rule in rules:
        if rule.id in unjudged:
            by_rule[rule.id] = Figure(1, unjudged=1)
        else:
            failed, waived = outcomes.get(rule.id, _NOTHING)
            tallies = [
                scope.tally(rule, things)
                for things in (applicable.get(rule.id, frozenset()), failed, waived)
            ]
            by_rule[rule.id] = _figure([tally.total for tally in tallies])
            acts.add([tally.acts for tally in tallies])
            bodies.add([tally.bodies for tally in tallies])
        owners.figures[rule.owner] += by_rule[rule.id]
    total = sum(by_rule.values(), Figure())
    return Figures(total, by_rule, acts.sorted(), bodies.sorted(), owners.sorted())


_NOTHING: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


def _outcomes(
    findings: Iterable[Finding],
) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """Return by rule the things that fail it, and those all of whose findings are accepted."""
    failed: dict[str, set[str]] = defaultdict(set)
    found: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        found[finding.rule].add(finding.thing)
        if finding.open:
            failed[finding.rule].add(finding.thing)
    return {
        rule: (frozenset(failed[rule]), frozenset(things - failed[rule]))
        for rule, things in found.items()
    }


def _figure(numbers: list[int]) -> Figure:
    applicable, failed, waived = numbers
    return Figure(applicable, applicable - failed - waived, failed, waived)


class _Sums:
    """Figures by name, added up."""

    def __init__(self) -> None:
        self.figures: dict[str, Figure] = defaultdict(Figure)

    def add(self, counts: list[Mapping[str, int]]) -> None:
        for name in counts[0]:
            self.figures[name] += _figure([found.get(name, 0) for found in counts])

    def sorted(self) -> Mapping[str, Figure]:
        return dict(sorted(self.figures.items()))

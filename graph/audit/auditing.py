"""One audit, from the shapes of a profile to a run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from pyoxigraph import Literal

from graph.audit.figures import Scope, count
from graph.audit.findings import Background, make_findings, severity_on, with_waivers
from graph.audit.model import Figures, Finding, Occasion, Rule, Run, Waiver
from graph.audit.placing import gaps, names, places
from graph.audit.profiles import ShapesText, read_profile
from graph.history.log import Changes
from graph.shacl.judging import Judge
from graph.shacl.model import Judgement, Select
from graph.store.interface import Version
from graph.vocabulary import mg, well_known

NEVER = date(1, 1, 1)
"""What shapes are told where there was no earlier meeting."""

Told = Callable[[int, int], None]
"""Is called with how many constraints were judged, and how many there are."""


@dataclass(frozen=True)
class Memory:
    """What an audit knows from before: waivers, and in which run findings were first seen."""

    waivers: tuple[Waiver, ...] = ()
    first_seen: Mapping[str, str] | None = None

    @staticmethod
    def after(latest: Run | None, waivers: tuple[Waiver, ...]) -> Memory:
        """Return what is known after the latest run of a profile, if there is one."""
        found = latest.findings if latest else ()
        return Memory(waivers, {finding.id: finding.first_seen for finding in found})


class Auditor:
    """Judges datasets by one profile, for one occasion."""

    def __init__(self, shapes: ShapesText, occasion: Occasion) -> None:
        """Read the shapes.

        Raises:
            ProfileError: If they are no Turtle.
        """
        self.profile = read_profile(shapes)
        self.occasion = occasion
        self._judge = Judge(shapes.texts, _terms(occasion))
        self._by_shape = {rule.iri: rule for rule in self.profile.rules}

    def judge(self, select: Select, threads: int = 1, told: Told | None = None) -> Judgement:
        """Return what the shapes report of everything in one version."""
        return self._judge.judge(select, threads, told)

    def rejudge(self, select: Select, before: Judgement, changes: Changes) -> Judgement:
        """Return the same as ``judge``, found faster.

        Args:
            select: Answers queries from the version after a change.
            before: What the shapes reported of the version before it.
            changes: All that lies between the versions, statement by statement.
        """
        return self._judge.rejudge(select, before, changes.added, changes.removed)

    def run(
        self,
        select: Select,
        version: Version,
        judgement: Judgement,
        taken: datetime,
        memory: Memory | None = None,
    ) -> Run:
        """Return the run that a judgement of one version comes to.

        Args:
            select: Answers queries from that version.
            version: The version.
            judgement: What the shapes reported of it.
            taken: The present time, which severities and waivers depend on.
            memory: What is known from before.
        """
        memory = memory or Memory()
        applicable = {
            self._by_shape[shape].id: things
            for shape, things in judgement.applicable.items()
            if shape in self._by_shape
        }
        scope = self._scope(select, applicable)
        found = self._findings(select, judgement, scope, taken.date(), memory.waivers)
        unjudged = {
            self._by_shape[shape].id if shape in self._by_shape else shape: why
            for shape, why in judgement.unjudged.items()
        }
        figures = count(self.profile.rules, applicable, found, unjudged, scope)
        run = Run(
            id="",
            profile=self.profile,
            occasion=self.occasion,
            dataset=version.number,
            content=version.content,
            taken=taken,
            findings=found,
            figures=figures,
            unjudged=unjudged,
            names=names(select, _spoken_of(found, figures)),
        )
        return named(run, memory.first_seen or {})

    def _scope(self, select: Select, applicable: Mapping[str, frozenset[str]]) -> Scope:
        by_path: dict[str, set[str]] = {}
        for rule in self.profile.rules:
            by_path.setdefault(rule.act_path, set()).update(applicable.get(rule.id, ()))
        acts = {path: places(select, path, things) for path, things in by_path.items()}
        every = {act for found in acts.values() for several in found.values() for act in several}
        return Scope(acts, places(select, str(mg("adoptedBy")), every))

    def _findings(
        self,
        select: Select,
        judgement: Judgement,
        scope: Scope,
        day: date,
        waivers: Iterable[Waiver],
    ) -> tuple[Finding, ...]:
        results = [found for found in judgement.results if found.shape in self._by_shape]
        things = {result.focus.strip("<>") for result in results}
        by_path: dict[str, set[str]] = {}
        for result in results:
            path = self._by_shape[result.shape].paragraph_path
            by_path.setdefault(path, set()).add(result.focus.strip("<>"))
        paragraphs = {path: places(select, path, found) for path, found in by_path.items()}

        def paragraphs_of(rule: Rule, thing: str) -> tuple[str, ...]:
            return paragraphs.get(rule.paragraph_path, {}).get(thing, ())

        background = Background(
            scope.acts_of, paragraphs_of, gaps(select, things), names(select, things)
        )
        severities = {rule.id: severity_on(rule, self.occasion, day) for rule in self.profile.rules}
        found = make_findings(self._by_shape, results, severities, background)
        return with_waivers(found, waivers, day)


def named(run: Run, first_seen: Mapping[str, str]) -> Run:
    """Return the run with the name that follows from it, and when its findings were first seen."""
    parts = [run.profile.id, run.profile.version, run.content, str(run.occasion), str(run.figures)]
    parts += [f"{found.id} {found.severity} {found.waiver}" for found in run.findings]
    parts += [f"{rule} {why}" for rule, why in sorted(run.unjudged.items())]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]
    identifier = f"{run.occasion.as_of}-{run.profile.id}-{digest}"
    findings = tuple(
        replace(found, first_seen=first_seen.get(found.id, identifier)) for found in run.findings
    )
    return replace(run, id=identifier, findings=findings)


def _terms(occasion: Occasion) -> Mapping[str, Literal]:
    day = well_known("xsd", "date")
    return {
        "asOf": Literal(occasion.as_of.isoformat(), datatype=day),
        "since": Literal((occasion.since or NEVER).isoformat(), datatype=day),
    }


def _spoken_of(findings: Iterable[Finding], figures: Figures) -> set[str]:
    spoken = {*figures.acts, *figures.bodies}
    for finding in findings:
        spoken.update(finding.acts, finding.paragraphs)
    return spoken

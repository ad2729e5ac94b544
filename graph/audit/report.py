"""A run as data: a SHACL validation report, with measurements and provenance.

The run is a ``sh:ValidationReport``, its findings are ``sh:ValidationResult``,
its figures are ``dqv:QualityMeasurement``. All of it goes one way here;
``graph.audit.reading`` goes the other.

Source:
    SHACL, section 3.6; Data Quality Vocabulary, section 4; PROV-O.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from graph.audit.model import Figure, Finding, Run, Waiver, Words
from graph.audit.placing import UNNAMED
from graph.shacl.vocabulary import sh
from graph.vocabulary import CONCEPT, LABEL, SHAPES, TYPE, concept, mg, well_known

DQV = "http://www.w3.org/ns/dqv#"
RUNS = "audit/"
"""What comes between the base and the name of a run in its IRI."""

COUNTS = ("applicable", "passed", "failed", "waived", "unjudged")
"""The counts of a figure, which are properties of a measurement as well."""


def report(run: Run, base: str) -> Iterator[Quad]:
    """Yield a run as statements in a graph that has the IRI of the run.

    Args:
        run: The run.
        base: What the IRIs of instances begin with.
    """
    writer = _Writer(run, base)
    for triple in (*writer.head(), *writer.results(), *writer.measurements(), *writer.names()):
        yield Quad(triple.subject, triple.predicate, triple.object, writer.run_iri)


def run_iri(base: str, identifier: str) -> NamedNode:
    """Return the IRI of a run."""
    return NamedNode(f"{base}{RUNS}{identifier}")


class _Writer:
    """Turns the parts of one run into triples."""

    def __init__(self, run: Run, base: str) -> None:
        self._run = run
        self._base = base
        self.run_iri = run_iri(base, run.id)
        self._messages = {rule.id: rule.messages for rule in run.profile.rules}
        self._shapes = {rule.id: NamedNode(rule.iri) for rule in run.profile.rules}

    def head(self) -> Iterator[Triple]:
        run, iri = self._run, self.run_iri
        occasion = run.occasion
        yield Triple(iri, TYPE, mg("AuditRun"))
        yield Triple(iri, TYPE, sh("ValidationReport"))
        yield Triple(iri, sh("conforms"), _plain("boolean", str(not run.findings).lower()))
        yield Triple(iri, mg("asOf"), _plain("date", occasion.as_of.isoformat()))
        if occasion.since:
            yield Triple(iri, mg("since"), _plain("date", occasion.since.isoformat()))
        if occasion.meeting:
            yield Triple(iri, mg("auditOf"), NamedNode(occasion.meeting))
            yield from _labels(NamedNode(occasion.meeting), occasion.names)
        yield Triple(iri, mg("profile"), NamedNode(SHAPES + run.profile.id))
        yield Triple(iri, mg("profileVersion"), Literal(run.profile.version))
        yield Triple(iri, mg("datasetVersion"), Literal(run.dataset))
        yield Triple(iri, mg("datasetContent"), Literal(run.content))
        taken = run.taken.astimezone(UTC).isoformat()
        yield Triple(iri, well_known("prov", "generatedAtTime"), _plain("dateTime", taken))
        for rule, why in run.unjudged.items():
            node = NamedNode(f"{iri.value}/unjudged/{rule}")
            yield Triple(node, mg("figureFor"), self._shapes.get(rule, NamedNode(SHAPES + rule)))
            yield Triple(node, mg("whyUnjudged"), Literal(why, language="en"))

    def results(self) -> Iterator[Triple]:
        for finding in self._run.findings:
            node = NamedNode(f"{self.run_iri.value}/finding/{finding.id}")
            yield Triple(self.run_iri, sh("result"), node)
            yield from self._result(node, finding)
            yield from _labels(NamedNode(finding.thing), finding.names)
            for waiver in (finding.waiver, finding.lapsed):
                if waiver:
                    yield from self._waiver(node, waiver)

    def _result(self, node: NamedNode, finding: Finding) -> Iterator[Triple]:
        yield Triple(node, TYPE, sh("ValidationResult"))
        yield Triple(node, sh("focusNode"), NamedNode(finding.thing))
        yield Triple(node, sh("sourceShape"), self._shapes[finding.rule])
        yield Triple(node, sh("sourceConstraintComponent"), NamedNode(finding.component))
        yield Triple(node, sh("resultSeverity"), sh(finding.severity.capitalize()))
        for language, text in self._messages[finding.rule].items():
            yield Triple(node, sh("resultMessage"), Literal(text, language=language))
        if finding.value:
            yield Triple(node, sh("value"), _term(finding.value))
        yield Triple(node, mg("findingId"), Literal(finding.id))
        yield Triple(node, mg("owner"), concept("role", finding.owner))
        if finding.state:
            yield Triple(node, mg("absence"), concept("gap", finding.state))
        for act in finding.acts:
            yield Triple(node, mg("aboutAct"), NamedNode(act))
        for paragraph in finding.paragraphs:
            yield Triple(node, mg("aboutParagraph"), NamedNode(paragraph))
        first = run_iri(self._base, finding.first_seen or self._run.id)
        yield Triple(node, mg("firstSeenIn"), first)

    def _waiver(self, node: NamedNode, waiver: Waiver) -> Iterator[Triple]:
        iri = NamedNode(f"{self._base}waiver/{waiver.id}")
        yield Triple(iri, TYPE, mg("Waiver"))
        yield Triple(iri, mg("waives"), node)
        yield Triple(iri, mg("acceptedBy"), Literal(waiver.author))
        yield Triple(iri, mg("reason"), Literal(waiver.reason))
        yield Triple(iri, mg("acceptedOn"), _plain("date", waiver.given.isoformat()))
        yield Triple(iri, mg("waivedUntil"), _plain("date", waiver.expires.isoformat()))

    def measurements(self) -> Iterator[Triple]:
        figures = self._run.figures
        yield from self._measurement("all", "", None, figures.total)
        for rule, figure in figures.rules.items():
            yield from self._measurement("rule", rule, self._shapes[rule], figure)
        for kind, found in (("act", figures.acts), ("body", figures.bodies)):
            for iri, figure in found.items():
                name = iri.removeprefix(f"{self._base}id/")
                yield from self._measurement(kind, name, NamedNode(iri), figure)
        for owner, figure in figures.owners.items():
            yield from self._measurement("owner", owner, concept("role", owner), figure)

    def _measurement(
        self, kind: str, name: str, about: NamedNode | None, figure: Figure
    ) -> Iterator[Triple]:
        node = NamedNode(f"{self.run_iri.value}/figure/{kind}{'/' if name else ''}{name}")
        yield Triple(node, TYPE, NamedNode(f"{DQV}QualityMeasurement"))
        yield Triple(self.run_iri, NamedNode(f"{DQV}hasQualityMeasurement"), node)
        metric = NamedNode(f"{CONCEPT}metric/completeness-by-{kind}")
        yield Triple(node, NamedNode(f"{DQV}isMeasurementOf"), metric)
        if about is not None:
            yield Triple(node, mg("figureFor"), about)
        for count in COUNTS:
            yield Triple(node, mg(count), Literal(getattr(figure, count)))
        if (share := figure.completeness) is not None:
            decimal = _plain("decimal", f"{float(share):.6f}")
            yield Triple(node, NamedNode(f"{DQV}value"), decimal)

    def names(self) -> Iterator[Triple]:
        for iri, words in self._run.names.items():
            yield from _labels(NamedNode(iri), words)


def _labels(thing: NamedNode, words: Words | Mapping[str, str]) -> Iterator[Triple]:
    for language, text in words.items():
        plain = language == UNNAMED
        yield Triple(thing, LABEL, Literal(text) if plain else Literal(text, language=language))


def _term(text: str) -> NamedNode | Literal:
    """Return the term that N-Triples write so."""
    line = f"<urn:s> <urn:p> {text} ."
    found = next(iter(parse(line, format=RdfFormat.N_TRIPLES))).object
    return found if isinstance(found, NamedNode | Literal) else Literal(str(found))


def _plain(datatype: str, text: str) -> Literal:
    return Literal(text, datatype=well_known("xsd", datatype))

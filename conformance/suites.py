"""The suites that are run, those that are not, and how each kind of test is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance import description
from conformance.description import description as run_description
from conformance.endpoint import Client
from conformance.evaluation import (
    negative_syntax,
    positive_syntax,
    query_evaluation,
    update_evaluation,
)
from conformance.exchanges import exchanges
from conformance.manifests import Case, Copy
from graph.errors import SettingsError


@dataclass(frozen=True)
class Suite:
    """A part of the W3C's tests; ``manifest`` lists them, itself or by what it includes."""

    title: str
    manifest: str


SUITES = (
    Suite("SPARQL 1.0 evaluation", "sparql10/manifest-evaluation.ttl"),
    Suite("SPARQL 1.0 syntax", "sparql10/manifest-syntax.ttl"),
    Suite("SPARQL 1.1 query", "sparql11/manifest-sparql11-query.ttl"),
    Suite("SPARQL 1.1 update", "sparql11/manifest-sparql11-update.ttl"),
    Suite("SPARQL 1.1 results", "sparql11/manifest-sparql11-results.ttl"),
    Suite("SPARQL 1.1 federation syntax", "sparql11/syntax-fed/manifest.ttl"),
    Suite("SPARQL 1.2", "sparql12/manifest.ttl"),
    Suite("SPARQL 1.1 protocol", "sparql11/protocol/manifest.ttl"),
    Suite("Graph store protocol", "sparql11/graph-store-protocol/manifest.ttl"),
    Suite("Service description", "sparql11/service-description/manifest.ttl"),
)

LEFT_OUT = {
    "sparql11/entailment/manifest.ttl": "they want inferences, which a service may leave out",
    "sparql11/service/manifest.ttl": "they want example.org to answer queries",
    "sparql11/http-rdf-update/manifest.ttl": "the W3C replaced them by graph-store-protocol",
}
"""Manifests whose tests are not run, each with the reason."""

RUNNERS: dict[str, Callable[[Client, Case], None]] = {
    "QueryEvaluationTest": query_evaluation,
    "CSVResultFormatTest": query_evaluation,
    "UpdateEvaluationTest": update_evaluation,
    "PositiveSyntaxTest": positive_syntax,
    "PositiveSyntaxTest11": positive_syntax,
    "PositiveUpdateSyntaxTest": positive_syntax,
    "PositiveUpdateSyntaxTest11": positive_syntax,
    "NegativeSyntaxTest": negative_syntax,
    "NegativeSyntaxTest11": negative_syntax,
    "NegativeUpdateSyntaxTest": negative_syntax,
    "NegativeUpdateSyntaxTest11": negative_syntax,
    "ProtocolTest": exchanges,
    "GraphStoreProtocolTest": exchanges,
    "ServiceDescriptionTest": run_description,
}
"""How a test is run, by the local name of its class."""


def tests(copy: Copy) -> dict[Suite, list[Case]]:
    """Return the tests of each suite, all of which can be run.

    Raises:
        SettingsError: If the copy holds tests that are neither run nor left
            out: it is of another time than this table.
    """
    found = {suite: list(copy.manifest(suite.manifest).cases()) for suite in SUITES}
    known = {case.manifest.name for cases in found.values() for case in cases} | LEFT_OUT.keys()
    for path in sorted(copy.root.rglob("manifest*.ttl")):
        manifest = copy.manifest(path.relative_to(copy.root).as_posix())
        if manifest.name not in known and manifest.lists():
            raise SettingsError(f"{manifest.name} belongs to no suite; see conformance/suites.py.")
    for case in [case for cases in found.values() for case in cases]:
        if case.kind not in RUNNERS:
            raise SettingsError(f"Nothing can run {case.name}, which is a {case.kind or 'riddle'}.")
        if case.kind == "ServiceDescriptionTest" and _local(case) not in description.TESTS:
            raise SettingsError(f"Nothing can run {case.name}; see conformance/description.py.")
    return found


def not_run(copy: Copy, found: dict[Suite, list[Case]]) -> list[str]:
    """Return a line for every group of tests that is in the copy, but not run."""
    lines = []
    for name, reason in LEFT_OUT.items():
        lines.append(f"{len(list(copy.manifest(name).cases()))} of {name}: {reason}")
    manifests = {case.manifest.name: case.manifest for cases in found.values() for case in cases}
    for manifest in manifests.values():
        lines += [f"{case.name}: its manifest does not list it" for case in manifest.unlisted()]
    return lines


def _local(case: Case) -> str:
    return case.name.partition("#")[2]

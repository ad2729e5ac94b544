"""What the audit of the bundled data finds is what an officer found who read the sources."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from graph.audit.auditing import Auditor
from graph.audit.model import Run
from graph.audit.occasion import at_meeting
from graph.audit.profiles import read_shapes
from graph.settings import DEFAULT_BASE
from graph.store.embedded import EmbeddedReader
from tests.audit.sample import TAKEN

EXPECTED = tomllib.loads((Path(__file__).parent / "bundled.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def run(store: EmbeddedReader) -> Run:
    occasion = at_meeting(store.select, EXPECTED["meeting"].removeprefix("event/"))
    assert occasion.as_of.isoformat() == EXPECTED["as_of"]
    auditor = Auditor(read_shapes(EXPECTED["profile"]), occasion)
    return auditor.run(store.select, store.version, auditor.judge(store.select), TAKEN)


def found(run: Run) -> dict[tuple[str, str], set[str]]:
    """Return the things found by rule and state."""
    things: dict[tuple[str, str], set[str]] = defaultdict(set)
    for finding in run.findings:
        things[finding.rule, finding.state].add(finding.thing.removeprefix(f"{DEFAULT_BASE}id/"))
    return things


def test_every_rule_could_be_judged(run: Run) -> None:
    assert run.unjudged == {}


def test_exactly_what_was_expected_is_found(run: Run) -> None:
    expected = {
        (entry["rule"], entry["state"]): set(entry["things"]) for entry in EXPECTED["finding"]
    }
    assert found(run) == expected


@pytest.mark.parametrize("entry", EXPECTED["never"], ids=lambda entry: entry["rule"])
def test_what_would_be_false_is_not_found(run: Run, entry: dict[str, list[str]]) -> None:
    rule = run.profile.rule(str(entry["rule"]))
    for (name, _), things in found(run).items():
        assert name != rule.id or not things & set(entry["things"])

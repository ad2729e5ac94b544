"""Runs as data: counted, kept, read back, compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, serialize

from graph.audit.comparison import compare
from graph.audit.findings import severity_on, with_waivers
from graph.audit.model import Figure, Finding
from graph.audit.profiles import ShapesText, read_profile
from graph.audit.reading import read_run
from graph.audit.report import report
from graph.audit.runs import Runs
from graph.audit.waivers import Waivers
from graph.errors import StoreError, UnknownRunError, WaiverError
from tests.audit.sample import (
    ACTS,
    BASE,
    BODY,
    OCCASION,
    PROFILE,
    RULES,
    TAKEN,
    accepted,
    finding,
    make_run,
    rule,
    waiver,
)

DUE, PROGRESS = RULES


def test_cases_are_counted_once_in_all_and_once_for_each_act() -> None:
    found = finding(DUE, 1), accepted(finding(DUE, 2), date(2019, 12, 31)), finding(PROGRESS, 1)
    figures = make_run(found).figures
    assert figures.total == Figure(12, passed=9, failed=2, waived=1)
    assert figures.rules == {
        DUE.id: Figure(6, passed=4, failed=1, waived=1),
        PROGRESS.id: Figure(6, passed=5, failed=1),
    }
    assert figures.acts == {
        ACTS[0]: Figure(6, passed=5, waived=1),
        ACTS[1]: Figure(6, passed=4, failed=2),
    }
    assert figures.bodies == {BODY: figures.total}
    assert figures.owners["reporting-officer"] == Figure(6, passed=5, failed=1)
    assert figures.total.completeness == Fraction(9, 11)


def test_two_findings_about_one_thing_are_one_case() -> None:
    one = finding(DUE, 1)
    other = replace(one, id="other", value='"x"')
    assert make_run((one, other)).figures.total == Figure(12, passed=11, failed=1)
    waived = accepted(other, date(2019, 12, 31))
    assert make_run((one, waived)).figures.total == Figure(12, passed=11, failed=1)


def test_a_rule_that_could_not_be_judged_is_no_silent_pass() -> None:
    figures = make_run((), {DUE.id: "no query"}).figures
    assert figures.rules[DUE.id] == Figure(1, unjudged=1)
    assert figures.total == Figure(7, passed=6, unjudged=1)


def test_nothing_to_judge_has_no_share() -> None:
    assert Figure().completeness is None
    assert Figure(3, waived=3).completeness is None


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found,
        lambda found: accepted(found, date(2019, 12, 31)),
        lambda found: accepted(found, date(2019, 10, 31)),
        lambda found: replace(found, value="<urn:x>", state=""),
        lambda found: replace(found, value='"x\\"y"@zh', state=""),
        lambda found: replace(found, acts=ACTS, paragraphs=()),
    ],
)
def test_a_run_is_read_back_as_it_was_written(change: Callable[[Finding], Finding]) -> None:
    changed = change(finding(DUE, 1))
    run = make_run(
        (changed,), {PROGRESS.id: "why"}, {finding(DUE, 1).id: "2019-05-27-board-00000000"}
    )
    assert read_run(report(run, BASE), PROFILE) == run


def test_a_run_is_a_validation_report_that_other_tools_understand() -> None:
    run = make_run((finding(DUE, 1), finding(PROGRESS, 2)))
    text = serialize(report(run, BASE), format=RdfFormat.N_QUADS) or b""
    assert text.count(b"<http://www.w3.org/ns/shacl#ValidationResult>") == 2
    assert text.count(b"<http://www.w3.org/ns/dqv#QualityMeasurement>") == 1 + 2 + 2 + 1 + 2
    graphs = {quad.graph_name for quad in report(run, BASE)}
    assert graphs == {NamedNode(f"{BASE}audit/{run.id}")}


def test_the_same_findings_have_the_same_name_and_others_another() -> None:
    one, other = make_run((finding(DUE, 1),)), make_run((finding(DUE, 2),))
    assert one.id == replace(make_run((finding(DUE, 1),)), taken=TAKEN + timedelta(1)).id
    assert one.id != other.id
    assert one.id.startswith("2019-11-19-board-")


SHAPES = ShapesText(
    "board",
    (
        """@prefix mg: <https://w3id.org/mandategraph/ontology/> .
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://w3id.org/mandategraph/shapes/board/MandateShape-due>
          a sh:PropertyShape ; sh:path mg:due ; sh:message "due"@en .
        <https://w3id.org/mandategraph/shapes/board/MandateShape-progress>
          a sh:PropertyShape ; sh:path [ sh:inversePath mg:onAsk ] ; sh:message "progress"@en .
        """,
    ),
)


def kept(folder: Path, *numbers: int) -> tuple[Runs, str]:
    """Return runs with one that found the due date of some mandates missing."""
    runs = Runs(folder, BASE)
    run = make_run(tuple(finding(DUE, number) for number in numbers))
    run = replace(run, profile=read_profile(SHAPES))
    runs.keep(run, SHAPES)
    return runs, run.id


def test_what_is_kept_can_be_read_when_the_rules_have_changed(tmp_path: Path) -> None:
    runs, name = kept(tmp_path, 1, 3)
    assert runs.names() == (name,)
    again = Runs(tmp_path, BASE).read(name)
    assert [found.thing for found in again.findings] == sorted(
        finding(DUE, number).thing for number in (1, 3)
    )
    assert again.profile.rule("MandateShape-due").messages == {"en": "due"}
    assert Runs(tmp_path, BASE).latest("board") == again
    assert Runs(tmp_path, BASE).latest("languages") is None


def test_keeping_the_same_run_again_changes_nothing(tmp_path: Path) -> None:
    kept(tmp_path, 1)
    before = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept(tmp_path, 1)
    assert before == {
        path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("name", ["", "x", "../secret", "2019-11-19-board-00000000"])
def test_a_run_that_was_not_kept_is_unknown(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownRunError, match="No audit"):
        Runs(tmp_path, BASE).read(name)


def test_a_damaged_run_is_told(tmp_path: Path) -> None:
    runs, name = kept(tmp_path, 1)
    path = tmp_path / f"{name}.nq.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StoreError, match="not as it was written"):
        runs.read(name)


def test_runs_are_compared_by_their_findings() -> None:
    waived = accepted(finding(PROGRESS, 2), date(2019, 12, 31))
    earlier = make_run((finding(DUE, 1), finding(DUE, 2), finding(PROGRESS, 2)))
    later = make_run((finding(DUE, 2), finding(DUE, 3), waived))
    found = compare(earlier, later)
    assert [finding.thing[-1] for finding in found.new] == ["3"]
    assert [finding.thing[-1] for finding in found.resolved] == ["1"]
    assert [finding.thing[-1] for finding in found.still_open] == ["2"]
    assert [finding.rule for finding in found.waived] == [PROGRESS.id]
    assert found.incomparable == ()


def test_a_rule_that_one_run_could_not_judge_is_not_compared() -> None:
    earlier = make_run((finding(DUE, 1), finding(PROGRESS, 1)))
    later = make_run((finding(PROGRESS, 1),), {DUE.id: "why"})
    found = compare(earlier, later)
    assert (found.new, found.resolved, found.incomparable) == ((), (), (DUE.id,))


@pytest.mark.parametrize(
    ("lead", "left", "severity"),
    [
        (None, 400, "violation"),
        (60, 61, "info"),
        (60, 60, "warning"),
        (60, 21, "warning"),
        (60, 20, "violation"),
        (60, -30, "violation"),
    ],
)
def test_a_demand_grows_graver_as_the_meeting_comes_nearer(
    lead: int | None, left: int, severity: str
) -> None:
    day = OCCASION.as_of - timedelta(left)
    assert severity_on(replace(rule("R-x"), lead_days=lead), OCCASION, day) == severity


def test_no_demand_is_graver_than_its_rule() -> None:
    mild = replace(rule("R-x"), lead_days=60, severity="info")
    assert severity_on(mild, OCCASION, OCCASION.as_of - timedelta(30)) == "info"


def test_a_waiver_holds_until_its_day_and_then_the_finding_comes_back() -> None:
    found = finding(DUE, 1)
    given = waiver(found, date(2019, 11, 10))
    on_time = with_waivers((found,), (given,), date(2019, 11, 10))[0]
    too_late = with_waivers((found,), (given,), date(2019, 11, 11))[0]
    assert (on_time.waiver, on_time.lapsed, on_time.open) == (given, None, False)
    assert (too_late.waiver, too_late.lapsed, too_late.open) == (None, given, True)


def test_waivers_are_given_read_and_withdrawn(tmp_path: Path) -> None:
    waivers = Waivers(tmp_path / "waivers")
    assert waivers.all() == ()
    today = date(2019, 11, 1)
    one = waivers.give("a" * 12, "A. Clerk", "Not due", today, today)
    two = waivers.give("a" * 12, "A. Clerk", "Still not due", today, date(2020, 1, 1))
    assert Waivers(tmp_path / "waivers").all() == (two, one) or waivers.all() == (one, two)
    waivers.withdraw(one.id)
    assert waivers.all() == (two,)


@pytest.mark.parametrize(
    ("author", "reason", "expires", "said"),
    [
        ("", "why", date(2020, 1, 1), "who accepts it"),
        ("me", "  ", date(2020, 1, 1), "who accepts it"),
        ("me", "why", date(2019, 1, 1), "would have expired"),
        ("me", "w" * 2_001, date(2020, 1, 1), "at most"),
    ],
)
def test_a_waiver_that_makes_no_sense_is_refused(
    tmp_path: Path, author: str, reason: str, expires: date, said: str
) -> None:
    with pytest.raises(WaiverError, match=said):
        Waivers(tmp_path).give("a" * 12, author, reason, date(2019, 11, 1), expires)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "../x", "aaaaaaaaaaaa-20191101"])
def test_a_waiver_that_is_not_there_cannot_be_withdrawn(tmp_path: Path, name: str) -> None:
    with pytest.raises(WaiverError, match="There is no waiver"):
        Waivers(tmp_path).withdraw(name)

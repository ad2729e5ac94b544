"""The commands of the audit, as an officer and a pipeline use them."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graph.audit.paper.writing import FORMATS
from graph.errors import FontError
from graph.settings import Settings
from graph.workspace import Workspace
from tests.terminal import run

MEETING = ("--meeting", "HSP/EB.1 resumed")


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    """Return a state directory with the bundled data and no audits."""
    return Path(shutil.copytree(loaded, tmp_path / "home"))


def kept(home: Path) -> list[str]:
    return [line.split()[0] for line in run(home, "audits").stdout.splitlines()]


def test_an_audit_names_what_is_missing_and_is_kept(home: Path) -> None:
    found = run(home, "audit", *MEETING)
    assert found.exit_code == 1
    assert "Resumed first meeting of the Executive Board" in found.stdout
    (name,) = kept(home)
    assert name in found.stdout
    assert run(home, "audit", *MEETING).exit_code == 1
    assert kept(home) == [name]
    assert name in run(home, "audits", name).stdout


def test_an_audit_that_is_not_kept_leaves_nothing(home: Path) -> None:
    run(home, "audit", *MEETING, "--no-keep")
    assert kept(home) == []


@pytest.mark.parametrize("suffix", [form.suffix for form in FORMATS])
def test_the_paper_is_written_in_the_format_that_its_name_says(home: Path, suffix: str) -> None:
    place = home / f"paper.{suffix}"
    found = run(home, "audit", *MEETING, "--output", str(place), "--lang", "fr")
    if isinstance(found.exception, FontError) or "fonts" in found.output:
        pytest.skip("No fonts are installed here.")
    assert found.exit_code == 1, found.output
    assert place.stat().st_size > 1_000


def test_what_changed_since_an_earlier_audit_is_told(home: Path) -> None:
    run(home, "audit", *MEETING)
    (earlier,) = kept(home)
    found = run(home, "audit", "--as-of", "2019-11-19", "--since", earlier)
    assert found.exit_code == 1
    assert earlier in found.stdout


def test_an_accepted_finding_is_counted_apart_until_it_is_withdrawn(home: Path) -> None:
    run(home, "audit", *MEETING)
    workspace = Workspace(Settings(home=home))
    before = workspace.runs.read(kept(home)[0])
    until = (datetime.now(UTC).date() + timedelta(30)).isoformat()
    finding = before.findings[0].id
    given = run(home, "waive", finding, "--by", "A. Clerk", "--reason", "Known", "--until", until)
    assert given.exit_code == 0, given.output
    run(home, "audit", *MEETING)
    after = workspace.runs.read(kept(home)[0])
    assert after.figures.total.waived == 1
    assert [found.id for found in after.findings if not found.open] == [finding]
    assert finding in run(home, "waive", "--list").stdout
    (waiver,) = workspace.waivers.all()
    assert run(home, "waive", "--withdraw", waiver.id).exit_code == 0
    run(home, "audit", *MEETING)
    assert workspace.runs.latest("board") is not None
    assert run(home, "waive", "--list").stdout == ""


def test_a_severity_decides_what_is_a_failure(home: Path) -> None:
    assert run(home, "audit", *MEETING, "--severity", "info").exit_code == 1
    assert run(home, "audit", *MEETING, "--severity", "violation").exit_code == 1
    assert run(home, "audit", *MEETING, "--profile", "structure").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("audit",), "Name a meeting"),
        (("audit", "--meeting", "HSP/EB1"), "No event is called “HSP/EB1”. Did you mean eb-1"),
        (("audit", "--meeting", "assembly-2"), "does not say when “assembly-2” begins"),
        (("audit", "--as-of", "1901-01-01"), "lies before any data"),
        (("audit", "--as-of", "19 November"), "no day; write it like 2019-11-19"),
        (("audit", *MEETING, "--profile", "bord"), "There is no profile “bord”"),
        (("audit", *MEETING, "--since", "2019-11-19-board-00000000"), "No audit"),
        (("audit", *MEETING, "--output", "paper.odt"), "There is no format"),
        (("audits", "../x"), "No audit “../x” was kept"),
        (("waive",), "Name a finding"),
        (("waive", "0123456789ab", "--by", "a", "--reason", "b"), "has a finding “0123456789ab”"),
        (("waive", "--withdraw", "x"), "There is no waiver “x”"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    home: Path, words: tuple[str, ...], said: str
) -> None:
    found = run(home, *words)
    assert found.exit_code == 2
    assert said in found.output
    assert not (home / "audits").exists()


def test_a_waiver_that_would_be_over_is_refused(home: Path) -> None:
    run(home, "audit", *MEETING)
    finding = Workspace(Settings(home=home)).runs.read(kept(home)[0]).findings[0].id
    words = ("waive", finding, "--by", "a", "--reason", "b", "--until", "2019-01-01")
    found = run(home, *words)
    assert found.exit_code == 2
    assert "would have expired" in found.output


def test_without_data_there_is_nothing_to_audit(tmp_path: Path) -> None:
    found = run(tmp_path, "audit", *MEETING)
    assert found.exit_code == 2
    assert "Nothing has been loaded yet" in found.output

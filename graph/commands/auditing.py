"""The commands of the audit: ``audit``, ``audits`` and ``waive``.

Exit status of ``audit``: 0 if no open finding is as grave as was asked about, 1
if one is or a rule could not be judged, 2 if the audit could not run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import click

from graph.audit.auditing import Auditor, Memory, Told
from graph.audit.comparison import compare
from graph.audit.model import SEVERITIES, Comparison, Occasion, Run, Severity
from graph.audit.occasion import at_meeting, on_day
from graph.audit.paper.building import build_paper
from graph.audit.paper.writing import paper_bytes, paper_format, write_paper
from graph.audit.profiles import BOARD, read_shapes
from graph.audit.runs import Runs
from graph.commands.asking import language_option
from graph.errors import PaperError, WaiverError
from graph.store.interface import ReadStore
from graph.workspace import Workspace

output_option = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a file; its ending says the format.",
)


class _Day(click.ParamType[date]):
    """A day, written year-month-day."""

    name = "date"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the day."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"‘{value}’ is no day; write it like 2019-11-19.", param, ctx)


@click.command("audit")
@click.option("--meeting", default="", help="Key, designation or name of a meeting.")
@click.option("--as-of", type=_Day(), help="A day, in place of a meeting or of its first day.")
@click.option("--profile", default=BOARD, show_default=True, help="Which demands are made.")
@click.option("--since", default="", metavar="RUN", help="An earlier audit to compare with.")
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="info",
    show_default=True,
    help="The least grave finding that makes the exit status 1.",
)
@click.option("--keep/--no-keep", default=True, help="Whether the audit is kept for later ones.")
@language_option
@output_option
@click.pass_obj
def audit(
    workspace: Workspace,
    meeting: str,
    as_of: date | None,
    profile: str,
    since: str,
    severity: Severity,
    keep: bool,
    lang: str,
    output: Path | None,
) -> None:
    """Say what the record lacks before a meeting, and for whom to fill in."""
    if output is not None:
        paper_format(output.name)
    store = workspace.store.reader()
    occasion = _occasion(store, meeting, as_of)
    earlier = workspace.runs.read(since) if since else None
    shapes = read_shapes(profile)
    auditor = Auditor(shapes, occasion)
    with _progress() as told:
        judgement = auditor.judge(store.select, os.cpu_count() or 1, told)
    memory = Memory.after(workspace.runs.latest(profile), workspace.waivers.all())
    run = auditor.run(store.select, store.version, judgement, datetime.now(UTC), memory)
    if keep:
        workspace.runs.keep(run, shapes)
    _show(run, compare(earlier, run) if earlier else None, store, lang, output)
    grave = SEVERITIES[: SEVERITIES.index(severity) + 1]
    if run.unjudged or any(found.open and found.severity in grave for found in run.findings):
        raise click.exceptions.Exit(1)


@click.command("audits")
@click.argument("run", required=False)
@click.option("--since", default="", metavar="RUN", help="An earlier audit to compare with.")
@language_option
@output_option
@click.pass_obj
def audits(
    workspace: Workspace, run: str | None, since: str, lang: str, output: Path | None
) -> None:
    """List the audits that were kept, the latest first, or show RUN."""
    if run is None:
        _list(workspace.runs)
        return
    shown = workspace.runs.read(run)
    earlier = workspace.runs.read(since) if since else None
    comparison = compare(earlier, shown) if earlier else None
    _show(shown, comparison, workspace.store.reader(), lang, output)


@click.command("waive")
@click.argument("finding", required=False)
@click.option("--by", "author", default="", help="Who accepts the finding.")
@click.option("--reason", default="", help="Why it is accepted.")
@click.option("--until", type=_Day(), help="The last day on which that holds.")
@click.option("--withdraw", default="", metavar="WAIVER", help="Open a finding again.")
@click.option("--list", "listing", is_flag=True, help="List the waivers.")
@click.pass_obj
def waive(
    workspace: Workspace,
    finding: str | None,
    author: str,
    reason: str,
    until: date | None,
    withdraw: str,
    listing: bool,
) -> None:
    """Accept FINDING, by its code, until a day; it is counted apart until then."""
    today = datetime.now(UTC).date()
    if sum((finding is not None, bool(withdraw), listing)) != 1:
        raise click.UsageError("Name a finding, or --withdraw a waiver, or --list them.")
    if listing:
        for found in workspace.waivers.all():
            state = "in force" if found.holds(today) else "expired"
            said = f"{found.author}: {found.reason}"
            click.echo(f"{found.id}  until {found.expires} ({state})  {said}")
    elif withdraw:
        workspace.waivers.withdraw(withdraw)
        click.echo(f"The waiver {withdraw} is withdrawn; its finding is open again.")
    elif finding:
        _known_finding(workspace.runs, finding)
        if until is None:
            raise click.UsageError("A waiver ends: name its last day with --until.")
        given = workspace.waivers.give(finding, author, reason, today, until)
        click.echo(f"The finding {finding} is accepted until {until} (waiver {given.id}).")


@contextmanager
def _progress() -> Iterator[Told | None]:
    """Show how far the judging is, where somebody looks on."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label="Judging", file=sys.stderr) as bar:

        def told(done: int, every: int) -> None:
            bar.length = every
            bar.update(done - bar.pos)

        yield told


def _show(
    run: Run, comparison: Comparison | None, store: ReadStore, lang: str, output: Path | None
) -> None:
    """Print an audit, or write it into a file."""
    drawn = store.version.number
    paper = build_paper(run, store.select, lang, comparison=comparison, drawn=drawn)
    if output is None:
        click.echo(paper_bytes(paper, paper_format("txt")), nl=False)
        return
    try:
        write_paper(paper, output)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise PaperError(f"{output} cannot be written: {reason}.") from error
    click.echo(f"Written to {output} (audit {run.id}).")


def _occasion(store: ReadStore, meeting: str, day: date | None) -> Occasion:
    """Return the occasion that the options name."""
    if not meeting and day is None:
        raise click.UsageError("Name a meeting with --meeting, or a day with --as-of.")
    if not meeting and day:
        return on_day(store.select, day)
    return at_meeting(store.select, meeting, day)


def _known_finding(runs: Runs, finding: str) -> None:
    """Raise ``WaiverError`` if no audit that was kept has a finding."""
    if not any(found.id == finding for name in runs.names() for found in runs.read(name).findings):
        raise WaiverError(
            f"No audit that was kept has a finding “{finding}”; audits print the codes of theirs."
        )


def _list(runs: Runs) -> None:
    names = runs.names()
    if not names:
        click.echo("No audit has been kept yet; “mandategraph audit” makes one.", err=True)
    for name in names:
        run = runs.read(name)
        figure = run.figures.total
        share = "–" if figure.completeness is None else f"{float(figure.completeness):.1%}"
        counted = f"{figure.passed:,} of {figure.applicable - figure.waived:,} ({share})"
        meeting = run.occasion.names.get("en", "")
        when = f"{run.taken:%Y-%m-%d %H:%M}"
        click.echo(f"{name}  {when}  version {run.dataset}  {counted}  {meeting}".rstrip())

"""``python -m conformance --suite PATH``: run the W3C's SPARQL test suites.

Exit status: 0 nothing failed but what is known, 1 something did, 2 they could not be run.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from conformance.endpoint import Client, Endpoint
from conformance.errors import MismatchError
from conformance.known import KNOWN, KNOWN_SHACL, read_known
from conformance.manifests import Case, Copy
from conformance.report import Outcome, diagnosis, table
from conformance.server import own_service
from conformance.shacl import Tests
from conformance.suites import RUNNERS, not_run, tests
from graph.errors import MandateGraphError, SettingsError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--suite", type=_FOLDER, help="A copy of w3c/rdf-tests.")
@click.option("--shacl", type=_FOLDER, help="A copy of w3c/data-shapes, to run its tests instead.")
@click.option("--query", help="Address for queries; our own service is started if there is none.")
@click.option("--update", help="Address for updates.")
@click.option("--graphs", help="Address of the graph store.")
@click.option("--token", envvar="CONFORMANCE_TOKEN", help="Bearer token for writing.")
@click.option("--known", type=_FILE, help="Known failures, instead of our own.")
@click.option("--only", default="", help="Only tests whose name this regular expression finds.")
@click.option("--verbose", is_flag=True, help="Show what known failures are, too.")
def main(  # noqa: D103 - click shows the first line of a docstring
    suite: Path | None,
    shacl: Path | None,
    query: str | None,
    update: str | None,
    graphs: str | None,
    token: str | None,
    known: Path | None,
    only: str,
    verbose: bool,
) -> None:
    try:
        causes = read_known(known or (KNOWN_SHACL if shacl else KNOWN))
        if suite:
            service = _service(query, update, graphs, token)
            status = _run(Copy.at(suite), service, causes, only, verbose)
        elif shacl:
            status = _run_shacl(Tests.at(shacl), causes, only, verbose)
        else:
            raise SettingsError("Say with --suite or --shacl where the tests are.")
    except MandateGraphError as error:
        click.echo(f"Error: {error}", err=True)
        status = 2
    sys.exit(status)


def _service(
    query: str | None, update: str | None, graphs: str | None, token: str | None
) -> AbstractContextManager[Endpoint]:
    """Return the service with the addresses given, or our own if there are none."""
    if query and update and graphs:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return nullcontext(Endpoint(query, update, graphs, headers))
    if query or update or graphs:
        raise SettingsError("Give all three addresses, --query, --update and --graphs, or none.")
    return own_service()


def _run(
    copy: Copy,
    service: AbstractContextManager[Endpoint],
    known: Mapping[str, str],
    only: str,
    verbose: bool,
) -> int:
    """Run the tests, print what happened and return the exit status."""
    found = tests(copy)
    wanted = re.compile(only)
    chosen = [
        (suite.title, case)
        for suite, cases in found.items()
        for case in cases
        if wanted.search(case.name)
    ]
    outcomes = []
    with service as endpoint:
        client = Client(endpoint)
        for title, case in chosen:
            outcome = _outcome(client, title, case)
            outcomes.append(outcome)
            if outcome.error and (verbose or outcome.test not in known):
                click.echo("\n".join(diagnosis(outcome)))
    remarks = _stale(outcomes, known, whole=not only)
    remarks += [f"Not run: {line}." for line in not_run(copy, found)]
    return _told(outcomes, known, remarks)


def _run_shacl(copy: Tests, known: Mapping[str, str], only: str, verbose: bool) -> int:
    """Run the tests of SHACL, print what happened and return the exit status."""
    outcomes = []
    for outcome in copy.run(re.compile(only)):
        outcomes.append(outcome)
        if outcome.error and (verbose or outcome.test not in known):
            click.echo("\n".join(diagnosis(outcome)))
    return _told(outcomes, known, _stale(outcomes, known, whole=not only))


def _told(outcomes: list[Outcome], known: Mapping[str, str], remarks: list[str]) -> int:
    """Print what came of tests, and return the exit status."""
    click.echo("\n".join([*remarks, *table(outcomes, known)]))
    unexpected = any(outcome.error and outcome.test not in known for outcome in outcomes)
    return 1 if unexpected else 0


def _outcome(client: Client, suite: str, case: Case) -> Outcome:
    client.log.clear()
    try:
        RUNNERS[case.kind](client, case)
    except MismatchError as error:
        return Outcome(suite, case.name, error, tuple(client.log))
    return Outcome(suite, case.name)


def _stale(outcomes: Iterable[Outcome], known: Mapping[str, str], *, whole: bool) -> list[str]:
    """Return a line for every known failure that is none."""
    passed = {outcome.test for outcome in outcomes if outcome.error is None}
    failed = {outcome.test for outcome in outcomes if outcome.error is not None}
    lines = [f"Known to fail, but passed: {test}." for test in known if test in passed]
    if whole:
        lines += [f"No such test: {test}." for test in known if test not in passed | failed]
    return lines


if __name__ == "__main__":
    main()

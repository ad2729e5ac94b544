"""Which findings of a workbook's audit are still open in the present version of the dataset."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from graph.audit.auditing import Auditor, Told
from graph.audit.model import Occasion, Run
from graph.audit.occasion import on_day
from graph.audit.profiles import read_shapes
from graph.audit.runs import Runs
from graph.audit.workbook.opening import Book
from graph.audit.workbook.reading import Standing
from graph.errors import ContentError, UnknownRunError
from graph.store.interface import ReadStore


def standing_of(book: Book, runs: Runs, store: ReadStore, told: Told | None = None) -> Standing:
    """Audit the present version as the workbook's own audit was made, and return both.

    Args:
        book: The workbook.
        runs: The audits that were kept; that of the workbook may be missing.
        store: The present version.
        told: Is told how far the judging is.

    Raises:
        UnknownProfileError: If the profile is no longer there.
        ContentError: If the workbook does not say which audit it belongs to.
    """
    then = _then(book, runs)
    occasion = then.occasion if then else _occasion(book, store)
    auditor = Auditor(read_shapes(book.facts.get("profile", "")), occasion)
    judgement = auditor.judge(store.select, os.cpu_count() or 1, told)
    now = auditor.run(store.select, store.version, judgement, datetime.now(UTC))
    before = then.findings if then else ()
    return Standing(
        {rule.id: rule for rule in now.profile.rules},
        {finding.id: finding for finding in before},
        {finding.id: finding for finding in now.findings},
        frozenset(now.unjudged),
    )


def _then(book: Book, runs: Runs) -> Run | None:
    try:
        return runs.read(book.run)
    except UnknownRunError:
        return None


def _occasion(book: Book, store: ReadStore) -> Occasion:
    """Return the day that the name of the audit begins with."""
    try:
        day = date.fromisoformat(book.run[: len("2019-11-19")])
    except ValueError as error:
        raise ContentError("The workbook does not say which audit it belongs to.") from error
    return on_day(store.select, day)

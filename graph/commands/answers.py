"""What ``load`` does with a workbook of findings that people filled in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from graph.audit.workbook.known import Dataset
from graph.audit.workbook.marking import marked
from graph.audit.workbook.opening import MAX_BYTES, Book, open_book
from graph.audit.workbook.reading import Answers, read_answers
from graph.audit.workbook.standing import standing_of
from graph.build.dataset import SourceGraph
from graph.errors import CellFault, ContentError
from graph.records.schema import read_schema
from graph.store.interface import Version
from graph.workspace import Workspace

MAX_SHOWN = 200


def read_workbook(
    workspace: Workspace, path: Path, *, strict: bool, output: Path | None
) -> tuple[SourceGraph | None, str]:
    """Return the graph that a workbook comes to, and what it holds in words; it tells the rest.

    Cells that cannot be taken come back marked, in a copy beside the workbook.

    Args:
        workspace: The installation.
        path: The workbook.
        strict: Whether a finding that is open no more counts as a wrong cell.
        output: Where the marked copy goes, if there is one.

    Raises:
        ContentError: If it is no workbook of ours.
        Exit: With status 1 if a cell is wrong.
    """
    content = _content(path)
    book = open_book(content)
    store = workspace.store.reader()
    _tell_version(book, store.version)
    dataset = Dataset(store, read_schema(), workspace.settings.base)
    answers = read_answers(book, standing_of(book, workspace.runs, store), dataset)
    wrong = (*answers.faults, *(answers.stale if strict else ()))
    _tell((*answers.faults, *answers.stale))
    if answers.faults or answers.stale:
        place = output or path.with_name(f"{path.stem}-to-correct.xlsx")
        place.write_bytes(marked(content, answers.faults, answers.stale))
        click.echo(f"The cells are marked in {place}.", err=True)
    if wrong:
        noun = "One cell is" if len(wrong) == 1 else f"{len(wrong)} cells are"
        click.echo(f"{noun} wrong; nothing was loaded.", err=True)
        raise click.exceptions.Exit(1)
    return answers.graph, _said(answers)


def _content(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise ContentError(f"{path.name} has more than {MAX_BYTES >> 20} megabytes.")
    return path.read_bytes()


def _tell_version(book: Book, present: Version) -> None:
    if book.facts.get("content") != present.content:
        click.echo(
            f"The workbook was written from version {book.facts.get('dataset', '?')} of the "
            f"dataset, which is now at version {present.number}: findings that are open no more "
            "are left out.",
            err=True,
        )


def _tell(faults: Iterable[CellFault]) -> None:
    faults = tuple(faults)
    for fault in faults[:MAX_SHOWN]:
        click.echo(str(fault), err=True)
    if len(faults) > MAX_SHOWN:
        click.echo(f"… and {len(faults) - MAX_SHOWN} more.", err=True)


def _said(answers: Answers) -> str:
    said = f"answers to {answers.answered} findings"
    if answers.answered == 1:
        said = "the answer to one finding"
    notes = []
    if answers.repeated:
        notes.append(f"{answers.repeated} were there already")
    if answers.stale:
        notes.append(f"{len(answers.stale)} left out")
    if answers.editors:
        notes.append(f"new editors: {', '.join(answers.editors)}")
    return f"{said} ({'; '.join(notes)})" if notes else said

"""The command ``history``: which versions there were, who wrote them, and what they changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import takewhile
from typing import Literal as OneOf

import click
from pyoxigraph import Literal, NamedNode, Triple

from graph.commands.asking import default_format
from graph.errors import HistoryMissingError, ParameterError, StoreMissingError
from graph.history.facts import FactChange, changes_of
from graph.history.log import ChangeLog, LogEntry
from graph.library.formats import answer_csv, grid
from graph.library.parameters import choices, chosen
from graph.library.question import Parameter, read_library
from graph.store.interface import Table, Term
from graph.vocabulary import PREFIXES, well_known
from graph.workspace import Workspace

Form = OneOf["table", "csv", "json", "patch"]
Record = Mapping[str, str | int | Sequence[str]]

_MEMBERS = """
PREFIX mg: <https://w3id.org/mandategraph/ontology/>
SELECT DISTINCT ?thing
WHERE { ?thing ?property %s . FILTER NOT EXISTS { ?thing a mg:Statement } }
"""


@click.command("history")
@click.option("--since", type=click.IntRange(0), help="Only what came after this version.")
@click.option("--between", nargs=2, type=click.IntRange(0), help="From one version to another.")
@click.option("--thing", default="", help="Only facts about a thing: its IRI, key or name.")
@click.option("--act", default="", help="Only facts about an act and what speaks of it.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "patch"]),
    default=default_format,
    help="“patch” is RDF Patch, from one version to another.",
)
@click.pass_obj
def history(
    workspace: Workspace,
    since: int | None,
    between: tuple[int, int] | None,
    thing: str,
    act: str,
    form: Form,
) -> None:
    """Tell what each version of the dataset changed, newest first, and who wrote it.

    With --thing or --act it is told fact by fact.
    """
    if since is not None and between:
        raise click.UsageError("Say --since or --between, not both.")
    if thing and act:
        raise click.UsageError("Say --thing or --act, not both.")
    log = workspace.history
    if form == "patch":
        _print_patch(
            workspace, log, between or ((since, -1) if since is not None else None), thing or act
        )
        return
    chosen_entries = _entries(log, since, between)
    if not thing and not act:
        _print(form, [_version(entry) for entry in chosen_entries], _VERSION_COLUMNS)
        return
    things = _things(workspace, thing, act)
    found = changes_of(log, things, chosen_entries)
    _print(form, [_fact(change) for change in found], _FACT_COLUMNS)


_VERSION_COLUMNS = ("version", "when", "who", "what", "added", "removed", "graphs", "notItemized")
_FACT_COLUMNS = (
    *("version", "when", "who", "what", "change"),
    *("subject", "predicate", "object", "language", "source", "paragraphs"),
)


def _print_patch(
    workspace: Workspace, log: ChangeLog, between: tuple[int, int] | None, thing: str
) -> None:
    if thing:
        raise click.UsageError("A patch is of all things; leave --thing and --act out.")
    if between is None:
        raise click.UsageError("Say with --since or --between which versions the patch joins.")
    old, new = between
    if new < 0:
        new = workspace.store.version().number
    for line in log.patch(old, new):
        click.echo(line)


def _entries(
    log: ChangeLog, since: int | None, between: tuple[int, int] | None
) -> Iterator[LogEntry]:
    """Return the versions that are asked for, newest first.

    Raises:
        HistoryMissingError: If the log does not reach that far.
    """
    if between:
        old, new = sorted(between)
        if log.headers(old, new) is None:
            raise HistoryMissingError(
                f"The history does not lead from version {old} to {new}; the oldest version it "
                f"leads from is {log.reaches()}."
            )
        return (entry for entry in log.entries() if old < entry.number <= new)
    return takewhile(lambda entry: entry.number > (since or 0), log.entries())


def _things(workspace: Workspace, thing: str, act: str) -> frozenset[str]:
    """Return the IRIs of the thing, or of the act and what speaks of it.

    A thing that is there no more is found by its IRI.

    Raises:
        ParameterError: If nothing is known by that name.
    """
    name, picklist = ("act", "acts") if act else ("thing", "things")
    wanted = (act or thing).strip()
    iri = _iri(workspace, wanted)
    reader = None
    with suppress(StoreMissingError):
        reader = workspace.store.reader()
    if iri is None and reader is not None:
        parameter = Parameter(name, "thing", {}, picklist)
        iri = chosen(parameter, wanted, choices(read_library(), parameter, reader, "en"))
    if iri is None:
        raise ParameterError(name, "Nothing has been loaded yet; run “mandategraph load”.")
    if not act or reader is None:
        return frozenset({iri.value})
    rows = reader.select(_MEMBERS % iri).rows
    return frozenset({iri.value, *(row[0].value for row in rows if isinstance(row[0], NamedNode))})


def _iri(workspace: Workspace, text: str) -> NamedNode | None:
    """Return a text as an IRI: as it is, or where it is written as below ``id/``."""
    if text.startswith("id/"):
        text = workspace.settings.base + text
    if ":" not in text or " " in text:
        return None
    with suppress(ValueError):
        return NamedNode(text)
    return None


def _version(entry: LogEntry) -> Record:
    header = entry.header
    return {
        "version": header.number,
        **{"when": header.when, "who": entry.who, "what": entry.what},
        **{"added": header.added, "removed": header.removed},
        **{"graphs": header.graphs, "notItemized": header.whole},
    }


def _fact(change: FactChange) -> Record:
    entry = change.entry
    thing = change.object
    return {
        "version": entry.number,
        **{"when": entry.header.when, "who": entry.who, "what": entry.what},
        "change": "added" if change.is_added else "removed",
        **{"subject": change.subject, "predicate": change.predicate},
        "object": str(thing) if isinstance(thing, Triple) else thing.value,
        "language": (thing.language or "") if isinstance(thing, Literal) else "",
        **{"source": change.source, "paragraphs": change.paragraphs},
    }


def _print(form: Form, records: Sequence[Record], columns: tuple[str, ...]) -> None:
    if form == "json":
        click.echo(json.dumps(list(records), ensure_ascii=False, indent=1))
        return
    if form == "csv":
        rows = tuple(tuple(_term(record[name]) for name in columns) for record in records)
        click.echo(answer_csv(Table(columns, rows)), nl=False)
        return
    if not records:
        click.echo("Nothing is in the history.")
        return
    cells = [[_short(_text(record[name])) for name in columns] for record in records]
    for line in grid(columns, cells):
        click.echo(line)


def _text(cell: str | int | Sequence[str]) -> str:
    return (
        str(cell)
        if isinstance(cell, (str, int))
        else " ".join(name or "(default)" for name in cell)
    )


def _short(text: str) -> str:
    """Return IRIs as people say them: without what all IRIs of a kind begin with."""
    for prefix, beginning in PREFIXES.items():
        if text.startswith(beginning):
            return f"{prefix}:{text.removeprefix(beginning)}"
    return re.sub(r"\bhttps?://\S*?/(id|graph)/", r"\1/", text)


def _term(cell: str | int | Sequence[str]) -> Term:
    if isinstance(cell, int):
        return Literal(str(cell), datatype=well_known("xsd", "integer"))
    return Literal(_text(cell))

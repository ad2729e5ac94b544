"""The command ``load``: tables, RDF, or workbooks of findings, into the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal as OneOf

import click
from pyoxigraph import NamedNode

from graph.build.dataset import SourceGraph
from graph.commands.preview import preview
from graph.errors import ContentError, MandateGraphError, ShapesError
from graph.rdf import SUFFIXES, read_file
from graph.workspace import InstalledStore, Workspace
from graph.writes import TERMINAL, Entry

Kind = OneOf["tables", "rdf", "gaps"]
KINDS: tuple[Kind, ...] = ("tables", "rdf", "gaps")

_PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of spreadsheet programs begin, whatever they are called."""

_WORKBOOKS = frozenset((".xlsx", ".xlsm", ".xltx", ".xls", ".ods"))


@dataclass(frozen=True)
class Found:
    """What is to be loaded: graphs, how the log calls it, and how people are told of it."""

    graphs: Sequence[SourceGraph]
    kind: str
    said: str


@click.command("load")
@click.argument("paths", metavar="[PATH]…", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--as", "kind", type=click.Choice(KINDS), help="What the paths are.")
@click.option("--graph", default="", help="Graph of the statements that a file puts in none.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--strict", is_flag=True, help="Refuse a workbook with findings open no more.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the marked copy of a workbook goes.",
)
@click.pass_obj
def load(
    workspace: Workspace,
    paths: tuple[Path, ...],
    kind: Kind | None,
    graph: str,
    dry_run: bool,
    strict: bool,
    output: Path | None,
) -> None:
    """Put every source or graph of PATH in the place of its earlier version, all or nothing.

    PATH is a folder of CSV tables (the bundled dataset without it), RDF files
    (.nq .trig .ttl .nt .rdf .jsonld), or a workbook of findings (.xlsx) that was
    filled in; its wrong cells come back marked in a copy beside it.
    """
    match kind or _kind(paths):
        case "tables":
            if len(paths) > 1 or not all(path.is_dir() for path in paths):
                raise click.UsageError("Tables are one folder.")
            found = _tables(workspace, paths[0] if paths else None)
        case "gaps":
            if len(paths) != 1 or paths[0].is_dir():
                raise click.UsageError("A workbook of findings is one file.")
            found = _gaps(workspace, paths[0], strict, output)
        case _:
            found = _rdf(paths, graph)
    if dry_run:
        for line in preview(workspace.store, found.graphs):
            click.echo(line)
    else:
        # The tests say that the bundled dataset fits the shapes.
        _replace(workspace, workspace.checked_store if paths else workspace.store, found)


def _kind(paths: Sequence[Path]) -> Kind:
    """Return what paths are, by what is in them."""
    if all(path.is_dir() for path in paths):
        return "tables"
    if len(paths) == 1 and paths[0].suffix.lower() not in SUFFIXES:
        with paths[0].open("rb") as file:
            if paths[0].suffix.lower() in _WORKBOOKS or file.read(4) in _PACKED:
                return "gaps"
    return "rdf"


def counted(graphs: Sequence[SourceGraph], noun: str = "source") -> str:
    """Return how many statements there are, from how many sources, in words."""
    statements = sum(graph.text.count(b"\n") for graph in graphs)
    return f"{statements:,} statements from {len(graphs)} {noun}{'s' * (len(graphs) != 1)}"


def _tables(workspace: Workspace, folder: Path | None) -> Found:
    graphs = workspace.build(folder)
    return Found(graphs, "load tables", counted(graphs[1:]))


def _gaps(workspace: Workspace, path: Path, strict: bool, output: Path | None) -> Found:
    # Takes a while, and most loads are of no workbook.
    from graph.commands.answers import read_workbook

    graph, said = read_workbook(workspace, path, strict=strict, output=output)
    return Found([graph] if graph else [], "load gaps", said)


def _rdf(paths: Iterable[Path], graph: str) -> Found:
    if graph:
        try:
            NamedNode(graph)
        except ValueError as error:
            raise click.BadParameter(f"‘{graph}’ is no IRI.", param_hint="--graph") from error
    found: dict[str, SourceGraph] = {}
    for path in paths:
        if path.is_dir() or path.suffix.lower() not in SUFFIXES:
            known = " ".join(SUFFIXES)
            raise click.UsageError(f"{path.name} is no RDF file; those end in {known}.")
        for item in read_file(path, graph):
            if item.name in found:
                raise ContentError(f"The graph {item.name} is in more than one file.")
            found[item.name] = item
    graphs = tuple(found.values())
    return Found(graphs, "load rdf", counted(graphs, "graph"))


def _replace(workspace: Workspace, store: InstalledStore, found: Found) -> None:
    before = store.version().number
    try:
        version = store.replace_graphs(found.graphs)
    except ShapesError as error:
        for finding in error.findings:
            click.echo(f"{finding.focus}: {finding.message}", err=True)
        _log(workspace, found.kind, error, before)
        click.echo(str(error).partition(" First:")[0], err=True)
        raise click.exceptions.Exit(1) from error
    except MandateGraphError as error:
        _log(workspace, found.kind, error, before)
        raise
    entry = Entry(TERMINAL, found.kind, None, "done", before, version.number, found.said)
    workspace.log.add(entry)
    click.echo(f"Loaded {found.said}. The dataset is at version {version.number}.")


def _log(workspace: Workspace, kind: str, error: MandateGraphError, before: int) -> None:
    outcome = type(error).__name__
    workspace.log.add(Entry(TERMINAL, kind, None, outcome, before, before, str(error)))

"""The command ``load``: tables, or RDF, into the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal as OneOf

import click
from pyoxigraph import NamedNode

from graph.build.dataset import SourceGraph
from graph.errors import ContentError, MandateGraphError, ShapesError
from graph.rdf import SUFFIXES, read_file
from graph.workspace import InstalledStore, Workspace
from graph.writes import Entry

Kind = OneOf["tables", "rdf"]


@click.command("load")
@click.argument("paths", metavar="[PATH]…", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--as", "kind", type=click.Choice(["tables", "rdf"]), help="What the paths are.")
@click.option("--graph", default="", help="Graph of the statements that a file puts in none.")
@click.pass_obj
def load(workspace: Workspace, paths: tuple[Path, ...], kind: Kind | None, graph: str) -> None:
    """Put every source or graph of PATH in the place of its earlier version, all or nothing.

    PATH is a folder of CSV tables (the bundled dataset without it), or RDF files:
    .nq .trig .ttl .nt .rdf .jsonld.
    """
    folders = [path for path in paths if path.is_dir()]
    kind = kind or ("rdf" if len(folders) < len(paths) else "tables")
    if kind == "tables":
        if len(paths) > 1 or len(folders) < len(paths):
            raise click.UsageError("Tables are one folder.")
        _load_tables(workspace, paths[0] if paths else None)
    else:
        _load_rdf(workspace, paths, graph)


def counted(graphs: Sequence[SourceGraph], noun: str = "source") -> str:
    """Return how many statements there are, from how many sources, in words."""
    statements = sum(graph.text.count(b"\n") for graph in graphs)
    return f"{statements:,} statements from {len(graphs)} {noun}{'s' * (len(graphs) != 1)}"


def _load_tables(workspace: Workspace, folder: Path | None) -> None:
    graphs = workspace.build(folder)
    # The tests say that the bundled dataset fits the shapes.
    store = workspace.checked_store if folder else workspace.store
    _replace(workspace, store, graphs, "load tables", counted(graphs[1:]))


def _load_rdf(workspace: Workspace, paths: Iterable[Path], graph: str) -> None:
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
    _replace(workspace, workspace.checked_store, graphs, "load rdf", counted(graphs, "graph"))


def _replace(
    workspace: Workspace,
    store: InstalledStore,
    graphs: Sequence[SourceGraph],
    kind: str,
    said: str,
) -> None:
    before = store.version().number
    try:
        version = store.replace_graphs(graphs)
    except ShapesError as error:
        for found in error.findings:
            click.echo(f"{found.focus}: {found.message}", err=True)
        _log(workspace, kind, error, before)
        click.echo(str(error).partition(" First:")[0], err=True)
        raise click.exceptions.Exit(1) from error
    except MandateGraphError as error:
        _log(workspace, kind, error, before)
        raise
    workspace.log.add(Entry("command line", kind, None, "done", before, version.number, said))
    click.echo(f"Loaded {said}. The dataset is at version {version.number}.")


def _log(workspace: Workspace, kind: str, error: MandateGraphError, before: int) -> None:
    outcome = type(error).__name__
    workspace.log.add(Entry("command line", kind, None, outcome, before, before, str(error)))

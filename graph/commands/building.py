"""The commands that turn tables into RDF without loading it: ``build`` and ``check``."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import click

from graph.commands.loading import counted
from graph.workspace import Workspace

_Tables = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("build")
@click.argument("tables", required=False, type=_Tables)
@click.option("--output", type=click.File("wb", atomic=True), default="-", help="Where to write.")
@click.pass_obj
def build(workspace: Workspace, tables: Path | None, output: IO[bytes]) -> None:
    """Turn TABLES (a folder of CSV files; the bundled dataset without it) into N-Quads."""
    for graph in workspace.build(tables):
        output.write(graph.text)


@click.command("check")
@click.argument("tables", required=False, type=_Tables)
@click.pass_obj
def check(workspace: Workspace, tables: Path | None) -> None:
    """Say what is wrong in TABLES, without building or loading anything."""
    sources = workspace.build(tables)[1:]
    click.echo(f"Nothing is wrong: {counted(sources)}.")

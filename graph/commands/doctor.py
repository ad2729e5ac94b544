"""The command ``doctor``: what may be wrong with the installation, and what to do."""

from __future__ import annotations

import click

from graph.keeping.doctor import examine
from graph.workspace import Workspace


@click.command("doctor")
@click.pass_obj
def doctor(workspace: Workspace) -> None:
    """Look at settings, home, disk, store and history; exit status 1 if something is wrong."""
    click.echo("ok       settings: can be used")
    wrong = False
    for found in examine(workspace):
        mark = "problem" if found.advice else "ok"
        wrong = wrong or bool(found.advice)
        click.echo(f"{mark:<8} {found.subject}: {found.said}".rstrip())
        if found.advice:
            click.echo(f"         {found.advice}")
    if wrong:
        raise click.exceptions.Exit(1)

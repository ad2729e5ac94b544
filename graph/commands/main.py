"""The command line: the commands that enter data, ask, tell what changed, and look after it.

Exit status: 0 done, 1 the data has faults, 2 the command could not run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import click

from graph.commands.asking import ask, list_questions, query
from graph.commands.auditing import audit, audits, waive
from graph.commands.calendar import calendar
from graph.commands.doctor import doctor
from graph.commands.dumping import dump
from graph.commands.history import history
from graph.commands.keeping import backup, restore
from graph.commands.loading import counted, load
from graph.commands.releasing import release
from graph.commands.searching import search
from graph.commands.tokens import token
from graph.errors import MandateGraphError, TableError
from graph.settings import Settings
from graph.workspace import Workspace

MAX_FAULTS_SHOWN = 200

TablesArgument = click.Path(exists=True, file_okay=False, path_type=Path)


class Commands(click.Group):
    """A group that tells every error on purpose in a sentence, with the right exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except TableError as error:
            for fault in error.faults[:MAX_FAULTS_SHOWN]:
                click.echo(str(fault), err=True)
            more = len(error.faults) - MAX_FAULTS_SHOWN
            if more > 0:
                click.echo(f"… and {more} more.", err=True)
            click.echo(str(error), err=True)
            ctx.exit(1)
        except MandateGraphError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)


@click.group(cls=Commands)
@click.version_option(package_name="mandategraph")
@click.pass_context
def commands(ctx: click.Context) -> None:
    """Resolutions, mandates, money, places and progress as one knowledge graph."""
    ctx.obj = Workspace(Settings.from_environment())


def workspace_command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Return a decorator for a command of the group that takes the workspace first."""

    def decorate(function: Callable[..., None]) -> click.Command:
        return commands.command(name)(click.pass_obj(function))

    return decorate


@workspace_command("build")
@click.argument("tables", required=False, type=TablesArgument)
@click.option("--output", type=click.File("wb", atomic=True), default="-", help="Where to write.")
def build(workspace: Workspace, tables: Path | None, output: IO[bytes]) -> None:
    """Turn TABLES (a folder of CSV files; the bundled dataset without it) into N-Quads."""
    for graph in workspace.build(tables):
        output.write(graph.text)


@workspace_command("check")
@click.argument("tables", required=False, type=TablesArgument)
def check(workspace: Workspace, tables: Path | None) -> None:
    """Say what is wrong in TABLES, without building or loading anything."""
    sources = workspace.build(tables)[1:]
    click.echo(f"Nothing is wrong: {counted(sources)}.")


for command in (
    ask,
    list_questions,
    query,
    search,
    calendar,
    load,
    audit,
    audits,
    waive,
    token,
    history,
    dump,
    release,
    backup,
    restore,
    doctor,
):
    commands.add_command(command)

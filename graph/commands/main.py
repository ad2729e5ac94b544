"""The command line: the commands that enter data, ask, tell what changed, and look after it.

Exit status: 0 done, 1 the data has faults, 2 the command could not run.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from graph.errors import MandateGraphError, TableError
from graph.settings import Settings
from graph.workspace import Workspace

MAX_FAULTS_SHOWN = 200

PLACES = {
    "ask": "asking:ask",
    "audit": "auditing:audit",
    "audits": "auditing:audits",
    "backup": "keeping:backup",
    "build": "building:build",
    "calendar": "calendar:calendar",
    "check": "building:check",
    "doctor": "doctor:doctor",
    "dump": "dumping:dump",
    "history": "history:history",
    "load": "loading:load",
    "query": "asking:query",
    "questions": "asking:list_questions",
    "release": "releasing:release",
    "restore": "keeping:restore",
    "search": "searching:search",
    "token": "tokens:token",
    "waive": "auditing:waive",
}
"""Where each command is: a module of this package, and its name there."""


class Commands(click.Group):
    """A group that tells every error on purpose in a sentence, with the right exit status.

    A command is imported when it is called: most need little of what all need together.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the alphabet."""
        return sorted({*PLACES, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name."""
        if cmd_name not in PLACES:
            return super().get_command(ctx, cmd_name)
        module, _, name = PLACES[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"graph.commands.{module}"), name)
        return found

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

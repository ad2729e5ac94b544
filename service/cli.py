"""The console command: everything ``graph.commands`` offers, and ``serve``."""

from __future__ import annotations

import click

from graph.commands.main import commands
from graph.errors import StoreBusyError
from graph.keeping.presence import present
from graph.workspace import Workspace
from service.bundled import load_bundled


def main() -> None:
    """Run the command line."""
    commands()


@commands.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--empty", is_flag=True, help="Do not load the dataset that ships with the product.")
@click.pass_obj
def serve(workspace: Workspace, host: str, port: int, empty: bool) -> None:
    """Serve the pages, the questions and SPARQL until Ctrl-C."""
    # Takes as long as many a command, none of which serves anything.
    from service.front.server import check_address, run

    check_address(host, port)
    with present(workspace.settings.home):
        if not empty:
            _load(workspace)
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"Mandate Graph is at http://{shown}:{port}/ (Ctrl-C ends it).")
        run(workspace, host, port)


def _load(workspace: Workspace) -> None:
    """Load the bundled dataset where it is wanted, and say what was done."""
    try:
        loaded = load_bundled(workspace)
    except StoreBusyError:
        if not workspace.store.version().number:
            raise
        click.echo("Another process is writing; the dataset is served as it is.")
        return
    if loaded.changed:
        click.echo(f"The bundled dataset is loaded; this is version {loaded.version.number}.")
    if loaded.kept:
        click.echo(f"Left as they are, because they were loaded otherwise: {loaded.kept} sources.")

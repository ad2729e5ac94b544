"""The console command: everything ``graph.commands`` offers, and ``serve``."""

from __future__ import annotations

import signal
import socket
from types import FrameType

import click
from waitress.server import create_server  # type: ignore[import-untyped]

from graph.commands.main import commands
from graph.errors import SettingsError, StoreBusyError
from graph.workspace import Workspace
from service.app import MAX_BODY, create_app
from service.bundled import load_bundled

# The application answers what is somewhat too large with a sentence; the
# server cuts off what is far too large.
_CUT_OFF = 10 * MAX_BODY


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
    if not empty:
        _load(workspace)
    listener = _listen(host, port)
    server = create_server(
        create_app(workspace), sockets=[listener], ident=None, max_request_body_size=_CUT_OFF
    )
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Mandate Graph is at http://{shown}:{port}/ (Ctrl-C ends it).")
    signal.signal(signal.SIGTERM, _end)
    server.run()


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        SettingsError: If there is no such address, or it is taken.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        return socket.create_server(address[:2], family=family)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "there is no such address"
        raise SettingsError(
            f"Cannot listen on {host}, port {port}: {reason.partition(' (')[0].lower()}. "
            "Choose others with --host and --port."
        ) from error


def _load(workspace: Workspace) -> None:
    """Load the bundled dataset where it is wanted, and say what was done."""
    try:
        loaded = load_bundled(workspace)
    except StoreBusyError:
        if workspace.store.newest() is None:
            raise
        click.echo("Another process is writing; the dataset is served as it is.")
        return
    if loaded.changed:
        click.echo(f"The bundled dataset is loaded; this is version {loaded.version.number}.")
    if loaded.kept:
        click.echo(f"Left as they are, because they were loaded otherwise: {loaded.kept} sources.")


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)

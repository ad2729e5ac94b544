"""Running it: what answers and writes first, then the processes that take requests."""

from __future__ import annotations

import socket
import sys
from functools import partial
from pathlib import Path

from granian import Granian
from granian.constants import HTTPModes, Interfaces, RuntimeModes

from graph.errors import SettingsError
from graph.settings import Settings
from graph.workers.processes import die_with_parent
from graph.workers.writing import Writing
from graph.workspace import Workspace
from service.app import create_app
from service.dataset import dataset_of
from service.front.application import Front
from service.front.behind import evaluators, processors, running
from service.front.cache import AnswerCache
from service.front.clients import Clients
from service.front.counters import Counted, Counters
from service.front.description import Describer, Description
from service.front.exchange import Application
from service.front.mounting import Mounted
from service.front.sparql import SparqlEndpoint

MAX_QUERY_BODY = 1 << 20
"""Bytes of the body of a query."""


def run(workspace: Workspace, host: str, port: int) -> None:
    """Serve until the process is told to end."""
    frontends = workspace.settings.frontends or processors()
    with running(workspace, frontends) as sockets:
        server = Granian(
            "mandategraph",
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            workers=frontends,
            runtime_mode=RuntimeModes.mt,
            backlog=1024,
            log_level="warning",  # type: ignore[arg-type]
            respawn_failed_workers=True,
            # One that is told to end while it starts does not hear it.
            workers_kill_timeout=5,
        )
        loader = partial(load, workspace.settings, sockets)
        server.serve(target_loader=loader, wrap_loader=False)


def load(settings: Settings, sockets: Path) -> Application:
    """Return the application of one serving process."""
    die_with_parent()
    workspace = Workspace(settings)
    clock = workspace.store.clock()
    dataset = dataset_of(workspace.store)
    tokens = workspace.tokens
    largest = (settings.max_answer_mb << 20) or sys.maxsize
    answering = evaluators(workspace, sockets, largest)

    def describe(address: str) -> Description:
        union = settings.default_graph == "union"
        return Description(address, dataset.newest().version, union, not tokens.is_empty())

    counters = Counters(sockets)
    front = Front(
        create_app(
            workspace,
            answering.ask,
            writer=Writing(sockets, settings.patience_seconds),
            counters=counters,
        ),
        SparqlEndpoint(
            answering.evaluator,
            Clients(settings.per_client, settings.trusted_proxies),
            largest,
        ),
        AnswerCache(settings.cache_mb << 20),
        clock,
        Describer(describe),
        MAX_QUERY_BODY,
    )
    return Mounted(Counted(front, counters), settings.root_path, settings.trusted_proxies)


def check_address(host: str, port: int) -> None:
    """Make sure that an address can be listened on; the server itself would only log it.

    Raises:
        SettingsError: If it cannot.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except (OSError, UnicodeError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "there is no such address"
        raise SettingsError(
            f"Cannot listen on {host}, port {port}: {reason.lower()}. "
            "Choose others with --host and --port."
        ) from error

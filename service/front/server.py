"""Running it: nurseries of workers first, then the processes that take requests."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from granian import Granian
from granian.constants import HTTPModes, Interfaces, RuntimeModes

from graph.errors import SettingsError
from graph.settings import Settings
from graph.workers.calls import AsyncPool
from graph.workers.nurseries import Nurseries
from graph.workers.pool import Limits, WorkerPool
from graph.workers.processes import die_with_parent
from graph.workers.writer import WriterProcess
from graph.workers.writing import Writing
from graph.workspace import Workspace
from service.app import create_app
from service.dataset import Dataset
from service.front.application import Front
from service.front.cache import AnswerCache
from service.front.clients import Clients
from service.front.counters import Counted, Counters
from service.front.description import Describer, Description
from service.front.exchange import Application
from service.front.mounting import Mounted
from service.front.sparql import SparqlEndpoint

MAX_QUERY_BODY = 1 << 20
"""Bytes of the body of a query."""

BYTES_ON_DISK, BYTES_IN_MEMORY = 150, 700
"""What one statement takes, measured; decides whether the dataset goes into memory."""

READ_IN_A_MOMENT = 30 << 20
"""Bytes on disk that are in memory within a second or two."""


def run(workspace: Workspace, host: str, port: int) -> None:
    """Serve until the process is told to end."""
    settings = workspace.settings
    limits = limits_of(settings)
    frontends, workers = settings.frontends or processors(), settings.workers or processors()
    nurseries = Nurseries(
        settings.home / "store",
        limits,
        # One more, for the pages and the graph store.
        size=frontends * workers + 1,
        **_tiers(workspace),
        union=settings.default_graph == "union",
    )
    writer = WriterProcess(settings, nurseries.sockets)
    try:
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
        loader = partial(load, settings, nurseries.sockets)
        server.serve(target_loader=loader, wrap_loader=False)
    finally:
        writer.close()
        nurseries.close()


def load(settings: Settings, sockets: Path) -> Application:
    """Return the application of one serving process."""
    die_with_parent()
    workspace = Workspace(settings)
    limits = limits_of(settings)
    clock = workspace.store.clock()
    dataset = Dataset(workspace.store)
    tokens = workspace.tokens
    pool = AsyncPool(sockets, limits, settings.workers or processors())

    def describe(address: str) -> Description:
        union = settings.default_graph == "union"
        return Description(address, dataset.newest().version, union, not tokens.is_empty())

    counters = Counters(sockets)
    front = Front(
        create_app(
            workspace,
            WorkerPool(sockets, limits).ask,
            writer=Writing(sockets, settings.patience_seconds),
            counters=counters,
        ),
        SparqlEndpoint(
            pool,
            Clients(settings.per_client, settings.trusted_proxies),
            (settings.max_answer_mb << 20) or sys.maxsize,
        ),
        AnswerCache(settings.cache_mb << 20),
        clock,
        Describer(describe),
        MAX_QUERY_BODY,
    )
    return Mounted(Counted(front, counters), settings.root_path, settings.trusted_proxies)


def processors() -> int:
    """Return how many processors there are, at least two: one query must not stop all others."""
    return max(2, os.cpu_count() or 2)


def limits_of(settings: Settings) -> Limits:
    """Return what a query may take."""
    return Limits(settings.query_seconds, settings.query_memory_mb << 20, settings.patience_seconds)


def _tiers(workspace: Workspace) -> Mapping[str, bool]:
    """Say whether the dataset goes into memory, and whether disk answers until it is there.

    It goes there as set, else if it takes less than half of the memory. What is
    read into memory in a moment is not asked on disk before.
    """
    wanted = workspace.settings.memory_tier
    snapshot = workspace.store.newest()
    files = snapshot.rglob("*") if snapshot else ()
    on_disk = sum(file.stat().st_size for file in files if file.is_file())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    fits = on_disk / BYTES_ON_DISK * BYTES_IN_MEMORY < memory / 2
    return {
        "memory_tier": bool(wanted == "on" or (wanted == "auto" and fits)),
        "disk_tier": on_disk > READ_IN_A_MOMENT,
    }


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

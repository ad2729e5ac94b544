"""The indexer: brings up to date, after every write, what is only there to be found in.

That is the search index, and what is remembered of which version touched what.

It runs as ``python -m graph.workers.indexer``, started by ``IndexerProcess``, and
ends with its standard input. It looks at the clock of the store, and forks a
child for each index, so that what reading a million statements took is given
back. Both stand behind everybody else in the queue for the processors. Nothing
depends on it: a search that finds no index builds it, or waits for the child
that does.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
from contextlib import suppress
from itertools import islice
from typing import NoReturn

from graph.errors import MandateGraphError
from graph.history.touching import LOOKED_THROUGH
from graph.settings import Settings
from graph.workers.processes import die_with_parent
from graph.workers.supervising import Supervised
from graph.workspace import Workspace

_LOGGER = logging.getLogger("mandategraph.search")
_LOOK_SECONDS = 0.1
_RETRY_SECONDS = 30.0
_NICENESS = 10


class IndexerProcess(Supervised):
    """Starts the indexer, and starts it again should it end."""

    def __init__(self, settings: Settings) -> None:
        """Start it; the settings name the built-in store."""
        super().__init__("graph.workers.indexer", settings)


def run(workspace: Workspace) -> None:
    """Index every version that comes, until standard input ends; of several only the newest."""
    clock = workspace.built_in.clock()
    done, patience = 0, 0.0
    while not _over(patience):
        number, patience = clock.number(), _LOOK_SECONDS
        if number != done and _child_indexes(workspace):
            done = number
        elif number != done:
            patience = _RETRY_SECONDS


def _over(seconds: float) -> bool:
    ready, _, _ = select.select([sys.stdin.fileno()], [], [], seconds)
    return bool(ready)


def _child_indexes(workspace: Workspace) -> bool:
    """Have a child index the newest version, and return whether it could."""
    child = os.fork()
    if not child:
        _become_child(workspace)
    handle = os.pidfd_open(child)
    try:
        ready, _, _ = select.select([handle, sys.stdin.fileno()], [], [])
        if handle not in ready:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
    finally:
        os.close(handle)
    _, status = os.waitpid(child, 0)
    return status == 0


def _become_child(workspace: Workspace) -> NoReturn:
    status = 1
    try:
        die_with_parent()
        workspace.searches.open(workspace.built_in.reader()).close()
        workspace.touches.remember(tuple(islice(workspace.history.entries(), LOOKED_THROUGH)))
        status = 0
    except (MandateGraphError, OSError, MemoryError) as error:
        _LOGGER.warning("the search index was not brought up to date: %s", error)
    finally:
        os._exit(status)


def main() -> None:
    """Run the indexer from the command line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):
        os.nice(_NICENESS)
    run(Workspace(Settings.from_environment()))


if __name__ == "__main__":
    main()

"""Workers that are not there yet, and the way from those that read disk to those in memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from graph.errors import TooManyQueriesError
from graph.workers.pool import Limits, WorkerPool
from graph.workers.wire import Request
from graph.workspace import Workspace
from tests.visitor import PATIENCE

FORKED = """
import os, socket, sys, time
from pathlib import Path
from graph.workers import wire
from graph.workers.nurseries import Nurseries
from graph.workers.pool import Limits

SIZE = 2
nurseries = Nurseries(Path(sys.argv[1]), Limits(), size=SIZE)
end = time.monotonic() + float(sys.argv[2])
# Forks all the time, as a server does at its start: each child holds what was open then.
children = []
while (nurseries.sockets / "disk").exists() and time.monotonic() < end:
    if child := os.fork():
        children.append(child)
        time.sleep(0.05)
    else:
        time.sleep(float(sys.argv[2]))
        os._exit(0)
print("over" if not (nurseries.sockets / "disk").exists() else "both")
lines = []
for _ in range(SIZE):
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(float(sys.argv[2]))
    line.connect(str(nurseries.sockets / "memory"))
    kind, _ = wire.receive(line, wire.Frames())
    lines.append(line)
    print(kind.decode())
for child in children:
    os.kill(child, 9)
nurseries.close()
"""


def test_a_query_waits_for_the_first_workers_no_longer_than_it_may(tmp_path: Path) -> None:
    pool = WorkerPool(tmp_path, Limits(patience=0.05))
    with pytest.raises(TooManyQueriesError):
        pool.ask(Request("ASK {}", "json", "turtle"))


def test_processes_forked_on_the_way_to_memory_hold_nobody_up(workspace: Workspace) -> None:
    store = str(workspace.settings.home / "store")
    command = [sys.executable, "-c", FORKED, store, str(PATIENCE)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["over", "H", "H"], run.stderr

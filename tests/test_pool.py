"""Workers that are not there yet, and the way from those that read disk to those in memory."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from graph.errors import QueryTimeoutError, TooManyQueriesError
from graph.workers import wire
from graph.workers.calls import AsyncPool
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


def test_a_worker_that_takes_no_query_is_ended_at_the_deadline(tmp_path: Path) -> None:
    worker = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with worker, socket.socket(socket.AF_UNIX) as listener:
        listener.settimeout(PATIENCE)
        listener.bind(str(tmp_path / "memory"))
        listener.listen()

        async def ask() -> None:
            pool = AsyncPool(tmp_path, Limits(seconds=0.5), workers=1)
            begun = asyncio.create_task(pool.begin(Request("#" * 4_000_000, "json", "turtle")))
            line, _ = await asyncio.to_thread(listener.accept)
            line.settimeout(PATIENCE)
            with line:
                line.sendall(wire.frame(wire.HELLO, wire.Hello(worker.pid, 1)))
                with pytest.raises(QueryTimeoutError):
                    await (await begun).header()
                while await asyncio.to_thread(line.recv, 1 << 20):
                    pass

        asyncio.run(ask())
        assert worker.wait(PATIENCE) == -signal.SIGKILL


def test_processes_forked_on_the_way_to_memory_hold_nobody_up(workspace: Workspace) -> None:
    store = str(workspace.settings.home / "store")
    command = [sys.executable, "-c", FORKED, store, str(PATIENCE)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["over", "H", "H"], run.stderr

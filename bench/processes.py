"""Servers as sessions of processes: started, watched through /proc, and ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")
GRACE_SECONDS = 10.0


def end_in_order() -> None:
    """Let a request to end raise, so that the servers that were started are ended, too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)  # noqa: S101 - narrows a type
    return port


class Server:
    """One server and all processes it starts, which are those of its session."""

    def __init__(self, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None):
        """Start it; what it prints goes to a file."""
        self._log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - commands of the benchmark's own
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(os.environ) | dict(env or {}),
                start_new_session=True,
            )

    def last_words(self) -> str:
        """Return the end of what it printed, and how it ended."""
        text = self._log.read_text("utf-8", "replace")
        return f"Its status is {self.process.poll()}; it said: {text[-2000:]}"

    def close(self) -> None:
        """Ask it to end, wait, and kill what is left of it."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE_SECONDS)
        for process in self.members():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.process.wait()

    def members(self) -> list[int]:
        """Return the processes of the session."""
        return [process for process, fields in _stats() if int(fields[3]) == self.process.pid]

    def cpu(self) -> dict[int, float]:
        """Return the seconds of processor time that each process has used."""
        return {
            process: (int(fields[11]) + int(fields[12])) * _TICK
            for process, fields in _stats()
            if int(fields[3]) == self.process.pid
        }

    def memory(self) -> int:
        """Return the bytes of all processes together, what they share counted once."""
        return sum(map(_proportional_bytes, self.members()))

    def load(self, seconds: float) -> float:
        """Return how many processors it keeps busy, over a number of seconds."""
        before = self.cpu()
        time.sleep(seconds)
        after = self.cpu()
        used = sum(spent - before.get(process, 0.0) for process, spent in after.items())
        return used / seconds

    def settle(self, patience: float, load: float = 0.1) -> bool:
        """Wait until it does nothing, but no longer than asked; return whether it does nothing."""
        give_up = time.monotonic() + patience
        while time.monotonic() < give_up:
            if self.load(0.5) < load:
                return True
        return False


class Peak:
    """The most memory that a server takes between ``with`` and its end, beyond what it had."""

    def __init__(self, server: Server, every: float = 0.05) -> None:
        """Look at a server now and then, every so many seconds."""
        self._server = server
        self._every = every
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.extra = 0

    def __enter__(self) -> Peak:
        """Begin to look."""
        self._before = self._server.memory()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look a last time."""
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(self._every):
            self.extra = max(self.extra, self._server.memory() - self._before)


def _stats() -> Iterator[tuple[int, list[str]]]:
    """Yield each process with the fields of its ``stat``, from the state on."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                text = (folder / "stat").read_text("utf-8", "replace")
                yield int(folder.name), text.rpartition(")")[2].split()


def _proportional_bytes(process: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0

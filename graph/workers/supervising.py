"""A process beside the service that is started again should it end, and ends with it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

from graph.settings import Settings

_RESTART_SECONDS = 0.1


class Supervised:
    """Keeps a module running; its standard input ends when it is to end."""

    def __init__(self, module: str, settings: Settings, *arguments: str, file: int = -1) -> None:
        """Start it.

        Args:
            module: Its name, as ``python -m`` takes it.
            settings: Those of the installation.
            arguments: What it is given.
            file: A descriptor that it inherits, if not negative.
        """
        self._command = [sys.executable, "-m", module, *arguments]
        # The engine's threads would each take addresses that a limit of memory counts.
        # Settings go this way because arguments, unlike these, can be seen by anybody.
        self._environment = {**os.environ, **settings.environment(), "MALLOC_ARENA_MAX": "2"}
        self._files = [file] if file >= 0 else []
        self._closed = False
        self._running = self._start()
        self._watch = threading.Thread(target=self._keep_alive, daemon=True)
        self._watch.start()

    @property
    def pid(self) -> int:
        """The number of the process that is running."""
        return self._running.pid

    def close(self) -> None:
        """End it at once."""
        self._closed = True
        self._end()
        self._watch.join()

    def _keep_alive(self) -> None:
        while True:
            self._running.wait()
            if self._closed:
                return
            if self._running.stdin:
                self._running.stdin.close()
            time.sleep(_RESTART_SECONDS)
            self._running = self._start()
            if self._closed:
                self._end()

    def _end(self) -> None:
        self._running.kill()
        self._running.wait()
        if self._running.stdin:
            self._running.stdin.close()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own program and numbers
            self._command,
            stdin=subprocess.PIPE,
            env=self._environment,
            pass_fds=self._files,
        )

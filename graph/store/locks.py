"""Waiting for the lock that only one process holds at a time."""

from __future__ import annotations

import fcntl
import time
from typing import IO

from graph.errors import StoreBusyError

_POLL_SECONDS = 0.01


def wait_for(lock: IO[str], patience: float) -> None:
    """Take the lock of an open file; it is given back when the file is closed.

    Raises:
        StoreBusyError: If another process holds it for longer than ``patience`` seconds.
    """
    give_up = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= give_up:
                raise StoreBusyError("Another process is writing; try again.") from error
        time.sleep(_POLL_SECONDS)

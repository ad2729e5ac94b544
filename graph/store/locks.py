"""Waiting for the lock that only one process holds at a time."""

from __future__ import annotations

import fcntl
import time
from typing import IO

from graph.errors import StoreBusyError, StoreError

_POLL_SECONDS = 0.01


def wait_for(lock: IO[str], patience: float, busy: StoreError | None = None) -> None:
    """Take the lock of an open file; it is given back when the file is closed.

    Args:
        lock: The file.
        patience: How many seconds it is waited for.
        busy: What is raised in the place of ``StoreBusyError``.

    Raises:
        StoreBusyError: If another process holds it for longer.
    """
    give_up = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= give_up:
                raise busy or StoreBusyError("Another process is writing; try again.") from error
        time.sleep(_POLL_SECONDS)

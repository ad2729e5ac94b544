"""Whether a service answers from a home, told by a lock that each holds while it runs.

What is put in the place of files that a service has open would not be noticed by it:
it would go on with those that are gone, and take the numbers of their versions for
those of others.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import StoreBusyError, StoreError

LOCK = "service.lock"
"""The file of the lock; it stays where it is when a backup is restored."""


@contextmanager
def present(home: Path) -> Iterator[None]:
    """Let it be known that a service answers from a home; there may be several.

    Raises:
        StoreBusyError: If a backup is being restored there.
        StoreError: If the home cannot be written to.
    """
    with _locked(home, fcntl.LOCK_SH, "A backup is being restored; start the service after that."):
        yield


@contextmanager
def absent(home: Path) -> Iterator[None]:
    """Make sure that no service answers from a home, nor begins to.

    Raises:
        StoreBusyError: If one does.
        StoreError: If the home cannot be written to.
    """
    with _locked(home, fcntl.LOCK_EX, "A service is running on this home; stop it first."):
        yield


@contextmanager
def _locked(home: Path, kind: int, busy: str) -> Iterator[None]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / LOCK).open("w")
    except OSError as error:
        raise StoreError("The home of the service cannot be written to.") from error
    with lock:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreBusyError(busy) from error
        yield

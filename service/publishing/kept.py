"""What takes a while to work out, kept as long as the dataset stays the same."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from graph.store.interface import ReadStore, Version

Found = TypeVar("Found")


class Kept(Generic[Found]):
    """Keeps one result, that for the version of the dataset which was asked about last."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = Lock()
        self._kept: tuple[Version, Found] | None = None

    def of(self, store: ReadStore, make: Callable[[], Found]) -> Found:
        """Return the result for the version that a store holds.

        Whoever asks while it is being worked out waits for it.

        Args:
            store: The store.
            make: Works the result out.
        """
        with self._lock:
            if self._kept is None or self._kept[0] != store.version:
                self._kept = store.version, make()
            return self._kept[1]

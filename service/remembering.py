"""What is made once, and kept while it may be asked for again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar, cast

from flask import current_app

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")

_KEPT = 64


class Recent(Generic[Key, Made]):
    """Keeps the things that were asked for last, up to a number; threads may share it."""

    def __init__(self, most: int) -> None:
        """Begin with nothing."""
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[Key, Made] = OrderedDict()

    def find(self, key: Key) -> Made | None:
        """Return what is kept under a key, ``None`` if nothing is."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Key, made: Made) -> Made:
        """Keep something, in the place of what was kept under the key, and return it."""
        with self._lock:
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def get(self, key: Key, make: Callable[[], Made]) -> Made:
        """Return what was made for a key; a key must name everything that it depends on."""
        found = self.find(key)
        return self.keep(key, make()) if found is None else found


class Remembered:
    """What pages made of a version of the dataset, of any kind; threads may share it."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kept: Recent[Hashable, object] = Recent(_KEPT)

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made for a key; a key must name everything that it depends on."""
        return cast(Made, self._kept.get(key, make))


def remembered() -> Remembered:
    """Return the memory of the running application."""
    found: Remembered = current_app.extensions["remembered"]
    return found

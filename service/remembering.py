"""What is made once for a version of the dataset, and kept while it may be asked for again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

from flask import current_app

Made = TypeVar("Made")

_KEPT = 64


class Remembered:
    """Keeps the things that were asked for last; threads may share it."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = Lock()
        self._made: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made for a key; a key must name everything that it depends on."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return cast(Made, self._made[key])
        made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return made


def remembered() -> Remembered:
    """Return the memory of the running application."""
    found: Remembered = current_app.extensions["remembered"]
    return found

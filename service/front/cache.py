"""Answers that were given before, kept as the bytes that were sent.

An answer depends on the request and on the version of the dataset alone. It is
kept under both, so a write puts every answer out of use the moment it is
announced, and nothing has to be told.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from service.front.exchange import Messages, Response, Scope, messages

LARGEST = 1 << 20
"""Bytes of an answer that is still kept."""

_PLACES = {
    b"accept": 0,
    b"accept-encoding": 1,
    b"accept-language": 2,
    b"content-type": 3,
    b"host": 4,
    b"if-none-match": 5,
}
_OVERHEAD = 2_000
"""Bytes that an entry takes beside its body, roughly."""

Key = tuple[object, ...]


@dataclass(frozen=True)
class Kept:
    """An answer as the messages that send it, and the version of the dataset it rests on."""

    version: int
    messages: Messages
    weight: int


class AnswerCache:
    """Keeps the answers that were asked for last, up to a number of bytes."""

    def __init__(self, size: int) -> None:
        """Keep answers of up to ``size`` bytes in all; nothing at all if that is 0."""
        self._size = size
        self._used = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = Lock()

    @staticmethod
    def key(scope: Scope, body: bytes) -> Key:
        """Return what an answer depends on, beside the version."""
        found: list[bytes | None] = [None] * len(_PLACES)
        for name, text in scope["headers"]:
            place = _PLACES.get(name)
            if place is not None:
                found[place] = text
        reached = (scope.get("scheme"), scope.get("root_path"))
        return (scope["method"], scope["path"], scope["query_string"], body, *reached, *found)

    def find(self, key: Key, version: int) -> Kept | None:
        """Return the answer that was kept for the present version."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        with self._lock:
            if kept.version == version:
                self._kept.move_to_end(key)
                return kept
            self._drop(key)
        return None

    def keep(self, key: Key, version: int, response: Response) -> Messages:
        """Keep a whole answer that is sent with its body, and return it as it is sent.

        The oldest make room; one that is too large is not kept.
        """
        sent = messages(response)
        weight = len(response.body) + _OVERHEAD
        if weight > min(LARGEST, self._size):
            return sent
        with self._lock:
            self._drop(key)
            self._kept[key] = Kept(version, sent, weight)
            self._used += weight
            while self._used > self._size:
                self._drop(next(iter(self._kept)))
        return sent

    def _drop(self, key: Key) -> None:
        old = self._kept.pop(key, None)
        if old:
            self._used -= old.weight

"""The search index of the version that a request is answered from."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from flask import current_app, g
from pyoxigraph import Literal

from graph.errors import SearchBusyError
from graph.search.answering import finder
from graph.search.index import Index
from graph.search.indexing import Indexes
from graph.store.interface import ReadStore, Version
from service.serving import reader

PATIENCE = 10.0
"""Seconds that a search waits while the index is being built."""


class Searches:
    """Holds the index of the newest version open, and moves on when there is a newer one.

    Indexes may be used by several threads.
    """

    def __init__(self, indexes: Indexes) -> None:
        """Name the indexes; nothing is opened or built yet."""
        self._indexes = indexes
        self._lock = Lock()
        self._open: Index | None = None

    def index(self, store: ReadStore, patience: float) -> Index:
        """Return the index of the version that a store answers from, built if it is not there.

        Args:
            store: What the request is answered from.
            patience: How many seconds another thread that builds is waited for.

        Raises:
            SearchBusyError: If another process has been building for too long.
            StoreError: If it cannot be built.
        """
        held = self._open
        if held and _same(held.version, store.version):
            return held
        if not self._lock.acquire(timeout=patience):
            raise SearchBusyError("The search index is being built; try again.")
        try:
            held = self._open
            if held and _same(held.version, store.version):
                return held
            found = self._indexes.open(store)
            self._open = found
            if held:
                held.close()
            return found
        finally:
            self._lock.release()


def index(patience: float = PATIENCE) -> Index:
    """Return the index for this request, the same throughout; see ``Searches.index``."""
    if "index" not in g:
        searches: Searches = current_app.extensions["searches"]
        g.index = searches.index(reader(), patience)
    found: Index = g.index
    return found


def find_words(text: str, language: str, tongue: str) -> Sequence[tuple[str, Literal]]:
    """Return the things that fit words, for the question library; see ``Finder`` there."""
    return finder(index())(text, language, tongue)


def _same(one: Version, other: Version) -> bool:
    return (one.number, one.content) == (other.number, other.content)

"""The text of each graph, kept beside the snapshots: memory is filled from it several times faster.

Looking up each term in the database takes most of the time of reading a snapshot.
What is kept can be made again at any time, so nobody waits for it to be on the
disk, and what cannot be read is as good as not there.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pyoxigraph
import zstandard
from pyoxigraph import RdfFormat

from graph.store.comparison import graph_node

_BLANK = b"_:"
_SUFFIX = ".nt.zst"


class GraphTexts:
    """The texts in the folder of a store, each under the name and digest of its graph."""

    def __init__(self, snapshot: Path) -> None:
        """Name one snapshot of the store; nothing is made yet."""
        self._folder = snapshot.parent.parent / "texts"

    def of(self, database: pyoxigraph.Store, name: str, digest: str) -> bytes:
        """Return the N-Triples of a graph, and keep them.

        Args:
            database: Has the graph, if its text was not kept.
            name: The name of the graph.
            digest: That of its contents.
        """
        place = self._place(name, digest)
        with suppress(OSError, zstandard.ZstdError):
            return zstandard.ZstdDecompressor().decompress(place.read_bytes())
        text = database.dump(format=RdfFormat.N_TRIPLES, from_graph=graph_node(name)) or b""
        # The digest does not tell the labels that a database gives to blank nodes.
        if _BLANK not in text:
            with suppress(OSError):
                self._keep(place, text)
        return text

    def forget(self, graphs: Mapping[str, str]) -> None:
        """Remove all texts but those of some graphs, given with their digests."""
        kept = {self._place(name, digest) for name, digest in graphs.items()}
        for place in self._folder.glob(f"*{_SUFFIX}"):
            if place not in kept:
                place.unlink(missing_ok=True)

    def _keep(self, place: Path, text: bytes) -> None:
        self._folder.mkdir(exist_ok=True)
        making = self._folder / f"making-{os.getpid()}"
        making.write_bytes(zstandard.ZstdCompressor(write_checksum=True).compress(text))
        making.replace(place)

    def _place(self, name: str, digest: str) -> Path:
        return self._folder / (hashlib.sha256(f"{name}\n{digest}".encode()).hexdigest() + _SUFFIX)

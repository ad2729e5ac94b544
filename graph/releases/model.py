"""What a release is, as every part hands it on."""

from __future__ import annotations

import re
from dataclasses import dataclass

SUMS = "SHA256SUMS"
"""The file of checksums, as ``sha256sum --check`` reads it."""

CRATE = "ro-crate-metadata.json"
"""The file that describes the others."""

LINKS = "links.nt.gz"
"""The file of the links that lead to what others describe."""

PRODUCT = "mandategraph"
"""Begins the names of dumps, which tell by themselves what they are of."""

NAME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:\.[1-9][0-9]{0,5})?")
"""What a release is called: the day, and its number on that day from the second on."""

_TYPES = {
    ".nq": "application/n-quads",
    ".nt": "application/n-triples",
    ".trig": "application/trig",
    ".jsonld": "application/ld+json",
    ".json": "application/ld+json",
    ".ttl": "text/turtle",
    ".html": "text/html",
    ".patch": "application/rdf-patch",
}


@dataclass(frozen=True)
class ReleaseFile:
    """One file of a release; ``sha256`` is in hexadecimal digits."""

    name: str
    size: int
    sha256: str

    @property
    def media_type(self) -> str:
        """The type of what is sent: of the archive, where the file is packed."""
        return "application/gzip" if self.name.endswith(".gz") else self.content_type

    @property
    def content_type(self) -> str:
        """The type of what is in it once it is unpacked."""
        name = self.name.removesuffix(".gz")
        return next((kind for end, kind in _TYPES.items() if name.endswith(end)), "text/plain")


@dataclass(frozen=True)
class Release:
    """One release: which version of the dataset it holds, and in which files.

    ``number`` and ``content`` are those of the version, ``issued`` is the time in
    UTC, ISO 8601. ``previous`` names the release before it, empty for the first.
    """

    name: str
    title: str
    note: str
    number: int
    content: str
    issued: str
    statements: int
    previous: str = ""
    files: tuple[ReleaseFile, ...] = ()

    def file(self, name: str) -> ReleaseFile | None:
        """Return the file of a name, which may leave out the name of the release.

        Example:
            >>> found = ReleaseFile("mandategraph-2026-11-23.nq.gz", 1, "")
            >>> day = "2026-11-23"
            >>> release = Release(day, "", "", 1, "", "", 1, files=(found,))
            >>> release.file("mandategraph.nq.gz") == found
            True
        """
        for file in self.files:
            if name in {file.name, file.name.replace(f"-{self.name}.", ".", 1)}:
                return file
        return None


def order(name: str) -> tuple[str, int]:
    """Return what names of releases are sorted by: the day, and the number on that day.

    Example:
        >>> sorted(["2026-11-23.10", "2026-11-23.2", "2026-11-23"], key=order)
        ['2026-11-23', '2026-11-23.2', '2026-11-23.10']
    """
    day, _, number = name.partition(".")
    return day, int(number or 1)

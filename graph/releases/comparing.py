"""The patch from one release to the next, from what both published.

Dumps in N-Quads are sorted, so that two of them are compared line by line as they
are read. The history of the store would be shorter to read, but it may not reach
back to the last release, may tell a big graph as a whole, and holds all of it in
memory; a patch that is made from the dumps always leads from one to the other.
"""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from graph.errors import ReleaseError
from graph.history.patch import Header, patch_lines
from graph.releases.dumping import packed


def write_patch(old: Path, new: Path, place: Path, header: Header) -> Header:
    """Write the patch that leads from a dump to another, packed.

    Args:
        old: The dump of the earlier release, sorted N-Quads, packed.
        new: That of the later one.
        place: Where the patch goes; its folder is worked in as well.
        header: The head of the patch, in which counts are filled in.

    Returns:
        The head with the counts.

    Raises:
        ReleaseError: If a dump cannot be read.
        OSError: If the patch cannot be written.
    """
    with tempfile.TemporaryDirectory(dir=place.parent) as name:
        sides = (Path(name, "removed"), Path(name, "added"))
        counts = [0, 0]
        with sides[0].open("wb") as removed, sides[1].open("wb") as added:
            for is_added, line in _differences(_lines(old), _lines(new)):
                counts[is_added] += 1
                (added if is_added else removed).write(line)
        header = replace(header, removed=counts[0], added=counts[1])
        with packed(place) as file, sides[0].open("rb") as removed, sides[1].open("rb") as added:
            for line in patch_lines(header, _bare(removed), _bare(added)):
                file.write(line + b"\n")
    return header


def _differences(old: Iterator[bytes], new: Iterator[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Yield the lines that only one of two sorted sequences has, and whether it is the second."""
    before, after = next(old, None), next(new, None)
    while before is not None or after is not None:
        if before == after:
            before, after = next(old, None), next(new, None)
        elif after is None or (before is not None and before < after):
            yield False, before or b""
            before = next(old, None)
        else:
            yield True, after
            after = next(new, None)


def _lines(place: Path) -> Iterator[bytes]:
    try:
        with gzip.open(place) as file:
            yield from file
    except (OSError, EOFError, zlib.error) as error:
        raise ReleaseError(f"The dump {place.name} cannot be read.") from error


def _bare(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line.rstrip(b"\n") for line in lines)

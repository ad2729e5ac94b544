"""The dumps of a release: the same statements always give the same bytes.

N-Quads are in the order of their lines, TriG and JSON-LD graph by graph. Only so
much is held in memory as one step of sorting takes, whatever the size of the
dataset. Blank nodes keep the labels that the store knows them by.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol, cast

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat

from graph.releases.sorting import LineSorter
from graph.store.interface import GraphFormat
from graph.vocabulary import PREFIXES

_LEVEL = 6
_GROUPED = {"trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}
SUFFIXES = ("nq", *_GROUPED)
"""How the names of dumps end, before they are packed."""


class Dumpable(Protocol):
    """One version of the dataset that can be written to a file."""

    def dump(self, output: IO[bytes], form: GraphFormat, graph: str | None = None) -> None:
        """Write all statements to a file."""
        ...


@contextmanager
def packed(place: Path) -> Iterator[IO[bytes]]:
    """Open a file to be packed by gzip; neither time nor name gets into its bytes."""
    with place.open("wb") as raw, gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as file:
        yield cast(IO[bytes], file)


def write_dumps(reader: Dumpable, folder: Path, stem: str) -> int:
    """Write the dumps of one version into a folder.

    Args:
        reader: The version.
        folder: Where to write; it is worked in as well.
        stem: What the names of the files begin with.

    Returns:
        The number of statements.

    Raises:
        OSError: If a file cannot be written.
    """
    with tempfile.TemporaryDirectory(dir=folder) as name:
        working = Path(name)
        count, plain, grouped = _sort(reader, working)
        with packed(folder / f"{stem}.nq.gz") as file:
            file.writelines(plain.lines())
        ordered = working / "ordered.nq"
        with ordered.open("wb") as out:
            out.writelines(line.partition(b"\t")[2] for line in grouped.lines())
        for suffix, form in _GROUPED.items():
            with packed(folder / f"{stem}.{suffix}.gz") as file:
                quads = pyoxigraph.parse(path=ordered, format=RdfFormat.N_QUADS)
                pyoxigraph.serialize(quads, output=file, format=form, prefixes=PREFIXES)
    return count


def _sort(reader: Dumpable, working: Path) -> tuple[int, LineSorter, LineSorter]:
    """Return how many statements there are, sorted plainly and behind the names of their graphs."""
    raw = working / "raw.nq"
    with raw.open("wb") as file:
        reader.dump(file, "nquads")
    plain, grouped = LineSorter(working / "plain"), LineSorter(working / "grouped")
    count = 0
    quads = pyoxigraph.parse(path=raw, format=RdfFormat.N_QUADS)
    with raw.open("rb") as lines:
        for line, quad in zip(lines, quads, strict=True):
            graph = quad.graph_name
            # A name of a graph holds no tab, and a statement that begins behind one is whole.
            name = graph.value if isinstance(graph, NamedNode) else ""
            plain.add(line)
            grouped.add(f"{name}\t".encode() + line)
            count += 1
    raw.unlink()
    return count, plain, grouped

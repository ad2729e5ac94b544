"""How long searches take, and what an index costs: building it, bringing it up, its size.

Usage::

    python -m bench.search [--statements 1000000] [--rounds 20]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

import pyoxigraph
from pyoxigraph import RdfFormat

from bench.generate import generate
from graph.search.citing import cited
from graph.search.finding import search, suggest
from graph.search.index import Index
from graph.search.indexing import Indexes
from graph.search.model import Dimension, Request
from graph.settings import Settings
from graph.store.interface import Version
from graph.store.snapshots import Snapshots
from graph.store.union import fill
from graph.vocabulary import mg
from graph.workspace import Workspace

Result = TypeVar("Result")

WORDS = (
    "water",
    "housing",
    "water transport",
    "climate gender youth",
    "safer rural housing review",
    "planif",
    "eau transport",
    "agua planificación",
    "вода транспорт",
    "城市 住房",
    "水",
    "مياه نقل",
    "water zeppelin",
)
"""From one common word to four, in six languages, and one that is nowhere."""


def main() -> None:
    """Measure, and print figures."""
    parser = argparse.ArgumentParser(description="Measure searching on a synthetic dataset.")
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = _workspace(Path(folder), given.statements)
        with closing(_build(workspace)) as index:
            _times("searches", WORDS, lambda text: search(index, Request(text)), given.rounds)
            narrowed: dict[Dimension, str] = {"kind": mg("Mandate").value}
            _times(
                "searches for mandates",
                WORDS,
                lambda text: search(index, Request(text, narrowed=narrowed)),
                given.rounds,
            )
            starts = [text[: len(text) * 2 // 3] for text in WORDS]
            _times("suggestions", starts, lambda text: suggest(index, text, "en"), given.rounds)
            citations = ("resolution 12", "1/5", "第 1/5 号决议", "General Assembly resolution 7")
            _times("citations", citations, lambda text: cited(index, text), given.rounds)
        _bring_up(workspace)


def _workspace(home: Path, statements: int) -> Workspace:
    """Return an installation with a synthetic dataset, loaded the quick way."""
    data = home / "data.nq"
    size = generate(data, statements)
    print(f"{size.statements:,} statements")
    snapshots = Snapshots(home / "store")
    snapshots.make_folder()
    engine = pyoxigraph.Store(str(home / "bulk"))
    engine.bulk_load(path=str(data), format=RdfFormat.N_QUADS)
    union = pyoxigraph.Store(str(home / "union"))
    fill(union, engine)
    snapshots.publish({"data": engine, "union": union}, Version(1, "synthetic", {}))
    return Workspace(Settings(home=home))


def _build(workspace: Workspace) -> Index:
    reader = workspace.store.reader()
    indexes = Indexes(workspace.settings.home / "search", workspace.history)
    before = time.process_time()
    seconds, index = _timed(lambda: indexes.open(reader))
    worked = time.process_time() - before
    place = next((workspace.settings.home / "search").glob("*.sqlite"))
    with index.reading() as database:
        things = database.execute("SELECT COUNT(*) FROM thing").fetchone()[0]
    megabytes = place.stat().st_size / 1e6
    print(
        f"index: {things:,} things, {megabytes:.1f} MB, built in {seconds:.1f} s, "
        f"of the processor {worked:.1f} s"
    )
    return index


def _bring_up(workspace: Workspace) -> None:
    """Measure bringing the index up to one more version, without the write itself."""
    # The history begins with the first write: the version that was built above has none.
    _write(workspace, "first")
    workspace.searches.open(workspace.store.reader()).close()
    _write(workspace, "second")
    reader = workspace.store.reader()
    seconds, index = _timed(lambda: workspace.searches.open(reader))
    index.close()
    print(f"brought up to one more version in {seconds:.2f} s")


def _write(workspace: Workspace, key: str) -> None:
    thing = f"{workspace.settings.base}id/document/{key}"
    label = '<http://www.w3.org/2000/01/rdf-schema#label> "a new name"@en'
    workspace.store.update(f"INSERT DATA {{ <{thing}> {label} }}")


def _times(noun: str, texts: Sequence[str], act: Callable[[str], object], rounds: int) -> None:
    """Print how long something takes: on the clock, and of the processor alone.

    On a machine with other work the clock says more of that than of us.
    """
    for text in texts:
        act(text)
    clock: list[float] = []
    worked: dict[str, list[float]] = {text: [] for text in texts}
    for _ in range(rounds):
        for text in texts:
            before = time.process_time()
            clock.append(_timed(partial(act, text))[0])
            worked[text].append(time.process_time() - before)
    middles = {text: statistics.median(times) * 1000 for text, times in worked.items()}
    slowest = max(middles, key=middles.__getitem__)
    everything = statistics.median(seconds for times in worked.values() for seconds in times)
    print(
        f"{noun}: median {statistics.median(clock) * 1000:.1f} ms, "
        f"of the processor {everything * 1000:.1f} ms; "
        f"slowest “{slowest}”, of the processor {middles[slowest]:.1f} ms"
    )


def _timed(act: Callable[[], Result]) -> tuple[float, Result]:
    start = time.perf_counter()
    found = act()
    return time.perf_counter() - start, found


if __name__ == "__main__":
    main()

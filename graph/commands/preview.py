"""What a load would change, without changing it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from graph.build.dataset import SourceGraph
from graph.errors import StoreMissingError
from graph.workspace import InstalledReader, InstalledStore


def preview(store: InstalledStore, graphs: Iterable[SourceGraph]) -> Iterator[str]:
    """Yield a line for each graph that would change, and one for all of them.

    The shapes are not asked: a load may still be refused.
    """
    try:
        reader: InstalledReader | None = store.reader()
    except StoreMissingError:
        reader = None
    changed, same = 0, 0
    for graph in graphs:
        held = reader.version.graphs.get(graph.name) if reader else None
        if held == graph.digest:
            same += 1
            continue
        changed += 1
        before = _lines(reader, graph.name) if reader and held else set()
        after = set(graph.text.splitlines())
        more, less = len(after - before), len(before - after)
        yield f"{graph.name}: {more:,} statements more, {less:,} fewer"
    noun = "graph" if changed == 1 else "graphs"
    yield f"{changed} {noun} would change, {same} would stay; nothing was loaded."


def _lines(reader: InstalledReader, name: str) -> set[bytes]:
    text = io.BytesIO()
    reader.dump(text, "nquads", name)
    return set(text.getvalue().splitlines())

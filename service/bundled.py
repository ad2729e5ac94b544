"""Keeping the dataset that ships with the product loaded, without undoing what others loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.build.dataset import SourceGraph
from graph.store.changes import ReplaceGraphs
from graph.store.interface import Version
from graph.workspace import Workspace
from graph.writes import PRODUCT, Entry

_RECORD = "bundled.json"


@dataclass(frozen=True)
class Loaded:
    """What came of it; ``kept`` counts the sources that somebody loaded otherwise."""

    version: Version
    changed: int
    kept: int


def load_bundled(workspace: Workspace) -> Loaded:
    """Load the graphs that ship with the product, where they are missing or were changed in it.

    A graph is replaced only if the store holds it as an earlier edition of the
    product left it. What an operator has loaded or taken away stays so.

    Raises:
        TableError: If the tables that ship with the product hold faults.
        StoreBusyError: If another process is writing.
        StoreError: If the home cannot be written to.
    """
    graphs = workspace.build()
    record = workspace.settings.home / _RECORD
    earlier = _read(record)
    held = workspace.store.version().graphs
    wanted = [graph for graph in graphs if held.get(graph.name) == earlier.get(graph.name)]
    changed = sum(held.get(graph.name) != graph.digest for graph in wanted)
    done = workspace.store.commit(ReplaceGraphs(tuple(wanted)))
    if done.after.number != done.before.number:
        told = f"{changed} of the {len(graphs)} graphs of the product"
        numbers = (done.before.number, done.after.number)
        workspace.log.add(Entry(PRODUCT, "load bundled", None, "done", *numbers, told))
    kept = [
        graph for graph in graphs if graph not in wanted and held.get(graph.name) != graph.digest
    ]
    _write(record, earlier, [graph for graph in graphs if graph not in kept])
    return Loaded(done.after, changed, len(kept))


def _read(record: Path) -> Mapping[str, str]:
    """Return the digest of each graph as it was last loaded from the product."""
    if not record.exists():
        return {}
    found: dict[str, str] = json.loads(record.read_text("utf-8"))
    return found


def _write(record: Path, earlier: Mapping[str, str], graphs: list[SourceGraph]) -> None:
    digests = dict(earlier) | {graph.name: graph.digest for graph in graphs}
    if digests != earlier:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps(digests, indent=1, sort_keys=True) + "\n", "utf-8")

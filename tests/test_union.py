"""The union of all graphs on disk holds each statement once, whatever is written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from unittest.mock import Mock

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from graph.build.dataset import SourceGraph
from graph.errors import MandateGraphError
from graph.store import comparison, union
from graph.store.changes import AddToGraph, Change, DeleteGraph, ReplaceGraphs, Update
from graph.store.embedded import EmbeddedStore
from graph.workers.holding import InMemory, OnDisk
from graph.workers.wire import Request

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMES = ("urn:g:1", "urn:g:2", "urn:g:3")
IN_ALL = "GRAPH <urn:g:1> { %s } GRAPH <urn:g:2> { %s }"
A = "<urn:a> <urn:p> 1"


def statements(numbers: Iterable[int]) -> tuple[Quad, ...]:
    return tuple(Quad(NamedNode("urn:a"), NamedNode("urn:p"), Literal(n)) for n in numbers)


def replaced(name: str, numbers: Iterable[int]) -> ReplaceGraphs:
    quads = (Quad(q.subject, q.predicate, q.object, NamedNode(name)) for q in statements(numbers))
    return ReplaceGraphs((SourceGraph.of(name, quads),))


def counted(store: EmbeddedStore) -> tuple[int, ...]:
    """Count the statements in each way that there is, and rightly."""
    snapshot = store.newest()
    assert snapshot
    request = Request(COUNT, "json", "turtle", graphs=False)
    memory = InMemory(union=True)
    memory.read(snapshot, store.version())
    found = [memory.ask(request), OnDisk(snapshot, union=True).ask(request)]
    engine = pyoxigraph.Store.read_only(str(snapshot / "data"))
    return (
        int(str(store.reader().select(COUNT).rows[0][0].value)),  # type: ignore[union-attr]
        *(int(next(iter(answer))["n"].value) for answer in found),  # type: ignore[arg-type]
        len({quad.triple for quad in engine}),
    )


numbers = some.sets(some.integers(0, 5), max_size=5)
names = some.sampled_from(NAMES)
changes = some.one_of(
    some.builds(replaced, names, numbers),
    some.builds(lambda name, found: AddToGraph(name, statements(found)), names, numbers),
    some.builds(DeleteGraph, names),
    some.builds(
        "{} DATA {{ GRAPH <{}> {{ <urn:a> <urn:p> {} }} }}".format,
        some.sampled_from(("INSERT", "DELETE")),
        names,
        some.integers(0, 5),
    ).map(Update),
)


@pytest.mark.parametrize("most", [comparison.MAX_COMPARED, 0], ids=["told", "compared"])
@settings(max_examples=8, deadline=None)
@given(some.lists(changes, min_size=1, max_size=4))
def test_the_union_follows_every_write(most: int, found: list[Change]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison, "MAX_COMPARED", most)
        store = EmbeddedStore(Path(folder))
        store.commit(replaced(NAMES[0], (1, 2)))
        for change in found:
            try:
                store.commit(change)
            except MandateGraphError:
                continue
        assert len(set(counted(store))) == 1


def test_a_statement_stays_until_the_last_graph_drops_it(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.update(f"INSERT DATA {{ {IN_ALL % (A, A)} {A} }}")
    assert counted(store) == (1, 1, 1, 1)
    store.update(f"DELETE DATA {{ GRAPH <urn:g:1> {{ {A} }} }}")
    assert counted(store) == (1, 1, 1, 1)
    store.update(f"DELETE DATA {{ GRAPH <urn:g:2> {{ {A} }} {A} }}")
    assert counted(store) == (0, 0, 0, 0)


def test_a_union_that_was_never_made_is_made(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.update(f"INSERT DATA {{ {IN_ALL % (A, A)} }}")
    snapshot = store.newest()
    assert snapshot
    shutil.rmtree(snapshot / "union")
    assert counted(store)[0] == 2
    shutil.rmtree(tmp_path / "union")
    store.update("INSERT DATA { <urn:a> <urn:p> 2 }")
    assert counted(store) == (2, 2, 2, 2)


def test_blank_nodes_are_the_same_in_the_union(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    some_node = BlankNode("x")
    store.add_to_graph("urn:g:1", [Quad(some_node, NamedNode("urn:p"), some_node)])
    store.update("INSERT { GRAPH <urn:g:2> { ?s ?p ?o } } WHERE { ?s ?p ?o }")
    query = "ASK { ?s <urn:p> ?s GRAPH <urn:g:1> { ?s ?p ?s } }"
    assert counted(store) == (1, 1, 1, 1)
    assert store.reader().serialize(query, "csv", "turtle").body == b"true"


@pytest.mark.parametrize(
    ("added", "held", "is_merged"),
    [
        (union.SMALL + 1, union.SMALL, True),
        (union.SMALL + 1, 9 * union.SMALL, False),
        (union.SMALL, 1, False),
        (0, 0, False),
    ],
)
def test_a_union_is_merged_when_much_of_it_is_new(
    tmp_path: Path, added: int, held: int, is_merged: bool
) -> None:
    (tmp_path / "000009.sst").write_bytes(bytes(held))
    store = Mock(spec=pyoxigraph.Store)
    union.settle(store, tmp_path, added)
    assert store.optimize.called == is_merged


def test_what_was_merged_holds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(union, "SMALL", 0)
    store = EmbeddedStore(tmp_path / "store")
    for name, most in zip(NAMES, (400, 410, 5000), strict=True):
        store.commit(replaced(name, range(most)))
    assert set(counted(store)) == {5000}

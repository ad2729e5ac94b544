"""The texts of graphs that are kept: read instead of the database, and never trusted blindly."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from graph.store.embedded import EmbeddedStore
from graph.store.texts import GraphTexts
from graph.workers.holding import InMemory
from graph.workers.wire import Request

NAME = NamedNode("urn:g:1")
LINE = b"<urn:a> <urn:p> <urn:b> .\n"


def database(*quads: Quad) -> pyoxigraph.Store:
    found = pyoxigraph.Store()
    found.extend(quads)
    return found


FULL = database(Quad(NamedNode("urn:a"), NamedNode("urn:p"), NamedNode("urn:b"), NAME))
EMPTY = database()


@pytest.fixture
def texts(tmp_path: Path) -> GraphTexts:
    return GraphTexts(tmp_path / "snapshots" / "000001")


def test_a_text_is_read_from_the_database_once(texts: GraphTexts) -> None:
    assert texts.of(FULL, NAME.value, "1") == texts.of(EMPTY, NAME.value, "1") == LINE
    assert texts.of(EMPTY, NAME.value, "2") == texts.of(EMPTY, "urn:g:2", "1") == b""


@pytest.mark.parametrize("damage", [b"", b"nothing", None], ids=["empty", "other", "cut"])
def test_a_damaged_text_is_read_again(
    texts: GraphTexts, tmp_path: Path, damage: bytes | None
) -> None:
    texts.of(FULL, NAME.value, "1")
    (place,) = (tmp_path / "texts").iterdir()
    place.write_bytes(place.read_bytes()[:-3] if damage is None else damage)
    assert texts.of(FULL, NAME.value, "1") == LINE


def test_texts_of_old_versions_go(texts: GraphTexts, tmp_path: Path) -> None:
    for digest in "123":
        texts.of(FULL, NAME.value, digest)
    texts.forget({NAME.value: "2"})
    assert len(list((tmp_path / "texts").iterdir())) == 1
    assert texts.of(EMPTY, NAME.value, "2") == LINE


def test_labels_of_blank_nodes_are_not_kept(texts: GraphTexts, tmp_path: Path) -> None:
    blank = database(Quad(BlankNode("x"), NamedNode("urn:p"), Literal(1), NAME))
    assert texts.of(blank, NAME.value, "1")
    assert not (tmp_path / "texts").exists()


def test_nothing_is_lost_where_texts_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "texts").write_text("no folder")
    texts = GraphTexts(tmp_path / "snapshots" / "000001")
    assert texts.of(FULL, NAME.value, "1") == LINE


def test_memory_is_filled_the_same_from_texts(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.update("INSERT DATA { <urn:a> <urn:p> 1 GRAPH <urn:g:1> { <urn:a> <urn:p> 1, [] } }")
    store.update("CREATE GRAPH <urn:g:2>")
    snapshot = store.newest()
    assert snapshot
    found = []
    for _ in range(2):
        memory = InMemory(union=True)
        memory.read(snapshot, store.version())
        answers = []
        for query, graphs in (
            ("SELECT * { ?s ?p ?o }", False),
            ("SELECT * { { GRAPH ?g { } } UNION { GRAPH ?g { ?s ?p ?o } } }", True),
        ):
            answer = memory.ask(Request(query, "json", "turtle", graphs=graphs))
            answers.append(sorted(map(str, answer)))  # type: ignore[arg-type]
        found.append(answers)
    assert found[0] == found[1]
    assert [len(rows) for rows in found[0]] == [2, 4]

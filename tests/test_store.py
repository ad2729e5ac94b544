"""The embedded store: writes are whole or nothing, readers never wait."""

from __future__ import annotations

import fcntl
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from graph.build.dataset import SourceGraph
from graph.errors import (
    Finding,
    PreconditionError,
    QuerySyntaxError,
    ShapesError,
    StoreBusyError,
    StoreMissingError,
    UnknownGraphError,
)
from graph.store.comparison import Difference
from graph.store.embedded import KEPT_SNAPSHOTS, EmbeddedStore

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def source(name: str, *values: str) -> SourceGraph:
    graph = NamedNode(f"urn:x:{name}")
    subject, predicate = NamedNode("urn:x:s"), NamedNode("urn:x:p")
    return SourceGraph.of(
        graph.value, [Quad(subject, predicate, Literal(v), graph) for v in values]
    )


def values(store: EmbeddedStore) -> list[str]:
    table = store.reader().select("SELECT ?o { ?s ?p ?o } ORDER BY ?o")
    return [row[0].value for row in table.rows if isinstance(row[0], Literal)]


def test_nothing_loaded_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreMissingError, match="mandategraph load"):
        EmbeddedStore(tmp_path / "store").reader()


def test_a_source_takes_the_place_of_its_earlier_version(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.replace_graphs([source("a", "1", "2"), source("b", "3")])
    store.replace_graphs([source("a", "4")])
    assert values(store) == ["3", "4"]


def test_equal_data_make_no_new_version(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    first = store.replace_graphs([source("a", "1")])
    assert store.replace_graphs([source("a", "1")]) == first
    assert store.replace_graphs([source("a", "2")]).number == 2
    third = store.replace_graphs([source("a", "1")])
    assert (third.number, third.content) == (3, first.content)


def test_a_reader_keeps_its_version_while_others_write(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.replace_graphs([source("a", "1")])
    reader = store.reader()
    for number in range(KEPT_SNAPSHOTS - 1):
        store.replace_graphs([source("a", f"new {number}")])
    table = reader.select("SELECT ?o { ?s ?p ?o }")
    assert table.rows == ((Literal("1"),),)


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.replace_graphs([source("a", "1")])
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreBusyError):
            store.replace_graphs([source("a", "2")])
    assert values(store) == ["1"]


def test_a_write_that_was_stopped_half_way_leaves_nothing(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.replace_graphs([source("a", "1")])
    broken = source("b", "lost")
    bad = SourceGraph("urn:x:c", b"this is no N-Quads\n", "0")
    with pytest.raises(SyntaxError):
        store.replace_graphs([broken, bad])
    assert values(store) == ["1"]
    store.replace_graphs([source("d", "2")])
    assert values(store) == ["1", "2"]


def test_a_lost_database_is_made_again_from_the_newest_snapshot(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.replace_graphs([source("a", "1")])
    shutil.rmtree(tmp_path / "durable")
    store.replace_graphs([source("b", "2")])
    assert values(store) == ["1", "2"]


def test_an_update_is_done_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.update("INSERT DATA { GRAPH <urn:x:a> { <urn:x:s> <urn:x:p> '1' } }")
    with pytest.raises(PreconditionError):
        store.update("CLEAR ALL ; CREATE GRAPH <urn:x:a>")
    with pytest.raises(QuerySyntaxError):
        store.update("CLEAR ALL ; NONSENSE")
    assert (values(store), store.version().number) == (["1"], 1)


def test_equal_data_have_equal_content_however_they_came(tmp_path: Path) -> None:
    loaded = EmbeddedStore(tmp_path / "a").replace_graphs([source("a", "1", "2"), source("b", "3")])
    store = EmbeddedStore(tmp_path / "b")
    store.replace_graphs([source("b", "3")])
    store.update("INSERT DATA { GRAPH <urn:x:a> { <urn:x:s> <urn:x:p> '1', '2', '9' } }")
    store.update("DELETE DATA { GRAPH <urn:x:a> { <urn:x:s> <urn:x:p> '9' } }")
    assert store.version().content == loaded.content


def test_only_the_digests_of_touched_graphs_change(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    old = store.replace_graphs([source("a", "1"), source("b", "2")]).graphs
    new = store.update("INSERT DATA { <urn:x:s> <urn:x:p> 1 }").graphs
    assert new.keys() == {"", *old}
    new = store.update("INSERT { GRAPH ?g { ?s ?p 5 } } WHERE { GRAPH ?g { ?s ?p '2' } }").graphs
    assert (new["urn:x:a"], new["urn:x:b"] == old["urn:x:b"]) == (old["urn:x:a"], False)
    assert store.update("CLEAR DEFAULT").graphs.keys() == old.keys()
    assert store.update("DROP ALL").graphs == {}


def test_a_graph_too_big_to_be_compared_has_the_digest_of_its_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.store.comparison.MAX_COMPARED", 100)
    store = EmbeddedStore(tmp_path)
    big = source("a", *(str(number) for number in range(20)))
    assert store.replace_graphs([big]).graphs["urn:x:a"] == big.digest
    first = store.update("INSERT DATA { GRAPH <urn:x:a> { <urn:x:s> <urn:x:p> '20' } }")
    assert first.graphs["urn:x:a"] != big.digest
    assert store.replace_graphs([big]).graphs["urn:x:a"] == big.digest


def test_statements_are_added_and_graphs_deleted(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    blank = parse("_:a <urn:x:p> '1' .", format=RdfFormat.TURTLE)
    quads = list(blank)
    store.add_to_graph("urn:x:a", quads)
    store.add_to_graph("urn:x:a", quads)
    assert values(store) == ["1", "1"]
    store.delete_graph("urn:x:a")
    assert store.version().graphs == {}
    with pytest.raises(UnknownGraphError):
        store.delete_graph("urn:x:a")


def test_a_state_that_does_not_pass_the_check_is_not_published(tmp_path: Path) -> None:
    seen: list[Difference] = []

    def check(engine: Store, difference: Difference) -> None:
        seen.append(difference)
        if any(engine.quads_for_pattern(None, None, Literal("bad"))):
            raise ShapesError((Finding("urn:x:s", "", "", "", "No."),))

    store = EmbeddedStore(tmp_path, check)
    store.replace_graphs([source("a", "good")])
    assert seen[-1] == Difference(frozenset({"urn:x:s"}))
    with pytest.raises(ShapesError):
        store.update("INSERT DATA { GRAPH <urn:x:a> { <urn:x:t> <urn:x:p> 'bad' } }")
    assert values(store) == ["good"]
    store.update("INSERT DATA { GRAPH <urn:x:a> { <urn:x:t> a <urn:x:T> } }")
    assert seen[-1] == Difference(frozenset({"urn:x:t"}), frozenset({"urn:x:t"}))


WRITER = """
import sys
from pathlib import Path
from tests.test_store import EmbeddedStore, source
store = EmbeddedStore(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 10_000):
    many = source("a", *(f"{number}-{i}" for i in range(200)))
    store.replace_graphs([many, source("b", str(number))])
    print(number, flush=True)
"""


def test_killing_the_writer_loses_no_acknowledged_write(tmp_path: Path) -> None:
    """Each version holds 200 values of one number and the number: never a mixture."""
    store, root = EmbeddedStore(tmp_path), Path(__file__).parents[1]
    start = 0
    for attempt in range(6):
        command = [sys.executable, "-c", WRITER, str(tmp_path), str(start)]
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.01 * attempt + 0.003)
            writer.send_signal(signal.SIGKILL)
            acknowledged = [start, *(int(line) for line in writer.stdout.read().split())][-1]
        found = values(store)
        numbers = {value.split("-")[0] for value in found}
        assert len(found) == 201
        assert len(numbers) == 1
        assert int(numbers.pop()) >= acknowledged
        start = acknowledged + 1


def test_syntax_errors_say_where(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.replace_graphs([source("a", "1")])
    with pytest.raises(QuerySyntaxError) as error:
        store.reader().serialize("SELECT *\nWHERE { ?s ?p", "json", "turtle")
    assert error.value.line == 2


@pytest.mark.parametrize(
    ("query", "form", "beginning"),
    [
        ("SELECT ?o ?s { ?s ?p ?o }", "solutions", b"o,s\r\n1,urn:x:s"),
        ("ASK { ?s ?p 1 }", "boolean", b"false"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "graph", b"<urn:x:s> <urn:x:p>"),
        ("DESCRIBE <urn:x:s>", "graph", b"<urn:x:s> <urn:x:p>"),
    ],
)
def test_every_form_of_query_is_answered(
    tmp_path: Path, query: str, form: str, beginning: bytes
) -> None:
    store = EmbeddedStore(tmp_path)
    store.replace_graphs([source("a", "1")])
    found = store.reader().serialize(query, "csv", "ntriples")
    assert (found.form, found.body.startswith(beginning)) == (form, True)

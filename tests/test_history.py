"""The log of changes: every version leaves what it added and removed, whatever happens."""

from __future__ import annotations

import gzip
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad, RdfFormat, parse
from rdflib import Dataset

from graph.build.dataset import SourceGraph
from graph.errors import HistoryError, MandateGraphError
from graph.history.log import ChangeLog, Changes
from graph.history.patch import read_header
from graph.store.changes import PatchGraph
from graph.store.embedded import EmbeddedStore
from graph.writes import Entry, WriteLog
from tests.test_store import source

BIG = 400
"""Bytes beyond which a graph counts as too big to be compared, in some tests."""

TERMS = st.sampled_from(["<urn:x:a>", "<urn:x:b>", "'a'", "'b'@ar-EG", "'\\\\n\\\\u00e9'", "1"])
GRAPHS = st.sampled_from(["urn:x:g", "urn:x:h"])
TRIPLES = st.tuples(st.sampled_from(["<urn:x:a>", "<urn:x:b>", "_:n"]), TERMS)


def turtle(triples: list[tuple[str, str]]) -> str:
    return " ".join(f"{subject} <urn:x:p> {thing} ." for subject, thing in triples)


def replaced(name: str, triples: list[tuple[str, str]]) -> Callable[[EmbeddedStore], object]:
    text = turtle(triples).replace(" .", f" <{name}> .").replace("'", '"')
    text = text.replace(" 1 <", ' "1"^^<http://www.w3.org/2001/XMLSchema#integer> <')
    quads = list(parse(text.replace("> . ", "> .\n"), format=RdfFormat.N_QUADS))
    return lambda store: store.replace_graphs([SourceGraph.of(name, quads)])


def added(name: str, triples: list[tuple[str, str]]) -> Callable[[EmbeddedStore], object]:
    quads = list(parse(turtle(triples), format=RdfFormat.TURTLE))
    return lambda store: store.add_to_graph(name, quads)


def updated(name: str, triples: list[tuple[str, str]]) -> Callable[[EmbeddedStore], object]:
    return lambda store: store.update(f"INSERT DATA {{ GRAPH <{name}> {{ {turtle(triples)} }} }}")


def patched(name: str, triples: list[tuple[str, str]]) -> Callable[[EmbeddedStore], object]:
    text = f"DELETE WHERE {{ <urn:x:a> ?p ?o }} ; INSERT DATA {{ {turtle(triples)} }}"
    return lambda store: store.commit(PatchGraph(name, text))


UPDATES = [
    "CLEAR DEFAULT",
    "DROP ALL",
    "CLEAR GRAPH <urn:x:g>",
    "COPY <urn:x:g> TO <urn:x:h>",
    "ADD <urn:x:g> TO DEFAULT",
    "DELETE WHERE { GRAPH ?g { <urn:x:a> ?p ?o } }",
    "INSERT DATA { <urn:x:a> <urn:x:p> 'a' }",
    "INSERT { GRAPH ?g { ?o2 ?p [] } } WHERE { GRAPH ?g { ?s ?p ?o . BIND(?s AS ?o2) } }",
]
LISTED = st.lists(TRIPLES, max_size=12)
STEPS = st.one_of(
    *(st.builds(kind, GRAPHS, LISTED) for kind in (replaced, added, updated, patched)),
    st.sampled_from(UPDATES).map(lambda text: lambda store: store.update(text)),
    GRAPHS.map(lambda name: lambda store: store.delete_graph(name)),
)


def content(store: EmbeddedStore) -> frozenset[Quad]:
    return frozenset(store.reader()._engine)


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=7))
def test_what_is_between_two_versions_leads_from_one_to_the_other(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Callable[[EmbeddedStore], object]]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = EmbeddedStore(folder)
    states = {0: frozenset[Quad]()}
    for step in steps:
        try:
            step(store)
        except MandateGraphError:
            continue
        if number := store.version().number:
            states[number] = content(store)
    log = ChangeLog(folder)
    for old, before in states.items():
        for new, after in states.items():
            expected = Changes(after - before, before - after)
            assert log.between(old, new) == expected
    assert [entry.number for entry in log.entries()] == sorted(states, reverse=True)[:-1]
    shutil.rmtree(folder)


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.test_store import EmbeddedStore, source

left = int(sys.argv[2])

def counted(function):
    def call(*given, **named):
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*given, **named)
    return call

store = EmbeddedStore(Path(sys.argv[1]), None, 0.0, 2)
for owner, name in [(os, "fsync"), (os, "pwrite"), (Path, "rename"), (Path, "mkdir"),
                    (Path, "unlink"), (Path, "touch")]:
    setattr(owner, name, counted(getattr(owner, name)))
store.replace_graphs([source("a", *sys.argv[3:])])
print("done", flush=True)
"""


def test_wherever_the_writer_is_killed_state_and_log_agree(tmp_path: Path) -> None:
    """The writer is killed at its first step, then its second, until none is left."""
    store, root, log = EmbeddedStore(tmp_path), Path(__file__).parents[1], ChangeLog(tmp_path)
    store.replace_graphs([source("a", "kept", "0")])
    states = {0: frozenset[Quad](), 1: content(store)}
    for step in range(1, 200):
        command = [sys.executable, "-c", KILLED, str(tmp_path), str(step), "kept", str(step)]
        ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        number = store.version().number
        states[number] = content(store)
        old = max(log.reaches(), number - 1)
        assert old == number - 1
        expected = Changes(states[number] - states[old], states[old] - states[number])
        assert log.between(old, number) == expected
        if ended.stdout:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert step > 8


WRITER = """
import sys
from pathlib import Path
from tests.test_store import EmbeddedStore, source
store = EmbeddedStore(Path(sys.argv[1]))
for number in range(store.version().number, 10_000):
    store.replace_graphs([source("a", "kept", str(number))])
    print(number, flush=True)
"""


def test_killing_the_writer_at_any_time_leaves_a_log_that_reaches_the_newest(
    tmp_path: Path,
) -> None:
    store, root = EmbeddedStore(tmp_path), Path(__file__).parents[1]
    for attempt in range(5):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.011 * attempt)
            writer.send_signal(signal.SIGKILL)
        changes = ChangeLog(tmp_path).between(0, store.version().number)
        assert changes == Changes(content(store))


def test_old_patches_go_when_there_are_more_than_are_kept(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path, history=2)
    for number in range(5):
        store.replace_graphs([source("a", str(number))])
    log = ChangeLog(tmp_path)
    assert [entry.number for entry in log.entries()] == [5, 4]
    assert (log.reaches(), log.between(2, 5)) == (3, None)
    assert log.between(3, 5) is not None
    assert log.between(5, 6) is None


def test_a_graph_too_big_for_an_update_is_told_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.store.comparison.MAX_COMPARED", BIG)
    store, log = EmbeddedStore(tmp_path), ChangeLog(tmp_path)
    big = [str(number) for number in range(20)]
    store.replace_graphs([source("a", *big), source("b", "1")])
    store.update("INSERT DATA { GRAPH <urn:x:a> { <urn:x:s> <urn:x:p> '20' } }")
    assert log.between(1, 2) == Changes(whole=frozenset({"urn:x:a"}))
    store.replace_graphs([source("a", *big, "21")])
    changes = log.between(2, 3)
    assert changes is not None
    assert (len(changes.added), len(changes.removed), changes.whole) == (1, 1, frozenset())
    store.commit(PatchGraph("urn:x:a", "DELETE DATA { <urn:x:s> <urn:x:p> '3' }"))
    store.add_to_graph("urn:x:a", parse_all(source("a", "22")))
    assert store.version().number == 5
    store.delete_graph("urn:x:a")
    last = log.between(3, 6)
    assert last == Changes(frozenset(), frozenset(parse_all(source("a", *big, "21"))))
    both = log.between(0, 6)
    assert both == Changes(content(store), frozenset(), frozenset({"urn:x:a"}))


def parse_all(graph: SourceGraph) -> list[Quad]:
    return list(parse(graph.text, format=RdfFormat.N_QUADS))


def test_adding_what_is_there_to_a_big_graph_makes_no_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.store.comparison.MAX_COMPARED", BIG)
    store = EmbeddedStore(tmp_path)
    big = source("a", *(str(number) for number in range(20)))
    store.replace_graphs([big])
    store.add_to_graph(big.name, parse_all(big))
    assert store.version().number == 1


def test_more_statements_than_are_itemized_are_told_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.store.changes.MAX_ITEMIZED", 3)
    store, log = EmbeddedStore(tmp_path), ChangeLog(tmp_path)
    store.replace_graphs([source("a", *"1234"), source("b", *"12")])
    changes = log.between(0, 1)
    assert changes is not None
    assert (len(changes.added), changes.whole) == (2, frozenset({"urn:x:a"}))
    store.delete_graph("urn:x:a")
    assert log.between(1, 2) == Changes(whole=frozenset({"urn:x:a"}))


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
def test_a_patch_is_what_others_read(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.replace_graphs([source("a", "1", "é\n\"'")])
    store.update("DELETE WHERE { GRAPH ?g { ?s ?p '1' } } ; INSERT DATA { <urn:x:s> a '2'@fr }")
    held = Dataset()
    for number in (1, 2):
        text = gzip.decompress((tmp_path / f"changes/{number:06d}.patch.gz").read_bytes())
        held.parse(data=text, format="patch")
    found = sorted(str(o) for _, _, o, _ in held.quads())
    assert found == ["2", "é\n\"'"]


def test_each_patch_names_the_one_before(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    for value in "121":
        store.replace_graphs([source("a", value)])
    headers = []
    for number in (1, 2, 3):
        text = gzip.decompress((tmp_path / f"changes/{number:06d}.patch.gz").read_bytes())
        headers.append(read_header(text.splitlines()))
    assert [header.prev for header in headers] == ["", headers[0].id, headers[1].id]
    assert len({header.id for header in headers}) == 3


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[:-12],
    "empty": lambda data: b"",
    "no gzip": lambda data: b"nonsense",
    "changed": lambda data: data[:40] + bytes([data[40] ^ 255]) + data[41:],
    "no end": lambda data: gzip.compress(gzip.decompress(data).replace(b"TC .\n", b"")),
    "no header": lambda data: gzip.compress(b"TX .\nTC .\n"),
    "another row": lambda data: gzip.compress(gzip.decompress(data).replace(b"TX .", b"PA x .")),
    "no statement": lambda data: gzip.compress(gzip.decompress(data).replace(b"A <", b"A <<< ")),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_patch_is_told(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    store, log = EmbeddedStore(tmp_path), ChangeLog(tmp_path)
    store.replace_graphs([source("a", "1")])
    place = tmp_path / "changes" / "000001.patch.gz"
    place.write_bytes(damage(place.read_bytes()))
    with pytest.raises(HistoryError):
        log.between(0, 1)


def test_a_patch_of_another_history_is_not_believed(tmp_path: Path) -> None:
    mine, other = EmbeddedStore(tmp_path / "mine"), EmbeddedStore(tmp_path / "other")
    mine.replace_graphs([source("a", "1")])
    other.replace_graphs([source("a", "2")])
    patch = "changes/000001.patch.gz"
    shutil.copy(tmp_path / "other" / patch, tmp_path / "mine" / patch)
    assert list(ChangeLog(tmp_path / "mine").entries()) == []
    assert ChangeLog(tmp_path / "mine").between(0, 1) is None


def test_a_log_that_begins_late_reaches_back_to_where_it_begins(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.replace_graphs([source("a", "1")])
    shutil.rmtree(tmp_path / "changes")
    store.replace_graphs([source("a", "2")])
    log = ChangeLog(tmp_path)
    assert (log.reaches(), log.between(0, 2)) == (1, None)
    assert log.between(1, 2) is not None
    assert ChangeLog(tmp_path / "nothing").reaches() == 0


def test_who_wrote_is_what_the_log_of_writes_says(tmp_path: Path) -> None:
    store, writes = EmbeddedStore(tmp_path / "store"), WriteLog(tmp_path / "log")
    store.replace_graphs([source("a", "1")])
    store.replace_graphs([source("a", "1", "2")])
    writes.add(Entry("registry", "put", "urn:x:a", "ShapesError", 1, 1))
    writes.add(Entry("registry", "put", "urn:x:a", "done", 1, 2))
    writes.add(Entry("another", "put", "urn:x:a", "done", 2, 2))
    with (tmp_path / "log" / "writes.jsonl").open("ab") as file:
        file.write(b'[]\n{"when": "cut\n{"who": 1}\n')
    second, first = ChangeLog(tmp_path / "store", writes).entries()
    assert (second.who, second.what, second.header.graphs) == ("registry", "put", ("urn:x:a",))
    assert (second.header.added, second.header.removed) == (1, 0)
    assert (first.who, first.what) == ("", "")

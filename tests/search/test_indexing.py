"""The index goes along with the data: brought up from an older one, it is as if built anew."""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import SearchBusyError
from graph.search import indexing
from graph.search.finding import search
from graph.search.index import Index
from graph.search.indexing import Indexes
from graph.search.model import Request
from graph.search.reading import read_entries
from graph.settings import Settings
from graph.workspace import Workspace

BASE = "https://w3id.org/mandategraph/id/"
HEAD = """PREFIX mg: <https://w3id.org/mandategraph/ontology/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
THINGS = tuple(
    f"{BASE}{path}"
    for path in (
        "act/A/1",
        "act/A/2",
        "mandate/A/1/1",
        "body/b",
        "agency/a",
        "country/C",
        "place/p",
    )
)
NODES = tuple(f"{BASE}statement/{number}" for number in range(3))
LINKS = (
    "underAct",
    "adoptedBy",
    "setOutIn",
    "addressee",
    "partOf",
    "place",
    "inCountry",
    "paragraphOf",
)
CLASSES = ("Act", "Resolution", "Mandate", "Agency", "Country", "Paragraph")
VALUES = ("symbol", "citedAs", "designation", "adoptedOn", "sortKey", "paragraphNumber", "summary")
TEXTS = ("A/RES/1/1", "resolution 1/2", "2019-05-31", "water and 城市", "Wasser", "7")


def iri(name: str) -> str:
    return f"<{name}>"


THING = st.sampled_from([iri(name) for name in THINGS])
TEXT = st.sampled_from([f'"{text}"' for text in TEXTS] + [f'"{text}"@fr' for text in TEXTS])
TRIPLE = st.one_of(
    st.tuples(THING, st.sampled_from([f"mg:{name}" for name in VALUES] + ["rdfs:label"]), TEXT),
    st.tuples(THING, st.sampled_from([f"mg:{name}" for name in LINKS]), THING),
    st.tuples(THING, st.just("a"), st.sampled_from([f"mg:{name}" for name in CLASSES])),
    st.tuples(
        st.sampled_from([iri(name) for name in NODES]),
        st.sampled_from(["rdf:subject", "mg:inSource", "mg:inParagraph"]),
        THING,
    ),
    st.tuples(
        st.sampled_from([iri(name) for name in NODES]),
        st.just("rdf:predicate"),
        st.sampled_from(["rdfs:label", "mg:summary"]),
    ),
)
EDIT = st.tuples(st.sampled_from(["INSERT", "DELETE"]), st.lists(TRIPLE, min_size=1, max_size=8))


def content(index: Index) -> list[Any]:
    """Return all that an index holds but the numbers of things, which hang on its past."""
    with index.reading() as database:
        rows = database.execute("SELECT id, iri FROM thing").fetchall()
        numbers = [row[0] for row in rows]
        named = database.execute("SELECT key, iri FROM named JOIN thing ON id = thing").fetchall()
    iris = dict(rows)
    facets = [
        (pair, sorted(name for number, name in iris.items() if bits >> number & 1))
        for pair, bits in index.members.items()
    ]
    entries = sorted(index.entries(numbers), key=lambda entry: entry.iri)
    hits = [
        [(hit.entry.iri, hit.snippet.text) for hit in search(index, Request(text)).hits]
        for text in ("water", "城市", "resolution 1/2", "wass", "2019", "water wasser")
    ]
    return [entries, sorted(named), sorted(facets), hits]


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(Settings(home=tmp_path_factory.mktemp("home")))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=st.lists(EDIT, min_size=1, max_size=3))
def test_brought_up_equals_built_anew(
    edited: Workspace, tmp_path_factory: pytest.TempPathFactory, edits: list[Any]
) -> None:
    for verb, triples in edits:
        facts = " .\n".join(" ".join(triple) for triple in triples)
        graph = f"{verb} DATA {{ GRAPH <{BASE}graph> {{ {facts} }} }}"
        edited.store.update(HEAD + graph)
        if edited.store.newest() is None:
            return
        reader = edited.store.reader()
        with closing(edited.searches.open(reader)) as brought_up:
            anew = Indexes(tmp_path_factory.mktemp("anew"))
            with closing(anew.open(reader)) as built:
                assert content(brought_up) == content(built)
                assert brought_up.version == built.version


@pytest.fixture
def small(tmp_path: Path) -> Workspace:
    workspace = Workspace(Settings(home=tmp_path))
    workspace.store.update(f'{HEAD} INSERT DATA {{ <{BASE}act/A/1> rdfs:label "first"@en }}')
    return workspace


def names(workspace: Workspace, text: str) -> list[str]:
    with closing(workspace.searches.open(workspace.store.reader())) as index:
        return [hit.name.text for hit in search(index, Request(text)).hits]


def test_a_later_version_is_made_from_the_one_before(
    small: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert names(small, "first") == ["first"]
    read = []

    def reading(store: Any, iris: Any = None) -> Any:
        read.append(iris)
        return read_entries(store, iris)

    monkeypatch.setattr(indexing, "read_entries", reading)
    small.store.update(f'{HEAD} INSERT DATA {{ <{BASE}act/A/2> rdfs:label "second"@en }}')
    assert names(small, "second") == ["second"]
    assert read == [{f"{BASE}act/A/2"}]
    small.store.update(f"{HEAD} DELETE WHERE {{ <{BASE}act/A/1> ?p ?o }}")
    assert names(small, "first") == []


def test_other_data_under_the_same_number_are_indexed_anew(
    tmp_path: Path, small: Workspace
) -> None:
    assert names(small, "first") == ["first"]
    other = Workspace(Settings(home=tmp_path / "other"))
    other.store.update(f'{HEAD} INSERT DATA {{ <{BASE}act/A/1> rdfs:label "elsewhere"@en }}')
    same_place = Indexes(small.settings.home / "search")
    with closing(same_place.open(other.store.reader())) as index:
        assert search(index, Request("elsewhere")).count == 1
        assert search(index, Request("first")).count == 0
    assert names(small, "first") == ["first"]


def test_a_damaged_index_is_built_again(small: Workspace) -> None:
    assert names(small, "first") == ["first"]
    place = next((small.settings.home / "search").glob("*.sqlite"))
    place.write_bytes(b"no database")
    assert names(small, "first") == ["first"]
    place.write_bytes(b"no database")
    small.store.update(f'{HEAD} INSERT DATA {{ <{BASE}act/A/2> rdfs:label "second"@en }}')
    assert sorted(names(small, "second")) == ["second"]


def test_old_indexes_go(small: Workspace) -> None:
    for number in range(6):
        small.store.update(f'{HEAD} INSERT DATA {{ <{BASE}act/{number}> rdfs:label "more"@en }}')
        names(small, "more")
    assert len(list((small.settings.home / "search").glob("*.sqlite"))) == indexing.KEPT


def test_one_process_builds_and_others_wait(small: Workspace) -> None:
    folder = small.settings.home / "search"
    folder.mkdir()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SearchBusyError):
            Indexes(folder, patience=0.0).open(small.store.reader())


def test_an_index_is_never_written_to_after_it_is_there(small: Workspace) -> None:
    assert names(small, "first") == ["first"]
    with (
        closing(small.searches.open(small.store.reader())) as index,
        pytest.raises(sqlite3.OperationalError),
        index.reading() as database,
    ):
        database.execute("DELETE FROM thing")

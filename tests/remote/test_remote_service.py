"""The service in front of every engine: the same protocol, pages and limits as with its own."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.build.dataset import SourceGraph
from graph.workspace import Workspace
from tests.remote.conftest import ENGINES, workspace_at
from tests.remote.engines import Started, started
from tests.test_graph_store import (  # noqa: F401 - run here, too
    test_an_address_below_graphs_is_the_name_of_its_graph,
    test_the_life_of_a_graph,
)
from tests.test_sparql_service import (  # noqa: F401 - run here, too
    BOMBS,
    RESOLUTIONS,
    address,
    test_a_request_may_name_its_graphs,
    test_an_answer_that_one_has_is_not_sent_again,
    test_answers_come_compressed,
    test_columns_come_in_the_order_of_the_query,
    test_head_and_options_say_what_get_would,
    test_rdflib_works_unchanged,
    test_sparqlwrapper_works_unchanged,
    test_the_service_describes_what_it_does,
)
from tests.visitor import PATIENCE, Visitor, serving
from tests.writing import ADMIN, BEARER, TURTLE, UPDATES, Served, served

FORMATS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
SECONDS = 1.0


@pytest.fixture(scope="module")
def live(
    filled: tuple[Started, Workspace], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visitor]:
    """Yield a visitor of a service in front of an engine that holds the bundled dataset."""
    settings = {**filled[0].settings, "STORE_SECONDS": "120", "QUERY_SECONDS": "60"}
    with serving(tmp_path_factory.mktemp("node"), **settings) as (_, visitor):
        yield visitor


@pytest.fixture(scope="module")
def service(engine: Started, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Yield an application that writes to an engine."""
    settings = workspace_at(engine, tmp_path_factory.mktemp("home")).settings
    settings = replace(settings, admin_token=ADMIN)
    with served(tmp_path_factory.mktemp("writes"), settings) as found:
        yield found


@pytest.fixture
def engine_settings(engine: Started) -> dict[str, str]:
    """Return what points a service at an engine, and lets tests write."""
    return {**engine.settings, "ADMIN_TOKEN": ADMIN, "STORE_VERSION_SECONDS": "0.5"}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_ours_whatever_the_engine_writes(
    live: Visitor, visitor_here: Visitor, form: str
) -> None:
    for query in (RESOLUTIONS, "ASK { ?s ?p ?o }"):
        path = address(query)
        there, here = (v.get(path, {"Accept": FORMATS[form]}) for v in (live, visitor_here))
        assert (there.status_code, there.mimetype) == (200, here.mimetype)
        assert there.data == here.data


@pytest.fixture(scope="session")
def visitor_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Yield a visitor of a service with the built-in store."""
    patient = {"QUERY_SECONDS": "60", "PATIENCE_SECONDS": "60"}
    with serving(tmp_path_factory.mktemp("here"), **patient) as (_, visitor):
        yield visitor


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT *\nWHERE { ?s ?p", 400),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p } }", 400),
        ("SELECT * {" + "{" * 70 + "}" * 70 + "}", 400),
        ("INSERT DATA { <urn:s> <urn:p> 1 }", 400),
    ],
)
def test_wrong_and_refused_queries_are_told_apart(live: Visitor, query: str, status: int) -> None:
    reply = live.get(address(query))
    assert (reply.status_code, reply.mimetype) == (status, "application/problem+json")
    if query.startswith("SELECT *\n"):
        assert reply.get_json()["line"] == 2


def test_pages_show_what_the_engine_holds(live: Visitor) -> None:
    for path in ("/", "/questions/mandates", "/id/country/CMR", "/version"):
        reply = live.get(path, {"Accept": "text/html, application/json;q=0.5"})
        assert reply.status_code in {200, 303}, path
    found = live.get("/questions/funding-by-country.csv")
    assert "Burkina Faso" in found.text


def test_a_large_answer_comes_whole(live: Visitor, visitor_here: Visitor) -> None:
    path = address("SELECT DISTINCT ?s ?p { ?s ?p ?o } ORDER BY ?s ?p")
    there, here = (v.get(path, {"Accept": "text/csv"}) for v in (live, visitor_here))
    assert len(there.data) > 1_000_000
    assert there.data == here.data


def test_a_write_is_seen_by_the_next_query_and_soon_by_other_nodes(
    engine_settings: dict[str, str], tmp_path: Path
) -> None:
    ask = address("SELECT ?n { <urn:x:s> <urn:x:n> ?n }")
    place = "/graphs?graph=urn:x:g"
    with (
        serving(tmp_path / "a", "--empty", **engine_settings) as (_, one),
        serving(tmp_path / "b", "--empty", **engine_settings) as (_, other),
    ):
        for number in range(3):
            text = f"<urn:x:s> <urn:x:n> {number} .".encode()
            assert one.open("PUT", place, text, TURTLE).status_code in {201, 204}
            assert _numbers(one.get(ask).text) == [str(number)]
            end = time.monotonic() + PATIENCE
            while _numbers(other.get(ask).text) != [str(number)]:
                assert time.monotonic() < end
                time.sleep(0.1)
        update = b"DELETE WHERE { GRAPH <urn:x:g> { ?s ?p ?o } }"
        assert one.open("POST", "/update", update, UPDATES).status_code == 204
        assert _numbers(one.get(ask).text) == []
        assert one.open("DELETE", place, headers=BEARER).status_code in {200, 404}


def _numbers(text: str) -> list[str]:
    return [row["n"]["value"] for row in json.loads(text)["results"]["bindings"]]


@pytest.mark.parametrize("name", ENGINES)
def test_a_bomb_is_stopped_and_an_engine_that_went_away_is_told(name: str, tmp_path: Path) -> None:
    """Both at once: an engine that goes on with a bomb is of no use to other tests."""
    for part in ("engine", "home"):
        (tmp_path / part).mkdir()
    with started(name, tmp_path / "engine") as engine:
        workspace = workspace_at(engine, tmp_path / "home")
        graph, predicate = NamedNode("urn:g"), NamedNode("urn:p")
        workspace.store.replace_graphs(
            [
                SourceGraph.of(
                    "urn:g", (Quad(graph, predicate, Literal(n), graph) for n in range(2000))
                )
            ]
        )
        settings = {**engine.settings, "QUERY_SECONDS": str(SECONDS)}
        with serving(tmp_path / "home", "--empty", **settings) as (_, visitor):
            _bomb(visitor)
            engine.kill()
            _gone(visitor, str(engine.port))


def _bomb(visitor: Visitor) -> None:
    bomb = BOMBS["a count over a cross product"]
    with ThreadPoolExecutor(1) as beside:
        explosion = beside.submit(visitor.get, address(bomb))
        while not explosion.done():
            reply = visitor.get(address(f"ASK {{}} # {time.monotonic()}"))
            assert reply.status_code in {200, 504}
    assert explosion.result().status_code == 504
    try:
        reply = visitor.get(address("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
    except http.client.IncompleteRead:
        return
    # It was over before the first part was sent.
    assert reply.status_code == 504


def _gone(visitor: Visitor, port: str) -> None:
    for path in (address("ASK { ?s ?p 77 }"), "/", "/questions/mandates", "/graphs?graph=urn:g"):
        for accept in ("application/json", "text/html"):
            reply = visitor.get(path, {"Accept": accept})
            if reply.headers.get("ETag") and reply.status_code == 200:
                continue
            to_programs = path == "/" and accept == "application/json"
            assert reply.status_code == (303 if to_programs else 503), path
            assert port not in reply.text
            assert "127.0.0.1" not in reply.text.replace(
                "http://127.0.0.1:" + str(visitor.port), ""
            )

"""The running endpoint: the clients people use, caches that never lie, bombs that hurt nobody."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import brotli
import pytest
import zstandard
from pyoxigraph import Literal, NamedNode, Quad
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, TURTLE, XML, SPARQLWrapper

from graph.build.dataset import SourceGraph
from graph.store.embedded import EmbeddedStore
from tests.visitor import Visitor, serving

MG = "https://w3id.org/mandategraph/ontology/"
RESOLUTIONS = f"SELECT ?act WHERE {{ ?act a <{MG}Resolution> }} ORDER BY ?act"
ROWS = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
DEADLINE = 1.0


def address(query: str, **fields: str) -> str:
    return "/sparql?" + urlencode({"query": query, **fields})


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Return a visitor of a service that stops queries after a second."""
    home = tmp_path_factory.mktemp("strict")
    with serving(home, QUERY_SECONDS=str(DEADLINE), QUERY_MEMORY_MB="256") as (_, visitor):
        yield visitor


def test_sparqlwrapper_works_unchanged(live: Visitor) -> None:
    client: Any = SPARQLWrapper(f"http://127.0.0.1:{live.port}/sparql")
    client.setQuery(RESOLUTIONS)
    for method in ("GET", "POST"):
        client.setMethod(method)
        client.setReturnFormat(JSON)
        found = client.queryAndConvert()
        assert len(found["results"]["bindings"]) > 4
        client.setReturnFormat(XML)
        assert len(client.queryAndConvert().getElementsByTagName("result")) > 4
        client.setReturnFormat(CSV)
        assert client.queryAndConvert().startswith(b"act\r\n")
    client.setQuery("CONSTRUCT WHERE { ?s a <https://w3id.org/mandategraph/ontology/Country> }")
    client.setReturnFormat(TURTLE)
    assert len(Graph().parse(data=client.queryAndConvert(), format="turtle")) == 15


def test_rdflib_works_unchanged(live: Visitor) -> None:
    graph = Graph(SPARQLStore(f"http://127.0.0.1:{live.port}/sparql"))
    assert len(list(graph.query(RESOLUTIONS))) > 4
    found: Any = next(iter(graph.query(f"SELECT ?c {{ ?c <{MG}iso3> 'MLI' }}")))
    country = found[0]
    labels = {str(label) for label in graph.objects(country, None)}
    assert "Mali" in labels


def test_columns_come_in_the_order_of_the_query(live: Visitor) -> None:
    query = "SELECT ?o ?s ?p WHERE { ?s ?p ?o } LIMIT 1"
    reply = live.get(address(query), {"Accept": "text/csv"})
    assert reply.text.startswith("o,s,p\r\n")


def test_a_request_may_name_its_graphs(live: Visitor) -> None:
    graph = "https://w3id.org/mandategraph/graph/HSP/HA.1/Res.5"
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    every, one, none = (
        json.loads(live.get(path).text)["results"]["bindings"][0]["n"]["value"]
        for path in (
            address(count),
            address(count, **{"default-graph-uri": graph}),
            address(count, **{"named-graph-uri": graph}),
        )
    )
    assert int(every) > int(one) > int(none) == 0
    inside = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    named = live.get(address(inside, **{"named-graph-uri": graph}), {"Accept": "text/csv"})
    assert named.text.split() == ["g", graph]


def test_head_and_options_say_what_get_would(live: Visitor) -> None:
    got, asked = (live.open(method, address(RESOLUTIONS)) for method in ("GET", "HEAD"))
    assert asked.data == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
        assert asked.headers[name] == got.headers[name]
    options = live.open("OPTIONS", "/sparql", headers={"Origin": "https://example.org"})
    assert options.status_code == 204
    assert "POST" in options.headers["Access-Control-Allow-Methods"]
    refused = live.open("DELETE", "/sparql")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    ("coding", "decoded"),
    [
        ("gzip", gzip.decompress),
        ("br", brotli.decompress),
        ("zstd", lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)),
    ],
)
@pytest.mark.parametrize("limit", [300, 20_000])
def test_answers_come_compressed(live: Visitor, coding: str, decoded: object, limit: int) -> None:
    path = address(f"{ROWS} ORDER BY ?s ?p ?o LIMIT {limit}")
    plain = live.get(path)
    reply = live.get(path, {"Accept-Encoding": coding})
    assert reply.headers["Content-Encoding"] == coding
    assert callable(decoded)
    assert decoded(reply.data) == plain.data
    assert len(reply.data) < len(plain.data)
    assert reply.headers["ETag"] != plain.headers["ETag"]


def test_an_answer_that_one_has_is_not_sent_again(live: Visitor) -> None:
    path = address(RESOLUTIONS)
    for headers in ({}, {"Accept-Encoding": "gzip"}, {"Accept": "text/csv"}):
        tag = live.get(path, headers).headers["ETag"]
        again = live.get(path, {**headers, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert live.get(path, {**headers, "If-None-Match": '"other"'}).status_code == 200


def test_the_service_describes_what_it_does(live: Visitor) -> None:
    for accept, form in (("", "turtle"), ("application/rdf+xml", "xml")):
        reply = live.get("/sparql", {"Accept": accept} if accept else {})
        graph = Graph().parse(data=reply.text, format=form)
        features = {str(value) for value in graph.objects() if "#" in str(value)}
        assert "http://www.w3.org/ns/sparql-service-description#UnionDefaultGraph" in features
    assert live.get("/sparql", {"Accept": "image/png"}).status_code == 406


def test_a_triple_of_two_graphs_counts_once(tmp_path: Path) -> None:
    triple = (NamedNode("urn:x:s"), NamedNode("urn:x:p"), Literal("o"))
    graphs = [NamedNode("urn:x:1"), NamedNode("urn:x:2")]
    store = EmbeddedStore(tmp_path / "store")
    count = address("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

    def counted() -> str:
        reply = visitor.get(count, {"Accept": "text/csv"})
        return reply.text.split()[1]

    store.replace_graphs([SourceGraph.of(g.value, [Quad(*triple, g)]) for g in graphs])
    with serving(tmp_path, "--empty") as (_, visitor):
        assert counted() == "1"
        store.replace_graphs([SourceGraph.of(graphs[0].value, [])])
        assert counted() == "1"
        store.replace_graphs([SourceGraph.of(graphs[1].value, [])])
        assert counted() == "0"


def test_no_answer_is_stale(tmp_path: Path) -> None:
    """Every answer after a write shows that write, whichever process gives it."""
    store = EmbeddedStore(tmp_path / "store")
    graph, subject = NamedNode("urn:x:g"), NamedNode("urn:x:s")
    path = address("SELECT ?n { <urn:x:s> <urn:x:n> ?n }")
    with serving(tmp_path, "--empty") as (_, visitor):
        for number in range(30):
            quads = [Quad(subject, NamedNode("urn:x:n"), Literal(number), graph)]
            store.replace_graphs([SourceGraph.of(graph.value, quads)])
            for _ in range(6):
                found = json.loads(visitor.get(path).text)["results"]["bindings"]
                assert [binding["n"]["value"] for binding in found] == [str(number)]


def test_many_first_queries_at_once_all_succeed(tmp_path: Path) -> None:
    with serving(tmp_path, PER_CLIENT="0") as (_, visitor), ThreadPoolExecutor(32) as together:
        replies = together.map(
            lambda n: visitor.get(address(f"{RESOLUTIONS} LIMIT {n + 1}")), range(32)
        )
        assert {reply.status_code for reply in replies} <= {200}


BOMBS = {
    "a count over a cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "sorting a cross product": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c LIMIT 1",
    "distinct over a cross product": "SELECT DISTINCT ?a ?f { ?a ?b ?c . ?d ?e ?f } OFFSET 999999",
    "a path without end": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|!<urn:y>)* ?b . ?b !<urn:z>* ?c}",
    "a text that doubles": "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "a star of many patterns": "SELECT * {"
    + "".join(f"?s ?p{n} ?o{n} ." for n in range(200))
    + "}",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_stopped_and_hurts_nobody_else(strict: Visitor, bomb: str) -> None:
    with ThreadPoolExecutor(1) as beside:
        explosion = beside.submit(strict.get, address(bomb))
        while not explosion.done():
            assert strict.get(address(f"ASK {{}} # {time.monotonic()}")).status_code == 200
    assert explosion.result().status_code == 503
    assert json.loads(explosion.result().text)["detail"].startswith("The query was stopped")


def test_a_part_is_never_passed_off_as_the_whole(strict: Visitor) -> None:
    with pytest.raises(http.client.IncompleteRead):
        strict.get(address("SELECT * { ?a ?b ?c . ?d ?e ?f }"))


def test_a_reader_who_does_not_read_is_cut_off(strict: Visitor) -> None:
    with socket.create_connection(("127.0.0.1", strict.port)) as line:
        path = address("SELECT * { ?a ?b ?c . ?d ?e ?f }")
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(2 * DEADLINE)
        assert strict.get(address("ASK {}")).status_code == 200
        received = b"beginning"
        while received:
            try:
                received = line.recv(1 << 20)
            except ConnectionError:
                break
            assert not received.endswith(b"0\r\n\r\n"), "the stream was ended as if it were whole"


def test_a_client_that_goes_away_stops_its_query(strict: Visitor) -> None:
    def busy() -> int:
        path = address(BOMBS["a count over a cross product"])
        with socket.create_connection(("127.0.0.1", strict.port)) as line:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.1)
        return 1

    for _ in range(12):
        assert busy()
        assert strict.get(address("ASK {}")).status_code == 200


def test_killing_a_worker_costs_at_most_its_query(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, visitor):
        for _ in range(5):
            assert visitor.get(address(RESOLUTIONS)).status_code == 200
            for worker in _descendants(process.pid, "graph.workers.nursery")[1:]:
                os.kill(worker, signal.SIGKILL)
            statuses = [visitor.get(address(f"ASK {{}} # {n}")).status_code for n in range(12)]
            assert set(statuses) <= {200, 503}
            assert statuses[-1] == 200


def _descendants(root: int, name: str) -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.parent.name)] = int(fields[1])
    found = []
    for process in sorted(parents):
        above: int | None = process
        while above and above != root:
            above = parents.get(above)
        command = Path(f"/proc/{process}/cmdline")
        if above == root and command.exists() and name in command.read_text():
            found.append(process)
    return found

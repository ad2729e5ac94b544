"""The benchmark measures what it says: the same data, in our shapes, with queries that run."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
from pyoxigraph import RdfFormat, Store
from rdflib import RDF, SH, Graph

from bench import client, engine
from bench.answers import comparable
from bench.cells import Cell, Results
from bench.client import Load, Timing
from bench.contenders import NATIVE, OURS
from bench.generate import Size, generate
from bench.killers import read_killers
from bench.queryset import STREAM, Query, Request, read_queries
from bench.targets import Target
from graph.errors import QueryRefusedError
from graph.sparql.guard import check_query

STATEMENTS = 30_000
STRUCTURE = sorted((Path(__file__).parents[1] / "shapes" / "structure").glob("*.ttl"))
QUERIES = read_queries()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Size]:
    path = tmp_path_factory.mktemp("bench") / "data.nq"
    return path, generate(path, STATEMENTS)


@pytest.fixture(scope="module")
def store(made: tuple[Path, Size]) -> Iterator[Store]:
    engine.load(made[0])
    yield engine._HELD[0]
    engine._HELD.clear()


def test_the_same_seed_gives_the_same_bytes(made: tuple[Path, Size], tmp_path: Path) -> None:
    again, other = tmp_path / "again.nq", tmp_path / "other.nq"
    assert generate(again, STATEMENTS) == made[1]
    generate(other, STATEMENTS, seed=2)
    assert again.read_bytes() == made[0].read_bytes()
    assert other.read_bytes() != made[0].read_bytes()


def test_each_statement_is_written_once_and_stands_in_one_graph(made: tuple[Path, Size]) -> None:
    quads = list(pyoxigraph.parse(path=made[0], format=RdfFormat.N_QUADS))
    assert len(quads) == made[1].statements >= STATEMENTS
    assert len({quad.triple for quad in quads}) == len(quads)


def test_there_is_a_named_graph_for_each_document(store: Store) -> None:
    documents = "SELECT ?s { { ?s a mg:Act } UNION { ?s a mg:Document } }"
    prefix = "PREFIX mg: <https://w3id.org/mandategraph/ontology/>"
    found = store.query(f"{prefix} {documents}", use_default_graph_as_union=True)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    # The ontology has a graph, but is no document.
    assert len(list(found)) + 1 == len(list(store.named_graphs()))


def findings(path: Path) -> int:
    quads = pyoxigraph.parse(path=path, format=RdfFormat.N_QUADS)
    lines = pyoxigraph.serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
    data = Graph().parse(data=lines, format="nt")
    shapes = Graph()
    for file in STRUCTURE:
        shapes.parse(file)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert isinstance(report, Graph)
    return len(list(report.subjects(RDF.type, SH.ValidationResult)))


@pytest.mark.usefixtures("parsed_once")
def test_the_data_conform_to_the_structure_shapes(made: tuple[Path, Size]) -> None:
    assert findings(made[0]) == 0


def test_faults_are_planted_only_if_asked_for(made: tuple[Path, Size], tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.nq"
    generate(faulty, STATEMENTS, faults=True)
    addressees = b"ontology/addressee>"
    sound = made[0].read_bytes()
    assert faulty.read_bytes().count(addressees) < sound.count(addressees)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_query_has_an_answer_that_does_not_hang_on_its_number(
    query: Query, store: Store, made: tuple[Path, Size]
) -> None:
    acts = made[1].acts
    texts = {query.text(number, acts) for number in (0, acts)}
    assert len(texts) == 2
    first, second = (comparable(query, engine.answer(text)) for text in texts)
    assert first
    assert first == second


def test_a_request_is_the_query_percent_encoded() -> None:
    query = Query("q", "ASK { <urn:{{act}}> ?p {{number}} }")
    sent = query.request("/sparql").filled(0, 1).decode()
    encoded = "ASK%20%7B%20%3Curn%3AAS0/1/Res.1%3E%20%3Fp%201000000%20%7D"
    assert sent.startswith(f"GET /sparql?query={encoded} HTTP/1.1\r\n")


def test_the_same_rows_are_the_same_answer_however_they_are_written() -> None:
    number = '{"type": "literal", "datatype": "http://www.w3.org/2001/XMLSchema#%s", "value": "%s"}'
    rows = '{"results": {"bindings": [{"a": %s, "b": %s}]}}'
    one, two = number % ("decimal", "10.0"), number % ("integer", "3")
    other = number % ("decimal", "10")
    query = QUERIES["aggregation"]
    first, second = (comparable(query, (rows % (x, two)).encode()) for x in (one, other))
    assert first == second
    assert isinstance(first, Counter)
    assert comparable(QUERIES[STREAM], (rows % (one, two)).encode()) == 1


class Handler(BaseHTTPRequestHandler):
    """Answers one path in parts, another at once, and a third not at all."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/broken":
            self.close_connection = True
            return
        self.send_response(500 if self.path == "/bad" else 200)
        if self.path == "/parts":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"5\r\nabcde\r\n")
            self.wfile.write(b"2\r\nfg\r\n0\r\n\r\n")
        else:
            self.send_header("Content-Length", "3")
            self.end_headers()
            self.wfile.write(b"abc")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def load(port: int, path: str) -> Timing:
    request = Request(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return client.run(Load(port, request, 1, 0, True, 2, 0.1, 5))


@pytest.mark.parametrize("path", ["/parts", "/whole"])
def test_the_client_counts_whole_answers(port: int, path: str) -> None:
    timing = load(port, path)
    assert timing.failures == 0
    assert len(timing.latencies) > 2
    assert 0 < timing.percentile(0.5) <= timing.percentile(0.99) < 1


@pytest.mark.parametrize("path", ["/bad", "/broken"])
def test_the_client_counts_what_is_no_answer_as_a_failure(port: int, path: str) -> None:
    timing = load(port, path)
    assert timing.failures
    assert not timing.latencies


def test_the_client_measures_a_stream(port: int) -> None:
    found = client.stream(port, b"GET /parts HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert found.status == 200
    assert found.bytes > 7
    assert 0 < found.first_byte <= found.seconds


def test_ratios_are_medians_of_rounds() -> None:
    results, cell = Results(), Cell("lookup", False, 1)
    for mine, theirs in ((1.0, 2.0), (1.0, 4.0), (9.0, 9.0)):
        results.add(cell, OURS, Timing(mine, [mine]))
        results.add(cell, NATIVE, Timing(theirs, [theirs]))
    assert results.ratio(cell, NATIVE) == 2.0
    assert results.ratio(cell, "nobody") is None


def test_a_target_says_whether_it_was_reached() -> None:
    assert str(Target("speed", 2, 3.0)).strip().startswith("reached")
    assert str(Target("speed", 2, 1.0)).strip().startswith("MISSED")
    assert str(Target("time", 2, 1.0, at_most=True)).strip().startswith("reached")
    assert str(Target("speed", 2, None)).strip().startswith("not measured")


def test_there_are_killers_enough_and_each_says_why() -> None:
    killers = read_killers()
    assert len(killers) >= 12
    assert all(killer.why and killer.query for killer in killers.values())
    assert "BIND(CONCAT(?s39, ?s39) AS ?s40)" in killers["doubling"].query


def test_killers_that_nest_are_refused_before_they_are_parsed() -> None:
    for name, killer in read_killers().items():
        if name.startswith("deep-"):
            with pytest.raises(QueryRefusedError):
                check_query(killer.query)

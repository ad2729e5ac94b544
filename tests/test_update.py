"""SPARQL Update: done as a whole or not at all, by those who may, whatever is sent."""

from __future__ import annotations

import gzip
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from werkzeug.serving import make_server

from graph.errors import QueryRefusedError, WriteError
from graph.settings import Settings
from graph.sparql.updates import check_update, touched_graphs, with_dataset, without_loads
from graph.workers.writing import Write
from tests.visitor import PATIENCE
from tests.writing import ADMIN, BEARER, UPDATES, Served, served

MG = "https://w3id.org/mandategraph/ontology/"
FORM = {**BEARER, "Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("update")) as found:
        yield found


def send(service: Served, text: str | bytes, address: str = "/update") -> int:
    return service.client.post(address, data=text, headers=UPDATES).status_code


def test_an_update_is_there_when_it_is_answered(service: Served) -> None:
    before = service.count()
    response = service.client.post(
        "/update", data="INSERT DATA { <urn:a> <urn:b> 1 }", headers=UPDATES
    )
    assert response.status_code == 204
    assert int(response.headers["Dataset-Version"]) == service.count() == before + 1
    assert service.ask("<urn:a> <urn:b> 1")


def test_an_update_comes_as_a_form(service: Served) -> None:
    text = "update=" + quote("INSERT DATA { <urn:a> <urn:b> 'form' }")
    assert service.client.post("/update", data=text, headers=FORM).status_code == 204
    assert service.ask("<urn:a> <urn:b> 'form'")


def test_a_failing_operation_undoes_those_before_it(service: Served) -> None:
    send(service, "INSERT DATA { <urn:a> <urn:b> 'kept' }")
    before = service.count()
    text = "INSERT DATA { <urn:a> <urn:b> 'lost' } ; DROP GRAPH <urn:x:none>"
    assert send(service, text) == 404
    assert send(service, "INSERT DATA { <urn:a> <urn:b> 'lost' } ; NONSENSE") == 400
    assert service.count() == before
    assert not service.ask("<urn:a> <urn:b> 'lost'")


def test_an_update_that_changes_nothing_makes_no_version(service: Served) -> None:
    send(service, "INSERT DATA { <urn:a> <urn:b> 'same' }")
    before = service.count()
    assert send(service, "INSERT DATA { <urn:a> <urn:b> 'same' }") == 204
    assert service.count() == before


def test_syntax_errors_say_where(service: Served) -> None:
    response = service.client.post("/update", data="INSERT DATA {\n <urn:a> }", headers=UPDATES)
    problem = json.loads(response.data)
    assert (response.status_code, problem["line"]) == (400, 2)
    assert response.mimetype == "application/problem+json"


def test_relative_iris_stand_on_the_address(service: Served) -> None:
    assert send(service, "INSERT DATA { <urn:a> <urn:b> <relative> }") == 204
    assert service.ask("<urn:a> <urn:b> <http://localhost/relative>")


def test_the_request_names_the_graphs_that_are_looked_at(service: Served) -> None:
    assert send(service, "INSERT DATA { GRAPH <urn:x:1> { <urn:s> <urn:p> 1 } }") == 204
    address = "/update?using-graph-uri=" + quote("urn:x:1")
    text = "INSERT { <urn:copied> ?p ?o } WHERE { <urn:s> ?p ?o }"
    assert send(service, text, address) == 204
    assert service.ask("<urn:copied> <urn:p> 1")
    named = "/update?using-named-graph-uri=" + quote("urn:x:1")
    text = "INSERT { <urn:named> ?p ?o } WHERE { GRAPH ?g { <urn:s> ?p ?o } }"
    assert send(service, text, named) == 204
    assert service.ask("<urn:named> <urn:p> 1")
    conflict = "INSERT { <urn:c> ?p ?o } USING <urn:x:2> WHERE { <urn:s> ?p ?o }"
    assert send(service, conflict, address) == 400


BAD = {
    "nothing": ({}, b"", 400),
    "two updates": (FORM, b"update=CLEAR%20ALL&update=CLEAR%20ALL", 400),
    "another type": ({**BEARER, "Content-Type": "text/turtle"}, b"CLEAR ALL", 415),
    "a query type": ({**BEARER, "Content-Type": "application/sparql-query"}, b"ASK {}", 415),
    "another charset": (
        {**BEARER, "Content-Type": "application/sparql-update; charset=utf-16"},
        "CLEAR ALL".encode("utf-16"),
        415,
    ),
    "no UTF-8": (UPDATES, b"INSERT DATA { <urn:a> <urn:b> '\xff' }", 400),
    "no UTF-8 in a form": (FORM, b"update=INSERT%20DATA%20%7B%FF%7D", 400),
    "bad using": (FORM, b"update=CLEAR%20ALL&using-graph-uri=relative", 400),
    "a nul": (UPDATES, b"CLEAR ALL\x00", 400),
    "a load": (UPDATES, b"LOAD <http://127.0.0.1/x>", 403),
    "a service": (UPDATES, b"INSERT { ?s ?p ?o } WHERE { SERVICE <urn:x> { ?s ?p ?o } }", 403),
    "braces": (UPDATES, b"INSERT DATA " + b"{" * 50_000, 400),
    "a chain": (UPDATES, b"DELETE WHERE { ?s <a:b>" + b"/<a:b>" * 9000 + b" ?o }", 400),
    "no gzip": ({**UPDATES, "Content-Encoding": "gzip"}, b"CLEAR ALL", 400),
    "cut gzip": ({**UPDATES, "Content-Encoding": "gzip"}, gzip.compress(b"CLEAR ALL")[:-9], 400),
    "another packing": ({**UPDATES, "Content-Encoding": "br"}, b"CLEAR ALL", 415),
    "a gzip bomb": ({**UPDATES, "Content-Encoding": "gzip"}, gzip.compress(b" " * (70 << 20)), 413),
}


@pytest.mark.parametrize(("headers", "body", "status"), BAD.values(), ids=BAD)
def test_what_cannot_be_done_gets_a_problem_and_changes_nothing(
    service: Served, headers: dict[str, str], body: bytes, status: int
) -> None:
    send(service, "INSERT DATA { <urn:keep> <urn:b> 1 }")
    before = service.count()
    response = service.client.post("/update", data=body, headers=headers or FORM)
    assert response.status_code == status, response.data
    assert response.mimetype == "application/problem+json"
    assert service.count() == before
    assert service.ask("<urn:keep> <urn:b> 1")


def test_packed_updates_are_read(service: Served) -> None:
    text = gzip.compress(b"INSERT DATA { <urn:a> <urn:b> 'packed' }")
    headers = {**UPDATES, "Content-Encoding": "gzip"}
    assert service.client.post("/update", data=text, headers=headers).status_code == 204


def test_other_methods_are_refused_with_those_there_are(service: Served) -> None:
    response = service.client.get("/update?update=CLEAR%20ALL")
    assert response.status_code == 405
    assert response.allow == {"OPTIONS", "POST"}


def test_big_updates_with_many_negative_numbers_pass(service: Served) -> None:
    rows = "".join(f"<urn:n> <urn:v> -{i} . " for i in range(5000))
    assert send(service, f"INSERT DATA {{ GRAPH <urn:x:n> {{ {rows} }} }}") == 204


def test_silent_loads_do_nothing_and_succeed(service: Served) -> None:
    before = service.count()
    assert send(service, "LOAD SILENT <http://127.0.0.1:9/x> INTO GRAPH <urn:x:l>") == 204
    assert service.count() == before
    assert without_loads("load silent <urn:x> ; LOAD SILENT <urn:y>").count("INSERT") == 2


SHAPE = f"<urn:x:act> a <{MG}Act> ."


def test_updates_that_break_the_shapes_are_refused_with_findings(service: Served) -> None:
    before = service.count()
    text = f"INSERT DATA {{ GRAPH <urn:x:acts> {{ {SHAPE} }} }}"
    response = service.client.post("/update", data=text, headers=UPDATES)
    problem = json.loads(response.data)
    assert response.status_code == 422
    assert problem["findings"][0]["focus"] == "urn:x:act"
    assert service.count() == before
    assert send(service, "INSERT DATA { <urn:a> <urn:b> 'after' }") == 204


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("", "An act has a name in English, and at most one in each official language."),
        ("fr-CH, en;q=0.5", "Un acte porte un nom en anglais et un seul au plus"),
        ("ar", "لكل قرار أو مقرر اسم بالإنكليزية"),
        ("de", "An act has a name in English"),
    ],
)
def test_findings_are_told_in_the_language_of_the_writer(
    service: Served, wanted: str, said: str
) -> None:
    text = f"INSERT DATA {{ GRAPH <urn:x:acts> {{ {SHAPE} }} }}"
    headers = UPDATES | {"Accept-Language": wanted}
    response = service.client.post("/update", data=text, headers=headers)
    (finding,) = response.get_json()["findings"]
    assert finding["message"].startswith(said)
    assert set(finding) == {"focus", "path", "value", "shape", "message"}


def test_things_that_refer_to_what_a_write_takes_away_are_looked_at(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        service.workspace.load(service.workspace.build())
        concept = "https://w3id.org/mandategraph/concept/verb/requests"
        text = f"DELETE WHERE {{ GRAPH ?g {{ <{concept}> a ?kind }} }}"
        response = service.client.post("/update", data=text, headers=UPDATES)
        # The ontology that ships with the product still says what the concept is.
        assert response.status_code in {204, 422}
        act = "https://w3id.org/mandategraph/id/act/HSP/HA.1/Res.2"
        text = f"DELETE WHERE {{ GRAPH ?g {{ <{act}> a ?kind }} }}"
        response = service.client.post("/update", data=text, headers=UPDATES)
        assert response.status_code == 422
        assert any("mandate" in found["focus"] for found in response.get_json()["findings"])


def test_a_switch_turns_the_shapes_off(tmp_path: Path) -> None:
    with served(tmp_path, Settings(admin_token=ADMIN, validate_writes=False)) as service:
        assert send(service, f"INSERT DATA {{ {SHAPE} }}") == 204


def rows_of(count: int) -> str:
    rows = "".join(f"<urn:row:{i}> <urn:of:{count}> {i} . " for i in range(count))
    return f"INSERT DATA {{ {rows} }}"


def test_a_write_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        assert send(service, rows_of(3000)) == 204
    with served(tmp_path, Settings(admin_token=ADMIN, write_seconds=1.5)) as service:
        started = time.monotonic()
        text = "INSERT { ?a <urn:q> ?f } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        response = service.client.post("/update", data=text, headers=UPDATES)
        assert (response.status_code, "Retry-After" in response.headers) == (503, True)
        # To its end it would take much longer.
        assert time.monotonic() - started < PATIENCE
        assert send(service, "INSERT DATA { <urn:a> <urn:b> 'next' }") == 204


def test_a_write_that_takes_too_much_memory_costs_itself_alone(tmp_path: Path) -> None:
    settings = Settings(admin_token=ADMIN, write_memory_mb=512)
    with served(tmp_path, settings) as service:
        assert send(service, rows_of(3000)) == 204
        long = "x" * 5000
        text = f"INSERT {{ ?a <urn:q> ?l }} WHERE {{ ?a ?b ?c . ?d ?e ?f BIND(CONCAT('{long}', "
        text += "STR(?a), STR(?d)) AS ?l) }"
        response = service.client.post("/update", data=text, headers=UPDATES)
        assert (response.status_code, b"memory" in response.data) == (400, True)
        response = service.client.post("/update", data=rows_of(1), headers=UPDATES)
        assert response.status_code == 204, response.data


def test_killing_the_writer_loses_no_acknowledged_write(tmp_path: Path) -> None:
    """Every write adds two statements; the store holds both or neither of each."""
    settings = Settings(admin_token=ADMIN, validate_writes=False)
    with served(tmp_path, settings) as service:
        done: list[int] = []
        stop = threading.Event()

        def write(first: int) -> None:
            for number in range(first, 10_000_000, 2):
                if stop.is_set():
                    return
                text = f"INSERT DATA {{ <urn:{number}> <urn:p> 1 , 2 }}"
                try:
                    service.writing.do(Write("update", text=text))
                except WriteError:
                    continue
                done.append(number)

        threads = [threading.Thread(target=write, args=(first,)) for first in (0, 1)]
        for thread in threads:
            thread.start()
        for attempt in range(5):
            before = len(done)
            give_up = time.monotonic() + 60
            while len(done) < before + 2 and time.monotonic() < give_up:
                time.sleep(0.01)
            time.sleep(0.03 * attempt)
            os.kill(service.writer.pid, signal.SIGKILL)
        stop.set()
        for thread in threads:
            thread.join()
        assert len(done) > 5
        table = service.workspace.store.reader().select("SELECT ?s ?o { ?s <urn:p> ?o }")
        held = [str(row[0]) for row in table.rows]
        assert {f"<urn:{number}>" for number in done} <= set(held)
        assert all(held.count(subject) == 2 for subject in set(held))
        send(service, "INSERT DATA { <urn:a> <urn:b> 'next' }")


def test_writes_are_logged(service: Served) -> None:
    send(service, "INSERT DATA { <urn:a> <urn:b> 'logged' }")
    send(service, "DROP GRAPH <urn:x:none>")
    log = service.workspace.settings.home / "log" / "writes.jsonl"
    last = [json.loads(line) for line in log.read_text("utf-8").splitlines()][-2:]
    assert [item["outcome"] for item in last] == ["done", "UnknownGraphError"]
    assert last[0]["who"] == "MANDATEGRAPH_ADMIN_TOKEN"
    assert last[0]["after"] == last[0]["before"] + 1


def test_clients_write_over_a_socket(service: Served) -> None:
    from SPARQLWrapper import POST, SPARQLWrapper

    server = make_server("127.0.0.1", 0, service.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        client = SPARQLWrapper(f"http://127.0.0.1:{server.server_port}/update")
        client.addCustomHttpHeader("Authorization", f"Bearer {ADMIN}")
        client.setMethod(POST)
        client.setQuery("INSERT DATA { <urn:a> <urn:b> 'wrapped' }")
        client.query().response.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert service.ask("<urn:a> <urn:b> 'wrapped'")


def test_a_service_without_a_writer_only_reads(service: Served) -> None:
    service.app.extensions["writing"] = None
    try:
        assert send(service, "CLEAR ALL") == 503
    finally:
        service.app.extensions["writing"] = service.writing


TOUCHED: dict[str, set[str] | None] = {
    "INSERT DATA { <a:b> <a:c> 1 }": {""},
    "WITH <a:g> DELETE { ?s ?p ?o } WHERE { GRAPH <a:h> { ?s ?p ?o } }": {"", "a:g", "a:h"},
    "PREFIX p: <a:> PREFIX p: <b:> COPY SILENT GRAPH p:x TO p:y\\.z": {"", "b:x", "b:y.z"},
    "MOVE <a:1> TO DEFAULT": {"", "a:1"},
    "ADD DEFAULT TO GRAPH <a:1>": {"", "a:1"},
    "CREATE SILENT GRAPH <a:1> ; DROP DEFAULT": {"", "a:1"},
    "CLEAR NAMED": None,
    "DROP SILENT ALL": None,
    "CLEAR GRAPH <relative>": None,
    "CLEAR GRAPH <a:\\u0041>": None,
    "PREFIX p: <a:> CLEAR GRAPH p:x·y": None,
    "CLEAR GRAPH unknown:x": None,
    "INSERT { GRAPH ?g { ?s ?p 1 } } WHERE { ?s ?p ?g }": None,
    "INSERT { <a:b> <a:c> ?o } USING NAMED <a:g> WHERE { GRAPH <a:g> { ?s ?p ?o } }": {"", "a:g"},
    "INSERT DATA { <a:b> <a:c> 'GRAPH <a:d>' } # GRAPH <a:e>": {""},
}


@pytest.mark.parametrize(("text", "graphs"), TOUCHED.items(), ids=range(len(TOUCHED)))
def test_the_graphs_that_an_update_can_touch_are_known(text: str, graphs: set[str] | None) -> None:
    found = touched_graphs(text)
    assert (None if found is None else set(found)) == graphs


def test_a_dataset_goes_into_every_operation() -> None:
    text = "DELETE WHERE { ?s ?p 1 } ; INSERT { ?s ?p 2 } WHERE { ?s ?p 3 { ?s ?p 4 } }"
    found = with_dataset(text, ["a:1"], ["a:2"])
    assert found == (
        "DELETE { ?s ?p 1 } USING <a:1> USING NAMED <a:2> WHERE { ?s ?p 1 } ; "
        "INSERT { ?s ?p 2 } USING <a:1> USING NAMED <a:2> WHERE { ?s ?p 3 { ?s ?p 4 } }"
    )


def test_too_long_an_update_is_refused() -> None:
    with pytest.raises(QueryRefusedError, match="characters"):
        check_update(" " * 10_000_001)

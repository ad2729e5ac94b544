"""Data for programs: files of answers, things by their IRIs, headers on everything."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat

from graph.errors import (
    MandateGraphError,
    ParameterError,
    QueryRefusedError,
    QuerySyntaxError,
    SettingsError,
    StoreBusyError,
    StoreMissingError,
    UnknownQuestionError,
    UnknownThingError,
)
from graph.library.question import read_library
from graph.settings import Settings
from graph.store.embedded import EmbeddedReader
from graph.workers.pool import WorkerPool
from graph.workspace import Workspace
from service.app import create_app
from service.statuses import status_of

BASE = "https://w3id.org/mandategraph/"
ACT = "act/HSP/HA.1/Res.5"
FORMATS = {
    "text/turtle": ("ttl", RdfFormat.TURTLE),
    "application/n-triples": ("nt", RdfFormat.N_TRIPLES),
    "application/ld+json": ("jsonld", RdfFormat.JSON_LD),
    "application/rdf+xml": ("rdf", RdfFormat.RDF_XML),
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("question", read_library().questions)
def test_every_answer_is_a_file_in_the_order_of_its_columns(
    client: FlaskClient, store: EmbeddedReader, question: str
) -> None:
    response = client.get(f"/questions/{question}.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response.headers["Content-Disposition"] == f'inline; filename="{question}.csv"'
    header, *rows = csv.reader(io.StringIO(response.text))
    expected = store.select(read_library().questions[question].bound({}, "en"))
    assert tuple(header) == expected.columns
    assert len(rows) == len(expected.rows)
    document = client.get(f"/questions/{question}.json").get_json()
    assert document["columns"] == header
    assert len(document["rows"]) == len(rows)
    assert document["version"]["number"] == 1


def test_a_file_takes_parameters_and_a_language(client: FlaskClient) -> None:
    address = "/questions/mandates.json?act=HSP/HA.1/Res.2&lang=zh"
    document = client.get(address).get_json()
    assert len(document["rows"]) == 9
    assert document["language"] == "zh"
    assert document["parameters"] == {"act": "HSP/HA.1/Res.2"}


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/questions/mandate", 404, "Did you mean"),
        ("/questions/mandate.csv", 404, "mandates"),
        ("/questions/mandates.ods", 404, "no question"),
        ("/questions/mandates.csv?nothing=1", 400, "no parameter"),
        ("/questions/mandates.json?act=Res.99", 400, "Res.99"),
        ("/questions/mandates.json?act=%00", 400, "not known"),
        ("/questions/mandates.json?act=%FF", 400, "not known"),
        ("/questions/mandates.json?act=a&act=b", 400, "2 times"),
        ("/questions/events.json?from=31.5.2019", 400, "year-month-day"),
        ("/questions/agencies-across-acts.json?minimum=two", 400, "whole number"),
        ("/questions/mandates.json?lang=de", 400, "lang must be one of"),
        ("/page/act/HSP/HA.1/Res.99", 404, "Nothing is known"),
        ("/page/%3E%20%7B", 404, "Nothing is known"),
        ("/id/%FF", 404, "Nothing is known"),
        ("/id/nothing", 404, "Nothing is known"),
        ("/data/nothing.ttl", 404, "Nothing is known"),
        ("/ontology/Nothing", 404, "Nothing is known"),
        ("/concept/verb/nothing", 404, "Nothing is known"),
        ("/nothing", 404, "no page"),
    ],
)
def test_what_cannot_be_met_is_told_in_a_sentence(
    client: FlaskClient, address: str, status: int, words: str
) -> None:
    response = client.get(address, headers={"Accept": "application/json"})
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    problem = json.loads(response.text)
    assert problem["status"] == status
    assert words in problem["detail"]
    page = client.get(address, headers={"Accept": BROWSER})
    assert page.status_code == status
    assert page.mimetype == "text/html"
    assert "Traceback" not in page.text


def test_a_wrong_parameter_is_named_and_stays_in_the_form(client: FlaskClient) -> None:
    address = "/questions/events?from=31.5.2019"
    page = client.get(address, headers={"Accept": BROWSER})
    assert 'role="alert"' in page.text
    assert 'name="from" value="31.5.2019" aria-invalid="true"' in page.text
    problem = client.get("/questions/events.csv?from=31.5.2019").get_json(force=True)
    assert problem["parameter"] == "from"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_written(client: FlaskClient, method: str) -> None:
    response = getattr(client, method)("/questions", headers={"Accept": "application/json"})
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("accept", "place"),
    [
        (BROWSER, "page"),
        ("text/html", "page"),
        ("text/turtle", "data"),
        ("application/ld+json, text/html;q=0.5", "data"),
        ("text/turtle;charset=utf-8", "data"),
        ("*/*", "data"),
        ("", "data"),
    ],
)
def test_a_name_leads_to_a_page_or_to_data(client: FlaskClient, accept: str, place: str) -> None:
    response = client.get(f"/id/{ACT}", headers={"Accept": accept})
    assert response.status_code == 303
    assert response.headers["Location"] == f"/{place}/{ACT}"
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize("accept", ["image/png", "text/html;q=0, image/png"])
def test_what_is_not_there_is_not_acceptable(client: FlaskClient, accept: str) -> None:
    for address in (f"/id/{ACT}", f"/data/{ACT}", "/ontology/Act"):
        response = client.get(address, headers={"Accept": accept})
        assert response.status_code == 406
        assert "text/turtle" in response.get_json(force=True)["detail"]


@pytest.mark.parametrize("media_type", FORMATS)
def test_data_come_in_every_format_and_say_the_same(client: FlaskClient, media_type: str) -> None:
    suffix, form = FORMATS[media_type]
    asked = client.get(f"/data/{ACT}", headers={"Accept": media_type})
    named = client.get(f"/data/{ACT}.{suffix}", headers={"Accept": "text/html"})
    assert asked.mimetype == named.mimetype == media_type
    assert asked.data == named.data
    reference = pyoxigraph.parse(client.get(f"/data/{ACT}.nt").data, format=RdfFormat.N_TRIPLES)
    assert set(pyoxigraph.parse(asked.data, format=form)) == set(reference)
    assert "Accept" in asked.headers["Vary"]
    assert "localhost" not in asked.text


def test_data_hold_the_statements_their_sources_and_the_gaps(client: FlaskClient) -> None:
    data = client.get("/data/funding/unda-cmr.nt")
    triples = set(pyoxigraph.parse(data.data, format=RdfFormat.N_TRIPLES))
    thing = NamedNode(f"{BASE}id/funding/unda-cmr")
    terms = {term for triple in triples for term in (triple.predicate, triple.object)}
    assert any(triple.subject == thing for triple in triples)
    assert {NamedNode(f"{BASE}ontology/{name}") for name in ("inSource", "gapProperty")} <= terms


def test_terms_and_concepts_answer_at_their_own_path(client: FlaskClient) -> None:
    for address in ("/ontology/Act", "/concept/verb/requests", "/ontology/"):
        assert client.get(address, headers={"Accept": BROWSER}).mimetype == "text/html"
        data = client.get(address, headers={"Accept": "text/turtle"})
        assert data.mimetype == "text/turtle"
        assert "Accept" in data.headers["Vary"]
    assert client.get("/ontology/Act.jsonld").mimetype == "application/ld+json"


def test_the_base_of_iris_is_a_setting(tmp_path: Path, pool: WorkerPool) -> None:
    settings = Settings(home=tmp_path, base="https://data.example/x/")
    installation = Workspace(settings)
    installation.load(installation.build())
    client = create_app(installation, pool.ask).test_client()
    page = client.get(f"/page/{ACT}")
    assert "https://data.example/x/id/act/HSP/HA.1/Res.5" in page.text
    assert f'href="/page/{ACT}/paragraph/1"' in page.text


def test_every_response_is_guarded(client: FlaskClient) -> None:
    addresses = ("/", "/static/style.css", "/nothing", "/sparql?query=x", f"/data/{ACT}.ttl")
    for address in (*addresses, "/questions/mandates.csv", "/health", "/questions/mandates"):
        with client.get(address) as response:
            assert response.headers["Content-Security-Policy"].startswith("default-src 'none';")
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "address", ["/questions/mandates", "/questions/mandates.csv", f"/data/{ACT}.ttl", "/"]
)
def test_who_has_an_answer_is_told_that_it_still_holds(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    other = client.get(f"{address}?lang=fr", headers={"If-None-Match": first.headers["ETag"]})
    assert address.startswith("/data") or other.status_code == 200


@pytest.mark.parametrize("address", [f"/data/{ACT}", "/questions/mandates.csv", "/sparql"])
def test_programs_in_other_pages_may_read_the_data(client: FlaskClient, address: str) -> None:
    response = client.options(address)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_machines_find_what_they_look_for(client: FlaskClient) -> None:
    assert client.get("/health").text == "ok\n"
    version = client.get("/version").get_json()
    assert version["dataset"]["number"] == 1
    with client.get("/favicon.ico") as icon:
        assert icon.mimetype == "image/svg+xml"
    assert client.head("/questions/mandates.csv").data == b""


def test_a_fault_of_ours_shows_nothing_of_our_insides(
    workspace: Workspace, pool: WorkerPool
) -> None:
    app = create_app(workspace, pool.ask)

    @app.get("/fault")
    def fault() -> str:
        raise ZeroDivisionError("the secret")

    for accept in (BROWSER, "application/json"):
        response = app.test_client().get("/fault", headers={"Accept": accept})
        assert response.status_code == 500
        assert "secret" not in response.text
        assert "Zero" not in response.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (QuerySyntaxError("x"), 400),
        (QueryRefusedError("x"), 400),
        (ParameterError("a", "x"), 400),
        (UnknownQuestionError("x"), 404),
        (UnknownThingError("x"), 404),
        (StoreMissingError("x"), 503),
        (StoreBusyError("x"), 503),
        (SettingsError("x"), 500),
    ],
)
def test_every_error_has_its_status(error: MandateGraphError, status: int) -> None:
    assert status_of(error) == status


def test_a_newer_version_is_served_without_a_restart(tmp_path: Path, pool: WorkerPool) -> None:
    installation = Workspace(Settings(home=tmp_path))
    client = create_app(installation, pool.ask).test_client()
    assert client.get("/version").get_json()["dataset"]["number"] == 0
    installation.load(installation.build()[:1])
    assert client.get("/version").get_json()["dataset"]["number"] == 1
    installation.load(installation.build())
    assert client.get("/version").get_json()["dataset"]["number"] == 2
    assert client.get(f"/page/{ACT}").status_code == 200

"""The SPARQL endpoint: formats, refusals, and what it makes of bad input."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest

from tests.visitor import Visitor

SELECT = "SELECT ?s WHERE { ?s a <https://w3id.org/mandategraph/ontology/Resolution> } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
LONGEST_ADDRESS = 50_000
HTML = {"Accept": "text/html"}


def address(query: str, **fields: str) -> str:
    return "/sparql?" + urlencode({"query": query, **fields})


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        ("", SELECT, "application/sparql-results+json"),
        ("*/*", SELECT, "application/sparql-results+json"),
        ("application/json", SELECT, "application/sparql-results+json"),
        ("application/sparql-results+xml", SELECT, "application/sparql-results+xml"),
        ("text/csv", SELECT, "text/csv"),
        ("TEXT/CSV; charset=utf-8", SELECT, "text/csv"),
        ("text/tab-separated-values", SELECT, "text/tab-separated-values"),
        ("text/csv;q=0.5, text/tab-separated-values", SELECT, "text/tab-separated-values"),
        (
            "*/*, application/sparql-results+json;q=0, application/json;q=0, text/csv;q=0",
            SELECT,
            "application/sparql-results+xml",
        ),
        ("text/csv, , ;q=1, text/html;q=x", SELECT, "text/csv"),
        ("*/*", "ASK {}", "application/sparql-results+json"),
        ("*/*", CONSTRUCT, "text/turtle"),
        ("application/n-triples", CONSTRUCT, "application/n-triples"),
        ("application/ld+json", CONSTRUCT, "application/ld+json"),
        ("application/rdf+xml", CONSTRUCT, "application/rdf+xml"),
        ("*/*", "DESCRIBE <https://w3id.org/mandategraph/id/country/CMR>", "text/turtle"),
    ],
)
def test_the_answer_comes_as_it_is_liked_best(
    live: Visitor, accept: str, query: str, media_type: str
) -> None:
    response = live.get(address(query), headers={"Accept": accept})
    assert response.status_code == 200
    assert response.mimetype == media_type
    assert response.data
    assert "Accept" in response.headers["Vary"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("form", "query", "media_type"),
    [
        ("csv", SELECT, "text/csv"),
        ("xml", SELECT, "application/sparql-results+xml"),
        ("application/sparql-results+json", SELECT, "application/sparql-results+json"),
        ("ttl", CONSTRUCT, "text/turtle"),
        ("jsonld", CONSTRUCT, "application/ld+json"),
        ("html", SELECT, "text/html"),
    ],
)
def test_format_in_the_address_decides_before_accept(
    live: Visitor, form: str, query: str, media_type: str
) -> None:
    response = live.get(address(query, format=form), headers={"Accept": "image/png"})
    assert response.mimetype == media_type


@pytest.mark.parametrize(
    ("query", "accept", "form", "known"),
    [
        (SELECT, "image/png", "", "text/csv"),
        (SELECT, "text/turtle", "", "text/csv"),
        (CONSTRUCT, "text/csv", "", "text/turtle"),
        (SELECT, "*/*", "xlsx", "text/csv"),
        (CONSTRUCT, "*/*", "tsv", "text/turtle"),
    ],
)
def test_a_format_that_is_not_there_is_not_acceptable(
    live: Visitor, query: str, accept: str, form: str, known: str
) -> None:
    fields = {"format": form} if form else {}
    response = live.get(address(query, **fields), headers={"Accept": accept})
    assert response.status_code == 406
    assert known in response.get_json(force=True)["detail"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (SELECT.encode(), QUERY),
        (SELECT.encode(), f"{QUERY}; charset=UTF-8"),
        (urlencode({"query": SELECT}).encode(), FORM),
    ],
)
def test_a_query_can_be_posted(live: Visitor, body: bytes, kind: str) -> None:
    response = live.post("/sparql", data=body, content_type=kind)
    assert response.status_code == 200
    assert response.data == live.get(address(SELECT)).data


def test_a_query_in_any_script_is_read_as_it_is(live: Visitor) -> None:
    query = 'SELECT ("请 يطلب é 𝄞" AS ?x) {}'
    for response in (
        live.get(address(query)),
        live.post("/sparql", data=query.encode(), content_type=QUERY),
    ):
        bindings = json.loads(response.data)["results"]["bindings"]
        assert bindings[0]["x"]["value"] == "请 يطلب é 𝄞"


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [("SELECT * WHERE {", 1, None), ("SELECT *\nWHERE { ?s ?p }", 2, 16), ("", None, None)],
)
def test_a_mistake_is_told_with_its_place(
    live: Visitor, query: str, line: int | None, column: int | None
) -> None:
    response = live.get(address(query))
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    problem = json.loads(response.text)
    assert problem.get("line") == line
    assert column is None or problem["column"] == column


def test_a_mistake_is_shown_in_the_page_beside_the_query(live: Visitor) -> None:
    response = live.get(address("SELECT *\nWHERE { ?s <b> }", lang="en"), headers=HTML)
    assert response.status_code == 400
    assert "at line 2, column" in response.text
    assert "   2  WHERE { ?s &lt;b&gt; }\n" in response.text
    assert 'aria-invalid="true"' in response.text
    assert "SELECT *\nWHERE { ?s &lt;b&gt; }</textarea>" in response.text


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 403, "SERVICE is refused"),
        ("INSERT DATA { <urn:a> <urn:b> 1 }", 400, "not SPARQL"),
        ("LOAD <http://127.0.0.1/>", 400, "not SPARQL"),
        ("SELECT * " + "{" * 5000 + "}" * 5000, 400, "brackets are open"),
        ("SELECT * { ?s ?p ?o FILTER(1" + "+1" * 7000 + ") }", 400, "stands more than"),
        ("ASK { ?s ?p 'a\x00' }", 400, "NUL"),
        ("SELECT ?x" + " " * 150_000 + "{}", 400, "characters"),
    ],
)
def test_what_is_not_allowed_is_refused(live: Visitor, query: str, status: int, words: str) -> None:
    replies = [live.post("/sparql", data=query.encode(), content_type=QUERY)]
    if len(query) < LONGEST_ADDRESS:
        replies.append(live.get(address(query)))
    for response in replies:
        assert response.status_code == status
        assert words in json.loads(response.text)["detail"]
    form = urlencode({"query": query}).encode()
    page = live.post("/sparql", data=form, content_type=FORM, headers=HTML)
    assert page.status_code == status
    assert 'role="alert"' in page.text


def test_a_function_that_is_not_known_has_no_value(live: Visitor) -> None:
    reply = live.get(address("SELECT (<urn:f>(1) AS ?x) (2 AS ?y) {}"), {"Accept": "text/csv"})
    assert reply.text == "x,y\r\n,2\r\n"


def test_relative_iris_are_of_the_address_that_was_asked(live: Visitor) -> None:
    reply = live.get(address("SELECT (<x> AS ?x) {}"), {"Accept": "text/csv"})
    assert reply.text == f"x\r\nhttp://127.0.0.1:{live.port}/x\r\n"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"\xff\xfe", QUERY, 400),
        (b"query=%FF%FE", FORM, 400),
        (b"query=\xff", FORM, 400),
        (b"query=ASK%7B%7D&query=ASK%7B%7D", FORM, 400),
        (b"update=CLEAR%20ALL", FORM, 400),
        (b"query=ASK%7B%7D&default-graph-uri=not%20an%20iri", FORM, 400),
        (b"query=%ZZ", FORM, 400),
        (b"a=1&" * 2000, FORM, 400),
        (b"", FORM, 400),
        (SELECT.encode("utf-16"), f"{QUERY}; charset=utf-16", 415),
        (SELECT.encode(), "text/plain", 415),
        (b"CLEAR ALL", "application/sparql-update", 415),
        (b"{}", "application/json", 415),
        (SELECT.encode(), "", 415),
        (b"x" * ((1 << 20) + 1), QUERY, 413),
        (b"query=" + b"x" * ((1 << 20) + 1), FORM, 413),
    ],
)
def test_a_body_that_cannot_be_read_is_not_guessed_at(
    live: Visitor, body: bytes, kind: str, status: int
) -> None:
    response = live.post("/sparql", data=body, headers={"Content-Type": kind} if kind else {})
    assert response.status_code == status
    assert json.loads(response.text)["status"] == status


@pytest.mark.parametrize(
    "fields", ["query=%FF", "query=ASK{}&query=ASK{}", "query=ASK{}&named-graph-uri=x y"]
)
def test_an_address_that_cannot_be_read_is_not_guessed_at(live: Visitor, fields: str) -> None:
    assert live.get(f"/sparql?{quote(fields, safe='=&%{}')}").status_code == 400


def test_the_form_offers_prefixes_and_a_query_that_runs(live: Visitor) -> None:
    page = live.get("/sparql?lang=en", headers=HTML).text
    assert "PREFIX mg: &lt;https://w3id.org/mandategraph/ontology/&gt;" in page
    query = page.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    query = query.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')
    assert json.loads(live.get(address(query)).data)["results"]["bindings"]


def test_the_page_shows_each_kind_of_answer(live: Visitor) -> None:
    table = live.get(address(SELECT, lang="en"), headers=HTML).text
    assert 'href="/page/act/HSP/HA.1/Res.5' in table
    assert "format=csv" in table
    assert ">Yes<" in live.get(address("ASK {}", lang="en"), headers=HTML).text
    graph = live.get(address(CONSTRUCT, lang="en"), headers=HTML).text
    assert "format=turtle" in graph
    none = live.get(address("SELECT * { <urn:x> ?p ?o }", lang="en"), headers=HTML).text
    assert "No solution" in none

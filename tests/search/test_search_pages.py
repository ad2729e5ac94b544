"""Search over HTTP, and at the command line: what people and programs get."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from graph.search.expressions import MAX_TEXT
from graph.vocabulary import LANGUAGES
from graph.workspace import Workspace
from tests import terminal
from tests.visitor import Visitor

HTML = {"Accept": "text/html"}
ACT = "/page/act/HSP/HA.1/Res.5"
CITED = [
    "resolution 1/5",
    "HSP/HA.1/Res.5",
    "第 1/5 号决议",
    "قرار 1/5",
    "резолюция 1/5",
    "résolution 1/5",
]
BAD = ["x" * (MAX_TEXT + 1), "é" * 10_000]
ODD = [
    '"',
    '" OR "',
    "NEAR(a b)",
    "a*",
    "-a",
    "{name_en}: a",
    "\x00",
    "a\x00b",
    "%",
    "' --",
    "城",
    "ـ",
    "<script>",
]


@pytest.mark.parametrize("text", CITED)
def test_a_citation_leads_straight_to_the_act(client: FlaskClient, text: str) -> None:
    reply = client.get("/search", query_string={"q": text}, headers=HTML)
    assert (reply.status_code, reply.headers["Location"]) == (303, ACT)
    reply = client.get("/search", query_string={"q": text, "lang": "fr"}, headers=HTML)
    assert reply.headers["Location"] == f"{ACT}?lang=fr"
    assert client.get("/search", query_string={"q": text, "all": "1"}).status_code == 200


def test_a_citation_that_leaves_it_open_is_a_choice(client: FlaskClient) -> None:
    page = client.get("/search?q=1/3", headers=HTML).get_data(as_text=True)
    assert "Which of these do you mean?" in page
    assert page.index("un-habitat-assembly-decision-1-3") < page.index("/page/act/HSP/HA.1/Res.3")


@pytest.mark.parametrize("text", CITED)
def test_symbols_are_addresses(client: FlaskClient, text: str) -> None:
    address = f"/symbol/{quote(text)}"
    assert client.get(address, headers=HTML).headers["Location"] == ACT
    reply = client.get(address, headers={"Accept": "text/turtle"})
    assert reply.status_code == 303
    assert "Accept" in reply.headers["Vary"]
    assert (
        b"HSP/HA.1/Res.5"
        in client.get(reply.headers["Location"], headers={"Accept": "text/turtle"}).data
    )


def test_symbols_that_mean_several_or_nothing(client: FlaskClient) -> None:
    assert client.get("/symbol/1/3", headers=HTML).headers["Location"] == "/search?q=1/3"
    reply = client.get("/symbol/HSP/HA.1/Res.55")
    assert reply.status_code == 404
    assert "HSP/HA.1/Res.5" in json.loads(reply.data)["detail"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_results_are_whole_without_scripts(client: FlaskClient, language: str) -> None:
    page = client.get(f"/search?q=cities&lang={language}", headers=HTML).get_data(as_text=True)
    assert "<mark>" in page
    assert 'rel="next"' in page
    assert f"/search?q=cities&amp;kind=mg:Act&amp;lang={language}" in page


def test_a_language_that_is_not_that_of_the_page_is_shown(client: FlaskClient) -> None:
    page = client.get("/search?q=Камерун&lang=fr", headers=HTML).get_data(as_text=True)
    assert "Cameroun" in page
    assert '<span lang="ru" dir="auto"><mark>Камерун</mark></span> <small class="tongue"' in page


def test_json_says_what_the_page_says(client: FlaskClient) -> None:
    found = json.loads(client.get("/search.json?q=cities&kind=mg:Mandate").data)
    assert found["count"] == len(found["hits"]) > 0
    assert all(hit["kind"].endswith("/Mandate") for hit in found["hits"])
    assert all(hit["actSymbol"] and hit["paragraph"] for hit in found["hits"])
    assert {"kind", "body", "year", "language"} <= set(found["facets"])
    country = json.loads(client.get("/search.json?q=project&country=country/CMR").data)
    found_there = [hit["thing"].rpartition("/")[2] for hit in country["hits"]]
    assert found_there == ["unda-cmr", "urban-rural-projects"]


@pytest.mark.parametrize("text", [*BAD, *ODD])
def test_nothing_that_is_asked_is_an_error_of_ours(client: FlaskClient, text: str) -> None:
    expected = 400 if text in BAD else 200
    for address in ("/search", "/search.json", "/search/suggest"):
        for headers in (HTML, {}):
            reply = client.get(address, query_string={"q": text}, headers=headers)
            assert reply.status_code == expected, address
            assert b"<script>" not in reply.data or reply.mimetype == "application/json"


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=99999999", "in=xx", "colour=red", "q=a&q=b"]
)
def test_wrong_parameters_are_told(client: FlaskClient, query: str) -> None:
    assert client.get(f"/search?{query}", headers=HTML).status_code == 400
    assert client.get(f"/search.json?{query}").status_code == 400


def test_a_page_after_the_last_is_empty(client: FlaskClient) -> None:
    assert json.loads(client.get("/search.json?q=cities&page=9000").data)["hits"] == []


def test_scripts_come_from_here_alone(client: FlaskClient) -> None:
    reply = client.get("/search", headers=HTML)
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'; connect-src 'self'" in policy
    with client.get("/static/search.js") as script:
        assert script.mimetype == "text/javascript"


def test_an_empty_installation_finds_nothing(empty: FlaskClient) -> None:
    assert empty.get("/search?q=cities", headers=HTML).status_code == 200
    assert json.loads(empty.get("/search.json?q=cities").data)["count"] == 0
    assert empty.get("/symbol/HSP/HA.1/Res.5").status_code == 404


def test_the_question_is_answered_from_the_index(client: FlaskClient) -> None:
    reply = client.get("/questions/search.json?text=project+camer")
    assert [row["thing"].rpartition("/")[2] for row in json.loads(reply.data)["rows"]] == [
        "unda-cmr"
    ]


def test_search_over_a_socket(live: Visitor) -> None:
    assert live.get("/search?q=resolution%201/5", headers=HTML).headers["Location"] == ACT
    found = json.loads(live.get("/search.json?q=cities").data)
    assert found["count"] > len(found["hits"]) == 20
    assert live.get("/search?q=" + "x" * 10_000, headers=HTML).status_code == 400
    assert live.get("/search?q=%00%ff%22", headers=HTML).status_code == 200


def run(workspace: Workspace, *words: str) -> str:
    result = terminal.run(workspace.settings.home, *words)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_finds_the_same(workspace: Workspace) -> None:
    rows = list(
        csv.DictReader(io.StringIO(run(workspace, "search", "cameroon", "--format", "csv")))
    )
    assert [row["thing"].rpartition("/")[2] for row in rows] == ["CMR", "unda-cmr"]
    found = json.loads(run(workspace, "search", "resolution", "1/5", "--format", "json"))
    assert [act["actSymbol"] for act in found["acts"]] == ["HSP/HA.1/Res.5"]
    table = run(
        workspace, "search", "cities", "--kind", "Mandate", "--lang", "fr", "--format", "table"
    )
    assert "HSP/HA.1/Res.2" in table
    assert "0 hits" in run(workspace, "search", "zeppelin", "--format", "table")
    asked = run(
        workspace, "ask", "search", "--text", "camer", "--language", "en", "--format", "csv"
    )
    assert "country/CMR" in asked

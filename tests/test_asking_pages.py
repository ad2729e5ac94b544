"""The pages on which people ask: rows in order, the editor, the schema and its terms."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from graph.terms.demands import read_demands, read_members
from graph.terms.ontology import read_terms
from graph.vocabulary import LANGUAGES, mg
from service.pages import sparql, views

HTML = {"Accept": "text/html"}
EVENTS = "/questions/events"


def shown(page: str) -> list[str]:
    """Return the text of the first cell of each row."""
    cells = re.findall(r"<tr>\s*<td[^>]*>(.*?)</td>", page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]


def test_a_heading_sorts_the_rows_and_says_so(client: FlaskClient) -> None:
    up = client.get(f"{EVENTS}?sort=eventName", headers=HTML).text
    down = client.get(f"{EVENTS}?sort=-eventName", headers=HTML).text
    assert 'aria-sort="ascending"' in up
    assert 'aria-sort="descending"' in down
    assert shown(up) == sorted(shown(up), key=str.casefold)
    assert shown(down) == shown(up)[::-1]
    assert f'href="{EVENTS}?sort=-eventName&amp;lang' not in up
    assert re.search(rf'href="{EVENTS}\?sort=-eventName"', up)


def test_dates_sort_as_days_and_gaps_come_last(client: FlaskClient) -> None:
    page = client.get(f"{EVENTS}?sort=-start", headers=HTML).text
    starts = re.findall(r'column-start[^>]*"><time datetime="([^"]+)"', page)
    assert starts == sorted(starts, reverse=True)


def test_a_filter_keeps_the_rows_with_its_words(client: FlaskClient) -> None:
    page = client.get(f"{EVENTS}?filter=forum+2020", headers=HTML).text
    assert {name for name in shown(page)} == {"Tenth session of the World Urban Forum"}
    assert "Rows 1 to 1 of 1; the answer has 14" in page
    assert "No row has these words." in client.get(f"{EVENTS}?filter=zzz", headers=HTML).text


def test_pages_of_rows_are_links_with_totals(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 5)
    whole = shown(client.get(EVENTS, headers=HTML).text)
    assert len(whole) == 5
    last = client.get(f"{EVENTS}?page=3&sort=eventName", headers=HTML).text
    assert "Page 3 of 3" in last
    assert "Rows 11 to 14 of 14" in last
    assert 'rel="next"' not in last
    assert re.search(r'href="[^"]*sort=eventName&amp;page=2[^"]*" rel="prev"', last)


@pytest.mark.parametrize("fields", ["sort=nothing", "page=0", "page=x", "sort=a&sort=b&act=1"])
def test_a_view_that_there_is_not_is_refused(client: FlaskClient, fields: str) -> None:
    assert client.get(f"{EVENTS}?{fields}", headers=HTML).status_code == 400


def test_files_take_no_view(client: FlaskClient) -> None:
    assert client.get(f"{EVENTS}.csv?filter=forum").status_code == 400


def test_an_example_of_the_library_is_put_into_the_form(client: FlaskClient) -> None:
    page = client.get("/sparql?example=events&lang=fr", headers=HTML).text
    assert "SELECT DISTINCT ?event ?eventName" in page
    assert "&#34;fr&#34;" in page


def test_answers_to_queries_have_a_chart_where_one_fits(client: FlaskClient) -> None:
    query = "SELECT ?c (COUNT(*) AS ?n) { ?x a ?c } GROUP BY ?c"
    page = client.get("/sparql", query_string={"query": query}, headers=HTML).text
    assert "Show as a chart" in page
    page = client.get("/sparql", query_string={"query": "SELECT * { ?s a ?c } LIMIT 1"}).text
    assert "Show as a chart" not in page


def test_a_mistake_is_told_with_its_place(client: FlaskClient) -> None:
    page = client.get("/sparql", query_string={"query": "SELECT * {\n ?a ?? ?b }"}, headers=HTML)
    assert page.status_code == 400
    assert 'data-line="2"' in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_editor_is_told_every_term_in_the_language_of_the_page(
    client: FlaskClient, language: str
) -> None:
    found = client.get(f"/sparql/terms.json?lang={language}").get_json()
    labels = {term["name"]: term["label"] for term in found["terms"]}
    assert set(labels) >= {term.written for term in read_terms().values()}
    assert labels["mg:Mandate"] == read_terms()[mg("Mandate").value].labels[language]
    assert found["prefixes"]["mg"] == mg("").value


def test_styles_of_the_editor_are_let_in_by_a_word_for_one_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparql, "built_script", lambda name: f"vendor/{name}.X.js")
    seen = set()
    for _ in range(2):
        response = client.get("/sparql", headers=HTML)
        (nonce,) = re.findall(r'data-nonce="([^"]+)"', response.text)
        assert f"style-src 'self' 'nonce-{nonce}';" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"
        assert 'src="/static/vendor/editor.X.js"' in response.text
        seen.add(nonce)
    assert len(seen) == 2
    assert "nonce" not in client.get("/", headers=HTML).headers["Content-Security-Policy"]


def test_the_form_is_whole_where_no_editor_was_built(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparql, "built_script", lambda name: "")
    response = client.get("/sparql", headers=HTML)
    assert "vendor" not in response.text
    assert "nonce" not in response.headers["Content-Security-Policy"]
    assert '<textarea id="query"' in response.text


def test_the_schema_has_every_class_with_every_property(client: FlaskClient) -> None:
    page = client.get("/schema?lang=en", headers=HTML).text
    for term in read_terms().values():
        if term.kind == "class":
            assert f'href="/ontology/{term.iri.rpartition("/")[2]}?lang=en"' in page
    members = sum(len(found) for kind, found in read_members().items() if kind in read_terms())
    assert page.count('<th scope="row">') >= members
    assert page.count('class="row"') >= members


def test_the_number_of_values_is_that_of_the_shapes() -> None:
    funder = {m.property: m for m in read_members()[mg("FundingArrangement").value]}
    assert funder[mg("funder").value].most == 1
    assert funder[mg("funder").value].values == (mg("Party").value,)


def test_a_term_has_its_names_its_rules_and_its_uses(client: FlaskClient) -> None:
    page = client.get("/ontology/funder?lang=fr", headers=HTML).text
    term = read_terms()[mg("funder").value]
    assert all(f'<bdi lang="{tag}">{term.labels[tag]}</bdi>' in page for tag in LANGUAGES)
    told = [d.messages["fr"] for d in read_demands() if d.property == term.iri]
    assert told
    assert all(message.replace("'", "&#39;") in page for message in told)
    assert re.search(r'id="uses">[^<]+<span class="quiet">9</span>', page)

"""Pages for people: what they show, in which language, and what they never let through."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal

from graph.library.question import read_library
from graph.store.interface import Table
from graph.vocabulary import LANGUAGES
from service.pages.tables import MAX_ROWS

QUESTIONS = tuple(read_library().questions)
ACT = "/page/act/HSP/HA.1/Res.5"
PARAGRAPH = "/page/document/ed-report-eb1-resumed/paragraph/23"
PAGES = (
    "/",
    "/questions",
    *(f"/questions/{question}" for question in QUESTIONS),
    ACT,
    f"{ACT}/paragraph/3",
    PARAGRAPH,
    "/page/document/ed-report-eb1-resumed",
    "/page/country/CMR",
    "/page/agency/un-habitat",
    "/page/mandate/HSP/HA.1/Res.5/3",
    "/list/Country",
    "/compare",
    "/compare?older=HSP/HA.1/Res.2&newer=HSP/HA.1/Res.5",
    "/page/funding/unda-cmr",
    "/page/event/wuf-10",
    "/calendar",
    "/calendar?act=HSP/HA.1/Res.5&country=CHN",
    "/ontology/",
    "/developers",
    "/ontology/Act",
    "/ontology/0.1.0",
    "/ontology/funder",
    "/schema",
    "/questions/events?sort=-start&filter=2019",
    "/questions/events?filter=nothing+has+this",
    "/concept/verb",
    "/concept/verb/requests",
    "/sparql",
    "/sparql?query=SELECT+*+%7B+?s+?p+?o+%7D+LIMIT+3",
    "/search",
    "/search?q=gender+equality",
    "/search?q=1/3",
)
HTML = {"Accept": "text/html"}
VOID = {"meta", "link", "input", "br", "path", "circle", "rect", "line"}
SCRIPT = "<script>alert(1)</script>"


class Outline(HTMLParser):
    """Reads a page, and notes what accessibility and safety hang on."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.labelled: list[str] = []
        self.fields: list[str] = []
        self.headings: list[int] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        # Linked data in a page are nothing that runs.
        harmless = is_ours(values) or values.get("type") == "application/ld+json"
        if (tag in {"script", "style", "iframe"} and not harmless) or "style" in values:
            self.faults.append(f"{tag} is not allowed")
        self.faults += [f"{name} is a script" for name in values if name.startswith("on")]
        if (name := values.get("id")) is not None:
            self.ids.append(name)
        if tag == "label":
            self.labelled.append(values.get("for") or "")
        if tag in {"select", "textarea"} or (tag == "input" and values.get("type") != "hidden"):
            self.fields.append(values.get("id") or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "th" and "scope" not in values:
            self.faults.append("th without scope")
        if tag in {"a", "link", "img", "form"}:
            address = values.get("href") or values.get("src") or values.get("action") or ""
            self.addresses.append(address)
            if tag in {"link", "img", "form"} and not address.startswith("/"):
                self.faults.append(f"{tag} leads to {address}")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def is_ours(values: dict[str, str | None]) -> bool:
    """Return whether a script is a file of the service, without which the page works too."""
    return values.get("type") == "module" and (values.get("src") or "").startswith("/static/")


def outline(text: str) -> Outline:
    read = Outline()
    read.feed(text)
    return read


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_whole_and_accessible(
    client: FlaskClient, address: str, language: str
) -> None:
    join = "&" if "?" in address else "?"
    response = client.get(f"{address}{join}lang={language}", headers=HTML)
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    page = outline(response.text)
    assert page.faults == []
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert set(page.fields) <= set(page.labelled)
    assert page.headings.count(1) == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after - before <= 1 for before, after in steps)
    assert response.text.count('<main id="content"') == 1


@pytest.mark.parametrize("address", ["/", ACT, "/questions", "/ontology/Act", "/schema"])
def test_every_link_of_a_page_leads_somewhere(client: FlaskClient, address: str) -> None:
    page = outline(client.get(address, headers=HTML).text)
    for link in {link for link in page.addresses if link.startswith("/")}:
        with client.get(link, headers=HTML) as response:
            assert response.status_code == 200, link


def test_the_home_page_says_what_the_dataset_holds(client: FlaskClient) -> None:
    page = client.get("/", headers=HTML).text
    assert re.search(r'<span class="figure">9</span> <span>funding arrangements', page)
    assert "Not stated by the sources: " in page
    assert all(f'href="/questions/{question}"' in page for question in QUESTIONS)
    assert 'href="/page/act/HSP/HA.1/Res.5"' in page
    assert "Dataset version 1" in page
    assert '<time datetime="2019-05-31">31 May 2019</time>' in page


def test_the_rows_of_an_answer_lead_to_things_and_paragraphs(client: FlaskClient) -> None:
    page = client.get("/questions/funding-by-country", headers=HTML).text
    assert 'href="/page/country/CMR"' in page
    assert 'href="/page/agency/un-development-account"' in page
    assert f'href="{PARAGRAPH}"' in page
    assert 'href="/page/act/HSP/HA.1/Res.5"' in page
    assert "9 rows" in page


def test_each_of_several_paragraphs_leads_to_itself(client: FlaskClient) -> None:
    page = client.get("/questions/agencies-across-acts", headers=HTML).text
    assert 'href="/page/document/ed-report-eb1-resumed/paragraph/18"' in page


def test_an_answer_has_files_and_a_query_with_the_same_parameters(client: FlaskClient) -> None:
    page = client.get("/questions/mandates?act=HSP/HA.1/Res.2", headers=HTML).text
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', page)]
    files = [link for link in links if link.startswith("/questions/mandates.")]
    assert {link.partition("?")[0] for link in files} == {
        "/questions/mandates.csv",
        "/questions/mandates.json",
        "/questions/mandates.xlsx",
    }
    assert all("act=HSP/HA.1/Res.2" in link and "lang=en" in link for link in files)
    (query,) = [link for link in links if link.startswith("/sparql?query=")]
    assert client.get(query, headers=HTML).text.count("/page/mandate/HSP/HA.1/Res.2/") == 9


def test_the_menu_shows_what_was_asked_for_whatever_its_spelling(client: FlaskClient) -> None:
    page = client.get("/questions/mandates?act=hsp/ha.1/res.2", headers=HTML).text
    assert re.search(r'<option value="HSP/HA.1/Res.2"[^>]* selected>', page)


def test_a_long_pick_list_is_a_field_with_suggestions(client: FlaskClient) -> None:
    page = client.get("/questions/about", headers=HTML).text
    assert 'list="list-thing"' in page
    assert "<datalist" in page


def test_a_month_is_not_shown_as_a_day(client: FlaskClient) -> None:
    page = client.get("/questions/events", headers=HTML).text
    assert '<time datetime="2020-03-01">March 2020</time>' in page
    thing = client.get("/page/event/wuf-10", headers=HTML).text
    assert '<time datetime="2020-03-01">March 2020</time>' in thing


def test_an_empty_answer_says_whether_there_are_others(client: FlaskClient) -> None:
    page = client.get("/questions/events?before=1950-01-01", headers=HTML).text
    assert "Nothing matches these values." in page
    page = client.get("/questions/about", headers=HTML).text
    assert "Choose a value above" in page


def test_a_thing_shows_facts_gaps_sources_and_what_points_at_it(client: FlaskClient) -> None:
    page = client.get("/page/funding/unda-cmr", headers=HTML).text
    facts, gaps = page.split('<h2 id="gaps">')
    assert 'href="/ontology/funder"' in facts
    assert f'href="{PARAGRAPH}"' in facts
    assert 'href="/ontology/amount"' in gaps
    assert 'href="/concept/gap/not-stated"' in gaps
    assert f'href="{PARAGRAPH}"' in gaps
    act = client.get(ACT, headers=HTML).text
    assert "What points here" in act
    assert "HSP/HA.1/Res.5, paragraph 6" in act
    assert "judged by" in act
    assert "rule R" in act


def test_a_paragraph_shows_what_it_states(client: FlaskClient) -> None:
    page = client.get(PARAGRAPH, headers=HTML).text
    here = page.split('<h2 id="here">')[1]
    assert 'href="/page/funding/unda-cmr"' in here


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_speaks_the_language_asked_for(client: FlaskClient, language: str) -> None:
    page = client.get(f"/?lang={language}", headers={"Accept-Language": "en"}).text
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert f'href="/questions?lang={language}"' in page
    assert set(re.findall(r'rel="alternate" hreflang="(\w+)"', page)) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("accepted", "language"), [("fr-CH, en;q=0.5", "fr"), ("de", "en"), ("zh-CN", "zh"), ("", "en")]
)
def test_without_an_order_the_browser_decides(
    client: FlaskClient, accepted: str, language: str
) -> None:
    response = client.get("/", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}"' in response.text
    assert "Accept-Language" in response.headers["Vary"]


def test_a_name_in_another_language_is_marked(client: FlaskClient) -> None:
    page = client.get("/questions/mandates?lang=ar&act=HSP/HA.1/Res.2", headers=HTML).text
    assert re.search(r'<span lang="en" dir="ltr">[^<]+</span></a> <small class="tongue"', page)
    assert "آذار/مارس 2020" in client.get("/page/event/wuf-10?lang=ar", headers=HTML).text


@pytest.mark.parametrize(
    "address",
    [
        f"/?x={SCRIPT}",
        f"/questions/{SCRIPT}",
        f"/questions/mandates?act={SCRIPT}",
        f'/questions/events?from="><b>{SCRIPT}',
        f"/calendar?body={SCRIPT}",
        f"/calendar?{SCRIPT}=1",
        f"/calendar.ics?act={SCRIPT}",
        f"/sparql?query=SELECT {SCRIPT}",
        f'/sparql?query=SELECT ("{SCRIPT}" AS ?x) {{}}',
        f"/sparql?query=</textarea>{SCRIPT}",
        f"/page/{SCRIPT}",
        f"/?lang={SCRIPT}",
        "/?_scheme=javascript&_external=1&_anchor=alert(1)&endpoint=x&filename=y",
        "//evil.example/x",
    ],
)
def test_nothing_a_visitor_sends_becomes_markup(client: FlaskClient, address: str) -> None:
    path, _, fields = address.partition("?")
    response = client.get(path, query_string=fields, headers=HTML)
    assert "<script>" not in response.text.lower()
    page = outline(response.text)
    assert page.faults == []
    assert not [link for link in page.addresses if link.lower().startswith(("javascript", "//"))]


def test_a_long_answer_is_cut_on_the_page_only(client: FlaskClient) -> None:
    rows = 'SELECT ?x { VALUES ?x { "' + '" "'.join(map(str, range(MAX_ROWS + 1))) + '" } }'
    page = client.get("/sparql", query_string={"query": rows, "lang": "en"}, headers=HTML).text
    assert f"The first {MAX_ROWS} of {MAX_ROWS + 1} rows are shown" in page


def test_an_empty_installation_has_pages_that_say_so(empty: FlaskClient) -> None:
    for address in ("/", "/questions", "/questions/mandates", "/calendar", "/sparql"):
        page = empty.get(address, headers=HTML)
        assert page.status_code == 200
        assert "Nothing is loaded yet." in page.text
        assert "mandategraph load" in page.text
    assert empty.get(ACT, headers=HTML).status_code == 404
    assert empty.get("/questions/mandates.json").get_json()["empty"] == "nothing recorded"


def test_columns_are_hidden_only_where_something_says_the_same() -> None:
    from service.pages.tables import _columns

    table = Table(("verb", "verbName", "source"), ((Literal("a"), Literal("b"), None),))
    assert _columns(table) == ["verbName"]

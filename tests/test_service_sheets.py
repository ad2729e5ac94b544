"""What leads the pages of things: tables with sources, timelines, chains, comparisons, citing."""

from __future__ import annotations

import json
import re
from datetime import date

import pyoxigraph
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from graph.store.interface import Version
from graph.store.reading import EngineReader
from graph.vocabulary import TYPE, mg
from service.addresses import addresses
from service.pages import readings
from service.pages.cells import Cell
from service.pages.readings import Link, links_to
from service.pages.sheets.alignment import Provision, align, pieces
from service.pages.sheets.moments import Moment
from service.pages.sheets.sections import HEADS, SECTIONS
from service.pages.sheets.timeline import WIDTH, draw

HTML = {"Accept": "text/html"}
ACT = "/page/act/HSP/HA.1/Res.5"
REPORT = "/page/document/ed-report-eb1-resumed"

SHOWN = {
    ACT: {
        "asks": ["Develop mechanisms", "calls upon", "in design"],
        "events": ["First International Forum on Urban–Rural Linkages", "November 2019"],
        "funding": ["Catalan Agency for Development Cooperation", "Mozambique", "(not stated)"],
        "cites": ["recalls", "takes note of"],
        "reports": ["Progress report of the Executive Director"],
    },
    "/page/country/MLI": {"support": ["Andalusian Agency", f"{REPORT}/paragraph/23"]},
    "/page/agency/un-development-account": {"pays": ["Cameroon", f"{REPORT}/paragraph/23"]},
    "/page/agency/un-habitat": {"asked": ["recommends"], "reported": ["19 November 2019"]},
    "/page/event/assembly-1": {"adopted": ["HSP/HA.1/Res.2"]},
    "/page/event/assembly-2": {"due-asks": ["HSP/HA.1/Res.5"]},
    "/page/mandate/HSP/HA.1/Res.5/3": {"progress": ["in progress", f"{REPORT}/paragraph/24"]},
}
"""What must stand in which section of which page."""


def sections(page: str) -> dict[str, str]:
    found = re.findall(r'<section aria-labelledby="([\w-]+)".*?</section>', page, re.DOTALL)
    texts = re.findall(r'<section aria-labelledby="[\w-]+".*?</section>', page, re.DOTALL)
    return dict(zip(found, texts, strict=True))


@pytest.mark.parametrize("address", SHOWN)
def test_a_page_is_led_by_what_people_come_for(client: FlaskClient, address: str) -> None:
    found = sections(client.get(f"{address}?lang=en", headers=HTML).text)
    for section, texts in SHOWN[address].items():
        assert section in found, section
        assert [text for text in texts if text not in found[section]] == []


def test_sections_of_one_kind_have_names_of_their_own() -> None:
    kinds = {kind for section in SECTIONS for kind in section.kinds} | HEADS.keys()
    for kind in kinds:
        names = [section.id for section in SECTIONS if kind in section.kinds]
        assert len(names) == len(set(names)), kind


def test_data_speak_another_language_than_the_page(client: FlaskClient) -> None:
    page = client.get("/page/act/HSP/HA.1/Res.2?lang=ar&data-lang=zh", headers=HTML).text
    assert '<html lang="ar" dir="rtl">' in page
    assert '<span lang="zh" dir="ltr">联合国全系统更安全城市和人类住区准则</span>' in page
    assert "data-lang=zh" in page.split('<dl class="head">')[1]
    assert client.get(f"{ACT}?data-lang=xx", headers=HTML).status_code == 400


def moment(lane: str, first: str, last: str = "") -> Moment:
    begin = date.fromisoformat(first)
    return Moment(lane, Cell(lane), begin, date.fromisoformat(last) if last else begin, first)


def test_time_runs_from_right_to_left_where_the_script_does() -> None:
    moments = [moment("adopted", "2019-05-31"), moment("event", "2020-02-08", "2020-06-13")]
    plain, mirrored = draw(moments, mirrored=False), draw(moments, mirrored=True)
    assert plain
    assert mirrored
    for there, here in zip(plain.lanes, mirrored.lanes, strict=True):
        assert [WIDTH - point.x for point in there.points] == pytest.approx(
            [point.x for point in here.points], abs=1
        )
    assert plain.lanes[0].points[0].width == 0
    assert plain.lanes[1].points[0].width > 100
    assert draw(moments[:1], mirrored=False) is None


def test_what_would_overlap_stands_below() -> None:
    drawn = draw([moment("event", "2019-05-31")] * 3, mirrored=False)
    assert drawn
    assert len({point.y for point in drawn.lanes[0].points}) == 3


def provision(number: str, text: str, verb: str = "requests") -> Provision:
    return Provision(f"https://example.org/{number}", number, text, verb, frozenset())


def test_provisions_are_paired_by_what_they_say_and_not_by_number() -> None:
    older = [
        provision("1", "Report to the Assembly on the guidelines by May"),
        provision("2", "Publish the compendium of good practices"),
    ]
    newer = [
        provision("1", "Convene a forum of mayors"),
        provision("2", "Report to the Assembly on the guidelines by June"),
    ]
    pairs = [(pair.standing, pair.older, pair.newer) for pair in align(older, newer)]
    assert pairs == [
        ("added", None, newer[0]),
        ("changed", older[0], newer[1]),
        ("removed", older[1], None),
    ]
    assert [pair.standing for pair in align(older, older)] == ["same", "same"]


def test_chinese_is_compared_by_characters() -> None:
    assert [(piece.kind, piece.text) for piece in pieces("提交报告", "提交报表")] == [
        ("both", "提交报"),
        ("older", "告"),
        ("newer", "表"),
    ]


def test_a_comparison_says_in_words_what_differs(client: FlaskClient) -> None:
    address = "/compare?older=HSP/HA.1/Res.2&newer=HSP/HA.1/Res.5&lang=en"
    page = client.get(address, headers=HTML).text
    assert "Only in the newer" in page
    assert "Only in the older" in page
    wrong = client.get("/compare?older=none&newer=HSP/HA.1/Res.5", headers=HTML)
    assert wrong.status_code == 400


def test_a_record_is_cited_by_its_name_and_version(client: FlaskClient) -> None:
    entry = client.get("/cite/act/HSP/HA.1/Res.5.bib?lang=en")
    assert entry.mimetype == "application/x-bibtex"
    assert "@misc{act-HSP-HA-1-Res-5," in entry.text
    assert "https://w3id.org/mandategraph/id/act/HSP/HA.1/Res.5" in entry.text
    (item,) = json.loads(client.get("/cite/act/HSP/HA.1/Res.5.json?lang=en").text)
    assert item["issued"] == {"date-parts": [[2019, 5, 31]]}
    assert item["license"].startswith("https://creativecommons.org/licenses/by/4.0")
    assert client.get("/cite/act/none.bib").status_code == 404


def test_a_list_is_read_a_page_at_a_time(client: FlaskClient) -> None:
    page = client.get("/list/Statement?lang=en", headers=HTML).text
    assert "1 to 100 of " in page
    assert "start=100" in page
    assert client.get("/list/Nothing", headers=HTML).status_code == 404
    assert client.get("/list/Event?start=x", headers=HTML).status_code == 400
    assert client.get("/list/Event?start=9999", headers=HTML).status_code == 400


def test_the_home_page_says_how_fresh_and_how_complete(client: FlaskClient) -> None:
    page = client.get("/?lang=en", headers=HTML).text
    assert re.search(r"documents were read; the oldest is of .+, the newest of .+\.", page)
    assert "No audit for a board has been kept yet" in page


def pointing(most: int) -> list[Quad]:
    """Return what points at a thing by three properties, and statements that do as well."""
    found = []
    for name in ("third", "first", "second"):
        for number in range(most):
            thing = NamedNode(f"urn:{name}:{number}")
            kinds = ("Gap",) if number % 4 == 3 else ("Event", "Act")[: 1 + number % 2]
            found += [(thing, TYPE, mg(kind)) for kind in kinds]
            found.append((thing, NamedNode(f"urn:{name}"), NamedNode("urn:here")))
    blank, first = BlankNode(), NamedNode("urn:first")
    return [
        *(Quad(*triple, DefaultGraph()) for triple in found),
        Quad(blank, TYPE, mg("Act"), DefaultGraph()),
        Quad(blank, first, NamedNode("urn:here"), DefaultGraph()),
    ]


@pytest.mark.parametrize("most", [0, 1, 5, 7, 8, 9, 16, 19, 100])
def test_the_first_things_that_point_at_a_thing_are_shown(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "MAX_ROWS", most)
    engine = pyoxigraph.Store()
    engine.extend(pointing(8))
    shown, count = links_to(NamedNode("urn:here"), EngineReader(engine, Version(1, "", {})))
    every = [
        (f"urn:{name}", f"urn:{name}:{number}", mg("Act" if number % 2 else "Event").value)
        for name in ("first", "second", "third")
        for number in range(8)
        if number % 4 != 3
    ]
    # What has no name comes before what has one.
    every.insert(0, ("urn:first", "", mg("Act").value))
    first = sorted(every[:most], key=lambda found: (found[0], found[2], found[1]))
    assert shown == tuple(Link(thing, kind, name) for name, thing, kind in first)
    assert count == len(every)


@pytest.mark.parametrize(
    "path", ["act/A/1", "a b", "é/第", "a%2Fb", "x?y#z", "~!$&'()*+,;=:@", "PATH"]
)
@pytest.mark.parametrize("root", ["", "/mandates", "/PATH"])
@pytest.mark.parametrize("asked", ["", "?lang=ar", "?lang=fr&data-lang=zh"])
def test_addresses_are_what_the_routes_make(app: Flask, path: str, root: str, asked: str) -> None:
    with app.test_request_context(f"/{asked}", base_url=f"http://localhost{root}"):
        app.preprocess_request()
        iri = addresses().iri("id", path).value
        assert addresses().href(iri) == url_for("things.page", path=path)

"""The calendar: the right days, said with the right doubt, read by other programs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import ics
import pytest
import vobject
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad

from graph.build.dataset import SourceGraph
from graph.calendar.entries import Due, Entry, Span
from graph.calendar.feed import write_calendar
from graph.calendar.reading import read_calendar
from graph.calendar.spans import deadline_span, event_span
from graph.calendar.wording import Speaker, all_words
from graph.settings import DEFAULT_BASE, Settings
from graph.store.embedded import EmbeddedReader
from graph.store.interface import ReadStore
from graph.vocabulary import LABEL, LANGUAGES, TYPE, concept, mg, well_known
from graph.workspace import Workspace
from tests.terminal import run

EXPECTED: Mapping[str, Any] = tomllib.loads(
    (Path(__file__).parent / "calendar" / "entries.toml").read_text("utf-8")
)
ENTRIES: Sequence[Mapping[str, Any]] = EXPECTED["entries"]
FILTERS = EXPECTED["filter"]
IDS = f"{DEFAULT_BASE}id/"
DAY = timedelta(days=1)
HTML = {"Accept": "text/html"}


def written(store: ReadStore, language: str = "en") -> bytes:
    return write_calendar(read_calendar(store), language, str)


def opened(body: bytes) -> Any:
    return icalendar.Calendar.from_ical(body)


def parsed(body: bytes) -> dict[str, Any]:
    return {str(event["UID"]): event for event in opened(body).walk("VEVENT")}


def test_the_bundled_data_have_the_expected_entries(store: EmbeddedReader) -> None:
    calendar = read_calendar(store)
    found = [(entry.iri.removeprefix(IDS), entry.kind, entry.span) for entry in calendar.entries]
    wanted = [
        (entry["thing"], entry["kind"], Span(entry["first"], entry["last"], entry["days"]))
        for entry in ENTRIES
    ]
    assert found == wanted
    assert [entry.iri.removeprefix(IDS) for entry in calendar.undated] == EXPECTED["undated"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_is_read_back_by_its_own_library(
    store: EmbeddedReader, language: str
) -> None:
    events = parsed(written(store, language))
    for entry in ENTRIES:
        event = events.pop(IDS + entry["thing"])
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (entry["first"], entry["last"] + DAY)
        assert event["DTSTART"].params["VALUE"] == "DATE"
        exact = entry["days"] == "day"
        taken = exact and entry["kind"] == "event"
        assert event["TRANSP"] == ("OPAQUE" if taken else "TRANSPARENT")
        assert event["CATEGORIES"].cats == [all_words()[entry["kind"]][language]]
        assert event["URL"] == IDS + entry["thing"]
        assert event["DTSTAMP"].dt <= datetime(2019, 11, 19, tzinfo=UTC)
        if not exact:
            said = all_words()[entry["days"]][language].partition("{")[0]
            assert said in event["DESCRIPTION"]
    assert not events


def test_two_other_programs_read_the_same_days(store: EmbeddedReader) -> None:
    text = written(store, "zh").decode()
    wanted = [(IDS + e["thing"], e["first"], e["last"] + DAY) for e in ENTRIES]
    by_vobject = vobject.readOne(text)
    assert wanted == [
        (event.uid.value, event.dtstart.value, event.dtend.value)
        for event in by_vobject.contents["vevent"]
    ]
    summary = by_vobject.contents["vevent"][5].summary.value
    assert "第一次城乡联系问题国际论坛" in summary
    by_ics = {event.uid: event for event in ics.Calendar(text).events}
    for uid, first, _ in wanted:
        assert (by_ics[uid].begin.date(), by_ics[uid].all_day) == (first, True)
    assert by_ics[wanted[5][0]].name == summary
    assert by_ics[wanted[5][0]].transparent


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_are_short_and_break_no_letter(store: EmbeddedReader, language: str) -> None:
    body = written(store, language)
    lines = body.split(b"\r\n")
    assert lines.pop() == b""
    assert b"\n" not in b"".join(lines)
    for line in lines:
        assert len(line) <= 75
        line.decode("utf-8")


def test_a_month_is_said_to_be_a_month_and_where_that_is_stated(store: EmbeddedReader) -> None:
    forum = parsed(written(store, "fr"))[f"{IDS}event/forum-urban-rural-1"]
    assert "novembre 2019, jour non connu" in forum["SUMMARY"]
    assert "Seul le mois est connu" in forum["DESCRIPTION"]
    assert "paragraphe 24" in forum["DESCRIPTION"]
    assert forum["STATUS"] == "TENTATIVE"
    assert forum["LOCATION"].endswith("Chine")


def test_a_deadline_names_what_is_due_and_who_judged_its_days(store: EmbeddedReader) -> None:
    event = parsed(written(store))[f"{IDS}deadline/end-2019"]
    assert "At the latest: 31 December 2019." in event["DESCRIPTION"]
    assert "Mobilize new partners on gender (HSP/HA.1/Res.4)" in event["DESCRIPTION"]
    assert "paragraph 19 (judged by Mandate Graph editors, rule R6)" in event["DESCRIPTION"]


def test_what_has_no_date_is_named_and_counted(store: EmbeddedReader) -> None:
    calendar = opened(written(store))
    assert "no date is known (5): Second session of the UN-Habitat" in calendar["DESCRIPTION"]
    named = {str(iri).removeprefix(IDS) for iri in calendar["X-MANDATEGRAPH-UNDATED"]}
    assert named == set(EXPECTED["undated"])


def test_the_same_data_give_the_same_bytes(store: EmbeddedReader, tmp_path: Path) -> None:
    elsewhere = Workspace(Settings(home=tmp_path))
    elsewhere.load(elsewhere.build()[:3])
    elsewhere.load(elsewhere.build())
    assert elsewhere.store.version().number == 2
    assert written(elsewhere.store.reader(), "ar") == written(store, "ar")


@pytest.mark.parametrize("case", FILTERS, ids=lambda case: "-".join(case["given"].values()))
def test_filters_leave_what_fits_all_of_them(client: FlaskClient, case: Mapping[str, Any]) -> None:
    answer = client.get("/calendar.ics", query_string={**case["given"], "lang": "en"})
    assert answer.status_code == 200
    calendar = opened(answer.data)
    found = [str(event["UID"]).removeprefix(IDS) for event in calendar.walk("VEVENT")]
    assert found == case["entries"]
    undated = calendar.get("X-MANDATEGRAPH-UNDATED", [])
    undated = undated if isinstance(undated, list) else [undated]
    assert [str(iri).removeprefix(IDS) for iri in undated] == case["undated"]
    page = client.get("/calendar", query_string=case["given"], headers=HTML).text
    assert all(f'href="/page/{thing}"' in page for thing in found + case["undated"])


def test_of_a_deadline_only_what_fits_the_filter_is_told(client: FlaskClient) -> None:
    whole = client.get("/calendar.ics?lang=en").text.replace("\r\n ", "")
    chosen = client.get("/calendar.ics?lang=en&act=HSP/HA.1/Res.5").text.replace("\r\n ", "")
    assert "Progress report on resolution 1/2" in whole
    assert "Progress report on resolution 1/2" not in chosen
    assert "Progress report on resolution 1/5" in chosen


BAD = {
    "act": ("act=HSP/HA.1/Res.99", "“HSP/HA.1/Res.99” is not known as a value of act. Try HSP"),
    "agency": ("agency=nobody-knows", "is not known as a value of agency"),
    "country": ("country=XYZ", "is not known as a value of country"),
    "body": ("body=", ""),
    "filter": ("colour=red", "The calendar has no parameter “colour”; it has act, agency"),
    "twice": ("act=a&act=b", "act is given 2 times; give it once."),
    "lang": ("lang=de", "lang must be one of"),
}


@pytest.mark.parametrize(("fields", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_told(client: FlaskClient, fields: str, message: str) -> None:
    status = 400 if message else 200
    answer = client.get(f"/calendar.ics?{fields}")
    assert (answer.status_code, message in answer.text) == (status, True)
    if message:
        assert message in answer.get_json()["detail"]
    page = client.get(f"/calendar?{fields}", headers=HTML)
    assert (page.status_code, message in page.text) == (status, True)


def test_programs_get_headers_that_caches_and_calendars_need(client: FlaskClient) -> None:
    answer = client.get("/calendar.ics?lang=en")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept-Language" not in answer.headers.get("Vary", "")
    again = client.get("/calendar.ics?lang=en", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    french = client.get("/calendar.ics", headers={"Accept-Language": "fr"})
    assert "Accept-Language" in french.headers["Vary"]
    assert french.headers["ETag"] != answer.headers["ETag"]


def test_the_file_leads_to_pages_of_the_service(client: FlaskClient) -> None:
    events = parsed(client.get("/calendar.ics?lang=fr").data)
    address = str(events[f"{IDS}event/wuf-10"]["URL"])
    assert address == "http://localhost/page/event/wuf-10"
    assert client.get(address.removeprefix("http://localhost")).status_code == 200


def test_the_page_offers_the_calendar_it_shows(client: FlaskClient) -> None:
    page = client.get("/calendar?country=chn&lang=ru", headers=HTML).text.replace("&amp;", "&")
    assert 'href="webcal://localhost/calendar.ics?country=chn&lang=ru"' in page
    assert '<option value="CHN" selected>Китай</option>' in page
    assert '<h2 id="group-1">ноябрь 2019' in page
    assert "Известен только месяц" in page


def test_an_empty_installation_has_an_empty_calendar(empty: FlaskClient) -> None:
    answer = empty.get("/calendar.ics?lang=en")
    assert answer.status_code == 200
    assert not parsed(answer.data)
    assert empty.get("/calendar.ics?act=x").status_code == 400


def test_the_command_writes_what_the_service_sends(workspace: Workspace, tmp_path: Path) -> None:
    place = tmp_path / "c.ics"
    home = workspace.settings.home
    found = run(home, "calendar", "--country", "China", "--lang", "es", "--output", place)
    assert (found.exit_code, found.output) == (0, "")
    events = parsed(place.read_bytes())
    assert set(events) == {f"{IDS}event/forum-urban-rural-1", f"{IDS}deadline/november-2019"}
    wrong = run(home, "calendar", "--act", "x")
    assert (wrong.exit_code, "is not known as a value of act" in wrong.output) == (2, True)


def quads(*facts: tuple[NamedNode, NamedNode, NamedNode | Literal]) -> SourceGraph:
    graph = NamedNode("urn:x:graph")
    return SourceGraph.of(graph.value, [Quad(*fact, graph) for fact in facts])


def held(name: str, **facts: str) -> list[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    """Return the facts of an event; a fact in days is a date, any other a notation."""
    event = NamedNode(IDS + f"event/{name}")
    found: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (event, TYPE, mg("Event")),
        (event, LABEL, Literal(f"Forum\r\n{name};,\\\x07", language="en")),
    ]
    for key, text in facts.items():
        date_ = Literal(text, datatype=well_known("xsd", "date"))
        state = concept("event-state", text)
        found.append((event, mg(key), state if key == "eventState" else date_))
    return found


STATES = {
    "cancelled": ({"startDate": "2020-02-08", "eventState": "cancelled"}, "CANCELLED", 1),
    "moved": (
        {"startDate": "2020-03-08", "previousStartDate": "2020-02-08", "eventState": "moved"},
        "CONFIRMED",
        1,
    ),
    "postponed": ({"previousStartDate": "2020-02-08", "eventState": "moved"}, "CANCELLED", 1),
    "both": (
        {"startDate": "2020-03-08", "previousStartDate": "2020-02-08", "eventState": "cancelled"},
        "CANCELLED",
        2,
    ),
    "end of time": ({"startDate": "9999-12-31"}, "CONFIRMED", 0),
    "no date": ({"startDate": "2020-02-30"}, "", 0),
}


@pytest.mark.parametrize(("facts", "status", "sequence"), STATES.values(), ids=STATES)
def test_what_became_of_an_event_is_told(
    tmp_path: Path, facts: dict[str, str], status: str, sequence: int
) -> None:
    workspace = Workspace(Settings(home=tmp_path))
    workspace.load([quads(*held("x", **facts))])
    body = written(workspace.store.reader())
    events = parsed(body)
    if not status:
        assert not events
        return
    event = events[f"{IDS}event/x"]
    assert (event["STATUS"], event["SEQUENCE"]) == (status, sequence)
    assert (event["TRANSP"] == "OPAQUE") is (status == "CONFIRMED")
    assert b"\x07" not in body
    assert "Forum x;,\\" in event["SUMMARY"]
    if "previousStartDate" in facts:
        assert event["X-MANDATEGRAPH-PREVIOUS-DTSTART"].dt == date(2020, 2, 8)
        assert "8 February 2020" in event["DESCRIPTION"]


def days(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("start", "end", "precision", "wanted"),
    [
        ("", "", "day", None),
        ("2020-02-03", "", "month", Span(date(2020, 2, 1), date(2020, 2, 29), "month")),
        ("", "2021-05-05", "year", Span(date(2021, 1, 1), date(2021, 12, 31), "year")),
        ("2020-02-05", "2020-02-03", "", Span(date(2020, 2, 3), date(2020, 2, 5))),
    ],
)
def test_days_of_events(start: str, end: str, precision: str, wanted: Span | None) -> None:
    assert event_span(days(start), days(end), precision) == wanted


def test_a_deadline_without_bounds_is_at_its_event() -> None:
    meeting = Span(date(2020, 3, 1), date(2020, 3, 31), "month")
    assert deadline_span(None, None, meeting) == meeting
    assert deadline_span(None, None) is None
    one = date(2020, 3, 1)
    assert deadline_span(one, one, meeting) == Span(one, one)


@pytest.mark.parametrize("name", sorted(all_words()))
def test_every_text_is_there_in_six_languages(name: str) -> None:
    texts = all_words()[name]
    assert set(texts) == set(LANGUAGES)
    places = {tuple(sorted(re.findall(r"{(\w+)}", text))) for text in texts.values()}
    assert len(places) == 1


def test_a_title_names_a_few_of_many_things() -> None:
    dues = tuple(Due(f"urn:{n}", {"en": f"thing {n}"}, (), ()) for n in range(5))
    entry = Entry("deadline", "urn:d", {"en": "Soon"}, None, (), dues=dues)
    assert Speaker("fr").title(entry) == "Soon : thing 0; thing 1; thing 2; …"

"""The calendar: a page by month, and a file that calendar programs subscribe to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, Response, make_response, render_template, request, url_for

from graph.calendar.choosing import parameters, terms_of
from graph.calendar.entries import Calendar, Due, Entry, Source, Words
from graph.calendar.feed import MEDIA_TYPE, write_calendar
from graph.calendar.reading import read_calendar
from graph.calendar.wording import Speaker, chosen
from graph.dates import in_words
from graph.errors import ParameterError
from graph.languages import Language
from service.addresses import addresses
from service.languages import gettext, language
from service.pages.cells import Cell, name_cell
from service.pages.forms import form_fields
from service.pages.names import Name
from service.pages.questions import given_values
from service.serving import library, reader

blueprint = Blueprint("calendar", __name__)


@dataclass(frozen=True)
class ShownDue:
    """One thing that is due, the acts it is under, and where that is stated."""

    name: Cell
    acts: str
    sources: tuple[Cell, ...]


@dataclass(frozen=True)
class Shown:
    """An entry ready to be shown; ``days`` are its days in words, ``day`` the first as data."""

    kind: str
    name: Cell
    days: str
    day: str
    notes: tuple[str, ...]
    place: str
    meeting: Cell | None
    acts: str
    dues: tuple[ShownDue, ...]
    sources: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """The entries of one month, or of a year of which no more is known."""

    heading: str
    entries: tuple[Shown, ...]


@blueprint.get("/calendar")
def page() -> Response | str:
    """Show the calendar by month, with its filters."""
    try:
        given = given_values()
        terms = terms_of(library(), given, reader(), language().code)
    except ParameterError as error:
        return make_response(_page(request.args, None, error), 400)
    return _page(given, read_calendar(reader(), terms))


@blueprint.get("/calendar.ics")
def feed() -> Response:
    """Send the calendar as iCalendar."""
    given = given_values()
    terms = terms_of(library(), given, reader(), language().code)
    found = read_calendar(reader(), terms)
    body = write_calendar(found, language().code, _page_address, _feed_address(given, whole=True))
    response = make_response(body)
    response.headers["Content-Type"] = f"{MEDIA_TYPE}; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="mandategraph.ics"'
    return response


def _page_address(iri: str) -> str:
    """Return the whole address of the page about a thing."""
    href = addresses().href(iri)
    # The page speaks the language of whoever opens it.
    return request.host_url.rstrip("/") + href.partition("?")[0] if href else iri


def _feed_address(given: Mapping[str, str], *, whole: bool = False) -> str:
    values = {**given, "lang": language().code}
    return url_for("calendar.feed", _external=whole, **values)


def _page(
    given: Mapping[str, str], calendar: Calendar | None, error: ParameterError | None = None
) -> str:
    spoken = language()
    facts: dict[str, object] = {}
    if calendar:
        _, _, place = _feed_address(given, whole=True).partition("://")
        facts = {
            "groups": tuple(_groups(calendar, spoken)),
            "undated": tuple(_shown(entry, spoken) for entry in calendar.undated),
            "count": len(calendar.entries),
            "file": _feed_address(given),
            "subscription": f"webcal://{place}",
        }
    fields = form_fields(library(), parameters(), given, reader(), spoken, error)
    return render_template("calendar.html", fields=fields, error=error, **facts)


def _groups(calendar: Calendar, spoken: Language) -> Iterator[Group]:
    """Yield the months, each year of which no more is known before its first month."""
    ordered = sorted(calendar.entries, key=_month)
    for (year, month), entries in groupby(ordered, key=_month):
        listed = tuple(entries)
        first = listed[0].span
        if first and month:
            heading = in_words(first.first, spoken.code, "month")
        else:
            heading = gettext("%(year)s, month not known") % {"year": year}
        yield Group(heading, tuple(_shown(entry, spoken) for entry in listed))


def _month(entry: Entry) -> tuple[int, int]:
    """Return year and month in which an entry stands; 0 for the month where it is not known."""
    if entry.span is None:
        return 0, 0
    first, last = entry.span.first, entry.span.last
    vague = entry.span.vague and (first.year, first.month) != (last.year, last.month)
    return first.year, 0 if vague else first.month


def _shown(entry: Entry, spoken: Language) -> Shown:
    speaker = Speaker(spoken.code)
    span = entry.span
    meeting = entry.meeting
    return Shown(
        speaker.say(entry.kind),
        _named(entry.iri, entry.names, spoken),
        speaker.when(span) if span else "",
        span.first.isoformat() if span and span.exactness == "day" else "",
        tuple((*speaker.exactness(entry), *speaker.state(entry))),
        speaker.place(entry),
        _named(meeting.iri, meeting.names, spoken) if meeting else None,
        "" if entry.dues else "; ".join(entry.acts),
        tuple(_shown_due(due, spoken, speaker) for due in entry.dues),
        _cited(entry.sources, speaker),
    )


def _shown_due(due: Due, spoken: Language, speaker: Speaker) -> ShownDue:
    name = _named(due.iri, due.names, spoken)
    return ShownDue(name, "; ".join(due.acts), _cited(due.sources, speaker))


def _named(iri: str, names: Words, spoken: Language) -> Cell:
    return name_cell(iri, Name(*chosen(names, spoken.code)), spoken)


def _cited(sources: Iterable[Source], speaker: Speaker) -> tuple[Cell, ...]:
    return tuple(
        Cell(speaker.source(source), href=addresses().href(source.iri)) for source in sources
    )

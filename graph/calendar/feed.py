"""A calendar as iCalendar: what calendar programs subscribe to.

The same calendar gives the same bytes: nothing in it tells when it was written.
What changes an entry in a program that has it already (``DTSTAMP``,
``LAST-MODIFIED``) is the day of the newest document that it rests on.

Source:
    RFC 5545 (iCalendar); RFC 7986 for the properties of the calendar itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import icalendar
from icalendar import vText, vUri

from graph.calendar.entries import Calendar, Entry, Span
from graph.calendar.spans import day
from graph.calendar.wording import Speaker, chosen

MEDIA_TYPE = "text/calendar"

REFRESH = timedelta(hours=12)
"""How often a program that subscribed is asked to look again."""

_DAY = timedelta(days=1)
_UNKNOWN = date(1970, 1, 1)
_PRODUCT = "-//Mandate Graph//mandategraph//EN"


def write_calendar(
    calendar: Calendar, language: str, address: Callable[[str], str], source: str = ""
) -> bytes:
    """Return a calendar as the bytes of an ``.ics`` file.

    Args:
        calendar: The calendar.
        language: Code of the language of its words.
        address: Gives the address of the page about a thing by its IRI.
        source: Where the calendar can be had again, empty if nowhere.
    """
    speaker = Speaker(language)
    feed = icalendar.Calendar()
    feed.add("prodid", _PRODUCT)
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    name, about = _line(speaker.heading(calendar)), _line(speaker.about(calendar))
    spoken = {"LANGUAGE": language}
    feed.add("name", vText(name), spoken)
    feed.add("x-wr-calname", vText(name))
    if about:
        feed.add("description", vText(about), spoken)
        feed.add("x-wr-caldesc", vText(about))
    for entry in calendar.undated:
        feed.add("x-mandategraph-undated", vUri(entry.iri), {"VALUE": "URI"})
    feed.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
    feed.add("x-published-ttl", vText("PT12H"))
    feed.add("last-modified", _stamp(calendar.modified))
    if source:
        feed.add("source", vUri(source), {"VALUE": "URI"})
    for entry in calendar.entries:
        if entry.span:
            feed.add_component(_event(entry, entry.span, calendar, speaker, address))
    return bytes(feed.to_ical())


def _event(
    entry: Entry,
    span: Span,
    calendar: Calendar,
    speaker: Speaker,
    address: Callable[[str], str],
) -> icalendar.Event:
    stamp = _stamp(entry.modified or calendar.modified)
    # The day after the last; there is none after the last day of all.
    end = span.last + _DAY if span.last < date.max else span.last
    event = icalendar.Event()
    event.add("uid", vText(entry.iri))
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", (entry.previous is not None) + (entry.state == "cancelled"))
    event.add("dtstart", span.first)
    event.add("dtend", end)
    event.add("summary", vText(_line(speaker.title(entry))), _tongue(entry, speaker))
    event.add("description", vText(_text(speaker.description(entry))))
    if place := _line(speaker.place(entry)):
        event.add("location", vText(place))
    event.add("url", vUri(address(entry.iri)))
    event.add("categories", [_text(speaker.say(entry.kind))], {"LANGUAGE": speaker.language})
    event.add("status", _status(entry, span))
    event.add("transp", _transparency(entry, span))
    if entry.previous:
        event.add("x-mandategraph-previous-dtstart", entry.previous, {"VALUE": "DATE"})
    return event


def _status(entry: Entry, span: Span) -> str:
    """Return the status: what does not take place on that day is cancelled there."""
    if entry.state == "cancelled" or entry.postponed:
        return "CANCELLED"
    unsure = entry.meeting is not None and entry.meeting.state == "cancelled"
    return "TENTATIVE" if span.vague or unsure else "CONFIRMED"


def _transparency(entry: Entry, span: Span) -> str:
    """Return whether the days are taken: only those of an event whose days are known are."""
    taken = entry.kind == "event" and span.exactness == "day"
    return "OPAQUE" if taken and _status(entry, span) == "CONFIRMED" else "TRANSPARENT"


def _tongue(entry: Entry, speaker: Speaker) -> dict[str, str]:
    tongue = chosen(entry.names, speaker.language)[1]
    return {"LANGUAGE": tongue} if tongue else {}


def _stamp(text: str) -> datetime:
    found = day(text) or _UNKNOWN
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def _line(text: str) -> str:
    return _text(" ".join(text.split()))


def _text(text: str) -> str:
    """Return a text without characters that no calendar may hold."""
    kept = (letter for letter in text if letter == "\n" or unicodedata.category(letter) != "Cc")
    return "".join(kept)

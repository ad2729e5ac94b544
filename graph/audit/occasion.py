"""What the record is judged for: the meeting that is named, or a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from pyoxigraph import Literal

from graph.audit.model import Occasion, Words
from graph.errors import AuditError, UnknownMeetingError
from graph.shacl.model import Select
from graph.store.interface import Term, value
from graph.vocabulary import declared

_HEAD = declared("mg", "rdfs")

_EVENTS = (
    _HEAD
    + """SELECT DISTINCT ?event ?label ?designation ?body ?start ?end WHERE {
  ?event a mg:Event ; rdfs:label ?label .
  OPTIONAL { ?event mg:designation ?designation }
  OPTIONAL { ?event mg:sessionOf ?body }
  OPTIONAL { ?event mg:startDate ?start }
  OPTIONAL { ?event mg:endDate ?end }
}"""
)

_BEGINNING = (
    _HEAD
    + """SELECT (MIN(?day) AS ?first) WHERE {
  { ?thing mg:adoptedOn ?day } UNION { ?thing mg:startDate ?day }
  UNION { ?thing mg:reportedOn ?day }
}"""
)


@dataclass(frozen=True)
class Meeting:
    """An event as it may be chosen; dates are ``None`` where the record has none.

    ``body`` is the IRI of the body whose session it is, empty for other events.
    """

    iri: str
    names: Words
    designations: tuple[str, ...]
    body: str
    start: date | None
    end: date | None


def meetings(select: Select) -> tuple[Meeting, ...]:
    """Return all events, sessions of bodies first, later ones before earlier ones."""
    found: dict[str, list[dict[str, Term | None]]] = {}
    for row in select(_EVENTS).records():
        found.setdefault(value(row["event"]), []).append(dict(row))
    every = [_meeting(iri, rows) for iri, rows in found.items()]
    every.sort(key=lambda meeting: meeting.iri)
    every.sort(key=lambda meeting: meeting.start or date.min, reverse=True)
    every.sort(key=lambda meeting: not meeting.body)
    return tuple(every)


def at_meeting(select: Select, name: str, day: date | None = None) -> Occasion:
    """Return the occasion of a meeting.

    Args:
        select: Where to look.
        name: Its IRI, its key, or what a source or we call it, such as
            ``HSP/EB.1 resumed``; capitals make no difference.
        day: The day in the place of the first of the meeting.

    Raises:
        UnknownMeetingError: If no event is called that, or several are, or
            neither the record nor ``day`` says on which day it begins.
    """
    every = meetings(select)
    meeting = _find(every, name)
    as_of = day or meeting.start
    if as_of is None:
        raise UnknownMeetingError(
            f"The record does not say when “{name}” begins; name a day instead (as-of)."
        )
    earlier = _ends(other for other in every if other.body and other.body == meeting.body)
    since = max((end for end in earlier if end < as_of), default=None)
    return Occasion(as_of, since, meeting.iri, meeting.names)


def on_day(select: Select, day: date) -> Occasion:
    """Return the occasion of a day; what is new since the last session of any body counts.

    Raises:
        AuditError: If the record begins after that day.
    """
    first = next((row[0] for row in select(_BEGINNING).rows), None)
    if first is None:
        raise AuditError("The record holds no dates yet; load data first.")
    beginning = date.fromisoformat(value(first)[:10])
    if day < beginning:
        raise AuditError(f"The record begins on {beginning}; {day} lies before any data.")
    ends = _ends(meeting for meeting in meetings(select) if meeting.body)
    return Occasion(day, max((end for end in ends if end < day), default=None))


def _find(every: Iterable[Meeting], name: str) -> Meeting:
    wanted = name.strip().casefold()
    by_name: dict[str, list[Meeting]] = {}
    for meeting in every:
        for known in _called(meeting):
            by_name.setdefault(known, []).append(meeting)
    found = {meeting.iri: meeting for meeting in by_name.get(wanted, ())}
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        keys = ", ".join(sorted(_key(iri) for iri in found))
        raise UnknownMeetingError(f"“{name}” is the name of several events; say which: {keys}.")
    near = get_close_matches(wanted, by_name, 3, 0.5)
    hints = dict.fromkeys(_key(by_name[known][0].iri) for known in near)
    hint = f" Did you mean {' or '.join(hints)}?" if hints else ""
    raise UnknownMeetingError(f"No event is called “{name}”.{hint}")


def _called(meeting: Meeting) -> set[str]:
    """Return everything a meeting is called, in small letters."""
    names = [meeting.iri, _key(meeting.iri), *meeting.names.values(), *meeting.designations]
    # A cell may hold several designations one after the other.
    names += [part for text in meeting.designations for part in text.split(";")]
    return {name.strip().casefold() for name in names}


def _key(iri: str) -> str:
    return iri.partition("/id/event/")[2] or iri


def _meeting(iri: str, rows: list[dict[str, Term | None]]) -> Meeting:
    labels = (row["label"] for row in rows)
    starts = [day for row in rows if (day := _day(row["start"]))]
    ends = [day for row in rows if (day := _day(row["end"]))]
    return Meeting(
        iri,
        {label.language or "und": label.value for label in labels if isinstance(label, Literal)},
        tuple(sorted({value(row["designation"]) for row in rows} - {""})),
        min((value(row["body"]) for row in rows), default=""),
        min(starts, default=None),
        max(ends, default=None),
    )


def _ends(found: Iterable[Meeting]) -> list[date]:
    return [day for meeting in found if (day := meeting.end or meeting.start)]


def _day(term: Term | None) -> date | None:
    try:
        return date.fromisoformat(value(term)[:10]) if term else None
    except ValueError:
        return None

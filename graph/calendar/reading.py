"""From the graph to the entries of a calendar, all of them or those that were chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from graph.calendar.entries import KINDS, Calendar, Due, Entry, Kind, Meeting, Words
from graph.calendar.facts import Facts, Thing, read_facts
from graph.calendar.spans import day, deadline_span, event_span
from graph.library.question import bind
from graph.resources import folder, texts
from graph.store.interface import ReadStore, value
from graph.vocabulary import CONCEPT, LABEL

_EARLIEST_SHOWN = ("", "")


def read_calendar(store: ReadStore, terms: Mapping[str, str] | None = None) -> Calendar:
    """Return the calendar of a dataset.

    Args:
        store: The dataset.
        terms: What entries are chosen by: things in SPARQL's spelling, by the
            name of a filter (``act``, ``agency``, ``country``, ``body``). An entry
            stays if it fits all of them; of a deadline only what is due and fits.
    """
    terms = terms or {}
    chosen = _chosen(store, terms)
    facts = read_facts(store)
    entries = [*_events(facts, chosen), *_deadlines(facts, chosen)]
    dated = sorted((entry for entry in entries if entry.span), key=_order)
    undated = sorted((entry for entry in entries if not entry.span), key=_order)
    modified = max((entry.modified for entry in entries), default="")
    return Calendar(tuple(dated), tuple(undated), _filters(store, terms), modified)


def _order(entry: Entry) -> tuple[object, ...]:
    days = (entry.span.first, entry.span.last) if entry.span else _EARLIEST_SHOWN
    return (*days, KINDS.index(entry.kind), entry.iri)


def _chosen(store: ReadStore, terms: Mapping[str, str]) -> Collection[str] | None:
    """Return the IRIs of what fits every filter, ``None`` if there is no filter."""
    if not terms:
        return None
    queries = texts(folder("graph", "calendar", "filters"), ".rq")
    fitting = (
        {value(row[0]) for row in store.select(bind(queries[name], {name: term})).rows}
        for name, term in terms.items()
    )
    return set.intersection(*fitting)


def _filters(store: ReadStore, terms: Mapping[str, str]) -> Mapping[str, Words]:
    found: dict[str, Words] = {}
    for name, term in terms.items():
        thing = Thing()
        query = f"SELECT DISTINCT ?label {{ {term} {LABEL} ?label }}"
        for row in store.select(query).rows:
            if row[0] is not None:
                thing.add(LABEL.value, row[0])
        found[name] = thing.words("label") or {"": term.strip("<>")}
    return found


def _events(facts: Facts, chosen: Collection[str] | None) -> Iterator[Entry]:
    for iri, event in facts.events.items():
        if chosen is None or iri in chosen:
            yield _event(iri, event, facts)


def _event(iri: str, event: Thing, facts: Facts) -> Entry:
    precision = _notation(event, "datePrecision")
    previous = day(event.first("previousStartDate"))
    span = event_span(day(event.first("startDate")), day(event.first("endDate")), precision)
    place = facts.places.get(event.first("place"), Thing())
    country = facts.places.get(place.first("inCountry") or event.first("hostCountry"), Thing())
    return Entry(
        "event",
        iri,
        event.words("label") or {"": iri},
        span or event_span(previous, None, "day"),
        facts.stated.get(iri, ()),
        state=_notation(event, "eventState"),
        previous=previous,
        postponed=span is None and previous is not None,
        place=place.words("label"),
        country=country.words("label"),
        acts=_cited(event.texts("serves"), facts),
        summary=event.words("summary"),
    )


def _deadlines(facts: Facts, chosen: Collection[str] | None) -> Iterator[Entry]:
    due: dict[str, list[str]] = {iri: [] for iri in facts.deadlines}
    for iri, thing in facts.dues.items():
        for deadline in thing.texts("due"):
            due.setdefault(deadline, []).append(iri)
    for iri, things in due.items():
        fitting = [thing for thing in things if chosen is None or thing in chosen]
        if iri in facts.deadlines and (fitting or chosen is None):
            yield _deadline(iri, fitting, facts)


def _deadline(iri: str, things: Collection[str], facts: Facts) -> Entry:
    deadline = facts.deadlines[iri]
    occasion = deadline.first("hangsOn")
    event = facts.events.get(occasion)
    met = _event(occasion, event, facts) if event else None
    meeting = Meeting(occasion, met.names, met.state) if met else None
    dues = [_due(thing, iri, facts) for thing in sorted(things)]
    kind: Kind = "reporting point" if event and event.is_a("Session") else "deadline"
    entry = Entry(
        kind,
        iri,
        deadline.words("label") or {"": iri},
        deadline_span(day(deadline.first("earliest")), day(deadline.first("latest"))),
        facts.stated.get(iri, ()),
        printed=deadline.words("dueText"),
        meeting=meeting,
        acts=tuple(cited for cited in facts.acts.values() if any(cited in d.acts for d in dues)),
        dues=tuple(sorted(dues, key=lambda due: (due.acts, due.iri))),
    )
    if entry.span or not met or not met.span:
        return entry
    # The dates come from the event, so what says so is what the event's dates rest on, too.
    return replace(entry, span=met.span, sources=(*entry.sources, *met.sources))


def _due(iri: str, deadline: str, facts: Facts) -> Due:
    thing = facts.dues[iri]
    return Due(
        iri,
        thing.words("label") or {"": iri},
        _cited(thing.texts("underAct"), facts),
        facts.due_stated.get((iri, deadline), ()),
    )


def _cited(acts: Collection[str], facts: Facts) -> tuple[str, ...]:
    return tuple(cited for iri, cited in facts.acts.items() if iri in acts)


def _notation(thing: Thing, predicate: str) -> str:
    """Return the last part of the IRI of a concept, such as ``month``; empty if there is none."""
    found = thing.first(predicate)
    return found.rpartition("/")[2] if found.startswith(CONCEPT) else ""

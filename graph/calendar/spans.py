"""From the dates of the record to the days of a calendar."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date

from graph.calendar.entries import Span


def day(text: str) -> date | None:
    """Return a date of the record, ``None`` if it is none that a calendar could show.

    Example:
        >>> day("2019-11-19"), day("2019-11-31"), day("-0044-03-15")
        (datetime.date(2019, 11, 19), None, None)
    """
    try:
        return date.fromisoformat(text) if len(text) == len("2019-11-19") else None
    except ValueError:
        return None


def event_span(start: date | None, end: date | None, precision: str) -> Span | None:
    """Return the days of an event, the whole month or year where only that is known.

    Args:
        start: First day, or any day of the month or year.
        end: Last day, likewise; the first counts where there is none, and the other way round.
        precision: ``"day"``, ``"month"`` or ``"year"``; anything else counts as a day.
    """
    first, last = start or end, end or start
    if first is None or last is None:
        return None
    first, last = min(first, last), max(first, last)
    match precision:
        case "month":
            end_of_month = calendar.monthrange(last.year, last.month)[1]
            return Span(first.replace(day=1), last.replace(day=end_of_month), "month")
        case "year":
            return Span(first.replace(month=1, day=1), last.replace(month=12, day=31), "year")
        case _:
            return Span(first, last)


def deadline_span(
    earliest: date | None, latest: date | None, meeting: Span | None = None
) -> Span | None:
    """Return the days of a deadline: its bounds, else the days of the event it hangs on.

    Example:
        >>> deadline_span(None, date(2019, 12, 31)).exactness
        'latest'
    """
    if earliest and latest:
        first, last = min(earliest, latest), max(earliest, latest)
        return whole(Span(first, last, "day" if first == last else "range"))
    if latest:
        return Span(latest, latest, "latest")
    if earliest:
        return Span(earliest, earliest, "earliest")
    return meeting


def whole(span: Span) -> Span:
    """Return a range as the month or the year that it is, any other span as it is.

    Example:
        >>> whole(Span(date(2020, 2, 1), date(2020, 2, 29), "range")).exactness
        'month'
    """
    for precision in ("month", "year"):
        if replace(span, exactness=precision) == event_span(span.first, span.first, precision):
            return replace(span, exactness=precision)
    return span

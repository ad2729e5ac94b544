"""A timeline: what lasts from one day to another, under the months or years it falls in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from service.charts.drawing import WIDTH, Mark, fitted, isolated, room

_ROW, _TEXT, _THICK, _GAP, _HEAD = 20.0, 15.0, 10.0, 12.0, 26.0
_NARROWEST, _APART = 6.0, 24.0
_MOST_LINES = 8


@dataclass(frozen=True)
class Span:
    """A period; ``written`` is how its dates are told. Without a first day it is a bound."""

    label: str
    first: date | None
    last: date
    written: str


def timeline(spans: Sequence[Span]) -> tuple[tuple[Mark, ...], float]:
    """Return the marks of a timeline, and its height; there is at least one span."""
    days = [day for span in spans for day in (span.first, span.last) if day]
    start, end = min(days), max(days)
    years = range(start.year, end.year + 2)
    zero, scale = date(years[0], 1, 1), WIDTH / (date(years[-1], 1, 1) - date(years[0], 1, 1)).days
    height = _HEAD + len(spans) * (_ROW + _THICK + _GAP)
    marks = list(_axis(years, zero, scale, height))
    for index, span in enumerate(spans):
        marks += _span(span, _HEAD + index * (_ROW + _THICK + _GAP), zero, scale)
    return tuple(marks), height


def _axis(years: range, zero: date, scale: float, height: float) -> Iterable[Mark]:
    step = max(1, -(-len(years) // _MOST_LINES))
    for year in years[:-1:step]:
        at = (date(year, 1, 1) - zero).days * scale
        yield Mark("line", at, 0, height=height)
        yield Mark("value", at + 4, _TEXT, text=str(year))


def _span(span: Span, down: float, zero: date, scale: float) -> list[Mark]:
    last = ((span.last - zero).days + 1) * scale
    first = (span.first - zero).days * scale if span.first else last - _NARROWEST
    length = max(_NARROWEST, last - first)
    first = min(first, WIDTH - length)
    label = fitted(span.label, WIDTH - room(span.written) - _APART)
    text = f"{isolated(label)} · {isolated(span.written)}"
    said = f"{span.label} · {span.written}"
    return [
        Mark("label", 0, down + _TEXT, text=text),
        Mark("bar" if span.first else "ring", first, down + _ROW, length, _THICK, title=said),
    ]

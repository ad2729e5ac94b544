"""When things happened to an act, or are to happen: the facts of its timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pyoxigraph import NamedNode

from graph.dates import shown_date
from graph.languages import noted
from graph.store.interface import ReadStore, Term, value
from service.languages import gettext
from service.pages.cells import Cell, name_cell
from service.pages.sheets.reading import HEAD
from service.pages.sheets.tongues import Tongues, name_all

MAX_MOMENTS = 80
"""How many moments of an act are shown."""

LANES = {
    "adopted": noted("Adoption"),
    "event": noted("Events"),
    "deadline": noted("Deadlines"),
    "report": noted("Reports"),
    "progress": noted("Progress"),
}
"""What a timeline tells apart, in its order from above."""

_QUERY = """SELECT DISTINCT ?lane ?thing ?start ?end ?precision {
  { BIND("adopted" AS ?lane) BIND(ACT AS ?thing) ACT mg:adoptedOn ?start }
  UNION
  { ?thing mg:serves ACT ; a mg:Event . BIND("event" AS ?lane)
    OPTIONAL { ?thing mg:startDate ?start } OPTIONAL { ?thing mg:endDate ?end }
    OPTIONAL { ?thing mg:datePrecision ?precision } }
  UNION
  { ?ask mg:underAct ACT ; mg:due ?thing . BIND("deadline" AS ?lane)
    OPTIONAL { ?thing mg:earliest ?start } OPTIONAL { ?thing mg:latest ?end } }
  UNION
  { ?thing mg:reportsOn ACT . BIND("report" AS ?lane)
    OPTIONAL { ?thing mg:issuedOn ?issued }
    OPTIONAL { ?thing mg:submittedAt ?meeting . ?meeting mg:startDate ?first
      OPTIONAL { ?meeting mg:datePrecision ?precision } }
    BIND(COALESCE(?issued, ?first) AS ?start) }
  UNION
  { ?thing mg:underAct ACT ; a mg:ProgressUpdate ; mg:reportedOn ?start .
    BIND("progress" AS ?lane) }
} ORDER BY ?start ?lane STR(?thing) LIMIT %d"""


@dataclass(frozen=True)
class Moment:
    """One thing with a day or a span of days; both are ``None`` where no date is known.

    ``shown`` is the date in words. Several updates of one day are one moment, told
    by ``count``.
    """

    lane: str
    cell: Cell
    first: date | None
    last: date | None
    shown: str
    count: int = 1


def read_moments(act: NamedNode, store: ReadStore, tongues: Tongues) -> tuple[Moment, ...]:
    """Return the moments of an act by date; those without a date come last."""
    query = HEAD + (_QUERY % MAX_MOMENTS).replace("ACT", str(act))
    records = list(store.select(query).records())
    called = name_all({value(record["thing"]) for record in records}, store, tongues)
    found: dict[tuple[str, str], Moment] = {}
    for record in records:
        iri = value(record["thing"])
        cell = name_cell(iri, called.get(iri), tongues.page)
        moment = _moment(record, cell, tongues)
        # A report tells of many asks on its one day.
        key = moment.lane, moment.shown if moment.lane == "progress" else iri
        earlier = found.get(key)
        found[key] = moment if earlier is None else _again(moment, earlier)
    return tuple(sorted(found.values(), key=_order))


def _again(moment: Moment, earlier: Moment) -> Moment:
    if moment.lane != "progress":
        return earlier
    cell = Cell(gettext("Progress updates"), href="#asks")
    return Moment(moment.lane, cell, moment.first, moment.last, moment.shown, earlier.count + 1)


def _moment(record: Mapping[str, Term | None], cell: Cell, tongues: Tongues) -> Moment:
    start, end = value(record["start"]), value(record["end"])
    precision = value(record["precision"]).rpartition("/")[2] or "day"
    first, last = _day(start), _day(end) or _day(start)
    texts = [shown_date(text, tongues.page, precision) for text in (start, end) if text]
    shown = " – ".join(dict.fromkeys(texts)) or gettext("no date known")
    return Moment(value(record["lane"]), cell, first or last, last, shown)


def _order(moment: Moment) -> tuple[object, ...]:
    lane = list(LANES).index(moment.lane)
    return (moment.first is None, moment.first or date.min, lane, moment.cell.text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

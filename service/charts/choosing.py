"""From an answer as a page shows it to the chart that suits it, if any does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date

from graph.languages import Language, noted
from service.charts.bars import Row, Value, bars
from service.charts.drawing import Drawing, Mark, mirrored
from service.charts.regions import Place, heaps
from service.charts.tiles import Heap, Tile, tiles
from service.charts.timeline import Span, timeline
from service.languages import gettext
from service.pages.cells import Cell
from service.pages.tables import Shown

MOST = 40
"""Bars or periods that a chart has; more could not be read."""

_STATES = ("stageName", "stateName", "changeName", "statusName")
_ENDS = (("start", "end"), ("earliest", "latest"))
_SAME = noted("The table has the same values.")

Cells = Sequence[tuple[Cell, ...]]
Drawn = tuple[tuple[Mark, ...], float, str]
"""Marks, the height, and what the chart shows in words."""


def chart(
    hint: str, title: str, shown: Shown, places: tuple[Place, ...], language: Language
) -> Drawing | None:
    """Return the chart of an answer.

    Args:
        hint: ``"bars"``, ``"timeline"``, ``"tiles"`` or ``"regions"``; anything else gives none.
        title: What the chart is called.
        shown: All rows of the answer.
        places: The countries and areas there are, for ``"regions"``.
        language: The language of the page.

    Returns:
        ``None`` if the answer has nothing that could be drawn in that way.
    """
    drawers: dict[str, Callable[[], Drawn | None]] = {
        "bars": lambda: _bars(shown),
        "timeline": lambda: _timeline(shown),
        "tiles": lambda: _tiles(shown),
        "regions": lambda: _regions(shown, places),
    }
    drawn = drawers[hint]() if hint in drawers and shown.rows else None
    if drawn is None:
        return None
    marks, height, words = drawn
    drawing = Drawing(title, f"{words} {gettext(_SAME)}", height, marks)
    return mirrored(drawing) if language.direction == "rtl" else drawing


def suited(shown: Shown) -> str:
    """Return how an answer to any query is best drawn, empty if it is not."""
    if any(cell.look == "date" for row in shown.rows for cells in row for cell in cells):
        return "timeline"
    return "bars" if any(column.numbers for column in shown.columns) else ""


def _bars(shown: Shown) -> Drawn | None:
    names = [column.name for column in shown.columns]
    numbers = [
        index
        for index, column in enumerate(shown.columns)
        if column.numbers and not column.name.endswith("Percent")
    ]
    if "share" in names:
        numbers = [names.index("share")]
    label = _first_text(shown)
    # Amounts in several currencies have no common measure.
    if label is None or not numbers or len(set(_texts(shown, "currency"))) > 1:
        return None
    rows = [
        Row(_said(row[label]), tuple(_values(shown, row, numbers))) for row in shown.rows[:MOST]
    ]
    marks, height = bars(rows, 1 if "share" in names else 0)
    words = gettext("%(values)s by: %(label)s.") % {
        "values": ", ".join(shown.columns[index].heading for index in numbers),
        "label": shown.columns[label].heading,
    }
    return marks, height, words + _cut(len(shown.rows))


def _values(shown: Shown, row: Cells, numbers: Sequence[int]) -> list[Value]:
    return [
        Value(
            float(row[index][0].value),
            row[index][0].text,
            shown.columns[index].heading if len(numbers) > 1 else "",
        )
        for index in numbers
        if row[index] and row[index][0].look == "number"
    ]


def _timeline(shown: Shown) -> Drawn | None:
    names = [column.name for column in shown.columns]
    dated = [
        index
        for index in range(len(names))
        if any(cell.look == "date" for row in shown.rows for cell in row[index])
    ]
    label = _first_text(shown)
    if label is None or not dated:
        return None
    pair = next(((a, b) for a, b in _ENDS if a in names and b in names), None)
    first, last = (names.index(pair[0]), names.index(pair[1])) if pair else (dated[0], dated[0])
    spans = dict.fromkeys(
        span for row in shown.rows if (span := _span(_said(row[label]), row[first], row[last]))
    )
    if not spans:
        return None
    ordered = sorted(spans, key=lambda span: (span.first or span.last, span.last, span.label))
    marks, height = timeline(ordered[:MOST])
    words = gettext("Each entry from its first day to its last; a ring is a bound.")
    return marks, height, words + _cut(len(ordered))


def _span(label: str, first: tuple[Cell, ...], last: tuple[Cell, ...]) -> Span | None:
    days = [_day(cells) for cells in (first, last)]
    begin, end = days[0], days[1] or days[0]
    if end is None:
        return None
    texts = dict.fromkeys(text for cells in (first, last) if (text := _said(cells)) and _day(cells))
    return Span(label, begin, end, " – ".join(texts))


def _day(cells: tuple[Cell, ...]) -> date | None:
    text = cells[0].value if cells and cells[0].look == "date" else ""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _tiles(shown: Shown) -> Drawn | None:
    names = [column.name for column in shown.columns]
    state = next((names.index(name) for name in _STATES if name in names), None)
    if state is None:
        return None
    words = [
        index
        for index, column in enumerate(shown.columns)
        if index != state and column.name not in {"document", "paragraph", "paragraphs"}
    ][:2]
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in shown.rows:
        thing = " · ".join(text for index in words if (text := _said(row[index])))
        found[_said(row[state])][thing] = None
    marks, height = tiles(
        [
            Heap(f"{heading} · {len(things)}", tuple(Tile(thing) for thing in things))
            for heading, things in found.items()
        ]
    )
    told = gettext("One tile for each entry, by: %(label)s.")
    return marks, height, told % {"label": shown.columns[state].heading}


def _regions(shown: Shown, places: tuple[Place, ...]) -> Drawn | None:
    codes = Counter(_texts(shown, "iso3"))
    if not codes or not places:
        return None
    marks, height = tiles(heaps(places, codes))
    return (
        marks,
        height,
        gettext(
            "Countries and areas by region of the M49 standard: filled if the answer names them."
        ),
    )


def _texts(shown: Shown, name: str) -> list[str]:
    """Return what stands in a column, row by row; nothing if there is no such column."""
    found = [index for index, column in enumerate(shown.columns) if column.name == name]
    return [text for row in shown.rows for index in found if (text := _said(row[index]))]


def _first_text(shown: Shown) -> int | None:
    """Return the first column of words."""
    for index, column in enumerate(shown.columns):
        looks = {cell.look for row in shown.rows for cell in row[index]}
        if not column.numbers and looks & {"text", "iri"}:
            return index
    return None


def _said(cells: tuple[Cell, ...]) -> str:
    return "; ".join(cell.text for cell in cells if cell.text)


def _cut(count: int) -> str:
    if count <= MOST:
        return ""
    told = gettext("The first %(shown)s of %(count)s are drawn.")
    return " " + told % {"shown": MOST, "count": count}

"""The drawing of a timeline: where its lanes, years and moments stand, as numbers for SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.pages.sheets.moments import LANES, Moment

WIDTH = 1000
_LABELS = 150
_EDGE = 30
_TOP = 34
_LINE = 26
_GAP = 10
_RADIUS = 9
_MARK = 22
"""The room that a mark and the space beside it take, in units of the drawing."""


@dataclass(frozen=True)
class Point:
    """A moment in the drawing; ``number`` is its place in the list beneath."""

    number: int
    x: int
    y: int
    start: int
    width: int
    moment: Moment


@dataclass(frozen=True)
class Lane:
    """The moments of one kind, and where the message that names them stands."""

    heading: str
    name: str
    top: int
    height: int
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Year:
    """A line that a year begins at."""

    text: str
    x: int


@dataclass(frozen=True)
class Timeline:
    """A drawing of ``width`` by ``height``, and the moments in it as a list.

    ``label_x`` is where the words of the lanes begin; ``mirrored`` says that
    time runs from right to left.
    """

    width: int
    height: int
    label_x: int
    mirrored: bool
    lanes: tuple[Lane, ...]
    years: tuple[Year, ...]
    moments: tuple[Moment, ...]


def draw(moments: Sequence[Moment], *, mirrored: bool) -> Timeline | None:
    """Return the timeline of some moments, ``None`` if fewer than two have a date."""
    dated = [moment for moment in moments if moment.first and moment.last]
    if len(dated) < 2:
        return None
    scale = _Scale(
        min(moment.first.year for moment in dated if moment.first),
        max(moment.last.year for moment in dated if moment.last) + 1,
        mirrored,
    )
    lanes, top = [], _TOP
    for name, heading in LANES.items():
        points, height = _points(moments, name, scale, top)
        if points:
            lanes.append(Lane(heading, name, top, height, points))
            top += height
    label_x = WIDTH - 8 if mirrored else 8
    return Timeline(WIDTH, top + 6, label_x, mirrored, tuple(lanes), scale.years(), tuple(moments))


@dataclass(frozen=True)
class _Scale:
    """Days as places; with RTL the first day stands at the right."""

    first: int
    beyond: int
    mirrored: bool

    def x(self, day: date) -> int:
        """Return where a day stands."""
        begin = date(self.first, 1, 1)
        days = (date(self.beyond, 1, 1) - begin).days
        room = WIDTH - _LABELS - 2 * _EDGE
        x = _LABELS + _EDGE + round((day - begin).days / days * room)
        return WIDTH - x if self.mirrored else x

    def years(self) -> tuple[Year, ...]:
        """Return the years that have a line, at most twelve of them."""
        step = max(1, -(-(self.beyond - self.first) // 12))
        shown = range(self.first, self.beyond + 1, step)
        return tuple(Year(str(year), self.x(date(year, 1, 1))) for year in shown)


def _points(
    moments: Sequence[Moment], lane: str, scale: _Scale, top: int
) -> tuple[tuple[Point, ...], int]:
    """Return the points of a lane, below one another where they would overlap, and its height."""
    lines: list[list[tuple[int, int]]] = []
    points = []
    for number, moment in enumerate(moments, 1):
        if moment.lane != lane or not moment.first or not moment.last:
            continue
        low, high = sorted((scale.x(moment.first), scale.x(moment.last)))
        taken = low - _MARK // 2, max(high, low) + _MARK // 2
        line = _free(lines, taken)
        y = top + _GAP // 2 + line * _LINE + _LINE // 2
        width = high - low + 2 * _RADIUS if high - low > _RADIUS else 0
        points.append(Point(number, (low + high) // 2, y, low - _RADIUS, width, moment))
    return tuple(points), len(lines) * _LINE + _GAP


def _free(lines: list[list[tuple[int, int]]], taken: tuple[int, int]) -> int:
    for index, spans in enumerate(lines):
        if all(taken[0] >= end or taken[1] <= start for start, end in spans):
            spans.append(taken)
            return index
    lines.append([taken])
    return len(lines) - 1

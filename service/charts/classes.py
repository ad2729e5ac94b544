"""A class diagram: boxes in two columns, and arrows in the lanes beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service.charts.drawing import WIDTH, fitted, isolated, room

_MARGIN, _LANE = 44.0, 72.0
_BOX = (WIDTH - 2 * _MARGIN - _LANE) / 2
_HEAD, _ROW, _APART = 30.0, 20.0, 26.0
_COLUMNS = 2
_STEP = 4.0


@dataclass(frozen=True)
class Line:
    """One property of a class; ``leads`` are the classes of its values that are drawn too.

    ``number`` says how many values there may be, and is never cut.
    """

    text: str
    leads: tuple[str, ...] = ()
    number: str = ""


@dataclass(frozen=True)
class Box:
    """A class; ``key`` is what lines lead to."""

    key: str
    name: str
    href: str
    lines: tuple[Line, ...]
    x: float = 0
    y: float = 0

    width = _BOX
    head = _HEAD
    row = _ROW

    @property
    def height(self) -> float:
        """Units down."""
        return _HEAD + _ROW * len(self.lines) + 8


@dataclass(frozen=True)
class Diagram:
    """Boxes in their places, and arrows as the points they run through."""

    title: str
    description: str
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[tuple[tuple[float, float], ...], ...]
    mirrored: bool
    width: float = WIDTH


def diagram(title: str, description: str, boxes: Sequence[Box], mirrored: bool) -> Diagram:
    """Return boxes laid out, the next always in the column that is lower so far."""
    ends = [0.0] * _COLUMNS
    placed: list[Box] = []
    for box in boxes:
        column = ends.index(min(ends))
        lines = tuple(_fitted(line) for line in box.lines)
        x = _MARGIN + column * (_BOX + _LANE)
        placed.append(replace(box, x=x, y=ends[column], lines=lines, name=isolated(box.name)))
        ends[column] += placed[-1].height + _APART
    found = {box.key: box for box in placed}
    arrows = tuple(_mirrored(points) if mirrored else points for points in _arrows(placed, found))
    if mirrored:
        placed = [replace(box, x=WIDTH - box.x - _BOX) for box in placed]
    return Diagram(title, description, max(ends) - _APART + 2, tuple(placed), arrows, mirrored)


def _fitted(line: Line) -> Line:
    number = f" [{line.number}]" if line.number else ""
    return replace(line, text=fitted(line.text, _BOX - 20 - room(number)) + number)


def _arrows(
    boxes: Sequence[Box], found: Mapping[str, Box]
) -> list[tuple[tuple[float, float], ...]]:
    """Return an arrow for each line and box it leads to; each runs in a lane of its own."""
    arrows: list[tuple[tuple[float, float], ...]] = []
    for box in boxes:
        for index, line in enumerate(box.lines):
            down = box.y + _HEAD + _ROW * (index + 0.5) + 4
            for target in (found[key] for key in line.leads if key in found):
                arrows.append(_arrow(box, target, down, len(arrows)))
    return arrows


def _arrow(box: Box, target: Box, down: float, number: int) -> tuple[tuple[float, float], ...]:
    shift = (number % 8 + 1) * _STEP
    end = target.y + 6 + (number % 5) * 4
    left = box.x < WIDTH / 2
    if box.x == target.x:
        side, lane = (box.x, box.x - shift) if left else (box.x + _BOX, box.x + _BOX + shift)
        return (side, down), (lane, down), (lane, end), (side, end)
    start, stop = (box.x + _BOX, target.x) if left else (box.x, target.x + _BOX)
    lane = start + shift + 12 if left else start - shift - 12
    return (start, down), (lane, down), (lane, end), (stop, end)


def _mirrored(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    return tuple((WIDTH - x, y) for x, y in points)

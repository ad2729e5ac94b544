"""Tiles: one for each thing, under the heading that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.charts.drawing import WIDTH, Mark, fitted, isolated

_HEADING, _TEXT, _GAP, _APART = 24.0, 16.0, 14.0, 4.0
_SMALL, _LARGE = (22.0, 22.0), (54.0, 34.0)


@dataclass(frozen=True)
class Tile:
    """One thing; an empty tile is there for comparison. ``code`` stands on it if it has one."""

    title: str
    code: str = ""
    filled: bool = True


@dataclass(frozen=True)
class Heap:
    """Tiles under one heading."""

    heading: str
    tiles: tuple[Tile, ...]


def tiles(heaps: Sequence[Heap]) -> tuple[tuple[Mark, ...], float]:
    """Return the marks of tiles under their headings, and their height.

    Tiles with codes are large and their heaps mostly low, so two of them stand
    beside each other.
    """
    coded = any(tile.code for heap in heaps for tile in heap.tiles)
    abreast, size = (2, _LARGE) if coded else (1, _SMALL)
    width = WIDTH / abreast
    marks: list[Mark] = []
    down = 0.0
    for start in range(0, len(heaps), abreast):
        shelf = [
            _heap(heap, column * width, down, width - _APART, size)
            for column, heap in enumerate(heaps[start : start + abreast])
        ]
        marks += [mark for found, _ in shelf for mark in found]
        down += max(height for _, height in shelf) + _GAP
    return tuple(marks), down


def _heap(
    heap: Heap, left: float, down: float, room: float, size: tuple[float, float]
) -> tuple[list[Mark], float]:
    width, height = size
    across = int((room + _APART) // (width + _APART))
    marks = [Mark("label", left, down + _TEXT, text=isolated(fitted(heap.heading, room)))]
    for index, tile in enumerate(heap.tiles):
        row, column = divmod(index, across)
        x, y = left + column * (width + _APART), down + _HEADING + row * (height + _APART)
        marks += _tile(tile, x, y, width, height)
    rows = -(-len(heap.tiles) // across)
    return marks, _HEADING + rows * (height + _APART)


def _tile(tile: Tile, x: float, y: float, width: float, height: float) -> list[Mark]:
    marks = [Mark("bar" if tile.filled else "ring", x, y, width, height, title=tile.title)]
    if tile.code:
        kind = "inside" if tile.filled else "value"
        middle = (x + width / 2, y + height / 2 + 5)
        marks.append(Mark(kind, *middle, text=tile.code, anchor="middle"))  # type: ignore[arg-type]
    return marks

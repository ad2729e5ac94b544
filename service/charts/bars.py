"""Bars: numbers by what they are of, each beside the number itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.charts.drawing import WIDTH, Mark, fitted, isolated

_ROW, _TEXT, _THICK, _GAP = 20.0, 15.0, 14.0, 10.0
_VALUE_ROOM = 150.0


@dataclass(frozen=True)
class Value:
    """A number and how it is written; ``name`` says what it is where there are several."""

    amount: float
    written: str
    name: str = ""


@dataclass(frozen=True)
class Row:
    """What the numbers are of."""

    label: str
    values: tuple[Value, ...]


def bars(rows: Sequence[Row], greatest: float = 0) -> tuple[tuple[Mark, ...], float]:
    """Return the marks of bars, and their height.

    Args:
        rows: From the top down.
        greatest: What a whole bar stands for; the greatest amount if 0.
    """
    most = greatest or max((v.amount for row in rows for v in row.values), default=0) or 1
    marks: list[Mark] = []
    down = 0.0
    for row in rows:
        marks.append(Mark("label", 0, down + _TEXT, text=isolated(fitted(row.label, WIDTH))))
        down += _ROW
        for value in row.values:
            marks += _bar(row.label, value, down, most)
            down += _THICK + 4
        down += _GAP
    return tuple(marks), down


def _bar(label: str, value: Value, down: float, most: float) -> list[Mark]:
    full = WIDTH - _VALUE_ROOM
    length = max(0.0, value.amount) / most * full
    said = f"{value.written} {value.name}".strip()
    return [
        Mark("track", 0, down, full, _THICK),
        Mark("bar", 0, down, length, _THICK, title=f"{label}: {said}"),
        Mark("value", full + 8, down + _THICK - 2, text=fitted(said, _VALUE_ROOM - 8)),
    ]

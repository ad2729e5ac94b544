"""What a chart is made of, before a template writes it as SVG."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import Literal as OneOf

Kind = OneOf["bar", "track", "ring", "line", "label", "value", "inside"]
Anchor = OneOf["start", "middle", "end"]

WIDTH = 720.0
"""Units across; a unit is a pixel where there is room."""

_OPPOSITE: dict[Anchor, Anchor] = {"start": "end", "middle": "middle", "end": "start"}
_LETTER, _WIDE_LETTER = 7.2, 14.0
_RTL, _ISOLATE, _POP = "\u2067", "\u2068", "\u2069"


@dataclass(frozen=True)
class Mark:
    """A rectangle, a line down or a text.

    ``bar`` is filled, ``track`` is what it is a part of, ``ring`` is empty:
    never is a difference made by colour alone. A ``line`` has a height and no
    width; ``label``, ``value`` and ``inside`` are texts, the last on a bar.
    ``title`` is what a pointer is told.
    """

    kind: Kind
    x: float
    y: float
    width: float = 0
    height: float = 0
    text: str = ""
    anchor: Anchor = "start"
    title: str = ""


@dataclass(frozen=True)
class Drawing:
    """A chart; ``description`` says in words what it shows."""

    title: str
    description: str
    height: float
    marks: tuple[Mark, ...]
    width: float = WIDTH


def mirrored(drawing: Drawing) -> Drawing:
    """Return a chart as it is read from right to left.

    The coordinates change sides, and not the direction of the SVG, under which
    anchors of texts would flip once more.
    """
    return replace(drawing, marks=tuple(_mirrored(mark, drawing.width) for mark in drawing.marks))


def _mirrored(mark: Mark, width: float) -> Mark:
    return replace(
        mark,
        x=width - mark.x - mark.width,
        anchor=_OPPOSITE[mark.anchor],
        text=f"{_RTL}{mark.text}{_POP}" if mark.text else "",
    )


def isolated(text: str) -> str:
    """Return a text that keeps its own direction wherever it stands."""
    return f"{_ISOLATE}{text}{_POP}"


def room(text: str) -> float:
    """Return roughly the units that a text takes.

    Example:
        >>> room("ab") < room("日本")
        True
    """
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return wide * _WIDE_LETTER + (len(text) - wide) * _LETTER


def fitted(text: str, units: float) -> str:
    """Return a text, cut so that it fits.

    Example:
        >>> fitted("abcdefgh", 36)
        'abcd…'
    """
    if room(text) <= units:
        return text
    while text and room(text + "…") > units:
        text = text[:-1]
    return text.rstrip() + "…"

"""A small graph of what points at a thing and at what it points, as numbers for SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.pages.cells import Cell
from service.pages.things import Thing

MAX_SIDE = 14
"""How many neighbours are drawn on either side; the lists of the page have more."""

WIDTH = 1000
_NODE = 330
_LINE = 30
_TOP = 40
_MIDDLE = 190
_LETTERS = 40
_CENTRE_LETTERS = 22


@dataclass(frozen=True)
class Neighbour:
    """A thing beside the centre, by which property, and where; ``curve`` is the line to it."""

    cell: Cell
    text: str
    property: str
    x: int
    y: int
    curve: str


@dataclass(frozen=True)
class Neighbourhood:
    """The drawing: the centre, those that point at it and those that it points at.

    ``before`` and ``after`` are where the headings of the two sides stand.
    """

    width: int
    height: int
    node: int
    middle: int
    centre_x: int
    centre_y: int
    centre: str
    before: int
    after: int
    incoming: tuple[Neighbour, ...]
    outgoing: tuple[Neighbour, ...]


def neighbourhood(thing: Thing, *, mirrored: bool) -> Neighbourhood | None:
    """Return the neighbourhood of a thing, ``None`` if nothing is beside it."""
    incoming = _few([(group.property.text, cell) for group in thing.links for cell in group.things])
    outgoing = _few(
        [
            (entry.name.text, fact.value)
            for entry in thing.properties
            for fact in entry.facts
            if fact.value.href and not fact.value.foreign
        ]
    )
    if not incoming and not outgoing:
        return None
    lines = max(len(incoming), len(outgoing), 2)
    height = _TOP + lines * _LINE + 10
    centre = WIDTH // 2, _TOP + lines * _LINE // 2
    left, right = 0, WIDTH - _NODE
    before, after = (right, left) if mirrored else (left, right)
    return Neighbourhood(
        WIDTH,
        height,
        _NODE,
        _MIDDLE,
        *centre,
        _cut(thing.name.text, _CENTRE_LETTERS),
        before,
        after,
        _side(incoming, before, lines, centre),
        _side(outgoing, after, lines, centre),
    )


def _few(found: Sequence[tuple[str, Cell]]) -> list[tuple[str, Cell]]:
    """Return the first neighbours, each once, of every property some before more of any."""
    unique: dict[str, tuple[str, Cell]] = {}
    for name, cell in found:
        unique.setdefault(cell.href, (name, cell))
    groups: dict[str, list[tuple[str, Cell]]] = {}
    for name, cell in unique.values():
        groups.setdefault(name, []).append((name, cell))
    rounds = max((len(group) for group in groups.values()), default=0)
    spread = [
        group[turn] for turn in range(rounds) for group in groups.values() if turn < len(group)
    ]
    kept = spread[:MAX_SIDE]
    return [entry for group in groups.values() for entry in group if entry in kept]


def _side(
    found: Sequence[tuple[str, Cell]], x: int, lines: int, centre: tuple[int, int]
) -> tuple[Neighbour, ...]:
    begin = _TOP + (lines - len(found)) * _LINE // 2
    inner = x + _NODE if x < centre[0] else x
    edge = centre[0] - _MIDDLE // 2 if x < centre[0] else centre[0] + _MIDDLE // 2
    bend = (inner + edge) // 2
    shown = []
    for index, (name, cell) in enumerate(found):
        y = begin + index * _LINE + _LINE // 2
        curve = f"M{inner} {y}C{bend} {y} {bend} {centre[1]} {edge} {centre[1]}"
        shown.append(Neighbour(cell, _cut(cell.text, _LETTERS), name, x, y, curve))
    return tuple(shown)


def _cut(text: str, letters: int) -> str:
    """Return a text that fits; Chinese letters take twice the room."""
    room, kept = letters, ""
    for letter in text:
        room -= 2 if "\u2e80" <= letter <= "\uffef" else 1
        if room < 0:
            return kept.rstrip() + "…"
        kept += letter
    return kept

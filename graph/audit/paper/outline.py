"""A paper as headings, texts and tables: what HTML, PDF and DOCX have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal as OneOf

from graph.audit.paper.view import Name
from graph.languages import Language

Style = OneOf["", "strong", "quiet"]


@dataclass(frozen=True)
class Span:
    """Some letters of a line.

    ``language`` is empty unless it is another than the paper's. ``symbol`` marks
    what keeps its own direction and is never broken into words.
    """

    text: str
    language: str = ""
    symbol: bool = False
    style: Style = ""


Line = tuple[Span, ...]
Cell = tuple[Line, ...]


@dataclass(frozen=True)
class Heading:
    """A heading of a level from 1 down; ``anchor`` is its name for links."""

    level: int
    line: Line
    anchor: str


@dataclass(frozen=True)
class Text:
    """A paragraph; a ``notice`` is set apart, a ``note`` is small."""

    line: Line
    kind: OneOf["", "notice", "note"] = ""


@dataclass(frozen=True)
class Pairs:
    """Terms with what stands for each."""

    rows: tuple[tuple[str, Line], ...]


@dataclass(frozen=True)
class Key:
    """One figure to be seen first: the figure, what it counts, what it is out of."""

    value: str
    label: str
    detail: str


@dataclass(frozen=True)
class Keys:
    """A row of figures to be seen first."""

    items: tuple[Key, ...]


@dataclass(frozen=True)
class Column:
    """A column; ``share`` is its width against the others."""

    heading: str
    share: int
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a heading row that is repeated on every page.

    The first cell of a row is its heading. ``left_out`` says how many rows there
    are if they are not all shown; ``total`` marks the last row as their sum. A
    ``silent`` caption is for those who hear the table: a heading shows it already.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: str = ""
    total: bool = False
    silent: bool = False


Block = Heading | Text | Pairs | Keys | Table


@dataclass(frozen=True)
class Chapter:
    """What begins on a new page; a ``wide`` one lies on its long side."""

    blocks: tuple[Block, ...]
    wide: bool = False


@dataclass(frozen=True)
class Outline:
    """The whole, with what heads it; ``running`` stands at the foot of every page."""

    language: Language
    title: str
    subtitle: Line
    running: str
    chapters: tuple[Chapter, ...]


def words(text: str, style: Style = "") -> Span:
    """Return a span of the paper's own words."""
    return Span(text, style=style)


def symbol(text: str, style: Style = "") -> Span:
    """Return a span that is no word of any language, such as the symbol of a document."""
    return Span(text, symbol=True, style=style)


def named(name: Name, style: Style = "") -> Span:
    """Return a name as a span."""
    return Span(name.text, name.language, name.symbol, style)


def cell(*spans: Span) -> Cell:
    """Return a cell with one line, or an empty cell for no text."""
    line = tuple(span for span in spans if span.text)
    return (line,) if line else ()


def lines(names: Iterable[Name], nothing: str) -> Cell:
    """Return a cell with one line for each name; ``nothing`` stands where there is none."""
    return tuple((named(name),) for name in names) or ((words(nothing, "quiet"),),)


def joined(spans: Iterable[Span], by: str) -> Line:
    """Return spans as one line with something between each two."""
    found: list[Span] = []
    for span in spans:
        found += [words(by), span] if found else [span]
    return tuple(found)

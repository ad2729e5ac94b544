"""What stands in a calendar, free of any language and any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal as OneOf

Words = Mapping[str, str]
"""A text by language code."""

Kind = OneOf["event", "deadline", "reporting point"]
KINDS: tuple[Kind, ...] = ("event", "deadline", "reporting point")

Exactness = OneOf["day", "month", "year", "range", "latest", "earliest"]
"""How exactly days are known.

They are the days themselves (``day``), bounds of one day somewhere between them
(``month``, ``year``, ``range``), or one bound of two (``latest``, ``earliest``).
"""


@dataclass(frozen=True, order=True)
class Span:
    """The first and the last day of an entry, both included, and how exact they are."""

    first: date
    last: date
    exactness: Exactness = "day"

    @property
    def vague(self) -> bool:
        """Whether it covers more days than what it stands for will take."""
        return self.exactness in {"month", "year", "range"}


@dataclass(frozen=True, order=True)
class Source:
    """Where something is stated: a document as it is cited, and a paragraph of it.

    ``paragraph`` is its number, empty for the document as a whole. ``day`` is the
    date of the document, empty if none is stated. ``editor`` and ``rule`` say who
    judged, and by which rule; both are empty for what the document says itself.
    """

    iri: str
    cited: str
    paragraph: str = ""
    day: str = ""
    editor: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Due:
    """One thing that is due: an ask or a promise, the acts it is under, where that is stated."""

    iri: str
    names: Words
    acts: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Meeting:
    """An event that a deadline hangs on; ``state`` is a notation, empty if unknown."""

    iri: str
    names: Words
    state: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing with its days; ``span`` is ``None`` where the record has no date at all.

    ``state`` is that of an event (``scheduled``, ``held``, ``moved``, ``cancelled``).
    ``previous`` is the day it was set for before it was moved. ``postponed`` says
    that this day is all there is, and ``span`` is of it. ``printed`` is a time
    limit as its source words it; ``dues`` are what it is set for, and ``meeting``
    is the event it is told by. ``acts`` are those it serves, as they are cited.
    """

    kind: Kind
    iri: str
    names: Words
    span: Span | None
    sources: tuple[Source, ...]
    state: str = ""
    previous: date | None = None
    postponed: bool = False
    place: Words = field(default_factory=dict)
    country: Words = field(default_factory=dict)
    acts: tuple[str, ...] = ()
    summary: Words = field(default_factory=dict)
    printed: Words = field(default_factory=dict)
    meeting: Meeting | None = None
    dues: tuple[Due, ...] = ()

    @property
    def modified(self) -> str:
        """The day of the newest document it rests on, empty if none bears a date."""
        stated = (*self.sources, *(source for due in self.dues for source in due.sources))
        return max((source.day for source in stated), default="")


@dataclass(frozen=True)
class Calendar:
    """The entries with days in the order of their days, and apart from them those without any.

    ``filters`` holds what they were chosen by: names by parameter. ``modified`` is
    the day of the newest document that any of them rests on, empty if there is none.
    """

    entries: tuple[Entry, ...]
    undated: tuple[Entry, ...]
    filters: Mapping[str, Words]
    modified: str

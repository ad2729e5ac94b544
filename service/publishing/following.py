"""What the page, the feed and the stream of changes share: versions, and how they are chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from flask import current_app
from werkzeug.exceptions import NotFound

from graph.history.apart import is_short
from graph.history.browsing import VersionView
from graph.history.hanging import filters, hanging_on
from graph.history.log import ChangeLog, LogEntry
from graph.history.touching import LOOKED_THROUGH, Counts
from graph.library.parameters import resolve_all
from graph.workspace import Workspace
from service.languages import language
from service.remembering import Recent
from service.serving import library, reader

Views = Recent[tuple[str, frozenset[str] | None], VersionView]
"""Views that are kept, by the name of the version and the things that were chosen."""

KEPT = 2
"""How many views are kept; each may take some 10 MB."""


@dataclass(frozen=True)
class Choice:
    """What was asked for: texts as they were given, and the things that fit (all if ``None``)."""

    given: Mapping[str, str]
    things: frozenset[str] | None


@dataclass(frozen=True)
class Found:
    """A version that changed something that was chosen, and how much it added and removed."""

    entry: LogEntry
    added: int
    removed: int


def log() -> ChangeLog | None:
    """Return the history, ``None`` where an engine elsewhere holds the data and keeps none."""
    workspace: Workspace = current_app.extensions["workspace"]
    return workspace.history_if_kept


def choice(given: Mapping[str, str]) -> Choice:
    """Return what a request chooses.

    Raises:
        ParameterError: If a filter is unknown, or what it says is not in the graph.
    """
    store = reader()
    terms = resolve_all(library(), filters(), "The list of changes", given, store, language().code)
    return Choice(given, hanging_on(store, terms))


def entries(before: int = 0) -> Iterator[LogEntry]:
    """Yield the versions that changed the data, newest first.

    Args:
        before: Only versions before that number; 0 for all.
    """
    history, newest = log(), reader().version.number
    last = min(newest, before - 1) if before else newest
    if history:
        yield from (entry for entry in history.entries() if entry.number <= last)


def found(chosen: Choice, before: int, most: int) -> tuple[list[Found], int]:
    """Return the newest versions with what was chosen, and before which one to go on.

    Args:
        chosen: What was asked for.
        before: Only versions before that number; 0 for all.
        most: How many to return at most.

    Returns:
        The versions, and the number that gives those before them; 0 if there is none.
    """
    listed: list[Found] = []
    last = 0
    looks = most if chosen.things is None else LOOKED_THROUGH
    looked = tuple(islice(entries(before), looks))
    counts = _counts(looked, chosen)
    for entry in looked:
        last = entry.number
        if entry.number in counts:
            listed.append(Found(entry, *counts[entry.number]))
        if len(listed) == most:
            break
    return listed, last if next(entries(last), None) and last > 1 else 0


def _counts(looked: Sequence[LogEntry], chosen: Choice) -> Counts:
    """Return how much of what was chosen versions changed, of those that did."""
    if chosen.things is None:
        return {entry.number: (entry.header.added, entry.header.removed) for entry in looked}
    workspace: Workspace = current_app.extensions["workspace"]
    return workspace.touches.counts(looked, chosen.things) if looked else {}


def view(entry: LogEntry, chosen: Choice) -> VersionView:
    """Return what a version changed of what was chosen; short ones are kept, for more pages."""
    history = log()
    if history is None:
        raise NotFound("There is no history here.")
    if not is_short(entry.header):
        return VersionView(history, entry, chosen.things)
    views: Views = current_app.extensions["views"]
    key = (entry.header.id, chosen.things)
    return views.get(key, lambda: VersionView(history, entry, chosen.things))


def entry_of(number: int) -> LogEntry:
    """Return the version of a number.

    Raises:
        NotFound: If the history does not hold it.
    """
    for entry in entries(number + 1):
        if entry.number == number:
            return entry
        break
    raise NotFound("The history does not hold that version.")

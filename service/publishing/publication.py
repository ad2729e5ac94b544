"""What the machine descriptions share: whose dataset it is, how old, under which licence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest

from graph.history.log import ChangeLog
from graph.releases.shelf import Shelf
from graph.store.interface import ReadStore, Version, value
from graph.vocabulary import CONCEPT, ONTOLOGY, TYPE, mg
from graph.workspace import Workspace
from service.front.counters import Counters
from service.headers import dated
from service.publishing.figures import Figures, read_figures
from service.publishing.kept import Kept
from service.serving import reader


@dataclass(frozen=True)
class Limits:
    """What a query may take: seconds, megabytes of memory and of its answer.

    ``at_once`` are the queries of one client under way; 0 means any number here,
    and any size for ``answer``.
    """

    seconds: float
    memory: int
    answer: int
    at_once: int


@dataclass(frozen=True)
class Publication:
    """One installation as it is published; ``releases`` is where its releases stand.

    ``base`` begins all names, ``license`` is an IRI, ``publisher`` a name or empty.
    """

    base: str
    license: str
    publisher: str
    releases: Shelf
    history: ChangeLog | None
    counters: Counters
    limits: Limits
    _figures: Kept[Figures] = field(default_factory=Kept)
    _things: Kept[tuple[str, ...]] = field(default_factory=Kept)
    _paths: Kept[dict[str, Any]] = field(default_factory=Kept)

    @classmethod
    def of(cls, workspace: Workspace, counters: Counters | None) -> Publication:
        """Return what an installation publishes, counted by counters if there are any."""
        given = workspace.settings
        return cls(
            given.base,
            given.license,
            given.publisher,
            workspace.releases,
            workspace.history_if_kept,
            counters or Counters(),
            Limits(
                given.query_seconds, given.query_memory_mb, given.max_answer_mb, given.per_client
            ),
        )

    def figures(self, store: ReadStore) -> Figures:
        """Return how much a store holds."""
        return self._figures.of(store, lambda: read_figures(store, self.base))

    def things(self, store: ReadStore) -> tuple[str, ...]:
        """Return the names of all things of a store that have a page worth finding, in order.

        Statements and gaps are left out: they are found with what they are about.
        """
        return self._things.of(store, lambda: read_things(store, self.base))

    def paths(self, store: ReadStore, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return the paths of the questions, which depend on what a store holds."""
        return self._paths.of(store, make)

    @property
    def dataset(self) -> NamedNode:
        """The name of the dataset; its address is that of its description."""
        return NamedNode(f"{self.base}void#dataset")

    def changed(self, version: Version) -> str:
        """Return when a version was committed, ISO 8601 in UTC; empty if that is not kept."""
        if self.history is None or not version.number:
            return ""
        found = self.history.headers(version.number - 1, version.number)
        return found[0].when if found else ""


def say_when() -> None:
    """Let the response say when the version that the request is answered from was made."""
    dated(publication().changed(reader().version))


def read_things(store: ReadStore, base: str) -> tuple[str, ...]:
    """Return the names below the base that have a class, statements and gaps aside."""
    sections = " || ".join(
        f'STRSTARTS(STR(?thing), "{prefix}")' for prefix in (f"{base}id/", ONTOLOGY, CONCEPT)
    )
    query = (
        f"SELECT DISTINCT ?thing {{ ?thing {TYPE} ?class "
        f"FILTER(?class NOT IN ({mg('Statement')}, {mg('Gap')})) FILTER({sections}) }}"
    )
    return tuple(sorted(value(row[0]) for row in store.select(query).rows))


def publication() -> Publication:
    """Return what the running application publishes."""
    found: Publication = current_app.extensions["publication"]
    return found


def address(path: str) -> str:
    """Return where a path of the service is reached by whoever is asking.

    Only addresses are made so, never names: the same thing has the same name
    wherever the service runs.
    """
    return request.url_root + path


def place(path: str) -> NamedNode:
    """Return an address as a node.

    Raises:
        BadRequest: If the request does not say which host it asks.
    """
    if not request.host:
        raise BadRequest("The header Host names no host.")
    return NamedNode(address(path))

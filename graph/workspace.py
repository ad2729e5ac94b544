"""What the commands and the service work with: settings, the store, the bundled data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from graph.audit.runs import Runs
from graph.audit.waivers import Waivers
from graph.build.dataset import SourceGraph, build_tables
from graph.build.ontology import GRAPH_KEY, ontology_quads
from graph.errors import StoreError
from graph.history.log import ChangeLog
from graph.history.touching import Touches
from graph.identifiers import Minter
from graph.releases.shelf import Shelf
from graph.resources import folder
from graph.search.indexing import Indexes
from graph.settings import Settings
from graph.store.embedded import Check, EmbeddedReader, EmbeddedStore
from graph.store.interface import Version
from graph.tokens import TokenBook
from graph.writes import WriteLog

if TYPE_CHECKING:
    from graph.store.remote.reader import RemoteReader
    from graph.store.remote.store import RemoteStore

InstalledStore: TypeAlias = "EmbeddedStore | RemoteStore"
"""The store of an installation: the built-in one, or an engine elsewhere."""

InstalledReader: TypeAlias = "EmbeddedReader | RemoteReader"
"""One version of what is in it."""


@dataclass(frozen=True)
class Workspace:
    """One installation: its settings, and the store that they name."""

    settings: Settings

    @property
    def store(self) -> InstalledStore:
        """The store of the installation, for reading and for data that need no check."""
        return store_of(self.settings, None)

    @property
    def checked_store(self) -> InstalledStore:
        """The same store; what is written to it must fit the structure shapes if a setting says so.

        It takes a second to make.
        """
        check = structure_check() if self.settings.validate_writes else None
        return store_of(self.settings, check)

    @property
    def built_in(self) -> EmbeddedStore:
        """The store, for what only the built-in one can do.

        Raises:
            StoreError: If the settings name an engine elsewhere.
        """
        store = self.store
        if not isinstance(store, EmbeddedStore):
            raise StoreError("This is for the built-in store; an engine elsewhere has its own way.")
        return store

    @property
    def history(self) -> ChangeLog:
        """What the versions of the store changed, and who wrote them.

        Raises:
            StoreError: If an engine elsewhere holds the data: it keeps no history.
        """
        self.built_in  # noqa: B018 - refuses others
        return ChangeLog(self.settings.home / "store", self.log)

    @property
    def searches(self) -> Indexes:
        """The search indexes of the installation."""
        given = self.settings
        return Indexes(given.home / "search", self.history_if_kept, given.patience_seconds)

    @property
    def touches(self) -> Touches:
        """What is remembered of which version touched what; for the built-in store."""
        return Touches(self.settings.home / "store", self.history)

    @property
    def history_if_kept(self) -> ChangeLog | None:
        """The history, ``None`` where an engine elsewhere holds the data and keeps none."""
        return None if self.settings.store else self.history

    @property
    def tokens(self) -> TokenBook:
        """The tokens of the installation."""
        return TokenBook(self.settings.home, self.settings.admin_token)

    @property
    def runs(self) -> Runs:
        """The audits that were kept."""
        return Runs(self.settings.home / "audits", self.settings.base)

    @property
    def releases(self) -> Shelf:
        """The releases of the dataset."""
        return Shelf(self.settings.home / "releases")

    @property
    def waivers(self) -> Waivers:
        """The findings that were accepted."""
        return Waivers(self.settings.home / "audits" / "waivers")

    @property
    def log(self) -> WriteLog:
        """The log of writes of the installation."""
        return WriteLog(self.settings.home / "log")

    def build(self, tables: Traversable | Path | None = None) -> tuple[SourceGraph, ...]:
        """Return the ontology and the sources of a folder of tables as graphs.

        Args:
            tables: The folder; the dataset that ships with the product if ``None``.

        Raises:
            TableError: If any cell is wrong.
        """
        name = Minter(self.settings.base).graph(GRAPH_KEY)
        ontology = SourceGraph.of(name.value, ontology_quads(name))
        place = folder("graph", "data") if tables is None else tables
        return (ontology, *build_tables(place, self.settings.base))

    def load(self, graphs: Iterable[SourceGraph]) -> Version:
        """Put the graphs of tables into the store; see ``WritableStore``."""
        return self.store.replace_graphs(graphs)


def store_of(settings: Settings, check: Check | None) -> InstalledStore:
    """Return the store that settings name.

    Args:
        settings: The settings.
        check: What every state has to pass before it is published.

    Raises:
        SettingsError: If the settings of an engine do not fit each other.
    """
    if settings.store:
        # Takes a tenth of a second, and most installations have the built-in store.
        from graph.store.remote.engine import engine_of
        from graph.store.remote.store import RemoteStore

        engine, folder = engine_of(settings), settings.home / "engine"
        return RemoteStore(engine, folder, check, settings.patience_seconds)
    folder, patience = settings.home / "store", settings.patience_seconds
    return EmbeddedStore(folder, check, patience, settings.history_versions)


def structure_check() -> Check:
    """Return what refuses states that break the structure shapes."""
    # Takes half a second, and most commands write nothing.
    from graph.validation import StructureCheck

    return StructureCheck()

"""What the commands and the service work with: settings, the store, the bundled data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from graph.build.dataset import SourceGraph, build_tables
from graph.build.ontology import GRAPH_KEY, ontology_quads
from graph.history.log import ChangeLog
from graph.identifiers import Minter
from graph.resources import folder
from graph.search.indexing import Indexes
from graph.settings import Settings
from graph.store.embedded import Check, EmbeddedStore
from graph.store.interface import Version
from graph.tokens import TokenBook
from graph.writes import WriteLog


@dataclass(frozen=True)
class Workspace:
    """One installation: its settings, and the store in its home."""

    settings: Settings

    @property
    def store(self) -> EmbeddedStore:
        """The store of the installation, for reading and for data that need no check."""
        return self._store(None)

    @property
    def checked_store(self) -> EmbeddedStore:
        """The same store; what is written to it must fit the structure shapes if a setting says so.

        It takes a second to make.
        """
        check = structure_check() if self.settings.validate_writes else None
        return self._store(check)

    @property
    def history(self) -> ChangeLog:
        """What the versions of the store changed, and who wrote them."""
        return ChangeLog(self.settings.home / "store", self.log)

    @property
    def searches(self) -> Indexes:
        """The search indexes of the installation."""
        given = self.settings
        return Indexes(given.home / "search", self.history, given.patience_seconds)

    @property
    def tokens(self) -> TokenBook:
        """The tokens of the installation."""
        return TokenBook(self.settings.home, self.settings.admin_token)

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
        """Put the graphs of tables into the store; see ``EmbeddedStore.replace_graphs``."""
        return self.store.replace_graphs(graphs)

    def _store(self, check: Check | None) -> EmbeddedStore:
        given = self.settings
        folder = given.home / "store"
        return EmbeddedStore(folder, check, given.patience_seconds, given.history_versions)


def structure_check() -> Check:
    """Return what refuses states that break the structure shapes."""
    # Takes half a second, and most commands write nothing.
    from graph.validation import StructureCheck

    return StructureCheck()

"""What the commands and the service work with: settings, the store, the bundled data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from graph.build.dataset import SourceGraph, build_tables
from graph.build.ontology import GRAPH_KEY, ontology_quads
from graph.identifiers import Minter
from graph.resources import folder
from graph.settings import Settings
from graph.store.embedded import EmbeddedStore
from graph.store.interface import Version


@dataclass(frozen=True)
class Workspace:
    """One installation: its settings, and the store in its home."""

    settings: Settings

    @property
    def store(self) -> EmbeddedStore:
        """The store of the installation."""
        return EmbeddedStore(self.settings.home / "store")

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
        """Put graphs into the store; see ``EmbeddedStore.replace_graphs``."""
        return self.store.replace_graphs(graphs)

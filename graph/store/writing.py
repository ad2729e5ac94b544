"""What can be done to every store that can be written to, whichever engine is behind it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from pyoxigraph import Quad

from graph.build.dataset import SourceGraph
from graph.store.changes import (
    AddToGraph,
    Change,
    Committed,
    Condition,
    DeleteGraph,
    ReplaceGraphs,
    Update,
)
from graph.store.interface import Version


class WritableStore(ABC):
    """A store that makes one change at a time, all of it or nothing."""

    @abstractmethod
    def commit(self, change: Change, condition: Condition | None = None) -> Committed:
        """Make a change, all of it or nothing, and publish the state after it.

        Args:
            change: What is to be done.
            condition: What must hold of the state before.

        Returns:
            The version before and after; both are the same if nothing changed.

        Raises:
            StoreBusyError: If another process is writing.
            StoreError: If it cannot be written to.
            WriteError: If the change cannot be made, or the state after it may
                not be published.
            QueryError: If the text of an update is wrong.
        """

    def replace_graphs(self, graphs: Iterable[SourceGraph]) -> Version:
        """Put each graph in the place of the graph of that name, all or nothing.

        Returns:
            The new version; the old one if every graph was there already.

        Raises:
            StoreBusyError: If another process is writing.
        """
        return self.commit(ReplaceGraphs(tuple(graphs))).after

    def update(self, text: str) -> Version:
        """Do all operations of a SPARQL 1.1 update, or none.

        Raises:
            QuerySyntaxError: If the text is not a SPARQL update; it says where.
            QueryRefusedError: If it reaches outside the store, is too long or too
                deep, or an operation fails.
            WriteError: If the state after it may not be published.
            StoreBusyError: If another process is writing.
        """
        return self.commit(Update(text)).after

    def add_to_graph(self, name: str, quads: Iterable[Quad]) -> Version:
        """Add statements to a graph, which is made if it is missing.

        Args:
            name: The IRI of the graph; empty for the default graph.
            quads: The statements; what graph they are in makes no difference.

        Raises:
            WriteError: If the state after it may not be published.
            StoreBusyError: If another process is writing.
        """
        return self.commit(AddToGraph(name, tuple(quads))).after

    def delete_graph(self, name: str) -> Version:
        """Remove a graph with all its statements.

        Args:
            name: The IRI of the graph; empty for the default graph, which becomes empty.

        Raises:
            UnknownGraphError: If there is no graph of that name.
            WriteError: If the state after it may not be published.
            StoreBusyError: If another process is writing.
        """
        return self.commit(DeleteGraph(name)).after

"""The order in which the properties of a thing are shown: that of the columns of its table."""

from __future__ import annotations

from collections.abc import Mapping

from graph.records.schema import Schema
from graph.vocabulary import LABEL, mg

Order = Mapping[str, int]
"""The rank of a property by its IRI; a property that is not in it comes after all that are."""

LAST = 1_000


def orders(schema: Schema) -> Mapping[str, Order]:
    """Return the order of properties for the things of each table, by the path of their IRIs."""
    return {
        table.path: {
            LABEL.value if column.predicate == "label" else mg(column.predicate).value: rank
            for rank, column in enumerate(table.columns)
            if column.predicate
        }
        for table in schema.tables.values()
    }

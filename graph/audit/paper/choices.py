"""The words that a cell of the tables may hold, where they are few enough for a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rdflib import RDFS, SKOS, Graph, Literal

from graph.audit.model import Words
from graph.languages import best
from graph.records.cells import RESERVED
from graph.records.schema import TableSchema, read_schema
from graph.resources import folder, texts

MOST = 60
"""How many words a list has at most."""

_GAP = "gap"


@dataclass(frozen=True)
class Choice:
    """A scheme whose words are offered; with ``gap`` also the words for not knowing."""

    scheme: str
    gap: bool
    many: bool


@dataclass(frozen=True)
class Choices:
    """The tables, and the words of every scheme with their meaning by language."""

    tables: Mapping[str, TableSchema]
    schemes: Mapping[str, tuple[tuple[str, Words], ...]]

    def of(self, answer: str) -> Choice | None:
        """Return what can be chosen in a cell, ``None`` where anything may be written.

        Args:
            answer: The cell as ``table.column``.
        """
        table, _, name = answer.partition(".")
        columns = self.tables[table].columns if table in self.tables else ()
        column = next((column for column in columns if column.name == name), None)
        if column is None or not 0 < len(self.schemes.get(column.scheme, ())) <= MOST:
            return None
        return Choice(column.scheme, column.gap, column.many)

    def words(self, choice: Choice, language: str) -> tuple[tuple[str, str], ...]:
        """Return the words to write and what each means in a language."""
        told = list(self.schemes[choice.scheme])
        if choice.gap:
            states = dict(self.schemes[_GAP])
            told += [(word, states[notation]) for word, notation in RESERVED.items()]
        return tuple((word, meaning[best(meaning, language)]) for word, meaning in told)


@lru_cache(maxsize=1)
def read_choices() -> Choices:
    """Return the choices of the tables and schemes that ship with the package."""
    schemes = {
        name: _words(text) for name, text in texts(folder("ontology", "concepts"), ".ttl").items()
    }
    return Choices(read_schema().tables, schemes)


def _words(text: str) -> tuple[tuple[str, Words], ...]:
    graph = Graph().parse(data=text, format="turtle")
    found = []
    for concept, notation in graph.subject_objects(SKOS.notation):
        labels = {
            str(label.language): str(label)
            for label in graph.objects(concept, RDFS.label)
            if isinstance(label, Literal)
        }
        found.append((str(notation), labels))
    return tuple(sorted(found, key=lambda pair: pair[0]))

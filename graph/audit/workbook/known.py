"""What the dataset knows that a workbook may refer to: things, sources, editors."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, Quad

from graph.build.ontology import notations
from graph.identifiers import Minter, key_problem
from graph.library.parameters import fold
from graph.records.cells import CellProblem
from graph.records.check import EDITORS, PARAGRAPHS, Known
from graph.records.schema import SOURCE_TABLES, Schema
from graph.store.interface import ReadStore, value
from graph.vocabulary import LABEL, PREFIXES, TYPE, mg

_PARAGRAPH = "/paragraph/"
_SPELLED = f"""PREFIX mg: <{PREFIXES["mg"]}> SELECT DISTINCT ?thing ?spelling {{
  {{ ?thing a mg:CLASS }} ?thing PATH ?spelling }}"""
_SPELLINGS = f"{LABEL}|mg:symbol|mg:citedAs|mg:designation|mg:title"


class Dataset:
    """One version of the dataset, as the keys that tables know it by; looked up when asked for."""

    def __init__(self, store: ReadStore, schema: Schema, base: str) -> None:
        """Name what is asked; ``base`` begins the IRI of every instance."""
        self.schema = schema
        self.minter = Minter(base)
        self._store = store
        self._base = base
        self._keys: dict[str, set[str]] = {}
        self._described: dict[str, tuple[Quad, ...]] = {}

    def describe(self, iri: str) -> tuple[Quad, ...]:
        """Return the statements about a thing; none if it is not there."""
        if iri not in self._described:
            self._described[iri] = self._store.describe(iri)
        return self._described[iri]

    def holds(self, quads: Iterable[Quad]) -> bool:
        """Return whether all statements are there, in whatever graph."""
        return all(
            any(
                (found.predicate, found.object) == (quad.predicate, quad.object)
                for found in self.describe(quad.subject.value)
            )
            for quad in quads
            if isinstance(quad.subject, NamedNode)
        )

    def place(self, iri: str) -> tuple[str, str]:
        """Return the table and the key of a thing, both empty if no table has it."""
        rest = iri.removeprefix(f"{self._base}id/")
        if rest == iri:
            return "", ""
        tables = {
            table.path: name for name, table in self.schema.tables.items() if name != PARAGRAPHS
        }
        path, _, key = rest.partition("/")
        return (tables[path], unquote(key)) if path in tables and key else ("", "")

    def name(self, iri: str) -> str:
        """Return what a thing is called, in English if it is."""
        labels = {
            quad.object.language or "": quad.object.value
            for quad in self.describe(iri)
            if quad.predicate == LABEL and isinstance(quad.object, Literal)
        }
        return labels.get("en") or next(iter(labels.values()), self.place(iri)[1])

    def led_to(self, iri: str, predicate: str) -> tuple[str, ...]:
        """Return the keys of what a property of a thing leads to."""
        ends = (
            quad.object.value
            for quad in self.describe(iri)
            if quad.predicate == mg(predicate) and isinstance(quad.object, NamedNode)
        )
        return tuple(sorted({self.place(end)[1] for end in ends} - {""}))

    def keys(self, table: str) -> set[str]:
        """Return the keys of a table."""
        if table not in self._keys:
            query = f"SELECT DISTINCT ?thing {{ ?thing {TYPE} {mg(self._class(table))} }}"
            iris = [value(row[0]) for row in self._store.select(query).rows]
            found = self._paragraphs(iris) if table == PARAGRAPHS else self._own(iris, table)
            self._keys[table] = set(found)
        return self._keys[table]

    def known(self, tables: Iterable[str]) -> Known:
        """Return what references into some tables may name."""
        return Known({table: self.keys(table) for table in tables}, self._notations, ())

    def source(self, text: str) -> str:
        """Return the key of the document that a text names: by key, IRI, symbol or name.

        Raises:
            CellProblem: If none or several are called that.
        """
        return self._named(text, SOURCE_TABLES, "the key or symbol of a document that is known")

    def editor(self, text: str) -> str:
        """Return the key of the editor of that key or name, empty if there is none.

        Raises:
            CellProblem: If it is nearly that of an editor, or no name at all.
        """
        try:
            return self._named(text, (EDITORS,), "")
        except CellProblem:
            spelled = self._spelled[EDITORS]
            near = get_close_matches(fold(text), spelled, 1, 0.85)
            if near:
                (key, *_) = sorted(spelled[near[0]])
                raise CellProblem(text, f"is not known as an editor; did you mean {key}?") from None
            if not re.search(r"\w", text) or len(text) > 200:
                raise CellProblem(text, "is no name; write who entered it") from None
            return ""

    def _named(self, text: str, tables: tuple[str, ...], wanted: str) -> str:
        for table in tables:
            if text in self.keys(table):
                return text
        table, key = self.place(text)
        if table in tables and key in self.keys(table):
            return key
        spelled: dict[str, set[str]] = defaultdict(set)
        for table in tables:
            for spelling, keys in self._spelled[table].items():
                spelled[spelling] |= keys
        found = spelled.get(fold(text), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise CellProblem(text, f"is the name of several; write {' or '.join(sorted(found))}")
        near = get_close_matches(fold(text), spelled, 3, 0.6)
        hints = dict.fromkeys(key for spelling in near for key in sorted(spelled[spelling]))
        hint = f", such as {' or '.join(hints)}" if hints else ""
        raise CellProblem(text, f"is not known; write {wanted}{hint}")

    @cached_property
    def _notations(self) -> Mapping[str, Collection[str]]:
        return notations()

    @cached_property
    def _spelled(self) -> Mapping[str, Mapping[str, set[str]]]:
        """The keys by what sources and people call them, by table."""
        found: dict[str, dict[str, set[str]]] = {}
        for table in (*SOURCE_TABLES, EDITORS):
            query = _SPELLED.replace("CLASS", self._class(table)).replace("PATH", _SPELLINGS)
            spelled: dict[str, set[str]] = defaultdict(set)
            for thing, spelling in self._store.select(query).rows:
                spelled[fold(value(spelling))].add(self.place(value(thing))[1])
            for key in self.keys(table):
                spelled[fold(key)].add(key)
            found[table] = dict(spelled)
        return found

    def _class(self, table: str) -> str:
        return self.schema.tables[table].rdf_class

    def _own(self, iris: Iterable[str], table: str) -> Iterable[str]:
        return (key for name, key in map(self.place, iris) if name == table)

    def _paragraphs(self, iris: Iterable[str]) -> Iterable[str]:
        for iri in iris:
            document, found, number = iri.rpartition(_PARAGRAPH)
            if not found:
                continue
            head, again, rest = document.partition(_PARAGRAPH)
            yield f"{self.place(head if again else document)[1]}#{unquote(rest or number)}"


def new_key(name: str, taken: set[str]) -> str:
    """Return a key for somebody of a name.

    Example:
        >>> new_key("A. Clerk (Nairobi)", set())
        'a-clerk-nairobi'
    """
    words = re.findall(r"\w+", fold(name))
    key = "-".join(words)
    if key_problem(key) or key in taken:
        key = f"editor-{key}"
    return key

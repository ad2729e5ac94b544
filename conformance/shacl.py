"""The W3C's tests of SHACL: whether judging by queries finds what they say is to be found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store

from conformance.errors import MismatchError
from conformance.report import Outcome
from graph.errors import SettingsError
from graph.shacl.document import Document, Node
from graph.shacl.judging import Judge
from graph.shacl.paths import spelled
from graph.shacl.vocabulary import sh
from graph.store.interface import Version
from graph.store.reading import EngineReader

BASE = "https://w3c.github.io/data-shapes/"
"""What the IRIs of the tests' files begin with, wherever the copy lies."""

SUITES = {"SHACL Core": "core/manifest.ttl", "SHACL-SPARQL": "sparql/manifest.ttl"}

_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_SHT = "http://www.w3.org/ns/shacl-test#"
_INCLUDE, _ENTRIES, _ACTION, _RESULT = (
    NamedNode(_MF + name) for name in ("include", "entries", "action", "result")
)
_FAILURE = NamedNode(_SHT + "Failure")

Row = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Tests:
    """A copy of the tests; ``root`` is their folder in w3c/data-shapes."""

    root: Path

    @classmethod
    def at(cls, path: Path) -> Tests:
        """Return the copy in a folder: that of the repository, or of the tests.

        Raises:
            SettingsError: If the tests are not there.
        """
        for root in (path / "data-shapes-test-suite" / "tests", path / "tests", path):
            if (root / SUITES["SHACL Core"]).is_file():
                return cls(root)
        raise SettingsError(
            f"{path} holds no copy of w3c/data-shapes: it should contain the folder "
            "data-shapes-test-suite/tests/core."
        )

    def run(self, only: re.Pattern[str]) -> Iterator[Outcome]:
        """Run the tests whose names a regular expression finds."""
        for title, manifest in SUITES.items():
            for path, test in self._cases(self.root / manifest):
                name = f"{path.parent.relative_to(self.root).as_posix()}#{path.stem}"
                if only.search(name):
                    yield self._outcome(title, name, path, test)

    def _cases(self, path: Path) -> Iterator[tuple[Path, Node]]:
        document = self._document(path)
        place = NamedNode(self._iri(path))
        for included in document.nodes(place, _INCLUDE):
            yield from self._cases(self._path(included))
        for entries in document.nodes(place, _ENTRIES):
            for test in document.items(entries):
                if isinstance(test, NamedNode):
                    yield path, test

    def _outcome(self, title: str, name: str, path: Path, test: Node) -> Outcome:
        document = self._document(path)
        (action,) = document.nodes(test, _ACTION)
        (result,) = document.nodes(test, _RESULT)
        data, shapes = (
            self._path(document.nodes(action, NamedNode(_SHT + part))[0])
            for part in ("dataGraph", "shapesGraph")
        )
        try:
            self._judge(document, result, data, shapes)
        except MismatchError as error:
            return Outcome(title, name, error)
        return Outcome(title, name)

    def _judge(self, document: Document, result: Node, data: Path, shapes: Path) -> None:
        store = Store()
        text, base = data.read_text("utf-8"), self._iri(data)
        store.extend(pyoxigraph.parse(text, format=RdfFormat.TURTLE, base_iri=base))
        judge = Judge([f"@base <{self._iri(shapes)}> .\n{shapes.read_text('utf-8')}"])
        found = judge.judge(EngineReader(store, Version(1, "", {})).select)
        if result == _FAILURE:
            if not found.unjudged:
                raise MismatchError("It was judged, and should not have been.")
            return
        if found.unjudged:
            raise MismatchError(f"It was not judged: {', '.join(set(found.unjudged.values()))}")
        expected = _expected(document, result)
        named = all(row[1] for row in expected)
        actual = {
            _row(one.focus, one.shape if named else "", one.component, one.path, one.value)
            for one in found.results
        }
        expected = {row if named else (row[0], "", *row[2:]) for row in expected}
        if actual != expected:
            raise MismatchError("The results differ.", sorted(expected), sorted(actual))

    def _document(self, path: Path) -> Document:
        return Document.of([f"@base <{self._iri(path)}> .\n{path.read_text('utf-8')}"])

    def _iri(self, path: Path) -> str:
        return BASE + path.relative_to(self.root).as_posix()

    def _path(self, node: Node) -> Path:
        return self.root / node.value.removeprefix(BASE)


def _expected(document: Document, report: Node) -> set[Row]:
    rows = set()
    for result in document.nodes(report, sh("result")):
        (focus,) = document.values(result, sh("focusNode"))
        (component,) = document.nodes(result, sh("sourceConstraintComponent"))
        shape = document.one(result, "sourceShape")
        path, value = document.one(result, "resultPath"), document.one(result, "value")
        rows.add(
            _row(
                str(focus),
                shape.value if isinstance(shape, NamedNode) else "",
                component.value,
                "" if path is None else spelled(document.path(path)),
                "" if value is None else str(value),
            )
        )
    return rows


def _row(focus: str, shape: str, component: str, path: str, value: str) -> Row:
    """Return what is compared: blank nodes are blank nodes, whatever they are called."""
    blank = str(BlankNode("x"))[:2]
    focus, value = (blank if text.startswith(blank) else text for text in (focus, value))
    return focus, shape, component, path, value

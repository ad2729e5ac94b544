"""The copy of the test suites, and the tests that its manifests list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, Graph, Namespace
from rdflib.term import Node, URIRef

from graph.errors import SettingsError

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
BASE = "https://w3c.github.io/rdf-tests/sparql/"
"""What the IRIs of the suites' files begin with, wherever the copy lies."""


@dataclass(frozen=True)
class Copy:
    """A copy of the suites; ``root`` is the folder ``sparql`` of w3c/rdf-tests."""

    root: Path

    @classmethod
    def at(cls, path: Path) -> Copy:
        """Return the copy in a folder: that of the repository, or its ``sparql``.

        Raises:
            SettingsError: If the suites are not there.
        """
        for root in (path / "sparql", path):
            if (root / "sparql11" / "manifest-all.ttl").is_file():
                return cls(root)
        raise SettingsError(
            f"{path} holds no copy of w3c/rdf-tests: it should contain the folder sparql/sparql11."
        )

    def path(self, iri: str) -> Path:
        """Return the file that an IRI under ``BASE`` names."""
        return self.root / iri.removeprefix(BASE)

    def iri(self, path: Path) -> str:
        """Return the IRI of a file of the copy."""
        return BASE + path.relative_to(self.root).as_posix()

    def manifest(self, name: str) -> Manifest:
        """Return a manifest by its path under ``root``."""
        path = self.root / name
        if not path.is_file():
            raise SettingsError(f"The copy of w3c/rdf-tests lacks {name}.")
        data = Graph().parse(path, publicID=self.iri(path), format="turtle")
        return Manifest(self, path, data)


@dataclass(frozen=True)
class Manifest:
    """One manifest as it was read."""

    copy: Copy
    path: Path
    data: Graph

    @property
    def name(self) -> str:
        """The path under the root of the copy."""
        return self.path.relative_to(self.copy.root).as_posix()

    def cases(self) -> Iterator[Case]:
        """Yield the tests that this manifest and those it includes list, in their order."""
        for entries in self.data.objects(None, MF.entries):
            for node in self.data.items(entries):
                yield Case(self, node)
        for included in self.data.objects(None, MF.include):
            for other in self.data.items(included):
                name = self.copy.path(str(other)).relative_to(self.copy.root)
                yield from self.copy.manifest(name.as_posix()).cases()

    def lists(self) -> bool:
        """Return whether the manifest itself, not one that it includes, lists tests."""
        return any(self.data.objects(None, MF.entries))

    def unlisted(self) -> list[Case]:
        """Return the tests that the manifest describes but does not list."""
        listed = {case.node for case in self.cases()}
        described = {
            node
            for node, kind in self.data.subject_objects(RDF.type)
            if str(kind).startswith(MF) and "Test" in str(kind).removeprefix(MF)
        }
        return [Case(self, node) for node in sorted(described - listed, key=str)]


@dataclass(frozen=True)
class Case:
    """One test: a node of a manifest."""

    manifest: Manifest
    node: Node

    @property
    def name(self) -> str:
        """What the test is called in ``known.toml``: folder, ``#``, local name."""
        folder = self.manifest.path.parent.relative_to(self.manifest.copy.root).as_posix()
        return f"{folder}#{str(self.node).rpartition('#')[2]}"

    @property
    def kind(self) -> str:
        """The local name of the test's class, such as ``QueryEvaluationTest``."""
        kinds = [str(kind) for kind in self.objects(RDF.type) if str(kind).startswith(MF)]
        return kinds[0].removeprefix(MF) if kinds else ""

    def objects(self, prop: URIRef, node: Node | None = None) -> list[Node]:
        """Return the values of a property, of the test itself if no node is given."""
        return list(self.manifest.data.objects(node or self.node, prop))

    def value(self, prop: URIRef, node: Node | None = None) -> Node | None:
        """Return a value of a property, ``None`` if there is none."""
        return next(iter(self.objects(prop, node)), None)

    def items(self, prop: URIRef, node: Node | None = None) -> list[Node]:
        """Return the items of the list that is the value of a property."""
        start = self.value(prop, node)
        return [] if start is None else list(self.manifest.data.items(start))

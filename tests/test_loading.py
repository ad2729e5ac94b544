"""RDF files are loaded graph by graph, and checked like every other write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.rdf import SUFFIXES
from graph.settings import Settings
from graph.workspace import Workspace
from tests.terminal import run

FILES = {
    "a.nq": '<urn:s> <urn:p> "n" <urn:x:nq> .\n<urn:s> <urn:p> "m" <urn:x:more> .\n',
    "a.trig": "<urn:x:trig> { <urn:s> <urn:p> 't' }",
    "a.ttl": "<urn:s> <urn:p> 'turtle' .",
    "a.nt": '<urn:s> <urn:p> "triples" .',
    "a.jsonld": '{"@id": "urn:s", "urn:x:p": "json"}',
}


def graphs(home: Path) -> set[str]:
    return set(Workspace(Settings(home=home)).store.version().graphs)


def write(folder: Path, name: str, text: str = "") -> Path:
    place = folder / name
    place.write_text(text or FILES[name], "utf-8")
    return place


def test_files_of_every_kind_are_loaded_together(tmp_path: Path) -> None:
    files = [write(tmp_path, name) for name in ("a.nq", "a.trig", "a.ttl")]
    found = run(tmp_path / "home", "load", *files, "--graph", "urn:x:rest")
    assert found.exit_code == 0, found.output
    assert found.stdout.startswith("Loaded 4 statements from 4 graphs.")
    assert graphs(tmp_path / "home") == {"urn:x:nq", "urn:x:more", "urn:x:trig", "urn:x:rest"}


@pytest.mark.parametrize("name", FILES)
def test_each_kind_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    assert Path(name).suffix in SUFFIXES
    file = write(tmp_path, name)
    assert run(tmp_path / "home", "load", file, "--graph", "urn:x:a").exit_code == 0


def test_a_graph_takes_the_place_of_its_earlier_version_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(home, "load", write(tmp_path, "a.nq"))
    run(home, "load", write(tmp_path, "b.nq", '<urn:s> <urn:p> "new" <urn:x:nq> .\n'))
    table = Workspace(Settings(home=home)).store.reader().select("SELECT ?o { ?s ?p ?o }")
    assert sorted(str(row[0]) for row in table.rows) == ['"m"', '"new"']
    again = run(home, "load", write(tmp_path, "b.nq", '<urn:s> <urn:p> "new" <urn:x:nq> .\n'))
    assert again.stdout.endswith("The dataset is at version 2.\n")


BAD = {
    "no graph": ("a.ttl", "", [], 2, "--graph"),
    "no IRI": ("a.ttl", "", ["--graph", "x"], 2, "no IRI"),
    "cut": ("a.nq", '<urn:s> <urn:p> "n" <urn:x:nq> .\n<urn:s>', [], 2, "cannot be read"),
    "blank graph": ("a.nq", '<urn:s> <urn:p> "n" _:g .', [], 2, "no IRI"),
    "unknown": ("a.png", "x", [], 2, "no RDF file"),
}


@pytest.mark.parametrize(("name", "text", "words", "status", "message"), BAD.values(), ids=BAD)
def test_what_cannot_be_loaded_is_told(
    tmp_path: Path, name: str, text: str, words: list[str], status: int, message: str
) -> None:
    found = run(tmp_path / "home", "load", write(tmp_path, name, text), *words)
    assert (found.exit_code, message in found.output) == (status, True), found.output
    assert "Traceback" not in found.output
    assert not graphs(tmp_path / "home")


def test_data_that_break_the_shapes_are_not_loaded(tmp_path: Path) -> None:
    kind = "<https://w3id.org/mandategraph/ontology/Act>"
    found = run(tmp_path / "home", "load", write(tmp_path, "a.nq", f"<urn:s> a {kind} <urn:x:g> ."))
    assert found.exit_code == 2
    text = f"<urn:s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {kind} <urn:x:g> ."
    found = run(tmp_path / "home", "load", write(tmp_path, "a.nq", text))
    assert found.exit_code == 1
    assert "urn:s: An act has a name in English" in found.output
    assert not graphs(tmp_path / "home")
    log = tmp_path / "home" / "log" / "writes.jsonl"
    assert json.loads(log.read_text("utf-8").splitlines()[-1])["outcome"] == "ShapesError"

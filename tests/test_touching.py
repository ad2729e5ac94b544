"""What is remembered of which version touched what is what its patch says."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from graph.history.browsing import VersionView
from graph.history.files import PatchFiles
from graph.history.log import LogEntry
from graph.history.touching import Touches
from graph.settings import Settings
from graph.workspace import Workspace

THINGS = [f"urn:x:{number}" for number in range(12)]
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
VERSIONS = 40


def update(chance: random.Random) -> str:
    """Return an update that adds and removes facts, and says where they are stated."""
    parts = []
    for number in range(chance.randrange(1, 6)):
        one, other = chance.choices(THINGS, k=2)
        kind = chance.choice(["INSERT", "INSERT", "DELETE"])
        thing = chance.choice([f"<{other}>", '"a <urn:x:1> b"', "7"])
        node = f"urn:node:{chance.random()}"
        stated = f"<{node}> <{RDF}subject> <{one}> ; <{RDF}object> {thing} ." if number % 2 else ""
        graph = f"GRAPH <urn:g:{number % 2}>"
        parts.append(f"{kind} DATA {{ {graph} {{ <{one}> <urn:p> {thing} . {stated} }} }}")
    # Each makes a version, whatever there was before.
    parts.append(f"INSERT DATA {{ GRAPH <urn:g:0> {{ <urn:y> <urn:p> {chance.random()} }} }}")
    return " ;\n".join(parts)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace(Settings(home=tmp_path_factory.mktemp("touched")))
    chance = random.Random(7)  # noqa: S311 - no secret
    for _ in range(VERSIONS):
        made.store.update(update(chance))
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Tell the patches that are read."""
    numbers: list[int] = []
    lines = PatchFiles.lines

    def noted(self: PatchFiles, number: int) -> Iterator[bytes]:
        numbers.append(number)
        return lines(self, number)

    monkeypatch.setattr(PatchFiles, "lines", noted)
    return numbers


def told(workspace: Workspace, entries: list[LogEntry], things: set[str]) -> object:
    views = {entry.number: VersionView(workspace.history, entry, things) for entry in entries}
    counts = {number: view.counts() for number, view in views.items()}
    return {number: found for number, found in counts.items() if any(found)}


@pytest.mark.parametrize("most", [0, 1, 2, 5, 12])
def test_what_is_remembered_is_what_the_patches_say(workspace: Workspace, most: int) -> None:
    entries, things = list(workspace.history.entries()), set(THINGS[:most])
    assert len(entries) == VERSIONS
    assert workspace.touches.counts(entries, things) == told(workspace, entries, things)
    some = entries[3:17]
    assert workspace.touches.counts(some, things) == told(workspace, some, things)


def test_nothing_is_read_twice(workspace: Workspace, read: list[int]) -> None:
    entries = list(workspace.history.entries())
    first = workspace.touches.counts(entries, set(THINGS))
    read.clear()
    assert list(workspace.history.entries()) == entries
    assert workspace.touches.counts(entries, set(THINGS)) == first
    assert read == []
    workspace.store.update(update(random.Random(8)))  # noqa: S311 - no secret
    newer = list(workspace.history.entries())
    assert workspace.touches.counts(newer, set(THINGS)) == told(workspace, newer, set(THINGS))
    assert set(read[:3]) == {newer[0].number}


def test_what_cannot_be_remembered_is_read(workspace: Workspace) -> None:
    entries, things = list(workspace.history.entries()), set(THINGS)
    damaged = Touches(workspace.settings.home / "odd", workspace.history)
    (workspace.settings.home / "odd").mkdir()
    (workspace.settings.home / "odd" / "touched.sqlite").write_bytes(b"no database at all" * 99)
    assert damaged.counts(entries, things) == told(workspace, entries, things)


def test_versions_that_are_kept_no_more_are_forgotten(tmp_path: Path) -> None:
    made = Workspace(Settings(home=tmp_path, history_versions=3))
    chance = random.Random(9)  # noqa: S311 - no secret
    for _ in range(6):
        made.store.update(update(chance))
        entries = list(made.history.entries())
        found = made.touches.counts(entries, set(THINGS))
        assert found == told(made, entries, set(THINGS))
        # The oldest is that before the ones that are kept.
        with closing(sqlite3.connect(tmp_path / "store" / "touched.sqlite")) as database:
            known = database.execute("SELECT name FROM version").fetchall()
        assert len(known) <= 4

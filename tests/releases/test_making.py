"""Releases as an operator makes them: whole, the same for the same data, never changed."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from graph.errors import ReleaseError, StoreError, UnknownReleaseError
from graph.releases.comparing import _differences
from graph.releases.dumping import write_dumps
from graph.releases.making import Wanted, judge, make
from graph.releases.model import CRATE, SUMS, Release
from graph.releases.shelf import Shelf
from graph.releases.sorting import LineSorter
from graph.settings import Settings
from graph.workspace import Workspace
from tests.terminal import run

DAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CHANGE = """PREFIX mg: <https://w3id.org/mandategraph/ontology/>
DELETE WHERE { GRAPH ?g { <https://w3id.org/mandategraph/id/event/wuf-10> mg:designation ?old } } ;
INSERT DATA { GRAPH <urn:x:new> {
  <urn:x:s> <urn:x:p> "line\\nbreak \\"quoted\\" é", "<urn:not:a:graph>", <urn:x:o> } }"""


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(loaded, tmp_path / "home"))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, loaded: Path) -> Workspace:
    """Return an installation with a release of one day, and another of the same."""
    home = tmp_path_factory.mktemp("two") / "home"
    workspace = Workspace(Settings(home=Path(shutil.copytree(loaded, home))))
    made(workspace, DAY)
    workspace.store.update(CHANGE)
    made(workspace, DAY + timedelta(hours=1), "Second", "With what was missing")
    return workspace


def made(workspace: Workspace, now: datetime, title: str = "", note: str = "") -> Release:
    reader = workspace.store.reader()
    judged = judge(workspace, reader, now)
    release, _ = make(workspace, reader, judged, Wanted(now, title, note))
    return release


def unpacked(workspace: Workspace, name: str, suffix: str) -> bytes:
    file = workspace.releases.read(name).file(f"mandategraph.{suffix}.gz")
    assert file
    return gzip.decompress(workspace.releases.place(name, file.name).read_bytes())


def test_a_release_is_made_once_for_the_same_data(home: Path) -> None:
    first = run(home, "release", "--title", "First")
    assert (first.exit_code, "Released" in first.stdout) == (0, True), first.output
    again = run(home, "release", "--title", "Another title")
    assert (again.exit_code, "already" in again.stdout) == (0, True)
    listed = run(home, "release", "--list").stdout.splitlines()
    assert len(listed) == 1
    assert listed[0].endswith("First")


def test_a_dry_run_writes_nothing(home: Path) -> None:
    before = sorted(home.rglob("*"))
    found = run(home, "release", "--dry-run")
    assert (found.exit_code, "can be released as" in found.stdout) == (0, True)
    assert sorted(home.rglob("*")) == before


def test_data_that_break_the_publication_profile_are_not_released(home: Path) -> None:
    wrong = """INSERT DATA { GRAPH <urn:x:g> {
      <urn:x:thing> a <https://w3id.org/mandategraph/ontology/Event> } }"""
    Workspace(Settings(home=home)).store.update(wrong)
    for words in (("release",), ("release", "--dry-run")):
        found = run(home, *words)
        assert found.exit_code == 1
        assert "urn:x:thing" in found.stdout
        assert "Nothing was released" in found.stderr
    assert not (home / "releases").exists()


BAD = {
    "a list with a title": (["--list", "--title", "x"], "leave the others out"),
    "a list that is dry": (["--list", "--dry-run"], "leave the others out"),
    "a title that cannot be shown": (["--title", "a\x07b"], "plain text"),
    "a note that is too long": (["--note", "x" * 10_001], "10,000 characters"),
    "something else": (["2026-11-23"], "unexpected extra argument"),
}


@pytest.mark.parametrize(("words", "said"), BAD.values(), ids=BAD)
def test_what_cannot_be_asked_is_said(tmp_path: Path, words: list[str], said: str) -> None:
    found = run(tmp_path, "release", *words)
    assert found.exit_code == 2
    assert said in found.stderr


def test_without_data_or_releases_that_is_said(tmp_path: Path) -> None:
    found = run(tmp_path, "release")
    assert (found.exit_code, "mandategraph load" in found.stderr) == (2, True)
    listed = run(tmp_path, "release", "--list")
    assert (listed.exit_code, "no release yet" in listed.stderr) == (0, True)


def test_all_formats_hold_the_dataset(two: Workspace) -> None:
    name = two.releases.names()[0]
    forms = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}
    reader = two.store.reader()
    expected = set(reader.engine)  # type: ignore[union-attr]
    for suffix, form in forms.items():
        assert set(parse(unpacked(two, name, suffix), format=form)) == expected, suffix
    lines = unpacked(two, name, "nq").splitlines()
    assert lines == sorted(lines)
    assert two.releases.read(name).statements == len(lines) == len(expected)


def test_the_same_data_give_the_same_bytes(two: Workspace, tmp_path: Path) -> None:
    reader = two.store.reader()
    for place in (tmp_path / "a", tmp_path / "b"):
        place.mkdir()
        write_dumps(reader, place, "x")
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
        assert file.read_bytes()[4:8] == bytes(4)


def test_the_patch_leads_from_one_release_to_the_next(two: Workspace) -> None:
    newest, oldest = two.releases.names()
    assert (newest, oldest) == ("2026-11-23.2", "2026-11-23")
    text = gzip.decompress(two.releases.place(newest, "changes.patch.gz").read_bytes())
    sides: dict[bytes, set[Quad]] = {b"A ": set(), b"D ": set()}
    for line in text.splitlines():
        if line[:2] in sides:
            sides[line[:2]] |= set(parse(line[2:], format=RdfFormat.N_QUADS))
    before, after = (
        set(parse(unpacked(two, name, "nq"), format=RdfFormat.N_QUADS)) for name in (oldest, newest)
    )
    assert (before - sides[b"D "]) | sides[b"A "] == after
    assert sides[b"A "] == after - before
    assert sides[b"D "] == before - after
    assert not two.releases.place(oldest, "changes.patch.gz").exists()


def test_checksums_are_right_and_files_are_not_writable(two: Workspace) -> None:
    for name in two.releases.names():
        release = two.releases.read(name)
        folder = two.releases.place(name, SUMS).parent
        assert {file.name for file in release.files} == {file.name for file in folder.iterdir()}
        for file in release.files:
            content = (folder / file.name).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
            assert not (folder / file.name).stat().st_mode & 0o222


def test_the_description_is_an_ro_crate(two: Workspace) -> None:
    """Checks what the specification demands of the descriptor, the root and its files."""
    for name in two.releases.names():
        folder = two.releases.place(name, CRATE).parent
        document = json.loads((folder / CRATE).read_text("utf-8"))
        assert document["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
        entities = {entity["@id"]: entity for entity in document["@graph"]}
        assert len(entities) == len(document["@graph"])
        assert all(entity["@type"] for entity in entities.values())
        descriptor, root = entities[CRATE], entities["./"]
        assert descriptor["about"] == {"@id": "./"}
        assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
        assert root["@type"] == "Dataset"
        assert datetime.fromisoformat(root["datePublished"]).tzinfo
        assert root["name"]
        assert root["description"]
        assert root["license"]["@id"] in entities
        parts = {part["@id"] for part in root["hasPart"]}
        assert parts == {file.name for file in folder.iterdir()} - {CRATE}
        assert {entities[part]["@type"] for part in parts} == {"File"}
        assert all(linked in entities for linked in links(document["@graph"]))


def links(entities: list[dict[str, object]]) -> set[str]:
    """Return what entities point at, apart from the specification itself."""
    found: set[str] = set()
    for entity in entities:
        for value in entity.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    found.add(one["@id"])
    return {link for link in found if not link.startswith("https://w3id.org/ro/")}


def test_what_was_said_of_a_release_is_kept(two: Workspace) -> None:
    second, first = two.releases.all()
    assert (second.title, second.note) == ("Second", "With what was missing")
    assert (second.previous, first.previous) == (first.name, "")
    assert (first.number, second.number) == (1, 2)
    assert two.releases.read("latest") == second == two.releases.newest()


def test_a_release_that_cannot_be_finished_leaves_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    workspace = Workspace(Settings(home=home))
    monkeypatch.setattr("graph.releases.making._write_reports", full)
    with pytest.raises(StoreError, match="no space left"):
        made(workspace, DAY)
    assert [entry.name for entry in (home / "releases").iterdir()] == ["lock"]
    monkeypatch.undo()
    (home / "releases" / "making-left").mkdir()
    assert made(workspace, DAY).name == "2026-11-23"
    assert not (home / "releases" / "making-left").exists()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no description": lambda place: (place / CRATE).unlink(),
    "a description of nothing": lambda place: rewritten(place / CRATE, "{}"),
    "no description at all": lambda place: rewritten(place / CRATE, "nonsense"),
    "no checksums": lambda place: (place / SUMS).unlink(),
    "checksums of nothing": lambda place: rewritten(place / SUMS, "nonsense\n"),
    "a checksum of a file elsewhere": lambda place: rewritten(place / SUMS, f"{'0' * 64}  ../x\n"),
    "a file that is gone": lambda place: (place / "LICENCE.txt").unlink(),
}


def rewritten(place: Path, text: str) -> None:
    place.chmod(0o644)
    place.write_text(text, "utf-8")


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_release_is_told(
    two: Workspace, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    folder = two.releases.place("2026-11-23", "").parent
    shelf = Shelf(Path(shutil.copytree(folder, tmp_path / "releases")))
    damage(tmp_path / "releases" / "2026-11-23")
    with pytest.raises(ReleaseError, match="2026-11-23"):
        shelf.read("2026-11-23")


@pytest.mark.parametrize("name", ["", "..", ".", "lock", "2026-11-24", "latest/..", "2026-11-23/"])
def test_there_is_no_release_of_another_name(two: Workspace, name: str) -> None:
    with pytest.raises(UnknownReleaseError):
        two.releases.read(name)


def test_releases_of_a_day_are_numbered(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for name in ("2026-11-23", "2026-11-23.2", "2026-11-23.10", "2026-11-22", "2026-11-23.x"):
        (tmp_path / name).mkdir()
    assert shelf.names() == ("2026-11-23.10", "2026-11-23.2", "2026-11-23", "2026-11-22")
    assert shelf.next_name(date(2026, 11, 23)) == "2026-11-23.11"
    assert shelf.next_name(date(2026, 11, 24)) == "2026-11-24"


def test_lines_are_sorted_whatever_fits_into_memory(tmp_path: Path) -> None:
    lines = [f"{number}\n".encode() for number in range(1_000)]
    random.Random(1).shuffle(lines)  # noqa: S311 - only an order
    for held in (10, 999, 1_000_000):
        sorter = LineSorter(tmp_path / str(held), held)
        for line in lines:
            sorter.add(line)
        assert list(sorter.lines()) == sorted(lines)
    assert list(LineSorter(tmp_path / "none").lines()) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("", "ab", "+a+b"),
        ("ab", "", "-a-b"),
        ("abd", "bcd", "-a+c"),
        ("ac", "bd", "-a+b-c+d"),
        ("abc", "abc", ""),
    ],
)
def test_sorted_lines_are_compared_as_they_come(old: str, new: str, expected: str) -> None:
    before, after = ([bytes([sign]) for sign in text.encode()] for text in (old, new))
    found = _differences(iter(before), iter(after))
    assert "".join("-+"[added] + line.decode() for added, line in found) == expected

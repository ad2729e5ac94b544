"""The commands that look after an installation: history, dump, backup, restore, doctor."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from graph.errors import ArchiveError, StoreBusyError, StoreError
from graph.history.patch import quads_of, statements
from graph.keeping.archive import back_up, restore
from graph.keeping.presence import absent, present
from graph.store.embedded import EmbeddedStore
from graph.tokens import TokenBook
from graph.writes import Entry, WriteLog
from tests.terminal import run
from tests.test_store import source
from tests.visitor import serving

MALI = "https://w3id.org/mandategraph/id/country/MLI"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with four versions: the bundled dataset, then three small writes."""
    place = tmp_path_factory.mktemp("home")
    assert run(place, "load").exit_code == 0
    store = EmbeddedStore(place / "store")
    store.update(f"DELETE WHERE {{ GRAPH ?g {{ <{MALI}> ?p 'Mali'@fr }} }}")
    store.update(f"INSERT DATA {{ GRAPH <urn:x:g> {{ <urn:x:s> <urn:x:p> <{MALI}> }} }}")
    store.replace_graphs([source("a", "=1+1", "é\n")])
    WriteLog(place / "log").add(Entry("registry", "update", None, "done", 1, 2))
    TokenBook(place).create("admin", "registry")
    return place


def rows(home: Path, *words: str) -> list[dict[str, str]]:
    found = run(home, "history", "--format", "csv", *words)
    assert found.exit_code == 0, found.output
    return list(csv.DictReader(io.StringIO(found.stdout)))


def quads(home: Path) -> frozenset[Quad]:
    return frozenset(EmbeddedStore(home / "store").reader().engine)


def test_versions_are_told_newest_first(home: Path) -> None:
    found = rows(home)
    assert [row["version"] for row in found] == ["4", "3", "2", "1"]
    assert [row["who"] for row in found] == ["", "", "registry", "command line"]
    assert (found[2]["removed"], found[2]["added"]) == ("1", "0")
    assert [row["version"] for row in rows(home, "--since", "3")] == ["4"]
    assert [row["version"] for row in rows(home, "--between", "3", "1")] == ["3", "2"]


@pytest.mark.parametrize("name", [MALI, "MLI", "mali", "id/country/MLI"])
def test_facts_of_a_thing_are_told_with_their_source(home: Path, name: str) -> None:
    found = rows(home, "--thing", name, "--since", "1")
    assert [(row["change"], row["subject"], row["object"]) for row in found] == [
        ("added", "urn:x:s", MALI),
        ("removed", MALI, "Mali"),
    ]
    assert found[1]["language"] == "fr"
    assert found[1]["source"].endswith("/graph/un-m49")


def test_facts_name_the_paragraph_they_are_read_from(home: Path) -> None:
    told = run(home, "history", "--act", "resolution 1/2", "--format", "json").stdout
    facts = json.loads(told)
    mandates = [row for row in facts if row["predicate"].endswith("ontology/underAct")]
    assert all(row["paragraphs"] for row in mandates if "/id/mandate/" in row["subject"])
    assert any("/Res.2/paragraph/1" in name for row in mandates for name in row["paragraphs"])
    assert not any("/id/statement/" in row["subject"] for row in facts)


def test_tables_are_for_people(home: Path) -> None:
    found = run(home, "history", "--thing", MALI, "--since", "1", "--format", "table").stdout
    assert "id/country/MLI" in found
    assert "rdfs:label" in found
    nothing = run(home, "history", "--since", "4", "--format", "table").stdout
    assert nothing == "Nothing is in the history.\n"


def test_a_patch_leads_from_one_version_to_the_other(home: Path) -> None:
    text = run(home, "history", "--between", "1", "4", "--format", "patch").stdout_bytes
    assert run(home, "history", "--since", "1", "--format", "patch").stdout_bytes == text
    held = set(parse(run(home, "build").stdout_bytes, format=RdfFormat.N_QUADS))
    for is_added, line in statements(text.splitlines()):
        quad = next(quads_of([line]))
        (held.add if is_added else held.remove)(quad)
    assert held == quads(home)
    back = run(home, "history", "--between", "4", "1", "--format", "patch").stdout_bytes
    there, away = set(statements(text.splitlines())), set(statements(back.splitlines()))
    assert away == {(not is_added, line) for is_added, line in there}


def test_a_dump_is_what_the_store_holds(home: Path, tmp_path: Path) -> None:
    forms = [("nquads", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG), ("jsonld", RdfFormat.JSON_LD)]
    for word, form in forms:
        body = run(home, "dump", "--format", word).stdout_bytes
        assert frozenset(parse(body, format=form)) == quads(home)
    place = tmp_path / "a.ttl"
    words = ("dump", "--format", "turtle", "--graph", "urn:x:a", "--output", str(place))
    assert run(home, *words).exit_code == 0
    assert len(list(parse(place.read_bytes(), format=RdfFormat.TURTLE))) == 2


BAD = {
    "since what": (["history", "--since", "x"], 2, "not a valid integer"),
    "since before": (["history", "--since", "-1"], 2, "not in the range"),
    "one version": (["history", "--between", "1"], 2, "requires 2 arguments"),
    "no such version": (["history", "--between", "1", "99"], 2, "does not lead"),
    "both": (["history", "--since", "1", "--between", "1", "2"], 2, "not both"),
    "two things": (["history", "--thing", "a", "--act", "b"], 2, "not both"),
    "unknown thing": (["history", "--thing", "Atlantis"], 2, "not known"),
    "no IRI": (["history", "--thing", "a:b c"], 2, "not known"),
    "unknown act": (["history", "--act", "Res.999"], 2, "not known"),
    "unknown format": (["history", "--format", "xml"], 2, "is not one of"),
    "patch of what": (["history", "--format", "patch"], 2, "--between"),
    "patch of a thing": (
        ["history", "--format", "patch", "--since", "1", "--thing", "a"],
        2,
        "all",
    ),
    "patch too far": (["history", "--between", "0", "9", "--format", "patch"], 2, "reaches from"),
    "turtle of all": (["dump", "--format", "turtle"], 2, "--graph"),
    "no graph IRI": (["dump", "--graph", "a b"], 2, "is no IRI"),
    "no such graph": (["dump", "--graph", "urn:x:none"], 2, "no graph"),
    "dump where": (["dump", "--output", "/nowhere/there"], 2, "nowhere"),
    "backup where": (["backup", "/nowhere/there"], 2, "cannot be made"),
    "no such backup": (["restore", "/nowhere/there"], 2, "does not exist"),
    "restore over": (["restore", __file__], 2, "--force"),
    "restore what": (["restore", "--force", __file__], 2, "no backup"),
}


@pytest.mark.parametrize(("words", "status", "message"), BAD.values(), ids=BAD)
def test_bad_input_gets_a_sentence_and_changes_nothing(
    home: Path, words: list[str], status: int, message: str
) -> None:
    found = run(home, *words)
    assert found.exit_code == status, found.output
    assert message in found.output
    assert EmbeddedStore(home / "store").version().number == 4


def test_nothing_loaded_has_no_history(tmp_path: Path) -> None:
    assert rows(tmp_path) == []
    for words in (["dump"], ["history", "--thing", "Mali"]):
        found = run(tmp_path, *words)
        assert (found.exit_code, "mandategraph load" in found.output) == (2, True)
    assert run(tmp_path / "none", "backup", str(tmp_path / "b")).exit_code == 2


def test_what_was_backed_up_is_restored(home: Path, tmp_path: Path) -> None:
    archive, other = tmp_path / "backup.tar.gz", tmp_path / "other"
    assert run(home, "backup", str(archive)).exit_code == 0
    assert archive.stat().st_mode & 0o077 == 0
    assert run(home, "backup", str(archive)).exit_code == 2
    assert run(home, "backup", str(archive), "--force").exit_code == 0
    assert run(other, "restore", str(archive)).exit_code == 0
    assert quads(other) == quads(home)
    assert [row["who"] for row in rows(other)] == ["", "", "registry", "command line"]
    assert TokenBook(other).listed() == TokenBook(home).listed()
    store = EmbeddedStore(other / "store")
    assert store.clock().number() == 4
    assert store.replace_graphs([source("a", "new")]).number == 5
    assert run(other, "restore", str(archive)).exit_code == 2
    assert run(other, "restore", str(archive), "--force").exit_code == 0
    assert (quads(other), run(other, "doctor").exit_code) == (quads(home), 0)
    assert not [item for item in other.iterdir() if "-" in item.name]


def _without(member: str) -> Callable[[Path], None]:
    def change(archive: Path) -> None:
        _repacked(archive, lambda folder: next(folder.rglob(member)).unlink())

    return change


def _repacked(archive: Path, change: Callable[[Path], object]) -> None:
    folder = archive.parent / "unpacked"
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    change(folder)
    with tarfile.open(archive, "w:gz") as packed:
        for item in folder.iterdir():
            packed.add(item, item.name)


def _cut(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-5000])


def _flipped(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 255
    archive.write_bytes(data)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "cut": _cut,
    "a byte": _flipped,
    "empty": lambda archive: archive.write_bytes(b""),
    "no manifest": _without("manifest.json"),
    "a file is missing": _without("tokens.json"),
    "a file is changed": lambda archive: _repacked(
        archive, lambda folder: (folder / "tokens.json").write_text("[]")
    ),
    "a file too many": lambda archive: _repacked(
        archive, lambda folder: (folder / "more").write_text("x")
    ),
    "another edition": lambda archive: _repacked(
        archive, lambda folder: (folder / "manifest.json").write_text('{"format": 99}')
    ),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_broken_archive_changes_nothing(
    home: Path, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    archive, other = tmp_path / "backup.tar.gz", tmp_path / "other"
    back_up(home, archive)
    damage(archive)
    EmbeddedStore(other / "store").replace_graphs([source("a", "mine")])
    before = quads(other)
    with pytest.raises(ArchiveError):
        restore(other, archive)
    assert quads(other) == before
    assert [item.name for item in other.iterdir()] == ["store"]


def test_nobody_restores_while_others_write(home: Path, tmp_path: Path) -> None:
    archive, other = tmp_path / "backup.tar.gz", tmp_path / "other"
    back_up(home, archive)
    with EmbeddedStore(other / "store").held(), pytest.raises(StoreBusyError):
        restore(other, archive)


def test_nothing_is_restored_beside_a_running_service(home: Path, tmp_path: Path) -> None:
    archive, other = tmp_path / "backup.tar.gz", tmp_path / "other"
    back_up(home, archive)
    with serving(other) as (_, visitor):
        refused = run(other, "restore", archive, "--force")
        assert (refused.exit_code, "stop it first" in refused.output) == (2, True)
        assert visitor.get("/version").get_json()["dataset"]["number"] == 1
        with present(other):
            # Another service of the same home: it is not restored until both have ended.
            pass
    assert run(other, "restore", archive, "--force").exit_code == 0
    assert quads(other) == quads(home)
    with serving(other, "--empty") as (_, visitor):
        assert visitor.get("/version").get_json()["dataset"]["number"] == 4
        assert visitor.get("/changes/4").status_code == 200


def test_no_service_begins_while_a_backup_is_restored(tmp_path: Path) -> None:
    told = "is being restored"
    with absent(tmp_path), pytest.raises(StoreBusyError, match=told), present(tmp_path):
        pass
    with present(tmp_path), pytest.raises(StoreBusyError, match="stop it first"), absent(tmp_path):
        pass


def test_a_swap_that_fails_half_way_is_undone(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, other = tmp_path / "backup.tar.gz", tmp_path / "other"
    back_up(home, archive)
    EmbeddedStore(other / "store").replace_graphs([source("a", "mine")])
    before, rename = quads(other), Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.parent.name.startswith("restoring-") and self.name == "store":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(StoreError, match="no space left"):
        restore(other, archive)
    assert quads(other) == before


def test_an_archive_is_not_kept_in_what_it_holds(home: Path) -> None:
    with pytest.raises(StoreError, match="outside"):
        back_up(home, home / "backup.tar.gz")
    with pytest.raises(StoreError, match="outside"):
        restore(home, home / "tokens.json")


def _spoiled(home: Path) -> None:
    """Make the newest snapshot another than its digests say."""
    snapshot = EmbeddedStore(home / "store").newest()
    assert snapshot is not None
    text = (snapshot / "version.json").read_text("utf-8")
    document = json.loads(text)
    document["graphs"]["urn:x:a"] = "0" * 64
    (snapshot / "version.json").write_text(json.dumps(document), "utf-8")


SICK: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing": (lambda home: shutil.rmtree(home / "store"), "problem  store: holds nothing"),
    "a store that cannot be opened": (
        lambda home: shutil.rmtree(next((home / "store" / "snapshots").iterdir()) / "data"),
        "problem  store: cannot be opened",
    ),
    "a graph that was changed": (_spoiled, "problem  store: is not what was written: urn:x:a"),
    "no patch": (lambda home: shutil.rmtree(home / "store/changes"), "problem  history: does not"),
    "a broken patch": (
        lambda home: (home / "store/changes/000001.patch.gz").write_bytes(b"x"),
        "problem  history: The patch to version 1 is damaged",
    ),
    "open tokens": (lambda home: (home / "tokens.json").chmod(0o644), "problem  tokens: can be"),
    "broken tokens": (lambda home: (home / "tokens.json").write_text("{"), "problem  tokens: The"),
    "open home": (lambda home: home.chmod(0o777), "problem  home: can be written to by everybody"),
}


@pytest.mark.parametrize(("harm", "told"), SICK.values(), ids=SICK)
def test_the_doctor_finds_what_is_wrong(
    tmp_path: Path, harm: Callable[[Path], object], told: str
) -> None:
    place = tmp_path / "home"
    EmbeddedStore(place / "store").replace_graphs([source("a", "1")])
    TokenBook(place).create("admin")
    assert run(place, "doctor").exit_code == 0
    harm(place)
    found = run(place, "doctor")
    assert (found.exit_code, told in found.output) == (1, True), found.output


def test_the_doctor_tells_a_full_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.keeping.doctor.MIN_FREE_MB", 1 << 40)
    found = run(home, "doctor")
    assert (found.exit_code, "problem  disk" in found.output) == (1, True)

"""The command ``serve``: over a real socket, from start to end."""

from __future__ import annotations

import signal
import socket
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from graph.build.dataset import SourceGraph
from graph.commands.main import commands
from graph.errors import StoreBusyError
from graph.settings import Settings
from graph.workspace import Workspace
from graph.writes import PRODUCT
from service import cli
from service.bundled import load_bundled
from tests.visitor import PATIENCE, serving, told_by


def test_it_loads_serves_and_ends(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, visitor):
        assert visitor.get("/health").text == "ok\n"
        page = visitor.get("/questions/funding-by-country.csv")
        assert page.status_code == 200
        assert page.text.count("\r\n") == 10
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        told = told_by(tmp_path).read_text()
        assert f"http://127.0.0.1:{visitor.port}/" in told
        assert "Traceback" not in told


def test_ctrl_c_ends_it_and_empty_loads_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, "--empty") as (process, visitor):
        assert visitor.get("/version").get_json()["dataset"]["number"] == 0
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


def test_killing_it_leaves_no_process_behind(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, visitor):
        process.kill()
        process.wait()
        for _ in range(100):
            try:
                visitor.get("/health")
            except ConnectionError:
                break
            time.sleep(0.1)
        with pytest.raises(ConnectionError):
            visitor.get("/health")
    with serving(tmp_path) as (_, visitor):
        assert visitor.get("/health").status_code == 200


def run(home: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        commands, ["serve", "--empty", *arguments], env={"MANDATEGRAPH_HOME": str(home)}
    )
    return result.exit_code, result.output


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        status, told = run(tmp_path, "--port", str(taken.getsockname()[1]))
    assert status == 2
    assert "in use" in told
    assert "--port" in told


@pytest.mark.parametrize("wrong", [("--port", "0"), ("--port", "x"), ("--host", "not a host")])
def test_an_address_that_cannot_be_is_told_in_a_sentence(
    tmp_path: Path, wrong: tuple[str, str]
) -> None:
    status, told = run(tmp_path, *wrong)
    assert status == 2
    assert "Error" in told
    assert "Traceback" not in told


def test_the_bundled_dataset_is_loaded_once(tmp_path: Path) -> None:
    workspace = Workspace(Settings(home=tmp_path))
    first = load_bundled(workspace)
    assert (first.version.number, first.kept) == (1, 0)
    assert first.changed == len(first.version.graphs)
    again = load_bundled(workspace)
    assert (again.version.number, again.changed, again.kept) == (1, 0, 0)
    assert {number: entry.who for number, entry in workspace.log.authors().items()} == {1: PRODUCT}
    assert len((tmp_path / "log" / "writes.jsonl").read_bytes().splitlines()) == 1


def test_what_somebody_loaded_otherwise_stays(tmp_path: Path) -> None:
    workspace = Workspace(Settings(home=tmp_path))
    load_bundled(workspace)
    name = workspace.build()[1].name
    own = SourceGraph.of(name, [])
    workspace.load([own])
    loaded = load_bundled(workspace)
    assert (loaded.changed, loaded.kept) == (0, 1)
    assert loaded.version.graphs[name] == own.digest


def test_a_new_edition_of_the_product_brings_its_data(tmp_path: Path) -> None:
    workspace = Workspace(Settings(home=tmp_path))
    load_bundled(workspace)
    record = tmp_path / "bundled.json"
    name = workspace.build()[1].name
    earlier = SourceGraph.of(name, [])
    digest = workspace.store.reader().version.graphs[name]
    workspace.load([earlier])
    record.write_text(record.read_text("utf-8").replace(digest, earlier.digest), "utf-8")
    loaded = load_bundled(workspace)
    assert (loaded.changed, loaded.kept) == (1, 0)
    assert loaded.version.graphs[name] == digest


def test_a_writer_at_work_does_not_keep_it_from_serving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace(Settings(home=tmp_path))

    def busy(_: Workspace) -> None:
        raise StoreBusyError("Another process is writing; try again.")

    load_bundled(workspace)
    monkeypatch.setattr(cli, "load_bundled", busy)
    cli._load(workspace)
    assert "served as it is" in capsys.readouterr().out
    with pytest.raises(StoreBusyError):
        cli._load(Workspace(Settings(home=tmp_path / "other")))

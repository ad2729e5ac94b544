"""Audits on the web: chosen, read, taken along, refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.audit.auditing import Auditor
from graph.audit.model import Run
from graph.audit.occasion import at_meeting
from graph.audit.paper.writing import FORMATS
from graph.audit.profiles import read_shapes
from graph.audit.runs import Runs
from graph.settings import Settings
from graph.workers.pool import WorkerPool
from graph.workspace import Workspace
from service.app import create_app
from tests.audit.sample import TAKEN

LIVE = "/audits/live?meeting=eb-1-resumed"


@pytest.fixture(scope="module")
def auditing(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return an installation that keeps audits, as the one that all tests share does not."""
    home = tmp_path_factory.mktemp("auditing") / "home"
    return Workspace(Settings(home=Path(shutil.copytree(loaded, home))))


@pytest.fixture(scope="module")
def auditing_app(auditing: Workspace, pool: WorkerPool) -> Flask:
    """Return the pages of that installation."""
    return create_app(auditing, pool.ask)


@pytest.fixture
def client(auditing_app: Flask) -> FlaskClient:
    """Return a visitor of these pages."""
    return auditing_app.test_client()


@pytest.fixture(scope="module")
def run(auditing: Workspace) -> Run:
    """Return an audit that the installation keeps."""
    shapes, store = read_shapes("board"), auditing.store.reader()
    auditor = Auditor(shapes, at_meeting(store.select, "eb-1-resumed"))
    judgement = auditor.judge(store.select)
    run = auditor.run(store.select, store.version, judgement, TAKEN)
    auditing.runs.keep(run, shapes)
    return run


@pytest.fixture
def installation(loaded: Path, tmp_path: Path) -> Workspace:
    """Return an installation of its own for one test, which its administrator may write to."""
    home = Path(shutil.copytree(loaded, tmp_path / "home"))
    return Workspace(Settings(home=home, admin_token="a token of the test"))  # noqa: S106


def test_a_meeting_is_three_steps_from_the_home_page(client: FlaskClient) -> None:
    assert 'href="/audits"' in client.get("/").text
    chosen = client.get("/audits").text
    assert '<option value="eb-1-resumed"' in chosen
    assert 'action="/audits/live"' in chosen
    page = client.get(LIVE)
    assert page.status_code == 200
    assert 'href="/audits/live.pdf?' in page.text


def test_kept_audits_are_listed_and_read(client: FlaskClient, run: Run) -> None:
    assert f'href="/audits/{run.id}"' in client.get("/audits").text
    assert run.id in client.get(f"/audits/{run.id}").text
    compared = client.get(f"{LIVE}&since={run.id}")
    assert run.id in compared.text


def test_an_audit_asked_for_again_is_neither_made_nor_read_again(
    client: FlaskClient, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(LIVE)

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("service.judging.read_shapes", refuse)
    monkeypatch.setattr(Runs, "read", refuse)
    monkeypatch.setattr(Auditor, "run", refuse)
    assert client.get(LIVE).data == first.data


def test_an_audit_knows_the_one_that_was_kept_meanwhile(
    installation: Workspace, pool: WorkerPool
) -> None:
    client = create_app(installation, pool.ask).test_client()
    address = "/audits/live.json?meeting=eb-1-resumed"
    client.get(address)
    shapes, store = read_shapes("board"), installation.store.reader()
    auditor = Auditor(shapes, at_meeting(store.select, "eb-1-resumed"))
    kept = auditor.run(store.select, store.version, auditor.judge(store.select), TAKEN)
    installation.runs.keep(kept, shapes)
    assert kept.id in client.get(address).text


@pytest.mark.parametrize("form", [form for form in FORMATS if form.suffix != "pdf"])
def test_an_audit_is_a_file_in_every_format(
    client: FlaskClient, run: Run, form: object, request: pytest.FixtureRequest
) -> None:
    found = next(known for known in FORMATS if known == form)
    for address in (
        f"/audits/{run.id}.{found.suffix}",
        f"/audits/live.{found.suffix}?asOf=2019-11-19",
    ):
        reply = client.get(address)
        assert reply.status_code == 200
        assert reply.mimetype == found.media_type
        assert reply.headers["ETag"]


@pytest.mark.parametrize("language", ["ar", "zh"])
def test_an_audit_speaks_the_language_of_the_page(client: FlaskClient, language: str) -> None:
    page = client.get(f"{LIVE}&lang={language}").text
    assert f'<html lang="{language}"' in page


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/audits/live", 303, "/audits"),
        ("/audits/live?meeting=nothing", 404, "No event is called"),
        ("/audits/live?asOf=yesterday", 400, "asOf must be a day"),
        ("/audits/live?asOf=1901-01-01", 400, "lies before any data"),
        ("/audits/live?asOf=2019-11-19&profile=bord", 404, "There is no profile"),
        ("/audits/live?asOf=2019-11-19&since=x", 404, "No audit"),
        ("/audits/live?asOf=2019-11-19&asOf=2020-01-01", 400, "given 2 times"),
        ("/audits/live?when=now", 400, "when is not a parameter"),
        ("/audits/live.odt?asOf=2019-11-19", 404, "There is no format"),
        ("/audits/2019-11-19-board-00000000", 404, "No audit"),
        ("/audits/..%2f..%2fsecret.pdf", 404, ""),
    ],
)
def test_what_cannot_be_shown_is_said(
    client: FlaskClient, address: str, status: int, said: str
) -> None:
    reply = client.get(address)
    assert reply.status_code == status
    assert said in reply.text


def test_without_data_there_is_a_page_that_says_so(empty: FlaskClient) -> None:
    assert empty.get("/audits").status_code == 200
    assert empty.get("/audits/live?asOf=2019-11-19").status_code == 400


def test_whoever_may_write_can_keep_an_audit(installation: Workspace, pool: WorkerPool) -> None:
    client = create_app(installation, pool.ask).test_client()
    form = {"meeting": "eb-1-resumed"}
    assert client.post("/audits", data=form).status_code == 401
    assert installation.runs.names() == ()
    allowed = {"Authorization": "Bearer a token of the test"}
    kept = client.post("/audits", data=form, headers=allowed)
    assert kept.status_code == 201
    assert client.get(kept.headers["Location"]).status_code == 200
    assert installation.runs.names() == (kept.get_json()["run"],)
    assert client.post("/audits", data={"asOf": "x"}, headers=allowed).status_code == 400


def test_an_audit_after_a_write_is_that_of_the_new_state(
    installation: Workspace, pool: WorkerPool
) -> None:
    client = create_app(installation, pool.ask).test_client()
    address = "/audits/live.json?meeting=eb-1-resumed"
    before = client.get(address).get_json()
    funding = f"{installation.settings.base}id/funding/unda-cmr"
    mg = "https://w3id.org/mandategraph/ontology/"
    graph = f"{installation.settings.base}graph/answer"
    installation.store.update(
        f"INSERT DATA {{ GRAPH <{graph}> {{ <{funding}> <{mg}amount> 250000.0 }} }}"
    )
    after = client.get(address).get_json()
    fresh = create_app(installation, pool.ask).test_client().get(address).get_json()
    assert after["list"] != before["list"]
    assert (after["list"], after["total"]) == (fresh["list"], fresh["total"])

"""An installation with a release and a history, and others without."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
from flask.testing import FlaskClient

from graph.releases.making import Wanted, judge, make
from graph.settings import Settings
from graph.workspace import Workspace
from graph.writes import Entry
from service.app import create_app

DAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ID = "https://w3id.org/mandategraph/id/"
CHANGES = (
    f"""PREFIX mg: <https://w3id.org/mandategraph/ontology/>
    INSERT DATA {{ GRAPH <urn:x:new> {{ <{ID}event/new-forum> a mg:Event ;
      mg:hostCountry <{ID}country/MLI> ; mg:serves <{ID}act/HSP/HA.1/Res.5> .
      <urn:x:note> <urn:x:says> "<b>& \\u0007" }} }}""",
    f"""PREFIX mg: <https://w3id.org/mandategraph/ontology/>
    DELETE WHERE {{ GRAPH <urn:x:new> {{ <{ID}event/new-forum> mg:hostCountry ?c }} }}""",
    f"DELETE WHERE {{ GRAPH <urn:x:new> {{ <{ID}event/new-forum> ?p ?o }} }}",
)


@dataclass(frozen=True)
class Published:
    """An installation with four versions and a release of the first."""

    workspace: Workspace
    client: FlaskClient


def nobody(_: object) -> NoReturn:
    raise NotImplementedError


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, workspace: Workspace) -> Published:
    home = tmp_path_factory.mktemp("published") / "home"
    shutil.copytree(workspace.settings.home, home)
    found = Workspace(Settings(home=Path(home)))
    reader = found.store.reader()
    make(found, reader, judge(found, reader, DAY), Wanted(DAY, "<First>", "A & B"))
    for text in CHANGES:
        before = found.store.version().number
        after = found.store.update(text).number
        found.log.add(Entry("registry", "update", None, "done", before, after))
    return Published(found, create_app(found, nobody).test_client())


@pytest.fixture
def client(published: Published) -> FlaskClient:
    return published.client

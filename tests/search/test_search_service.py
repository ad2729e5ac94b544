"""A running service has the index ready before anybody searches, whoever wrote and however much."""

from __future__ import annotations

import fcntl
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from graph.settings import Settings
from graph.workspace import Workspace
from tests.visitor import PATIENCE, Visitor, serving

BEARER = "a-token-for-the-tests"
WORD = "https://example.org/graph/words"


def written(visitor: Visitor, word: str) -> None:
    """Give a thing a name, through the service."""
    thing = "https://w3id.org/mandategraph/id/agency/new"
    text = (
        f"INSERT DATA {{ GRAPH <{WORD}> {{ <{thing}> a <https://w3id.org/mandategraph/ontology/Agency>"
        f' ; <http://www.w3.org/2000/01/rdf-schema#label> "{word}"@en }} }}'
    )
    reply = visitor.post(
        "/update", text.encode(), "application/sparql-update", {"Authorization": f"Bearer {BEARER}"}
    )
    assert reply.status_code in {200, 204}, reply.text


def ready(home: Path, number: int) -> Path:
    """Return the index of a version, once it is there."""
    place = home / "search" / f"{number:06d}.sqlite"
    until = time.monotonic() + PATIENCE
    while not place.exists():
        assert time.monotonic() < until, place
        time.sleep(0.02)
    return place


def found(visitor: Visitor, word: str) -> int:
    reply = visitor.get(f"/search.json?q={quote(word)}")
    assert reply.status_code == 200, reply.text
    total: int = reply.get_json()["count"]
    return total


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("searched") / "home"


def test_the_index_is_there_before_the_first_search(home: Path) -> None:
    with serving(home, ADMIN_TOKEN=BEARER, VALIDATE_WRITES="off") as (_, visitor):
        number = visitor.get("/version").get_json()["dataset"]["number"]
        made = ready(home, number).stat()
        assert found(visitor, "urban") > 0
        # Nobody built it again.
        assert ready(home, number).stat() == made

        written(visitor, "Hydrographers")
        ready(home, number + 1)
        assert found(visitor, "Hydrographers") == 1

        # What another process writes is noticed as well.
        Workspace(Settings(home=home)).store.delete_graph(WORD)
        ready(home, number + 2)
        assert found(visitor, "Hydrographers") == 0


def test_a_search_waits_for_the_build_that_is_going_on(home: Path) -> None:
    with serving(home, ADMIN_TOKEN=BEARER, VALIDATE_WRITES="off") as (_, visitor):
        number = visitor.get("/version").get_json()["dataset"]["number"]
        ready(home, number)
        with (home / "search" / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            written(visitor, "Oceanographers")
            answers: list[int] = []
            asked = threading.Thread(
                target=lambda: answers.append(found(visitor, "Oceanographers"))
            )
            asked.start()
            asked.join(0.5)
            assert asked.is_alive()
        asked.join(PATIENCE)
        assert answers == [1]

"""Tokens: who may write, and how the others are told."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graph.errors import TokenError
from graph.settings import Settings
from graph.tokens import Token, TokenBook
from tests import terminal
from tests.writing import ADMIN, Served, served

UPDATE = "INSERT DATA { <urn:a> <urn:b> 1 }"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("tokens")) as found:
        yield found


def answer(service: Served, authorization: str | None) -> tuple[int, str]:
    headers = {"Content-Type": "application/sparql-update"}
    if authorization is not None:
        headers["Authorization"] = authorization
    response = service.client.post("/update", data=UPDATE, headers=headers)
    return response.status_code, response.headers.get("WWW-Authenticate", "")


def test_a_token_is_found_by_its_secret_alone(tmp_path: Path) -> None:
    book = TokenBook(tmp_path)
    assert book.is_empty()
    secret, token = book.create("write-graph", "loader", 3)
    assert book.find(secret) == token
    assert book.find(token.digest) is None
    assert book.find(secret + "x") is None
    kept = tmp_path / "tokens.json"
    assert secret not in kept.read_text("utf-8")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_token_ends_when_it_is_revoked_or_over(tmp_path: Path) -> None:
    book = TokenBook(tmp_path)
    secret, token = book.create("admin", "short", 1)
    assert not token.is_over()
    assert token.is_over(datetime.now(UTC) + timedelta(days=1, seconds=1))
    TokenBook(tmp_path).revoke("short")
    assert book.find(secret) is None
    with pytest.raises(TokenError, match="short"):
        book.revoke("short")


def test_scopes_include_those_below() -> None:
    token = Token("1", "x", "write-graph", "", "")
    assert token.allows("read-all")
    assert token.allows("write-graph")
    assert not token.allows("admin")


def test_who_may_not_write_is_told_why(service: Served) -> None:
    status, challenge = answer(service, None)
    assert (status, challenge) == (401, 'Bearer realm="mandategraph"')
    for wrong in ("Bearer wrong", "Bearer \x80\xff"):
        status, challenge = answer(service, wrong)
        assert status == 401
        assert 'error="invalid_token"' in challenge
    assert answer(service, f"Basic {ADMIN}")[0] == 401
    assert answer(service, "Bearer ")[0] == 401
    assert answer(service, f"bearer  {ADMIN}")[0] == 204


def test_a_token_that_may_only_read_is_refused(service: Served) -> None:
    reading, _ = service.workspace.tokens.create("read-all")
    status, challenge = answer(service, f"Bearer {reading}")
    assert status == 403
    assert 'error="insufficient_scope", scope="write-graph"' in challenge
    writing, _ = service.workspace.tokens.create("write-graph", "writer")
    assert answer(service, f"Bearer {writing}")[0] == 204
    service.workspace.tokens.revoke("writer")
    assert answer(service, f"Bearer {writing}")[0] == 401


def test_nobody_writes_where_there_is_no_token(tmp_path: Path) -> None:
    with served(tmp_path, Settings()) as service:
        response = service.client.post("/update", data=UPDATE)
        assert response.status_code == 403
        assert "token create" in json.loads(response.data)["detail"]
        assert service.client.put("/graphs?default", data=b"").status_code == 403


def test_a_stranger_learns_nothing_of_a_body_he_may_not_send(service: Served) -> None:
    response = service.client.put("/graphs?graph=urn:x:a", data=b"x" * 100_000)
    assert response.status_code == 401


def test_the_commands_make_list_and_revoke(tmp_path: Path) -> None:
    def run(*words: str) -> str:
        found = terminal.run(tmp_path, "token", *words)
        assert found.exit_code == 0, found.output
        return found.stdout

    secret = run("create", "--scope", "write-graph", "--name", "loader", "--days", "9").strip()
    assert TokenBook(tmp_path).find(secret) is not None
    listed = run("list")
    assert "loader" in listed
    assert secret not in listed
    run("revoke", "loader")
    assert run("list") == ""

"""The description of the paths: whole, sound, and true of a running service."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from openapi_spec_validator import validate
from schemathesis.checks import CheckFunction
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from graph.library.question import read_library
from service.publishing.openapi import template, words
from tests.visitor import Visitor

SEED = 20261123
EXAMPLES = 2
CHECKS: list[CheckFunction] = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@schemathesis.serializer(
    "application/ld+json",
    "application/n-triples",
    "application/rdf+xml",
    "application/sparql-query",
    "application/sparql-update",
    "text/turtle",
)
def as_it_is(context: schemathesis.SerializationContext, value: object) -> bytes:
    """Send a text as a body."""
    return str(value).encode(errors="replace")


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").get_json()
    return found


def test_every_path_that_is_answered_is_described_and_no_other(app: Flask) -> None:
    answered: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        methods = {name.lower() for name in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
        answered.setdefault(template(rule.rule), set()).update(methods)
    written = {path: set(entry) - {"tag", "example"} for path, entry in words()["paths"].items()}
    assert written == answered


def test_the_description_is_sound(document: dict[str, Any]) -> None:
    validate(document)
    assert document["servers"] == [{"url": "/"}]
    assert "localhost" not in str(document)


def test_questions_say_what_their_parameters_may_be(document: dict[str, Any]) -> None:
    for question in read_library().questions.values():
        for suffix in ("", ".csv", ".json"):
            said = document["paths"][f"/questions/{question.id}{suffix}"]["get"]
            names = [entry["name"] for entry in said["parameters"]]
            assert names == [*(one.name for one in question.parameters), "lang"]
    asked = document["paths"]["/questions/mandates.csv"]["get"]["parameters"]
    acts = next(entry for entry in asked if entry["name"] == "act")["schema"]
    assert "HSP/HA.1/Res.2" in acts["enum"]
    assert set(acts["examples"]) <= set(acts["enum"])


MADE = ("/audits/", "/changes/ldes/{", "/dump", "/graphs")
"""Paths of what has to be made or chosen first, in each installation by a name of its own."""


def test_examples_in_paths_are_those_of_things_that_are_there(client: FlaskClient) -> None:
    for path, entry in words()["paths"].items():
        if "{" in path and "get" in entry and not path.startswith(MADE):
            with client.get(path.format(**entry["example"])) as response:
                assert response.status_code < 400, path


def test_the_service_does_as_it_says(live: Visitor) -> None:
    document = live.get("/openapi.json").get_json()
    # One question stands for all: they are answered by the same code.
    alike = [
        path
        for path in document["paths"]
        if path.startswith("/questions/") and "{" not in path and "/mandates" not in path
    ]
    for path in alike:
        del document["paths"][path]
    schema = schemathesis.openapi.from_dict(document)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @seed(SEED)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def holds(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(base_url=f"http://127.0.0.1:{live.port}", checks=CHECKS)

        holds()

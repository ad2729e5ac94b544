"""Every path of the service, for programs that write programs.

The paths are those that the application answers, in the words of ``paths.toml``,
and those of the questions, in their own.

Source:
    OpenAPI Specification 3.1, https://spec.openapis.org/oas/v3.1.1
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from flask import Blueprint, Response, current_app, make_response, request
from werkzeug.routing import Rule

from graph.resources import folder
from service.operations import program_version
from service.publishing.publication import publication
from service.publishing.question_paths import question_paths
from service.publishing.subject import DESCRIPTION, TITLE
from service.serving import library, reader

blueprint = Blueprint("openapi", __name__)

_UNSAID = {"HEAD", "OPTIONS"}
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
_PROBLEM = {"$ref": "#/components/responses/Problem"}

Object = dict[str, Any]


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Send the description."""
    published = publication()
    store = reader()
    paths = published.paths(
        store, lambda: question_paths(library(), store, operation, published.things(store))
    )
    document = described({**_fixed(), **paths}, request.script_root or "/", published.license)
    response = make_response(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    response.mimetype = "application/json"
    return response


@cache
def words() -> Mapping[str, Any]:
    """Return what is written down about the paths."""
    return tomllib.loads(folder("service", "publishing").joinpath("paths.toml").read_text("utf-8"))


def template(rule: str) -> str:
    """Return the path of a rule as OpenAPI writes it.

    Example:
        >>> template("/sitemap/<int:number>.xml")
        '/sitemap/{number}.xml'
    """
    return _PLACE.sub(r"{\1}", rule)


def described(paths: Mapping[str, Object], root: str, license_iri: str) -> Object:
    """Return the whole document for some paths.

    Args:
        paths: The path items.
        root: Where the service is reached, as a path.
        license_iri: The licence of the data.
    """
    problem = {
        "description": "Why the request is not met.",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
            "text/html": {},
            "text/plain": {},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "summary": DESCRIPTION,
            "version": program_version() or "0",
            "license": {"name": "Licence of the data", "url": license_iri},
        },
        "servers": [{"url": root}],
        "paths": dict(paths),
        "components": {
            "schemas": dict(words()["schemas"]),
            "responses": {"Problem": problem},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def operation(said: Mapping[str, Any], tag: str, places: list[Object]) -> Object:
    """Return what one method does at one path.

    Args:
        said: What is written down about it.
        tag: Under which heading it is listed.
        places: The parameters in the path, and any others.
    """
    found: Object = {
        "summary": said["summary"],
        "tags": [tag],
        "parameters": [*places, *(_field(name) for name in said.get("query", ()))],
        "responses": {**_responses(said), "4XX": _PROBLEM, "5XX": _PROBLEM},
    }
    if "takes" in said:
        content: Object = {kind: {"schema": {"type": "string"}} for kind in said["takes"]}
        form = {"type": "object", "additionalProperties": {"type": "string"}}
        for kind in content.keys() & {"application/x-www-form-urlencoded", "multipart/form-data"}:
            content[kind] = {"schema": form}
        found["requestBody"] = {"required": True, "content": content}
    if said.get("token"):
        found["security"] = [{"token": []}]
    return found


def _responses(said: Mapping[str, Any]) -> Object:
    gives = [kind for kind in said.get("gives", ()) if kind != "redirect"]
    found: Object = {}
    if "redirect" in said.get("gives", ()):
        status = str(said.get("status", 303))
        found[status] = {"description": "The document is elsewhere."}
    if gives:
        types = [name for kind in gives for name in words()["kinds"][kind]]
        schema = {"$ref": f"#/components/schemas/{said['schema']}"} if "schema" in said else None
        content = {name: {"schema": schema} if schema else {} for name in types}
        found["200"] = {"description": "Done.", "content": content}
    elif not found:
        found[str(said["status"])] = {"description": "Done."}
        found["201"] = {"description": "Made."}
    return found


def _field(name: str) -> Object:
    return {"name": name, "in": "query", **words()["fields"][name]}


def _fixed() -> Object:
    """Return the paths that do not depend on the data."""
    return {
        template(rule.rule): dict(_operations(rule))
        for rule in sorted(current_app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if template(rule.rule) in words()["paths"]
    }


def _operations(rule: Rule) -> Iterator[tuple[str, Object]]:
    said = words()["paths"][template(rule.rule)]
    places = [_place(rule, name, said["example"][name]) for name in _PLACE.findall(rule.rule)]
    for method in sorted((rule.methods or set()) - _UNSAID):
        yield method.lower(), operation(said[method.lower()], said["tag"], places)


def _place(rule: Rule, name: str, example: object) -> Object:
    kind = "integer" if f"<int:{name}>" in rule.rule else "string"
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": kind},
        "example": example,
    }

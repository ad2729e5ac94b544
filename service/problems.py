"""What a request is told when it cannot be met: a page, or a problem document.

Programs get ``application/problem+json`` (RFC 9457), people a page with a next step.
"""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Flask, Response, make_response, render_template
from werkzeug.exceptions import HTTPException

from graph.errors import (
    MandateGraphError,
    ParameterError,
    QueryError,
    QuerySyntaxError,
    StoreError,
)
from graph.languages import noted
from service.formats import Format
from service.front.refusals import Refusal
from service.languages import gettext
from service.negotiate import page_wanted
from service.statuses import status_of

PROBLEM = Format("problem", "application/problem+json", "json", ("application/json",))

_HEADINGS = {
    400: noted("The request cannot be understood"),
    404: noted("There is nothing at this address"),
    405: noted("This address does not take that kind of request"),
    406: noted("There is no such format here"),
    413: noted("The request is too large"),
    415: noted("The request is of a type that is not read here"),
    503: noted("The data cannot be read at the moment"),
}
_HEADINGS |= {502: _HEADINGS[503], 504: _HEADINGS[503]}
_FAILED = noted("Something went wrong here")
_OTHER = noted("The request cannot be met")

_STEPS = {
    404: noted("Look through the questions, or find a thing on the home page."),
    503: noted("Try again in a minute."),
    500: noted("Try again; if it happens again, tell whoever runs this service."),
}
_STEPS |= {502: _STEPS[500], 504: _STEPS[500]}
_CORRECT = noted("Correct the request and send it again.")

_DETAILS = {
    404: "There is no page at this address.",
    500: "The service failed; the fault is not in the request.",
}


def install(app: Flask) -> None:
    """Answer every error on purpose, and every fault of ours, without showing our insides."""
    app.register_error_handler(MandateGraphError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refusal, _refused)


def _refused(refusal: Refusal) -> Response:
    return _respond(refusal.status, refusal.detail)


def problem(status: int, detail: str, **facts: object) -> Response:
    """Return a problem document for a program.

    Args:
        status: The HTTP status.
        detail: A sentence for the person who can act.
        facts: Further members, left out where ``None``.
    """
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body |= {name: fact for name, fact in facts.items() if fact is not None}
    text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    response = make_response(text, status)
    response.mimetype = PROBLEM.media_type
    return response


def facts_of(error: MandateGraphError) -> dict[str, object]:
    """Return what an error knows beside its message, for a problem document."""
    if isinstance(error, QuerySyntaxError):
        return {"line": error.line, "column": error.column}
    if isinstance(error, ParameterError):
        return {"parameter": error.parameter}
    return {}


def _known(error: MandateGraphError) -> Response:
    status = status_of(error)
    detail = str(error) if status < HTTPStatus.INTERNAL_SERVER_ERROR else _public(error)
    return _respond(status, detail, **facts_of(error))


def _public(error: MandateGraphError) -> str:
    """Return what a stranger is told of an error that only the operator can act on."""
    return str(error) if isinstance(error, StoreError | QueryError) else _DETAILS[500]


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    detail = _DETAILS.get(status) or error.description or HTTPStatus(status).phrase
    response = _respond(status, detail)
    for name, text in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = text
    return response


def _respond(status: int, detail: str, **facts: object) -> Response:
    if not page_wanted(machine=(PROBLEM,)):
        response = problem(status, detail, **facts)
    else:
        heading = _HEADINGS.get(status, _FAILED if status >= 500 else _OTHER)
        step = gettext(_STEPS.get(status, _CORRECT))
        page = render_template(
            "problem.html", status=status, heading=gettext(heading), detail=detail, step=step
        )
        response = make_response(page, status)
    response.vary.add("Accept")
    return response

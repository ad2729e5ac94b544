"""Why a request is not met, as a value that becomes a problem document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from graph.errors import EngineAwayError, MandateGraphError, QuerySyntaxError, TooManyQueriesError
from service.front.exchange import Headers, Response
from service.statuses import status_of


class Refusal(Exception):  # noqa: N818 - a status, not an error of ours
    """A request is refused with a status and a sentence for the person who can act."""

    def __init__(self, status: int, detail: str, headers: Headers = ()) -> None:
        """Keep what the response will say."""
        self.status = status
        self.detail = detail
        self.headers = headers
        super().__init__(detail)


def refusal_for(error: MandateGraphError) -> Refusal:
    """Return an error of the graph as a refusal; a busy service says when to come back."""
    busy = isinstance(error, TooManyQueriesError | EngineAwayError)
    return Refusal(status_of(error), str(error), (("Retry-After", "2"),) if busy else ())


def problem(refusal: Refusal, error: MandateGraphError | None, accept: str) -> Response:
    """Return a refusal as a problem document, or as plain text to those who ask for that.

    Source:
        RFC 9457.
    """
    headers: Headers = (*refusal.headers, ("Cache-Control", "no-store"))
    if "text/plain" in accept and "json" not in accept:
        plain: Headers = (("Content-Type", "text/plain; charset=utf-8"),)
        return Response(refusal.status, headers + plain, f"{refusal.detail}\n".encode())
    body: Mapping[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
    }
    if isinstance(error, QuerySyntaxError) and error.line:
        body = {**body, "line": error.line, "column": error.column}
    text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    return Response(
        refusal.status, (*headers, ("Content-Type", "application/problem+json")), text.encode()
    )

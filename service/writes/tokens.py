"""Who is writing: bearer tokens in requests.

Source:
    RFC 6750, sections 2.1 and 3, https://www.rfc-editor.org/rfc/rfc6750
"""

from __future__ import annotations

from typing import NoReturn

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from graph.tokens import Scope, Token, TokenBook
from service.problems import problem

_REALM = 'Bearer realm="mandategraph"'


def bearer(scope: Scope) -> Token:
    """Return the token that the request bears, if it allows what is asked for.

    Raises:
        HTTPException: 401 without a valid token, 403 if its scope does not
            include the one asked for, or nobody may write here.
    """
    book: TokenBook = current_app.extensions["tokens"]
    if book.is_empty():
        _refuse(
            403,
            "Nobody may write here: no token was made. Whoever runs the service can make one "
            "with “mandategraph token create”.",
        )
    scheme, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        _refuse(401, "Writing takes a token: send it as “Authorization: Bearer …”.", _REALM)
    token = book.find(secret.strip())
    if token is None:
        _refuse(
            401,
            "The token is unknown, revoked or has expired.",
            f'{_REALM}, error="invalid_token", error_description="unknown, revoked or expired"',
        )
    if not token.allows(scope):
        _refuse(
            403,
            f"The token is good for {token.scope}; this takes {scope}.",
            f'{_REALM}, error="insufficient_scope", scope="{scope}"',
        )
    return token


def _refuse(status: int, detail: str, challenge: str = "") -> NoReturn:
    response = problem(status, detail)
    if challenge:
        response.headers["WWW-Authenticate"] = challenge
    raise HTTPException(response=response)

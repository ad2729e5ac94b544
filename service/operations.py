"""What those who run the service look for."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from flask import Blueprint, Response, current_app, make_response

from service.pages.evaluation import evaluate
from service.serving import reader

blueprint = Blueprint("operations", __name__)


@blueprint.get("/health")
def health() -> Response:
    """Say that the process answers."""
    return _now(_text("ok\n"))


@blueprint.get("/ready")
def ready() -> Response:
    """Say that data can be read and queries are answered; an error says what is missing.

    Raises:
        StoreError: If the data cannot be read.
        QueryError: If no worker answers.
    """
    number = reader().version.number
    evaluate("ASK {}")
    return _now(_text(f"ready, dataset version {number}\n"))


@blueprint.get("/version")
def versions() -> dict[str, object]:
    """Tell the version of the program and that of the dataset."""
    found = reader().version
    return {
        "program": program_version(),
        "dataset": {"number": found.number, "content": found.content or None},
    }


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Send the icon to those who do not read the page's link to it."""
    return current_app.send_static_file("icon.svg")


def program_version() -> str | None:
    """Return the version of the program, ``None`` if it runs without being installed."""
    try:
        return version("mandategraph")
    except PackageNotFoundError:
        return None


def _now(response: Response) -> Response:
    """Keep a response from being kept: it says how things are at this moment."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _text(text: str) -> Response:
    response = make_response(text)
    response.mimetype = "text/plain"
    return response

"""What those who run the service, and machines that visit it, look for."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from flask import Blueprint, Response, current_app, make_response

from service.serving import reader

blueprint = Blueprint("operations", __name__)

_ROBOTS = "User-agent: *\nDisallow: /sparql?\nDisallow: /search\n"


@blueprint.get("/health")
def health() -> Response:
    """Say that the process answers."""
    return _text("ok\n")


@blueprint.get("/version")
def versions() -> dict[str, object]:
    """Tell the version of the program and that of the dataset."""
    found = reader().version
    return {
        "program": program_version(),
        "dataset": {"number": found.number, "content": found.content or None},
    }


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Ask crawlers to leave queries and searches alone; every thing has a page of its own."""
    return _text(_ROBOTS)


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


def _text(text: str) -> Response:
    response = make_response(text)
    response.mimetype = "text/plain"
    return response

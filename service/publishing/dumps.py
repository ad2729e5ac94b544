"""Releases on the web: a page that lists them, and their files, sent from the disk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import (
    Blueprint,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from graph.dates import shown_date, shown_number
from graph.languages import Language, noted
from graph.releases.model import CRATE, SUMS, Release, ReleaseFile
from graph.releases.shelf import LATEST, Shelf
from service.languages import language

blueprint = Blueprint("dumps", __name__, url_prefix="/dump")

YEAR = 31_536_000
"""Seconds for which a file that never changes may be kept."""

_ABOUT = {
    "nq": noted("All statements, each with the graph of its source (N-Quads)"),
    "trig": noted("All statements, graph by graph (TriG)"),
    "jsonld": noted("All statements, graph by graph (JSON-LD)"),
    "links.nt": noted("All links to what others describe (N-Triples)"),
    "changes.patch": noted("What leads here from the release before (RDF Patch)"),
    "conformance.ttl": noted("The report on the publication profile (SHACL)"),
    "conformance.html": noted("The report on the publication profile, to be read"),
    CRATE: noted("The description of the release (RO-Crate)"),
    SUMS: noted("The checksums of all files"),
    "LICENCE.txt": noted("The licence"),
}


@dataclass(frozen=True)
class ShownFile:
    """A file of a release: what it holds, as a message to be translated, and its size in words."""

    file: ReleaseFile
    about: str
    size: str


@dataclass(frozen=True)
class ShownRelease:
    """A release ready to be shown; ``day`` is the day in words, ``count`` of its statements."""

    release: Release
    day: str
    count: str
    files: tuple[ShownFile, ...]


def shelf() -> Shelf:
    """Return the releases of the running application."""
    found: Shelf = current_app.extensions["releases"]
    return found


@blueprint.get("/")
def index() -> str:
    """Show the releases, newest first."""
    spoken = language()
    shown = tuple(_shown(release, spoken) for release in shelf().all())
    return render_template("releases.html", releases=shown)


@blueprint.get("/<release>/")
def one(release: str) -> AnyResponse | str:
    """Show one release; ``latest`` leads to the newest."""
    found = shelf().read(release)
    if release == LATEST:
        return _moved(redirect(url_for("dumps.one", release=found.name), 307))
    return render_template("releases.html", releases=(_shown(found, language()),), only=found)


@blueprint.get("/<release>/<name>")
def file(release: str, name: str) -> AnyResponse:
    """Send a file of a release, which never changes; ``latest`` leads to the newest release."""
    found = shelf().read(release)
    known = found.file(name)
    if known is None:
        raise NotFound("The release has no file of that name.")
    if release == LATEST or name != known.name:
        place = url_for("dumps.file", release=found.name, name=known.name, lang=None)
        return _moved(redirect(place, 307))
    return _sent(found, known)


def _moved(response: AnyResponse) -> AnyResponse:
    """Keep anybody from remembering where the newest release is."""
    response.headers["Cache-Control"] = "no-cache"
    return response


def _sent(release: Release, known: ReleaseFile) -> Response:
    # RFC 9110, section 14.2: a range in other units counts as none.
    if not request.headers.get("Range", "bytes=").startswith("bytes="):
        request.environ.pop("HTTP_RANGE")
    response = send_file(
        shelf().place(release.name, known.name).absolute(),
        mimetype=known.media_type,
        # The policy for our pages would take its style from a report.
        as_attachment=known.name.endswith((".gz", ".html")),
        download_name=known.name,
        etag=known.sha256,
        last_modified=datetime.fromisoformat(release.issued),
        max_age=YEAR,
    )
    response.cache_control.public = True
    response.cache_control.immutable = True
    return response


def _shown(release: Release, spoken: Language) -> ShownRelease:
    files = tuple(
        ShownFile(file, _about(file.name), _size(file.size, spoken)) for file in release.files
    )
    day = shown_date(release.issued[:10], spoken)
    return ShownRelease(release, day, shown_number(str(release.statements), spoken), files)


def _size(size: int, spoken: Language) -> str:
    return f"{shown_number(str(max(1, round(size / 1000))), spoken)} kB"


def _about(name: str) -> str:
    bare = name.removesuffix(".gz")
    return _ABOUT.get(bare) or _ABOUT.get(bare.rpartition(".")[2], "")

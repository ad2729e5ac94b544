"""Audits: choose a meeting, read what its record lacks, take the board paper along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from graph.audit.comparison import compare
from graph.audit.model import Comparison, Occasion, Run
from graph.audit.occasion import Meeting, at_meeting, meetings, on_day
from graph.audit.paper.building import build_paper
from graph.audit.paper.html_file import paper_body, paper_style
from graph.audit.paper.outlining import outline
from graph.audit.paper.speech import Speech
from graph.audit.paper.view import Name, Paper
from graph.audit.paper.writing import FORMATS, PaperFormat, paper_bytes, paper_format
from graph.audit.profiles import BOARD, profile_names
from graph.errors import ParameterError
from service.judging import judging
from service.languages import language
from service.serving import reader
from service.writes.tokens import bearer

blueprint = Blueprint("audits", __name__, url_prefix="/audits")

LIVE = "live"
"""The name, in addresses, of the audit of the newest version, which nobody has kept."""

_PARAMETERS = ("meeting", "asOf", "profile", "since")


@dataclass(frozen=True)
class PaperFile:
    """A paper as a file, and its address."""

    form: PaperFormat
    href: str


@dataclass(frozen=True)
class MeetingChoice:
    """A meeting that can be chosen: its key, its name, and its first day in words."""

    key: str
    name: Name
    day: str
    selected: bool


@dataclass(frozen=True)
class ProfileChoice:
    """A profile that can be chosen, and what it demands."""

    id: str
    name: Name
    explanation: Name
    selected: bool


@dataclass(frozen=True)
class KeptRun:
    """An audit that was kept, as a line in a list.

    ``counted`` says how many cases passed of how many, ``share`` the same in percent.
    """

    id: str
    name: Name
    taken: str
    dataset: int
    profile: Name
    counted: str
    share: str
    open: int


@blueprint.get("")
def index() -> str:
    """Show the meetings that can be prepared, and the audits that were kept."""
    given = _given()
    return render_template(
        "audits.html",
        meetings=_choices(meetings(reader().select), given.get("meeting", "")),
        profiles=_profiles(given.get("profile", BOARD)),
        given=given,
        kept=tuple(map(_kept, judging().kept())),
    )


@blueprint.post("")
def keep() -> Response:
    """Keep the audit of the newest version, for the holder of a token that may write."""
    bearer("write-graph")
    run = _live(_given(request.form))
    judging().keep(run)
    response = make_response({"run": run.id}, 201)
    response.headers["Location"] = url_for("audits.page", run=run.id, lang=None)
    return response


@blueprint.get(f"/{LIVE}")
def live() -> Response | str:
    """Show the audit of the newest version for a meeting or a day, or have one chosen."""
    given = _given()
    if not given:
        return make_response(redirect(url_for("audits.index"), 303))
    run = _live(given)
    return _page(run, _comparison(run, given), LIVE, given)


@blueprint.get("/paper.css")
def style() -> Response:
    """Send the style sheet of papers."""
    response = make_response(paper_style())
    response.mimetype = "text/css"
    return response


@blueprint.get("/<run>")
def page(run: str) -> Response | str:
    """Show an audit that was kept."""
    given = _given()
    found = judging().read(run)
    return _page(found, _comparison(found, given), run, given)


@blueprint.get(f"/{LIVE}.<suffix>")
def live_file(suffix: str) -> Response:
    """Send the audit of the newest version as a file."""
    given = _given()
    run = _live(given)
    return _file(run, _comparison(run, given), suffix)


@blueprint.get("/<run>.<suffix>")
def file(run: str, suffix: str) -> Response:
    """Send an audit that was kept as a file."""
    found = judging().read(run)
    return _file(found, _comparison(found, _given()), suffix)


def _live(given: dict[str, str]) -> Run:
    store = reader()
    return judging().run(store, given.get("profile", BOARD), _occasion(given))


def _occasion(given: dict[str, str]) -> Occasion:
    select = reader().select
    day = _day(given["asOf"]) if "asOf" in given else None
    if "meeting" in given:
        return at_meeting(select, given["meeting"], day)
    if day is None:
        raise ParameterError("meeting", "Name a meeting, or a day (asOf).")
    return on_day(select, day)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ParameterError(
            "asOf", f"asOf must be a day written like 2019-11-19; it is “{text}”."
        ) from error


def _comparison(run: Run, given: dict[str, str]) -> Comparison | None:
    return compare(judging().read(given["since"]), run) if "since" in given else None


def _paper(run: Run, comparison: Comparison | None) -> Paper:
    store = reader()
    return build_paper(
        run,
        store.select,
        language().code,
        comparison=comparison,
        drawn=store.version.number,
    )


def _page(run: Run, comparison: Comparison | None, name: str, given: dict[str, str]) -> str:
    values = {key: text for key, text in given.items() if name == LIVE or key == "since"}
    address = "audits.live_file" if name == LIVE else "audits.file"
    values |= {"lang": language().code} | ({} if name == LIVE else {"run": name})
    files = tuple(
        PaperFile(form, url_for(address, suffix=form.suffix, **values))  # type: ignore[arg-type]
        for form in FORMATS
    )
    paper = _paper(run, comparison)
    # The paper escapes what is in it.
    body = Markup(paper_body(paper))  # noqa: S704
    return render_template("audit.html", title=outline(paper).title, body=body, files=files)


def _file(run: Run, comparison: Comparison | None, suffix: str) -> Response:
    form = paper_format(suffix)
    response = make_response(paper_bytes(_paper(run, comparison), form))
    charset = "; charset=utf-8" if form.media_type.startswith("text/") else ""
    response.headers["Content-Type"] = form.media_type + charset
    response.headers["Content-Disposition"] = f'inline; filename="{run.id}.{form.suffix}"'
    return response


def _choices(every: Iterable[Meeting], asked: str) -> tuple[MeetingChoice, ...]:
    speech = Speech(language())
    return tuple(
        MeetingChoice(
            key := meeting.iri.partition("/id/event/")[2] or meeting.iri,
            speech.chosen(meeting.names, key),
            speech.day(meeting.start),
            asked in {key, meeting.iri},
        )
        for meeting in every
        if meeting.body and meeting.start
    )


def _profiles(asked: str) -> tuple[ProfileChoice, ...]:
    profiles = [judging().profile(name) for name in profile_names()]
    profiles.sort(key=lambda profile: (profile.id != BOARD, profile.id))
    speech = Speech(language())
    return tuple(
        ProfileChoice(
            profile.id,
            speech.chosen(profile.names, profile.id),
            speech.chosen(profile.explanations),
            profile.id == asked,
        )
        for profile in profiles
    )


def _kept(run: Run) -> KeptRun:
    figure, speech = run.figures.total, Speech(language())
    return KeptRun(
        run.id,
        speech.chosen(run.occasion.names, speech.day(run.occasion.as_of)),
        speech.day(run.taken.date()),
        run.dataset,
        speech.chosen(run.profile.names, run.profile.id),
        f"{speech.number(figure.passed)} / {speech.number(figure.applicable - figure.waived)}",
        speech.completeness(figure),
        sum(found.open for found in run.findings),
    )


def _given(sent: MultiDict[str, str] | None = None) -> dict[str, str]:
    """Return the parameters of the request, or of a form that was sent, that have a value.

    Raises:
        ParameterError: If one is unknown or given twice.
    """
    given: dict[str, str] = {}
    for name, texts in (request.args if sent is None else sent).lists():
        if name == "lang":
            continue
        if name not in _PARAMETERS:
            raise ParameterError(
                name, f"{name} is not a parameter; there are {', '.join(_PARAMETERS)}."
            )
        if len(texts) > 1:
            raise ParameterError(name, f"{name} is given {len(texts)} times; give it once.")
        if texts[0].strip():
            given[name] = texts[0].strip()
    return given

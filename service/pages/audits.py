"""Audits: choose a meeting, read what its record lacks, take the board paper along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, make_response, render_template, request, url_for

from graph.audit.comparison import compare
from graph.audit.model import Comparison, Occasion, Run
from graph.audit.occasion import Meeting, at_meeting, meetings, on_day
from graph.audit.paper.building import build_paper
from graph.audit.paper.view import Paper
from graph.audit.profiles import BOARD, profile_names, read_profile, read_shapes
from graph.errors import ParameterError
from graph.languages import best
from service.judging import judging
from service.languages import language
from service.pages.dates import shown_date
from service.pages.names import Name
from service.serving import reader

blueprint = Blueprint("audits", __name__, url_prefix="/audits")

LIVE = "live"
"""The name, in addresses, of the audit of the newest version, which nobody has kept."""

_PARAMETERS = ("meeting", "asOf", "profile", "since")


@dataclass(frozen=True)
class MeetingChoice:
    """A meeting that can be chosen: its key, its name, and its first day in words."""

    key: str
    name: Name
    day: str
    selected: bool


@dataclass(frozen=True)
class KeptRun:
    """An audit that was kept, as a line in a list; counts are of cases."""

    id: str
    name: Name
    taken: str
    dataset: int
    profile: Name
    passed: int
    judged: int
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
        kept=tuple(_kept(judging().runs.read(name)) for name in judging().runs.names()),
    )


@blueprint.get(f"/{LIVE}")
def live() -> Response | str:
    """Show the audit of the newest version for a meeting or a day."""
    given = _given()
    run = _live(given)
    return _page(run, _comparison(run, given), LIVE, given)


@blueprint.get("/<run>")
def page(run: str) -> Response | str:
    """Show an audit that was kept."""
    given = _given()
    found = judging().runs.read(run)
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
    found = judging().runs.read(run)
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
    return compare(judging().runs.read(given["since"]), run) if "since" in given else None


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
    files = {
        suffix: url_for(address, suffix=suffix, **values | ({} if name == LIVE else {"run": name}))  # type: ignore[arg-type]
        for suffix in SUFFIXES
    }
    return render_template(
        "audit.html", paper=_paper(run, comparison), files=files, live=name == LIVE, given=given
    )


def _choices(every: Iterable[Meeting], asked: str) -> tuple[MeetingChoice, ...]:
    spoken = language()
    return tuple(
        MeetingChoice(
            key := meeting.iri.partition("/id/event/")[2] or meeting.iri,
            _name(meeting.names, key),
            shown_date(meeting.start.isoformat(), spoken),
            asked in {key, meeting.iri},
        )
        for meeting in every
        if meeting.body and meeting.start
    )


def _profiles(asked: str) -> tuple[tuple[str, Name, Name, bool], ...]:
    """Return the profiles: identifier, name, explanation, and whether it is the one asked for."""
    found = []
    for name in profile_names():
        profile = read_profile(read_shapes(name))
        explanation = _name(profile.explanations, "")
        found.append((name, _name(profile.names, name), explanation, name == asked))
    return tuple(sorted(found, key=lambda item: (item[0] != BOARD, item[0])))


def _kept(run: Run) -> KeptRun:
    figure, spoken = run.figures.total, language()
    return KeptRun(
        run.id,
        _name(run.occasion.names, shown_date(run.occasion.as_of.isoformat(), spoken)),
        shown_date(run.taken.date().isoformat(), spoken),
        run.dataset,
        _name(run.profile.names, run.profile.id),
        figure.passed,
        figure.applicable - figure.waived,
        sum(found.open for found in run.findings),
    )


def _name(words: dict[str, str], otherwise: str) -> Name:
    if not words:
        return Name(otherwise)
    tongue = best(words, language().code)
    return Name(words[tongue], "" if tongue == language().code else tongue)


def _given() -> dict[str, str]:
    """Return the parameters of the request that have a value.

    Raises:
        ParameterError: If one is unknown or given twice.
    """
    given: dict[str, str] = {}
    for name, texts in request.args.lists():
        if name == "lang":
            continue
        if name not in _PARAMETERS:
            raise ParameterError(name, f"{name} is not a parameter; there are {', '.join(_PARAMETERS)}.")
        if len(texts) > 1:
            raise ParameterError(name, f"{name} is given {len(texts)} times; give it once.")
        if texts[0].strip():
            given[name] = texts[0].strip()
    return given

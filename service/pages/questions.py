"""The question library: a page with a form for each question, and its answer as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, Response, make_response, render_template, request, url_for

from graph.dates import shown_date
from graph.errors import ParameterError, UnknownFormatError
from graph.languages import Language
from graph.library.answer import Answer, ask, bound_terms
from graph.library.formats import answer_csv, answer_json
from graph.library.question import Library, Question
from graph.library.workbook import answer_xlsx
from service.addresses import addresses
from service.charts.choosing import chart
from service.charts.drawing import Drawing
from service.charts.regions import places
from service.languages import language
from service.pages.forms import Words, form_fields, words
from service.pages.tables import Shown, shown_answer
from service.pages.views import FIELDS, View, matching, view_asked, viewed
from service.pages.wording import group_heading
from service.searching import find_words
from service.serving import library, reader

blueprint = Blueprint("questions", __name__, url_prefix="/questions")

_SVG = "image/svg+xml; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Entry:
    """A question in a list."""

    id: str
    title: Words
    explanation: Words


@dataclass(frozen=True)
class Group:
    """Questions under their heading, in their order."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Coverage:
    """A document that an answer rests on, its address and its date in words."""

    cited: str
    href: str
    date: str


@blueprint.get("")
def index() -> str:
    """Show every question of the library, in groups."""
    return render_template("questions.html", groups=question_groups(library(), language()))


@blueprint.get("/<identifier>")
def page(identifier: str) -> Response | str:
    """Show a question with its form and its answer."""
    question = library().find(identifier)
    try:
        given = given_values(*FIELDS)
        view = view_asked(request.args)
        answer = ask(library(), identifier, given, reader(), language().code, find_words)
        facts = _facts(answer, given, view)
    except ParameterError as error:
        return make_response(_page(question, request.args, {}, error), 400)
    return _page(question, given, facts)


@blueprint.get("/<identifier>.csv")
def csv_file(identifier: str) -> Response:
    """Send the answer as CSV, with the columns in the order of the contract.

    Source:
        RFC 4180, section 3, for the parameter ``header``.
    """
    text = answer_csv(_answer(identifier).table)
    return _file(text, "text/csv; charset=utf-8; header=present", f"{identifier}.csv")


@blueprint.get("/<identifier>.json")
def json_file(identifier: str) -> Response:
    """Send the answer as JSON, with its sources and the version of the data."""
    return _file(answer_json(_answer(identifier)), "application/json", f"{identifier}.json")


@blueprint.get("/<identifier>.xlsx")
def xlsx_file(identifier: str) -> Response:
    """Send the answer as an Excel workbook, with its sources and the version of the data."""
    return _file(answer_xlsx(_answer(identifier)), _XLSX, f"{identifier}.xlsx")


@blueprint.get("/<identifier>.svg")
def svg_file(identifier: str) -> Response:
    """Send the chart of an answer; the view decides which rows are drawn, as on the page.

    Raises:
        UnknownFormatError: If the answer has no chart.
    """
    view = view_asked(request.args)
    given = given_values(*FIELDS)
    answer = ask(library(), identifier, given, reader(), language().code)
    shown = shown_answer(answer.table, reader(), language())
    drawing = _chart(answer.question, matching(shown, view))
    if drawing is None:
        raise UnknownFormatError("This answer has no chart.")
    return _file(render_template("chart.svg", drawing=drawing), _SVG, f"{identifier}.svg")


def question_groups(questions: Library, spoken: Language) -> tuple[Group, ...]:
    """Return the questions under the headings of their groups, groups by their first question."""
    found: dict[str, list[Entry]] = {}
    for question in questions.questions.values():
        entry = Entry(
            question.id, words(question.title, spoken), words(question.explanation, spoken)
        )
        found.setdefault(question.group, []).append(entry)
    return tuple(Group(group_heading(name), tuple(entries)) for name, entries in found.items())


def _page(
    question: Question,
    given: Mapping[str, str],
    facts: Mapping[str, object],
    error: ParameterError | None = None,
) -> str:
    spoken = language()
    return render_template(
        "question.html",
        question=question,
        title=words(question.title, spoken),
        explanation=words(question.explanation, spoken),
        group=group_heading(question.group),
        fields=form_fields(library(), question.parameters, given, reader(), spoken, error),
        error=error,
        **facts,
    )


def _facts(answer: Answer, given: Mapping[str, str], view: View) -> Mapping[str, object]:
    """Return what the page shows of an answer.

    Raises:
        ParameterError: If the view asks for what the answer has not.
    """
    question, store, spoken = answer.question, reader(), language()
    shown = shown_answer(answer.table, store, spoken)
    kept = matching(_sortable(shown, question, given, view), view)
    drawing = _chart(question, kept)
    files = {
        suffix: _file_address(suffix, question, given, spoken) for suffix in ("csv", "json", "xlsx")
    }
    if drawing:
        files["svg"] = _file_address("svg", question, {**given, **view.fields(page=1)}, spoken)
    terms = bound_terms(library(), question, given, store, spoken.code, find_words)
    return {
        "answer": answer,
        "table": shown,
        "view": view,
        "viewed": viewed(kept, view),
        "chart": drawing,
        "given": given,
        "at_page": lambda number: _address(question, given, view.fields(page=number)),
        "unfiltered": _address(question, given, view.fields(filter="", page=1)),
        "coverage": _coverage(answer, spoken),
        "query": question.bound(terms, spoken.code),
        "files": files,
    }


def _chart(question: Question, shown: Shown) -> Drawing | None:
    spoken = language()
    known = places(reader(), spoken) if question.chart == "regions" else ()
    return chart(question.chart, words(question.title, spoken).text, shown, known, spoken)


def _sortable(shown: Shown, question: Question, given: Mapping[str, str], view: View) -> Shown:
    """Return a table whose headings lead to the same rows in the order of their columns."""
    columns = []
    for column in shown.columns:
        down = view.sort == column.name
        other = f"-{column.name}" if down else column.name
        order = "ascending" if down else "descending" if view.sort == f"-{column.name}" else ""
        href = _address(question, given, view.fields(sort=other, page=1))
        columns.append(replace(column, href=href, order=order))
    return replace(shown, columns=tuple(columns))


def _address(question: Question, given: Mapping[str, str], fields: Mapping[str, str]) -> str:
    values: dict[str, str] = {**given, **fields, "identifier": question.id}
    return url_for("questions.page", **values)  # type: ignore[arg-type]


def _coverage(answer: Answer, spoken: Language) -> tuple[Coverage, ...]:
    return tuple(
        Coverage(source.cited_as, addresses().href(source.iri), shown_date(source.date, spoken))
        for source in answer.sources
    )


def _file_address(
    suffix: str, question: Question, given: Mapping[str, str], spoken: Language
) -> str:
    """Return the address at which the same answer is a file, whoever asks."""
    values: dict[str, str] = {**given, "lang": spoken.code, "identifier": question.id}
    return url_for(f"questions.{suffix}_file", **values)  # type: ignore[arg-type]


def _answer(identifier: str) -> Answer:
    return ask(library(), identifier, given_values(), reader(), language().code, find_words)


def given_values(*others: str) -> dict[str, str]:
    """Return the parameters of the present request that have a value.

    Args:
        others: Fields of the address that are no parameters.

    Raises:
        ParameterError: If one is given twice.
    """
    given: dict[str, str] = {}
    for name, texts in request.args.lists():
        if len(texts) > 1:
            raise ParameterError(name, f"{name} is given {len(texts)} times; give it once.")
        if name not in {"lang", *others} and texts[0].strip():
            given[name] = texts[0]
    return given


def _file(content: str | bytes, media_type: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response

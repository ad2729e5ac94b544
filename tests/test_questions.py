"""The question library: complete in words, right in its answers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from rdflib.plugins.sparql import prepareQuery

from graph.errors import ParameterError, UnknownQuestionError
from graph.library.answer import ask
from graph.library.parameters import choices
from graph.library.question import Question, read_library
from graph.store.interface import ReadStore, value
from graph.vocabulary import LANGUAGES

LIBRARY = read_library()
QUESTIONS = list(LIBRARY.questions.values())
EXPECTED = Path(__file__).parent / "questions"
EVERY_QUESTION = pytest.mark.parametrize("question", QUESTIONS, ids=lambda found: found.id)


@dataclass(frozen=True)
class Case:
    """One expected answer: values of ``columns``, all rows if ``complete``."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    complete: bool
    parameters: Mapping[str, str]
    lang: str = "en"
    emptiness: str = ""


def cases() -> list[object]:
    found: list[object] = []
    for file in sorted(EXPECTED.glob("*.toml")):
        for number, entry in enumerate(tomllib.loads(file.read_text("utf-8"))["case"], 1):
            entry["columns"] = tuple(entry.get("columns", ()))
            entry["rows"] = tuple(tuple(map(str, row)) for row in entry["rows"])
            given = entry.get("parameters", {})
            entry["parameters"] = {name: str(text) for name, text in given.items()}
            found.append(pytest.param(file.stem, Case(**entry), id=f"{file.stem}-{number}"))
    return found


@pytest.mark.parametrize(("identifier", "case"), cases())
def test_answers_are_those_a_reader_of_the_sources_expects(
    store: ReadStore, identifier: str, case: Case
) -> None:
    answer = ask(LIBRARY, identifier, case.parameters, store, case.lang)
    rows = [
        tuple(value(record[column]) for column in case.columns) for record in answer.table.records()
    ]
    assert answer.emptiness == case.emptiness
    if case.complete:
        assert rows == list(case.rows)
    else:
        rest = iter(rows)
        missing = [row for row in case.rows if row not in rest]
        assert not missing, f"not there, or not in this order: {missing}"


@EVERY_QUESTION
def test_every_question_has_an_expected_answer(question: Question) -> None:
    assert (EXPECTED / f"{question.id}.toml").exists()


@EVERY_QUESTION
def test_every_question_is_put_in_words_in_six_languages(question: Question) -> None:
    texts = [question.title, question.explanation, *(p.label for p in question.parameters)]
    for words in texts:
        assert set(words) == set(LANGUAGES)
        assert all(text.strip() for text in words.values())


@EVERY_QUESTION
def test_every_question_runs_unchanged_on_any_engine(question: Question) -> None:
    prepareQuery(question.query)


@EVERY_QUESTION
def test_every_row_says_where_it_is_stated_if_the_question_says_so(
    question: Question, store: ReadStore
) -> None:
    table = ask(LIBRARY, question.id, {}, store).table
    if "document" in table.columns:
        for record in table.records():
            assert value(record["document"]), record


@EVERY_QUESTION
def test_the_order_is_the_same_every_time(question: Question, store: ReadStore) -> None:
    first, second = (ask(LIBRARY, question.id, {}, store).table for _ in range(2))
    assert first == second


@EVERY_QUESTION
def test_every_picklist_offers_something_and_takes_what_it_offers(
    question: Question, store: ReadStore
) -> None:
    for parameter in question.parameters:
        if parameter.type in {"thing", "concept"}:
            offered = choices(LIBRARY, parameter, store, "en")
            assert offered, parameter.name
            first = offered[0]
            for spelling in (first.iri, first.code or first.name, first.name.upper()):
                ask(LIBRARY, question.id, {parameter.name: spelling}, store)


BAD_VALUES = {
    "thing": "no such thing",
    "concept": "no such thing",
    "date": "19.11.2019",
    "words": "x" * 501,
}


@EVERY_QUESTION
def test_a_value_that_does_not_fit_is_told(question: Question, store: ReadStore) -> None:
    for parameter in question.parameters:
        with pytest.raises(ParameterError) as error:
            ask(LIBRARY, question.id, {parameter.name: BAD_VALUES.get(parameter.type, "x")}, store)
        assert error.value.parameter == parameter.name
    with pytest.raises(ParameterError, match="has no parameter"):
        ask(LIBRARY, question.id, {"colour": "red"}, store)


def test_an_unknown_question_is_answered_with_the_nearest(store: ReadStore) -> None:
    with pytest.raises(UnknownQuestionError, match="funding-by-country"):
        ask(LIBRARY, "funding-per-country", {}, store)


@pytest.mark.parametrize("form", ["请", "prie", "pide", "просит", "يطلب إلى", "Requests"])
def test_a_verb_is_found_by_its_form_in_any_language(store: ReadStore, form: str) -> None:
    by_form = ask(LIBRARY, "mandates", {"verb": form}, store).table
    assert by_form == ask(LIBRARY, "mandates", {"verb": "requests"}, store).table
    assert by_form.rows

"""The words of papers: whole in every language, none too many, none of them a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from graph.audit.model import Figure
from graph.audit.paper.naming import natural
from graph.audit.paper.speech import NOTHING, Speech, paper_language
from graph.audit.paper.view import Name
from graph.languages import DEFAULT, NAMES
from tests.test_service_words import PLACE, forms, forms_of

PAPER = Path(str(files("graph"))) / "audit" / "paper"
TRANSLATED = sorted(NAMES.keys() - {DEFAULT})
KEYWORDS = {"noted": None, "say": None, "count": (1, 2)}


def used() -> set[str]:
    found = extract_from_dir(PAPER, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def catalogue(language: str) -> Catalog:
    with (PAPER / "locale" / f"{language}.po").open(encoding="utf-8") as text:
        return read_po(text, locale=language)


def messages(language: str) -> Iterator[tuple[str, list[str]]]:
    for message in catalogue(language):
        if message.id:
            yield forms_of(message.id), list(forms(message.string))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_message_and_no_other(language: str) -> None:
    assert {message for message, _ in messages(language)} == used()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_is_there_and_keeps_its_places(language: str) -> None:
    for message, translations in messages(language):
        places = set(PLACE.findall(message))
        assert all(translations), message
        assert any(set(PLACE.findall(text)) == places for text in translations), message
        assert all(set(PLACE.findall(text)) <= places for text in translations), message


def speech(language: str) -> Speech:
    return Speech(paper_language(language))


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (Figure(), NOTHING),
        (Figure(5, waived=5), NOTHING),
        (Figure(3, 2, 1), "66.6%"),
        (Figure(10_000, 9_999, 1), "99.9%"),
        (Figure(4, 3, 0, 1), "100.0%"),
        (Figure(4, 2, 0, 0, 2), "50.0%"),
    ],
)
def test_a_share_is_cut_off_and_never_claims_more(figure: Figure, shown: str) -> None:
    assert speech("en").completeness(figure) == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [("fr", "68,7 %"), ("es", "68,7 %"), ("ru", "68,7 %"), ("zh", "68.7%"), ("ar", "68.7%")],
)
def test_a_share_has_the_marks_of_its_language(language: str, shown: str) -> None:
    told = speech(language).percent(Fraction(97, 141))
    assert told.replace("\xa0", " ").replace("\u202f", " ").strip("\u200e") == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "10 March 2020, 08:30 UTC"),
        ("zh", "2020年3月10日，08:30 UTC"),
        ("ar", "10 آذار/مارس 2020، 08:30 UTC"),
    ],
)
def test_a_moment_is_told_in_universal_time(language: str, shown: str) -> None:
    assert speech(language).moment(datetime(2020, 3, 10, 8, 30, tzinfo=UTC)) == shown


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ({"en": "a", "fr": "b"}, Name("b")),
        ({"en": "a", "zh": "c"}, Name("a", "en")),
        ({"zh": "c"}, Name("c", "zh")),
        ({"und": "3"}, Name("3", symbol=True)),
        ({}, Name("otherwise", symbol=True)),
    ],
)
def test_a_name_is_chosen_and_marked(words: dict[str, str], chosen: Name) -> None:
    assert speech("fr").chosen(words, "otherwise") == chosen


def test_numbers_in_names_are_sorted_as_numbers() -> None:
    assert sorted(["1(b)", "10", "2", "1(a)"], key=natural) == ["1(a)", "1(b)", "2", "10"]

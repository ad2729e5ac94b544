"""The words of the interface: whole in every language, and none too many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from graph.languages import DEFAULT, NAMES, read_languages
from graph.library.question import Library, read_library
from graph.store.embedded import EmbeddedReader
from service.pages.tables import _columns
from service.pages.wording import column_is_named, group_is_named

SERVICE = Path(str(files("service")))
TRANSLATED = sorted(NAMES.keys() - {DEFAULT})
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"gettext": None, "noted": None, "_": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%\((\w+)\)s")


def used() -> set[str]:
    """Return the messages that code and templates use; of plurals the first form."""
    found = extract_from_dir(SERVICE, method_map=METHODS, keywords=KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def catalogue(language: str) -> Catalog:
    with (SERVICE / "locale" / f"{language}.po").open(encoding="utf-8") as text:
        return read_po(text, locale=language)


def forms(found: object) -> Iterator[str]:
    yield from [found] if isinstance(found, str) else found  # type: ignore[misc]


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_message_and_no_other(language: str) -> None:
    known = {forms_of(message.id) for message in catalogue(language) if message.id}
    assert known == used()


def forms_of(found: object) -> str:
    return next(forms(found))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_is_there_and_keeps_its_places(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        places = set(PLACE.findall(forms_of(message.id)))
        assert all(forms(message.string))
        assert "fuzzy" not in message.flags
        translations = list(forms(message.string))
        assert any(set(PLACE.findall(text)) == places for text in translations), message.id
        assert all(set(PLACE.findall(text)) <= places for text in translations), message.id


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [("ar", 2, "صفان"), ("ar", 9, "9 صفوف"), ("ru", 22, "22 строки"), ("zh", 1, "1行")],
)
def test_numbers_take_the_form_of_their_language(language: str, number: int, words: str) -> None:
    found = read_languages(SERVICE / "locale")[language].words.ngettext(
        "%(count)s row", "%(count)s rows", number
    )
    assert found % {"count": number} == words


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library()


def test_every_column_and_group_of_the_library_has_words(
    library: Library, store: EmbeddedReader
) -> None:
    for question in library.questions.values():
        assert group_is_named(question.group), question.group
        columns = _columns(store.select(question.bound({}, "en")))
        assert [name for name in columns if not column_is_named(name)] == [], question.id

"""The six languages that people are spoken to in: names, directions, catalogues of words."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from importlib.resources.abc import Traversable

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DEFAULT = "en"

NAMES = {
    "ar": "العربية",
    "zh": "中文",
    "en": "English",
    "fr": "Français",
    "ru": "Русский",
    "es": "Español",
}
"""The official languages under their own names, in the order the United Nations lists them."""

_LOCALES = {"en": "en_GB"}


@dataclass(frozen=True)
class Language:
    """One language and its words; ``direction`` is ``"ltr"`` or ``"rtl"``."""

    code: str
    name: str
    direction: str
    locale: Locale
    words: NullTranslations


def read_languages(catalogues: Traversable) -> Mapping[str, Language]:
    """Return the languages by code, with the catalogues of a folder.

    The messages are the English words themselves, so English has no catalogue.

    Args:
        catalogues: A folder with one file ``<code>.po`` for every other language.
    """
    return {code: read_language(code, catalogues) for code in NAMES}


def read_language(code: str, catalogues: Traversable) -> Language:
    """Return one of the languages; see ``read_languages``.

    Raises:
        KeyError: If the code is not that of an official language.
    """
    name, locale = NAMES[code], locale_of(code)
    words = NullTranslations() if code == DEFAULT else _catalogue(code, catalogues)
    return Language(code, name, locale.text_direction, locale, words)


def best(tongues: Iterable[str], language: str) -> str:
    """Return which of some languages is shown: the one asked for, English, the first of the rest.

    Example:
        >>> best(["zh", "en"], "fr")
        'en'
    """
    return min(tongues, key=lambda tongue: (tongue != language, tongue != "en", tongue))


def locale_of(language: str) -> Locale:
    """Return the locale whose dates and numbers go with a language code."""
    return Locale.parse(_LOCALES.get(language, language))


def noted(message: str) -> str:
    """Return a message as it is; it is translated where it is shown."""
    return message


def _catalogue(code: str, catalogues: Traversable) -> GNUTranslations:
    text = catalogues.joinpath(f"{code}.po").read_text("utf-8")
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.StringIO(text), locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)

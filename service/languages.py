"""The six languages of the interface: which one a request wants, and its words."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, current_app, g, request

from graph.errors import ParameterError

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
    """One language of the interface; ``direction`` is ``"ltr"`` or ``"rtl"``."""

    code: str
    name: str
    direction: str
    locale: Locale
    words: NullTranslations


def read_languages() -> Mapping[str, Language]:
    """Return the languages by code, with the catalogues that ship with the package.

    The messages are the English words themselves, so English has no catalogue.
    """
    return {code: _read(code, name) for code, name in NAMES.items()}


def _read(code: str, name: str) -> Language:
    locale = Locale.parse(_LOCALES.get(code, code))
    words = NullTranslations() if code == DEFAULT else _catalogue(code)
    return Language(code, name, locale.text_direction, locale, words)


def _catalogue(code: str) -> GNUTranslations:
    text = files("service").joinpath("locale", f"{code}.po").read_text("utf-8")
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.StringIO(text), locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)


def install(app: Flask) -> None:
    """Give every request its language, and templates their words."""
    app.extensions["languages"] = read_languages()
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True
    )
    app.before_request(_choose)
    app.url_defaults(_keep)


def languages() -> Mapping[str, Language]:
    """Return the languages of the running application, by code."""
    found: Mapping[str, Language] = current_app.extensions["languages"]
    return found


def language() -> Language:
    """Return the language of the request."""
    if "language" not in g:
        g.language = languages()[_accepted()]
    chosen: Language = g.language
    return chosen


def _accepted() -> str:
    """Return the language that the browser likes best; ``fr-CH`` counts as French."""
    for tag, quality in request.accept_languages:
        primary = tag.partition("-")[0].lower()
        if quality > 0 and primary in NAMES:
            return primary
    return DEFAULT


def gettext(message: str) -> str:
    """Return a message in the language of the request."""
    return language().words.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form of a message that goes with a number."""
    return language().words.ngettext(singular, plural, number)


def noted(message: str) -> str:
    """Return a message as it is; it is translated where it is shown."""
    return message


def _choose() -> None:
    asked = request.args.getlist("lang")
    if not asked:
        return
    if len(asked) > 1 or asked[0] not in NAMES:
        known = ", ".join(NAMES)
        raise ParameterError("lang", f"lang must be one of {known}; it is “{', '.join(asked)}”.")
    g.language = languages()[asked[0]]
    g.language_asked = True


def _keep(endpoint: str, values: dict[str, object]) -> None:
    """Let every link carry on the language that the address asked for."""
    if "language_asked" in g and endpoint not in {"static", "operations.favicon"}:
        values.setdefault("lang", language().code)

"""The six languages of the interface: which one a request wants, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from babel.numbers import format_decimal
from flask import Flask, current_app, g, request

from graph.errors import ParameterError
from graph.languages import DEFAULT, NAMES, Language, read_languages

_WITH_DATA_LANGUAGE = {"things.page", "things.ontology", "things.concept", "compare.page"}
"""Pages that show data in a language apart from that of the interface."""


def install(app: Flask) -> None:
    """Give every request its language, and templates their words."""
    app.extensions["languages"] = read_languages(files("service").joinpath("locale"))
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True
    )
    app.add_template_filter(grouped)
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


def data_language() -> str:
    """Return the code of the language in which names and texts of the data are wanted.

    It is that of the page, unless the address asks for another as ``data-lang``.

    Raises:
        ParameterError: If it is none of the six.
    """
    asked = request.args.get("data-lang", "")
    if asked and asked not in NAMES:
        raise ParameterError(
            "data-lang", f"data-lang must be one of {', '.join(NAMES)}; it is “{asked}”."
        )
    return asked or language().code


def grouped(number: float) -> str:
    """Return a number as the language of the request writes it, thousands apart."""
    return format_decimal(number, locale=language().locale)


def gettext(message: str) -> str:
    """Return a message in the language of the request."""
    return language().words.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form of a message that goes with a number."""
    return language().words.ngettext(singular, plural, number)


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
    asked = request.args.get("data-lang")
    if asked in NAMES and endpoint in _WITH_DATA_LANGUAGE:
        values.setdefault("data-lang", asked)

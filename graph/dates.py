"""Dates and numbers as the languages of the United Nations write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_skeleton, get_month_names
from babel.numbers import format_decimal

from graph.languages import Language, locale_of

_GROUPED_FROM = 10_000


def shown_date(text: str, language: Language, precision: str = "day") -> str:
    """Return a date of the data in words, no more exactly than it is known.

    Args:
        text: The date as year-month-day; any other text is returned as it is.
        language: The language of the words.
        precision: ``"day"``, ``"month"`` or ``"year"``; anything else counts as a day.
    """
    try:
        return in_words(date.fromisoformat(text), language.code, precision)
    except ValueError:
        return text


def in_words(day: date, language: str, precision: str = "day") -> str:
    """Return a date in words, no more exactly than it is known.

    Args:
        day: The date; of a month or year any day.
        language: Code of the language of the words.
        precision: ``"day"``, ``"month"`` or ``"year"``; anything else counts as a day.

    Example:
        >>> in_words(date(2019, 11, 1), "fr", "month")
        'novembre 2019'
    """
    if precision == "year":
        return f"{day.year}年" if language == "zh" else str(day.year)
    if language == "ar":
        month = _arabic_month(day.month)
        return f"{month} {day.year}" if precision == "month" else f"{day.day} {month} {day.year}"
    if precision == "month":
        return format_skeleton("yMMMM", day, locale=locale_of(language))
    return format_date(day, "long", locale=locale_of(language))


def shown_number(text: str, language: Language) -> str:
    """Return a number of the data with the marks of a language, without rounding.

    Thousands are set apart from 10,000 on, so that years and paragraph numbers
    stay as they are.
    """
    number = Decimal(text)
    return format_decimal(
        number,
        locale=language.locale,
        decimal_quantization=False,
        group_separator=abs(number) >= _GROUPED_FROM,
    )


def _arabic_month(number: int) -> str:
    """Return both names of a month, as Arabic documents of the United Nations give them."""
    levantine = get_month_names("wide", locale=Locale.parse("ar_LB"))[number]
    return f"{levantine}/{get_month_names('wide', locale=Locale.parse('ar'))[number]}"

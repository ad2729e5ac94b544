"""The fixed words of a paper, and its numbers and dates, in one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files

from babel.numbers import format_percent

from graph.audit.model import Figure, Severity, State, Words
from graph.audit.paper.view import Name
from graph.audit.placing import UNNAMED
from graph.dates import shown_date, shown_number
from graph.languages import Language, best, noted, read_language

NOTHING = "–"
"""What stands where a share has nothing to be a share of, or nothing is recorded."""

_COMMAS = {"ar": "، ", "zh": "，"}
_COLONS = {"fr": " : ", "zh": "："}
_SEVERITIES: Mapping[Severity, str] = {
    "violation": noted("Blocking"),
    "warning": noted("Warning"),
    "info": noted("Information"),
}
_STATES: Mapping[State, str] = {
    "known-absent": noted("known absent"),
    "not-stated": noted("not stated in the source"),
    "not-captured": noted("not captured"),
    "could-not-judge": noted("could not be judged"),
    "": "",
}


@lru_cache
def paper_language(code: str) -> Language:
    """Return a language with the words that papers use.

    Raises:
        KeyError: If the code is not that of an official language.
    """
    return read_language(code, files("graph").joinpath("audit", "paper", "locale"))


@dataclass(frozen=True)
class Speech:
    """Says things in one language."""

    language: Language

    @property
    def say(self) -> Callable[[str], str]:
        """What turns a fixed message into the language."""
        return self.language.words.gettext

    @property
    def comma(self) -> str:
        """What stands between two things that are listed."""
        return _COMMAS.get(self.language.code, ", ")

    @property
    def colon(self) -> str:
        """What stands between a name and what is said of it."""
        return _COLONS.get(self.language.code, ": ")

    def count(self, singular: str, plural: str, number: int) -> str:
        """Return the form of a message that goes with a number, the number in its place."""
        form = self.language.words.ngettext(singular, plural, number)
        return form % {"count": self.number(number)}

    def severity(self, severity: Severity) -> str:
        """Return a severity in a word."""
        return self.say(_SEVERITIES[severity])

    def state(self, state: State) -> str:
        """Return why a value is absent, nothing where none is."""
        return self.say(_STATES[state]) if state else ""

    def number(self, number: int | Decimal) -> str:
        """Return a number with the marks of the language."""
        return shown_number(str(number), self.language)

    def day(self, day: date) -> str:
        """Return a day in words."""
        return shown_date(day.isoformat(), self.language)

    def moment(self, moment: datetime) -> str:
        """Return a moment to the minute, in Coordinated Universal Time."""
        there = moment.astimezone(UTC) if moment.tzinfo else moment
        return f"{self.day(there.date())}{self.comma}{there:%H:%M} UTC"

    def completeness(self, figure: Figure) -> str:
        """Return the share of passed cases, a dash where there is nothing to share.

        It is cut off, not rounded, after one place: only a whole record is shown
        as 100 per cent.
        """
        share = figure.completeness
        return NOTHING if share is None else self.percent(share)

    def percent(self, share: Fraction) -> str:
        """Return a share in per cent, cut off after one place."""
        exact = Decimal(share.numerator) / Decimal(share.denominator)
        cut = exact.quantize(Decimal("0.001"), ROUND_DOWN)
        usual = self.language.locale.percent_formats[None].pattern
        pattern = usual.replace("#,##0", "#,##0.0")
        return format_percent(cut, pattern, locale=self.language.locale)

    def chosen(self, words: Words, otherwise: str = "") -> Name:
        """Return a text in the language, else in English, else in any; it is marked which."""
        if not words:
            return Name(otherwise, symbol=True)
        tongue = best(words, self.language.code)
        if tongue == UNNAMED:
            return Name(words[tongue], symbol=True)
        return Name(words[tongue], "" if tongue == self.language.code else tongue)

"""What all documents of a synthetic dataset share: the writer, chance, and the names of things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import IO

from bench.synthetic.quads import Place, Writer, concept, mg, thing, typed
from graph.settings import DEFAULT_BASE

BODIES, COUNTRIES, AGENCIES, UNITS, PLACES = 6, 120, 24, 16, 40
ACTS_A_SESSION = 4
DAYS_A_SESSION = 60
FAULT_RATE = 0.03
THEMES = [
    "urban-safety",
    "gender-equality",
    "social-inclusion",
    "urban-rural-linkages",
    "migration",
    "governance",
    "partnerships",
    "knowledge-sharing",
    "local-authorities",
    "reporting",
    "climate-change",
    "capacity-building",
]
_FIRST_DAY = date(1990, 1, 15)

Pairs = list[tuple[str, str]]
"""Predicates and objects of one thing."""


@dataclass(frozen=True)
class Mandate:
    """What a report needs to know of a mandate that an act of its session set out."""

    iri: str
    act: str
    addressee: str


class Draft:
    """A dataset that is being written."""

    def __init__(self, file: IO[str], seed: int = 1, *, faults: bool = False) -> None:
        """Write to a file; with ``faults``, leave out or twist a few values on purpose."""
        self.writer = Writer(file)
        self.random = Random(seed)  # noqa: S311 - not for secrets
        # Drawn from another sequence, so that most else is as without faults.
        self._faults = Random(-1 - seed) if faults else None  # noqa: S311 - not for secrets

    def fault(self) -> bool:
        """Say whether to make a mistake here."""
        return self._faults is not None and self._faults.random() < FAULT_RATE

    def themes(self) -> Pairs:
        """Return one theme or two."""
        found = self.random.sample(THEMES, 1 + self.random.randrange(2))
        return [(mg("theme"), concept("theme", notation)) for notation in found]

    def country(self, predicate: str) -> tuple[str, str]:
        """Return a country as a value; some are named far more often than others."""
        number = int(COUNTRIES * self.random.random() ** 1.5)
        return mg(predicate), thing("country", country_code(number))

    def agency(self) -> str:
        """Return an agency; some are named far more often than others."""
        return thing("agency", f"agency-{int(AGENCIES * self.random.random() ** 2)}")


def act_key(number: int) -> str:
    """Return the key of the act of a number, from 0 on, so that any act can be named.

    Example:
        >>> [act_key(number) for number in (0, 3, 4, 24)]
        ['AS0/1/Res.1', 'AS0/1/Res.4', 'AS1/1/Res.1', 'AS0/2/Res.1']
    """
    session, place = divmod(number, ACTS_A_SESSION)
    return f"AS{session % BODIES}/{session // BODIES + 1}/Res.{place + 1}"


def body(session: int) -> str:
    """Return the body that holds a session."""
    return thing("body", f"body-{session % BODIES}")


def document(path: str, key: str) -> Place:
    """Return the place that a whole document is."""
    return Place(thing(path, key), f"<{DEFAULT_BASE}graph/{key}>")


def day(number: int) -> str:
    """Return the day of a number as a literal."""
    return typed((_FIRST_DAY + timedelta(days=number)).isoformat(), "date")


def country_code(number: int) -> str:
    """Return the three letters of a made-up country.

    Example:
        >>> country_code(27)
        'XBB'
    """
    return f"X{chr(65 + number // 26)}{chr(65 + number % 26)}"

"""What an operator can set, read from the environment once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from graph.errors import SettingsError

PREFIX = "MANDATEGRAPH_"
DEFAULT_BASE = "https://w3id.org/mandategraph/"


@dataclass(frozen=True)
class Settings:
    """The settings of one process.

    ``home`` is the only directory that is ever written to. ``base`` begins the
    IRI of every instance and ends with a slash; it is a name, not the address
    the service listens on.
    """

    home: Path = Path("var")
    base: str = DEFAULT_BASE

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Return the settings that the environment names, defaults for the rest.

        Raises:
            SettingsError: If a value cannot be used, or a variable with our
                prefix is none of ours (a misspelling would otherwise be silent).
        """
        environment = os.environ if environment is None else environment
        given = {
            name.removeprefix(PREFIX): value
            for name, value in environment.items()
            if name.startswith(PREFIX) and value
        }
        unknown = sorted(given.keys() - {"HOME", "BASE"})
        if unknown:
            raise SettingsError(
                f"{PREFIX}{unknown[0]} is not a setting; there are {PREFIX}BASE and {PREFIX}HOME."
            )
        base = given.get("BASE", DEFAULT_BASE)
        _check_base(base)
        return cls(home=Path(given.get("HOME", "var")), base=base)


def _check_base(base: str) -> None:
    try:
        parts = urlsplit(base)
    except ValueError:
        parts = urlsplit("")
    forbidden = any(character in base for character in ' <>"{}|\\^`') or not base.isascii()
    if (
        parts.scheme not in {"http", "https"}
        or not parts.netloc
        or parts.query
        or parts.fragment
        or not base.endswith("/")
        or forbidden
    ):
        raise SettingsError(
            f"{PREFIX}BASE must be an http or https IRI in ASCII that ends with a slash, "
            f"such as {DEFAULT_BASE}; it is ‘{base}’."
        )

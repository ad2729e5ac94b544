"""Settings are checked at the start, and a misspelt one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import SettingsError
from graph.settings import DEFAULT_BASE, Settings


def test_defaults_hold_when_nothing_is_set() -> None:
    assert Settings.from_environment({"PATH": "/bin"}) == Settings(Path("var"), DEFAULT_BASE)


def test_settings_come_from_the_environment() -> None:
    given = {"MANDATEGRAPH_HOME": "state", "MANDATEGRAPH_BASE": "https://data.example.org/m/"}
    assert Settings.from_environment(given) == Settings(
        Path("state"), "https://data.example.org/m/"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE", "https://data.example.org"),
        ("BASE", "data.example.org/"),
        ("BASE", "ftp://data.example.org/"),
        ("BASE", "https://data.example.org/?a=/"),
        ("BASE", "https://data.example.org/a b/"),
        ("BASE", "http://[/"),
        ("BASSE", "https://data.example.org/"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match="MANDATEGRAPH_"):
        Settings.from_environment({f"MANDATEGRAPH_{name}": value})

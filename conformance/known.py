"""Failures that are known, each with its cause."""

from __future__ import annotations

import tomllib
from pathlib import Path

from graph.errors import SettingsError

KNOWN = Path(__file__).parent / "known.toml"
KNOWN_SHACL = Path(__file__).parent / "known-shacl.toml"


def read_known(path: Path) -> dict[str, str]:
    """Return the cause of each known failure, by the name of the test.

    Raises:
        SettingsError: If the file is not as ``known.toml`` says it should be.
    """
    causes: dict[str, str] = {}
    try:
        for group in tomllib.loads(path.read_text("utf-8")).get("known", []):
            for test in group["tests"]:
                if test in causes:
                    raise SettingsError(f"{path.name} names {test} twice.")
                causes[test] = group["cause"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(f"{path} cannot be read: {error!r}.") from error
    return causes

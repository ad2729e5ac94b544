"""Somebody who gives commands at a terminal."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from graph.commands.main import commands


def run(home: Path, *words: str | Path, given: str | bytes | None = None) -> Result:
    """Run a command on a state directory; ``given`` is what it reads from standard input."""
    environment = {"MANDATEGRAPH_HOME": str(home)}
    return CliRunner().invoke(commands, [*map(str, words)], env=environment, input=given)

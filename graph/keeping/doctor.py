"""What may be wrong with an installation, looked at without changing anything."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from graph.errors import EngineError, MandateGraphError, SettingsError
from graph.store.comparison import DEFAULT, digest_of, graph_lines
from graph.store.embedded import EmbeddedReader, EmbeddedStore, read_version
from graph.workspace import InstalledStore, Workspace

MIN_FREE_MB = 500
"""Free megabytes below which the disk is said to be nearly full."""

OPTIONAL = {"typst": "reports as PDF", "docx": "reports as DOCX", "openpyxl": "tables as XLSX"}
"""Packages that parts of the product need, and which parts."""


@dataclass(frozen=True)
class Finding:
    """What was found of one thing; ``advice`` says what to do, and is empty if all is well."""

    subject: str
    said: str
    advice: str = ""


def examine(workspace: Workspace) -> Iterator[Finding]:
    """Yield what is found of each part of an installation."""
    checks: tuple[tuple[str, Callable[[Workspace], Finding]], ...] = (
        *(("home", _home), ("tokens", _tokens), ("disk", _disk)),
        *(("store", _store), ("history", _history), ("optional parts", _optional)),
    )
    for subject, check in checks:
        try:
            yield check(workspace)
        except (MandateGraphError, OSError) as error:
            said = str(error) if isinstance(error, MandateGraphError) else f"{error.strerror}."
            yield Finding(subject, said, "Restore a backup if this stays so.")


def _home(workspace: Workspace) -> Finding:
    home = workspace.settings.home
    if not home.exists():
        return Finding("home", "is not there yet; it is made at the first write")
    if not home.is_dir():
        return Finding("home", "is no folder", "Set MANDATEGRAPH_HOME to a folder.")
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        return Finding("home", "cannot be written to", "Give it to the user who runs the service.")
    if home.stat().st_mode & stat.S_IWOTH:
        return Finding("home", "can be written to by everybody", "Take that right away: chmod o-w.")
    return Finding("home", "can be written to")


def _tokens(workspace: Workspace) -> Finding:
    place = workspace.settings.home / "tokens.json"
    tokens = workspace.tokens.listed()
    if place.exists() and place.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding("tokens", "can be read by others", "Let only the owner read: chmod 600.")
    over = sum(token.is_over() for token in tokens)
    return Finding("tokens", f"{len(tokens)} in all, {over} of them over")


def _disk(workspace: Workspace) -> Finding:
    place = workspace.settings.home.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free >> 20
    if free < MIN_FREE_MB:
        return Finding("disk", f"{free:,} MB are free", "Make room, or lower HISTORY_VERSIONS.")
    return Finding("disk", f"{free:,} MB are free")


def _store(workspace: Workspace) -> Finding:
    store = workspace.store
    if not isinstance(store, EmbeddedStore):
        return _engine(store)
    snapshot = store.newest()
    if snapshot is None:
        return Finding("store", "holds nothing yet", "Run “mandategraph load”.")
    try:
        reader = store.reader()
        wrong = _wrong_graphs(reader, snapshot)
    except (MandateGraphError, ValueError, KeyError, RuntimeError) as error:
        return Finding("store", f"cannot be opened: {error}", "Restore a backup.")
    if wrong:
        return Finding(
            "store", f"is not what was written: {wrong[0] or '(default)'}", "Restore it."
        )
    number = reader.version.number
    return Finding("store", f"version {number}, {len(reader.version.graphs)} graphs as written")


def _engine(store: InstalledStore) -> Finding:
    try:
        store.prepare()
        version = store.version()
    except (SettingsError, EngineError) as error:
        return Finding("store", f"is an engine elsewhere: {error}", "See to it, or its settings.")
    return Finding(
        "store",
        f"is an engine elsewhere, at version {version.number}, {len(version.graphs)} graphs",
    )


def _wrong_graphs(reader: EmbeddedReader, snapshot: Path) -> list[str]:
    """Return the graphs that differ from their digests, as far as these tell the content."""
    engine = reader.engine
    named = {node.value for node in engine.named_graphs() if hasattr(node, "value")}
    version = read_version(snapshot)
    wrong = sorted(named ^ (version.graphs.keys() - {DEFAULT}))
    for name, digest in version.graphs.items():
        lines = graph_lines(engine, name)
        # Graphs with blank nodes, and big ones, have digests of other things.
        if lines is None or any(b"_:" in line for line in lines):
            continue
        if digest_of(lines) != digest:
            wrong.append(name)
    return wrong


def _history(workspace: Workspace) -> Finding:
    if workspace.settings.store:
        return Finding("history", "is not kept of an engine elsewhere")
    version = workspace.store.version()
    if not version.number:
        return Finding("history", "begins with the first write")
    log = workspace.history
    entries = list(log.entries())
    if not entries:
        advice = "The next write begins it anew; feeds and audits start from there."
        return Finding("history", f"does not reach version {version.number}", advice)
    for entry in entries:
        for _ in log.statements(entry.header):
            pass
    return Finding("history", f"leads from version {log.reaches()} to {version.number}")


def _optional(workspace: Workspace) -> Finding:
    missing = [f"{name} ({what})" for name, what in OPTIONAL.items() if not find_spec(name)]
    if missing:
        return Finding("optional parts", f"not installed: {', '.join(missing)}")
    return Finding("optional parts", "all installed")

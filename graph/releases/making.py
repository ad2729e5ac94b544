"""Making a release: judged first, written beside, put into place whole."""

from __future__ import annotations

import gzip
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from graph.audit.auditing import Auditor, Memory
from graph.audit.model import Occasion, Run
from graph.audit.paper.building import build_paper
from graph.audit.paper.view import Paper
from graph.audit.paper.writing import paper_bytes, paper_format
from graph.audit.profiles import ShapesText, read_shapes
from graph.history.patch import Header, version_id
from graph.links import read_links
from graph.releases.comparing import write_patch
from graph.releases.crate import Makers, crate, licence_name
from graph.releases.dumping import write_dumps
from graph.releases.model import CRATE, LINKS, PRODUCT, Release
from graph.releases.shelf import Shelf, described, write_sums
from graph.store.interface import Version
from graph.workspace import InstalledReader, Workspace

PROFILE = "publication"
"""The profile that a version must meet to be released."""

_LICENCE_TEXT = "This dataset is made available under the licence %s\n"


@dataclass(frozen=True)
class Judged:
    """One version as the publication profile judges it; it may be released if ``passes``."""

    run: Run
    paper: Paper
    shapes: ShapesText

    @property
    def passes(self) -> bool:
        """Whether no rule is broken gravely, and none was left unjudged."""
        grave = any(found.open and found.severity == "violation" for found in self.run.findings)
        return not grave and not self.run.unjudged


@dataclass(frozen=True)
class Wanted:
    """What is asked for: the time of the release, and words for people, which may be empty."""

    now: datetime
    title: str = ""
    note: str = ""


def judge(workspace: Workspace, reader: InstalledReader, now: datetime) -> Judged:
    """Judge a version by the publication profile.

    Raises:
        UnknownProfileError: If the profile does not ship with the product.
    """
    shapes = read_shapes(PROFILE)
    auditor = Auditor(shapes, Occasion(now.date()))
    judgement = auditor.judge(reader.select, os.cpu_count() or 1)
    memory = Memory(workspace.waivers.all())
    run = auditor.run(reader.select, reader.version, judgement, now, memory)
    paper = build_paper(run, reader.select, "en", drawn=reader.version.number)
    return Judged(run, paper, shapes)


def same_today(shelf: Shelf, version: Version, now: datetime) -> Release | None:
    """Return the release of the day that holds the same data, ``None`` if there is none."""
    newest = shelf.newest()
    is_today = newest is not None and newest.name.startswith(f"{_day(now)}")
    return newest if newest and is_today and newest.content == version.content else None


def make(
    workspace: Workspace, reader: InstalledReader, judged: Judged, wanted: Wanted
) -> tuple[Release, bool]:
    """Make the release of a version that has been judged.

    Args:
        workspace: The installation.
        reader: The version.
        judged: What was found of it.
        wanted: What is asked for.

    Returns:
        The release, and whether it is new: the same data make one a day.

    Raises:
        StoreBusyError: If somebody else is making a release.
        StoreError: If it cannot be written.
    """
    shelf = workspace.releases
    with shelf.held(workspace.settings.patience_seconds):
        if there := same_today(shelf, reader.version, wanted.now):
            return there, False
        earlier = shelf.newest()
        name = shelf.next_name(wanted.now.astimezone(UTC).date())
        with shelf.making(name) as folder:
            release = _release(name, reader.version, wanted, earlier)
            release = replace(release, statements=write_dumps(reader, folder, _stem(name)))
            if earlier:
                _write_patch(shelf, folder, release, earlier)
            _write_reports(folder, judged.paper)
            settings = workspace.settings
            (folder / "LICENCE.txt").write_text(_LICENCE_TEXT % licence_name(settings.license))
            _write_links(folder, reader, settings.base)
            files = tuple(described(place) for place in sorted(folder.iterdir()))
            makers = Makers(settings.base, settings.license, settings.publisher)
            text = crate(replace(release, files=files), makers)
            (folder / CRATE).write_bytes(text)
            write_sums(folder, (*files, described(folder / CRATE)))
    return shelf.read(name), True


def _release(name: str, version: Version, wanted: Wanted, earlier: Release | None) -> Release:
    return Release(
        name,
        wanted.title or f"Mandate Graph, release {name}",
        wanted.note or "Resolutions, mandates, money, places and progress as one knowledge graph.",
        version.number,
        version.content,
        wanted.now.astimezone(UTC).isoformat(timespec="seconds"),
        0,
        earlier.name if earlier else "",
    )


def _write_patch(shelf: Shelf, folder: Path, release: Release, earlier: Release) -> None:
    header = Header(
        _version_id(release),
        _version_id(earlier),
        release.number,
        release.issued,
        added=0,
        removed=0,
    )
    old = shelf.place(earlier.name, f"{_stem(earlier.name)}.nq.gz")
    new = folder / f"{_stem(release.name)}.nq.gz"
    write_patch(old, new, folder / "changes.patch.gz", header)


def _write_reports(folder: Path, paper: Paper) -> None:
    texts: Mapping[str, bytes] = {
        f"conformance.{suffix}": paper_bytes(paper, paper_format(suffix))
        for suffix in ("ttl", "html")
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text)


def _write_links(folder: Path, reader: InstalledReader, base: str) -> None:
    text = read_links(reader, base, "ntriples")
    (folder / LINKS).write_bytes(gzip.compress(text, mtime=0))


def _version_id(release: Release) -> str:
    return version_id(Version(release.number, release.content, {}))


def _stem(name: str) -> str:
    return f"{PRODUCT}-{name}"


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()

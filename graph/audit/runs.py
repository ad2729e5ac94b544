"""The audits that were kept: one file each, with the shapes they were made by."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

from graph.audit.model import Profile, Run
from graph.audit.profiles import ShapesText, read_profile
from graph.audit.reading import read_run
from graph.audit.report import report
from graph.errors import StoreError, UnknownRunError

_NAME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[a-z]+-[0-9a-f]{8}")
_HEAD = re.compile(rb"profileVersion> \"([0-9a-f]{64})\"")


class Runs:
    """The runs below one folder; a file appears whole or not at all, and never changes.

    ``shapes/<version>.json`` holds the shapes of a profile as they were, so that a
    run can be read when its rules have changed since.
    """

    def __init__(self, folder: Path, base: str) -> None:
        """Name the folder and what IRIs begin with; nothing is made yet."""
        self._folder = folder
        self._base = base
        self._profiles: dict[str, Profile] = {}

    def keep(self, run: Run, shapes: ShapesText) -> None:
        """Keep a run; a run of the same name, which says the same, stays as it is.

        Raises:
            StoreError: If it cannot be written.
        """
        lines = serialize(report(run, self._base), format=RdfFormat.N_QUADS) or b""
        text = b"".join(sorted(lines.splitlines(keepends=True)))
        document = {"profile": shapes.profile, "texts": shapes.texts}
        try:
            (self._folder / "shapes").mkdir(parents=True, exist_ok=True)
            place = self._folder / "shapes" / f"{shapes.version}.json"
            _write_once(place, json.dumps(document, ensure_ascii=False).encode())
            _write_once(self._file(run.id), gzip.compress(text, 6, mtime=0))
        except OSError as error:
            raise StoreError("The audit cannot be kept; its folder is not writable.") from error

    def names(self) -> tuple[str, ...]:
        """Return the names of all runs, the one kept last first."""
        found = list(self._folder.glob("*.nq.gz"))
        found.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
        return tuple(path.name.removesuffix(".nq.gz") for path in found)

    def read(self, name: str) -> Run:
        """Return the run of that name.

        Raises:
            UnknownRunError: If none of that name was kept.
            StoreError: If the file is not as it was written.
        """
        if not _NAME.fullmatch(name) or not self._file(name).is_file():
            raise UnknownRunError(f"No audit “{name}” was kept; “audits” lists those that were.")
        try:
            text = gzip.decompress(self._file(name).read_bytes())
            version = _HEAD.search(text)
            if version is None:
                raise ValueError
            profile = self._profile(version[1].decode())
            return read_run(parse(text, format=RdfFormat.N_QUADS), profile)
        except (OSError, EOFError, ValueError, SyntaxError) as error:
            raise StoreError(f"The audit {name} is not as it was written.") from error

    def latest(self, profile: str) -> Run | None:
        """Return the run of a profile that was kept last, ``None`` if there is none."""
        name = self.latest_name(profile)
        return self.read(name) if name else None

    def latest_name(self, profile: str) -> str:
        """Return the name of the run of a profile that was kept last, empty if there is none."""
        return next((name for name in self.names() if name[11:-9] == profile), "")

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.nq.gz"

    def _profile(self, version: str) -> Profile:
        if version not in self._profiles:
            text = (self._folder / "shapes" / f"{version}.json").read_text("utf-8")
            document = json.loads(text)
            shapes = ShapesText(document["profile"], tuple(document["texts"]))
            self._profiles[version] = read_profile(shapes)
        return self._profiles[version]


def _write_once(place: Path, content: bytes) -> None:
    if place.exists():
        return
    making = place.with_name(f".{place.name}.{os.getpid()}")
    with making.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    making.rename(place)

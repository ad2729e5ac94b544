"""The releases of an installation, as they lie below its home.

A release is a folder ``releases/<name>/``; every file in it whose name ends like
an RDF format, compressed or not, is a dump. ``SHA256SUMS`` holds their checksums
in the way of ``sha256sum``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from service.formats import GRAPHS, QUADS, Format

SUMS = "SHA256SUMS"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_COMPRESSED = {".gz": "application/gzip", ".zst": "application/zstd"}


@dataclass(frozen=True)
class Dump:
    """One file of a release; ``compression`` is a media type and, like ``sha256``, may be empty."""

    name: str
    size: int
    form: Format[str]
    compression: str
    sha256: str


@dataclass(frozen=True)
class Release:
    """One release; ``issued`` is when its files were finished, ISO 8601 in UTC."""

    name: str
    issued: str
    dumps: tuple[Dump, ...]


def read_releases(folder: Path) -> tuple[Release, ...]:
    """Return the releases of a folder that hold dumps, newest first; none if there is no folder."""
    if not folder.is_dir():
        return ()
    places = [entry for entry in folder.iterdir() if entry.is_dir() and _NAME.fullmatch(entry.name)]
    found = [_release(place) for place in places]
    kept = [release for release in found if release.dumps]
    return tuple(sorted(kept, key=lambda release: (release.issued, release.name), reverse=True))


def find_dump(folder: Path, release: str, name: str) -> Path | None:
    """Return the file of a dump or of checksums, ``None`` if there is none of that name."""
    if not _NAME.fullmatch(release) or not _NAME.fullmatch(name):
        return None
    found = folder / release / name
    return found if found.is_file() and (name == SUMS or _form(name)) else None


def _release(place: Path) -> Release:
    sums = _sums(place / SUMS)
    files = sorted(entry for entry in place.iterdir() if entry.is_file())
    dumps = [_dump(file, form, sums) for file in files if (form := _form(file.name))]
    newest = max((file.stat().st_mtime for file in files), default=0.0)
    issued = datetime.fromtimestamp(newest, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Release(place.name, issued, tuple(dumps))


def _dump(file: Path, form: Format[str], sums: Mapping[str, str]) -> Dump:
    compression = _COMPRESSED.get(file.suffix, "")
    return Dump(file.name, file.stat().st_size, form, compression, sums.get(file.name, ""))


def _form(name: str) -> Format[str] | None:
    bare = Path(name)
    suffix = bare.with_suffix("").suffix if bare.suffix in _COMPRESSED else bare.suffix
    return next((form for form in (*GRAPHS, *QUADS) if f".{form.suffix}" == suffix), None)


def _sums(file: Path) -> Mapping[str, str]:
    if not file.is_file():
        return {}
    pairs = (line.split(maxsplit=1) for line in file.read_text("utf-8").splitlines() if line)
    return {pair[1].lstrip("*"): pair[0].lower() for pair in pairs if len(pair) == 2}

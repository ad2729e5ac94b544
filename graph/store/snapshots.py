"""The folder of the built-in store: snapshots of committed versions, and which is the newest.

A version is committed when its snapshot is renamed into place, and not before;
everything it consists of is on the disk by then.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import struct
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph

from graph.store.interface import Version

_NUMBER = struct.Struct("<Q")

KEPT_SNAPSHOTS = 3
"""How many snapshots stay, so that a reader may go on with the one it opened."""

NOTHING = Version(0, "", {})
"""The version of a store that nothing was ever written to."""


class Snapshots:
    """The snapshots below one folder, ``000007`` for the seventh version."""

    def __init__(self, folder: Path) -> None:
        """Name the folder of the store; nothing is made yet."""
        self._store = folder
        self._folder = folder / "snapshots"

    def make_folder(self) -> None:
        """Make the folder if it is missing.

        Raises:
            OSError: If that cannot be done.
        """
        self._folder.mkdir(parents=True, exist_ok=True)

    def newest(self) -> Path | None:
        """Return the folder of the newest snapshot, ``None`` if nothing was ever loaded."""
        found = sorted(self._folder.glob("[0-9]*"))
        return found[-1] if found else None

    def number(self) -> int:
        """Return the number of the newest version; 0 if nothing was ever loaded."""
        snapshot = self.newest()
        return int(snapshot.name) if snapshot else 0

    def publish(self, databases: Mapping[str, pyoxigraph.Store], version: Version) -> None:
        """Make the state of databases the newest version, and tell everybody.

        When this returns, the version survives the end of the process and, as
        far as the disk keeps its word about what it has written, of the machine.
        """
        making = self._folder / "making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        for name, database in databases.items():
            database.flush()
            database.backup(str(making / name))
            for path in (*(making / name).iterdir(), making / name):
                to_disk(path)
        document = {"number": version.number, "content": version.content}
        text = json.dumps(document | {"graphs": dict(version.graphs)}, indent=1, sort_keys=True)
        (making / "version.json").write_text(text + "\n", "utf-8")
        for path in (making / "version.json", making):
            to_disk(path)
        making.rename(self._folder / f"{version.number:06d}")
        to_disk(self._folder)
        announce(self._store, version.number)
        for old in sorted(self._folder.glob("[0-9]*"))[:-KEPT_SNAPSHOTS]:
            shutil.rmtree(old, ignore_errors=True)


class Clock:
    """Tells the number of the newest version, across processes, in well under a microsecond.

    Whoever was told that a write is done finds its number here.
    """

    def __init__(self, folder: Path) -> None:
        """Map the number of the store in a folder, where it was announced at least once."""
        with (folder / "current").open("rb") as file:
            self._mapped = mmap.mmap(file.fileno(), _NUMBER.size, prot=mmap.PROT_READ)

    def number(self) -> int:
        """Return the number of the newest version; 0 if nothing was ever loaded."""
        found: int = _NUMBER.unpack_from(self._mapped)[0]
        return found


def announce(folder: Path, number: int) -> None:
    """Write the number of the newest version where every ``Clock`` sees it."""
    descriptor = os.open(folder / "current", os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.pwrite(descriptor, _NUMBER.pack(number), 0)
    finally:
        os.close(descriptor)


def read_version(snapshot: Path) -> Version:
    """Return the version that a snapshot holds.

    Raises:
        FileNotFoundError: If the snapshot has been removed.
    """
    document = json.loads((snapshot / "version.json").read_text("utf-8"))
    return Version(document["number"], document["content"], document["graphs"])


def open_union(snapshot: Path) -> pyoxigraph.Store | None:
    """Open the union of a snapshot; one that was made before there were unions has none.

    Raises:
        OSError: If the snapshot has been removed.
    """
    place = snapshot / "union"
    return pyoxigraph.Store.read_only(str(place)) if place.exists() else None


def restore(kept: Path, place: Path) -> None:
    """Make a database that can be written to of one in a snapshot, in a folder that is not there.

    Files of sorted tables never change and are linked; the database appends to
    the others, which are copied.
    """
    place.mkdir()
    for file in kept.iterdir():
        if file.suffix == ".sst":
            (place / file.name).hardlink_to(file)
        else:
            shutil.copyfile(file, place / file.name)


def to_disk(path: Path) -> None:
    """Return when a file, or the list of names in a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The folder of releases, ``<name>/`` for each; a release appears whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from graph.errors import ReleaseError, StoreError, UnknownReleaseError
from graph.releases.crate import read_crate
from graph.releases.model import CRATE, NAME, SUMS, Release, ReleaseFile, order
from graph.store.locks import wait_for
from graph.store.snapshots import to_disk

LATEST = "latest"
"""What the newest release is called where a release is named."""

_MAKING = "making-"
_BLOCK = 1 << 20


class Shelf:
    """The releases of one installation."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is made yet."""
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        """Return the names of all releases, newest first."""
        found = (entry.name for entry in self._folder.glob("[0-9]*") if NAME.fullmatch(entry.name))
        return tuple(sorted(found, key=order, reverse=True))

    def all(self) -> Iterator[Release]:
        """Yield all releases, newest first.

        Raises:
            ReleaseError: If one is not as it was made.
        """
        return map(self.read, self.names())

    def newest(self) -> Release | None:
        """Return the newest release, ``None`` if there is none.

        Raises:
            ReleaseError: If it is not as it was made.
        """
        return next(self.all(), None)

    def read(self, name: str) -> Release:
        """Return the release of a name, the newest one for ``latest``.

        Raises:
            UnknownReleaseError: If there is none.
            ReleaseError: If it is not as it was made.
        """
        known = self.names()
        if name == LATEST and known:
            name = known[0]
        if name not in known:
            raise UnknownReleaseError(f"There is no release “{name}”; {_listed(known)}.")
        place = self._folder / name
        try:
            return read_crate(name, (place / CRATE).read_bytes(), _files(place))
        except (OSError, ValueError) as error:
            raise ReleaseError(f"The release {name} is not as it was made.") from error

    def place(self, release: str, file: str) -> Path:
        """Return where a file of a release is; both names must come from ``read``."""
        return self._folder / release / file

    def next_name(self, day: date) -> str:
        """Return what a release of a day would be called."""
        today = [order(name)[1] for name in self.names() if name.startswith(day.isoformat())]
        return f"{day}.{max(today) + 1}" if today else day.isoformat()

    @contextmanager
    def held(self, patience: float) -> Iterator[None]:
        """Keep everybody else from making releases, and remove what was left unfinished.

        Raises:
            StoreBusyError: If somebody else is making one.
            StoreError: If the folder cannot be written to.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / "lock").open("w")
        except OSError as error:
            raise unwritable(error) from error
        with lock:
            wait_for(lock, patience)
            for left in self._folder.glob(f"{_MAKING}*"):
                shutil.rmtree(left, ignore_errors=True)
            yield

    @contextmanager
    def making(self, name: str) -> Iterator[Path]:
        """Give a folder to be filled, which becomes the release when the block ends well.

        Raises:
            StoreError: If it cannot be put into place.
        """
        making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=self._folder))
        try:
            yield making
            making.chmod(0o755)
            for file in (*making.iterdir(), making):
                if file is not making:
                    file.chmod(0o444)
                to_disk(file)
            making.rename(self._folder / name)
            to_disk(self._folder)
        except OSError as error:
            raise unwritable(error) from error
        finally:
            shutil.rmtree(making, ignore_errors=True)


def described(place: Path) -> ReleaseFile:
    """Return what a file is that was just written.

    Raises:
        OSError: If it cannot be read.
    """
    digest = hashlib.sha256()
    with place.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return ReleaseFile(place.name, place.stat().st_size, digest.hexdigest())


def write_sums(folder: Path, files: tuple[ReleaseFile, ...]) -> None:
    """Write the checksums of files into a folder.

    Raises:
        OSError: If that cannot be done.
    """
    lines = (f"{file.sha256}  {file.name}\n" for file in files)
    (folder / SUMS).write_text("".join(lines), "utf-8")


def unwritable(error: OSError) -> StoreError:
    """Return the error for a folder of releases that cannot be written to."""
    reason = (error.strerror or os.strerror(error.errno or 0)).lower()
    return StoreError(f"The release cannot be written: {reason}.")


def _files(place: Path) -> Iterator[ReleaseFile]:
    for line in (place / SUMS).read_text("utf-8").splitlines():
        digest, name = line.split("  ", 1)
        if "/" in name or len(digest) != 64:
            raise ValueError(line)
        yield ReleaseFile(name, (place / name).stat().st_size, digest)
    yield described(place / SUMS)


def _listed(names: tuple[str, ...]) -> str:
    if not names:
        return "there is none yet"
    return f"the newest is {names[0]}" if len(names) > 1 else f"there is {names[0]} only"

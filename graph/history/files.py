"""The folder of patches, ``000007.patch.gz`` for the one that led to the seventh version.

A patch is on the disk before the version that it leads to is committed. One whose
version never came, because the writer was stopped in between, lies there until
the next write takes its place: no reader looks at a patch beyond the newest version.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from graph.errors import HistoryError, HistoryMissingError
from graph.history.patch import Header, patch_lines, read_header
from graph.store.comparison import Delta
from graph.store.interface import Version
from graph.store.snapshots import to_disk

_LEVEL = 5
"""How hard to pack: the next levels take twice the time for a twentieth of the size."""

_KEPT_HEADERS = 4096


class PatchFiles:
    """The patches in the folder of a store."""

    def __init__(self, store: Path) -> None:
        """Name the folder of the store; nothing is made yet."""
        self._folder = store / "changes"

    def place(self, number: int) -> Path:
        """Return where the patch that leads to a version is, or would be."""
        return self._folder / f"{number:06d}.patch.gz"

    def numbers(self) -> list[int]:
        """Return the numbers of the versions to which patches lead, in their order."""
        return sorted(int(path.name[:-9]) for path in self._folder.glob("[0-9]*.patch.gz"))

    def write(self, before: Version, after: Version, delta: Delta) -> None:
        """Put the patch of a commit on the disk.

        Raises:
            OSError: If that cannot be done.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        found = [item for item in delta.values() if item is not None]
        lines = patch_lines(
            Header.of(before, after, delta),
            sorted(line for item in found for line in item.removed),
            sorted(line for item in found for line in item.added),
        )
        making = self._folder / "making"
        with making.open("wb") as raw, gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as file:
            for line in lines:
                file.write(line + b"\n")
        to_disk(making)
        making.rename(self.place(after.number))
        to_disk(self._folder)

    def forget(self, newest: int, kept: int) -> None:
        """Remove the patches that led to versions before the newest ones.

        Args:
            newest: The number of the newest version.
            kept: To how many versions patches are kept; 0 for all.
        """
        for number in self.numbers() if kept else ():
            if number > newest - kept:
                return
            with suppress(OSError):
                self.place(number).unlink()

    def header(self, number: int) -> Header | None:
        """Return the header of a patch, ``None`` if there is none.

        Raises:
            HistoryError: If the patch cannot be read.
        """
        try:
            found = self.place(number).stat()
            mark = found.st_ino, found.st_size, found.st_mtime_ns
            return _header(self._folder.parent, number, mark)
        except (HistoryMissingError, FileNotFoundError):
            return None

    def lines(self, number: int) -> Iterator[bytes]:
        """Yield the lines of a patch without their ends.

        Raises:
            HistoryMissingError: If there is no such patch.
            HistoryError: If it cannot be read.
        """
        try:
            with gzip.open(self.place(number)) as file:
                for line in file:
                    yield line.rstrip(b"\n")
        except FileNotFoundError as error:
            raise HistoryMissingError(f"There is no patch to version {number}.") from error
        except (OSError, EOFError, zlib.error) as error:
            raise HistoryError(f"The patch to version {number} is damaged.") from error


@lru_cache(_KEPT_HEADERS)
def _header(store: Path, number: int, mark: tuple[int, ...]) -> Header:
    """Return the header of a patch, read once for each file that ever had its name.

    Raises:
        HistoryError: If the patch cannot be read.
    """
    return read_header(PatchFiles(store).lines(number))

"""Sorting more lines than fit into memory, on the disk."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

HELD = 24_000_000
"""Bytes of lines that are held in memory before they go to the disk."""


class LineSorter:
    """Takes lines in any order and gives them back in the order of their bytes."""

    def __init__(self, folder: Path, held: int = HELD) -> None:
        """Name an empty folder to work in, and how many bytes may be held in memory."""
        self._folder = folder
        self._held = held
        self._lines: list[bytes] = []
        self._size = 0
        self._runs: list[Path] = []

    def add(self, line: bytes) -> None:
        """Take a line, which ends with a newline.

        Raises:
            OSError: If the disk does not take it.
        """
        self._lines.append(line)
        self._size += len(line)
        if self._size > self._held:
            self._put_aside()

    def lines(self) -> Iterator[bytes]:
        """Yield the lines in their order.

        Raises:
            OSError: If they cannot be read back.
        """
        self._put_aside()
        with ExitStack() as opened:
            yield from heapq.merge(*(opened.enter_context(run.open("rb")) for run in self._runs))

    def _put_aside(self) -> None:
        self._folder.mkdir(exist_ok=True)
        run = self._folder / str(len(self._runs))
        self._lines.sort()
        with run.open("wb") as file:
            file.writelines(self._lines)
        self._runs.append(run)
        self._lines.clear()
        self._size = 0

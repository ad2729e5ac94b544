"""The log of writes: who wrote what and when, one JSON document a line."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from graph.errors import StoreError

TERMINAL = "command line"
"""Who writes with a command."""

PRODUCT = "mandategraph"
"""Who writes the dataset that ships with the product, when a service starts."""

_LOGGER = logging.getLogger("mandategraph.writes")


@dataclass(frozen=True)
class Entry:
    """One write.

    ``who`` is the name of a token, ``TERMINAL`` or ``PRODUCT``; ``kind`` what was asked
    for, ``graph`` which graph it was asked of (``None`` where the text of an update
    says it, empty for the default graph). ``outcome`` is ``done``, or the name of
    the error; versions are ``None`` where they are not known.
    """

    who: str
    kind: str
    graph: str | None
    outcome: str
    before: int | None = None
    after: int | None = None
    detail: str = ""


class WriteLog:
    """The log below one folder; lines are added whole, by any number of processes."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is made yet."""
        self._folder = folder

    def authors(self) -> Mapping[int, Entry]:
        """Return the write that led to each version, by the number of the version.

        A version is missing where whoever wrote it ended before it could be
        logged, or the log was cut. Lines that cannot be read are passed over.

        Raises:
            StoreError: If the log cannot be read.
        """
        try:
            lines = (self._folder / "writes.jsonl").read_bytes().splitlines()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreError("The log of writes cannot be read.") from error
        found: dict[int, Entry] = {}
        for line in lines:
            with suppress(ValueError, TypeError, AttributeError):
                document = json.loads(line)
                document.pop("when", None)
                entry = Entry(**document)
                if entry.outcome == "done" and entry.after and entry.after != entry.before:
                    found.setdefault(entry.after, entry)
        return found

    def add(self, entry: Entry) -> None:
        """Add an entry with the present time.

        Raises:
            StoreError: If the log cannot be written to.
        """
        when = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"when": when} | asdict(entry), ensure_ascii=False)
        _LOGGER.info("%s", line)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            place = self._folder / "writes.jsonl"
            descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
            try:
                os.write(descriptor, line.encode() + b"\n")
            finally:
                os.close(descriptor)
        except OSError as error:
            raise StoreError("The log of writes cannot be written to.") from error

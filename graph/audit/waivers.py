"""Findings that somebody accepted until a day: one small file each."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict
from datetime import date
from pathlib import Path

from graph.audit.model import Waiver
from graph.errors import StoreError, WaiverError

MAX_TEXT = 2_000
"""Characters of a reason."""

_NAME = re.compile(r"[0-9a-f]{12}-[0-9]{8}(-[0-9]+)?")


class Waivers:
    """The waivers below one folder; a file appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is made yet."""
        self._folder = folder

    def all(self) -> tuple[Waiver, ...]:
        """Return every waiver, lapsed ones as well, in the order of their names.

        Raises:
            StoreError: If a file is not as it was written.
        """
        return tuple(_read(path) for path in sorted(self._folder.glob("*.json")))

    def give(self, finding: str, author: str, reason: str, given: date, expires: date) -> Waiver:
        """Accept a finding until a day, that day included.

        Args:
            finding: The id of a finding; whether it exists is for the caller to know.
            author: Who accepts it.
            reason: Why.
            given: The present day.
            expires: The last day on which it holds.

        Raises:
            WaiverError: If something is missing, or the last day has passed.
            StoreError: If it cannot be written.
        """
        author, reason = author.strip(), reason.strip()
        if not author or not reason:
            raise WaiverError("A waiver needs a name and a reason; say who accepts it and why.")
        if max(len(author), len(reason)) > MAX_TEXT:
            raise WaiverError(f"A reason has at most {MAX_TEXT:,} characters.")
        if expires < given:
            raise WaiverError(f"The waiver would have expired on {expires}; name a later day.")
        waiver = Waiver(self._free_name(finding, given), finding, author, reason, given, expires)
        self._write(waiver)
        return waiver

    def withdraw(self, identifier: str) -> None:
        """Remove a waiver, so that its finding is open again.

        Raises:
            WaiverError: If there is none of that name.
        """
        path = self._folder / f"{identifier}.json"
        if not _NAME.fullmatch(identifier) or not path.is_file():
            raise WaiverError(f"There is no waiver “{identifier}”; “waive --list” names them.")
        path.unlink()

    def _free_name(self, finding: str, given: date) -> str:
        name = f"{finding}-{given:%Y%m%d}"
        taken = {path.stem for path in self._folder.glob(f"{name}*.json")}
        return next(
            tried for n in range(1, len(taken) + 2) if (tried := _numbered(name, n)) not in taken
        )

    def _write(self, waiver: Waiver) -> None:
        document = {key: str(value) for key, value in asdict(waiver).items()}
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            making = self._folder / f".{waiver.id}.{os.getpid()}"
            making.write_text(text, "utf-8")
            making.rename(self._folder / f"{waiver.id}.json")
        except OSError as error:
            raise StoreError("The waiver cannot be written.") from error


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _read(path: Path) -> Waiver:
    try:
        document = json.loads(path.read_text("utf-8"))
        given = date.fromisoformat(document.pop("given"))
        expires = date.fromisoformat(document.pop("expires"))
        return Waiver(**document, given=given, expires=expires)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(f"The waiver {path.stem} is not as it was written.") from error

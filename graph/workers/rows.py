"""Counting the rows of an answer as it is written, so that too long a one is not gone on with.

The engine writes an answer in one go and tells nobody how far it is; what it
writes is counted here. Each format has something that stands once in a row and
nowhere else, so nothing has to be parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from graph.errors import QueryRefusedError
from graph.store.interface import ResultFormat

Item = TypeVar("Item")

# What parts two rows stands in texts, too; there the quote ends the text, and what
# follows is no name of a variable. A row that binds nothing is not told apart.
_BETWEEN_OBJECTS = re.compile(rb'\},\{"[^\},:\]]')
_BETWEEN_LENGTH = 5
_RESULT = b"<result>"


class Rows:
    """Counts the rows of solutions in the bytes of one answer."""

    def __init__(self, form: ResultFormat, most: int) -> None:
        """Begin with none; any number may come if ``most`` is 0."""
        self._most = most
        self._count = {"json": self._json, "xml": self._xml, "csv": self._csv, "tsv": self._tsv}[
            form
        ]
        # The line of names is none of the rows; in JSON there is nothing before the first.
        self._found = {"json": 1, "xml": 0, "csv": -1, "tsv": -1}[form]
        self._before = b""
        self._quoted = False

    def add(self, data: bytes) -> None:
        """Count the rows in some more bytes.

        Raises:
            QueryRefusedError: If there are more than may be.
        """
        if not self._most:
            return
        self._found += self._count(data)
        if self._found > self._most:
            raise _too_many(self._most, "rows")

    def _json(self, data: bytes) -> int:
        data = self._before + data
        self._before = data[1 - _BETWEEN_LENGTH :]
        return len(_BETWEEN_OBJECTS.findall(data))

    def _xml(self, data: bytes) -> int:
        data = self._before + data
        self._before = data[1 - len(_RESULT) :]
        return data.count(_RESULT)

    def _csv(self, data: bytes) -> int:
        parts = data.split(b'"')
        count = sum(part.count(b"\n") for part in parts[self._quoted :: 2])
        # Two quotes stand for one, which leaves it as it was.
        self._quoted ^= len(parts) % 2 == 0
        return count

    def _tsv(self, data: bytes) -> int:
        return data.count(b"\n")


def at_most(most: int, statements: Iterable[Item]) -> Iterator[Item]:
    """Yield statements up to a number; all of them if it is 0.

    Raises:
        QueryRefusedError: If there are more.
    """
    rest = iter(statements)
    yield from islice(rest, most or None)
    if next(rest, None) is not None:
        raise _too_many(most, "statements")


def _too_many(most: int, noun: str) -> QueryRefusedError:
    return QueryRefusedError(f"The answer has more than {most:,} {noun}; ask for fewer with LIMIT.")

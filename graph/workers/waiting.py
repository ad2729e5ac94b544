"""Waiting for a turn in an event loop: not for too long, and not too many at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from graph.errors import TooManyQueriesError

MAX_WAITING = 256
"""Queries that may wait at once, in one process."""


class Waiting:
    """The queries that wait for one pool."""

    def __init__(self, patience: float) -> None:
        """Begin with none; ``patience`` is how many seconds each may wait."""
        self._patience = patience
        self._count = 0

    @asynccontextmanager
    async def turn(self, busy: str) -> AsyncGenerator[None, None]:
        """Count a query among those that wait while the block runs.

        Args:
            busy: What is told if the block takes too long.

        Raises:
            TooManyQueriesError: If too many wait, or the block takes too long.
        """
        if self._count >= MAX_WAITING:
            raise TooManyQueriesError("Too many queries are waiting; try again in a moment.")
        self._count += 1
        try:
            async with asyncio.timeout(self._patience):
                yield
        except TimeoutError as error:
            raise TooManyQueriesError(busy) from error
        finally:
            self._count -= 1

"""What evaluates strangers' queries, wherever that happens: what its users rely on."""

from __future__ import annotations

from typing import Protocol

from graph.store.interface import AnswerForm
from graph.workers.wire import Request


class Evaluation(Protocol):
    """One query under way; see ``graph.workers.calls.AsyncCall``."""

    version: int
    deadline: float

    async def header(self) -> AnswerForm:
        """Return what form the answer has, once it begins to come."""
        ...

    async def part(self) -> bytes:
        """Return the next bytes of the answer; at its end nothing, and no more may be asked for."""
        ...

    def stop(self) -> None:
        """End it from another task."""
        ...

    def close(self) -> None:
        """End it, if it has not finished, and let the next begin."""
        ...


class Evaluator(Protocol):
    """Begins with queries; see ``graph.workers.calls.AsyncPool``."""

    async def begin(self, request: Request, least_version: int = 0) -> Evaluation:
        """Give a query to what evaluates it, and return when it has it."""
        ...

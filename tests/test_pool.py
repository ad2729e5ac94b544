"""Workers that are not there yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import TooManyQueriesError
from graph.workers.pool import Limits, WorkerPool
from graph.workers.wire import Request


def test_a_query_waits_for_the_first_workers_no_longer_than_it_may(tmp_path: Path) -> None:
    pool = WorkerPool(tmp_path, Limits(patience=0.05))
    with pytest.raises(TooManyQueriesError):
        pool.ask(Request("ASK {}", "json", "turtle"))

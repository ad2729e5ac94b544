"""Queries that are written to bring a service down, and whether they do.

Each is sent to this service, which has a short deadline, while an innocent
client goes on asking small questions. Wanted is a refusal at once, a 503 at the
deadline, or, once bytes have left, a connection that breaks at the deadline;
after that, no processor and no memory may be left in use, and the innocent
client must not have noticed.

Usage::

    python -m bench.killers [--statements 30000] [--seconds 2] [NAME ...]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.client import Connection
from bench.contenders import Endpoint, start_ours
from bench.generate import generate
from bench.processes import Peak, end_in_order
from bench.queryset import Query, read_queries

FILE = Path(__file__).parent / "killers.toml"
GRACE_SECONDS = 0.1
"""How long after its deadline a query may go on."""

IDLE_LOAD = 0.5
"""Processors that may be busy after a killer; the innocent client needs some of one."""

LEFT_BYTES = 50_000_000
"""Memory that may be in use after a killer and was not before."""

WORST_SECONDS = 1.0
"""How long an innocent small query may take while a killer runs."""


@dataclass(frozen=True)
class Killer:
    """One query, and what the client does with its answer."""

    name: str
    why: str
    query: str
    slow_reader: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a killer: status, seconds, and whether the answer came to its end."""

    status: int
    seconds: float
    whole: bool


@dataclass(frozen=True)
class Report:
    """An outcome, what the service looked like after it, and what the innocent client saw."""

    killer: Killer
    outcome: Outcome
    deadline: float
    peak: int
    left: int
    load: float
    innocent_worst: float
    innocent_failures: int

    def faults(self) -> list[str]:
        """Return what is wrong, if anything is."""
        found = []
        if self.outcome.seconds > self.deadline + GRACE_SECONDS:
            found.append("late")
        if self.outcome.whole and self.outcome.status not in {200, 400, 413, 414, 503}:
            found.append("wrong status")
        if not self.outcome.whole and self.outcome.status != 200:
            found.append("no answer")
        if self.load > IDLE_LOAD:
            found.append("processor in use")
        if self.left > LEFT_BYTES:
            found.append("memory in use")
        if self.innocent_failures or self.innocent_worst > WORST_SECONDS:
            found.append("others disturbed")
        return found


def read_killers() -> dict[str, Killer]:
    """Return all killers by name."""
    tables = tomllib.loads(FILE.read_text("utf-8"))
    return {name: _killer(name, table) for name, table in tables.items()}


def _killer(name: str, table: dict[str, Any]) -> Killer:
    query = table["query"]
    for part, given in table.get("repeat", {}).items():
        text = "".join(_repeated(given, number) for number in range(given["times"]))
        query = query.replace(f"${{{part}}}", text)
    return Killer(name, table["why"], query, table.get("reader") == "slow")


def _repeated(given: dict[str, Any], number: int) -> str:
    text: str = given["text"]
    # “@1” is the count that comes next.
    return text.replace("@1", str(number + 1)).replace("@", str(number))


def attack(endpoint: Endpoint, killer: Killer, patience: float) -> Outcome:
    """Send a killer and wait for what comes of it, but no longer than asked."""
    connection = Connection(endpoint.port)
    connection.socket.settimeout(patience)
    body = killer.query.encode()
    head = f"POST {endpoint.path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/sparql-query\r\n\r\n"
    processes = set(endpoint.server.members())
    whole, ended = False, 0.0
    with closing(connection.socket):
        try:
            connection.send(head.encode() + body)
            if killer.slow_reader:
                connection.receive()
                ended = _end_of_one(endpoint, processes, patience)
            while not whole:
                whole = connection.receive()
        except OSError:
            # The answer breaks off, which the outcome says.
            pass
    ended = ended or time.perf_counter()
    return Outcome(connection.status, ended - connection.began, whole)


def _end_of_one(endpoint: Endpoint, processes: set[int], patience: float) -> float:
    """Return when the first of some processes had ended: the one that had the query.

    Bytes that are on the line already stay there as long as nobody takes them
    off, so that the connection cannot tell.
    """
    give_up = time.perf_counter() + patience
    while time.perf_counter() < give_up and processes <= set(endpoint.server.members()):
        time.sleep(0.005)
    return time.perf_counter()


class Innocent:
    """A client that asks small questions all the time, each a new one."""

    def __init__(self, endpoint: Endpoint, query: Query, acts: int) -> None:
        """Begin to ask."""
        self._endpoint = endpoint
        self._query = query
        self._acts = acts
        self._number = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()
        self.worst = 0.0
        self.failures = 0

    def forget(self) -> None:
        """Begin anew to look for the worst."""
        self.worst, self.failures = 0.0, 0

    def close(self) -> None:
        """Ask no more."""
        self._done.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._done.wait(0.02):
            self._number += 1
            text = self._query.text(self._number, self._acts)
            began = time.perf_counter()
            try:
                status, _ = self._endpoint.get(text, self._query.accept, 30)
            except OSError:
                status = 0
            self.worst = max(self.worst, time.perf_counter() - began)
            self.failures += status != 200


def try_killer(endpoint: Endpoint, innocent: Innocent, killer: Killer, deadline: float) -> Report:
    """Send one killer and return what came of it."""
    before = endpoint.server.memory()
    innocent.forget()
    with Peak(endpoint.server) as peak:
        outcome = attack(endpoint, killer, deadline + 10)
        time.sleep(0.2)
        load = endpoint.server.load(0.4)
    left = endpoint.server.memory() - before
    worst, failures = innocent.worst, innocent.failures
    return Report(killer, outcome, deadline, peak.extra, left, load, worst, failures)


def print_report(report: Report) -> None:
    """Print one line."""
    outcome = report.outcome
    what = str(outcome.status or "-") + ("" if outcome.whole else ", broken off")
    beyond = (outcome.seconds - report.deadline) * 1000
    when = f"{beyond:+.0f} ms" if beyond > -report.deadline * 500 else "at once"
    memory = f"{report.peak / 1e6:.0f}/{report.left / 1e6:.0f}"
    verdict = ", ".join(report.faults()) or "held"
    worst = f"{report.innocent_worst * 1000:.0f} ms"
    print(
        f"{report.killer.name:18} {what:16} {when:>9} {memory:>11} {report.load:>5.2f} "
        f"{worst:>9} {report.innocent_failures:>6}  {verdict}",
        flush=True,
    )


def run(endpoint: Endpoint, names: Iterable[str], acts: int, deadline: float) -> int:
    """Send the killers of these names one after the other; return how many did harm."""
    killers = read_killers()
    head = f"{'killer':18} {'answer':16} {'deadline':>9} {'MB peak/left':>11} {'load':>5} "
    print(head + f"{'others':>8} {'failed':>6}  verdict")
    harmful = 0
    with closing(Innocent(endpoint, read_queries()["lookup"], acts)) as innocent:
        for name in names:
            report = try_killer(endpoint, innocent, killers[name], deadline)
            print_report(report)
            harmful += bool(report.faults())
    return harmful


def main() -> None:
    """Run the suite from the command line; the exit status is 1 if a killer did harm."""
    parser = argparse.ArgumentParser(description="Try to bring the service down.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="killers; all if none is named")
    parser.add_argument("--statements", type=int, default=30_000)
    parser.add_argument("--seconds", type=float, default=2.0, help="the deadline of a query")
    given = parser.parse_args()
    end_in_order()
    names = given.names or list(read_killers())
    with tempfile.TemporaryDirectory(prefix="killers-") as folder:
        data = Path(folder) / "data.nq"
        size = generate(data, given.statements)
        endpoint = start_ours(Path(folder) / "home", data, query_seconds=given.seconds)
        with closing(endpoint):
            endpoint.server.settle(patience=60)
            harmful = run(endpoint, names, size.acts, given.seconds)
    print(f"{harmful} of {len(names)} did harm.")
    sys.exit(1 if harmful else 0)


if __name__ == "__main__":
    main()

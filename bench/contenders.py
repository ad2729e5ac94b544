"""Those who compete: this service, two other servers, and the engine called directly.

Each holds the same data and answers queries about the union of all graphs. A
server is a session of processes on a port of this machine; the engine is called
in a process of its own, without HTTP.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import shutil
import sys
import sysconfig
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from bench import client, engine, wrk
from bench.client import Load, Timing
from bench.processes import Server, free_port
from bench.queryset import Query

OURS, NATIVE, RDFLIB, DIRECT = "ours", "oxigraph serve", "rdflib-endpoint", "direct"
START_SECONDS = 600.0
ASK = "ASK {}"


class MissingError(Exception):
    """A contender cannot be had here; it says why."""


@dataclass(frozen=True)
class Shape:
    """How a load is sent: the same text or new ones, by how many clients, for how long."""

    distinct: bool
    clients: int
    seconds: float


class Contender(Protocol):
    """What every contender can do."""

    name: str

    def ask(self, query: Query, text: str) -> bytes:
        """Return the whole answer to one query."""

    def measure(self, query: Query, acts: int, first: int, load: Shape) -> Timing:
        """Send a load of one query and return what was measured."""

    def close(self) -> None:
        """End it."""


class Endpoint:
    """A server, and a client for it in a process of its own."""

    def __init__(self, name: str, server: Server, port: int, path: str) -> None:
        """Take over a server that was started, and wait until it answers."""
        self.name = name
        self.server = server
        self.port = port
        self.path = path
        self._client = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        self.began = time.perf_counter()
        self.started = self._wait()

    def ask(self, query: Query, text: str) -> bytes:
        """Return the whole answer to one query.

        Raises:
            OSError: If there is none.
        """
        status, body = self.get(text, query.accept)
        if status != 200:
            raise OSError(f"{self.name} answers {query.name} with {status}: {body[:200]!r}")
        return body

    def get(self, text: str, accept: str, patience: float = 300.0) -> tuple[int, bytes]:
        """Return the status and the body of an answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        try:
            line.request(
                "GET", f"{self.path}?query={quote(text, safe='')}", headers={"Accept": accept}
            )
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def measure(self, query: Query, acts: int, first: int, load: Shape) -> Timing:
        """Send a load of one query and return what was measured."""
        request = query.request(self.path)
        sent = Load(self.port, request, acts, first, load.distinct, load.clients, load.seconds)
        try:
            if not load.distinct and (timing := wrk.run(sent)):
                return timing
            return self._client.submit(client.run, sent).result()
        except OSError as error:
            raise SystemExit(
                f"{self.name} went away: {error}. {self.server.last_words()}"
            ) from error

    def stream(self, query: Query, number: int) -> client.Stream:
        """Read one large answer and return how it came."""
        request = query.request(self.path).filled(number, 1)
        return self._client.submit(client.stream, self.port, request).result()

    def close(self) -> None:
        """End the client and the server."""
        self._client.shutdown()
        self.server.close()

    def _wait(self) -> float:
        """Return the seconds until the first answer."""
        while time.perf_counter() - self.began < START_SECONDS:
            if self.server.process.poll() is not None:
                break
            with suppress(OSError, http.client.HTTPException):
                if self.get(ASK, "application/sparql-results+json")[0] == 200:
                    return time.perf_counter() - self.began
            time.sleep(0.01)
        said = self.server.last_words()
        self.close()
        raise MissingError(f"{self.name} did not start. {said}")


class Direct:
    """The engine, called from Python in a process of its own: the limit for all of us."""

    name = DIRECT

    def __init__(self, data: Path) -> None:
        """Load the data."""
        context = multiprocessing.get_context("spawn")
        self._process = ProcessPoolExecutor(1, context, engine.load, (data,))
        self._process.submit(engine.ready).result()

    def ask(self, query: Query, text: str) -> bytes:
        """Return the whole answer to one query."""
        return self._process.submit(engine.answer, text).result()

    def measure(self, query: Query, acts: int, first: int, load: Shape) -> Timing:
        """Call it from as many threads as there are clients, or processors if these are fewer."""
        threads = min(load.clients, os.cpu_count() or 1)
        step = int(load.distinct)
        return self._process.submit(
            engine.run, query, acts, first, step, threads, load.seconds
        ).result()

    def close(self) -> None:
        """End the process."""
        self._process.shutdown()


def start_ours(home: Path, data: Path | None, **settings: object) -> Endpoint:
    """Start this service on a home; with ``data``, load that first, as it is."""
    env = {"MANDATEGRAPH_HOME": str(home), "MANDATEGRAPH_VALIDATE_WRITES": "off"}
    env |= {f"MANDATEGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
    log = home.with_suffix(".log")
    command = [sys.executable, "-c", "from service.cli import main; main()"]
    if data:
        loading = Server([*command, "load", str(data)], log, env)
        if loading.process.wait():
            raise MissingError(f"The data could not be loaded. {loading.last_words()}")
    port = free_port()
    # The dataset that ships with the product is not to be loaded beside the other.
    serve = [*command, "serve", "--empty", "--port", str(port)]
    server = Server(serve, log, env)
    return Endpoint(OURS, server, port, "/sparql")


def start_native(folder: Path, data: Path) -> Endpoint:
    """Start ``oxigraph serve`` with the data in memory.

    Raises:
        MissingError: If it is not installed.
    """
    port = free_port()
    command = [_installed("oxigraph"), "serve", "--bind", f"127.0.0.1:{port}"]
    server = Server([*command, "--union-default-graph"], folder / "oxigraph.log")
    endpoint = Endpoint(NATIVE, server, port, "/query")
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    with data.open("rb") as body:
        headers = {
            "Content-Type": "application/n-quads",
            "Content-Length": str(data.stat().st_size),
        }
        line.request("POST", "/store?no_transaction", body, headers)
        status = line.getresponse().status
    line.close()
    if status >= 300:
        endpoint.close()
        raise MissingError(f"oxigraph serve did not take the data: {status}")
    endpoint.started = time.perf_counter() - endpoint.began
    return endpoint


def start_rdflib(folder: Path, data: Path) -> Endpoint:
    """Start ``rdflib-endpoint`` with the data in memory.

    Raises:
        MissingError: If it is not installed.
    """
    port = free_port()
    command = [_installed("rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port)]
    server = Server([*command, str(data)], folder / "rdflib-endpoint.log")
    return Endpoint(RDFLIB, server, port, "/")


def _installed(program: str) -> str:
    found = shutil.which(program, path=sysconfig.get_path("scripts")) or shutil.which(program)
    if not found:
        raise MissingError("not installed; “pip install oxigraph 'rdflib-endpoint[web]'” gets it.")
    return found

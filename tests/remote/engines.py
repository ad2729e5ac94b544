"""Engines that are not ours, started on free ports of this machine for tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import NoReturn

import pytest

from tests.visitor import free_port

PATIENCE = 120
"""Seconds that an engine is waited for."""

ROOT = Path(__file__).parents[2]
REQUIRED = "TESTS_REQUIRE_ENGINES"
JAR = "TESTS_FUSEKI_JAR"


@dataclass(frozen=True)
class Started:
    """An engine that runs: its name, and its addresses as settings."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    query: str
    update: str
    graphs: str

    def kill(self) -> None:
        """End it before its time."""
        self.process.kill()
        self.process.wait()

    @property
    def settings(self) -> dict[str, str]:
        """The settings that point a service at it, without prefix."""
        base = f"http://127.0.0.1:{self.port}"
        return {
            "STORE": base + self.query,
            "STORE_UPDATE": base + self.update,
            "STORE_GRAPHS": base + self.graphs,
        }


@contextmanager
def started(name: str, folder: Path) -> Iterator[Started]:
    """Run an engine, which holds nothing, until the block ends."""
    port = free_port()
    if name == "fuseki":
        command, paths = _fuseki(port), ("/ds/query", "/ds/update", "/ds/data")
    else:
        command = _oxigraph(port, union=name == "oxigraph with its union")
        paths = ("/query", "/update", "/store")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        engine = Started(name, port, process, *paths)
        try:
            _wait(engine)
            yield engine
        finally:
            engine.kill()


def _oxigraph(port: int, *, union: bool) -> Sequence[str]:
    beside = Path(sysconfig.get_path("scripts")) / "oxigraph"
    found = str(beside) if beside.exists() else shutil.which("oxigraph")
    if not found:
        _missing("oxigraph is not installed; “make engines” does it.")
    option = ("--union-default-graph",) if union else ()
    return (found, "serve", "--bind", f"127.0.0.1:{port}", *option)


def _fuseki(port: int) -> Sequence[str]:
    jar = Path(os.environ.get(JAR) or ROOT / ".venv" / "engines" / "fuseki.jar")
    java = shutil.which("java")
    if not java or not jar.exists():
        _missing(f"Java or {jar.name} is missing; “make engines” fetches the latter.")
    config = Path(__file__).parent / "fuseki.ttl"
    options = ("--localhost", "--port", str(port), "--config", str(config))
    return (java, "-Xmx1g", "-jar", str(jar), *options)


def _missing(reason: str) -> NoReturn:
    if os.environ.get(REQUIRED):
        pytest.fail(reason)
    pytest.skip(reason)


def _wait(engine: Started) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and engine.process.poll() is None:
        line = HTTPConnection("127.0.0.1", engine.port, timeout=PATIENCE)
        try:
            line.request("GET", f"{engine.query}?query=ASK%7B%7D")
            if line.getresponse().status == 200:
                return
        except ConnectionError:
            pass
        finally:
            line.close()
        time.sleep(0.1)
    pytest.fail(f"{engine.name} does not answer.")

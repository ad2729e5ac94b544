"""Somebody who asks a running service over a real socket."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header

COMMAND = (sys.executable, "-m", "service", "serve")
PATIENCE = 60
"""Seconds that a service is waited for."""


@dataclass(frozen=True)
class Reply:
    """What a service answered."""

    status_code: int
    headers: Headers
    data: bytes

    @property
    def mimetype(self) -> str:
        return parse_options_header(self.headers.get("Content-Type", ""))[0]

    @property
    def text(self) -> str:
        return self.data.decode()

    def get_json(self, force: bool = False) -> Any:
        return json.loads(self.data)


@dataclass(frozen=True)
class Visitor:
    """Asks one service; each request is a connection of its own."""

    port: int

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        return self.open("GET", path, headers=headers)

    def post(
        self,
        path: str,
        data: bytes = b"",
        content_type: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        kind = {"Content-Type": content_type} if content_type else {}
        return self.open("POST", path, data, kind | dict(headers or {}))

    def open(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, data, dict(headers or {}))
            response = connection.getresponse()
            return Reply(response.status, Headers(response.getheaders()), response.read())
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def told_by(home: Path) -> Path:
    """Return the file to which the service on a state directory writes what it tells."""
    return home.with_name(f"{home.name}.log")


@contextmanager
def serving(
    home: Path, *options: str, **settings: str
) -> Iterator[tuple[subprocess.Popen[bytes], Visitor]]:
    """Run a service on a state directory of its own until the block ends.

    What it tells goes to a file, as a pipe that nobody reads would hold it up.
    """
    port = free_port()
    environment = {f"MANDATEGRAPH_{name}": text for name, text in settings.items()}
    with told_by(home).open("w") as log:
        process = subprocess.Popen(
            [*COMMAND, "--port", str(port), *options],
            env=os.environ | {"MANDATEGRAPH_HOME": str(home)} | environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    visitor = Visitor(port)
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and process.poll() is None:
            try:
                visitor.get("/health")
                break
            except ConnectionError:
                time.sleep(0.1)
        yield process, visitor
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

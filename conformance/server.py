"""The service itself, started for the tests with an empty home and ended after them."""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.processes import Server, free_port
from conformance.dataset import JSON
from conformance.endpoint import Client, Endpoint
from conformance.errors import MismatchError
from graph.errors import StoreError

START_SECONDS = 120.0
_MAIN = "from service.cli import main; main()"


@contextmanager
def own_service() -> Iterator[Endpoint]:
    """Run the service as the W3C's tests want it, and yield its addresses.

    Its default graph is the dataset's own, and it takes data that no shape
    knows, from whoever bears the token.

    Raises:
        StoreError: If it does not start.
    """
    token = secrets.token_urlsafe(32)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    headers = {"Authorization": f"Bearer {token}"}
    endpoint = Endpoint(f"{address}/sparql", f"{address}/update", f"{address}/graphs", headers)
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        settings = {
            "MANDATEGRAPH_HOME": f"{folder}/home",
            "MANDATEGRAPH_DEFAULT_GRAPH": "strict",
            "MANDATEGRAPH_VALIDATE_WRITES": "off",
            "MANDATEGRAPH_ADMIN_TOKEN": token,
        }
        command = [sys.executable, "-c", _MAIN, "serve", "--port", str(port), "--empty"]
        server = Server(command, Path(folder) / "log", settings)
        try:
            _wait(server, endpoint)
            yield endpoint
        finally:
            server.close()


def _wait(server: Server, endpoint: Endpoint) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and server.process.poll() is None:
        try:
            if Client(endpoint).ask("ASK {}", JSON).good:
                return
        except MismatchError:
            pass
        time.sleep(0.1)
    raise StoreError(f"The service does not start. {server.last_words()}")

"""An engine that is not well: it answers every request in one bad way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

JSON = "application/sparql-results+json"
ROWS = b'{"head":{"vars":["s"]},"results":{"bindings":[' + b",".join(
    b'{"s":{"type":"uri","value":"urn:%d"}}' % n for n in range(20_000)
)
VERSION = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"1"}}]}}'
YES = b'{"head":{},"boolean":true}'


@dataclass
class Fake:
    """A server on a port of this machine; ``seen`` holds the requests it got."""

    port: int
    answer: list[bytes]
    seconds: float = 0.0
    seen: list[bytes] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        base = f"http://127.0.0.1:{self.port}/xyzzy"
        return {"STORE": f"{base}/query", "STORE_UPDATE": f"{base}/update"}


def response(
    status: str, kind: str, body: bytes, *headers: str, length: int | None = None
) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


@contextmanager
def fake(*answers: bytes, seconds: float = 0.0, well: bool = True) -> Iterator[Fake]:
    """Run a server until the block ends.

    Args:
        answers: What it sends in turn, the last again and again, to a query of a stranger, and
            to updates.
        seconds: How long it waits before each.
        well: Whether it answers what the service asks for its own needs.
    """
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Fake(listener.getsockname()[1], list(answers), seconds)

        def serve(line: socket.socket) -> None:
            with line, suppress(OSError):
                while request := _request(line):
                    own = well and (b"engine%2Fversion" in request or b"engine/version" in request)
                    if own and b"/update" not in request.split(b"\r\n")[0]:
                        body = YES if b"query=ASK" in request else VERSION
                        line.sendall(response("200 OK", JSON, body))
                        continue
                    server.seen.append(request)
                    ended.wait(seconds)
                    answer = server.answer[0]
                    if len(server.answer) > 1:
                        server.answer.pop(0)
                    line.sendall(answer)
                    if not answer or b"Connection: close" in answer:
                        return

        def listen() -> None:
            while not ended.is_set():
                with suppress(OSError):
                    line, _ = listener.accept()
                    threading.Thread(target=serve, args=(line,), daemon=True).start()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            ended.set()
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", server.port), 1).close()
            thread.join()


def _request(line: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        part = line.recv(1 << 16)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [row for row in head.split(b"\r\n") if row.lower().startswith(b"content-length:")]
    length = int(lengths[0].partition(b":")[2]) if lengths else 0
    while len(body) < length:
        body += line.recv(1 << 16)
    return head + b"\r\n\r\n" + body

"""A SPARQL 1.1 service as its clients see it: three addresses, requests, answers."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from conformance.errors import MismatchError

QUERY = "application/sparql-query"
SECONDS = 120.0
"""Wall-clock time a service has for one answer."""


@dataclass(frozen=True)
class Endpoint:
    """Where a service answers queries, takes updates, and keeps its graphs.

    ``headers`` go with every request to ``update`` and ``graphs``: whoever
    tests must be allowed to write.
    """

    query: str
    update: str
    graphs: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """One request; nothing is added to its headers but ``Host`` and the length of the body."""

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def asks(self) -> bool:
        """Whether it surely changes nothing."""
        kinds = [value for name, value in self.headers.items() if name.lower() == "content-type"]
        return self.method in ("GET", "HEAD") or kinds == [QUERY]


@dataclass(frozen=True)
class Answer:
    """One whole answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        """Whether the service says that it did what was asked."""
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """The media type without its parameters, in lower case; empty if none is told."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass
class Client:
    """Sends requests to one service and remembers them.

    ``log`` holds the requests of the present test with their answers, ``None``
    where none came; ``holds`` is the text that made the dataset what it is,
    ``None`` once something else may have changed it.
    """

    endpoint: Endpoint
    log: list[tuple[Request, Answer | None]] = field(default_factory=list)
    holds: str | None = None

    def send(self, request: Request) -> Answer:
        """Send a request, exactly as it is, and return the answer.

        Raises:
            MismatchError: If no whole answer comes.
        """
        if not request.asks:
            self.holds = None
        try:
            answer = _sent(request)
        except (OSError, http.client.HTTPException) as error:
            self.log.append((request, None))
            raise MismatchError(f"No whole answer came: {error!r}.") from error
        self.log.append((request, answer))
        return answer

    def ask(self, query: str, accept: str) -> Answer:
        """Send a query directly by POST and return the answer, good or bad."""
        headers = {"Content-Type": QUERY, "Accept": accept}
        return self.send(Request("POST", self.endpoint.query, headers, query.encode()))

    def change(self, update: str) -> Answer:
        """Send an update directly by POST and return the answer, good or bad."""
        headers = {"Content-Type": "application/sparql-update", **self.endpoint.headers}
        return self.send(Request("POST", self.endpoint.update, headers, update.encode()))


def _sent(request: Request) -> Answer:
    parts = urlsplit(request.address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = kind(parts.netloc, timeout=SECONDS)
    # What a test percent-encodes, and how, is part of the test.
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        line.request(request.method, target, request.body, dict(request.headers))
        answer = line.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, headers, answer.read())
    finally:
        line.close()
